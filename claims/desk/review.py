"""A verdict beside what it cites, with the text around each quotation."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.contrib.auth.models import User
from django.db.models import Prefetch

from articles.models import Event
from claims.models import Appearance, Citation, Claim, Evidence, Verdict
from claims.models.verdict import SENT_BACK
from claims.status import WITHDRAWN, Status, status

# The broken word at either end of what is shown around a quotation.
_BROKEN_FIRST, _BROKEN_LAST = re.compile(r"\A\S{0,60}\s+"), re.compile(r"\s+\S{0,60}\Z")

AROUND = 280
"""Code points of the text that are shown on either side of a quotation."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A quotation with the text around it; just the quotation where we don't hold the text."""

    appearance: Appearance
    before: str
    exact: str
    after: str
    cut_before: bool = False
    cut_after: bool = False

    @property
    def query(self) -> str:
        """What opens the text at the quotation."""
        row = self.appearance
        if row.snapshot_id is None or row.span is None:
            return ""
        place = {"snapshot": row.snapshot_id, "start": row.span.lower, "end": row.span.upper}
        return f"?{urlencode(place)}#passage"


@dataclass(frozen=True, slots=True)
class Cited:
    """One citation, with the places where its evidence can be read."""

    citation: Citation
    evidence: Evidence
    excerpts: list[Excerpt]


@dataclass(frozen=True, slots=True)
class Turn:
    """A proposal that was sent back to its author: by whom, when, and what should change."""

    by: User
    at: datetime
    note: str


@dataclass(frozen=True, slots=True)
class AsRead:
    """What a proposal said before it was revised."""

    status: Status
    summary: str
    reasoning: str


@dataclass(frozen=True, slots=True)
class Review:
    """What a second person has to look at."""

    verdict: Verdict
    status: Status
    cited: list[Cited]
    current: Verdict | None
    current_status: Status | None
    turn: Turn | None


def review_of(verdict: Verdict) -> Review:
    """Gather a verdict with what it cites and the verdict that is public now."""
    places = (
        Appearance.objects.newest()
        .select_related("article__publisher", "snapshot")
        .order_by("-seen", "pk")
    )
    citations = verdict.citations.select_related("evidence__source", "evidence__claim")
    citations = citations.prefetch_related(
        Prefetch("evidence__appearances", queryset=places, to_attr="places")
    )
    current = verdict.claim.verdicts.published().select_related("author", "reviewer").first()
    return Review(
        verdict=verdict,
        status=status_of_verdict(verdict, verdict.claim),
        cited=[_cited(row) for row in citations],
        current=current,
        current_status=status_of_verdict(current, verdict.claim) if current else None,
        turn=turn_of(verdict),
    )


def turn_of(verdict: Verdict) -> Turn | None:
    """What was asked of the author of a proposal (``with_turn()``); nothing unless it waits."""
    held = vars(verdict)
    if held["turn"] != SENT_BACK:
        return None
    return Turn(User.objects.get(pk=held["turn_by"]), held["turn_at"], held["turn_note"] or "")


def as_read(verdict: Verdict, seen: int) -> AsRead | None:
    """The proposal as the event ``seen`` left it, for somebody who read that one."""
    told = Event.objects.filter(
        claim=verdict.claim_id,
        subject_type="verdict",
        subject_id=verdict.pk,
        pk__lte=seen,
        verb__in=("verdict.proposed", "verdict.revised"),
    )
    payload = told.order_by("-pk").values_list("payload", flat=True).first()
    if not payload or "summary" not in payload:
        return None
    code = payload["finding"] or WITHDRAWN
    words = payload["summary"], payload["reasoning"]
    return AsRead(status(code, verdict.claim.kind), *words)


def status_of_verdict(verdict: Verdict, claim: Claim) -> Status:
    """What the claim's status becomes by a verdict."""
    return status(verdict.finding or WITHDRAWN, claim.kind)


def _cited(citation: Citation) -> Cited:
    places: list[Appearance] = vars(citation.evidence)["places"]
    return Cited(citation, citation.evidence, [excerpt_of(row) for row in places if row.exact])


def excerpt_of(row: Appearance) -> Excerpt:
    """The quotation of a place with the text around it."""
    if row.snapshot is None or row.span is None:
        return Excerpt(row, "", row.exact, "")
    text, start, end = row.snapshot.text, row.span.lower, row.span.upper
    before, after = text[max(0, start - AROUND) : start], text[end : end + AROUND]
    cut_before, cut_after = start > AROUND, end + AROUND < len(text)
    if cut_before:
        before = _BROKEN_FIRST.sub("", before, count=1)
    if cut_after:
        after = _BROKEN_LAST.sub("", after, count=1)
    return Excerpt(row, before, row.exact, after, cut_before, cut_after)
