"""The rows of a queue as the desk prints them: badge, claim, why it is here, age, assignee."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.contrib.auth.models import User
from django.utils import timezone

from claims.desk.queues import Queue
from claims.desk.sieve import Sieve
from claims.desk.waiting import assignment_of
from claims.models import Claim, ClaimQuerySet
from claims.reading.rows import status_of

if TYPE_CHECKING:
    from claims.status import Status

FEW = 3
"""Rows of each queue on the front page."""
MOST = 1000
"""What the front page counts up to: more is more than anybody's day."""


@dataclass(frozen=True, slots=True)
class Row:
    """One claim that waits. ``place`` is where the work is done."""

    claim: Claim
    status: Status
    why: str
    place: str
    since: date
    age: timedelta
    assignee: User | None
    mine: bool


@dataclass(frozen=True, slots=True)
class Beginning:
    """A queue as the front page shows it: how many wait, and the first of them.

    ``uncounted``: more than ``count`` wait.
    """

    queue: Queue
    count: int
    rows: list[Row]
    uncounted: bool

    @property
    def more(self) -> bool:
        return self.uncounted or self.count > len(self.rows)


def claims_of(queue: Queue, sieve: Sieve, user: User) -> ClaimQuerySet:
    """The claims of a queue that fit, each with who looks after it."""
    return sieve.narrow(queue.claims(user), user).select_related("assignment__assignee")


def rows_of(queue: Queue, claims: Iterable[Claim], user: User) -> list[Row]:
    """The rows for ``claims``, which ``claims_of`` gave; no query."""
    now = timezone.now()
    return [_row(queue, claim, user, now) for claim in claims]


def beginning_of(queue: Queue, user: User) -> Beginning:
    """How many wait in a queue, and its first rows."""
    claims = claims_of(queue, Sieve(), user)
    count = claims.order_by()[: MOST + 1].count()
    rows = rows_of(queue, claims[:FEW] if count else (), user)
    return Beginning(queue, min(count, MOST), rows, count > MOST)


def people_at_the_desk() -> list[User]:
    """Everybody to whom a claim may be assigned, by name."""
    return list(User.objects.with_perm("claims.view_claim").order_by("username"))


def _row(queue: Queue, claim: Claim, user: User, now: datetime) -> Row:
    since: date = vars(claim)["waits_since"]
    began = since if isinstance(since, datetime) else datetime.combine(since, time(), UTC)
    held = assignment_of(claim)
    assignee = None if held is None else held.assignee
    return Row(
        claim=claim,
        status=status_of(claim),
        why=queue.why(claim, user),
        place=queue.place(claim),
        since=began.astimezone(UTC).date(),
        age=max(now - began, timedelta()),
        assignee=assignee,
        mine=assignee == user,
    )
