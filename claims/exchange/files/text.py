"""Reads a file of text line by line, whatever its encoding, in little memory."""

from __future__ import annotations

import codecs
import io
import re
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from django.utils.translation import gettext as _

from claims.exchange.files.bounds import FEW_LINES, MAX_RECORD, MAX_REREAD, MAX_STRAY
from claims.exchange.files.shapes import Unreadable

GUESS = "windows-1252"
ENCODINGS = (
    *("utf-8", "utf-16", "utf-16-le", "utf-16-be", "windows-1250", "windows-1251", GUESS),
    *("windows-1253", "windows-1254", "windows-1255", "windows-1256", "windows-1257"),
    *("windows-1258", "iso-8859-2", "iso-8859-5", "iso-8859-7", "iso-8859-9", "iso-8859-15"),
    *("koi8-r", "koi8-u", "mac-roman", "cp437", "cp850", "shift_jis", "euc-jp", "euc-kr"),
    *("gb18030", "big5", "windows-874"),
)
"""What an editor may say that a file is in."""

_CHUNK = 256 * 1024
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_UNFIT = re.compile("[\0\ud800-\udfff]")
MARK = "sayso-mark"
"""How undecodable bytes are handled: ``_mark`` puts half a pair in their place."""


def _mark(error: UnicodeError) -> tuple[str, int]:
    """Put half a pair where something can't be read: no text that could be read holds one."""
    if isinstance(error, UnicodeDecodeError):
        return "\udcff", error.end
    raise error


codecs.register_error(MARK, _mark)


class Line(NamedTuple):
    """One line with its end, its number from 1, and what is wrong with it."""

    number: int
    text: str
    fault: str = ""
    cut: bool = False


class Lines:
    """Lines for ``csv.reader``, which can be given back once it has failed on them.

    ``taken`` are the lines of the record that is being read, ``fault`` is what is wrong with
    them.
    """

    def __init__(self, fresh: Iterable[Line]) -> None:
        self._fresh = iter(fresh)
        self._again: deque[Line] = deque()
        self._reread = 0
        self._size = 0
        self.taken: list[Line] = []
        self.fault = ""

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self._fresh)
        self.taken.append(line)
        self._size += len(line.text)
        if line.fault:
            self.fault = self.fault or line.fault
        if line.cut or self._size > MAX_RECORD or self._too_many():
            raise TooLong
        return line.text

    def done(self) -> None:
        """Begin the next record."""
        self.taken.clear()
        self._size = 0
        self.fault = ""

    def give_back(self) -> Line:
        """Begin again on the line behind the first that is taken; give that one."""
        first, *others = self.taken
        self._again.extendleft(reversed(others))
        self._reread += self._size
        self.done()
        return first

    def _too_many(self) -> bool:
        return self._reread > MAX_REREAD and len(self.taken) > FEW_LINES


class TooLong(Exception):
    """A line, or a record, is longer than we read."""


def lines_of(path: Path, encoding: str) -> Generator[Line]:
    """The lines of a file, as a text editor numbers them. One that is too long is cut."""
    limit = MAX_RECORD + 2
    with path.open("rb") as raw, io.TextIOWrapper(raw, encoding, MARK, newline="") as file:
        number, text = 1, file.readline(limit)
        while text:
            following = None
            cut = False
            if len(text) == limit:
                cut = text[-1] not in "\r\n"
                last = text[-1]
                while last not in "\r\n" and (rest := file.readline(limit)):
                    last = rest[-1]
                following = file.readline(limit)
                if last == "\r" and following == "\n":
                    following = file.readline(limit)
            yield _judged(number, text, cut)
            number += 1
            text = file.readline(limit) if following is None else following


def _judged(number: int, text: str, cut: bool) -> Line:
    if text.isascii() and "\0" not in text and not cut:
        return Line(number, text)
    found = _UNFIT.search(text)
    if found is None and not cut:
        return Line(number, text)
    fault = ""
    if cut:
        fault = _("Line %(line)d has more than %(limit)s characters: are line breaks missing?") % {
            "line": number,
            "limit": f"{MAX_RECORD:,}",
        }
        text = text[:MAX_RECORD]
    elif found and found.group() == "\0":
        fault = _("Line %(line)d holds a NUL character.") % {"line": number}
    elif found:
        fault = _("Line %(line)d holds characters that can’t be read in the file’s encoding.") % {
            "line": number
        }
    return Line(number, clean(text), fault, cut)


def clean(text: str) -> str:
    """``text`` with a question mark (U+FFFD) for each character that no database keeps."""
    return _UNFIT.sub("\ufffd", text)


def encoding_of(path: Path, told: str | None) -> tuple[str, tuple[str, ...]]:
    """The encoding of a file, as Python calls it, and what the editor should know of it.

    Without a mark at its beginning it is UTF-8, or a guess. Raises ``Unreadable``.
    """
    with path.open("rb") as file:
        head = file.read(_CHUNK)
    if told:
        return _allowed(told, head), ()
    if head.startswith(_UTF16):
        return "utf-16", ()
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig", ()
    if _is_binary(head):
        raise Unreadable(
            _("This is no file of text that we can read. Save it as CSV (UTF-8) or XLSX.")
        )
    if _is_utf8(path):
        return "utf-8-sig", ()
    return GUESS, (
        _(
            "The file is not in UTF-8. We read it as %(guess)s, which is a guess: look at its "
            "accents, and choose another encoding if they are wrong."
        )
        % {"guess": GUESS},
    )


def _allowed(told: str, head: bytes) -> str:
    name = told.strip().casefold().replace("_", "-")
    known = {each.replace("_", "-"): each for each in (*ENCODINGS, "utf-8-sig", "latin-1")}
    if name not in known:
        raise Unreadable(_("We don’t know the encoding “%(name)s”.") % {"name": told[:40]})
    if name.startswith("utf-16"):
        unmarked = "utf-16-le" if name == "utf-16" else name
        return "utf-16" if head.startswith(_UTF16) else unmarked
    return "utf-8-sig" if name == "utf-8" else known[name]


def _is_binary(head: bytes) -> bool:
    """Whether it holds NUL, and one byte in twenty is a control character that no text holds."""
    control = bytes(set(range(32)) - set(b"\t\n\v\f\r\x1a\x1b"))
    return b"\0" in head and len(head) - len(head.translate(None, control)) > len(head) // 20 + 1


def _is_utf8(path: Path) -> bool:
    """Whether most of what is not ASCII is UTF-8. A stray byte is the fault of its own record."""
    decoder = codecs.getincrementaldecoder("utf-8")(MARK)
    well = stray = 0
    with path.open("rb") as file:
        while True:
            chunk = file.read(_CHUNK)
            text = decoder.decode(chunk, final=not chunk)
            if not text.isascii():
                marks = text.count("\udcff")
                stray += marks
                well += len(text) - marks - len(text.encode("ascii", "ignore"))
            if not chunk or stray > MAX_STRAY:
                return stray == 0 or well > stray
