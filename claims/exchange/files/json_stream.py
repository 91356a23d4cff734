"""Reads the elements of large JSON texts one by one, past those that are malformed."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import closing, suppress
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple, TextIO

from django.utils.translation import gettext as _

from claims.exchange.files import json_text
from claims.exchange.files.bounds import MAX_COLUMNS, MAX_ELEMENT
from claims.exchange.files.json_text import Malformed
from claims.exchange.files.shapes import Unreadable
from claims.exchange.files.text import MARK, lines_of

_PIECE = 32 * 1024
_DEEPEST = 1_000
_FIRST = 5
_SPACE = re.compile(r"[ \t\r\n]*")
_TOKEN = re.compile(r'"[^"\\\n]*(?:\\.[^"\\\n]*)*"?|[\[\]{},]')
_OPENED = {"]": "[", "}": "{"}


class Element(NamedTuple):
    """One value, the line that it begins on, and why it can't be read."""

    line: int
    value: Any = None
    problem: str = ""


class Stream:
    """A JSON text that is read piece by piece. ``line`` is the one that it has come to."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._held = ""
        self._place = 0
        self._line = 1
        self._counted = 0

    @property
    def line(self) -> int:
        """The line of the next character."""
        self._line += self._held.count("\n", self._counted, self._place)
        self._counted = self._place
        return self._line

    def peek(self) -> str:
        """The next character that is no space; none at the end."""
        while True:
            space = _SPACE.match(self._held, self._place)
            assert space is not None
            self._place = space.end()
            if self._place < len(self._held):
                return self._held[self._place]
            if not self._more():
                return ""

    def skip(self) -> None:
        """Go on behind the next character."""
        self._place += 1

    def value(self) -> Element:
        """The next value. Raises ``Unreadable`` when nobody can say where it ends."""
        self.peek()
        line, whole = self.line, False
        while True:
            try:
                value, end = json_text.STRICT.raw_decode(self._held, self._place)
            except (ValueError, RecursionError) as error:
                end = self._end(loose="control character" in str(error))
                if end >= 0:
                    return self._malformed(line, end)
                if whole or len(self._held) - self._place > MAX_ELEMENT:
                    raise Unreadable(
                        _("What begins on line %(line)d doesn’t end, or is too long to be read.")
                        % {"line": line}
                    ) from None
            else:
                if whole or end < len(self._held):
                    self._place = end
                    return Element(line, value)
            whole = not self._more()

    def elements(self) -> Iterator[Element]:
        """The elements of the list that comes next. Raises ``Unreadable`` as ``value`` does."""
        self.skip()
        if self.peek() == "]":
            self.skip()
            return
        while True:
            yield self.value()
            sign = self.peek()
            if sign == "":
                raise Unreadable(_("The list breaks off on line %(line)d.") % {"line": self.line})
            if sign not in ",]":
                yield Element(self.line, problem=_("There is no comma between two values."))
                if sign in "}:":
                    self.skip()
                continue
            self.skip()
            if sign == "]":
                return

    def members(self) -> Iterator[str]:
        """The keys of the object that comes next. Whoever asks reads the value of each."""
        self.skip()
        while (sign := self.peek()) not in ("}", ""):
            key = self.value()
            if not isinstance(key.value, str) or self.peek() != ":":
                raise Unreadable(
                    _("Line %(line)d is no JSON: a key is missing.") % {"line": self.line}
                )
            self.skip()
            yield key.value
            sign = self.peek()
            if sign == ",":
                self.skip()
            elif sign != "}":
                break
        if self.peek() != "}":
            raise Unreadable(_("The object breaks off on line %(line)d.") % {"line": self.line})
        self.skip()

    def _malformed(self, line: int, end: int) -> Element:
        text = self._held[self._place : end]
        self._place = end
        try:
            json_text.record_of(text)
        except Malformed as reason:
            return Element(line, problem=str(reason))
        return Element(line, problem=str(json_text.too_deep()))

    def _more(self) -> bool:
        """Hold one more piece, as long as what is held, and drop what has been read."""
        at = self.line
        piece = self._file.read(max(_PIECE, len(self._held) - self._place))
        self._held = self._held[self._place :] + piece
        self._place = self._counted = 0
        self._line = at
        return bool(piece)

    def _end(self, *, loose: bool) -> int:
        """Where the next value ends by its brackets, whatever is in it; -1 if that isn't held."""
        if loose:
            with suppress(ValueError, RecursionError):
                return json_text.LOOSE.raw_decode(self._held, self._place)[1]
        opened: list[str] = []
        for token in _TOKEN.finditer(self._held, self._place):
            sign = token.group()[0]
            if sign in "[{":
                opened.append(sign)
                if len(opened) > _DEEPEST:
                    raise Unreadable(str(json_text.too_deep()))
            elif sign in "]}":
                if not opened:
                    return token.start()
                while opened and opened.pop() != _OPENED[sign]:
                    pass
                if not opened:
                    return token.end()
            elif sign == "," and not opened:
                return token.start()
        return -1


