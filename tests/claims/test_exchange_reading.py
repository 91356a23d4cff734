"""Files of the simple import: what can be read, and one clear sentence for what can't."""

import io
import zipfile
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.exchange import reading
from claims.exchange.columns import COLUMNS
from claims.exchange.reading import Row, Unreadable, read, template, write_rejected

HEADED = "claim,kind,note\r\n"


def reason(raw: bytes) -> str:
    with pytest.raises(Unreadable) as refused:
        read(raw)
    return str(refused.value)


def test_file_with_commas_is_read_by_line() -> None:
    table = read(b"claim,kind\nIt rained,event\n\nIt snowed,\n")
    assert table.headings == ("claim", "kind")
    assert table.rows == (Row(2, ("It rained", "event")), Row(4, ("It snowed", "")))


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_delimiter_is_found_by_the_headings(delimiter: str) -> None:
    text = delimiter.join(["claim", "kind", "note"]) + "\n" + delimiter.join(["a", "event", "n"])
    assert read(text.encode()).rows == (Row(2, ("a", "event", "n")),)


def test_other_delimiters_within_cells_do_not_mislead() -> None:
    table = read(b"claim;note\nIt rained, then snowed, then stopped;a, b, c\n")
    assert table.rows == (Row(2, ("It rained, then snowed, then stopped", "a, b, c")),)


def test_byte_order_mark_is_no_part_of_the_first_heading() -> None:
    assert read(b"\xef\xbb\xbfclaim\nIt rained\n").headings == ("claim",)


def test_headings_are_known_whatever_their_case_and_spacing() -> None:
    assert read(b" Claim ,Source  kind,_error\na,person,\n").headings == (
        "claim",
        "source_kind",
        "_error",
    )


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_end_is_counted(end: str) -> None:
    text = end.join(["claim,note", '"It rained","two', 'lines"', "It snowed,", ""])
    assert [row.line for row in read(text.encode()).rows] == [2, 4]


def test_cells_beyond_the_headings_may_be_empty() -> None:
    table = read(b"claim,kind\na,event,,\n")
    assert table.named(table.rows[0]) == {"claim": "a", "kind": "event"}


@pytest.mark.parametrize("line", ["a", "a,event,more"])
def test_ragged_row_has_no_names(line: str) -> None:
    table = read(f"claim,kind\n{line}\n".encode())
    with pytest.raises(ValueError, match="zip"):
        table.named(table.rows[0])


def test_nothing_is_an_empty_file() -> None:
    assert reason(b"") == "The file is empty."
    assert reason(b"\xef\xbb\xbf \r\n\t") == "The file is empty."


def test_headings_alone_are_no_rows() -> None:
    assert reason(HEADED.encode()) == "The file has headings and no rows."
    assert reason(b"claim,kind\n,\n  ,\n") == "The file has headings and no rows."


def test_unknown_heading_is_named_with_the_likely_one() -> None:
    assert reason(b"claim,knid,zzz\na,b,c\n") == (
        "Line 1 must hold the headings of the columns. Unknown: “knid” (is it “kind”?), “zzz”."
    )


def test_file_without_headings_says_that_they_belong_there() -> None:
    assert reason(b"It rained;event\nIt snowed;event\n") == (
        "Line 1 must hold the headings of the columns. Unknown: “it_rained;event”."
    )


def test_heading_of_nothing_between_others_is_unknown() -> None:
    assert reason(b"claim,,kind\na,b,event\n") == (
        "Line 1 must hold the headings of the columns. Unknown: “”."
    )


def test_heading_that_stands_there_twice_is_named() -> None:
    assert reason(b"claim,kind,Claim\na,event,b\n") == (
        "These headings stand there more than once: claim."
    )


def test_required_heading_that_is_missing_is_named() -> None:
    assert reason(b"kind,note\nevent,n\n") == "These columns are missing: claim."


def test_nul_is_named_by_its_line() -> None:
    assert reason(b"claim\nIt rained\nIt \0snowed\n") == (
        "Line 3 holds a NUL character, so this is no CSV file in UTF-8."
    )


