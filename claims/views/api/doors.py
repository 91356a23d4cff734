"""Opens what ninja answers to readers: by GET and HEAD, from anywhere, nothing unknown asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from django.utils.translation import override

from claims.views.api.described import parameters
from claims.views.api.endpoints import api
from claims.views.api.problems import NOTHING, Fault, problem
from claims.views.public import for_programs

Answer = Callable[..., HttpResponseBase]


def addresses() -> list[URLPattern]:
    """Every address of the API, and beside the pages of lists the same as JSON."""
    doors = {each.name: each for each in api.urls[0] if isinstance(each, URLPattern)}
    found = []
    for name, known in parameters().items():
        view = _opened(cast("Answer", doors[name].callback), known)
        found.append(path(f"api/{doors[name].pattern}", view, name=f"api_{name}"))
        if name in BESIDE:
            found.append(path(f"{name}.json", view, name=f"{name}_json"))
    return found


BESIDE = ("claims", "sources", "articles", "changes", "corrections")
"""The lists that have a page."""


def _opened(answer: Answer, known: frozenset[str]) -> Answer:
    """``answer`` for readers; ``known`` are the parameters that it understands."""

    @for_programs
    def respond(request: HttpRequest, /, **given: Any) -> HttpResponseBase:
        with override(settings.LANGUAGE_CODE):
            unknown = sorted({*request.GET} - known)
            if unknown:
                return _unknown(unknown, known)
            method, request.method = request.method, "GET"  # HEAD is GET without its body
            response = answer(request, **given)
            request.method = method
            return response

    return respond


def _unknown(names: list[str], known: frozenset[str]) -> HttpResponse:
    what = f"is not known here; known are: {', '.join(sorted(known)) or 'none'}"
    faults = [Fault(where=name[:200], what=what) for name in names[:20]]
    return problem(400, "Something was asked for that is not known here.", faults)


@for_programs
def nowhere(request: HttpRequest, rest: str) -> HttpResponseBase:
    """Below /api/ where there is nothing."""
    return problem(404, NOTHING)
