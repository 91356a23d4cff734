"""What changed on the site, and what we got wrong."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Page
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from articles import moment
from articles.moments import at_any_moment
from articles.pages import for_readers, page_of
from claims.reading import history, takings_back
from claims.reading.corrected import (
    THEIRS,
    Asked,
    Corrected,
    Months,
    last_month,
    recent,
    sections_of,
)
from claims.reading.corrected import changes as changes_of


@for_readers
@at_any_moment()
def changes(request: HttpRequest) -> HttpResponse:
    """The key changes of all published claims, newest first; corrected ratings on top.

    ``?month=last`` leads to the month before this one.
    """
    asked = Asked.of(request)
    if asked.month == "last":
        return _last_month(request, asked)
    narrowed = Corrected(request.user, asked)
    page = page_of(request, narrowed.narrow(changes_of()))
    context = {
        "asked": asked,
        "narrowed": narrowed,
        "months": Months(asked.first) if asked.first else None,
        "page": page,
        "changes": history.tell_of_many(list(page.object_list)),
        "corrections": [] if asked.query or page.number > 1 else recent(moment.now()),
    }
    return render(request, "claims/changes.html", context)


@for_readers
@at_any_moment()
def corrections(request: HttpRequest) -> HttpResponse:
    """Verdicts that took an earlier one back, with what was wrong; apart, what sources took back.

    ``?month=last`` leads to the month before this one.
    """
    asked = Asked.of(request)
    if asked.month == "last":
        return _last_month(request, asked)
    corrected = Corrected(request.user, asked)
    theirs = asked.whose == THEIRS
    page: Page[Any] = page_of(request, corrected.theirs if theirs else corrected.ours)
    context = {
        "corrected": corrected,
        "asked": asked,
        "months": corrected.months,
        "is_theirs": theirs,
        "page": page,
        "count": page.paginator.count,
        "other_count": (corrected.ours if theirs else corrected.theirs).count(),
        "other_query": asked.with_("whose", "" if theirs else THEIRS).query,
        "sections": [] if theirs else sections_of(page.object_list),
        "takings_back": takings_back.tell(page.object_list) if theirs else [],
    }
    return render(request, "claims/corrections.html", context)


def _last_month(request: HttpRequest, asked: Asked) -> HttpResponse:
    query = asked.with_("month", last_month(moment.today())).query
    return redirect(f"{request.path}?{query}")
