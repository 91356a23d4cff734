"""Tables of text: what others call CSV, however it is written."""

import csv
import io
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from claims.exchange.files import Format, Record, Unreadable, bounds, sheets, text
from claims.exchange.formulas import bare
from tests.claims.exchange_files.reading import cells, only, peak, reason, records, written

BROKEN = (
    "The row that begins on line {} can’t be divided into cells: is a quotation mark missing? "
    "Within quotation marks they are doubled."
)
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    lines = [["claim", "kind"], ["It rained, then snowed; then | stopped", "event"]]
    held = io.StringIO()
    csv.writer(held, delimiter=delimiter).writerows(lines)
    sheet = only(written(tmp_path, held.getvalue()))
    assert sheet.headings == ("claim", "kind")
    assert list(sheet.records()) == [Record(2, tuple(lines[1]))]
    assert sheet.format == (Format.TSV if delimiter == "\t" else Format.CSV)


def test_one_column_may_hold_every_delimiter(tmp_path: Path) -> None:
    path = written(tmp_path, "claim\nIt rained, then snowed\nIt is wet; cold\nBoth\n")
    assert cells(path) == [("It rained, then snowed",), ("It is wet; cold",), ("Both",)]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "windows-1252"]
)
def test_encoding_is_found(tmp_path: Path, encoding: str) -> None:
    mark = "\ufeff" if encoding in ("utf-16-le", "utf-16-be") else ""
    raw = f"{mark}claim,source\nIl a neigé,Zoë\nOui,Ça\n".encode(encoding)
    path = written(tmp_path, raw)
    assert only(path).headings == ("claim", "source")
    assert cells(path) == [("Il a neigé", "Zoë"), ("Oui", "Ça")]


def test_guessed_encoding_is_told_and_can_be_overruled(tmp_path: Path) -> None:
    path = written(tmp_path, "claim,source\nШёл снег,Ы\n".encode("windows-1251"))
    (note,) = only(path).notes
    assert note == (
        "The file is not in UTF-8. We read it as windows-1252, which is a guess: look at its "
        "accents, and choose another encoding if they are wrong."
    )
    assert only(path, "windows-1251").notes == ()
    assert records(path, "Windows-1251") == [Record(2, ("Шёл снег", "Ы"))]
    with pytest.raises(Unreadable, match="We don’t know the encoding “rot13”"):
        only(path, "rot13")


def test_stray_byte_is_the_fault_of_its_record(tmp_path: Path) -> None:
    path = written(tmp_path, "claim,a\nÄ,b\nÖ,c\n".encode() + b"\xff,d\n" + "Ü,e\n".encode())
    assert records(path) == [
        Record(2, ("Ä", "b")),
        Record(3, ("Ö", "c")),
        Record(
            4, ("\ufffd", "d"), "Line 4 holds characters that can’t be read in the file’s encoding."
        ),
        Record(5, ("Ü", "e")),
    ]


def test_replacement_character_that_stands_there_is_read(tmp_path: Path) -> None:
    assert cells(written(tmp_path, "claim,a\nIt \ufffd rained,b\n")) == [("It \ufffd rained", "b")]


