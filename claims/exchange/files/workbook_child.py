"""Reads a workbook in a process of its own, and says what it holds in lines of JSON.

Run by ``workbook_process.py``, by its path, with its orders in one argument: ``path``, ``wanted``
(numbers of sheets; all, if it is null), ``rows`` (how many of each; all, if it is null) and the
bounds. It knows neither Django nor the rest of the project, so that it needs little before the
workbook does.

It says ``["sheet", number, name, state]``, ``["row", number, cells, fault, detail]``, at last
``["end"]``, or why not: ``["fault", word]``. Whoever hears none of the two knows that it has been
ended.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import resource
import sys
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import IO, Any

if __name__ == "__main__":
    # All are large, nothing here needs them, and openpyxl takes them where it finds them.
    sys.modules["numpy"] = None  # type: ignore[assignment]
    sys.modules["PIL"] = None  # type: ignore[assignment]
    os.environ["OPENPYXL_LXML"] = "False"

import openpyxl
from openpyxl.reader import excel
from openpyxl.styles.numbers import BUILTIN_FORMATS
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._read_only import ReadOnlyWorksheet
from openpyxl.worksheet._reader import FORMULA_TAG, ROW_TAG, VALUE_TAG, WorkSheetParser
from openpyxl.xml.constants import SHEET_MAIN_NS
from openpyxl.xml.functions import iterparse

_KINDS = {
    "xl/workbook.bin": "xlsb",
    "word/document.xml": "document",
    "ppt/presentation.xml": "document",
    "Index/Document.iwa": "numbers",
    "Index.zip": "numbers",
}
_ESCAPED = re.compile(r"_x000([9AaDd])_")
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
_SMALL = 1024 * 1024
_LAST_COLUMN = 18_278  # that has a name
_STRING, _INLINE, _RUN, _TEXT = (f"{{{SHEET_MAIN_NS}}}{tag}" for tag in ("si", "is", "r", "t"))
_BAD = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


class Fault(Exception):
    """Why the workbook isn't read, in a word that the parent knows."""


def main(orders: dict[str, Any]) -> None:
    """Do what ``orders`` say, and nothing that goes beyond the bounds in them."""
    limit(orders["memory"], orders["seconds"])
    try:
        with Path(orders["path"]).open("rb") as file:
            check(file, orders)
            for line in read(file, orders):
                tell(line)
        tell(["end"])
    except Fault as fault:
        tell(["fault", str(fault)])
    except MemoryError:
        os._exit(1)
    except BrokenPipeError:
        os._exit(0)
    except Exception:  # noqa: BLE001 (whatever openpyxl trips over, the workbook is at fault)
        tell(["fault", "damaged"])


def tell(line: list[Any]) -> None:
    """Say one line."""
    sys.stdout.write(json.dumps(line) + "\n")
    if line[0] != "row":
        sys.stdout.flush()


def limit(memory: int, seconds: int) -> None:
    """Bind this process, as far as the system knows these bounds."""
    wanted = (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_DATA, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    )
    for name, most in wanted:
        with suppress(ValueError, OSError):
            resource.setrlimit(name, (most, most))


def check(file: IO[bytes], bounds: dict[str, Any]) -> None:
    """Look at the directory of the archive before anything is unpacked."""
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
            names = {part.filename for part in parts}
            mime = b""
            if "mimetype" in names:
                with archive.open("mimetype") as held:
                    mime = held.read(100)
    except (zipfile.BadZipFile, *_BAD, OSError, NotImplementedError, RuntimeError):
        raise Fault("damaged") from None
    if kind := other_kind(names, mime):
        raise Fault(kind)
    if any(part.flag_bits & 1 for part in parts):
        raise Fault("encrypted")
    if len(parts) > bounds["parts"]:
        raise Fault("parts")
    if sum(part.file_size for part in parts) > bounds["unpacked"]:
        raise Fault("unpacked")
    for part in parts:
        if part.file_size > max(_SMALL, bounds["ratio"] * part.compress_size):
            raise Fault("unpacked")


def other_kind(names: set[str], mime: bytes) -> str:
    """What the archive is when it is no workbook that we read."""
    if kind := next((word for name, word in _KINDS.items() if name in names), ""):
        return kind
    if b"opendocument" in mime:
        return "ods" if b"spreadsheet" in mime else "document"
    return "" if "[Content_Types].xml" in names else "zip"


def read(file: IO[bytes], orders: dict[str, Any]) -> Iterator[list[Any]]:
    """What is to be told of the sheets that are asked for."""
    warnings.simplefilter("ignore")
    # It would read a whole sheet for its size, and build six objects for each text of it.
    ReadOnlyWorksheet._get_size = lambda _sheet: None
    excel.read_string_table = strings
    book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
    if len(book.worksheets) > orders["sheets"]:
        raise Fault("sheets")
    percents = frozenset(percent_styles(book))
    for number, sheet in enumerate(book.worksheets):
        if orders["wanted"] is None or number in orders["wanted"]:
            yield ["sheet", number, sheet.title, sheet.sheet_state]
            told = (row_told(*row, percents, orders) for row in Parser.of(book, sheet).parse())
            yield from islice((row for row in told if any(row[2]) or row[3]), orders["rows"])


