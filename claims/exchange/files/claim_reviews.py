"""Makes a sheet of a file of ClaimReviews: one, a list, a graph, a feed, lines, or a web page."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from claims.exchange.files import json_ld, json_text, reviews
from claims.exchange.files.bounds import MAX_CELL, MAX_HTML
from claims.exchange.files.json_stream import Element, elements_of, is_lines
from claims.exchange.files.json_text import Malformed
from claims.exchange.files.shapes import Format, Record, Sheet, Unreadable
from claims.exchange.files.text import MARK, clean

_PAGE = re.compile(r"\s*<(!doctype\s+html|html|head|body|script|!--)", re.IGNORECASE)
_SCRIPT = re.compile(r"<script\b([^>]{0,2000})>", re.IGNORECASE)
_SCRIPT_END = re.compile(r"</script", re.IGNORECASE)
_FIRST = 100
_NAMED = 40


def is_page(head: str) -> bool:
    """Whether a text begins like a web page."""
    return bool(_PAGE.match(head))


def has_reviews(path: Path, encoding: str) -> bool:
    """Whether one of the first values of a file of JSON is a ClaimReview."""
    first = islice(elements_of(path, encoding), _FIRST)
    return any(next(json_ld.find(element.value), None) is not None for element in first)


def sheet(path: Path, name: str, encoding: str, notes: tuple[str, ...]) -> Sheet:
    """The one sheet of a file of reviews. Raises ``Unreadable``."""
    with path.open(encoding=encoding, errors=MARK) as file:
        in_page = is_page(file.read(4_096).removeprefix("\ufeff"))
    by_line = not in_page and is_lines(path, encoding)

    def elements() -> Iterator[Element]:
        return _in_page(path, encoding) if in_page else elements_of(path, encoding)

    def records() -> Iterator[Record]:
        for element, number, read in _reviews(elements()):
            line = element.line if by_line else number
            if isinstance(read, str):
                yield Record(line, (), read)
                continue
            for row in read.rows:
                yield _checked(line, row)

    told = _notes(elements())
    return Sheet(name, Format.CLAIMREVIEW, reviews.COLUMNS, (*notes, *told), records)


def _reviews(elements: Iterator[Element]) -> Iterator[tuple[Element, int, reviews.Read | str]]:
    """Each review with its number; what can't be read, and why, counts as one."""
    number = 0
    for element in elements:
        if element.problem:
            number += 1
            yield element, number, element.problem
            continue
        known = json_ld.named_in(element.value)
        for value in json_ld.find(element.value):
            number += 1
            yield element, number, _read(value, known)


def _read(value: Any, known: dict[str, Any]) -> reviews.Read | str:
    try:
        return reviews.read(value, known)
    except RecursionError:
        return str(json_text.too_deep())
    except reviews.TooMany:
        return _("The review has more than %(limit)s speakers and places of a claim.") % {
            "limit": f"{reviews.MOST_ROWS:,}"
        }


def _checked(line: int, row: tuple[str, ...]) -> Record:
    cells = tuple(clean(cell)[:MAX_CELL] for cell in row)
    problem = ""
    if not cells[0]:
        problem = _("The review doesn’t say which claim it is about (claimReviewed).")
    elif any(len(cell) > MAX_CELL for cell in row):
        problem = _("A value has more than %(limit)s characters.") % {"limit": f"{MAX_CELL:,}"}
    elif any(map(str.__ne__, cells, row)):
        problem = _("A value holds characters that can’t be read or kept.")
    return Record(line, cells, problem)


def _notes(elements: Iterator[Element]) -> tuple[str, ...]:
    """What an editor should know of the file, from one reading of it. Raises ``Unreadable``."""
    left: Counter[str] = Counter()
    found = 0
    beyond: list[int] = []
    for _element, number, read in _reviews(elements):
        found = number
        if isinstance(read, reviews.Read):
            left += Counter(p for p in read.left if p in left or len(left) < 10 * _NAMED)
            if read.beyond:
                beyond.append(number)
    if not found:
        raise Unreadable(_("The file holds no ClaimReview."))
    notes: list[str] = []
    if beyond:
        notes.append(
            _("Ratings outside their own scale: %(count)s, the first in review %(number)d.")
            % {"count": f"{len(beyond):,}", "number": beyond[0]}
        )
    if left:
        names = ", ".join(path for path, _count in left.most_common(_NAMED))
        notes.append(_("There is no place for these, so they are left out: %(n)s.") % {"n": names})
    return tuple(notes)


def _in_page(path: Path, encoding: str) -> Iterator[Element]:
    """The values of a web page's scripts of JSON-LD."""
    if path.stat().st_size > MAX_HTML:
        raise Unreadable(
            _("The page is larger than %(limit)d MB.") % {"limit": MAX_HTML // 1024 // 1024}
        )
    text = path.read_text(encoding, errors=MARK)
    place = line = 0
    while (begin := _SCRIPT.search(text, place)) and (end := _SCRIPT_END.search(text, begin.end())):
        line += text.count("\n", place, end.start())
        place = end.end()
        held = text[begin.end() : end.start()]
        if "ld+json" in begin[1].casefold() and "ClaimReview" in held:
            try:
                yield Element(line + 1, json_text.record_of(held))
            except Malformed as reason:
                yield Element(line + 1, problem=str(reason))