def test_other_encodings_are_named() -> None:
    assert reason("claim\nIl a neigé\n".encode("latin-1")) == (
        "Line 2 is not in UTF-8. Save the file as CSV (UTF-8)."
    )
    for encoding in ("utf-16", "utf-16-le", "utf-16-be"):
        text = "claim\nIt rained\n" if encoding == "utf-16" else "\ufeffclaim\nIt rained\n"
        assert reason(text.encode(encoding)) == ("The file is in UTF-16. Save it as CSV (UTF-8).")


def test_lone_surrogate_is_no_utf8() -> None:
    assert reason(b"claim\nIt \xed\xa0\x80 rained\n") == (
        "Line 2 is not in UTF-8. Save the file as CSV (UTF-8)."
    )


def test_workbook_is_sent_back() -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as book:
        book.writestr("xl/workbook.xml", "<workbook/>")
    assert reason(held.getvalue()) == "This is a workbook. Save it as CSV (UTF-8)."


def test_one_huge_line_is_refused_by_its_cell() -> None:
    told = (
        "The row that begins on line 2 has a cell of more than 20,000 characters: "
        "is a quotation mark missing?"
    )
    assert reason(HEADED.encode() + b"x" * 5_000_000) == told
    assert reason(HEADED.encode() + b'"' + b"It rained,event,\r\n" * 100_000) == told


def test_huge_first_line_is_refused_too() -> None:
    assert reason(b"x" * 5_000_000) == (
        "The row that begins on line 1 has a cell of more than 20,000 characters: "
        "is a quotation mark missing?"
    )
    assert reason(b"x," * 500_000).startswith(
        "Line 1 must hold the headings of the columns. Unknown: “x”, "
    )


def test_longest_cell_is_read() -> None:
    assert len(read(HEADED.encode() + b"x" * 20_000 + b",,\n").rows[0].cells[0]) == 20_000


@pytest.mark.parametrize("cells", ['"It rained', '"It rained" again,event'])
def test_stray_quotation_mark_is_told_by_its_line(cells: str) -> None:
    assert reason(f"{HEADED}a,event,\r\n{cells},\r\n".encode()) == (
        "The row that begins on line 3 can’t be divided into cells: is a quotation mark missing? "
        "Within quotation marks they are doubled."
    )


def test_file_beyond_the_limits_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_ROWS", 1_000)
    assert len(read(b"claim\n" + b"a\n" * 1_000).rows) == 1_000
    assert reason(b"claim\n" + b"a\n" * 1_001) == ("The file has more than 1,000 rows. Divide it.")
    monkeypatch.setattr(reading, "MAX_BYTES", 1024 * 1024)
    assert reason(b"claim\n" + b"a" * 1024 * 1024) == "The file is larger than 1 MB. Divide it."


def test_limit_of_the_simple_form_is_a_hundred_thousand_rows() -> None:
    assert reading.MAX_ROWS == 100_000


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(raw: bytes) -> None:
    with suppress(Unreadable):
        assert len(read(raw).rows) >= 1


@given(
    st.lists(
        st.lists(
            st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20),
            min_size=2,
            max_size=2,
        ).filter(lambda cells: bool("".join(cells).strip())),
        min_size=1,
        max_size=5,
    )
)
def test_rejected_rows_come_back_as_they_were(cells: list[list[str]]) -> None:
    table = reading.Table(
        ("claim", "note"), tuple(Row(n, tuple(each)) for n, each in enumerate(cells, 2))
    )
    again = read(write_rejected(table, [(row, "it; is wrong") for row in table.rows]))
    assert again.headings == ("_error", "claim", "note")
    assert [row.cells for row in again.rows] == [("it; is wrong", *each) for each in cells]


def test_rejected_rows_have_one_column_of_faults() -> None:
    table = read(b"_error,claim,kind\nold,a,evnt\nold,b,event,more\n")
    raw = write_rejected(table, [(row, "new") for row in table.rows])
    assert raw.decode("utf-8-sig") == ("_error,claim,kind\r\nnew,a,evnt\r\nnew,b,event,more\r\n")


def test_template_has_every_column_and_no_row() -> None:
    assert template().decode("utf-8-sig").strip().split(",") == [each.name for each in COLUMNS]
    assert reason(template()) == "The file has headings and no rows."
