"""Workbooks: what a person sees in them, and what was built to do harm."""

import datetime as dt
import io
import os
import signal
import struct
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from claims.exchange.files import (
    Format,
    Record,
    Unreadable,
    bounds,
    sheets,
    workbook_process,
    workbooks,
)
from claims.exchange.files.workbooks import Limits
from tests.claims.exchange_files.reading import peak, records, written

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
TOO_MUCH = (
    "The workbook holds more than we read, once it is unpacked. Divide it, or save it as CSV "
    "(UTF-8)."
)
ENDED = (
    "Reading the workbook takes more memory or time than we give it. Divide it, or save it as "
    "CSV (UTF-8)."
)
DAMAGED = "The workbook is damaged. Open it in a spreadsheet, and save it as XLSX again."
UNKNOWN = (
    "Cell A3 holds a formula without its value. Open the workbook in a spreadsheet, save it, and "
    "upload it again."
)
HEADED = '<row r="1"><c r="A1" t="inlineStr"><is><t>claim</t></is></c></row>'


def children() -> set[str]:
    """The processes that this one has started and not outlived; the database may be one of them."""
    tasks = Path("/proc/self/task")
    if not tasks.exists():
        return set()
    return {pid for task in tasks.iterdir() for pid in (task / "children").read_text().split()}


def moment(*parts: int) -> dt.datetime:
    """A date and time as workbooks have them: of no zone."""
    return dt.datetime(*parts)  # type: ignore[arg-type] # noqa: DTZ001


def saved(folder: Path, tables: Mapping[str, list[list[Any]]]) -> Path:
    """A workbook as openpyxl writes it."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in tables.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    path = folder / "claims.xlsx"
    book.save(path)
    return path


def parts(rows: str = HEADED, *, around: str = "", before: str = "") -> dict[str, str]:
    """The parts of a workbook of one sheet, by hand."""
    return {
        "[Content_Types].xml": (
            f'<Types xmlns="{PACKAGE}/content-types">'
            '<Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{TYPE}.sheet.main+xml"/>'
            f'<Override PartName="/xl/sheet1.xml" ContentType="{TYPE}.worksheet+xml"/>'
            f'<Override PartName="/xl/sharedStrings.xml" ContentType="{TYPE}.sharedStrings+xml"/>'
            "</Types>"
        ),
        "xl/workbook.xml": (
            f'<workbook xmlns="{MAIN}" xmlns:r="{RELS}"><sheets>'
            '<sheet name="One" sheetId="1" r:id="rId1"/></sheets></workbook>'
        ),
        "xl/_rels/workbook.xml.rels": (
            f'<Relationships xmlns="{PACKAGE}/relationships">'
            f'<Relationship Id="rId1" Type="{RELS}/worksheet" Target="sheet1.xml"/>'
            "</Relationships>"
        ),
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}"/>',
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"/>',
        "xl/sheet1.xml": (
            f'{before}<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData>{around}</worksheet>'
        ),
    }


def packed(folder: Path, held: Mapping[str, str]) -> Path:
    """A workbook of these parts."""
    path = folder / "claims.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in held.items():
            archive.writestr(name, text)
    return path


def told(path: Path, limits: Limits | None = None) -> str:
    """Why a workbook can't be read, while our own process stays small and has no child left."""
    reasons = []

    before = children()

    def read() -> None:
        try:
            for sheet in workbooks.sheets(path, limits):
                list(sheet.records())
        except Unreadable as reason:
            reasons.append(str(reason))

    assert peak(read) < 20_000_000
    assert children() == before
    (reason,) = reasons
    return reason


