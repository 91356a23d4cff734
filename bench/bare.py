"""Addresses for the benchmark beside the site's own: an empty view, and a template by itself."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from claims.reading.held import find
from claims.views.reading.claims import told_of
from config.urls import urlpatterns as site

_given: dict[int, dict[str, Any]] = {}


@login_not_required
@require_safe
def empty(request: HttpRequest) -> HttpResponse:
    """Nothing, through all that every request goes through."""
    return HttpResponse()


@login_not_required
@require_safe
def template(request: HttpRequest, pk: int) -> HttpResponse:
    """The page of a claim out of values that were there before."""
    if pk not in _given:
        about = find(request.user, pk)
        if about is None:
            raise Http404
        _given[pk] = told_of(request, about)
    return render(request, "claims/claim.html", _given[pk])


urlpatterns = [
    path("bench/empty/", empty),
    path("bench/template/<int:pk>/", template),
    *site,
]
