"""Pages of long lists, each of which begins after the last row of the one before."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar
from urllib.parse import urlencode

from django.contrib.auth.models import AnonymousUser
from django.db.models import Model, Q, QuerySet

from articles.models import Affiliation, Article, Source
from claims.api.changes import ChangeEntry, CorrectionEntry, change_entry, correction_entry
from claims.api.claims import ClaimRow, claim_row
from claims.api.shapes import Listed
from claims.api.things import (
    ArticleRow,
    QuestionRow,
    SourceRow,
    Statement,
    article_row,
    question_row,
    source_row,
    statement,
)
from claims.exchange.datafeed import Site
from claims.models import Question
from claims.reading import history
from claims.reading.browse import Browse
from claims.reading.corrected import Corrected
from claims.reading.corrections import tell
from claims.reading.profile import said_by, sayings_of
from claims.reading.rows import rows_of

M = TypeVar("M", bound=Model)
T = TypeVar("T")
NOBODY = AnonymousUser()
BY_MOMENT = "[0-9]{1,16}-[0-9]{1,18}"
"""A cursor: microseconds since 1970, and the number of the row."""
BY_NUMBER = "[0-9]{1,18}"
"""A cursor: the number of the row."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which page of a list: at most ``limit`` rows after ``cursor``.

    ``address`` is that of the list, and ``query`` what narrows it, for the link to the next page.
    """

    site: Site
    address: str
    query: Mapping[str, str]
    limit: int
    cursor: str

    def page(self, items: Iterable[T], after: str | None) -> Listed[T]:
        """What is given: the rows, and the way to those after them."""
        return Listed(items=list(items), next=None if after is None else self._next(after))

    def _next(self, after: str) -> str:
        query = {**self.query, "limit": str(self.limit), "cursor": after}
        return f"{self.site.url}{self.address}?{urlencode(query)}"


def claims(browse: Browse, asked: Asked) -> Listed[ClaimRow]:
    """The claims that a filter leaves, the newest on the record first, also in a search."""
    found = browse.claims.select_related("question")
    rows, after = _by_moment(found, "published_at", asked)
    return asked.page((claim_row(row, asked.site) for row in rows_of(rows)), after)


def changes(asked: Asked) -> Listed[ChangeEntry]:
    """What changed, the newest first."""
    rows, after = _by_moment(history.key_changes(), "at", asked)
    told = history.tell_of_many(rows)
    return asked.page((change_entry(change, asked.site) for change in told), after)


def corrections(chosen: Corrected, asked: Asked) -> Listed[CorrectionEntry]:
    """What we took back, the newest first."""
    rows, after = _by_moment(chosen.ours, "published_at", asked)
    told = (tell(row) for row in rows)
    return asked.page((correction_entry(one, asked.site) for one in told), after)


def sources(q: str, asked: Asked) -> Listed[SourceRow]:
    """Who speaks and who publishes, as they came onto the record."""
    found = Source.objects.visible_to(NOBODY).search(q).with_counts(NOBODY)
    rows, after = _by_number(found, asked)
    return asked.page((source_row(row, asked.site) for row in rows), after)


def statements(source: Source, asked: Asked) -> Listed[Statement]:
    """What a source said, as it was logged, the newest first."""
    rows, after = _by_number(said_by(source, NOBODY), asked, newest=True)
    roles = list(Affiliation.objects.filter(source=source).select_related("organisation"))
    return asked.page((statement(row, asked.site) for row in sayings_of(rows, roles)), after)


def articles(q: str, asked: Asked) -> Listed[ArticleRow]:
    """Documents in which a claim appears, as they came onto the record."""
    found = Article.objects.visible_to(NOBODY).search(q).select_related("publisher")
    rows, after = _by_number(found.with_counts(NOBODY).with_reading(), asked)
    return asked.page((article_row(row, asked.site) for row in rows), after)


def questions(asked: Asked) -> Listed[QuestionRow]:
    """Questions that a claim answers, as they came onto the record."""
    rows, after = _by_number(Question.objects.visible_to(NOBODY), asked)
    return asked.page((question_row(row, asked.site) for row in rows), after)


def _by_moment(rows: QuerySet[M], column: str, asked: Asked) -> tuple[list[M], str | None]:
    """A page of ``rows``, the latest first, and the cursor of the one after it."""
    if asked.cursor:
        micros, _dash, number = asked.cursor.partition("-")
        moment = _EPOCH + timedelta(microseconds=int(micros))
        same = Q((column, moment), ("pk__lt", int(number)))
        rows = rows.filter(Q((f"{column}__lt", moment)) | same)
    found = list(rows.order_by(f"-{column}", "-pk")[: asked.limit + 1])

    def cursor(row: M) -> str:
        return f"{(getattr(row, column) - _EPOCH) // timedelta(microseconds=1)}-{row.pk}"

    return _cut(found, asked.limit, cursor)


def _by_number(
    rows: QuerySet[M], asked: Asked, *, newest: bool = False
) -> tuple[list[M], str | None]:
    """The same by the number alone, the lowest first unless ``newest``."""
    if asked.cursor:
        rows = rows.filter(Q(("pk__lt" if newest else "pk__gt", int(asked.cursor))))
    found = list(rows.order_by("-pk" if newest else "pk")[: asked.limit + 1])
    return _cut(found, asked.limit, lambda row: str(row.pk))


def _cut(found: list[M], limit: int, cursor: Callable[[M], str]) -> tuple[list[M], str | None]:
    """``found`` holds one row more than asked for where there is a page after it."""
    if len(found) <= limit:
        return found, None
    return found[:limit], cursor(found[limit - 1])
