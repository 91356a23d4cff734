"""Which moment a page tells of: this one, unless its address asks for another."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone

from django.utils import timezone as clock
from django.utils.translation import gettext as _

AS_OF, KNOWN_BY = "as_of", "known_by"
_DAY = "([0-9]{4})-([0-9]{2})-([0-9]{2})"
_TIME = r"([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,6}))?)?"
_OFFSET = "([Zz]|[+-][0-9]{2}:[0-9]{2})"
_MOMENT = re.compile(f"{_DAY}(?:[Tt]{_TIME}{_OFFSET}?)?")
_LOST_PLUS = re.compile(f"{_DAY}[Tt]{_TIME} [0-9]{{2}}:[0-9]{{2}}")


class Unreadable(ValueError):
    """What was given is no moment, or not one moment only; its text tells a person why."""


@dataclass(frozen=True, slots=True)
class Then:
    """The moment asked for. With ``by``: not what we said then, but what could be known that day.

    ``at`` is in UTC; with ``by`` it is the last microsecond of that day.
    """

    at: datetime
    by: date | None = None

    @property
    def name(self) -> str:
        """The parameter that asks for it."""
        return AS_OF if self.by is None else KNOWN_BY

    @property
    def written(self) -> str:
        """Its value in an address, in the one way in which we write it."""
        return written(self.at)

    @property
    def is_whole_day(self) -> bool:
        """Whether it is the very end of a day."""
        return self.at.time() == time.max


_asked: ContextVar[Then | None] = ContextVar("sayso_moment", default=None)


def asked() -> Then | None:
    """The moment that the page being made tells of; None for now."""
    return _asked.get()


def now() -> datetime:
    """This moment, or the one asked for: what a page measures its time by."""
    then = _asked.get()
    return clock.now() if then is None else then.at


def today() -> date:
    """The day of ``now()`` in UTC."""
    return now().astimezone(UTC).date()


@contextmanager
def asking(then: Then) -> Iterator[None]:
    """Let ``now()`` be ``then`` inside."""
    token = _asked.set(then)
    try:
        yield
    finally:
        _asked.reset(token)


def end_of(day: date) -> datetime:
    """The last microsecond of a day in UTC: what a day means where a moment is asked for."""
    return datetime.combine(day, time.max, UTC)


def read_moment(text: str) -> datetime:
    """``2023-03-09T18:10Z``, with seconds, fractions or another offset; a bare day is its end.

    Raises ``Unreadable`` for anything else: no time zone is guessed, and no order of day and month.
    """
    found = _MOMENT.fullmatch(text)
    if found is None:
        if _LOST_PLUS.fullmatch(text):
            told = _("The plus sign before the offset got lost: in an address it is written %2B.")
            raise Unreadable(told)
        raise Unreadable(
            _("Write a day like 2023-03-09 or a moment like 2023-03-09T18:10Z: nothing is guessed.")
        )
    year, month, day, hour, minute, second, fraction, offset = found.groups()
    try:
        if hour is None:
            return end_of(date(int(year), int(month), int(day)))
        if offset is None:
            raise Unreadable(
                _("Say in which time zone this is: with Z at the end for UTC, or +01:00.")
            )
        clock_time = time(
            *(int(hour), int(minute), int(second or 0), int((fraction or "").ljust(6, "0"))),
            tzinfo=_zone(offset),
        )
        there = date(int(year), int(month), int(day))
        return datetime.combine(there, clock_time).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        if isinstance(error, Unreadable):
            raise
        raise Unreadable(_("No calendar has this day, or no clock this time.")) from None


def read_day(text: str) -> date:
    """``2023-03-09``, and nothing else. Raises ``Unreadable``."""
    if re.fullmatch(_DAY, text) is None:
        raise Unreadable(_("Write a day like 2023-03-09. Nothing is guessed."))
    return read_moment(text).date()


def _zone(offset: str) -> timezone:
    if offset in "Zz":
        return UTC
    hours, minutes = int(offset[1:3]), int(offset[4:6])
    if minutes > 59:
        raise ValueError(offset)
    ahead = timedelta(hours=hours, minutes=minutes)
    return timezone(-ahead if offset[0] == "-" else ahead)


def written(moment: datetime) -> str:
    """A moment as addresses hold it, in UTC, no longer than it must be; ``read_moment`` reads it.

    The end of a day is that day; seconds and fractions are there only where they aren't zero.
    """
    moment = moment.astimezone(UTC)
    if moment.time() == time.max:
        return moment.date().isoformat()
    if moment.microsecond:
        return f"{moment.replace(tzinfo=None).isoformat(timespec='microseconds')}Z"
    exact = "seconds" if moment.second else "minutes"
    return f"{moment.replace(tzinfo=None).isoformat(timespec=exact)}Z"
