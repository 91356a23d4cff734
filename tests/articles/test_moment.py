"""Moments in addresses: read in one way, written in one way, and never guessed."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.moment import Unreadable, end_of, read_day, read_moment, written

MOMENTS = st.builds(
    datetime.combine,
    st.dates(date(1, 1, 3), date(9999, 12, 29)),
    st.times(timezones=st.just(UTC)),
)
OFFSETS = st.integers(-23 * 60 - 59, 23 * 60 + 59)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2023-03-09T18:10Z", datetime(2023, 3, 9, 18, 10, tzinfo=UTC)),
        ("2023-03-09t18:10z", datetime(2023, 3, 9, 18, 10, tzinfo=UTC)),
        ("2023-03-09T18:10:30Z", datetime(2023, 3, 9, 18, 10, 30, tzinfo=UTC)),
        ("2023-03-09T18:10:30.5Z", datetime(2023, 3, 9, 18, 10, 30, 500_000, tzinfo=UTC)),
        ("2023-03-09T18:10:30.000001Z", datetime(2023, 3, 9, 18, 10, 30, 1, tzinfo=UTC)),
        ("2023-03-09T19:10+01:00", datetime(2023, 3, 9, 18, 10, tzinfo=UTC)),
        ("2023-03-09T14:40-03:30", datetime(2023, 3, 9, 18, 10, tzinfo=UTC)),
        ("2023-03-09T18:10-00:00", datetime(2023, 3, 9, 18, 10, tzinfo=UTC)),
        ("2023-03-09", datetime(2023, 3, 9, 23, 59, 59, 999_999, tzinfo=UTC)),
        ("2024-02-29", datetime(2024, 2, 29, 23, 59, 59, 999_999, tzinfo=UTC)),
    ],
)
def test_moment_is_read(text: str, moment: datetime) -> None:
    assert read_moment(text) == moment
    assert read_moment(text).utcoffset() == timedelta()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "now",
        "yesterday",
        "2023",
        "2023-03",
        "2023-3-9",
        "09.03.2023",
        "03/09/2023",
        "2023-03-09T18Z",
        "2023-03-09 18:10Z",
        "2023-03-09T18:10",
        "2023-03-09T18:10:30",
        "2023-03-09T24:00Z",
        "2023-03-09T18:60Z",
        "2023-03-09T18:10:60Z",
        "2023-03-09T18:10:30.1234567Z",
        "2023-03-09T18:10+24:00",
        "2023-03-09T18:10+01:60",
        "2023-03-09T18:10+0100",
        "2023-03-09T18:10 01:00",
        "2023-02-29",
        "2023-13-01",
        "0000-01-01",
        "0001-01-01T00:00+14:00",
        "9999-12-31T23:59-14:00",
        "-2023-03-09",
        "+2023-03-09",
        "2023-03-09T18:10Z\n",
        " 2023-03-09",
        "\uff12\uff10\uff12\uff13-03-09",
        "2023-03-09T18:10Z; DROP SCHEMA as_of",
        "infinity",
        "20230309T181000Z",
        "2023-W10-4",
    ],
)
def test_anything_else_is_refused_in_words(text: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read_moment(text)
    assert str(refused.value).endswith(".")


def test_lost_plus_is_pointed_out() -> None:
    with pytest.raises(Unreadable, match="%2B"):
        read_moment("2023-03-09T18:10 01:00")


@given(MOMENTS)
def test_what_is_written_is_read_again(moment: datetime) -> None:
    assert read_moment(written(moment)) == moment


@given(MOMENTS, OFFSETS)
def test_same_moment_is_written_in_one_way(moment: datetime, minutes: int) -> None:
    elsewhere = moment.astimezone(timezone(timedelta(minutes=minutes)))
    assert read_moment(elsewhere.isoformat()) == moment
    assert written(elsewhere) == written(moment)


@given(st.text(max_size=40))
def test_whatever_is_typed_is_read_or_refused(text: str) -> None:
    try:
        moment = read_moment(text)
    except Unreadable:
        return
    assert read_moment(written(moment)) == moment


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (datetime(2023, 3, 9, 18, 10, tzinfo=UTC), "2023-03-09T18:10Z"),
        (datetime(2023, 3, 9, 18, 10, 5, tzinfo=UTC), "2023-03-09T18:10:05Z"),
        (datetime(2023, 3, 9, 18, 10, 5, 70, tzinfo=UTC), "2023-03-09T18:10:05.000070Z"),
        (end_of(date(2023, 3, 9)), "2023-03-09"),
        (datetime(800, 3, 9, tzinfo=UTC), "0800-03-09T00:00Z"),
    ],
)
def test_moment_is_written_no_longer_than_it_must_be(moment: datetime, text: str) -> None:
    assert written(moment) == text


def test_day_is_read() -> None:
    assert read_day("2023-03-09") == date(2023, 3, 9)


@pytest.mark.parametrize("text", ["", "2023-03-09T18:10Z", "2023-02-29", "0000-01-01", "March"])
def test_day_is_nothing_else(text: str) -> None:
    with pytest.raises(Unreadable):
        read_day(text)