def test_nul_is_the_fault_of_its_record(tmp_path: Path) -> None:
    found = records(written(tmp_path, "claim,a\nIt\0 rained,b\nIt snowed,c\n"))
    assert found == [
        Record(2, ("It\ufffd rained", "b"), "Line 2 holds a NUL character."),
        Record(3, ("It snowed", "c")),
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_are_counted_as_in_an_editor(tmp_path: Path, end: str) -> None:
    raw = end.join(["claim,note", '"It rained","two', 'lines"', "", "It snowed,", ""])
    assert [each.line for each in records(written(tmp_path, raw))] == [2, 5]


def test_mixed_ends_of_lines_are_counted(tmp_path: Path) -> None:
    path = written(tmp_path, 'a,b\r1,2\n"3\r\n\rx",4\r\n5,6')
    assert records(path) == [
        Record(2, ("1", "2")),
        Record(3, ("3\r\n\rx", "4")),
        Record(6, ("5", "6")),
    ]


def test_broken_quotation_mark_spoils_its_line_only(tmp_path: Path) -> None:
    good = [f"claim {n},note {n}" for n in range(2, 50_002)]
    good[1] = '"It rained,note'
    path = written(tmp_path, "\n".join(["claim,note", *good]))
    found = records(path)
    assert len(found) == 50_000
    assert found[1] == Record(3, ('"It rained', "note"), BROKEN.format(3))
    assert [each for each in found if each.problem] == [found[1]]
    assert found[-1] == Record(50_001, ("claim 50001", "note 50001"))


def test_text_behind_a_quotation_mark_spoils_its_line_only(tmp_path: Path) -> None:
    path = written(tmp_path, 'claim,note\na,b\n"It" rained,c\nd,e\n')
    assert records(path) == [
        Record(2, ("a", "b")),
        Record(3, ('"It" rained', "c"), BROKEN.format(3)),
        Record(4, ("d", "e")),
    ]


def test_file_made_of_broken_quotation_marks_is_read_to_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each line opens a cell that the next ones neither close nor break."""
    monkeypatch.setattr(text, "MAX_REREAD", 100_000)
    path = written(tmp_path, "a,b,c\n1,2,3\n" + 'x",""",y\n' * 20_000)
    found = records(path)
    assert len(found) == 20_001
    assert {each.problem != "" for each in found[1:]} == {True}


def test_line_of_many_megabytes_spoils_itself_only(tmp_path: Path) -> None:
    path = written(tmp_path, "claim,note\n" + "x" * 20_000_000 + "\r\na,b\n")
    first, second = records(path)
    assert (first.line, first.problem) == (
        2,
        "Line 2 has more than 1,000,000 characters: are line breaks missing?",
    )
    assert second == Record(3, ("a", "b"))
    assert peak(lambda: records(path)) < 12_000_000


def test_file_of_one_line_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, "x" * 20_000_000)
    assert reason(path) == (
        "The headings can’t be read: Line 1 has more than 1,000,000 characters: are line breaks "
        "missing?"
    )


def test_line_that_ends_where_reading_pauses_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text, "MAX_RECORD", 10)
    for length in range(6, 30):
        for end in ("\n", "\r", "\r\n"):
            raw = f"a,b{end}{'x' * length},{end}1,2{end}".encode()
            lines = list(text.lines_of(written(tmp_path, raw), "utf-8"))
            assert [line.number for line in lines] == [1, 2, 3]
            assert [line.cut for line in lines] == [False, length > 10, False]


def test_cell_that_is_too_long_spoils_its_record_only(tmp_path: Path) -> None:
    path = written(tmp_path, f"a,b\n{'x' * 200_001},1\n{'y' * 200_000},2\n")
    first, second = records(path)
    assert first.problem == "Line 2 has a cell of more than 200,000 characters."
    assert second == Record(3, ("y" * 200_000, "2"))


def test_million_columns_are_refused(tmp_path: Path) -> None:
    path = written(tmp_path, "a," * 400_000 + "\n" + "1," * 400_000 + "\n")
    assert reason(path) == "The table has 400,000 columns. We read 1,000 at most."
    wide = written(tmp_path, "a,b\n1,2\n" + "1," * 400_000 + "\n3,4\n")
    found = records(wide)
    assert [each.line for each in found] == [2, 3, 4]
    assert len(found[1].cells) == bounds.MAX_COLUMNS
    assert found[1].problem == "The row has 400001 cells, and there are 2 headings."


def test_lines_before_the_headings_are_left_out_and_told(tmp_path: Path) -> None:
    path = written(
        tmp_path, "Claims of the week\n\nExported 2024-01-02,,\nclaim,kind,note\na,event,n\nb,,\n"
    )
    sheet = only(path)
    assert sheet.headings == ("claim", "kind", "note")
    assert sheet.notes == (
        "What stands before the headings is left out: “Claims of the week · Exported 2024-01-02”.",
    )
    assert [each.line for each in sheet.records()] == [5, 6]


def test_headings_that_are_missing_are_numbered(tmp_path: Path) -> None:
    sheet = only(written(tmp_path, "2024-01-02,0.5,https://news.example/1\n2024-01-03,1,\n"))
    assert sheet.headings == ("Column 1", "Column 2", "Column 3")
    assert sheet.notes == ("Line 1 holds no headings but data: the columns are numbered.",)
    assert [each.line for each in sheet.records()] == [1, 2]


