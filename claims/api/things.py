"""Sources, articles and questions: as rows of a list, and with all that their pages tell."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import Field

from articles.models import Article, Source
from claims.api import shapes
from claims.api.evidence import Role, role_entry
from claims.api.shapes import (
    ArticleName,
    ClaimName,
    ClaimNumber,
    Day,
    EvidenceNumber,
    Kind,
    Language,
    Moment,
    Period,
    QuestionName,
    SourceName,
    Text,
    Url,
)
from claims.exchange.datafeed import Site
from claims.models import Appearance, Claim, ClaimLink, Question
from claims.reading.annotated import Reading
from claims.reading.matrix import Line, Matrix
from claims.reading.profile import Profile, Saying, Tally
from claims.reading.rows import since_of
from claims.reading.rows import status_of as claim_status
from claims.status import Status


class ClaimBrief(ClaimName):
    """A claim with its status."""

    kind: Kind
    status: shapes.Status


class SourceRow(SourceName):
    """A source in a list."""

    description: Text | None
    also_written: list[Text]
    wikidata: str | None = Field(description="Its number at Wikidata, such as Q42.")
    claim_count: int = Field(description="Claims on which it speaks.")
    article_count: int = Field(description="Documents that it published.")


class Count(shapes.Shape):
    """How many there are of something, and the list of what was counted."""

    label: Text
    count: int = Field(description="How many there are.")
    url: Url | None


class SourceFull(SourceName):
    """A source. The counts tell what has been logged here, not how reliable the source is."""

    description: Text | None
    also_written: list[Text]
    wikidata: str | None = Field(description="Its number at Wikidata, such as Q42.")
    roles: list[Role] = Field(description="What it was in organisations.")
    claims_by_status: list[Count]
    claims_by_kind: list[Count]
    predictions: list[Count]
    claims_url: Url = Field(description="The claims on which it speaks.")
    statements_url: Url = Field(description="What it said.")


class Statement(shapes.Shape):
    """One stance of a source on one claim."""

    evidence: EvidenceNumber
    roles: list[Role] = Field(description="What the source was at that date.")
    claim: ClaimBrief
    stance: Text = Field(description="In words: Denies something narrower.")
    stated: Period | None
    quotation: Text | None
    quotation_url: Url | None = Field(description="Where it stands on our pages.")


class ArticleRow(ArticleName):
    """A document in a list."""

    claim_count: int = Field(description="Claims of which something can be read in it.")
    held: bool = Field(description="We hold its text; otherwise it is known by reference only.")


class Marked(shapes.Shape):
    """A passage of the text in which a claim can be read."""

    claim: ClaimNumber
    evidence: EvidenceNumber
    start: int = Field(description="Unicode code points before it.")
    end: int = Field(description="Unicode code points up to its end.")
    quotation: Text


class Captured(shapes.Shape):
    """The text of an article as we captured it last."""

    captured_at: Moment
    sha256: str = Field(description="Of the text in UTF-8.")
    archived_url: Url | None
    text: Text | None = Field(description="Null where it had to be removed. Not under our licence.")
    removed_because: Text | None


class ArticleFull(ArticleName):
    """A document with the claims in it."""

    translated_from: Language | None
    note: Text | None
    captured: Captured | None = Field(description="Null for what is known by reference only.")
    passages: list[Marked]
    claims: list[ClaimBrief]


class QuestionRow(QuestionName):
    """A question in a list."""

    note: Text | None


class Stand(shapes.Shape):
    """What one source says of one claim."""

    source: SourceName
    evidence: EvidenceNumber
    stance: str = Field(description="asserts, denies, supports or weakens.")
    scope: str = Field(description="same, broader or narrower.")
    stated: Period | None


class Answer(ClaimBrief):
    """A claim that answers a question; a source that isn't listed has said nothing we logged."""

    since: Day
    stands: list[Stand]


class Pair(shapes.Shape):
    """Two claims that bear on each other."""

    one: ClaimNumber
    other: ClaimNumber
    note: Text | None


class QuestionFull(QuestionRow):
    """A question with its answers."""

    answers: list[Answer]
    exclusive: list[Pair] = Field(description="They can't both be true.")
    conditional: list[Pair] = Field(description="The one holds only if the other does.")


def claim_brief(claim: Claim, status: Status, site: Site) -> ClaimBrief:
    """A claim as things that name it tell of it."""
    return ClaimBrief.model_validate(
        {
            **dict(shapes.claim_name(claim, site)),
            "kind": claim.kind,
            "status": shapes.status_of(status),
        }
    )


