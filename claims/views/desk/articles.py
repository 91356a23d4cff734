"""An article at the desk: choose a passage, log what it says."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404

from articles.door import DeskRequest, desk, notice, page, see
from articles.forms import known_sources
from articles.models import Article
from claims.desk import words
from claims.desk.text import DeskText, number, open_text, sentence_after
from claims.forms.evidence import LogForm
from claims.models import Evidence, Question
from claims.views.desk.panels import wants_panel


@desk("claims.view_claim", "GET", "HEAD")
def desk_article(request: DeskRequest, pk: int) -> HttpResponse:
    """The text by its sentences; the chosen ones stand beside the form that logs them."""
    article = get_object_or_404(Article.objects.select_related("publisher"), pk=pk)
    text = open_text(article, request.GET, request.user)
    form = None if text.spot is None else LogForm(spot=text.spot)
    evidence = Evidence.objects.visible_to(request.user).select_related("claim", "source")
    saved = number(request.GET.get("saved"))
    logged = None if saved is None else evidence.filter(pk=saved).first()
    return _article_page(request, text, form, logged)


@desk("claims.add_evidence")
def log_claim(request: DeskRequest, pk: int) -> HttpResponse:
    """Log what the chosen passage says, all of it or nothing."""
    article = get_object_or_404(Article.objects.select_related("publisher"), pk=pk)
    if request.method != "POST":
        return see("claims:desk_article", pk, query=request.GET.urlencode())
    text = open_text(article, request.POST, request.user)
    if text.spot is None:
        return _article_page(request, text, None, status=422)
    form = LogForm(request.POST, spot=text.spot, publish="publish" in request.POST)
    if (evidence := form.submit(by=request.user)) is None:
        return _article_page(request, text, form)
    notice(request, words.logged(evidence), of=evidence)
    following = sentence_after(text)
    query = f"saved={evidence.pk}" + ("" if following is None else f"&after={following}")
    return see("claims:desk_article", pk, query=query)


def _article_page(
    request: DeskRequest,
    text: DeskText,
    form: LogForm | None,
    logged: Evidence | None = None,
    status: int | None = None,
) -> HttpResponse:
    return page(
        request,
        "desk/_log_panel.html" if wants_panel(request) else "desk/article.html",
        form,
        status=status,
        text=text,
        logged=logged,
        alone=wants_panel(request),
        next=number(request.GET.get("after")) if logged else None,
        sources=known_sources() if form else [],
        publishers=known_sources("organisation") if form else [],
        questions=Question.objects.values_list("text", flat=True)[:200] if form else [],
    )
