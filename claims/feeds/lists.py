"""What each feed holds: changes of one claim or of all, corrections, the claims of a filter."""

from __future__ import annotations

from datetime import UTC, datetime, time

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q

from articles.models import Event
from claims import status
from claims.choices import ClaimKind
from claims.feeds import entries
from claims.feeds.entries import Entry
from claims.models import Claim, ClaimQuerySet, Verdict
from claims.reading import corrections as corrected
from claims.reading import history
from claims.reading.browse import Browse, Filter
from claims.reading.corrected import changes as changes_of_all
from claims.reading.rows import rows_of

MOST = 50
"""Entries of a feed; feed readers ask often enough never to miss any."""
NOBODY = AnonymousUser()


def changes(claim: Claim | None = None) -> list[Entry]:
    """The newest key changes, of one claim or of all."""
    events = changes_of_all()
    if claim is not None:
        events = events.filter(claim=claim)
    told = history.tell_of_many(list(events[:MOST]))
    return entries.of_changes(told, entries.redactions_of(change.claim for change in told))


def corrections() -> list[Entry]:
    """The newest corrections."""
    told = [corrected.tell(row) for row in corrected.corrections()[:MOST]]
    return entries.of_corrections(told, entries.redactions_of(row.verdict.claim for row in told))


def claims(chosen: Filter) -> list[Entry]:
    """The claims that ``chosen`` leaves, those first of which something was last told."""
    found = Browse(NOBODY, chosen).claims
    ids = _newest(found)
    held = list(Claim.objects.published().with_status().filter(pk__in=ids))
    redacted = entries.redactions_of(held)
    told = {claim.pk: last_told(claim, redacted) for claim in held}
    held = sorted(held, key=lambda claim: (told[claim.pk], claim.pk), reverse=True)[:MOST]
    latest = Verdict.objects.published().filter(claim__in=held)
    latest = latest.order_by("claim_id", "-published_at", "-pk").distinct("claim_id")
    return entries.of_claims(rows_of(held), {row.claim_id: row for row in latest}, told)


def _newest(found: ClaimQuerySet) -> set[int]:
    """The ids of the claims of which something was last told, and of some more.

    Whichever of these moments is a claim's latest: if it is among the ``MOST`` latest of all, it is
    among the ``MOST`` latest of its sort. So each sort can be read in its own order.
    """
    unjudged = found.filter(Q(verdict_at=None))
    newest = set(found.order_by("-published_at", "-pk").values_list("pk", flat=True)[:MOST])
    later = Verdict.objects.published().filter(
        claim=OuterRef("claim"), published_at__gt=OuterRef("published_at")
    )
    judged = Verdict.objects.published().filter(claim__in=found.order_by().values("pk"))
    judged = judged.exclude(Exists(later)).order_by("-published_at", "-claim")
    newest.update(judged.values_list("claim", flat=True)[:MOST])
    moved = unjudged.exclude(kind=ClaimKind.PREDICTION).order_by("-state_since", "-pk")
    newest.update(moved.values_list("pk", flat=True)[:MOST])
    closed = unjudged.filter(Q(status_code=status.OVERDUE)).order_by("-window__endswith", "-pk")
    newest.update(closed.values_list("pk", flat=True)[:MOST])
    blank = found.exclude(redaction_reason="").order_by().values("pk")
    redacted = Event.objects.filter(claim__in=blank, verb=history.REDACTED).order_by("-at")
    newest.update(redacted.values_list("claim", flat=True)[:MOST])
    return newest


def last_told(claim: Claim, redacted: entries.Moments) -> datetime:
    """When a claim that came ``with_status()`` last moved in a way that matters to readers."""
    told = vars(claim)
    assert claim.published_at is not None
    moments = [claim.published_at]
    if told["verdict_at"] is not None:
        moments.append(told["verdict_at"])
    elif claim.kind != ClaimKind.PREDICTION:
        moments.append(claim.state_since)
    elif told["status_code"] == status.OVERDUE and claim.window is not None:
        moments.append(datetime.combine(claim.window.upper, time(), UTC))
    if claim.pk in redacted:
        moments.append(redacted[claim.pk])
    return max(moments)
