"""How a source's words reached us: the documents from its mouth to the one that we read."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from django.db.models import OuterRef, QuerySet, Subquery

from articles.choices import ArticleKind
from articles.models import Article, Snapshot
from claims.choices import Basis
from claims.models import Appearance

# Each from an origin to where it ends.
Ways = list[list[Appearance]]

# Longer quotations are found by their first and last words: browsers match them across lines.
_WHOLE = 120
_WORDS = 6


@dataclass(frozen=True, slots=True)
class Hop:
    """One document on the way. ``name`` is its publisher, or its title where the way ends.

    ``lost`` is the hedge that an earlier document has, where its own words have none.
    """

    article: Article
    name: str
    hedge: str
    lost: str
    inferred: bool
    last: bool


def with_places(appearances: QuerySet[Appearance]) -> QuerySet[Appearance]:
    """Add what ``place_of`` needs, and the article with its publisher."""
    newest = Snapshot.objects.filter(article=OuterRef("article")).order_by("-captured_at", "-pk")
    return appearances.select_related("article__publisher").annotate(
        newest_snapshot=Subquery(newest.values("pk")[:1])
    )


def place_of(appearance: Appearance) -> str:
    """Where on our pages the quotation can be read, at its exact place if we show that text."""
    url = appearance.article.get_absolute_url()
    shown = appearance.snapshot_id is not None and (
        appearance.snapshot_id == vars(appearance)["newest_snapshot"]
    )
    return f"{url}#p-{appearance.pk}" if shown else url


def is_missing(appearance: Appearance) -> bool:
    """Whether we hold a newer text of the article in which the quotation was not found."""
    newest = vars(appearance)["newest_snapshot"]
    return appearance.snapshot_id is not None and appearance.snapshot_id != newest


def outside_place_of(appearance: Appearance) -> str:
    """The article's own address, with a text fragment that makes a browser find the quotation."""
    url = appearance.article.url
    if not url or not appearance.exact:
        return url
    base, _hash, fragment = url.partition("#")
    return f"{base}#{fragment.partition(':~:')[0]}:~:text={_fragment(appearance.exact)}"


def _fragment(exact: str) -> str:
    words = exact.split()
    if (len(exact) <= _WHOLE and "\n" not in exact) or len(words) < 2 * _WORDS:
        return _escaped(" ".join(words))
    first, last = words[:_WORDS], words[-_WORDS:]
    return f"{_escaped(' '.join(first))},{_escaped(' '.join(last))}"


def _escaped(text: str) -> str:
    """Percent-encoded; a hyphen too, which has a meaning of its own in text fragments."""
    return quote(text, safe="").replace("-", "%2D")


def first_of(row: Appearance) -> int:
    """The id of the appearance that was logged first, where this one was carried over from it."""
    return row.via_id if row.basis == Basis.REVISION and row.via_id is not None else row.pk


def newest_of(appearances: Iterable[Appearance]) -> dict[int, Appearance]:
    """Where each passage is now, by the id of the appearance that was logged first.

    A passage that was carried over to a newer snapshot is one place, and no hop on the way.
    """
    return {first_of(row): row for row in sorted(appearances, key=lambda row: row.pk)}


def ways_of(appearances: Sequence[Appearance]) -> Ways:
    """Each way from an origin to where it ends, origin first, longest and seen ways first."""
    now = newest_of(appearances)
    first = {row.pk: first_of(row) for row in appearances}
    came = {row.pk: first.get(row.via_id or 0) for row in appearances if first_of(row) == row.pk}
    passed = set(came.values())
    ways = []
    for end in now:
        if end not in passed:
            way = [end]
            while (before := came.get(way[-1])) is not None and before not in way:
                way.append(before)
            ways.append([now[pk] for pk in reversed(way)])
    return sorted(ways, key=lambda way: (-len(way), not way[-1].seen, way[-1].pk))


def chain_of(own: Collection[int], ways: Ways) -> tuple[Hop, ...]:
    """The longest way, each document once; empty when nothing was logged.

    ``own`` are the source and the organisations in which it had a role.
    """
    if not ways:
        return ()
    documents: list[Appearance] = []
    for row in ways[0]:
        if not documents or documents[-1].article_id != row.article_id:
            documents.append(row)
    hops = []
    hedge = ""
    for row in documents:
        last = row is documents[-1]
        name = row.article.title if last or _is_own(own, row) else row.article.publisher.name
        lost = hedge if row.exact and not row.hedge else ""
        hops.append(Hop(row.article, name, row.hedge, lost, row.basis == Basis.INFERRED, last))
        hedge = row.hedge or hedge
    return tuple(hops)


def _is_own(own: Collection[int], row: Appearance) -> bool:
    """Whether the document is the source's own: its words as it spoke or published them."""
    return row.article.publisher_id in own or row.article.kind == ArticleKind.REMARKS


def is_first_hand(
    own: Collection[int], appearances: Sequence[Appearance], ways: Ways
) -> bool | None:
    """Whether a document that an editor has seen quotes the source itself, not another report.

    None when no editor has seen any of them. ``own`` as for ``chain_of``.
    """
    if not any(row.seen for row in appearances):
        return None
    return any(
        row.seen and all(_is_own(own, earlier) for earlier in way[: way.index(row)])
        for way in ways
        for row in way
    )


def unseen_originals(appearances: Sequence[Appearance], ways: Ways) -> list[Article]:
    """The documents where the ways begin that no editor has seen."""
    seen = {row.article_id for row in appearances if row.seen}
    origins = (way[0] for way in ways)
    unseen = {row.article_id: row.article for row in origins if row.article_id not in seen}
    return list(unseen.values())
