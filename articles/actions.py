"""Every change to sources and articles: who may make it, and what trace it leaves."""

from __future__ import annotations

import hashlib
import unicodedata
from typing import TYPE_CHECKING, Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from articles.choices import ArticleKind, CaptureMethod, SourceKind
from articles.history import facts, newest_event, record
from articles.models import Article, Snapshot, Source
from articles.policy import require
from articles.refusals import CHANGED_SINCE, Refusal, refused, vet
from articles.slugs import free_slug
from articles.validators import require_storable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.contrib.auth.models import User
    from django.db.backends.postgresql.psycopg_any import DateRange


class AlreadyHere(Refusal):
    """The same article has been taken in before; ``article`` is it."""

    def __init__(self, article: Article, field: str = "") -> None:
        super().__init__(
            "article_already_here",
            _("This article is already here: “%(title)s”.") % {"title": article.title},
            field,
        )
        self.article = article


def require_unchanged(row: models.Model, seen: int | None, *, claim: int | None = None) -> None:
    """Refuse to change a row that is no longer as it was read. Call it with the row locked.

    ``seen`` is the number of the row's last event as the form knew it, ``None`` for a caller who
    has read the row in this very transaction. Raises ``Refusal`` (rule ``CHANGED_SINCE``).
    """
    newest = newest_event(row, claim=claim)
    if seen is not None and seen != (newest.pk if newest else 0):
        raise Refusal(CHANGED_SINCE, _("Somebody else has changed this since you opened it."))


@transaction.atomic
def add_source(
    *,
    by: User,
    kind: str,
    name: str,
    aliases: Iterable[str] = (),
    description: str = "",
    wikidata: str = "",
    identifiers: dict[str, Any] | None = None,
) -> Source:
    """Add somebody who speaks or publishes. For an unnamed source ``name`` is the description."""
    require(by, "articles.add_source")
    source = Source(
        kind=kind,
        name=" ".join(name.split()),
        aliases=list(dict.fromkeys(alias.strip() for alias in aliases if alias.strip())),
        description=description.strip(),
        wikidata=wikidata.strip(),
        identifiers=identifiers or {},
    )
    source.slug = free_slug(source.name, "source", Source.objects)
    with refused():
        vet(source)
        source.save(force_insert=True)
    record(by=by, verb="source.added", subject=source)
    return source


@transaction.atomic
def edit_source(*, by: User, source: Source, seen: int | None = None, **changes: Any) -> Source:
    """Change what we know of a source; its address stays. Unknown fields raise ``TypeError``.

    ``seen`` is the version that was read, see ``require_unchanged``.

    Whether it is unnamed decides how many origins its evidence counts as: with evidence it stays
    as it is (rule ``source_spoke_unnamed``).
    """
    require(by, "articles.change_source")
    allowed = {"kind", "name", "aliases", "description", "wikidata", "identifiers"}
    if unknown := changes.keys() - allowed:
        raise TypeError(f"a source has no {', '.join(sorted(unknown))}")
    held = Source.objects.select_for_update().get(pk=source.pk)
    require_unchanged(held, seen)
    before = facts(held, *changes)
    for name, value in changes.items():
        setattr(held, name, value)
    after = facts(held, *changes)
    if after == before:
        return held
    if SourceKind.UNNAMED in (before.get("kind"), after.get("kind")) and held.evidence.exists():
        raise Refusal(
            "source_spoke_unnamed",
            _("Evidence was weighed with this source named or unnamed as it is. Add another one."),
            "kind",
        )
    with refused():
        vet(held)
        held.save(update_fields=[*changes])
    record(by=by, verb="source.edited", subject=held, payload={"from": before, "to": after})
    return held


def find_or_add_source(*, by: User, kind: str, name: str) -> Source:
    """The source of that kind whose name or alias is exactly ``name``, else a new one.

    Unnamed sources are never matched by their description: two "senior officials" are not
    known to be the same.
    """
    name = " ".join(name.split())
    require_storable(name=name)
    if kind != SourceKind.UNNAMED:
        found = Source.objects.filter(kind=kind, name__iexact=name).first()
        found = found or Source.objects.filter(kind=kind, aliases__contains=[name]).first()
        if found is not None:
            return found
    return add_source(by=by, kind=kind, name=name)


