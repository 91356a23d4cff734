"""Gathers one thing for the API and for the JSON beside its page."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import override
from pydantic import BaseModel

from articles.models import Article, Source
from claims.api.claim import ClaimFull, claim_full
from claims.api.things import (
    ArticleFull,
    QuestionFull,
    SourceFull,
    article_full,
    question_full,
    source_full,
)
from claims.exchange.datafeed import Site
from claims.merges import survivors
from claims.models import Appearance, Claim, Question
from claims.reading.annotated import reading_of
from claims.reading.dossier import dossier_of
from claims.reading.held import find
from claims.reading.matrix import matrix_of
from claims.reading.profile import profile_of
from claims.reading.rows import rows_of
from claims.views.public import NOBODY

TYPE = "application/json; charset=utf-8"


def given(held: BaseModel) -> HttpResponse:
    """``held`` as JSON."""
    return HttpResponse(held.model_dump_json(), content_type=TYPE)


def kept(number: int) -> int:
    """The claim to which the address of claim ``number`` leads."""
    return survivors([number]).get(number, number) if number < 2**63 else 0


def claim(about: Claim, site: Site) -> ClaimFull:
    """A published claim. Raises ``Http404`` if it isn't."""
    row = find(NOBODY, about.pk)
    if row is None:
        raise Http404
    (listed,) = rows_of([row])
    with override(settings.LANGUAGE_CODE):
        return claim_full(dossier_of(row, NOBODY), listed, site)


def source(about: Source, site: Site) -> SourceFull:
    """A source that readers may see."""
    with override(settings.LANGUAGE_CODE):
        return source_full(
            profile_of(about, NOBODY),
            site,
            claims=site.url + reverse("claims:api_claims"),
            statements=site.url + reverse("claims:api_statements", args=[about.slug]),
        )


def article(about: Article, site: Site) -> ArticleFull:
    """An article (with its publisher) that readers may see."""
    placed = Appearance.objects.visible_to(NOBODY).newest()
    placed = placed.filter(article=about, evidence__known__upper_inf=True, span__isnull=False)
    placed = placed.select_related("evidence").order_by("span", "pk")
    with override(settings.LANGUAGE_CODE):
        return article_full(reading_of(about, NOBODY), placed, site)


def question(about: Question, site: Site) -> QuestionFull:
    """A question that readers may see."""
    with override(settings.LANGUAGE_CODE):
        return question_full(about, matrix_of(about, NOBODY), site)
