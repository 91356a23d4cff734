"""What changed, and what we corrected."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from claims.api import shapes
from claims.api.shapes import ClaimName, EvidenceNumber, Moment, Period, Status, Text, Url
from claims.exchange.datafeed import Site
from claims.reading import wording
from claims.reading.corrections import Correction
from claims.reading.history import Change


class ChangeEntry(shapes.Shape):
    """One change of what is said about a claim."""

    id: int = Field(description="Its number on the record.")
    at: Moment = Field(description="When it was logged.")
    claim: ClaimName
    verb: str = Field(description="What was done, as the record calls it: verdict.published.")
    what: Text = Field(description="The same in words.")
    why: Text | None
    old: Status | None = Field(description="The status before; null for the first one.")
    new: Status | None = Field(description="The status after; null where it stayed.")
    happened: Period | None = Field(
        description="When it took place in the world, if that is known."
    )
    evidence: EvidenceNumber | None
    url: Url = Field(description="Its place on the page of the claim.")


class CorrectionEntry(shapes.Shape):
    """A verdict that took an earlier one of ours back."""

    id: int = Field(description="The number of the verdict.")
    at: Moment = Field(description="When it was published.")
    claim: ClaimName
    kind: Literal["correction", "withdrawal"]
    old: Status = Field(description="What we had said.")
    new: Status = Field(description="What we say since.")
    changed: bool = Field(description="The rating became another one, not only its reasons.")
    what_was_wrong: Text
    summary: Text
    stood_seconds: float = Field(description="How long the old status stood, in seconds.")
    author: Text
    reviewer: Text | None = Field(description="Who published it, as a second person.")
    url: Url = Field(description="The verdict on the page of the claim.")


def change_entry(change: Change, site: Site) -> ChangeEntry:
    """A change as it is given."""
    url = f"{site.url}{change.claim.get_absolute_url()}#event-{change.event.pk}"
    return ChangeEntry(
        id=change.event.pk,
        at=change.event.at,
        claim=shapes.claim_name(change.claim, site),
        verb=change.event.verb,
        what=change.what,
        why=change.why or None,
        old=shapes.status_of(change.old) if change.old and change.new else None,
        new=shapes.status_of(change.new) if change.new else None,
        happened=shapes.period(change.happened),
        evidence=f"E-{change.evidence.pk}" if change.evidence else None,
        url=url,
    )


def correction_entry(correction: Correction, site: Site) -> CorrectionEntry:
    """A correction as it is given."""
    verdict = correction.verdict
    reviewer = None if verdict.without_second_person else verdict.reviewer
    return CorrectionEntry.model_validate(
        {
            "id": verdict.pk,
            "at": verdict.published_at,
            "claim": shapes.claim_name(verdict.claim, site),
            "kind": verdict.kind,
            "old": shapes.status_of(correction.old),
            "new": shapes.status_of(correction.new),
            "changed": correction.changed,
            "what_was_wrong": verdict.correction_note,
            "summary": verdict.summary,
            "stood_seconds": correction.stood.total_seconds(),
            "author": wording.person(verdict.author),
            "reviewer": None if reviewer is None else wording.person(reviewer),
            "url": f"{site.url}{verdict.claim.get_absolute_url()}#verdict",
        }
    )
