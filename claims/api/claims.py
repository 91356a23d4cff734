"""A claim as a row of a list, with its status, who says so and what counts."""

from __future__ import annotations

from pydantic import Field

from claims.api import shapes
from claims.api.shapes import ClaimName, Day, Kind, Moment, Period, QuestionName, SourceName
from claims.exchange.datafeed import Site
from claims.reading.rows import Row


class Lead(shapes.Shape):
    """The first source behind a claim, and through whom it reached us."""

    source: SourceName
    stance: str = Field(description="asserts, supports, denies, weakens or context.")
    via: SourceName | None = Field(description="Who published it, where that is somebody else.")


class ClaimRow(ClaimName):
    """A claim in a list."""

    kind: Kind
    checkable: bool = Field(description="False for what can be logged, but not judged.")
    window: Period | None = Field(description="When it is said to happen.")
    question: QuestionName | None
    published_at: Moment = Field(description="When it came onto the public record.")
    status: shapes.Status
    since: Day = Field(description="Since when it has this status; for awaiting: when it is due.")
    supporting: int = Field(description="Sources for it, as logged, copies included.")
    disputing: int = Field(description="Sources against it, as logged.")
    origins_low: int = Field(description="Independent origins, at least. Measures reporting.")
    origins_high: int = Field(description="Independent origins, at most.")
    lead: Lead | None = Field(description="Null where nothing is logged.")


def claim_row(row: Row, site: Site) -> ClaimRow:
    """A row of a list; its claim comes with its question."""
    claim, lead = row.claim, row.lead
    return ClaimRow.model_validate(
        {
            **dict(shapes.claim_name(claim, site)),
            "kind": claim.kind,
            "checkable": claim.checkable,
            "window": shapes.period(claim.window),
            "question": shapes.question_name(claim.question, site) if claim.question else None,
            "published_at": claim.published_at,
            "status": shapes.status_of(row.status),
            "since": row.since.day,
            "supporting": claim.for_count,
            "disputing": claim.against_count,
            "origins_low": claim.origins_low,
            "origins_high": claim.origins_high,
            "lead": None
            if lead is None
            else Lead(
                source=shapes.source_name(lead.source, site),
                stance=lead.stance,
                via=shapes.source_name(lead.via, site) if lead.via else None,
            ),
        }
    )
