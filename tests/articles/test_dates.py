"""Dates as precise as they are known, read and written."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles import dates

DAYS = st.dates(date(1000, 1, 1), date(9998, 12, 30))


@pytest.mark.parametrize(
    ("text", "start", "beyond"),
    [
        ("2023", "2023-01-01", "2024-01-01"),
        ("2023-03", "2023-03-01", "2023-04-01"),
        ("2023-12", "2023-12-01", "2024-01-01"),
        ("2023-03-08", "2023-03-08", "2023-03-09"),
        ("8 March 2023", "2023-03-08", "2023-03-09"),
        ("8th mar. 2023", "2023-03-08", "2023-03-09"),
        ("March 8, 2023", "2023-03-08", "2023-03-09"),
        ("1er août 2023", "2023-08-01", "2023-08-02"),
        ("  march   2023 ", "2023-03-01", "2023-04-01"),
        ("2023-03-08/2023-03-15", "2023-03-08", "2023-03-16"),
        ("8 March 2023 / 2023-03", "2023-03-08", "2023-04-01"),
        ("2022-01/", "2022-01-01", None),
        ("/2023", None, "2024-01-01"),
    ],
)
def test_read_takes_each_precision(text: str, start: str | None, beyond: str | None) -> None:
    expected = tuple(None if day is None else date.fromisoformat(day) for day in (start, beyond))
    assert dates.read(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "/",
        "yesterday",
        "8/3/2023",
        "2023-3-8",
        "2023-02-30",
        "30 February 2023",
        "8 Ventôse 2023",
        "0000",
        "0999",
        "9999",
        "2023-13",
        "2023-03-15/2023-03-08",
        "2023/2022",
        "2023-03-08/2023-03-15/2023-04-01",
        "२०२३",
        "2023\x00",
        "²023",
    ],
)
def test_read_refuses_what_is_no_date(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        dates.read(text)


@pytest.mark.parametrize(
    "text",
    ["2023", "2023-03", "2023-03-08", "2023-03-08/2023-03-15", "2022-01-01/", "/2023-03-08"],
)
def test_write_is_the_shortest_text(text: str) -> None:
    assert dates.write(*dates.read(text)) == text


@given(DAYS, st.integers(1, 800))
def test_what_was_written_reads_the_same(start: date, days: int) -> None:
    beyond = start + timedelta(days=min(days, (date(9999, 1, 1) - start).days))
    assert dates.read(dates.write(start, beyond)) == (start, beyond)
