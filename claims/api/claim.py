"""A claim with all that its page tells."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from claims.api import shapes
from claims.api.changes import ChangeEntry, change_entry
from claims.api.claims import ClaimRow, claim_row
from claims.api.evidence import EvidenceEntry, evidence_entry
from claims.api.shapes import ClaimName, EvidenceNumber, Moment, Period, SourceName, Text, Url
from claims.exchange.datafeed import Site
from claims.models import OutsideVerdict
from claims.reading import wording
from claims.reading.dossier import Dossier
from claims.reading.judgement import Ruling
from claims.reading.rows import Row


class Cited(shapes.Shape):
    """Evidence that a verdict rests on, graded in that verdict (STANAG 2511)."""

    evidence: EvidenceNumber
    reliability: Literal["A", "B", "C", "D", "E", "F"] = Field(description="Of the source.")
    credibility: Literal["1", "2", "3", "4", "5", "6"] = Field(description="Of the information.")
    note: Text | None


class VerdictEntry(shapes.Shape):
    """A published verdict of ours; frozen."""

    id: int
    kind: Literal["first", "update", "correction", "withdrawal"]
    status: shapes.Status
    confidence: Literal["low", "moderate", "high"] | None = Field(
        description="How sure the author is; null for a withdrawal."
    )
    summary: Text
    reasoning: Text
    what_was_wrong: Text | None = Field(description="Of a correction or a withdrawal.")
    author: Text
    reviewer: Text | None = Field(description="The second person, who published it.")
    published_at: Moment
    reached: Period | None = Field(description="When it was reached, if before it came to us.")
    cites: list[Cited]


class OutsideEntry(shapes.Shape):
    """What another organisation found, in its own words. Never counted as ours."""

    organisation: SourceName
    label: Text = Field(description="Their words.")
    read_as: (
        Literal["supported", "refuted", "conflicting", "insufficient", "unresolvable"] | None
    ) = Field(description="How we read them; null where they fit none of ours.")
    title: Text | None
    review_url: Url | None
    published: Period | None
    note: Text | None


class Related(shapes.Shape):
    """Claims that bear on this one in one way."""

    relation: Text = Field(description="In words: Holds only if.")
    claims: list[ClaimName]


class ClaimFull(ClaimRow):
    """A claim with its evidence, verdicts and history."""

    criteria: Text | None = Field(description="What would settle it.")
    in_short: Text
    evidence_changed: bool = Field(description="The evidence changed after the verdict.")
    evidence: list[EvidenceEntry] = Field(description="The weightiest first; voided ones last.")
    hidden_evidence: int = Field(description="Counted, but logged under words that aren't public.")
    reports: int = Field(description="Reports that assert it, copies included.")
    origins_because: list[Text] = Field(description="Why there are so many independent origins.")
    verdicts: list[VerdictEntry] = Field(description="The newest first: that is the one in force.")
    outside_verdicts: list[OutsideEntry]
    related: list[Related]
    merged: list[ClaimName] = Field(description="Claims that were merged into this one.")
    changes: list[ChangeEntry] = Field(description="The newest first.")


def claim_full(dossier: Dossier, row: Row, site: Site) -> ClaimFull:
    """All of it; ``row`` is the same claim in a list."""
    columns, judgement = dossier.columns, dossier.judgement
    sides = (columns.support, columns.oppose, columns.context)
    items = [item for side in sides for item in side.everything] + columns.voided
    rulings = ([judgement.current] if judgement.current else []) + judgement.earlier
    return ClaimFull.model_validate(
        {
            **dict(claim_row(row, site)),
            "criteria": dossier.claim.criteria or None,
            "in_short": dossier.in_short,
            "evidence_changed": judgement.moved,
            "evidence": [evidence_entry(item, site) for item in items],
            "hidden_evidence": dossier.hidden,
            "reports": dossier.origins.standing.reports,
            "origins_because": dossier.origins.reasons,
            "verdicts": [_verdict(ruling) for ruling in rulings],
            "outside_verdicts": [_outside(verdict, site) for verdict in dossier.outside],
            "related": [
                Related(
                    relation=relation.words,
                    claims=[shapes.claim_name(other.claim, site) for other in relation.neighbours],
                )
                for relation in dossier.relations
            ],
            "merged": [shapes.claim_name(claim, site) for claim in dossier.merged],
            "changes": [change_entry(change, site) for change in dossier.changes],
        }
    )


def _verdict(ruling: Ruling) -> VerdictEntry:
    verdict = ruling.verdict
    reviewer = None if verdict.without_second_person else verdict.reviewer
    return VerdictEntry.model_validate(
        {
            "id": verdict.pk,
            "kind": verdict.kind,
            "status": shapes.status_of(ruling.status),
            "confidence": verdict.confidence or None,
            "summary": verdict.summary,
            "reasoning": verdict.reasoning,
            "what_was_wrong": verdict.correction_note or None,
            "author": wording.person(verdict.author),
            "reviewer": None if reviewer is None else wording.person(reviewer),
            "published_at": verdict.published_at,
            "reached": shapes.period(verdict.dated),
            "cites": [
                {
                    "evidence": f"E-{citation.evidence_id}",
                    "reliability": citation.reliability,
                    "credibility": citation.credibility,
                    "note": citation.note or None,
                }
                for citation in ruling.citations
            ],
        }
    )


def _outside(verdict: OutsideVerdict, site: Site) -> OutsideEntry:
    return OutsideEntry.model_validate(
        {
            "organisation": shapes.source_name(verdict.organisation, site),
            "label": verdict.label,
            "read_as": verdict.finding or None,
            "title": verdict.title or None,
            "review_url": verdict.url or None,
            "published": shapes.period(verdict.dated),
            "note": verdict.note or None,
        }
    )
