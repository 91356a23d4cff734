"""An article at the desk: choose a passage, log what it says, or say that it holds no claim."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from articles.door import DeskRequest, desk, notice, notice_back, page, see, typed
from articles.forms import known_sources
from articles.models import Article
from claims.actions import coverage
from claims.desk import words
from claims.desk.text import DeskText, number, open_text, sentence_after
from claims.forms.logging import LogForm
from claims.models import Claim, Evidence, Question
from claims.views.desk.panels import wants_panel


@desk("claims.view_claim", "GET", "HEAD")
def desk_article(request: DeskRequest, pk: int) -> HttpResponse:
    """The text by its sentences; the chosen ones stand beside the form that logs them.

    ``as=evidence`` asks for evidence on a claim that is here, the one of ``claim`` if it is given;
    ``words=quoted`` for what stands between quotation marks only.
    """
    text = open_text(_article(pk), request.GET, request.user)
    form = None
    if text.spot is not None:
        form = LogForm(
            _kept(request, pk),
            user=request.user,
            spot=text.spot,
            as_evidence=request.GET.get("as") == "evidence",
            claim=_claim(request),
            quoted=request.GET.get("words") == "quoted",
        )
    evidence = Evidence.objects.visible_to(request.user).select_related("claim", "source")
    saved = number(request.GET.get("saved"))
    logged = None if saved is None else evidence.filter(pk=saved).first()
    return _article_page(request, text, form, logged)


@desk("claims.add_evidence")
def log_claim(request: DeskRequest, pk: int) -> HttpResponse:
    """Log what the chosen passage says, all of it or nothing."""
    article = _article(pk)
    if request.method != "POST":
        return see("claims:desk_article", pk, query=request.GET.urlencode())
    text = open_text(article, request.POST, request.user)
    if text.spot is None:
        return _article_page(request, text, None, status=422)
    form = LogForm(
        request.POST,
        user=request.user,
        spot=text.spot,
        publish="publish" in request.POST,
        as_evidence=request.POST.get("as") == "evidence",
    )
    if (evidence := form.submit(by=request.user)) is None:
        return _article_page(request, text, form)
    notice(request, words.logged(evidence), of=evidence)
    following = sentence_after(text)
    query = f"saved={evidence.pk}" + ("" if following is None else f"&after={following}")
    return see("claims:desk_article", pk, query=query)


@desk("claims.add_claim", "POST")
def pass_over(request: DeskRequest, pk: int) -> HttpResponse:
    """Say that the chosen sentences hold no claim; ``again``: that they are to be read again."""
    article = _article(pk)
    text = open_text(article, request.POST, request.user)
    if text.spot is None:
        return _article_page(request, text, None, status=422)
    sentences = [s for paragraph in text.paragraphs for s in paragraph if s.chosen]
    chosen = [sentence.text for sentence in sentences if not sentence.marks]
    if not chosen:
        messages.info(request, words.holds_a_claim(len(sentences)))
        return see("claims:desk_article", pk, query=f"after={text.first}")
    if "again" in request.POST:
        coverage.take_up(by=request.user, article=article, sentences=chosen)
        notice_back(request, _("To be read again."), to=request.path, **_place(text))
        return see("claims:desk_article", pk, query=f"after={text.first}")
    coverage.pass_over(by=request.user, article=article, sentences=chosen)
    told = words.passed_over(len(chosen))
    notice_back(request, told, to=request.path, **_place(text), again=1)
    following = sentence_after(text)
    after = text.last if following is None else following
    query = urlencode({"after": after, "passed": f"{text.spot.start}-{text.spot.end}"})
    return see("claims:desk_article", pk, query=query)


def _place(text: DeskText) -> dict[str, int]:
    """What the form of a passage sends to say which it is."""
    assert text.snapshot is not None
    assert text.spot is not None
    return {"snapshot": text.snapshot.pk, "start": text.spot.start, "end": text.spot.end}


def _article(pk: int) -> Article:
    return get_object_or_404(Article.objects.select_related("publisher"), pk=pk)


def _kept(request: DeskRequest, pk: int) -> QueryDict | None:
    """The draft of the passage; none where evidence on this claim or these words are asked for."""
    if {"claim", "words"} & request.GET.keys():
        return None
    return typed(request, reverse("claims:log_claim", args=[pk]))


def _claim(request: DeskRequest) -> Claim | None:
    """The claim that evidence is asked for."""
    asked = number(request.GET.get("claim"))
    claims = Claim.objects.visible_to(request.user).at_work().survivors()
    return None if asked is None else claims.filter(pk=asked).first()


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
        next=number(request.GET.get("after")),
        passed=request.GET.get("passed", "").partition("-")[::2],
        sources=known_sources() if form else [],
        publishers=known_sources("organisation") if form else [],
        questions=Question.objects.values_list("text", flat=True)[:200] if form else [],
    )
