"""Runs the process that reads a workbook: what it may use, what it is told, what it says."""

from __future__ import annotations

import json
import selectors
import subprocess
import sys
from collections.abc import Generator, Iterator
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from claims.exchange.files import bounds
from claims.exchange.files.shapes import Unreadable

_CHILD = Path(__file__).with_name("workbook_child.py")
_PIECE = 64 * 1024

Told = Generator[list[Any], None, None]


@dataclass(frozen=True, slots=True)
class Limits:
    """What the process may use: bytes, seconds of the processor, seconds of silence."""

    memory: int = bounds.CHILD_MEMORY
    seconds: int = bounds.CHILD_SECONDS
    silence: float = bounds.CHILD_SILENCE


class Ended(Unreadable):
    """Reading took more than we give it."""


class Reading:
    """Reads the sheets of a workbook that are ``wanted``, numbers that grow.

    Starting a process takes longer than reading a small sheet: one process reads as many sheets as
    it can, each when it is asked for, and waits in between. What is asked for out of turn gets a
    process of its own; so does a sheet at which one has ended that had read others before, so that
    each sheet may use all of the limits.
    """

    def __init__(self, path: Path, limits: Limits) -> None:
        self.path = path
        self.limits = limits
        self.wanted: list[int] = []
        self._waiting: tuple[int, Told] | None = None

    def rows(self, number: int) -> Iterator[list[Any]]:
        """What is said of the rows of one sheet. Raises ``Unreadable``."""
        heard = 0
        at, told = self._waiting or (-1, _nothing())
        self._waiting = None
        if at == number:
            try:
                for said in self._up_to_next(told):
                    heard += 1
                    yield said
            except Ended:
                pass
            else:
                return
        told.close()
        yield from islice(self._up_to_next(self._begun(number)), heard, None)

    def _begun(self, number: int) -> Told:
        """A new process, at the first row of a sheet."""
        wanted = [each for each in self.wanted if each >= number]
        told = _told(self.path, wanted, None, self.limits)
        next(told, None)
        return told

    def _up_to_next(self, told: Told) -> Iterator[list[Any]]:
        """What is said until the next sheet begins; the process waits there."""
        try:
            for said in told:
                if said[0] == "sheet":
                    self._waiting, told = (said[1], told), _nothing()
                    return
                yield said
        finally:
            told.close()


def looked_at(path: Path, rows: int, limits: Limits) -> Told:
    """What is said of all sheets and their first rows. Raises ``Unreadable``."""
    return _told(path, None, rows, limits)


def _nothing() -> Told:
    yield from ()


def why(fault: str) -> str:
    """What a person is told of a fault, by its word."""
    match fault:
        case "encrypted":
            return _("The workbook is protected by a password. Save it without one.")
        case "xls":
            return _("This is a workbook of the old kind (.xls). Save it as XLSX or CSV (UTF-8).")
        case "xlsb":
            return _("This is a binary workbook (.xlsb). Save it as XLSX or CSV (UTF-8).")
        case "ods":
            return _("This is an OpenDocument workbook (.ods). Save it as XLSX or CSV (UTF-8).")
        case "numbers":
            return _("This is a document of Apple’s. Export it as XLSX or CSV (UTF-8).")
        case "document":
            return _("This is a text document or a presentation, not a workbook.")
        case "zip":
            return _("This is a ZIP archive. Unpack it, and upload the files in it.")
        case "sheets" | "parts" | "unpacked":
            return _(
                "The workbook holds more than we read, once it is unpacked. Divide it, or save "
                "it as CSV (UTF-8)."
            )
        case "ended":
            return _(
                "Reading the workbook takes more memory or time than we give it. Divide it, or "
                "save it as CSV (UTF-8)."
            )
    return _("The workbook is damaged. Open it in a spreadsheet, and save it as XLSX again.")


def _told(path: Path, wanted: list[int] | None, rows: int | None, limits: Limits) -> Told:
    """What a process says. It is ended when we have heard enough. Raises ``Unreadable``."""
    orders = {
        **asdict(limits),
        "path": str(path.absolute()),
        "wanted": wanted,
        "rows": rows,
        "parts": bounds.MAX_PARTS,
        "sheets": bounds.MAX_SHEETS,
        "unpacked": bounds.MAX_UNPACKED,
        "ratio": bounds.MAX_RATIO,
        "columns": bounds.MAX_COLUMNS,
        "cell": bounds.MAX_CELL,
        "record": bounds.MAX_RECORD,
    }
    child = subprocess.Popen(
        [sys.executable, "-I", str(_CHILD), json.dumps(orders)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"LC_ALL": "C.UTF-8"},
    )
    try:
        for line in _lines(child, limits.silence):
            said: list[Any] = json.loads(line)
            if said[0] == "end":
                return
            if said[0] == "fault":
                raise Unreadable(why(said[1]))
            yield said
        raise Ended(why("ended"))
    finally:
        child.kill()
        child.wait()
        if child.stdout is not None:
            child.stdout.close()


def _lines(child: subprocess.Popen[bytes], silence: float) -> Iterator[bytes]:
    """Its lines, until it ends or keeps silent for too long."""
    assert child.stdout is not None
    longest = 8 * bounds.MAX_RECORD
    held = b""
    with selectors.DefaultSelector() as ready:
        ready.register(child.stdout, selectors.EVENT_READ)
        while ready.select(silence):
            piece = child.stdout.raw.read(_PIECE)  # type: ignore[attr-defined]
            if not piece:
                return
            *lines, held = (held + piece).split(b"\n")
            yield from lines
            if len(held) > longest:
                return