def opened(path: Path, encoding: str) -> TextIO:
    """A file of JSON, in which every end of a line is a line feed."""
    return io.TextIOWrapper(path.open("rb"), encoding, MARK, newline=None)


def elements_of(path: Path, encoding: str) -> Iterator[Element]:
    """The values of a file: the elements of its one list, its one object, or its lines.

    What breaks off is told in a last element.
    """
    if is_lines(path, encoding):
        yield from _lines(path, encoding)
        return
    with opened(path, encoding) as file:
        stream = Stream(file)
        try:
            if stream.peek() == "[":
                yield from stream.elements()
            else:
                yield from _in_object(stream)
            if stream.peek():
                yield Element(stream.line, problem=_("Something stands behind the end."))
        except Unreadable as reason:
            yield Element(stream.line, problem=str(reason))


def _in_object(stream: Stream) -> Iterator[Element]:
    """The elements of a feed (schema.org/DataFeed), which may be long, or else the object."""
    line, held, is_feed = stream.line, dict[str, Any](), False
    for key in stream.members():
        if key.endswith("dataFeedElement") and stream.peek() == "[":
            is_feed = True
            yield from stream.elements()
            continue
        element = stream.value()
        if element.problem:
            yield element
        if key in held:
            raise Unreadable(_("The object has the key “%(key)s” twice.") % {"key": key[:80]})
        if len(held) == MAX_COLUMNS:
            told = _("The object has more than %(limit)s keys.") % {"limit": f"{MAX_COLUMNS:,}"}
            raise Unreadable(told)
        held[key] = element.value
    if not is_feed:
        yield Element(line, held)


def is_lines(path: Path, encoding: str) -> bool:
    """Whether one of the first lines is an object by itself, and none is part of something larger.

    A list or a feed may have each of its elements on a line. Where the first line opens more than
    it closes, it has broken off only if the others look like no elements.
    """
    with closing(lines_of(path, encoding)) as lines:
        filled = (line.text for line in lines if line.text.strip())
        first, *others = [*islice(filled, _FIRST)] or [""]
    if not any(map(_is_object, (first, *others))):
        return False
    if _is_object(first) or not _opens(first):
        return True
    return all(text.startswith("{") and not text.rstrip().endswith(",") for text in others)


def _opens(text: str) -> bool:
    """Whether a line opens more brackets than it closes."""
    signs = [token.group()[0] for token in _TOKEN.finditer(text)]
    opening = sum(sign in "[{" for sign in signs)
    return opening > sum(sign in "]}" for sign in signs)


def _is_object(text: str) -> bool:
    if not text.startswith("{"):
        return False
    try:
        return isinstance(json_text.record_of(text), dict)
    except Malformed:
        return False


def _lines(path: Path, encoding: str) -> Iterator[Element]:
    for line in lines_of(path, encoding):
        if line.fault:
            yield Element(line.number, problem=line.fault)
        elif line.text.strip():
            try:
                yield Element(line.number, json_text.record_of(line.text))
            except Malformed as reason:
                yield Element(line.number, problem=str(reason))
