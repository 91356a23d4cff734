"""Choosing where something can be read: an article by search, a passage in it, or a reference."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from articles.models import Article
from claims.desk.text import DeskText, number, open_text
from claims.forms.places import Spot

if TYPE_CHECKING:
    from django.contrib.auth.models import User

FEW = 12


@dataclass(frozen=True, slots=True)
class Choice:
    """How far the choice has come: a search, an article's text, or a document by reference."""

    query: str
    found: list[Article]
    text: DeskText | None
    by_reference: bool
    title: str = ""

    @property
    def spot(self) -> Spot | None:
        """The passage that was chosen."""
        return self.text.spot if self.text else None

    @property
    def is_made(self) -> bool:
        """Whether the form can be shown."""
        return self.by_reference or self.spot is not None


def choice_of(asked: Mapping[str, Any], user: User) -> Choice:
    """What was chosen: ``article``, ``start`` and ``end``, or ``reference``, or a search ``q``."""
    query = str(asked.get("q", ""))[:200]
    article = _article(asked, user)
    if article is not None and "reference" not in asked:
        text = open_text(article, asked, user, keep={"article": str(article.pk)})
        if text.snapshot is not None:
            return Choice(query, [], text, by_reference=False)
    if article is not None or "reference" in asked:
        return Choice(query, [], None, by_reference=True, title=article.title if article else "")
    rows = Article.objects.visible_to(user).search(query).with_reading()
    found = rows.select_related("publisher").order_by("-pk")[:FEW]
    return Choice(query, list(found), None, by_reference=False)


def _article(asked: Mapping[str, Any], user: User) -> Article | None:
    pk = number(asked.get("article"))
    rows = Article.objects.visible_to(user).select_related("publisher")
    return rows.filter(Q(pk=pk)).first() if pk is not None else None
