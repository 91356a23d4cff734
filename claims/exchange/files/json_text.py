"""Reads JSON as RFC 8259 has it, and nothing else."""

from __future__ import annotations

import json
import re
from typing import Any, Never

from django.utils.translation import gettext as _

from claims.exchange.files.bounds import MAX_DEPTH

_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[\[{]|[\]}]', re.DOTALL)
_LONG = 4_000


class Malformed(ValueError):
    """Why a text is no JSON, or none that a record can be made of, in one line for a person."""


class Number(str):
    """A number as it is written: nobody wants 0.1 or 12345678901234567890 otherwise."""

    __slots__ = ()


def parse(text: bytes) -> Any:
    """The value of a JSON text. Of a key that stands there twice, the last counts.

    Raises ``Malformed``.
    """
    try:
        decoded = text.decode("utf-8")
    except UnicodeDecodeError:
        raise Malformed(_("This is not in UTF-8.")) from None
    return _decoded(_PLAIN, decoded)


def record_of(text: str) -> Any:
    """The value of a text from which records are made: numbers stay as they are written.

    Raises ``Malformed``, also for a key that stands there twice.
    """
    return _decoded(STRICT, text)


def _decoded(decoder: json.JSONDecoder, text: str) -> Any:
    if text.count("[") + text.count("{") > MAX_DEPTH:
        _check_depth(text)
    try:
        value = decoder.decode(text)
    except Malformed:
        raise
    except RecursionError:
        raise too_deep() from None
    except ValueError as error:
        raise Malformed(why(error)) from None
    if "\\u" in text and _has_half_pair(value):
        raise Malformed(_("A character is written by half (a lone surrogate)."))
    return value


def why(error: ValueError) -> str:
    """What Python says of a text that is no JSON, for a person."""
    if isinstance(error, json.JSONDecodeError):
        return _("This is no JSON: %(error)s, at character %(place)d.") % {
            "error": error.msg,
            "place": error.pos + 1,
        }
    return str(error)


def too_deep() -> Malformed:
    """What is said of a text that is nested too deep."""
    return Malformed(_("This is nested more than %(limit)d deep.") % {"limit": MAX_DEPTH})


def _check_depth(text: str) -> None:
    depth = 0
    for token in _TOKEN.finditer(text):
        sign = token.group()[0]
        if sign in "[{":
            depth += 1
            if depth > MAX_DEPTH:
                raise too_deep()
        elif sign in "]}":
            depth -= 1


def _has_half_pair(value: Any) -> bool:
    """Whether a text in ``value`` can't be written in UTF-8."""
    match value:
        case str():
            return any("\ud800" <= letter <= "\udfff" for letter in value)
        case dict():
            return any(_has_half_pair(key) or _has_half_pair(held) for key, held in value.items())
        case list():
            return any(map(_has_half_pair, value))
    return False


def _refuse(word: str) -> Never:
    raise Malformed(_("“%(word)s” is no number in JSON.") % {"word": word})


def _integer(digits: str) -> int | float:
    """Python refuses to convert the longest."""
    return int(digits) if len(digits) < _LONG else float(digits)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    held = dict(pairs)
    if len(held) < len(pairs):
        keys = [key for key, _value in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise Malformed(_("The key “%(key)s” stands there twice.") % {"key": twice[:80]})
    return held


_PLAIN = json.JSONDecoder(parse_constant=_refuse, parse_int=_integer)
LOOSE = json.JSONDecoder(strict=False)
"""Finds the end of a value with raw line feeds in its texts, which are no JSON."""

STRICT = json.JSONDecoder(
    parse_constant=_refuse, parse_int=Number, parse_float=Number, object_pairs_hook=_unique
)
