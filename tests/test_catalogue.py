"""The translations: whole, true to the code, and written as the language is."""

import gettext
import re
from collections.abc import Iterator
from functools import cache

import pytest
from babel.messages.catalog import Catalog, Message
from django.utils.translation import ngettext, override

from claims.choices import ClaimKind
from claims.status import CODES, status
from tests import catalogue

PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%%|\{\w*\}|</?[a-z][^>]*>|&\w+;")
KEY = str | tuple[str, int]
WIDEST_BADGE = 16  # characters, as in "Awaiting outcome"; a column of a list holds no more
NARROW, WIDE = "\u202f", "\u00a0"
UNTYPOGRAPHIC = re.compile(r"['\"]|[^\s] [;!?»:]|« |\.\.\.|[^\s«(/\d?]:(?= |$)")
NOT_PROSE = re.compile(r"https?://\S*|<[^>]+>|--\w+|isni:|%\(\w+\)[a-z]")

pytestmark = pytest.mark.parametrize("language", catalogue.LANGUAGES)


@cache
def kept(language: str) -> Catalog:
    return catalogue.read(language)


@cache
def said() -> Catalog:
    return catalogue.template()


def messages(catalog: Catalog) -> Iterator[Message]:
    """The texts, without the head of the catalogue."""
    return (message for message in catalog if message.id)


def key(message: Message) -> tuple[str | None, str | tuple[str, ...]]:
    return message.context, message.id


def ids_of(message: Message) -> tuple[str, ...]:
    return message.id if isinstance(message.id, tuple) else (message.id,)


def test_catalogue_holds_the_texts_of_the_code_and_no_others(language: str) -> None:
    """`make messages` brings it up to date."""
    here = {key(message) for message in messages(kept(language))}
    code = {key(message) for message in messages(said())}
    assert (code - here, here - code) == (set(), set())


def test_every_text_is_translated_and_none_is_guessed(language: str) -> None:
    assert [key(message) for message in catalogue.untranslated(kept(language))] == []


def test_placeholders_and_markup_are_those_of_the_text(language: str) -> None:
    """French says "0 affirmation": its singular may count where the English one says "1"."""
    wrong = []
    for message in messages(kept(language)):
        ids, strings = ids_of(message), catalogue.strings_of(message)
        lawful = [sorted(PLACEHOLDER.findall(text)) for text in ids]
        found = [sorted(PLACEHOLDER.findall(text)) for text in strings]
        if found[-1] != lawful[-1] or found[0] not in lawful:
            wrong.append(ids)
    assert wrong == []


def test_plural_forms_are_as_many_as_the_language_has(language: str) -> None:
    catalog = kept(language)
    counted = [message for message in messages(catalog) if isinstance(message.id, tuple)]
    assert len(counted) > 100
    assert {len(catalogue.strings_of(message)) for message in counted} == {catalog.num_plurals}
    single = [message for message in messages(catalog) if isinstance(message.id, str)]
    assert {len(catalogue.strings_of(message)) for message in single} == {1}


def test_blanks_at_the_ends_are_those_of_the_text(language: str) -> None:
    def ends(text: str) -> tuple[str, str]:
        return text[: len(text) - len(text.lstrip(" \n"))], text[len(text.rstrip(" \n")) :]

    wrong = [
        message.id
        for message in messages(kept(language))
        for text, string in zip(ids_of(message), catalogue.strings_of(message), strict=True)
        if ends(text) != ends(string)
    ]
    assert wrong == []


def test_compiled_catalogue_is_the_written_one(language: str) -> None:
    written: dict[KEY, str] = {}
    for message in messages(kept(language)):
        prefix = f"{message.context}\x04" if message.context else ""
        first = prefix + ids_of(message)[0]
        if isinstance(message.id, tuple):
            strings = catalogue.strings_of(message)
            written |= {(first, number): string for number, string in enumerate(strings)}
        else:
            written[first] = message.string
    with catalogue.po_path(language).with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    read = {name: text for name, text in compiled._catalog.items() if name != ""}
    assert read == written


def test_typography_is_that_of_french(language: str) -> None:
    """Apostrophes and guillemets, and blanks before high punctuation that no line breaks at."""
    assert language == "fr"
    wrong = [
        string
        for message in messages(kept(language))
        for string in catalogue.strings_of(message)
        if UNTYPOGRAPHIC.search(NOT_PROSE.sub("x", string))
    ]
    assert wrong == []


def test_badges_are_short(language: str) -> None:
    with override(language):
        words = {str(status(code, kind).label) for code in CODES for kind in ClaimKind.values}
    assert [word for word in words if len(word) > WIDEST_BADGE] == []


def test_django_counts_as_the_language_does(language: str) -> None:
    """Zero is singular in French."""
    assert language == "fr"
    with override(language):
        counted = [
            ngettext("%(count)s day", "%(count)s days", count) % {"count": count}
            for count in (0, 1, 2)
        ]
    assert counted == ["0 jour", "1 jour", "2 jours"]
