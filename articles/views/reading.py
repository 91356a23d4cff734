"""The public lists of articles and sources."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@login_not_required
@require_safe
def article_list(request: HttpRequest) -> HttpResponse:
    """Articles in which a claim appears."""
    return render(request, "articles/article_list.html")


@login_not_required
@require_safe
def source_list(request: HttpRequest) -> HttpResponse:
    """Who speaks and who publishes."""
    return render(request, "articles/source_list.html")
