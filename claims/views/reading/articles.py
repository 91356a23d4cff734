"""The page of an article with its claims marked, and the page of a source."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from articles.models import Article, Source
from articles.moments import at_any_moment
from articles.pages import for_readers, found, page_of
from claims.reading.annotated import reading_of
from claims.reading.browse import Filter
from claims.reading.profile import profile_of, said_by, sayings_of
from claims.views.reading.absent import absent_article, absent_source
from claims.views.reading.editing import article_links, source_links


@for_readers
@at_any_moment(absent=absent_article)
def article(request: HttpRequest, slug: str) -> HttpResponse:
    """The text with the claims in it."""
    rows = Article.objects.visible_to(request.user).select_related("publisher")
    reading = reading_of(found(rows, slug=slug), request.user)
    context = {
        "reading": reading,
        "article": reading.article,
        "query": Filter(article=reading.article.slug).query,
        "editor_links": article_links(request.user, reading.article),
    }
    return render(request, "claims/article.html", context)


@for_readers
@at_any_moment(absent=absent_source)
def source(request: HttpRequest, slug: str) -> HttpResponse:
    """Who it is, what it said, how its predictions came out."""
    about = found(Source.objects.visible_to(request.user), slug=slug)
    page = page_of(request, said_by(about, request.user))
    profile = profile_of(about, request.user)
    context = {
        "source": about,
        "query": Filter(source=about.slug).query,
        "profile": profile,
        "page": page,
        "sayings": sayings_of(page.object_list, profile.roles),
        "editor_links": source_links(request.user, about),
    }
    return render(request, "claims/source.html", context)
