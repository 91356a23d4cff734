"""Tables of the ground floor."""

from articles.models.article import Article, ArticleQuerySet, Snapshot
from articles.models.event import Event, EventQuerySet
from articles.models.former import Former
from articles.models.source import Affiliation, Source, SourceQuerySet
from articles.models.working import Draft, Presence, Sending

__all__ = [
    "Affiliation",
    "Article",
    "ArticleQuerySet",
    "Draft",
    "Event",
    "EventQuerySet",
    "Former",
    "Presence",
    "Sending",
    "Snapshot",
    "Source",
    "SourceQuerySet",
]
