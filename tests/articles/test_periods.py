"""Days, periods and moments in readers' words."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from articles import periods


def days(first: str, last: str) -> DateRange:
    return DateRange(date.fromisoformat(first), date.fromisoformat(last) + timedelta(days=1))


@pytest.mark.parametrize(
    ("period", "words", "tag"),
    [
        (None, "", ""),
        (DateRange(empty=True), "", ""),
        (DateRange(None, None), "at any time", "<span>at any time</span>"),
        (
            days("2023-03-08", "2023-03-08"),
            "8 March 2023",
            '<time datetime="2023-03-08">8 March 2023</time>',
        ),
        (
            days("2023-03-01", "2023-03-31"),
            "March 2023",
            '<time datetime="2023-03">March 2023</time>',
        ),
        (
            days("2023-12-01", "2023-12-31"),
            "December 2023",
            '<time datetime="2023-12">December 2023</time>',
        ),
        (days("2023-01-01", "2023-12-31"), "2023", '<time datetime="2023">2023</time>'),
        (days("2023-03-01", "2023-03-07"), "1–7 March 2023", "<span>1–7 March 2023</span>"),
        (
            days("2023-02-28", "2023-03-03"),
            "28 February – 3 March 2023",
            "<span>28 February – 3 March 2023</span>",
        ),
        (
            days("2022-12-31", "2023-01-01"),
            "31 December 2022 – 1 January 2023",
            "<span>31 December 2022 – 1 January 2023</span>",
        ),
        (
            days("2022-07-01", "2023-06-30"),
            "1 July 2022 – 30 June 2023",
            "<span>1 July 2022 – 30 June 2023</span>",
        ),
        (
            DateRange(date(2022, 2, 24), None),
            "since 24 February 2022",
            "<span>since 24 February 2022</span>",
        ),
        (
            DateRange(None, date(2023, 3, 9)),
            "until 8 March 2023",
            "<span>until 8 March 2023</span>",
        ),
    ],
)
def test_period_in_words(period: DateRange | None, words: str, tag: str) -> None:
    assert periods.in_words(period) == words
    assert periods.period_tag(period) == tag


def test_moment_is_told_in_utc() -> None:
    moment = datetime(2023, 3, 10, 0, 30, tzinfo=timezone(timedelta(hours=2)))
    assert periods.moment_in_words(moment) == "9 March 2023, 22:30 UTC"
    assert periods.day_tag(moment) == '<time datetime="2023-03-09">9 March 2023</time>'
    assert periods.moment_tag(moment) == (
        '<time datetime="2023-03-09T22:30:00Z">9 March 2023, 22:30 UTC</time>'
    )


def test_day_of_a_date_is_that_day() -> None:
    assert periods.day_tag(date(2023, 3, 8)) == '<time datetime="2023-03-08">8 March 2023</time>'


def test_short_day_is_cut_in_its_words_only() -> None:
    assert periods.short_day_tag(date(2023, 9, 8)) == (
        '<time datetime="2023-09-08">8 Sep 2023</time>'
    )


def test_early_years_keep_four_digits() -> None:
    assert periods.day_tag(date(987, 1, 2)).startswith('<time datetime="0987-01-02">')
    assert periods.moment_tag(datetime(2023, 1, 2, tzinfo=UTC)).startswith(
        '<time datetime="2023-01-02T00:00:00Z">'
    )
