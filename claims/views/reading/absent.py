"""What wasn't public at some moment and is now, for pages that were asked for as of then."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _

from articles.models import Article, Source
from articles.moments import Absent
from claims.models import Claim, Question

ANYBODY = AnonymousUser()


def absent_claim(pk: int, slug: str = "") -> Absent | None:
    """The claim of that number, by the id that people quote."""
    claim = Claim.objects.visible_to(ANYBODY).filter(pk=pk).first()
    if claim is None:
        return None
    return Absent(claim.public_id, claim.published_at, claim.get_absolute_url())


def absent_question(slug: str) -> Absent | None:
    """The question at that address."""
    return _named(Question.objects.visible_to(ANYBODY).filter(slug=slug).first())


def absent_article(slug: str) -> Absent | None:
    """The article at that address."""
    return _named(Article.objects.visible_to(ANYBODY).filter(slug=slug).first())


def absent_source(slug: str) -> Absent | None:
    """The source at that address."""
    return _named(Source.objects.visible_to(ANYBODY).filter(slug=slug).first())


def _named(row: Question | Article | Source | None) -> Absent | None:
    if row is None:
        return None
    return Absent(_("“%(name)s”") % {"name": row}, None, row.get_absolute_url())
