"""What search engines are told: which addresses there are, and where they need not look."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from typing import Any
from xml.sax.saxutils import escape

from django.db.models import Max, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse

from articles.models import Article, Source
from claims.feeds.entries import redactions_of
from claims.feeds.lists import last_told
from claims.models import Claim, Question
from claims.views.public import NOBODY, for_programs
from claims.views.site import site_of

MOST = 50_000
"""Addresses that one sitemap may hold (sitemaps.org)."""
BLOCK = 20_000
"""Numbers of rows that a part of a large sitemap runs over."""
XML = "application/xml; charset=utf-8"
_SPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
_PAGES = ("home", "claim_list", "changes", "corrections", "data", "api_docs", "method")
Address = tuple[str, datetime | None]


def _pages() -> list[Address]:
    """The pages that are there whatever the record holds."""
    return [(reverse(f"claims:{name}"), None) for name in _PAGES]


def _claims(rows: QuerySet[Any]) -> Iterator[Address]:
    """Each claim with the moment at which it last moved in a way that matters."""
    held = list(Claim.objects.with_status().filter(pk__in=rows))
    removed = redactions_of(held)
    for claim in sorted(held, key=lambda claim: claim.pk):
        yield claim.get_absolute_url(), last_told(claim, removed)


def _others(rows: QuerySet[Any]) -> Iterator[Address]:
    for row in rows.order_by("pk"):
        yield row.get_absolute_url(), None


def _kinds() -> dict[str, tuple[QuerySet[Any], Callable[[QuerySet[Any]], Iterator[Address]]]]:
    return {
        "claims": (Claim.objects.published().survivors(), _claims),
        "sources": (Source.objects.visible_to(NOBODY), _others),
        "articles": (Article.objects.visible_to(NOBODY), _others),
        "questions": (Question.objects.visible_to(NOBODY), _others),
    }


@for_programs
def sitemap(request: HttpRequest) -> HttpResponseBase:
    """All pages for readers; where they are too many for one map, the maps of their parts."""
    site, kinds = site_of(request).url, _kinds()
    if sum(rows[: MOST + 1].count() for rows, _of in kinds.values()) + len(_PAGES) > MOST:
        parts = [
            f"{site}{reverse('claims:sitemap_part', args=[kind, number])}"
            for kind, (rows, _of) in kinds.items()
            for number in range((rows.aggregate(most=Max("pk"))["most"] or 0) // BLOCK + 1)
        ]
        parts.insert(0, f"{site}{reverse('claims:sitemap_part', args=['pages', 0])}")
        return _map("sitemapindex", "sitemap", ((part, None) for part in parts), "")
    found = _pages()
    for rows, of in kinds.values():
        found.extend(of(rows))
    return _map("urlset", "url", found, site)


@for_programs
def sitemap_part(request: HttpRequest, kind: str, number: int) -> HttpResponseBase:
    """The pages of one kind whose numbers lie in one block."""
    kinds, site = _kinds(), site_of(request).url
    if (kind, number) == ("pages", 0):
        return _map("urlset", "url", _pages(), site)
    if kind not in kinds or number > 2**40:
        raise Http404
    rows, of = kinds[kind]
    block = rows.filter(pk__gte=number * BLOCK, pk__lt=(number + 1) * BLOCK)
    return _map("urlset", "url", of(block), site)


def _map(root: str, each: str, found: Iterable[Address], site: str) -> HttpResponse:
    lines = [f'<?xml version="1.0" encoding="utf-8"?>\n<{root} xmlns="{_SPACE}">']
    for address, at in found:
        day = f"<lastmod>{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}</lastmod>" if at else ""
        lines.append(f"<{each}><loc>{escape(site + address)}</loc>{day}</{each}>")
    lines.append(f"</{root}>\n")
    return HttpResponse("\n".join(lines), content_type=XML)


@for_programs
def robots(request: HttpRequest) -> HttpResponse:
    """Readers' pages may be read by everybody; the desk is closed anyhow."""
    closed = ("/desk/", "/admin/", "/accounts/")
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed)]
    lines += ["", f"Sitemap: {site_of(request).url}{reverse('claims:sitemap')}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")
