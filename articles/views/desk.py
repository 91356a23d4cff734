"""The desk's forms for articles and sources."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from articles.door import DeskRequest, desk, notice, page, see, sent_files, typed
from articles.forms import ArticleEditForm, ArticleForm, SourceForm, known_sources
from articles.models import Article, Source


@desk("articles.add_article")
def article_new(request: DeskRequest) -> HttpResponse:
    """Take in an article, with its text or by reference."""
    form = ArticleForm(typed(request), sent_files(request))
    if (article := form.submit(by=request.user)) is not None:
        messages.success(request, _("Article added: %(title)s.") % {"title": article.title})
        return see("claims:desk_article", article.pk)
    return page(request, "desk/article_new.html", form, publishers=known_sources("organisation"))


@desk("articles.change_article")
def article_edit(request: DeskRequest, pk: int) -> HttpResponse:
    """Change what we know of an article."""
    article = get_object_or_404(Article.objects.select_related("publisher"), pk=pk)
    form = ArticleEditForm(typed(request), sent_files(request), article=article)
    if form.submit(by=request.user) is not None:
        notice(request, _("Article saved."), of=article)
        return see("claims:desk_article", pk)
    publishers = known_sources("organisation")
    return page(request, "desk/article_edit.html", form, article=article, publishers=publishers)


@desk("articles.add_source")
def source_new(request: DeskRequest) -> HttpResponse:
    """Add somebody who speaks or publishes."""
    form = SourceForm(typed(request))
    if (source := form.submit(by=request.user)) is not None:
        messages.success(request, _("Source added: %(name)s.") % {"name": source.name})
        return see(source)
    return page(request, "desk/source_form.html", form)


@desk("articles.change_source")
def source_edit(request: DeskRequest, pk: int) -> HttpResponse:
    """Change what we know of a source."""
    source = get_object_or_404(Source, pk=pk)
    form = SourceForm(typed(request), source=source)
    if form.submit(by=request.user) is not None:
        notice(request, _("Source saved."), of=source)
        return see(source)
    return page(request, "desk/source_form.html", form, source=source)