def test_empty_and_repeated_headings_get_names(tmp_path: Path) -> None:
    sheet = only(written(tmp_path, "claim,,claim, two  words ,,\n1,2,3,4,,\n"))
    assert sheet.headings == ("claim", "Column 2", "claim (2)", "two words")
    assert sheet.notes == (
        "These columns have no heading: 2.",
        "These headings stand there more than once, and are numbered: “claim”.",
    )
    assert list(sheet.records()) == [Record(2, ("1", "2", "3", "4"))]


def test_headings_that_look_numbered_already_stay_different(tmp_path: Path) -> None:
    assert only(written(tmp_path, "a,a (2),a\n1,2,x\n")).headings == ("a", "a (2)", "a (3)")


@pytest.mark.parametrize("line", ["a", "a,event,more"])
def test_ragged_row_says_so(tmp_path: Path, line: str) -> None:
    (found,) = records(written(tmp_path, f"claim,kind\n{line}\n"))
    assert found.problem == (f"The row has {line.count(',') + 1} cells, and there are 2 headings.")


def test_cells_beyond_the_headings_may_be_empty(tmp_path: Path) -> None:
    assert cells(written(tmp_path, "claim,kind\na,event,,\n")) == [("a", "event")]


def test_nothing_is_an_empty_file(tmp_path: Path) -> None:
    for raw in (b"", b"\xef\xbb\xbf \r\n\t", b"\n\n\n", b"\xff\xfe"):
        assert reason(written(tmp_path, raw)) == "The file is empty."


def test_headings_alone_are_no_rows(tmp_path: Path) -> None:
    assert reason(written(tmp_path, "claim,kind\n,\n  ,\n")) == "The file has headings and no rows."


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    assert reason(written(tmp_path, bytes(range(256)) * 4)) == (
        "This is no file of text that we can read. Save it as CSV (UTF-8) or XLSX."
    )


def test_records_are_read_anew_each_time(tmp_path: Path) -> None:
    sheet = only(written(tmp_path, "a,b\n1,2\n3,4\n"))
    assert next(sheet.records()) == Record(2, ("1", "2"))
    assert list(sheet.records()) == [Record(2, ("1", "2")), Record(3, ("3", "4"))]


def test_memory_does_not_grow_with_the_rows(tmp_path: Path) -> None:
    few, many = (
        written(tmp_path, "claim,note\n" + "It rained,a note\n" * rows, f"{rows}.csv")
        for rows in (30_000, 100_000)
    )

    def needed(path: Path) -> int:
        return peak(lambda: sum(1 for _ in only(path).records()))

    assert needed(many) < needed(few) + 500_000


@settings(deadline=None)
@given(
    st.lists(
        st.lists(TEXTS, min_size=3, max_size=3).filter(lambda row: bool("".join(row).strip())),
        min_size=1,
        max_size=6,
    ),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from([("\r\n", csv.QUOTE_MINIMAL), ("\n", csv.QUOTE_ALL)]),
)
def test_written_rows_come_back(
    rows: list[list[str]], delimiter: str, style: tuple[str, int]
) -> None:
    """With line feeds at the end, Python quotes no carriage return by itself."""
    held = io.StringIO()
    end, quoting = style
    writer = csv.writer(held, delimiter=delimiter, lineterminator=end, quoting=quoting)
    writer.writerows([["claim", "source", "note"], *rows])
    with TemporaryDirectory() as folder:
        expected = [tuple(map(bare, row)) for row in rows]
        assert cells(written(Path(folder), held.getvalue())) == expected


@settings(deadline=None)
@given(st.binary(max_size=300), st.sampled_from([None, "utf-16", "shift_jis"]))
def test_no_bytes_break_the_reader(raw: bytes, encoding: str | None) -> None:
    with TemporaryDirectory() as folder, suppress(Unreadable):
        path = written(Path(folder), raw)
        for sheet in sheets(path, path.name, encoding=encoding):
            for record in sheet.records():
                assert record.problem or len(record.cells) == len(sheet.headings)
                assert not {"\0", *map(chr, range(0xD800, 0xE000))} & set("".join(record.cells))
