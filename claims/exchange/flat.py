"""Claims with all that hangs on them as flat rows of our columns, as an import takes them back.

A row is a place where evidence can be read: claim, source, evidence, article and passage. Evidence
without a place has a row too, and so has each verdict of somebody else, beside the claim alone, and
a claim of which there is nothing to tell. Nothing stands in two rows but what they share.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from django.db.backends.postgresql.psycopg_any import DateRange

from articles import dates
from claims import merges
from claims.choices import VerdictKind
from claims.models import Appearance, Claim, ClaimQuerySet, Evidence, OutsideVerdict, Verdict

if TYPE_CHECKING:
    from decimal import Decimal

    from articles.models import Article, Source
    from articles.policy import Reader

AT_ONCE = 1000
"""Claims that are read together, with a handful of queries."""

Cells = dict[str, str]


def chunks_of(claims: ClaimQuerySet) -> Iterator[list[int]]:
    """The ids of ``claims``, the lowest first, some at a time: no cursor stays open between."""
    after = 0
    ids = claims.order_by("pk").values_list("pk", flat=True)
    while chunk := list(ids.filter(pk__gt=after)[:AT_ONCE]):
        yield chunk
        after = chunk[-1]


def rows_of(claims: ClaimQuerySet, user: Reader) -> Iterator[Cells]:
    """The rows of ``claims`` in the order of their numbers, with what ``user`` may see of them."""
    for ids in chunks_of(claims):
        yield from Chunk(ids, user).rows()


class Chunk:
    """Some claims, and everything that their rows need."""

    def __init__(self, ids: list[int], user: Reader) -> None:
        tops = merges.absorbed(ids)
        rows = Claim.objects.visible_to(user).filter(pk__in=ids).select_related("question")
        self.claims = list(rows.order_by("pk"))
        self.evidence: dict[int, list[Evidence]] = defaultdict(list)
        self.places: dict[int, list[Appearance]] = defaultdict(list)
        self.outside: dict[int, list[OutsideVerdict]] = defaultdict(list)
        live = Evidence.objects.visible_to(user).filter(known__upper_inf=True, claim__in=tops)
        for evidence in live.select_related("source").order_by("pk"):
            self.evidence[tops[evidence.claim_id]].append(evidence)
        held = [row.pk for rows in self.evidence.values() for row in rows]
        places = Appearance.objects.visible_to(user).newest().filter(evidence__in=held)
        for place in places.select_related("article__publisher").order_by("pk"):
            self.places[place.evidence_id].append(place)
        found = OutsideVerdict.objects.visible_to(user).filter(known__upper_inf=True)
        found = found.filter(claim__in=tops).select_related("organisation").order_by("pk")
        for verdict in found:
            self.outside[tops[verdict.claim_id]].append(verdict)
        ours = Verdict.objects.visible_to(user).published().filter(claim__in=ids)
        latest = ours.order_by("claim_id", "-published_at", "-pk").distinct("claim_id")
        self.ours = {verdict.claim_id: verdict for verdict in latest}

    def rows(self) -> Iterator[Cells]:
        for claim in self.claims:
            about = _of_claim(claim) | _of_our_verdict(self.ours.get(claim.pk))
            for cells in self._hanging_on(claim.pk):
                yield about | cells
                about.pop("reasoning", None)  # as long as all the rest: told once

    def _hanging_on(self, claim: int) -> Iterator[Cells]:
        bare = True
        for evidence in self.evidence[claim]:
            bare = False
            said = _of_source(evidence.source) | _of_evidence(evidence)
            for place in self.places[evidence.pk]:
                yield said | _of_article(place.article) | _of_passage(place)
            if not self.places[evidence.pk]:
                yield said
        for verdict in self.outside[claim]:
            bare = False
            yield _of_outside_verdict(verdict)
        if bare:
            yield {}


def _of_claim(claim: Claim) -> Cells:
    return {
        "claim": claim.text,
        "claim_id": claim.public_id,
        "kind": claim.kind,
        "language": claim.language,
        "checkable": _yes(claim.checkable),
        "window": _period(claim.window),
        "criteria": claim.criteria,
        "question": claim.question.text if claim.question else "",
        "publish": _yes(claim.is_published),
    }


def _of_source(source: Source) -> Cells:
    return {
        "source": source.name,
        "source_kind": source.kind,
        "source_aliases": _names(source.aliases),
        "source_description": source.description,
        "source_wikidata": source.wikidata,
    }


def _of_evidence(evidence: Evidence) -> Cells:
    return {
        "stance": evidence.stance,
        "scope": evidence.scope,
        "stated": _period(evidence.stated),
        "p_low": _number(evidence.p_low),
        "p_high": _number(evidence.p_high),
        "interested": _yes(evidence.interested),
        "note": evidence.note,
    }


def _of_article(article: Article) -> Cells:
    return {
        "article_title": article.title,
        "article_url": article.url,
        "article_kind": article.kind,
        "article_language": article.language,
        "publisher": article.publisher.name,
        "article_published": _period(article.published),
    }


def _of_passage(place: Appearance) -> Cells:
    return {"quotation": place.exact, "hedge": place.hedge, "verbatim": _yes(place.verbatim)}


def _of_outside_verdict(verdict: OutsideVerdict) -> Cells:
    return {
        "reviewer": verdict.organisation.name,
        "label": verdict.label,
        "finding": verdict.finding,
        "rating": verdict.rating,
        "rating_best": verdict.rating_best,
        "rating_worst": verdict.rating_worst,
        "review_url": verdict.url,
        "review_title": verdict.title,
        "reviewed": _period(verdict.dated),
        "review_note": verdict.note,
    }


def _of_our_verdict(verdict: Verdict | None) -> Cells:
    """What stands in public; nothing after a withdrawal."""
    if verdict is None or verdict.kind == VerdictKind.WITHDRAWAL:
        return {}
    assert verdict.published_at is not None
    day = verdict.published_at.date().isoformat()
    return {
        "our_finding": verdict.finding,
        "judged": _period(verdict.dated) or day,
        "summary": verdict.summary,
        "reasoning": verdict.reasoning,
        "confidence": verdict.confidence,
    }


def _yes(value: Any) -> str:
    return "yes" if value else "no"


def _period(stretch: DateRange | None) -> str:
    if stretch is None or (stretch.lower is None and stretch.upper is None):
        return ""
    return dates.write(stretch.lower, stretch.upper)


def _number(value: Decimal | None) -> str:
    return "" if value is None else f"{value.normalize():f}"


def _names(names: Iterable[str]) -> str:
    return "; ".join(names)