def test_values_are_read_as_a_person_sees_them(tmp_path: Path) -> None:
    values: list[tuple[Any, str, str]] = [
        (1.0, "General", "1"),
        (1e15, "General", "1000000000000000"),
        (0.1 + 0.2, "General", "0.3"),
        (-0.00001, "General", "-0.00001"),
        (1.5e300, "General", "1.5e+300"),
        (12345678901234567890, "General", "12345678901234600000"),
        (0.55, "0%", "55%"),
        (0.1234, "0.0%", "12.34%"),
        (3, '0" %"', "3"),
        (True, "General", "yes"),
        (False, "General", "no"),
        (dt.date(2024, 2, 29), "yyyy-mm-dd", "2024-02-29"),
        (moment(2024, 2, 29, 0, 0), "yyyy-mm-dd h:mm", "2024-02-29"),
        (moment(2024, 2, 29, 13, 5), "yyyy-mm-dd h:mm", "2024-02-29T13:05"),
        (moment(2024, 2, 29, 13, 5, 7), "yyyy-mm-dd h:mm", "2024-02-29T13:05:07"),
        (dt.time(9, 30), "h:mm", "09:30"),
        (dt.timedelta(hours=30, minutes=5), "[h]:mm:ss", "30:05:00"),
        ("two\nlines", "General", "two\nlines"),
        ("a_x000D_\nb", "General", "a\r\nb"),
        ("007", "General", "007"),
        ("=1+1", "@", None),
    ]
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append([f"column {number}" for number in range(len(values) - 1)])
    for column, (value, style, _shown) in enumerate(values[:-1], 1):
        cell = sheet.cell(2, column, value)
        cell.number_format = style
    path = tmp_path / "values.xlsx"
    book.save(path)
    assert records(path) == [Record(2, tuple(shown for _v, _s, shown in values[:-1]))]


def test_every_sheet_is_read(tmp_path: Path) -> None:
    path = saved(
        tmp_path,
        {
            "Claims": [["claim", "source"], ["It rained", "Jane"], [], ["It snowed", None]],
            "Empty": [],
            "Headings": [["claim"]],
            "Sources": [["name"], ["Jane"]],
        },
    )
    one, two = sheets(path, "claims.xlsx")
    assert (one.name, one.format, one.headings) == ("Claims", Format.XLSX, ("claim", "source"))
    assert one.notes == ("Sheets without rows are left out: “Empty”, “Headings”.",)
    assert list(one.records()) == [Record(2, ("It rained", "Jane")), Record(4, ("It snowed", ""))]
    assert (two.name, two.headings, two.notes) == ("Sources", ("name",), ())
    assert list(two.records()) == [Record(2, ("Jane",))]


def test_content_decides_and_not_the_name(tmp_path: Path) -> None:
    path = saved(tmp_path, {"One": [["claim"], ["It rained"]]})
    assert records(path.rename(tmp_path / "claims.csv")) == [Record(2, ("It rained",))]
    assert records(written(tmp_path, "claim\nIt rained\n", "claims.xlsx")) == [
        Record(2, ("It rained",))
    ]


