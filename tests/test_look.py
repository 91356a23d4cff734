"""What styles, fonts and icons promise: their weight, their origin, and that none is missing."""

import gzip
import hashlib
import re
from pathlib import Path

from claims.status import CODES, status

ROOT = Path(__file__).resolve().parent.parent
STATIC = ROOT / "static"
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SPRITE = set(re.findall(r'<symbol id="([a-z]+)"', (STATIC / "img/icons.svg").read_text("utf-8")))


def test_vendored_files_have_the_recorded_hashes() -> None:
    listed = re.findall(
        r"^\| `([^`]+)` \|.*\| `([0-9a-f]{64})` \|$",
        (STATIC / "VENDORED.md").read_text("utf-8"),
        re.MULTILINE,
    )

    found = [(name, hashlib.sha256((STATIC / name).read_bytes()).hexdigest()) for name, _ in listed]

    assert found == listed
    served = {*STATIC.glob("fonts/*.woff2"), *STATIC.glob("js/vendor/*.js")}
    assert {path.relative_to(STATIC).as_posix() for path in served} | {"img/icons.svg"} == {
        name for name, _ in listed
    }


def test_styles_weigh_at_most_15_kilobytes() -> None:
    styles = b"".join(path.read_bytes() for path in sorted(STATIC.glob("css/*.css")))

    assert len(gzip.compress(styles, 9)) <= 15_000


def test_scripts_weigh_at_most_25_kilobytes() -> None:
    scripts = b"".join(path.read_bytes() for path in sorted(STATIC.glob("js/**/*.js")))

    assert len(gzip.compress(scripts, 9)) <= 25_000


def test_fonts_of_a_page_weigh_at_most_100_kilobytes() -> None:
    def weight(alphabet: str, cuts: str) -> int:
        names = [f"source-serif-4-{alphabet}-{cut}.woff2" for cut in cuts.split()]
        return sum((STATIC / "fonts" / name).stat().st_size for name in names)

    latin = weight("latin", "400-normal 600-normal 400-italic")
    second = max(weight(each, "400-normal 600-normal") for each in ("latin-ext", "cyrillic"))

    assert latin + second <= 100_000


def test_every_status_has_its_icon() -> None:
    assert [code for code in CODES if status(code).icon not in SPRITE] == []


def test_every_icon_named_in_a_template_is_in_the_sprite() -> None:
    named = re.compile(r'icons\.svg\' %}#([a-z]+)"|components/icon\.html" with name="([a-z]+)"')

    missing = [
        (path.name, name)
        for path in TEMPLATES
        for match in named.finditer(path.read_text("utf-8"))
        for name in match.groups()
        if name is not None and name not in SPRITE
    ]

    assert missing == []


def test_every_colour_is_a_token() -> None:
    outside = [
        (path.name, colour)
        for path in sorted(STATIC.glob("css/*.css"))
        if path.name not in ("tokens.css", "print.css")
        for colour in re.findall(r"#[0-9a-f]{3,8}\b", path.read_text("utf-8"))
    ]

    assert outside == []


def test_templates_hold_no_inline_script_or_style() -> None:
    inline = re.compile(r"<style|\sstyle=|\son[a-z]+=|\shx-on|<script(?![^>]*\ssrc=)|[\"']js:")

    found = [
        (path.name, match.group())
        for path in TEMPLATES
        for match in inline.finditer(path.read_text("utf-8"))
    ]

    assert found == []
