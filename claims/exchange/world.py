"""What a chunk of an import has to know: rows that are here, or planned earlier in the same import.

Everything is filed under the key by which a record may ask for it, rows of the database and
planned ones alike, the oldest first. A check plans with ids of its own (below zero) and keeps what
it planned in ``ImportPlan``, so that the records of a later chunk find it; an import has written
it by then.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db.models import Q
from django.db.models.functions import Upper

from articles.choices import SourceKind
from articles.models import Article, Snapshot, Source
from claims import merges
from claims.choices import Stance
from claims.exchange.keys import (
    NAMED_BY,
    Key,
    claim_key,
    digest,
    ids_in,
    is_ours,
    outside_key,
    outside_key_of,
    source_key,
    unpacked,
)
from claims.exchange.parsing import Parsed, Values
from claims.exchange.shelf import Shelf
from claims.models import (
    Appearance,
    Claim,
    Evidence,
    ImportPlan,
    OutsideVerdict,
    Question,
    Verdict,
)


class World(Shelf):
    """Everything that the records of one chunk may meet."""

    def load(self, records: Sequence[Parsed]) -> None:
        """Find what the records may mean: names and words first, then what hangs on those."""
        values = [record.values for record in records]
        for each in values:
            for kind, named in NAMED_BY.items():
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
        wanted = {digest(key): key for key in keys if self.checking or key[0] == "id"}
        if not wanted:
            return
        held = ImportPlan.objects.filter(batch=self.batch, key__in=wanted).order_by("pk")
        for found, data in held.values_list("key", "data"):
            self.shelf[wanted[found]].append(unpacked(data))

    def _load_ids(self, values: Iterable[Values]) -> None:
        self._find(ids_in(values))
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
        self._load_identities(values)
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

    def _load_identities(self, values: Iterable[Values]) -> None:
        """Who has the Wikidata ids that are told."""
        told = {each["source_wikidata"] for each in values if "source_wikidata" in each}
        for row in Source.objects.filter(wikidata__in=told) if told else ():
            self.shelf["wikidata", row.wikidata].append(row)
        self._find({("wikidata", each) for each in told})

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
        # Who is behind a description is known only now, where an earlier chunk told of them.
        held = [(key, row) for key in keys if key[0] == "held" for row in self.get(key)]
        behind = {("evidence", key[1], row.source_id, key[2]) for key, row in held if row.pk < 0}
        self._find(behind - keys)

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
        here = Appearance.objects.filter(unnamed_in(names), article__in=places)
        found = list(here.select_related("evidence__source")) if places else []
        # Whose evidence was voided, by an undone import say, is still who was described there.
        for place in sorted(found, key=lambda row: (row.evidence.is_void, row.evidence_id)):
            source = place.evidence.source
            self.shelf["unnamed", source.name, place.article_id].append(source)
        gone = Evidence.objects.filter(
            claim__in=tops, known__upper_inf=False, source__kind=SourceKind.UNNAMED
        ).filter(source__name__in=names)
        for row in gone.select_related("source").order_by("pk") if tops and names else ():
            self.shelf["gone", tops[row.claim_id], row.stance, row.source.name].append(row)

    def _load_appearances(self, values: Iterable[Values]) -> None:
        pairs: set[tuple[int, int]] = set()
        for each in values:
            where = {article.pk for article in self.articles_of(each)}
            if where:
                pairs.update((row.pk, article) for row in self.spoken_by(each) for article in where)
        real = {one for one, _other in pairs if one > 0}
        if real:
            rows = Appearance.objects.current().filter(
                evidence__in=real, article__in={other for _one, other in pairs}
            )
            for row in rows.order_by("pk"):
                self.shelf["appearance", row.evidence_id, row.article_id].append(row)
        self._find({("appearance", *pair) for pair in pairs})

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
