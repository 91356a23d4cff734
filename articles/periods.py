"""Days, periods and moments in readers' words: absolute, and moments in UTC."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache, wraps
from typing import TypeVar

from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

T = TypeVar("T")
ONE_DAY = timedelta(days=1)
TO = "\N{EN DASH}"


def _remembered(say: Callable[[T], str]) -> Callable[[T], str]:
    """Say the same of the same in the same language: long pages are full of equal dates."""

    @lru_cache(maxsize=10_000)
    def said(value: T, _language: str | None) -> str:
        return say(value)

    @wraps(say)
    def remembering(value: T) -> str:
        return said(value, get_language())

    return remembering


def day_in_words(day: date) -> str:
    """``8 March 2023``."""
    return date_format(day, "j F Y")


def moment_in_words(moment: datetime) -> str:
    """``9 March 2023, 14:02 UTC``."""
    moment = moment.astimezone(UTC)
    return f"{day_in_words(moment.date())}, {moment:%H:%M} UTC"


def last_day(period: DateRange) -> date | None:
    """The last day of a period; its upper bound is the day after. None when it has no end."""
    upper: date | None = period.upper
    return None if upper is None else upper - ONE_DAY


def precision(period: DateRange) -> str:
    """What one word of a calendar the period is: ``day``, ``month``, ``year``, or nothing."""
    first, beyond = period.lower, period.upper
    if first is None or beyond is None:
        return ""
    if beyond - first == ONE_DAY:
        return "day"
    if first.day == beyond.day == 1:
        months = (beyond.year - first.year) * 12 + beyond.month - first.month
        if months == 1:
            return "month"
        if months == 12 and first.month == 1:
            return "year"
    return ""


def in_words(period: DateRange | None) -> str:
    """A period as people write it: ``8 March 2023``, ``March 2023``, ``2023``, a stretch."""
    if period is None or period.isempty:
        return ""
    first, last = period.lower, last_day(period)
    if first is not None and last is not None:
        return _stretch(first, last, precision(period))
    if first is not None:
        return _("since %(day)s") % {"day": day_in_words(first)}
    if last is not None:
        return _("until %(day)s") % {"day": day_in_words(last)}
    return _("at any time")


def _stretch(first: date, last: date, precise_to: str) -> str:
    """From ``first`` to ``last``, saying nothing twice that both share."""
    if precise_to:
        return date_format(first, {"day": "j F Y", "month": "F Y", "year": "Y"}[precise_to])
    if first.year != last.year:
        return f"{day_in_words(first)} {TO} {day_in_words(last)}"
    if first.month != last.month:
        return f"{date_format(first, 'j F')} {TO} {day_in_words(last)}"
    return f"{first.day}{TO}{day_in_words(last)}"


@_remembered
def period_tag(period: DateRange | None) -> str:
    """``in_words`` as HTML, machine-readable where one ``time`` element can say it."""
    words = in_words(period)
    if period is None or not words:
        return ""
    digits = {"day": 10, "month": 7, "year": 4}.get(precision(period))
    if digits is None:
        return format_html("<span>{}</span>", words)
    return format_html('<time datetime="{}">{}</time>', period.lower.isoformat()[:digits], words)


@_remembered
def day_tag(day: date) -> str:
    """A day, or the day of a moment in UTC, as a ``time`` element."""
    if isinstance(day, datetime):
        day = day.astimezone(UTC).date()
    return format_html('<time datetime="{}">{}</time>', day.isoformat(), day_in_words(day))


@_remembered
def short_day_tag(day: date) -> str:
    """A day with its month cut short, for narrow columns: ``8 Mar 2023``."""
    words = date_format(day, pgettext("short date", "j M Y"))
    return format_html('<time datetime="{}">{}</time>', day.isoformat(), words)


@_remembered
def moment_tag(moment: datetime) -> str:
    """A moment to the minute, in UTC, as a ``time`` element."""
    stamp = f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    return format_html('<time datetime="{}">{}</time>', stamp, moment_in_words(moment))
