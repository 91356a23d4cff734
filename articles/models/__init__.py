"""Tables of the ground floor."""

from articles.models.article import Article, ArticleQuerySet, Snapshot
from articles.models.event import Event, EventQuerySet
from articles.models.source import Affiliation, Source, SourceQuerySet

__all__ = [
    "Affiliation",
    "Article",
    "ArticleQuerySet",
    "Event",
    "EventQuerySet",
    "Snapshot",
    "Source",
    "SourceQuerySet",
]
