"""What can be asked at /api/, and what is answered."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI, Query
from ninja.errors import ValidationError
from pydantic import Field

from articles.models import Article, Source
from articles.pages import found
from claims.api import listing
from claims.api.changes import ChangeEntry, CorrectionEntry
from claims.api.claim import ClaimFull
from claims.api.claims import ClaimRow
from claims.api.listing import BY_MOMENT, BY_NUMBER, Asked
from claims.api.shapes import Code, Kind, Listed, Shape
from claims.api.things import (
    ArticleFull,
    ArticleRow,
    QuestionFull,
    QuestionRow,
    SourceFull,
    SourceRow,
    Statement,
)
from claims.models import Claim, Question
from claims.reading.browse import Browse, Filter
from claims.reading.corrected import Asked as Chosen
from claims.reading.corrected import Corrected
from claims.views.api import giving
from claims.views.api.problems import NOTHING, Fault, Problem, problem
from claims.views.public import NOBODY
from claims.views.site import site_of

DESCRIPTION = """\
The public record of claims, read only: no key, no cookie, nothing to sign up for.

Lists come in pages. Follow `next` until it is null; what comes onto the record meanwhile neither
shifts nor repeats anything. Answers have an `ETag`: send it back in `If-None-Match`, and an answer
that hasn't changed costs nothing (304). Fields are never left out: what isn't known is null. Days
are ISO 8601, moments are in UTC, positions in texts count Unicode code points. What is not
understood is refused, with the reason, and never guessed.
"""
api = NinjaAPI(
    title="Sayso",
    version="1",
    description=DESCRIPTION,
    openapi_url=None,
    docs_url=None,
    urls_namespace="api",
)

Limit = Annotated[int, Field(ge=1, le=100, description="Rows of a page, 1 to 100.")]
AfterMoment = Annotated[
    str,
    Field(pattern=f"^({BY_MOMENT})?$", max_length=40, description="From `next` of a page."),
]
AfterNumber = Annotated[
    str,
    Field(pattern=f"^({BY_NUMBER})?$", max_length=40, description="From `next` of a page."),
]
Words = Annotated[str, Field(max_length=200, description="Words to search for.")]
Named = Annotated[str, Field(max_length=120, description="The readable part of its address.")]
Read = Literal["supported", "refuted", "conflicting", "insufficient", "unresolvable", "otherwise"]
_OFTEN = {400: Problem, 404: Problem}


class Newest(Shape):
    """Which page of a list that begins with the newest."""

    limit: Limit = 30
    cursor: AfterMoment = ""


class Numbered(Shape):
    """Which page of a list in the order of numbers."""

    limit: Limit = 30
    cursor: AfterNumber = ""


class Searched(Numbered):
    """The same of a list that can be searched."""

    q: Words = ""


class Narrowed(Newest):
    """Which claims: those that fit all that is given."""

    status: Code | None = Field(None, description="The status that they have.")
    kind: Kind | None = Field(None, description="The kind of claim.")
    source: Named = Field("", description="The source that speaks on them, by its `slug`.")
    stance: Literal["asserts", "denies", "supports", "weakens", "context"] | None = Field(
        None, description="The stance that the source takes."
    )
    scoring: Literal["scored", "unnumbered", "unsettled", "unfit"] | None = Field(
        None, description="How predictions of the source can be scored."
    )
    question: Named = Field("", description="The question that they answer, by its `slug`.")
    article: Named = Field("", description="The document in which they can be read, by its `slug`.")
    judge: Named = Field("", description="Another organisation that judged them, by its `slug`.")
    reading: Read | None = Field(None, description="How we read what that organisation found.")
    q: Words = ""


class Monthly(Newest):
    """Which corrections."""

    month: Annotated[str, Field(pattern="^([1-9][0-9]{3}-(0[1-9]|1[0-2]))?$")] = Field(
        "", description="The month in which they were published: 2023-03."
    )
    source: Named = Field("", description="A source that speaks on the claim, by its `slug`.")


def _asked(request: HttpRequest, params: Newest | Numbered) -> Asked:
    told = params.model_dump(mode="json", exclude={"limit", "cursor"}, exclude_none=True)
    words = {name: " ".join(value.replace("\x00", " ").split()) for name, value in told.items()}
    query = {name: value for name, value in words.items() if value}
    site = site_of(request)
    return Asked(site, request.path, query, limit=params.limit, cursor=params.cursor)


@api.get(
    "claims", operation_id="claims", response={200: Listed[ClaimRow], **_OFTEN}, tags=["Claims"]
)
def claims(request: HttpRequest, params: Query[Narrowed]) -> HttpResponse:
    """Claims by status, kind, source, question and words, the newest on the record first.

    A source, question or article that isn't there is answered with 404.
    """
    asked = _asked(request, params)
    browse = Browse(NOBODY, Filter(**asked.query))
    if unknown := browse.unknown:
        return problem(404, " ".join(unknown))
    return giving.given(listing.claims(browse, asked))


@api.get(
    "claims/{int:number}",
    operation_id="claim",
    response={200: ClaimFull, **_OFTEN},
    tags=["Claims"],
)
def claim(request: HttpRequest, number: int) -> HttpResponse:
    """A claim with its evidence, verdicts and history; of a merged one, the claim that is kept."""
    kept = giving.kept(number)
    return giving.given(giving.claim(found(Claim.objects.published(), pk=kept), site_of(request)))


@api.get(
    "sources", operation_id="sources", response={200: Listed[SourceRow], **_OFTEN}, tags=["Sources"]
)
def sources(request: HttpRequest, params: Query[Searched]) -> HttpResponse:
    """Who speaks and who publishes, as they came onto the record."""
    return giving.given(listing.sources(params.q, _asked(request, params)))


@api.get(
    "sources/{slug}",
    operation_id="source",
    response={200: SourceFull, **_OFTEN},
    tags=["Sources"],
)
def source(request: HttpRequest, slug: str) -> HttpResponse:
    """A source: its roles, and counts of what it said."""
    about = found(Source.objects.visible_to(NOBODY), slug=slug)
    return giving.given(giving.source(about, site_of(request)))


@api.get(
    "sources/{slug}/statements",
    operation_id="statements",
    response={200: Listed[Statement], **_OFTEN},
    tags=["Sources"],
)
def statements(request: HttpRequest, slug: str, params: Query[Numbered]) -> HttpResponse:
    """What a source said, the newest entry of the record first."""
    about = found(Source.objects.visible_to(NOBODY), slug=slug)
    return giving.given(listing.statements(about, _asked(request, params)))


@api.get(
    "articles",
    operation_id="articles",
    response={200: Listed[ArticleRow], **_OFTEN},
    tags=["Articles"],
)
def articles(request: HttpRequest, params: Query[Searched]) -> HttpResponse:
    """Documents in which a claim can be read, as they came onto the record."""
    return giving.given(listing.articles(params.q, _asked(request, params)))


@api.get(
    "articles/{slug}",
    operation_id="article",
    response={200: ArticleFull, **_OFTEN},
    tags=["Articles"],
)
def article(request: HttpRequest, slug: str) -> HttpResponse:
    """A document: its text as we hold it, with the claims in it."""
    rows = Article.objects.visible_to(NOBODY).select_related("publisher")
    return giving.given(giving.article(found(rows, slug=slug), site_of(request)))


@api.get(
    "questions",
    operation_id="questions",
    response={200: Listed[QuestionRow], **_OFTEN},
    tags=["Questions"],
)
def questions(request: HttpRequest, params: Query[Numbered]) -> HttpResponse:
    """Questions that a claim answers, as they came onto the record."""
    return giving.given(listing.questions(_asked(request, params)))


@api.get(
    "questions/{slug}",
    operation_id="question",
    response={200: QuestionFull, **_OFTEN},
    tags=["Questions"],
)
def question(request: HttpRequest, slug: str) -> HttpResponse:
    """A question: its answers, and who says what of each."""
    about = found(Question.objects.visible_to(NOBODY), slug=slug)
    return giving.given(giving.question(about, site_of(request)))


@api.get(
    "changes",
    operation_id="changes",
    response={200: Listed[ChangeEntry], **_OFTEN},
    tags=["The record"],
)
def changes(request: HttpRequest, params: Query[Newest]) -> HttpResponse:
    """Every change of a status, the newest first: what became what, when, and why."""
    return giving.given(listing.changes(_asked(request, params)))


@api.get(
    "corrections",
    operation_id="corrections",
    response={200: Listed[CorrectionEntry], **_OFTEN},
    tags=["The record"],
)
def corrections(request: HttpRequest, params: Query[Monthly]) -> HttpResponse:
    """What we got wrong, the newest first, and how long it stood."""
    asked = _asked(request, params)
    chosen = Corrected(NOBODY, Chosen(**asked.query))
    if unknown := chosen.unknown:
        return problem(404, " ".join(unknown))
    return giving.given(listing.corrections(chosen, asked))


@api.exception_handler(Http404)
def not_there(request: HttpRequest, error: Exception) -> HttpResponse:
    """What isn't there, or not for everybody."""
    return problem(404, NOTHING)


@api.exception_handler(ValidationError)
def not_understood(request: HttpRequest, error: Exception) -> HttpResponse:
    """Each parameter that can't be understood, with what was expected."""
    assert isinstance(error, ValidationError)
    faults = [_fault(fault) for fault in error.errors]
    told = " ".join(f"{fault.where}: {fault.what}." for fault in faults)
    return problem(400, f"This isn't understood. {told}", faults)


def _fault(fault: dict[str, Any]) -> Fault:
    where = str(fault["loc"][-1]) if fault.get("loc") else "request"
    return Fault(where=where, what=str(fault["msg"]))
