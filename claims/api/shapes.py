"""What every shape is made of: names of things elsewhere, periods, statuses, pages of a list."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Generic, Literal, TypeVar

from django.db.backends.postgresql.psycopg_any import DateRange
from pydantic import BaseModel, ConfigDict, Field

from articles import dates, periods
from articles.models import Article, Source
from claims import status
from claims.exchange.datafeed import Site
from claims.models import Claim, Question

Text = Annotated[str, Field(description="Plain text, no markup.")]
Url = Annotated[str, Field(description="An absolute address.")]
Day = Annotated[date, Field(description="A day, ISO 8601.")]
Moment = Annotated[datetime, Field(description="A moment in UTC, ISO 8601.")]
Language = Annotated[str, Field(description="A language tag (BCP 47).")]
ClaimNumber = Annotated[str, Field(description="The number that people quote, such as CL-17.")]
EvidenceNumber = Annotated[str, Field(description="The number of a piece of evidence: E-4.")]
Slug = Annotated[str, Field(description="The readable part of its address.")]

Code = Literal[
    "supported",
    "refuted",
    "conflicting",
    "insufficient",
    "unresolvable",
    "withdrawn",
    "awaiting",
    "overdue",
    "unsourced",
    "denied_only",
    "single_origin",
    "corroborated",
    "contested",
]
Kind = Literal[
    "event",
    "quantity",
    "responsibility",
    "cause",
    "prediction",
    "intention",
    "authenticity",
    "assessment",
    "position",
]


class Shape(BaseModel):
    """The base of everything that is given."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Period(Shape):
    """Days as precisely as they are known: a day, a month, a year or a stretch."""

    first: Day | None = Field(description="The first day; null where it is open.")
    last: Day | None = Field(description="The last day, included; null where it is open.")
    text: str = Field(description="The same in short: 2023-03-07, 2023-03, 2023, 2023-03-07/.")


class Status(Shape):
    """What a reader sees first."""

    code: Code = Field(
        description="Our published verdict (supported to withdrawn); without one, for a prediction"
        " awaiting or overdue, for everything else what the evidence amounts to."
    )
    label: str = Field(description="The word for it, which depends on the kind of claim.")
    reviewed: bool = Field(description="False where it is computed and no person has judged yet.")


class SourceName(Shape):
    """Somebody who speaks or publishes, by name."""

    slug: Slug
    name: Text
    kind: Literal["person", "organisation", "unnamed"]
    url: Url = Field(description="Its page here.")


class ArticleName(Shape):
    """A document, by title."""

    slug: Slug
    title: Text
    kind: str = Field(description="news, wire, report, interview, remarks, post, video and so on.")
    language: Language
    publisher: SourceName
    published: Period | None
    url: Url = Field(description="Its page here.")
    original_url: Url | None = Field(description="Where it was published.")


class QuestionName(Shape):
    """A question that claims answer."""

    slug: Slug
    text: Text
    url: Url = Field(description="Its page here.")


class ClaimName(Shape):
    """A claim, by its number and words."""

    id: ClaimNumber
    text: Text | None = Field(description="Null where the words had to be removed.")
    removed_because: Text | None = Field(description="Why they were removed.")
    language: Language
    url: Url = Field(description="Its page here.")


T = TypeVar("T")


class Listed(Shape, Generic[T]):
    """One page of a list."""

    items: list[T]
    next: Url | None = Field(
        description="The next page; null on the last one. What comes onto the record meanwhile"
        " neither shifts nor repeats anything."
    )


def period(stretch: DateRange | None) -> Period | None:
    """A range of the database, whose end is the day after the last."""
    if stretch is None or stretch.isempty or (stretch.lower is None and stretch.upper is None):
        return None
    text = dates.write(stretch.lower, stretch.upper)
    return Period(first=stretch.lower, last=periods.last_day(stretch), text=text)


def status_of(found: status.Status) -> Status:
    """A status as it is given."""
    reviewed = not found.provisional and found.code not in (status.AWAITING, status.OVERDUE)
    return Status.model_validate(
        {"code": found.code, "label": str(found.label), "reviewed": reviewed}
    )


def source_name(source: Source, site: Site) -> SourceName:
    """A source as others name it."""
    return SourceName.model_validate(
        {
            "slug": source.slug,
            "name": source.name,
            "kind": source.kind,
            "url": site.url + source.get_absolute_url(),
        }
    )


def article_name(article: Article, site: Site) -> ArticleName:
    """An article (with its publisher) as others name it."""
    return ArticleName(
        slug=article.slug,
        title=article.title,
        kind=article.kind,
        language=article.language,
        publisher=source_name(article.publisher, site),
        published=period(article.published),
        url=site.url + article.get_absolute_url(),
        original_url=article.url or None,
    )


def question_name(question: Question, site: Site) -> QuestionName:
    """A question as others name it."""
    return QuestionName(
        slug=question.slug, text=question.text, url=site.url + question.get_absolute_url()
    )


def claim_name(claim: Claim, site: Site) -> ClaimName:
    """A claim as others name it."""
    return ClaimName(
        id=claim.public_id,
        text=claim.text or None,
        removed_because=claim.redaction_reason or None,
        language=claim.language,
        url=site.url + claim.get_absolute_url(),
    )
