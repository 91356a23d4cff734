"""A piece of evidence: who takes which stance, where that can be read, what it hangs on."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from articles.models import Affiliation
from claims.api import shapes
from claims.api.shapes import (
    ArticleName,
    EvidenceNumber,
    Language,
    Moment,
    Period,
    SourceName,
    Text,
    Url,
)
from claims.exchange.datafeed import Site
from claims.models import Appearance
from claims.reading.items import Item


class Role(shapes.Shape):
    """What a source was in an organisation."""

    role: Text
    organisation: SourceName
    during: Period | None
    one_voice: bool = Field(description="It speaks for the organisation: both are one origin.")


class Passage(shapes.Shape):
    """A place where evidence can be read."""

    id: int
    article: ArticleName
    quotation: Text | None = Field(description="The exact words; null where none were logged.")
    removed_because: Text | None = Field(description="Why the words were removed.")
    hedge: Text | None = Field(description="The words in it that weaken it: could, likely.")
    verbatim: bool = Field(description="The source's own words, not a paraphrase.")
    seen: bool = Field(description="An editor has read this very document.")
    via: int | None = Field(description="The passage by which it came, where we know of one.")
    basis: Literal["credited", "inferred", "detected", "revision"] = Field(
        description="How we know of that hop."
    )
    url: Url = Field(description="Its place on our page of the article.")


class Tie(shapes.Shape):
    """How evidence hangs on other evidence."""

    relation: Literal["repeats", "relies_on", "responds_to", "withdraws"] = Field(
        description="The one of a pair that it is, read from the later to the earlier."
    )
    words: Text = Field(description="The same in words, from here: Repeats, Answered by.")
    evidence: EvidenceNumber | None = Field(description="Null where the other one is not public.")


class EvidenceEntry(shapes.Shape):
    """One source takes one stance on one claim at one date."""

    id: EvidenceNumber
    source: SourceName
    roles: list[Role] = Field(description="What the source was at that date.")
    stance: Literal["asserts", "denies", "supports", "weakens", "context"] = Field(
        description="supports and weakens are our inference, the others the source's own."
    )
    scope: Literal["same", "broader", "narrower"] = Field(
        description="Whether the source spoke about this very claim."
    )
    stated: Period | None
    probability_low: float | None = Field(description="From 0 to 1, as the source gave it.")
    probability_high: float | None = Field(description="From 0 to 1, as the source gave it.")
    language: Language
    note: Text | None
    interested: bool = Field(description="The source gains or loses by being believed.")
    first_hand: bool | None = Field(
        description="Whether a document that we have read quotes the source itself; null if we"
        " have read none."
    )
    passages: list[Passage]
    ties: list[Tie]
    logged_at: Moment
    voided_at: Moment | None = Field(description="When we took it back; null while it counts.")
    void_reason: Text | None


def role_entry(role: Affiliation, site: Site) -> Role:
    """A role, with its organisation."""
    return Role(
        role=role.role,
        organisation=shapes.source_name(role.organisation, site),
        during=shapes.period(role.during),
        one_voice=role.one_voice,
    )


def passage_entry(row: Appearance, place: str, site: Site) -> Passage:
    """A passage; ``place`` is where it stands on our pages."""
    return Passage.model_validate(
        {
            "id": row.pk,
            "article": shapes.article_name(row.article, site),
            "quotation": row.exact or None,
            "removed_because": row.redaction_reason or None,
            "hedge": row.hedge or None,
            "verbatim": row.verbatim,
            "seen": row.seen,
            "via": row.via_id,
            "basis": row.basis,
            "url": site.url + place,
        }
    )


def evidence_entry(item: Item, site: Site) -> EvidenceEntry:
    """A piece of evidence of a claim's page."""
    row = item.evidence
    steps = [step for way in item.provenance.ways for step in way.steps]
    return EvidenceEntry.model_validate(
        {
            "id": f"E-{row.pk}",
            "source": shapes.source_name(row.source, site),
            "roles": [role_entry(role, site) for role in item.roles],
            "stance": row.stance,
            "scope": row.scope,
            "stated": shapes.period(row.stated),
            "probability_low": row.p_low,
            "probability_high": row.p_high,
            "language": row.language,
            "note": row.note or None,
            "interested": row.interested,
            "first_hand": item.first_hand,
            "passages": [
                passage_entry(step.passage.appearance, step.passage.place, site) for step in steps
            ],
            "ties": [
                Tie.model_validate(
                    {
                        "relation": tie.kind,
                        "words": tie.words,
                        "evidence": f"E-{tie.other.pk}" if tie.other else None,
                    }
                )
                for tie in item.ties
            ],
            "logged_at": row.known.lower,
            "voided_at": row.known.upper,
            "void_reason": row.void_reason or None,
        }
    )
