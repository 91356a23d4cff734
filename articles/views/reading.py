"""The public lists of articles and sources."""

from __future__ import annotations

from urllib.parse import urlencode

from django.db.models import F
from django.db.models.functions import Lower
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from articles.models import Article, Source
from articles.moments import at_any_moment
from articles.pages import asked, for_readers, page_of


@for_readers
@at_any_moment()
def article_list(request: HttpRequest) -> HttpResponse:
    """Articles in which a claim appears, the newest first."""
    q = asked(request, "q")
    rows = Article.objects.visible_to(request.user).search(q).select_related("publisher")
    rows = rows.with_counts(request.user).with_reading()
    page = page_of(request, rows.order_by(F("published").desc(nulls_last=True), "-pk"))
    context = {"page": page, "q": q, "query": urlencode({"q": q} if q else {})}
    return render(request, "articles/article_list.html", context)


@for_readers
@at_any_moment()
def source_list(request: HttpRequest) -> HttpResponse:
    """Who speaks and who publishes, by name."""
    q = asked(request, "q")
    rows = Source.objects.visible_to(request.user).search(q).with_counts(request.user)
    page = page_of(request, rows.order_by(Lower("name"), "pk"))
    context = {"page": page, "q": q, "query": urlencode({"q": q} if q else {})}
    return render(request, "articles/source_list.html", context)
