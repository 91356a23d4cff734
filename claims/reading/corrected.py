"""Corrections and changes by month and by source: ours, and those of the sources."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING

from django.db.models import Count, DateTimeField, F, Q, QuerySet
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext as _

from articles.models import Event, Source
from claims.choices import EvidenceLinkKind
from claims.models import Claim, EvidenceLink, Verdict
from claims.reading.corrections import Correction, corrections, tell
from claims.reading.filters import InAddress, spoken_on_by
from claims.reading.history import key_changes
from claims.reading.takings_back import takings_back

if TYPE_CHECKING:
    from articles.policy import Reader

THEIRS = "theirs"
# The page lists the latest months that have something, and the one that is asked for.
MOST_MONTHS = 24
# So many corrections stand over what changed.
MOST_RECENT = 3
_MONTH = re.compile(r"(?P<year>[0-9]{4})-(?P<month>0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True)
class Asked(InAddress):
    """What the reader asked for, as it stood in the address.

    ``whose``: "theirs" for what sources took back themselves, else our own. ``month``: ``2023-03``.
    """

    whose: str = ""
    month: str = ""
    source: str = ""

    @property
    def first(self) -> datetime | None:
        """When the month begins, in UTC; None without one, or for none that there is."""
        found = _MONTH.fullmatch(self.month)
        if found is None or found["year"] == "0000":
            return None
        return datetime(int(found["year"]), int(found["month"]), 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Month:
    """A month in which something was corrected; its link asks for it, or for all months again."""

    first: datetime
    count: int
    query: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Section:
    """Corrections of one month that changed a rating, or that left it as it was."""

    first: datetime
    changed: bool
    corrections: list[Correction]


def sections_of(rows: Iterable[Verdict]) -> list[Section]:
    """The rows of one page of ``Corrected.ours``, in its order."""
    grouped = groupby(rows, key=lambda row: (vars(row)["in_month"], vars(row)["changed"]))
    return [
        Section(first, changed, [tell(row) for row in group]) for (first, changed), group in grouped
    ]


@dataclass(frozen=True, slots=True)
class Months:
    """The months around the one that is asked for, to go on to."""

    first: datetime

    @property
    def before(self) -> datetime | None:
        """The month before; None where there is none."""
        year, month = divmod(self.first.year * 12 + self.first.month - 2, 12)
        return self.first.replace(year=year, month=month + 1) if year else None

    @property
    def after(self) -> datetime:
        """The month after."""
        return _next(self.first)


def recent(now: datetime) -> list[Correction]:
    """The newest corrections that changed a rating, of a month's time."""
    rows = corrections().filter(Q(changed=True), published_at__gt=now - timedelta(days=31))
    return [tell(row) for row in rows[:MOST_RECENT]]


def changes() -> QuerySet[Event]:
    """The key changes of published claims, and what sources took back, newest first."""
    return key_changes(
        also=Q(
            verb="evidence.related",
            payload__kind=EvidenceLinkKind.WITHDRAWS,
            at__gt=F("claim__published_at"),
        )
    )


class Corrected:
    """The corrections that ``user`` may see, narrowed by ``asked_for``."""

    def __init__(self, user: Reader, asked_for: Asked) -> None:
        self.user = user
        self.asked = asked_for

    @cached_property
    def source(self) -> Source | None:
        """The source asked for, if there is one and it may be seen."""
        if not self.asked.source:
            return None
        return Source.objects.visible_to(self.user).filter(slug=self.asked.source).first()

    @property
    def unknown(self) -> list[str]:
        """What was asked for and doesn't exist, in words."""
        told = []
        if self.asked.month and self.asked.first is None:
            told.append(_("“%(value)s” is no month.") % {"value": self.asked.month})
        if self.asked.source and self.source is None:
            told.append(_("No source here is called “%(value)s”.") % {"value": self.asked.source})
        if self.asked.whose not in ("", THEIRS):
            told.append(_("Nobody here is called “%(value)s”.") % {"value": self.asked.whose})
        return told

    def narrow(self, events: QuerySet[Event]) -> QuerySet[Event]:
        """Those of ``events`` that happened to claims of that source, in that month."""
        if self.unknown:
            return events.none()
        if self.source:
            events = events.filter(claim__in=Claim.objects.filter(spoken_on_by(self.source)))
        if first := self.asked.first:
            events = events.filter(at__gte=first, at__lt=_next(first))
        return events

    @cached_property
    def ours(self) -> QuerySet[Verdict]:
        """What we corrected: by month, what changed a rating first."""
        rows = corrections().annotate(in_month=_month("published_at"))
        if self.unknown:
            return rows.none()
        if self.source:
            rows = rows.filter(claim__in=Claim.objects.filter(spoken_on_by(self.source)))
        if first := self.asked.first:
            rows = rows.filter(published_at__gte=first, published_at__lt=_next(first))
        return rows.order_by(F("in_month").desc(), F("changed").desc(), "-published_at", "-pk")

    @cached_property
    def theirs(self) -> QuerySet[EvidenceLink]:
        """What sources took back themselves, newest first."""
        rows = takings_back(self.user).annotate(in_month=_month("known__startswith"))
        if self.unknown:
            return rows.none()
        if self.source:
            rows = rows.filter(from_evidence__source=self.source)
        if first := self.asked.first:
            rows = rows.filter(
                Q(known__startswith__gte=first) & Q(known__startswith__lt=_next(first))
            )
        return rows

    @property
    def months(self) -> list[Month]:
        """The months of what is asked for, the latest first."""
        other = Corrected(self.user, self.asked.with_("month", ""))
        other.source = self.source
        rows: QuerySet[Verdict] | QuerySet[EvidenceLink]
        rows = other.theirs if self.asked.whose == THEIRS else other.ours
        counted = rows.order_by().values(first=F("in_month")).annotate(n=Count("pk"))
        chosen = self.asked.first
        months = [
            self._option(row["first"], row["n"], chosen=row["first"] == chosen)
            for row in counted.order_by("-first")[:MOST_MONTHS]
        ]
        if chosen is not None and not any(month.chosen for month in months):
            rows = self.theirs if self.asked.whose == THEIRS else self.ours
            months.append(self._option(chosen, rows.count(), chosen=True))
        return months

    def _option(self, first: datetime, count: int, *, chosen: bool) -> Month:
        query = self.asked.with_("month", "" if chosen else f"{first:%Y-%m}").query
        return Month(first, count, query, chosen)


def last_month(today: date) -> str:
    """The month before this one: ``2023-02``."""
    year, month = (today.year, today.month - 1) if today.month > 1 else (today.year - 1, 12)
    return f"{year:04}-{month:02}"


def _next(first: datetime) -> datetime:
    """When the next month begins; after the last one that there is, nothing does."""
    if (first.year, first.month) == (9999, 12):
        return datetime.max.replace(tzinfo=UTC)
    year, month = divmod(first.year * 12 + first.month, 12)
    return first.replace(year=year, month=month + 1)


def _month(field: str) -> TruncMonth:
    return TruncMonth(field, tzinfo=UTC, output_field=DateTimeField())
