"""The door of what stands under the address of a claim: the public record only, whoever asks."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse

from articles.pages import found
from claims.merges import survivors
from claims.models import Claim
from claims.reading.held import find
from claims.views.public import NOBODY

P = ParamSpec("P")
OfClaim = Callable[Concatenate[HttpRequest, Claim, P], HttpResponseBase]


def under_claim(view: OfClaim[P]) -> Callable[..., HttpResponseBase]:
    """Give ``view`` the published claim of the address, ``with_status()``.

    Drafts aren't there (404), not even for editors. A merged claim's address leads to the same
    thing of the claim that is kept, an outdated one and one without words to the present one, as
    that of the page does.
    """

    @wraps(view)
    def enter(request: HttpRequest, pk: int, slug: str = "", **given: object) -> HttpResponseBase:
        about = find(NOBODY, pk)
        if about is None:
            raise Http404
        if vars(about)["merged_to"] is not None:
            about = found(Claim.objects.published(), pk=survivors([pk])[pk])
        if (about.pk, about.slug) != (pk, slug):
            return _moved(request, about)
        return cast("Callable[..., HttpResponseBase]", view)(request, about, **given)

    return enter


def _moved(request: HttpRequest, to: Claim) -> HttpResponseRedirect:
    match = request.resolver_match
    assert match is not None
    url = reverse(match.view_name, kwargs={**match.kwargs, "pk": to.pk, "slug": to.slug})
    query = request.META.get("QUERY_STRING", "")
    return HttpResponseRedirect(f"{url}?{query}" if query else url)