def test_hidden_sheet_is_read_and_told(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    hidden = book.create_sheet("Hidden")
    hidden.sheet_state = "hidden"
    for sheet in book.worksheets:
        sheet.append(["claim"])
        sheet.append(["It rained"])
    path = tmp_path / "claims.xlsx"
    book.save(path)
    assert [sheet.notes for sheet in sheets(path, "")] == [
        (),
        ("This sheet is hidden in the workbook.",),
    ]


def test_error_and_unknown_formula_spoil_their_record_only(tmp_path: Path) -> None:
    rows = (
        HEADED
        + '<row r="2"><c r="A2" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>'
        + '<row r="3"><c r="A3"><f>1+1</f></c></row>'
        + '<row r="4"><c r="A4"><f>1+1</f><v>2</v></c></row>'
        + '<row r="5"><c r="A5" t="str"><f>""</f><v></v></c><c r="B5"><v>x</v></c></row>'
        + '<row r="6"><c r="A6" t="s"><v>99</v></c></row>'
        + '<row r="7"><c r="XFC7"><v>1</v></c></row>'
        + '<row r="8"><c r="A8" t="inlineStr"><is><t>last</t></is></c></row>'
    )
    found = records(packed(tmp_path, parts(rows)))
    assert [(each.line, each.problem) for each in found] == [
        (2, "Cell A2 holds the error #DIV/0!."),
        (3, UNKNOWN),
        (4, ""),
        (5, "Cell B5 holds the error #VALUE!."),
        (6, "Cell A6 holds the error #VALUE!."),
        (7, "Cell XFC7 lies beyond the 1,000 columns that we read."),
        (8, ""),
    ]
    assert [found[2].cells, found[-1].cells] == [("2",), ("last",)]


@pytest.mark.parametrize("row", [20_000, 1_048_576])
def test_cell_at_the_far_end_spoils_its_record_only(tmp_path: Path, row: int) -> None:
    far = f'<row r="{row}"><c r="XFD{row}"><v>1</v></c></row>'
    two = '<row r="2"><c r="A2"><v>1</v></c></row>'
    found = records(packed(tmp_path, parts(HEADED + two + far)))
    assert [(each.line, each.problem) for each in found] == [
        (2, ""),
        (row, f"Cell XFD{row} lies beyond the 1,000 columns that we read."),
    ]


def test_lone_cell_at_the_far_end_is_no_table(tmp_path: Path) -> None:
    far = '<row r="20000"><c r="XFD20000"><v>1</v></c></row>'
    assert told(packed(tmp_path, parts(far))) == (
        "One: The headings can’t be read: Cell XFD20000 lies beyond the 1,000 columns that we read."
    )


def test_merged_range_over_everything_is_no_matter(tmp_path: Path) -> None:
    merged = '<mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    two = '<row r="2"><c r="A2"><v>1</v></c></row>'
    assert records(packed(tmp_path, parts(HEADED + two, around=merged))) == [Record(2, ("1",))]


def test_string_bomb_is_refused_by_its_size(tmp_path: Path) -> None:
    held = parts()
    held["xl/sharedStrings.xml"] = f'<sst xmlns="{MAIN}"><si><t>{"x" * 100_000_000}</t></si></sst>'
    path = packed(tmp_path, held)
    assert path.stat().st_size < 500_000
    del held
    assert told(path) == TOO_MUCH


def test_string_bomb_within_the_ratio_is_ended(tmp_path: Path) -> None:
    noise = os.urandom(8_000).hex()
    held = parts()
    held["xl/sharedStrings.xml"] = f'<sst xmlns="{MAIN}"><si><t>{noise * 8_000}</t></si></sst>'
    assert told(packed(tmp_path, held), Limits(memory=160 * 1024 * 1024)) == ENDED


def test_billion_laughs_end(tmp_path: Path) -> None:
    entities = "".join(
        f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' if n else '<!ENTITY l0 "laugh">' for n in range(12)
    )
    before = f"<!DOCTYPE worksheet [{entities}]>"
    rows = '<row r="1"><c r="A1" t="inlineStr"><is><t>&l11;</t></is></c></row>'
    assert told(packed(tmp_path, parts(rows, before=before)), Limits(seconds=3)) in (
        DAMAGED,
        ENDED,
    )


def test_endless_work_is_ended(tmp_path: Path) -> None:
    """One opening tag of many megabytes is read again with every piece, by an old parser."""
    rows = f'<row r="1" spans="{"x" * 200_000_000}"/>'
    path = tmp_path / "claims.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, text in parts(rows[:20_000_000]).items():
            archive.writestr(name, text)
    assert told(path, Limits(seconds=1, memory=bounds.CHILD_MEMORY)) in (DAMAGED, ENDED)


def test_sheet_that_takes_too_long_says_how_far_it_was_read(tmp_path: Path) -> None:
    many = "".join(
        f'<row r="{n}"><c r="A{n}" t="inlineStr"><is><t>claim</t></is></c></row>'
        for n in range(2, 400_000)
    )
    path = packed(tmp_path, parts(HEADED + many))
    (sheet,) = workbooks.sheets(path, Limits(seconds=2))
    read = 0

    def walk() -> None:
        nonlocal read
        for record in sheet.records():
            read = record.line

    with pytest.raises(Unreadable) as refused:
        walk()
    assert read > 2
    assert str(refused.value) == (
        f"Reading the sheet “{sheet.name}” takes more memory or time than we give it: we came to "
        f"row {read:,} of it. Save it as CSV (UTF-8), which can be of any length, or divide it."
    )


def test_part_that_lies_about_its_size_is_damaged(tmp_path: Path) -> None:
    held = parts(HEADED + '<row r="2"><c r="A2"><v>1</v></c></row>' * 200_000)
    raw = bytearray(packed(tmp_path, held).read_bytes())
    size = struct.pack("<I", len(held["xl/sheet1.xml"]))
    assert raw.count(size) >= 1
    lying = bytes(raw).replace(size, struct.pack("<I", 700))
    assert told(written(tmp_path, lying, "lying.xlsx")) == DAMAGED


def test_thousands_of_sheets_are_refused(tmp_path: Path) -> None:
    held = parts()
    many = "".join(f'<sheet name="S{n}" sheetId="{n}" r:id="rId1"/>' for n in range(1, 10_001))
    held["xl/workbook.xml"] = (
        f'<workbook xmlns="{MAIN}" xmlns:r="{RELS}"><sheets>{many}</sheets></workbook>'
    )
    assert told(packed(tmp_path, held), Limits(seconds=5)) in (TOO_MUCH, ENDED)
    stuffed = parts() | {f"xl/sheet{n}.xml": "" for n in range(2, 10_001)}
    assert told(packed(tmp_path, stuffed)) == TOO_MUCH


def test_silent_process_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    idle = written(tmp_path, "import time\ntime.sleep(60)\n", "idle.py")
    path = packed(tmp_path, parts())
    monkeypatch.setattr(workbook_process, "_CHILD", idle)
    assert told(path, Limits(silence=0.2)) == ENDED


def test_process_that_is_killed_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    killed = written(
        tmp_path, f"import os\nos.kill(os.getpid(), {signal.SIGKILL.value})\n", "killed.py"
    )
    path = packed(tmp_path, parts())
    monkeypatch.setattr(workbook_process, "_CHILD", killed)
    assert told(path) == ENDED


def test_process_ends_with_a_reader_who_stops(tmp_path: Path) -> None:
    path = saved(tmp_path, {"One": [["claim"], *([f"claim {n}"] for n in range(5_000))]})
    (sheet,) = sheets(path, "")
    before = children()
    reading = sheet.records()
    assert next(reading) == Record(2, ("claim 0",))
    reading.close()  # type: ignore[attr-defined]
    assert children() == before


def counted(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """How many processes were started so far."""
    seen = folder / "started"
    real = str(workbook_process._CHILD)
    held = (
        "import runpy\n"
        f"open({str(seen)!r}, 'a').write('x')\n"
        f"runpy.run_path({real!r}, run_name='__main__')\n"
    )
    monkeypatch.setattr(workbook_process, "_CHILD", written(folder, held, "counted.py"))
    return lambda: len(seen.read_text())


def test_one_process_reads_all_sheets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tables = {f"S{n}": [["claim"], [f"It rained on day {n}"]] for n in range(9)}
    path = saved(tmp_path, tables | {"S4": [], "S6": [["claim"]]})
    started = counted(tmp_path, monkeypatch)
    before = children()
    found = sheets(path, "")
    assert started() == 1
    assert [list(sheet.records()) for sheet in found] == [
        [Record(2, (f"It rained on day {n}",))] for n in (0, 1, 2, 3, 5, 7, 8)
    ]
    assert started() == 2
    assert [sheet.name for sheet in found] == ["S0", "S1", "S2", "S3", "S5", "S7", "S8"]
    assert children() == before


def test_sheets_are_read_in_any_order_and_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = saved(tmp_path, {f"S{n}": [["claim"], [f"day {n}"]] for n in range(4)})
    started = counted(tmp_path, monkeypatch)
    before = children()
    found = sheets(path, "")
    for n in (2, 3, 1, 1, 0):
        assert list(found[n].records()) == [Record(2, (f"day {n}",))]
    assert started() == 5  # 3 follows 2
    one, two = found[0].records(), found[0].records()
    assert [next(one), next(two)] == [Record(2, ("day 0",))] * 2
    assert [*one, *two] == []
    del found, one, two
    assert children() == before


def test_sheet_that_ends_a_process_has_another_for_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may be at its end for what it has read before: nothing is lost, or said twice."""
    path = saved(tmp_path, {f"S{n}": [["claim"], ["a"], ["b"], ["c"]] for n in range(3)})
    held = (
        "import json, os, sys\n"
        "orders = json.loads(sys.argv[1])\n"
        "wanted = orders['wanted'] or [0, 1, 2]\n"
        "for sheet in wanted:\n"
        "    print(json.dumps(['sheet', sheet, f'S{sheet}', 'visible']))\n"
        "    for line, cell in enumerate(['claim', 'a', 'b', 'c'], 1):\n"
        "        print(json.dumps(['row', line, [cell], '', '']), flush=True)\n"
        "        if orders['wanted'] and sheet == 1 and (cell == 'b' and len(wanted) == 3):\n"
        "            os.kill(os.getpid(), 9)\n"
        "        if orders['wanted'] and sheet == 2 and cell == 'c':\n"
        "            os.kill(os.getpid(), 9)\n"
        "print(json.dumps(['end']), flush=True)\n"
    )
    monkeypatch.setattr(workbook_process, "_CHILD", written(tmp_path, held, "dying.py"))
    one, two, three = sheets(path, "")
    rows = [Record(2, ("a",)), Record(3, ("b",)), Record(4, ("c",))]
    assert list(one.records()) == rows
    assert list(two.records()) == rows
    with pytest.raises(Unreadable) as refused:
        list(three.records())
    assert str(refused.value) == (
        "Reading the sheet “S2” takes more memory or time than we give it: we came to row 4 of it."
        " Save it as CSV (UTF-8), which can be of any length, or divide it."
    )


def encrypted(held: Mapping[str, str]) -> bytes:
    """A workbook whose directory says that its parts are encrypted."""
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as archive:
        for name, text in held.items():
            archive.writestr(name, text)
    raw = bytearray(memory.getvalue())
    for signature, flags in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        place = raw.find(signature)
        while place >= 0:
            raw[place + flags] |= 1
            place = raw.find(signature, place + 4)
    return bytes(raw)


OLE = bytes.fromhex("d0cf11e0a1b11ae1")
OLD = "This is a workbook of the old kind (.xls). Save it as XLSX or CSV (UTF-8)."
PROTECTED = "The workbook is protected by a password. Save it without one."
OTHERS = {
    "xls": (OLE + b"\0" * 600, OLD),
    "password": (OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), PROTECTED),
    "encrypted": (encrypted(parts()), PROTECTED),
    "gz": (
        b"\x1f\x8b\x08" + b"\0" * 20,
        "The file is compressed. Unpack it, and upload what is in it.",
    ),
    "pdf": (b"%PDF-1.7\n", "This is a PDF document. Save its table as CSV (UTF-8) or XLSX."),
    "cut": (b"PK\x03\x04" + b"\0" * 100, DAMAGED),
}
ARCHIVES = {
    "xl/workbook.bin": "This is a binary workbook (.xlsb). Save it as XLSX or CSV (UTF-8).",
    "Index/Document.iwa": "This is a document of Apple’s. Export it as XLSX or CSV (UTF-8).",
    "word/document.xml": "This is a text document or a presentation, not a workbook.",
    "claims.csv": "This is a ZIP archive. Unpack it, and upload the files in it.",
}


@pytest.mark.parametrize("kind", OTHERS)
def test_other_kinds_of_files_say_what_to_do(tmp_path: Path, kind: str) -> None:
    raw, said = OTHERS[kind]
    with pytest.raises(Unreadable) as refused:
        sheets(written(tmp_path, raw), "")
    assert str(refused.value) == said


@pytest.mark.parametrize("name", ARCHIVES)
def test_other_archives_say_what_to_do(tmp_path: Path, name: str) -> None:
    assert told(packed(tmp_path, {name: "x"})) == ARCHIVES[name]


def test_open_document_says_what_to_do(tmp_path: Path) -> None:
    mime = "application/vnd.oasis.opendocument.spreadsheet"
    assert told(packed(tmp_path, {"mimetype": mime, "content.xml": ""})) == (
        "This is an OpenDocument workbook (.ods). Save it as XLSX or CSV (UTF-8)."
    )


def test_workbook_that_is_too_large_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounds, "MAX_WORKBOOK", 1024 * 1024)
    path = written(tmp_path, b"PK\x03\x04" + b"\0" * 1024 * 1024)
    assert told(path) == ("The workbook is larger than 1 MB. Divide it, or save it as CSV (UTF-8).")


def test_broken_sheet_is_left_out_and_told(tmp_path: Path) -> None:
    wide = [f"c{n}" for n in range(1_001)]
    path = saved(tmp_path, {"Wide": [wide, wide], "Good": [["claim"], ["It rained"]]})
    (sheet,) = sheets(path, "")
    (note,) = sheet.notes
    assert sheet.name == "Good"
    assert note == (
        "Wide: The headings can’t be read: Cell ALM1 lies beyond the 1,000 columns that we read."
    )
