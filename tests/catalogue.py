"""The translations in locale/: taken out of the code, merged, written; `python -m tests.catalogue`.

What `makemessages` and `compilemessages` do with the programs of GNU gettext, done with Babel, so
that nothing is needed beside the packages. A catalogue is written in the order of its texts, with
the files they stand in, and without line numbers and dates, so that it changes only where a text
does. What the code no longer says is kept at its end, commented out.
"""

import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import django
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = ("fr",)  # English is what the code says
CODE = ("articles", "claims", "config")
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
NOISE = re.compile(
    rb'^"(POT-Creation-Date|PO-Revision-Date|Report-Msgid-Bugs-To|Last-Translator|Language-Team|'
    rb"Generated-By): .*\n",
    re.MULTILINE,
)
"""Lines of a catalogue's head that say when and by which Babel it was written, or nothing."""
SOME_DAY = datetime(2020, 1, 1, tzinfo=UTC)
"""Babel wants a date in its header; one that never changes."""


def po_path(language: str) -> Path:
    return ROOT / "locale" / language / "LC_MESSAGES" / "django.po"


def texts_of(path: Path) -> Iterator[tuple[str | tuple[str, ...], list[str], str | None]]:
    """Each text marked for translation: (text or its singular and plural, comments, context)."""
    text = path.read_text()
    if path.suffix != ".py":
        # What isn't marked becomes X: without its indentation it can be read as Python.
        lines = templatize(text, origin=str(path)).splitlines()
        text = "\n".join(line.lstrip() for line in lines)
    for _line, texts, comments, context in extract(
        "python", BytesIO(text.encode()), KEYWORDS, ["Translators:"], {"encoding": "utf-8"}
    ):
        yield texts, comments, context


def template() -> Catalog:
    """All that the code and the templates say, without a translation."""
    catalog = Catalog(fuzzy=False)
    paths = [path for folder in CODE for path in (ROOT / folder).rglob("*.py")]
    paths += [path for path in (ROOT / "templates").rglob("*") if path.suffix in {".html", ".txt"}]
    for path in sorted(paths):
        if "migrations" in path.parts:
            continue
        for texts, comments, context in texts_of(path):
            place = path.relative_to(ROOT).as_posix()
            catalog.add(texts, None, [(place, 0)], auto_comments=comments, context=context)
    return catalog


def read(language: str) -> Catalog:
    """The catalogue as it is kept, or an empty one."""
    path = po_path(language)
    if not path.exists():
        return Catalog(locale=language, fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def update(language: str) -> Catalog:
    """The kept catalogue with the texts of today; no translation is guessed from a similar text."""
    catalog = read(language)
    catalog.update(template(), no_fuzzy_matching=True)
    catalog.header_comment = "# Sayso in another language. `make messages` keeps it up to date."
    catalog.project, catalog.version = "Sayso", ""
    catalog.msgid_bugs_address = catalog.last_translator = catalog.language_team = ""
    catalog.creation_date = catalog.revision_date = SOME_DAY
    catalog.fuzzy = False
    return catalog


def write(language: str, catalog: Catalog) -> None:
    """Write the catalogue, and the same as gettext reads it."""
    path = po_path(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    po = BytesIO()
    write_po(po, catalog, width=0, sort_output=True, include_lineno=False)
    path.write_bytes(NOISE.sub(b"", po.getvalue()))
    with path.with_suffix(".mo").open("wb") as mo:
        write_mo(mo, catalog)


def untranslated(catalog: Catalog) -> list[Message]:
    """What has no translation, or one that a change of the text has made doubtful."""
    return [
        message
        for message in catalog
        if message.id and (message.fuzzy or not all(strings_of(message)))
    ]


def strings_of(message: Message) -> tuple[str, ...]:
    """The translation: one text, or one for each plural form."""
    return message.string if isinstance(message.string, tuple) else (message.string,)


def main() -> None:
    """Bring every catalogue up to date and say how many texts still want a translation."""
    settings.configure()  # the templates' lexer asks for settings, but for none of ours
    django.setup()
    for language in LANGUAGES:
        catalog = update(language)
        write(language, catalog)
        sys.stdout.write(
            f"{language}: {len(catalog)} texts, {len(untranslated(catalog))} without translation, "
            f"{len(catalog.obsolete)} no longer in the code\n"
        )


if __name__ == "__main__":
    main()
