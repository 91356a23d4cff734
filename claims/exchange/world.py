"""What a chunk of an import has to know: rows that are here, or planned earlier in the same import.

Everything is filed under the key by which a record may ask for it, rows of the database and
planned ones alike, the oldest first. A check plans with ids of its own (below zero) and keeps what
it planned in ``ImportPlan``, so that the records of a later chunk find it; an import has written
it by then.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from hashlib import md5
from typing import Any, cast

from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper

from articles.choices import SourceKind
from articles.models import Article, Snapshot, Source
from claims import merges
from claims.choices import Stance
from claims.exchange.parsing import Parsed, Values
from claims.models import (
    Appearance,
    Claim,
    Evidence,
    ImportBatch,
    ImportPlan,
    OutsideVerdict,
    Question,
    Verdict,
)

Key = tuple[Any, ...]
PLANNED = datetime(1, 1, 1, tzinfo=UTC)
"""Stands for a moment that PostgreSQL will stamp."""
TEXTS_KEPT = 8
"""Texts of articles that are held at once, of up to two million characters each."""

# What is kept of a planned row: enough to compare it with, and to find what hangs on it.
_KEPT: Mapping[type[models.Model], tuple[str, ...]] = {
    Claim: ("text", "language", "kind", "checkable", "window", "criteria", "question_id"),
    Source: ("kind", "name"),
    Article: ("title", "url", "publisher_id", "published", "language"),
    Question: ("text",),
    Evidence: (
        *("claim_id", "source_id", "stance", "scope", "stated", "p_low", "p_high"),
        *("interested", "note"),
    ),
    Appearance: ("evidence_id", "article_id", "exact", "hedge", "verbatim"),
    OutsideVerdict: ("claim_id", "organisation_id", "finding"),
    Verdict: ("claim_id", "finding", "summary"),
}
# The cells that say what an id of the file stands for.
_NAMED_BY = {
    "claim": ("claim",),
    "source": ("source",),
    "article": ("article_url", "article_title"),
}
_MODELS = {model.__name__: model for model in _KEPT}


def claim_key(values: Values) -> Key:
    """A claim is known by its exact words and language."""
    return "claim", values["claim"], values.get("language", "en")


def source_key(name: str) -> Key:
    """A source is known by its name, whatever its case."""
    return "source", name.upper()


class World:
    """Everything that the records of one chunk may meet."""

    def __init__(self, batch: ImportBatch, *, checking: bool) -> None:
        self.batch = batch
        self.checking = checking
        self.shelf: dict[Key, list[Any]] = defaultdict(list)
        self.tops: dict[int, Claim] = {}
        self.captured: set[int] = set()
        self.new: list[tuple[Key, Any]] = []
        self.defined: dict[tuple[str, str], list[Values]] = defaultdict(list)
        self._texts: dict[int, Snapshot] = {}

    # What planning asks and tells

    def get(self, key: Key) -> list[Any]:
        """All that is filed under ``key``, the oldest first."""
        return self.shelf.get(key, [])

    def file(self, row: Any, *keys: Key) -> None:
        """File a planned row; ``back`` takes it from the shelf again."""
        for key in keys:
            self.shelf[key].append(row)
            self.new.append((key, row))

    def back(self, mark: int) -> None:
        """Forget what was filed after ``mark``, a length that ``new`` had."""
        for key, row in reversed(self.new[mark:]):
            held = self.shelf[key]
            held.pop(next(at for at in range(len(held) - 1, -1, -1) if held[at] is row))
        del self.new[mark:]

    def top(self, claim: Claim) -> Claim:
        """The claim that ``claim`` was merged into, at last; itself when it wasn't."""
        return self.tops.get(claim.pk, claim)

    def newest_text(self, article: Article) -> Snapshot | None:
        """The newest capture of a document, if there is one."""
        if article.pk not in self.captured:
            return None
        if article.pk not in self._texts:
            if len(self._texts) >= TEXTS_KEPT:
                self._texts.pop(next(iter(self._texts)))
            self._texts[article.pk] = article.snapshots.all()[0]
        return self._texts[article.pk]

    def to_remember(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """What was planned and the chunks that follow must know, by the key that they ask by."""
        for key, row in self.new:
            if self.checking or key[0] == "id":
                yield _digest(key), _packed(row)

    # Loading

    def load(self, records: Sequence[Parsed]) -> None:
        """Find what the records may mean: names and words first, then what hangs on those."""
        values = [record.values for record in records]
        for each in values:
            for kind, named in _NAMED_BY.items():
                if f"{kind}_id" in each and any(name in each for name in named):
                    self.defined[kind, each[f"{kind}_id"]].append(each)
        self._load_ids(values)
        self._load_claims(values)
        self._load_sources(values)
        self._load_questions(values)
        self._load_articles(values)
        self._load_evidence(values)
        self._load_appearances(values)
        self._load_outside(values)

    def _find(self, keys: Iterable[Key]) -> None:
        """File what earlier chunks planned under ``keys``."""
        wanted = {_digest(key): key for key in keys if self.checking or key[0] == "id"}
        if not wanted:
            return
        held = ImportPlan.objects.filter(batch=self.batch, key__in=wanted).order_by("pk")
        for digest, data in held.values_list("key", "data"):
            self.shelf[wanted[digest]].append(_unpacked(data))

    def _load_ids(self, values: Iterable[Values]) -> None:
        self._find(_ids(values))
        ours = {int(each["claim_id"][3:]) for each in values if is_ours(each.get("claim_id", ""))}
        for claim in Claim.objects.filter(pk__in=ours) if ours else ():
            self.shelf["id", "claim", claim.public_id].append(claim)
        self._follow_merges(
            [
                claim
                for (key, rows) in list(self.shelf.items())
                if key[:2] == ("id", "claim")
                for claim in rows
            ]
        )

    def _load_claims(self, values: Iterable[Values]) -> None:
        keys = {claim_key(each) for each in values if "claim" in each}
        if not keys:
            return
        rows = Claim.objects.filter(text__in={key[1] for key in keys}).select_related("question")
        held = [row for row in rows.order_by("pk") if ("claim", row.text, row.language) in keys]
        self._follow_merges(held)
        # One that was kept stands before those that were merged, or set aside.
        for row in sorted(held, key=self._rank):
            self.shelf["claim", row.text, row.language].append(row)
        self._find(keys)
        self._find({("up", row.pk) for row in held if row.is_set_aside})

    def _rank(self, row: Claim) -> tuple[bool, bool, int]:
        return self.top(row).pk != row.pk, row.is_set_aside, row.pk

    def _follow_merges(self, rows: Sequence[Claim]) -> None:
        real = [row.pk for row in rows if row.pk > 0]
        if not real:
            return
        tops = {one: top for one, top in merges.survivors(real).items() if one != top}
        if tops:
            found = Claim.objects.select_related("question").in_bulk(set(tops.values()))
            self.tops.update((one, found[top]) for one, top in tops.items())

    def _load_sources(self, values: Iterable[Values]) -> None:
        named = {
            each[name]
            for each in values
            for name in ("source", "publisher", "reviewer")
            if name in each
        }
        if not named:
            return
        upper = {name.upper() for name in named}
        known = Source.objects.exclude(kind=SourceKind.UNNAMED).order_by("pk")
        for row in known.annotate(upper=Upper("name")).filter(upper__in=upper):
            self.shelf[source_key(row.name)].append(row)
        for row in known.filter(aliases__overlap=list(named)):
            for alias in row.aliases:
                self.shelf["alias", alias].append(row)
        self._find({*(source_key(name) for name in named), *(("alias", name) for name in named)})

    def _load_questions(self, values: Iterable[Values]) -> None:
        texts = {each["question"] for each in values if "question" in each}
        if texts:
            for row in Question.objects.filter(text__in=texts).order_by("pk"):
                self.shelf["question", row.text].append(row)
            self._find({("question", text) for text in texts})

    def _load_articles(self, values: Iterable[Values]) -> None:
        urls = {each["article_url"] for each in values if "article_url" in each}
        titles = {each["article_title"] for each in values if "article_title" in each}
        if not urls and not titles:
            return
        rows = Article.objects.filter(Q(url__in=urls) | Q(title__in=titles)).order_by("pk")
        for row in rows:
            if row.url:
                self.shelf["url", row.url].append(row)
            self.shelf["title", row.title, row.publisher_id].append(row)
        keys: set[Key] = {("url", url) for url in urls}
        for each in values:
            if "article_title" in each and "publisher" in each:
                for publisher in self.named(each["publisher"]):
                    keys.add(("title", each["article_title"], publisher.pk))
        self._find(keys)
        known = {
            row.pk
            for key, held in list(self.shelf.items())
            for row in held
            if key[0] in {"url", "title", "id"} and isinstance(row, Article)
        }
        quoted = any("quotation" in each for each in values)
        if quoted and known:
            captured = Snapshot.objects.filter(article__in=known).values_list("article", flat=True)
            self.captured.update(captured.distinct())

    def named(self, name: str) -> Iterator[Source]:
        """The sources of that name or spelling, those of that very name first."""
        yield from self.get(source_key(name))
        yield from self.get(("alias", name))

    def _told_of(self, kind: str, each: Values) -> Iterator[Values]:
        """The record itself, and those of this chunk that say what its id stands for."""
        yield each
        if not any(name in each for name in _NAMED_BY[kind]):
            yield from self.defined.get((kind, each.get(f"{kind}_id", "")), ())

    def claims_of(self, each: Values) -> Iterator[Claim]:
        """The claims, as they were kept, that a record may speak of."""
        found = list(self.get(("id", "claim", each.get("claim_id"))))
        for told in self._told_of("claim", each):
            if "claim" in told:
                found.extend(self.get(claim_key(told)))
        for row in found:
            yield self.top(row)

    def articles_of(self, each: Values) -> Iterator[Article]:
        """The documents that a record may speak of."""
        yield from self.get(("id", "article", each.get("article_id")))
        for told in self._told_of("article", each):
            yield from self.get(("url", told.get("article_url")))
            for publisher in self.named(told.get("publisher", "")):
                yield from self.get(("title", told.get("article_title"), publisher.pk))

    def names_of(self, each: Values) -> set[str]:
        """The names by which a record may speak of its source."""
        known = self.get(("id", "source", each.get("source_id")))
        told = [other["source"] for other in self._told_of("source", each) if "source" in other]
        return {*told, *(source.name for source in known)}

    def speakers_of(self, each: Values) -> Iterator[Source]:
        """The sources that a record may speak of."""
        yield from self.get(("id", "source", each.get("source_id")))
        for name in self.names_of(each):
            yield from self.named(name)

    def _load_evidence(self, values: Iterable[Values]) -> None:
        keys: set[Key] = set()
        claims: set[int] = set()
        names: set[str] = set()
        articles: set[int] = set()
        for each in values:
            if "source" not in each and "source_id" not in each:
                continue
            called = self.names_of(each)
            stance = each.get("stance", Stance.ASSERTS)
            about = {claim.pk for claim in self.claims_of(each)}
            where = {article.pk for article in self.articles_of(each)}
            for claim in about:
                keys.update(
                    ("evidence", claim, source.pk, stance) for source in self.speakers_of(each)
                )
                keys.update(("held", claim, stance, name) for name in called)
            keys.update(("unnamed", name, article) for article in where for name in called)
            claims |= about
            articles |= where
            names |= called
        self._file_evidence(claims, articles, names)
        self._find(keys)

    def _file_evidence(self, claims: set[int], articles: set[int], names: set[str]) -> None:
        real = sorted(claim for claim in claims if claim > 0)
        tops = merges.absorbed(real) if real else {}
        live = Evidence.objects.current().select_related("source").order_by("pk")
        for row in live.filter(claim__in=tops) if tops else ():
            top = tops[row.claim_id]
            self.shelf["evidence", top, row.source_id, row.stance].append(row)
            if row.source.is_unnamed:
                self.shelf["held", top, row.stance, row.source.name].append(row)
        places = [article for article in articles if article > 0]
        here = Appearance.objects.filter(
            unnamed_in(names), article__in=places, evidence__known__upper_inf=True
        )
        for place in here.select_related("evidence__source").order_by("evidence") if places else ():
            source = place.evidence.source
            self.shelf["unnamed", source.name, place.article_id].append(source)

    def _load_appearances(self, values: Iterable[Values]) -> None:
        pairs: set[tuple[int, int]] = set()
        for each in values:
            where = {article.pk for article in self.articles_of(each)}
            if where:
                pairs.update((row.pk, article) for row in self._spoken(each) for article in where)
        real = {one for one, _other in pairs if one > 0}
        if real:
            rows = Appearance.objects.current().filter(
                evidence__in=real, article__in={other for _one, other in pairs}
            )
            for row in rows.order_by("pk"):
                self.shelf["appearance", row.evidence_id, row.article_id].append(row)
        self._find({("appearance", *pair) for pair in pairs})

    def _spoken(self, each: Values) -> Iterator[Evidence]:
        stance = each.get("stance", Stance.ASSERTS)
        for claim in self.claims_of(each):
            for source in self.speakers_of(each):
                yield from self.get(("evidence", claim.pk, source.pk, stance))
            for name in self.names_of(each):
                yield from self.get(("held", claim.pk, stance, name))

    def _load_outside(self, values: Iterable[Values]) -> None:
        about = {
            claim.pk
            for each in values
            if "label" in each or "our_finding" in each
            for claim in self.claims_of(each)
        }
        real = {claim for claim in about if claim > 0}
        if real:
            tops = merges.absorbed(real)
            for row in OutsideVerdict.objects.current().filter(claim__in=tops).order_by("pk"):
                self.shelf[outside_key(row, tops[row.claim_id])].append(row)
            for verdict in Verdict.objects.filter(claim__in=real).order_by("-pk"):
                self.shelf["verdict", verdict.claim_id].append(verdict)
        keys: set[Key] = {("verdict", claim) for claim in about}
        for each in values:
            if "label" in each and "reviewer" in each:
                for claim in self.claims_of(each):
                    for reviewer in self.named(each["reviewer"]):
                        keys.add(outside_key_of(each, claim.pk, reviewer.pk))
        self._find(keys)


def unnamed_in(names: set[str]) -> Q:
    """Places where somebody unnamed, described by one of ``names``, is quoted."""
    return Q(evidence__source__kind=SourceKind.UNNAMED, evidence__source__name__in=names)


def outside_key(row: OutsideVerdict, claim: int) -> Key:
    """The very verdict of an organisation on ``claim``, the one that was kept after a merge."""
    return "outside", claim, row.organisation_id, row.url, row.label, _days(row.dated)


def outside_key_of(each: Values, claim: int, organisation: int) -> Key:
    """The same, of a record."""
    dated = _days(each.get("reviewed"))
    return "outside", claim, organisation, each.get("review_url", ""), each["label"], dated


def _days(stretch: Any) -> str:
    return "" if stretch is None else f"{stretch.lower}/{stretch.upper}"


def is_ours(told: str) -> bool:
    """Whether this is the id that a claim has here, such as CL-17."""
    return told[:3] == "CL-" and told[3:].isascii() and told[3:].isdigit() and len(told) < 15


def _ids(values: Iterable[Values]) -> set[Key]:
    return {
        ("id", kind, each[f"{kind}_id"])
        for each in values
        for kind in ("claim", "source", "article")
        if f"{kind}_id" in each
    }


def _digest(key: Key) -> str:
    return md5(repr(key).encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()


def _packed(row: models.Model) -> dict[str, Any]:
    model = type(row)
    kept = {"model": model.__name__, "id": row.pk}
    for name in _KEPT[model]:
        field: Any = model._meta.get_field(name)
        value = getattr(row, name)
        kept[name] = None if value is None else field.value_to_string(row)
    if isinstance(row, Claim):
        kept["published"] = row.is_published
        kept["question"] = str(row.question or "")
    if isinstance(row, Evidence):
        kept["source"] = _packed(row.source)
    return kept


def _unpacked(data: Mapping[str, Any]) -> models.Model:
    model = _MODELS[data["model"]]
    row: Any = model(pk=data["id"])
    for name in _KEPT[model]:
        field: Any = model._meta.get_field(name)
        setattr(row, field.attname, None if data[name] is None else field.to_python(data[name]))
    if isinstance(row, Claim):
        row.published_at = PLANNED if data["published"] else None
        if row.question_id is not None:
            row.question = Question(pk=row.question_id, text=data["question"])
    if isinstance(row, Evidence):
        row.source = cast(Source, _unpacked(data["source"]))
    return cast(models.Model, row)
