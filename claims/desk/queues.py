"""What waits at the desk: drafts, proposals, predictions that are due, and the newest articles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from articles.models import Article
from claims.models import Claim, Verdict
from claims.reading.rows import status_of
from claims.status import OVERDUE, Status, status

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django_stubs_ext import StrOrPromise

DRAFTS, PROPOSALS, DUE, ARTICLES = "drafts", "verdicts", "due", "articles"
TITLES: dict[str, StrOrPromise] = {
    PROPOSALS: _("Proposed verdicts"),
    DUE: _("Predictions due"),
    DRAFTS: _("Draft claims"),
    ARTICLES: _("Articles"),
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """A claim that waits for somebody."""

    claim: Claim
    status: Status


@dataclass(frozen=True, slots=True)
class Proposal:
    """A verdict that waits for a second person."""

    verdict: Verdict
    status: Status | None
    own: bool


def queue(name: str, user: User) -> QuerySet[Any]:
    """The rows of one list, those first that are to be looked at first."""
    claims = Claim.objects.visible_to(user).survivors().with_status()
    if name == PROPOSALS:
        drafts = Verdict.objects.visible_to(user).drafts()
        return drafts.select_related("claim", "author").order_by("created_at", "pk")
    if name == DUE:
        return claims.published().filter(Q(status_code=OVERDUE)).order_by("window", "pk")
    if name == DRAFTS:
        drafts_of = claims.filter(published_at__isnull=True)
        return drafts_of.select_related("logged_by").order_by("-logged_at", "-pk")
    articles = Article.objects.visible_to(user).with_counts(user).with_reading()
    return articles.select_related("publisher").order_by("-pk")


def rows_of(name: str, rows: list[Any], user: User) -> list[Any]:
    """The rows as the page prints them."""
    if name == PROPOSALS:
        return [_proposal(verdict, user) for verdict in rows]
    if name == ARTICLES:
        return rows
    return [Waiting(claim, status_of(claim)) for claim in rows]


def _proposal(verdict: Verdict, user: User) -> Proposal:
    code = verdict.finding or "withdrawn"
    return Proposal(verdict, status(code, verdict.claim.kind), own=verdict.author_id == user.pk)
