"""Our own published verdicts as ClaimReview (schema.org), as search engines take it.

One for the page of a claim, and a feed of all. The verdicts of others are never in it: it would say
in our name what we did not find.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.utils.translation import override

from articles import dates
from articles.choices import ArticleKind, SourceKind
from claims.choices import Confidence, Finding, Scope, Stance, VerdictKind
from claims.exchange.flat import Chunk, chunks_of
from claims.models import Appearance, Claim, Evidence, Verdict
from claims.status import status

if TYPE_CHECKING:
    from django.db.backends.postgresql.psycopg_any import DateRange

    from articles.models import Source

LICENCE = "https://creativecommons.org/licenses/by/4.0/"
WORST, BEST = 1, 5
# How sure we are of a finding, in numbers; what can't be found out has no number.
_RATINGS = {Finding.REFUTED: (1, 2), Finding.CONFLICTING: (3, 3), Finding.SUPPORTED: (5, 4)}
_AUTHORS = {SourceKind.PERSON: "Person", SourceKind.ORGANISATION: "Organization"}
_WORKS = {
    ArticleKind.NEWS: "NewsArticle",
    ArticleKind.WIRE: "NewsArticle",
    ArticleKind.REPORT: "Report",
    ArticleKind.POST: "SocialMediaPosting",
    ArticleKind.VIDEO: "VideoObject",
    ArticleKind.DATASET: "Dataset",
}


@dataclass(frozen=True, slots=True)
class Site:
    """Who speaks: the name and the address of this site, without a slash at its end."""

    name: str
    url: str


def feed(site: Site) -> Iterator[str]:
    """The feed in pieces, one review a line, in the order of the claims' numbers."""
    head = {
        "@context": "https://schema.org",
        "@type": "DataFeed",
        "name": site.name,
        "url": f"{site.url}/",
        "license": LICENCE,
    }
    yield _json(head)[:-1] + ',"dataFeedElement":['
    mark = first = "\n "  # the space keeps a line from looking like JSON Lines
    nobody = AnonymousUser()
    judged = Claim.objects.visible_to(nobody).survivors().filter(redaction_reason="")
    judged = judged.filter(pk__in=Verdict.objects.published().values("claim"))
    for ids in chunks_of(judged):
        reviews = _reviews(Chunk(ids, nobody), site)
        for review in map(_json, reviews):
            yield mark + review
            mark = f",{first}"
    yield "\n]}\n"


def _reviews(chunk: Chunk, site: Site) -> list[dict[str, Any]]:
    """The reviews of some claims, in the site's own language whoever asks."""
    with override(settings.LANGUAGE_CODE):
        return [
            _review(claim, verdict, _first(chunk.evidence[claim.pk], chunk.places), site)
            for claim in chunk.claims
            if (verdict := chunk.ours.get(claim.pk)) and verdict.kind != VerdictKind.WITHDRAWAL
        ]


def of_page(
    claim: Claim,
    verdict: Verdict | None,
    evidence: Iterable[Evidence],
    places: Mapping[int, list[Appearance]],
    site: Site,
) -> dict[str, Any]:
    """What the page of a published claim holds: our review of it, before that the claim alone.

    ``evidence`` is live; ``places`` are where it can be read, by its id.
    """
    with override(settings.LANGUAGE_CODE):
        first = _first(evidence, places)
        if verdict is not None:
            held = _review(claim, verdict, first, site)
        else:
            url = site.url + claim.get_absolute_url()
            held = {**_item(claim, first, site), "url": url}
        return {"@context": "https://schema.org", **held}


def _first(
    evidence: Iterable[Evidence], places: Mapping[int, list[Appearance]]
) -> tuple[Evidence, list[Appearance]] | None:
    """Who is the first on record to assert this very claim, and where that can be read."""
    asserting = [
        row for row in evidence if row.stance == Stance.ASSERTS and row.scope == Scope.SAME
    ]
    if not asserting:
        return None
    first = min(asserting, key=lambda row: (_first_day(row.stated), row.pk))
    order = sorted(
        places.get(first.pk, []), key=lambda row: (_first_day(row.article.published), row.pk)
    )
    return first, order


def _review(
    claim: Claim, verdict: Verdict, first: tuple[Evidence, list[Appearance]] | None, site: Site
) -> dict[str, Any]:
    assert verdict.published_at is not None
    return _filled(
        {
            "@type": "ClaimReview",
            "url": site.url + claim.get_absolute_url(),
            "claimReviewed": claim.text,
            "author": {"@type": "Organization", "name": site.name, "url": f"{site.url}/"},
            "inLanguage": settings.LANGUAGE_CODE,
            "dateCreated": _day(verdict.dated),
            "datePublished": verdict.published_at.date().isoformat(),
            "license": LICENCE,
            "reviewRating": _rating(claim, verdict),
            "itemReviewed": _item(claim, first, site),
        }
    )


def _rating(claim: Claim, verdict: Verdict) -> dict[str, Any]:
    sure, unsure = _RATINGS.get(Finding(verdict.finding), (None, None))
    number = unsure if verdict.confidence == Confidence.LOW else sure
    numbers = {"ratingValue": number, "bestRating": BEST, "worstRating": WORST} if number else {}
    return {
        "@type": "Rating",
        **numbers,
        "alternateName": str(status(verdict.finding, claim.kind).label),
        "ratingExplanation": verdict.summary,
    }


def _item(
    claim: Claim, first: tuple[Evidence, list[Appearance]] | None, site: Site
) -> dict[str, Any]:
    item: dict[str, Any] = {
        "@type": "Claim",
        "identifier": claim.public_id,
        "text": claim.text,
        "inLanguage": claim.language,
    }
    if first is not None:
        evidence, places = first
        works = {place.article_id: _work(place) for place in places}
        item["author"] = _who(evidence.source, site)
        item["datePublished"] = _day(evidence.stated)
        item["firstAppearance"] = next(iter(works.values()), None)
        item["appearance"] = list(works.values())[1:]
    return _filled(item)


def _who(source: Source, site: Site) -> dict[str, Any]:
    """Somebody unnamed is neither a person nor an organisation that we know of."""
    kind = _AUTHORS.get(SourceKind(source.kind), "Thing")
    return {"@type": kind, "name": source.name, "url": site.url + source.get_absolute_url()}


def _work(place: Appearance) -> dict[str, Any]:
    article = place.article
    return _filled(
        {
            "@type": _WORKS.get(ArticleKind(article.kind), "CreativeWork"),
            "headline": article.title,
            "url": article.url,
            "inLanguage": article.language,
            "publisher": {"@type": "Organization", "name": article.publisher.name},
            "datePublished": _day(article.published),
        }
    )


def _day(stretch: DateRange | None) -> str:
    """A day, month or year as ISO 8601 writes it; of any other stretch the first day."""
    if stretch is None or stretch.lower is None:
        return ""
    written = dates.write(stretch.lower, stretch.upper)
    return str(stretch.lower) if "/" in written else written


def _first_day(stretch: DateRange | None) -> str:
    """What sorts by time, the unknown last."""
    return _day(stretch) or "9999"


def _filled(held: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in held.items() if value not in ("", None, [])}


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
