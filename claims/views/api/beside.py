"""The same beside each page: its address with .json or .csv in the place of the last slash."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from articles.models import Article, Source
from articles.pages import found
from claims.api import tables
from claims.exchange.exporting import Form
from claims.models import Claim, Question
from claims.views.api import giving
from claims.views.downloads import download, table
from claims.views.public import NOBODY, for_programs
from claims.views.site import site_of
from claims.views.under import under_claim


@for_programs
@under_claim
def claim_json(request: HttpRequest, about: Claim) -> HttpResponseBase:
    """A claim with all that its page tells."""
    return giving.given(giving.claim(about, site_of(request)))


@for_programs
@under_claim
def claim_csv(request: HttpRequest, about: Claim) -> HttpResponseBase:
    """A claim with all that is logged on it, in the columns of our import."""
    claims = Claim.objects.published().filter(pk=about.pk)
    return download(request, claims, Form.CSV, name=about.public_id, user=NOBODY)


@for_programs
def source_json(request: HttpRequest, slug: str) -> HttpResponseBase:
    """A source with the counts of its page."""
    about = found(Source.objects.visible_to(NOBODY), slug=slug)
    return giving.given(giving.source(about, site_of(request)))


@for_programs
def article_json(request: HttpRequest, slug: str) -> HttpResponseBase:
    """An article with the claims in it."""
    rows = Article.objects.visible_to(NOBODY).select_related("publisher")
    return giving.given(giving.article(found(rows, slug=slug), site_of(request)))


@for_programs
def question_json(request: HttpRequest, slug: str) -> HttpResponseBase:
    """A question with its answers."""
    about = found(Question.objects.visible_to(NOBODY), slug=slug)
    return giving.given(giving.question(about, site_of(request)))


@for_programs
def changes_csv(request: HttpRequest) -> HttpResponseBase:
    """All changes as a table, the newest first."""
    return table(request, tables.CHANGES, tables.changes(site_of(request)), name="changes")


@for_programs
def corrections_csv(request: HttpRequest) -> HttpResponseBase:
    """All corrections as a table, the newest first."""
    rows = tables.corrections(site_of(request))
    return table(request, tables.CORRECTIONS, rows, name="corrections")


@for_programs
def sources_csv(request: HttpRequest) -> HttpResponseBase:
    """All sources as a table."""
    return table(request, tables.SOURCES, tables.sources(site_of(request)), name="sources")


@for_programs
def articles_csv(request: HttpRequest) -> HttpResponseBase:
    """All articles as a table."""
    return table(request, tables.ARTICLES, tables.articles(site_of(request)), name="articles")