def source_row(source: Source, site: Site) -> SourceRow:
    """A source that came ``with_counts()``."""
    told = vars(source)
    return SourceRow(
        **dict(shapes.source_name(source, site)),
        description=source.description or None,
        also_written=source.aliases,
        wikidata=source.wikidata or None,
        claim_count=told["claim_count"],
        article_count=told["article_count"],
    )


def source_full(profile: Profile, site: Site, *, claims: str, statements: str) -> SourceFull:
    """A source; ``claims`` and ``statements`` are the addresses of those lists."""
    source = profile.source
    return SourceFull(
        **dict(shapes.source_name(source, site)),
        description=source.description or None,
        also_written=source.aliases,
        wikidata=source.wikidata or None,
        roles=[role_entry(role, site) for role in profile.roles],
        claims_by_status=_counts(profile.by_status, claims),
        claims_by_kind=_counts(profile.by_kind, claims),
        predictions=_counts(profile.predictions, claims),
        claims_url=f"{claims}?source={source.slug}",
        statements_url=statements,
    )


def _counts(tallies: Iterable[Tally], claims: str) -> list[Count]:
    return [
        Count(
            label=tally.label,
            count=tally.count,
            url=f"{claims}?{tally.query}" if tally.query else None,
        )
        for tally in tallies
    ]


def statement(saying: Saying, site: Site) -> Statement:
    """One stance of a source."""
    return Statement(
        evidence=f"E-{saying.evidence.pk}",
        roles=[role_entry(role, site) for role in saying.roles],
        claim=claim_brief(saying.claim, saying.status, site),
        stance=saying.stance,
        stated=shapes.period(saying.evidence.stated),
        quotation=saying.quote.exact if saying.quote else None,
        quotation_url=site.url + saying.place if saying.place else None,
    )


def article_row(article: Article, site: Site) -> ArticleRow:
    """An article that came ``with_counts()`` and ``with_reading()``."""
    told = vars(article)
    return ArticleRow(
        **dict(shapes.article_name(article, site)),
        claim_count=told["claim_count"],
        held=told["snapshot_count"] > 0,
    )


def article_full(reading: Reading, placed: Iterable[Appearance], site: Site) -> ArticleFull:
    """An article; ``placed`` are the passages in it, with their evidence."""
    article, snapshot = reading.article, reading.snapshot
    captured = (
        None
        if snapshot is None
        else Captured(
            captured_at=snapshot.captured_at,
            sha256=snapshot.text_sha256,
            archived_url=snapshot.archive_url or None,
            text=snapshot.text or None,
            removed_because=snapshot.redaction_reason or None,
        )
    )
    return ArticleFull(
        **dict(shapes.article_name(article, site)),
        translated_from=article.translated_from or None,
        note=article.note or None,
        captured=captured,
        passages=[
            Marked(
                claim=f"CL-{row.evidence.claim_id}",
                evidence=f"E-{row.evidence_id}",
                start=row.span.lower,
                end=row.span.upper,
                quotation=row.exact,
            )
            for row in placed
            if snapshot is not None and row.snapshot_id == snapshot.pk and row.span and row.exact
        ],
        claims=[claim_brief(claim, claim_status(claim), site) for claim in reading.claims],
    )


def question_row(question: Question, site: Site) -> QuestionRow:
    """A question in a list."""
    return QuestionRow(**dict(shapes.question_name(question, site)), note=question.note or None)


def question_full(question: Question, matrix: Matrix, site: Site) -> QuestionFull:
    """A question with its answers."""
    return QuestionFull(
        **dict(question_row(question, site)),
        answers=[_answer(line, site) for line in matrix.lines],
        exclusive=[_pair(link) for link in matrix.exclusive],
        conditional=[_pair(link) for link in matrix.conditional],
    )


def _answer(line: Line, site: Site) -> Answer:
    return Answer(
        **dict(claim_brief(line.claim, line.status, site)),
        since=since_of(line.claim).day,
        stands=[
            Stand(
                source=shapes.source_name(row.source, site),
                evidence=f"E-{row.pk}",
                stance=row.stance,
                scope=row.scope,
                stated=shapes.period(row.stated),
            )
            for cell in line.cells
            for row in cell
        ],
    )


def _pair(link: ClaimLink) -> Pair:
    return Pair(
        one=f"CL-{link.from_claim_id}", other=f"CL-{link.to_claim_id}", note=link.note or None
    )
