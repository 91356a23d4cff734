"""A claim inside the pages of others: a small page for an iframe, and oEmbed, which finds it."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote, urlsplit

from csp.constants import NONE
from csp.decorators import csp_replace
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import Resolver404, resolve, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from articles.pages import asked
from claims.exchange.datafeed import Site
from claims.merges import survivors
from claims.models import Claim
from claims.reading import wording
from claims.reading.held import find
from claims.reading.rows import rows_of, status_of
from claims.views.public import KEPT, NOBODY, for_programs
from claims.views.site import site_of
from claims.views.under import under_claim

WIDE, HIGH = 600, 260
NARROWEST, LOWEST = 280, 200


# Not for_readers: what that keeps for the next reader forgets who may frame the page.
@login_not_required
@require_safe
@xframe_options_exempt
@csp_replace({"frame-ancestors": ["*"], "script-src": [NONE], "form-action": [NONE]})
@under_claim
def embed(request: HttpRequest, about: Claim) -> HttpResponse:
    """The status and the words, small and quiet: the one page that others may frame."""
    (row,) = rows_of([about])
    url = site_of(request).url + about.get_absolute_url()
    response = render(request, "claims/embed.html", {"row": row, "claim": about, "url": url})
    response.headers["Cache-Control"] = KEPT
    return response


@for_programs
def oembed(request: HttpRequest) -> HttpResponseBase:
    """What a site that was given the address of a claim puts into its page (oembed.com)."""
    if asked(request, "format") not in ("", "json"):
        return JsonResponse({"error": _("Only JSON is given.")}, status=501)
    wide = _size(request, "maxwidth", WIDE, NARROWEST)
    high = _size(request, "maxheight", HIGH, LOWEST)
    if wide is None or high is None:
        told = _("maxwidth and maxheight are whole numbers of pixels.")
        return JsonResponse({"error": told}, status=400)
    about = _claim_at(request, request.GET.get("url", ""))
    site = site_of(request)
    title = f"{status_of(about).label}: {wording.wording(about)}"
    held: dict[str, Any] = {
        "version": "1.0",
        "type": "rich",
        "provider_name": site.name,
        "provider_url": f"{site.url}/",
        "title": title,
        "cache_age": 300,
        "width": wide,
        "height": high,
        "html": frame(site, about, title, wide, high),
    }
    return JsonResponse(held, json_dumps_params={"ensure_ascii": False})


def frame(site: Site, about: Claim, title: str, wide: int = WIDE, high: int = HIGH) -> str:
    """The element to put into a page: nothing of it can run, and no address is told.

    ``allow-same-origin`` lets it load its own icons; scripts stay forbidden, twice.
    """
    return format_html(
        '<iframe src="{}{}" title="{}" width="{}" height="{}" loading="lazy"'
        ' sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox"'
        ' referrerpolicy="no-referrer"></iframe>',
        site.url,
        reverse("claims:embed", args=[about.pk, about.slug]),
        title,
        wide,
        high,
    )


def _size(request: HttpRequest, name: str, usual: int, least: int) -> int | None:
    """How large it may be at most; None for what is no number."""
    typed = asked(request, name) or str(usual)
    if not (typed.isascii() and typed.isdigit() and len(typed) < 10):
        return None
    return max(least, min(usual, int(typed)))


def _claim_at(request: HttpRequest, url: str) -> Claim:
    """The published claim whose page has that address. Raises ``Http404``."""
    try:
        parts = urlsplit(url)
        match = resolve(unquote(parts.path))
    except (ValueError, Resolver404):
        raise Http404 from None
    if parts.netloc != request.get_host():
        raise Http404
    if match.view_name not in ("claims:claim", "claims:claim_short", "claims:embed"):
        raise Http404
    number = match.kwargs["pk"]
    about = find(NOBODY, survivors([number])[number]) if number < 2**63 else None
    if about is None:
        raise Http404
    return about
