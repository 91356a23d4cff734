"""Sources and documents named before they are here; added by the act that needs them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction

from articles.actions import add_article, find_or_add_source
from articles.choices import ArticleKind
from articles.models import Article, Source

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.db.backends.postgresql.psycopg_any import DateRange


@dataclass(frozen=True, slots=True)
class NewSource:
    """Who speaks or publishes, by name; for an unnamed source the name is its description."""

    kind: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewArticle:
    """A document known by reference only."""

    title: str
    publisher: Source | NewSource
    kind: str = ArticleKind.NEWS
    language: str = "en"
    url: str = ""
    published: DateRange | None = None


@contextmanager
def blaming(field: str) -> Iterator[None]:
    """Put whatever is refused inside under ``field``, the one that the act was asked by."""
    try:
        yield
    except ValidationError as error:
        raise ValidationError({field: error.messages}) from error


@transaction.atomic
def settle_source(*, by: User, source: Source | NewSource) -> Source:
    """The source itself; one that isn't here yet is added."""
    if isinstance(source, Source):
        return source
    return find_or_add_source(by=by, kind=source.kind, name=source.name)


@transaction.atomic
def settle_article(*, by: User, article: Article | NewArticle) -> Article:
    """The document itself; one that isn't here yet is added, and its publisher with it."""
    if isinstance(article, Article):
        return article
    return add_article(
        by=by,
        title=article.title,
        publisher=settle_source(by=by, source=article.publisher),
        kind=article.kind,
        language=article.language,
        url=article.url,
        published=article.published,
    )
