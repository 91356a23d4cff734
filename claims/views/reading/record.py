"""What changed on the site, and what we got wrong."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from articles.pages import for_readers, page_of
from claims.reading import corrections as corrected
from claims.reading import history


@for_readers
def changes(request: HttpRequest) -> HttpResponse:
    """The key changes of all published claims, newest first."""
    page = page_of(request, history.key_changes())
    context = {"page": page, "changes": history.tell_of_many(list(page.object_list))}
    return render(request, "claims/changes.html", context)


@for_readers
def corrections(request: HttpRequest) -> HttpResponse:
    """Verdicts that took an earlier one back, with what was wrong."""
    page = page_of(request, corrected.corrections())
    context = {"page": page, "corrections": [corrected.tell(row) for row in page.object_list]}
    return render(request, "claims/corrections.html", context)
