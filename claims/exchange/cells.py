"""Reads one cell each: words, dates, numbers, addresses; says what would be right instead."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import TextChoices
from django.utils.translation import gettext as _

from articles import dates
from articles.validators import language_tag, storable, wikidata_id

Read = Callable[[str], Any]
"""Reads a cell that isn't empty; raises ``ValueError`` or ``ValidationError`` with the remedy."""

ORDERS = ("DMY", "MDY", "YMD")
"""What the numbers of a date can stand for, in their order."""

_YES = frozenset({"yes", "y", "true", "1", "oui", "ja", "sí", "sim", "vrai"})
_NO = frozenset({"no", "n", "false", "0", "non", "nein", "não", "faux"})
_NUMBERS = re.compile(r"(\d{1,4})([-/. ])(\d{1,2})\2(\d{1,4})\.?")
_CLOCK = re.compile(
    r"[T ]\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?\s*([AP]M)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?$",
    re.IGNORECASE,
)
_address = URLValidator(schemes=("http", "https"))


def words(most: int) -> Read:
    """A reader of one line with single spaces, of at most ``most`` code points."""

    def read(cell: str) -> str:
        return _bounded(" ".join(cell.split()), most)

    return read


def text(most: int) -> Read:
    """A reader of a text as it stands, of at most ``most`` code points."""

    def read(cell: str) -> str:
        return _bounded(cell, most)

    return read


def _bounded(cell: str, most: int) -> str:
    storable(cell)
    if len(cell) > most:
        raise ValueError(_("Write at most %(most)d characters.") % {"most": most})
    return cell


def names(most: int) -> Read:
    """A reader of several names, divided by semicolons or bars."""
    one = words(most)

    def read(cell: str) -> list[str]:
        parts = (part.strip() for part in re.split("[;|]", cell))
        return list(dict.fromkeys(one(part) for part in parts if part))

    return read


@dataclass(frozen=True)
class OneOf:
    """A reader of the words of ``choices``, whatever their case."""

    choices: type[TextChoices]

    def __call__(self, cell: str) -> str:
        word = "_".join(cell.casefold().split())
        if word not in self.choices.values:
            words = ", ".join(self.choices.values)
            raise ValueError(_("Write one of: %(words)s.") % {"words": words})
        return word


def yes_or_no(cell: str) -> bool:
    """Whether ``cell`` says yes."""
    word = cell.casefold()
    if word not in _YES | _NO:
        raise ValueError(_("Write yes or no."))
    return word in _YES


def language(cell: str) -> str:
    """A language tag."""
    language_tag(cell)
    if len(cell) > 35:
        language_tag("")
    return cell


def wikidata(cell: str) -> str:
    """A Wikidata id, or the address of its page."""
    found = cell.rstrip("/").rpartition("/")[2]
    wikidata_id(found)
    return found


def address(cell: str) -> str:
    """A web address."""
    try:
        _address(cell)
    except ValidationError:
        raise ValueError(_("Write a web address that begins with http:// or https://.")) from None
    return _bounded(cell, 2000)


def probability(cell: str) -> Decimal:
    """A number from 0 to 1 with at most three decimals, or a percentage."""
    hint = _("Write a probability from 0 to 1 with three decimals at most, such as 0.55.")
    try:
        value = Decimal(cell.removesuffix("%").strip().replace(",", "."))
    except InvalidOperation:
        raise ValueError(hint) from None
    if not value.is_finite():
        raise ValueError(hint)
    value = value / 100 if cell.endswith("%") else value
    if not 0 <= value <= 1 or value != round(value, 3):
        raise ValueError(hint)
    return value


def period(cell: str, order: str = "") -> DateRange:
    """A day, month, year or stretch, as precise as it is written; the time of day is left out.

    ``order`` says what the numbers of dates such as 03/04/2023 stand for, one of ``ORDERS``.
    Without it they are taken only where no other reading is possible.
    """
    try:
        return DateRange(*dates.read(_numbers(_CLOCK.sub("", cell), order)))
    except _Ambiguous:
        raise ValueError(
            _("Say for this column whether the day or the month comes first, or write 2023-03-08.")
        ) from None
    except ValueError:
        raise ValueError(
            _(
                "Write a date such as 2023-03-08, 2023-03 or 2023, or two of them, the earlier "
                "first, such as 2023-03-08/2023-03-15."
            )
        ) from None


class _Ambiguous(Exception):
    """A date of numbers that can be read in two ways."""


def _numbers(cell: str, order: str) -> str:
    """``cell`` as ISO writes it, where it is three numbers."""
    found = _NUMBERS.fullmatch(cell.strip())
    if found is None:
        return cell
    first, _mark, second, third = found.groups()
    if len(first) == 4:
        return f"{first}-{int(second):02}-{int(third):02}" if len(third) < 3 else cell
    if len(third) != 4 or len(first) > 2:
        raise ValueError("two figures are no year")
    if order not in ("DMY", "MDY"):
        order = _only_order(int(first), int(second))
    day, month = (first, second) if order == "DMY" else (second, first)
    return f"{third}-{int(month):02}-{int(day):02}"


def _only_order(first: int, second: int) -> str:
    if first == second or first > 12:
        return "DMY"
    if second > 12:
        return "MDY"
    raise _Ambiguous


def ambiguous(cell: str) -> bool:
    """Whether ``cell`` is a date of which nobody knows which number is the month."""
    try:
        _numbers(_CLOCK.sub("", cell), "")
    except _Ambiguous:
        return True
    except ValueError:
        return False
    return False


def order_of(cells: list[str]) -> str:
    """The order that the dates of a column show by those with one possible reading; else ""."""
    seen = set()
    for cell in cells:
        found = _NUMBERS.fullmatch(_CLOCK.sub("", cell).strip())
        if found and len(found[4]) == 4 and len(found[1]) < 3 and found[1] != found[3]:
            first, second = int(found[1]), int(found[3])
            if (first > 12) != (second > 12):
                seen.add("DMY" if first > 12 else "MDY")
    return seen.pop() if len(seen) == 1 else ""