def strings(source: IO[bytes]) -> list[str]:
    """The texts that the cells of a workbook share."""
    found = []
    for _event, element in iterparse(source):
        if element.tag == _STRING:
            found.append(content(element).replace("x005F_", ""))
            element.clear()
    return found


def content(element: Any) -> str:
    """A text whose parts may look different, without how it is pronounced."""
    parts = [element.find(_TEXT), *(run.find(_TEXT) for run in element.findall(_RUN))]
    return "".join(part.text for part in parts if part is not None and part.text)


def percent_styles(book: Any) -> Iterator[int]:
    """The numbers of the styles that show a share as a percentage."""
    for number, style in enumerate(book._cell_styles):
        own = style.numFmtId - 164
        if own >= 0:
            code = book._number_formats[own] if own < len(book._number_formats) else ""
        else:
            code = BUILTIN_FORMATS.get(style.numFmtId, "")
        if "%" in _QUOTED.sub("", code):
            yield number


class Parser(WorkSheetParser):  # type: ignore[misc]
    """Reads the rows that are there and nothing else, and knows a formula without a value.

    openpyxl's own reader fills what lies between two cells that are far apart.
    """

    @classmethod
    def of(cls, book: Any, sheet: Any) -> Parser:
        """The parser of one sheet."""
        return cls(
            sheet._get_source(),
            sheet._shared_strings,
            data_only=True,
            epoch=book.epoch,
            date_formats=book._date_formats,
            timedelta_formats=book._timedelta_formats,
        )

    def parse(self) -> Iterator[tuple[int, list[dict[str, Any]]]]:
        """The number of each row, with its cells."""
        for _event, element in iterparse(self.source):
            if element.tag == ROW_TAG:
                yield self.parse_row(element)
                element.clear()

    def parse_cell(self, element: Any) -> dict[str, Any]:
        """One cell: ``data_type`` is ``e`` for an error, ``f`` for a formula without a value."""
        before = self.col_counter
        inline = element.find(_INLINE) if element.get("t") == "inlineStr" else None
        if inline is not None:
            element.remove(inline)
        try:
            cell: dict[str, Any] = super().parse_cell(element)
        except _BAD:
            column = self.col_counter if self.col_counter > before else before + 1
            return {"column": column, "value": "#VALUE!", "data_type": "e", "style_id": 0}
        if inline is not None:
            cell["value"], cell["data_type"] = content(inline), "s"
        if element.find(FORMULA_TAG) is not None and element.find(VALUE_TAG) is None:
            cell["data_type"] = "f"
        return cell


def row_told(
    number: int, cells: list[dict[str, Any]], percents: frozenset[int], bounds: dict[str, Any]
) -> list[Any]:
    """One row as it is told: its cells as texts, and what is wrong with the first that is."""
    texts: dict[int, str] = {}
    fault, detail = "", ""
    for cell in cells:
        column = cell["column"]
        text = "" if cell["value"] is None else shown(cell["value"], cell["style_id"] in percents)
        kind = cell["data_type"] if cell["data_type"] in ("e", "f") else ""
        if text.strip() and column > bounds["columns"]:
            kind = "wide"
        elif len(text) > bounds["cell"]:
            kind, text = "long", text[: bounds["cell"]]
        else:
            texts[column] = text
        if kind and not fault:
            fault, detail = kind, f"{get_column_letter(min(column, _LAST_COLUMN))}{number}"
            detail += f" {text}" if kind == "e" else ""
    if sum(map(len, texts.values())) > bounds["record"]:
        texts, fault, detail = {}, "long", f"A{number}"
    filled = [column for column, text in texts.items() if text.strip() and column > 0]
    return [
        "row",
        number,
        [texts.get(column, "") for column in range(1, max(filled, default=0) + 1)],
        fault,
        detail,
    ]


def shown(value: Any, percent: bool = False) -> str:
    """A value as a person sees it; dates and times as ISO 8601 has them."""
    match value:
        case str():
            return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), value)
        case bool():
            return "yes" if value else "no"
        case int() | float():
            return f"{plain(100 * value)}%" if percent else plain(value)
        case dt.datetime():
            moment = (value + dt.timedelta(microseconds=500_000)).replace(microsecond=0)
            whole = moment.time() == dt.time()
            return moment.date().isoformat() if whole else time_told(moment)
        case dt.date():
            return value.isoformat()
        case dt.time():
            return time_told(value.replace(microsecond=0))
        case dt.timedelta():
            minutes, seconds = divmod(round(value.total_seconds()), 60)
            return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    return str(value)


def time_told(value: dt.datetime | dt.time) -> str:
    """With seconds only where there are any."""
    return value.isoformat(timespec="seconds" if value.second else "minutes")


def plain(value: float) -> str:
    """A number with the fifteen digits that spreadsheets keep, without an exponent."""
    if isinstance(value, int):
        return str(value)
    number = Decimal(f"{value:.15g}")
    if not number.is_finite() or abs(number.adjusted()) > 20:
        return f"{value:.15g}"
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
