"""Reads workbooks, whose sheets come from a process that can't harm ours."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from claims.exchange.files import bounds, headings
from claims.exchange.files.shapes import EXPLAINED, EXPLANATION, Format, Record, Sheet, Unreadable
from claims.exchange.files.text import clean
from claims.exchange.files.workbook_process import Ended, Limits, Reading, looked_at, why

ZIP = b"PK\x03\x04"
EMPTY_ZIP = b"PK\x05\x06"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_PROTECTED = "EncryptedPackage".encode("utf-16-le")
_SAMPLE_ROWS = 50


def sheets(path: Path, limits: Limits | None = None) -> list[Sheet]:
    """The sheets of a workbook that have headings and rows. Raises ``Unreadable``."""
    limits = limits or Limits()
    _check_outside(path)
    looked: list[_Looked] = []
    for said in looked_at(path, _SAMPLE_ROWS, limits):
        if said[0] == "sheet":
            looked.append(_Looked(said[1], clean(said[2]), said[3] != "visible", []))
        else:
            looked[-1].sample.append(_record(said))
    found: list[Sheet] = []
    empty: list[str] = []
    bad: list[str] = []
    reading = Reading(path, limits)
    for each in looked:
        try:
            sheet = _sheet(reading, each)
            if (sheet.name, sheet.headings) != (EXPLANATION, EXPLAINED):
                found.append(sheet)
        except _Empty:
            empty.append(f"“{each.name}”")
        except Unreadable as reason:
            bad.append(f"{each.name}: {reason}")
    return _with_left_out(found, empty, bad)


@dataclass(frozen=True, slots=True)
class _Looked:
    """What a first look has shown of a sheet."""

    number: int
    name: str
    hidden: bool
    sample: list[Record]


class _Empty(Exception):
    """A sheet without rows: nothing to speak of when there are others."""


def _with_left_out(found: list[Sheet], empty: list[str], bad: list[str]) -> list[Sheet]:
    if not found:
        raise Unreadable(bad[0] if bad else _("The workbook has no sheet with headings and rows."))
    notes = list(bad)
    if empty:
        said = ", ".join(empty[:20])
        notes.append(_("Sheets without rows are left out: %(names)s.") % {"names": said})
    first = found[0]
    found[0] = Sheet(first.name, first.format, first.headings, (*first.notes, *notes), first.source)
    return found


def _sheet(reading: Reading, looked: _Looked) -> Sheet:
    if not looked.sample:
        raise _Empty
    place = headings.find(looked.sample)
    if not any(record.line > place.behind for record in looked.sample):
        raise _Empty

    reading.wanted.append(looked.number)

    def records() -> Iterator[Record]:
        width = len(place.names)
        came_to = 0
        try:
            for said in reading.rows(looked.number):
                if said[1] > place.behind:
                    record = _record(said)
                    came_to = record.line
                    missing = ("",) * (width - len(record.cells))
                    yield headings.fitted(
                        Record(record.line, (*record.cells, *missing), record.problem), width
                    )
        except Ended:
            raise Unreadable(_broken_off(looked.name, came_to)) from None

    hidden = (_("This sheet is hidden in the workbook."),) if looked.hidden else ()
    return Sheet(looked.name, Format.XLSX, place.names, (*place.notes, *hidden), records)


def _record(said: list[Any]) -> Record:
    _word, number, cells, fault, detail = said
    held = tuple(clean(cell) for cell in cells)
    return Record(number, held, _problem(fault, clean(detail)) if fault else "")


def _problem(fault: str, detail: str) -> str:
    place, _space, error = detail.partition(" ")
    match fault:
        case "e":
            return _("Cell %(place)s holds the error %(error)s.") % {
                "place": place,
                "error": error[:40],
            }
        case "f":
            return _(
                "Cell %(place)s holds a formula without its value. Open the workbook in a "
                "spreadsheet, save it, and upload it again."
            ) % {"place": place}
        case "wide":
            return _("Cell %(place)s lies beyond the %(limit)s columns that we read.") % {
                "place": place,
                "limit": f"{bounds.MAX_COLUMNS:,}",
            }
    return _("Cell %(place)s, or its row, holds more characters than we read.") % {"place": place}


def _check_outside(path: Path) -> None:
    """What can be known of a workbook without unpacking it."""
    size = path.stat().st_size
    if size > bounds.MAX_WORKBOOK:
        raise Unreadable(
            _("The workbook is larger than %(limit)d MB. Divide it, or save it as CSV (UTF-8).")
            % {"limit": bounds.MAX_WORKBOOK // 1024 // 1024}
        )
    with path.open("rb") as file:
        if not file.read(8).startswith(OLE):
            return
        held = file.read()
    raise Unreadable(why("encrypted" if _PROTECTED in held else "xls"))


def _broken_off(name: str, came_to: int) -> str:
    if not came_to:
        return why("ended")
    return _(
        "Reading the sheet “%(name)s” takes more memory or time than we give it: we came to row "
        "%(row)s of it. Save it as CSV (UTF-8), which can be of any length, or divide it."
    ) % {"name": name, "row": f"{came_to:,}"}
