"""How Sayso works, and what can be taken from it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from articles.pages import for_readers
from claims import status
from claims.choices import ClaimKind, Credibility, Reliability


@for_readers
def data(request: HttpRequest) -> HttpResponse:
    """What can be had, and under which licence."""
    return render(request, "claims/data.html")


@for_readers
def method(request: HttpRequest) -> HttpResponse:
    """How a claim gets its status."""
    context = {
        "statuses": {code: status.status(code) for code in status.CODES},
        "kinds": ClaimKind.choices,
        "reliability": Reliability.choices,
        "credibility": Credibility.choices,
    }
    return render(request, "claims/method.html", context)
