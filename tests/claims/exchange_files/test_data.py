"""Files that nobody here wrote: each is read rightly, or refused in one clear line."""

import json
from collections import Counter
from pathlib import Path

import pytest

from claims.choices import Finding
from claims.exchange.files import Unreadable, sheets
from claims.exchange.labels import suggest
from tests.claims.exchange_files.reading import DATA, needs_data, only, records

pytestmark = needs_data

NASTY = DATA / "nasty"
EMPTY = "The file is empty."
NO_ROWS = "The file has headings and no rows."
NO_SHEET = "The workbook has no sheet with headings and rows."
COMPRESSED = "The file is compressed. Unpack it, and upload what is in it."
XLS = "This is a workbook of the old kind (.xls). Save it as XLSX or CSV (UTF-8)."
ODS = "This is an OpenDocument workbook (.ods). Save it as XLSX or CSV (UTF-8)."

OUTCOMES: dict[str, str | list[tuple[int, int]]] = {
    "agate-excel/test_ambiguous_date.xlsx": [(1, 0)],
    "agate-excel/test_empty.xlsx": NO_SHEET,
    "agate-excel/test_numeric_column_name.xlsx": [(1, 1)],
    "agate-excel/test_skip_lines.xlsx": [(3, 0)],
    "blns/blns.json": "Line 2: This is no object with keys and values.",
    "csvkit/bad.csv": [(3, 2)],
    "csvkit/bad_skip_lines.csv": [(3, 2)],
    "csvkit/blanks.csv": [(1, 0)],
    "csvkit/dummy.csv": [(1, 0)],
    "csvkit/dummy.csv.bz2": COMPRESSED,
    "csvkit/dummy.csv.gz": COMPRESSED,
    "csvkit/dummy.xlsx": [(1, 0)],
    "csvkit/empty.csv": EMPTY,
    "csvkit/mac_newlines.csv": [(2, 0)],
    "csvkit/no_header_row.csv": [(1, 0)],
    "csvkit/null_byte.csv": [(1, 1)],
    "csvkit/optional_quote_characters.csv": [(1, 0)],
    "csvkit/sheets.xlsx": [(5, 1), (1, 0)],
    "csvkit/test.xls": XLS,
    "csvkit/test_date_format.csv": [(2, 0)],
    "csvkit/test_empty_columns.csv": [(2, 0)],
    "csvkit/test_empty_columns_long_row.csv": NO_ROWS,
    "csvkit/test_empty_columns_short_row.csv": NO_ROWS,
    "csvkit/test_extra_header.csv": [(1, 1)],
    "csvkit/test_header_newline.csv": [(1, 0)],
    "csvkit/test_latin1.csv": [(2, 0)],
    "csvkit/test_locale.csv": [(1, 0)],
    "csvkit/test_numeric_date_format.csv": [(2, 0)],
    "csvkit/test_utf16_big.csv": [(2, 0)],
    "csvkit/test_utf16_little.csv": [(2, 0)],
    "csvkit/test_utf8.csv": [(2, 0)],
    "csvkit/test_utf8_bom.csv": [(2, 0)],
    "tablib/bad_dimensions.xlsx": [(3, 0)],
    "tablib/book.ods": ODS,
    "tablib/errors.xls": XLS,
    "tablib/ragged.xlsx": [(1, 0)],
    "tablib/xlsx_cell_values.xlsx": NO_SHEET,
}
"""By file: how many records each sheet has and how many of them a problem, or why not."""


def outcome(path: Path) -> str | list[tuple[int, int]]:
    """What becomes of a file."""
    try:
        read = [list(sheet.records()) for sheet in sheets(path, path.name)]
    except Unreadable as reason:
        return str(reason)
    return [(len(each), sum(1 for record in each if record.problem)) for each in read]


@pytest.mark.parametrize("name", OUTCOMES)
def test_nasty_file_is_read_or_refused(name: str) -> None:
    assert outcome(NASTY / name) == OUTCOMES[name]


def test_every_nasty_file_is_tried() -> None:
    others = {"blns/LICENSE", "json-test-suite/license", "json-test-suite/parsing.json"}
    found = {path.relative_to(NASTY).as_posix() for path in NASTY.rglob("*") if path.is_file()}
    assert {name for name in found if not name.startswith("csv-spectrum/")} == {
        *OUTCOMES,
        *others,
    }


def test_tables_of_the_spectrum_say_what_is_meant() -> None:
    """In one of them the telephone number was changed later, but not in what it means."""
    folder = NASTY / "csv-spectrum"
    paths = sorted((folder / "csvs").glob("*.csv"))
    assert len(paths) == 12
    for path in paths:
        meant = json.loads((folder / "json" / f"{path.stem}.json").read_text("utf-8"))
        sheet = only(path)
        found = [dict(zip(sheet.headings, record.cells, strict=True)) for record in sheet.records()]
        changed = "Contact Phone Number"
        assert [{**row, changed: ""} for row in found] == [
            {**row, changed: ""} for row in (meant if isinstance(meant, list) else [meant])
        ]


def test_naughty_strings_come_back(tmp_path: Path) -> None:
    """As lines of JSON; those that aren't blank, since a blank record is none."""
    strings = json.loads((NASTY / "blns/blns.json").read_text("utf-8"))
    assert len(strings) == 485
    held = [text for text in strings if text.strip()]
    path = tmp_path / "blns.jsonl"
    path.write_text("\n".join(json.dumps({"claim": text}) for text in held), "utf-8")
    assert [record.cells for record in records(path)] == [(text,) for text in held]


def test_real_reviews_in_a_table_are_read() -> None:
    sheet = only(DATA / "factckbr/FACTCKBR.tsv")
    found = list(sheet.records())
    assert (len(found), [each for each in found if each.problem]) == (1313, [])
    column = sheet.headings.index("alternativeName")
    findings = Counter(suggest(each.cells[column]).finding for each in found)
    assert findings == {
        Finding.REFUTED: 943,
        Finding.CONFLICTING: 207,
        Finding.SUPPORTED: 124,
        Finding.UNRESOLVABLE: 20,
        Finding.INSUFFICIENT: 14,
        None: 5,
    }