@transaction.atomic
def add_article(
    *,
    by: User,
    title: str,
    publisher: Source,
    kind: str = ArticleKind.NEWS,
    language: str = "en",
    translated_from: str = "",
    url: str = "",
    published: DateRange | None = None,
    note: str = "",
) -> Article:
    """Add a document, known by reference until it is captured.

    Raises ``AlreadyHere`` when an article has that web address.
    """
    require(by, "articles.add_article")
    url = url.strip()
    require_storable(url=url)
    if url and (held := Article.objects.filter(url=url).first()) is not None:
        raise AlreadyHere(held, "url")
    article = Article(
        kind=kind,
        title=" ".join(title.split()),
        url=url,
        publisher=publisher,
        language=language,
        translated_from=translated_from,
        published=published,
        note=note.strip(),
    )
    article.slug = free_slug(article.title, "article", Article.objects)
    with refused():
        vet(article)
        article.save(force_insert=True)
    record(by=by, verb="article.added", subject=article)
    return article


@transaction.atomic
def edit_article(*, by: User, article: Article, seen: int | None = None, **changes: Any) -> Article:
    """Change what we know of a document; its address and snapshots stay.

    ``seen`` is the version that was read, see ``require_unchanged``.
    """
    require(by, "articles.change_article")
    allowed = {
        *("kind", "title", "url", "publisher", "language", "translated_from", "published", "note")
    }
    if unknown := changes.keys() - allowed:
        raise TypeError(f"an article has no {', '.join(sorted(unknown))}")
    held = Article.objects.select_for_update().get(pk=article.pk)
    require_unchanged(held, seen)
    before = facts(held, *changes)
    for name, value in changes.items():
        setattr(held, name, value)
    after = facts(held, *changes)
    if after == before:
        return held
    with refused():
        vet(held)
        held.save(update_fields=[*changes])
    record(by=by, verb="article.edited", subject=held, payload={"from": before, "to": after})
    return held


def tidy(text: str) -> str:
    """``text`` with line ends as \\n, in composed form (NFC), without a byte order mark.

    Anchors count code points, so the form is settled once, before anything is anchored.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", text)


@transaction.atomic
def capture(
    *,
    by: User,
    article: Article,
    text: str,
    method: str = CaptureMethod.PASTED,
    raw: bytes | None = None,
    archive_url: str = "",
) -> Snapshot:
    """Keep the text of an article as it stands now.

    The same text again is no new capture: the snapshot that holds it is returned.
    """
    require(by, "articles.add_snapshot")
    text = tidy(text)
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    held = Snapshot.objects.filter(article=article, text_sha256=digest).first()
    if held is not None:
        return held
    snapshot = Snapshot(
        article=article,
        text=text,
        raw_sha256="" if raw is None else hashlib.sha256(raw).hexdigest(),
        method=method,
        archive_url=archive_url,
        captured_by=by,
    )
    with refused():
        vet(snapshot)
        snapshot.save(force_insert=True)
    payload = facts(snapshot)
    del payload["text"]
    record(by=by, verb="article.captured", subject=snapshot, payload=payload)
    return snapshot


@transaction.atomic
def take_in(
    *,
    by: User,
    text: str,
    title: str,
    publisher: Source,
    kind: str = ArticleKind.NEWS,
    language: str = "en",
    translated_from: str = "",
    url: str = "",
    published: DateRange | None = None,
    note: str = "",
    method: str = CaptureMethod.PASTED,
    raw: bytes | None = None,
) -> Snapshot:
    """Add an article with its text in one step.

    Raises ``AlreadyHere`` when its web address or its very text is here already.
    """
    digest = hashlib.sha256(tidy(text).encode("utf-8", "surrogatepass")).hexdigest()
    held = Article.objects.filter(snapshots__text_sha256=digest).first()
    if held is not None:
        raise AlreadyHere(held, "text")
    article = add_article(
        by=by,
        title=title,
        publisher=publisher,
        kind=kind,
        language=language,
        translated_from=translated_from,
        url=url,
        published=published,
        note=note,
    )
    capture(by=by, article=article, text=text, method=method, raw=raw)
    return article.snapshots.get()
