"""What changed: events of the record as moves from one status to another, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import (
    Case,
    CharField,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.fields.json import KT

from articles.models import Event
from articles.periods import last_day
from claims import status
from claims.choices import ClaimKind, EvidenceLinkKind, VerdictKind
from claims.models import Claim, Evidence, Verdict
from claims.reading import entries
from claims.status import Status

REDACTED = entries.REDACTED
# Beyond this many days an entry was never meant to be quick, and both dates tell enough.
LATE_AT_MOST = 60
# Entries that are told only where they moved the status; the rest of the record is folded away.
_PLAIN = (
    *("claim.logged", "evidence.linked", "evidence.related"),
    *("appearance.added", "appearance.carried", "outsideverdict.recorded"),
)
# What the desk does among itself: it is on the record, but changes nothing for a reader.
_INTERNAL = (
    *("verdict.proposed", "verdict.revised", "verdict.sent_back", "verdict.taken_over"),
    *("verdict.discarded", "claim.related", "claim.unrelated", "appearance.checked"),
    *("claim.set_aside", "claim.taken_up", "match.decided"),
)
_STATE_AFTER = KT("payload__standing__to__evidence_state")
_STATE_BEFORE = KT("payload__standing__from__evidence_state")


@dataclass(frozen=True, slots=True)
class Change:
    """One event as a reader is told of it.

    ``old`` and ``new`` are the statuses before and after; ``old`` is None for the first one, and
    ``new`` where the status stayed as it was, which ``after`` tells too. ``happened`` is when it
    took place in the world, apart from ``event.at``, when it was logged; ``late`` counts the days
    between, up to a limit. ``before`` is the moment of the entry before this one: as of then the
    page is the version before it. None where that wasn't public.
    """

    event: Event
    claim: Claim
    what: str
    why: str
    old: Status | None
    new: Status | None
    after: Status
    happened: DateRange | None
    late: int
    evidence: Evidence | None
    before: datetime | None

    @property
    def is_key(self) -> bool:
        """Whether it changed what the page says, and not only what it rests on."""
        taken_back = self.event.payload.get("kind") == EvidenceLinkKind.WITHDRAWS
        return self.new is not None or taken_back or self.event.verb not in _PLAIN


def state_before(claim: str, moment: str) -> Subquery:
    """The evidence state of a claim as the record last told it before a moment; null if never."""
    return _last_state(Event.objects.filter(claim=OuterRef(claim), at__lt=OuterRef(moment)))


def _last_state(events: QuerySet[Event]) -> Subquery:
    told = (
        events.exclude(payload__standing__to__evidence_state=None)
        .annotate(state=_STATE_AFTER)
        .order_by("-seq")
    )
    return Subquery(told.values("state")[:1], output_field=CharField())


def with_moves(events: QuerySet[Event]) -> QuerySet[Event]:
    """Add the evidence state and the verdict before and after each event of a claim."""
    before = (
        Verdict.objects.published()
        .filter(claim=OuterRef("claim"), published_at__lt=OuterRef("at"))
        .exclude(pk=OuterRef("judged"))
        .order_by("-published_at", "-pk")
    )
    chain = Event.objects.filter(chain=OuterRef("chain")).order_by()
    earlier = chain.filter(seq=OuterRef("seq") - 1)
    return events.annotate(
        at_earlier=Subquery(earlier.values("at")[:1]),
        judged=Case(When(verb=entries.JUDGED, then=F("subject_id")), default=Value(0)),
        state_after=_STATE_AFTER,
        state_before=_STATE_BEFORE,
        state_earlier=_last_state(chain.filter(seq__lt=OuterRef("seq"))),
        verdict_before=Subquery(before.values("finding")[:1]),
        verdict_before_kind=Subquery(before.values("kind")[:1]),
    )


def key_changes(also: Q | None = None) -> QuerySet[Event]:
    """The events that changed what readers see of published claims, newest first; ``also`` others.

    A claim comes onto the record, a verdict is published, the words of a claim are removed, or new
    evidence moves a status that rests on the evidence alone. New evidence never moves a verdict.
    """
    moved = (
        Q(at__gt=F("claim__published_at"), verdict_before=None, state_after__isnull=False)
        & ~Q(state_after=F("state_before"))
        & ~Q(claim__kind=ClaimKind.PREDICTION)
    )
    told = Q(verb__in=[entries.PUBLISHED, entries.JUDGED, entries.REDACTED])
    return (
        with_moves(Event.objects.filter(claim__published_at__isnull=False))
        .filter(told | moved | (also or Q()))
        .select_related("claim", "by")
        .order_by("-at", "-pk")
    )


def tell(
    events: Iterable[Event], claims: Mapping[int, Claim], evidence: Mapping[int, Evidence]
) -> list[Change]:
    """What the events (``with_moves()``) did, in their order.

    ``claims`` and ``evidence`` are those that the events may name, by id; what is missing there,
    because the reader may not see it, is not named.
    """
    return [
        _change(event, claim, evidence)
        for event in events
        if (claim := claims.get(event.claim_id or 0)) is not None and not _is_internal(event, claim)
    ]


def _is_internal(event: Event, claim: Claim) -> bool:
    """Whether it is the desk's own matter; rewording is, as long as a claim is private."""
    if event.verb == "claim.edited":
        return claim.published_at is None or event.at < claim.published_at
    return event.verb in _INTERNAL


def tell_of_many(events: Sequence[Event]) -> list[Change]:
    """What events of several claims did, by one query more."""
    ids = {event.subject_id for event in events if event.subject_type == "evidence"}
    for event in events:
        ids.update(
            id_
            for name in ("from_evidence", "to_evidence")
            if isinstance(id_ := event.payload.get(name), int)
        )
    evidence = Evidence.objects.filter(pk__in=ids).select_related("source").in_bulk()
    claims = {event.claim.pk: event.claim for event in events if event.claim is not None}
    return tell(events, claims, evidence)


def _change(event: Event, claim: Claim, evidence: Mapping[int, Evidence]) -> Change:
    row = evidence.get(event.subject_id) if event.subject_type == "evidence" else None
    old, new = _statuses(event, claim)
    happened = _happened(event, row)
    first = event.verb == entries.PUBLISHED
    earlier = vars(event)["at_earlier"]
    public = claim.published_at is not None and earlier is not None
    return Change(
        event=event,
        claim=claim,
        what=entries.what(event, row, evidence),
        why=entries.why(event),
        old=None if first else old,
        new=new if first or new != old else None,
        after=new,
        happened=happened,
        late=_late(event, happened),
        evidence=row,
        before=earlier if public and earlier >= claim.published_at else None,
    )


def _statuses(event: Event, claim: Claim) -> tuple[Status, Status]:
    """The status before and after the event."""
    told = vars(event)
    earlier = told["state_before"] or told["state_earlier"] or "unsourced"
    code_before = verdict_code(told["verdict_before_kind"], told["verdict_before"])
    code_after = code_before
    if event.verb == entries.JUDGED:
        code_after = verdict_code(event.payload.get("kind"), event.payload.get("finding"))
    old = code_before or unjudged(claim, earlier, event.at)
    new = code_after or unjudged(claim, told["state_after"] or earlier, event.at)
    return status.status(old, claim.kind), status.status(new, claim.kind)


def verdict_code(kind: str | None, finding: str | None) -> str:
    """The status that a verdict gives; empty without one."""
    return status.WITHDRAWN if kind == VerdictKind.WITHDRAWAL else finding or ""


def unjudged(claim: Claim, state: str, moment: datetime) -> str:
    """The status that a claim with this evidence state has without a verdict, at that moment."""
    if claim.kind != ClaimKind.PREDICTION:
        return state
    end = None if claim.window is None else claim.window.upper
    closed = end is not None and end <= moment.astimezone(UTC).date()
    return status.OVERDUE if closed else status.AWAITING


def _happened(event: Event, evidence: Evidence | None) -> DateRange | None:
    if event.verb == "evidence.linked" and evidence is not None:
        return evidence.stated
    dated = event.payload.get("dated") if event.verb == entries.JUDGED else None
    return _range(dated) if isinstance(dated, str) else None


def _range(text: str) -> DateRange | None:
    """The range that ``articles.history.plain`` wrote."""
    lower, _slash, upper = text.partition("/")
    return DateRange(
        date.fromisoformat(lower) if lower else None, date.fromisoformat(upper) if upper else None
    )


def _late(event: Event, happened: DateRange | None) -> int:
    """Days between the last one on which it happened and the day it was logged; 0 if too many."""
    last = last_day(happened) if happened is not None else None
    days = 0 if last is None else (event.at.astimezone(UTC).date() - last).days
    return days if 0 < days <= LATE_AT_MOST else 0
