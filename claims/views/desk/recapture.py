"""An article captured again, and the quotations that this lost or reworded, to be repaired."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from articles.door import DeskRequest, desk, notice, page, see, sent, sent_files, typed
from articles.models import Article
from claims.desk import words
from claims.desk.repair import Repair, quotations_of, repair_of
from claims.forms.captures import AcceptForm, CaptureForm, GiveUpForm, RepairForm
from claims.models import Appearance
from claims.views.desk.panels import wants_panel
from claims.views.desk.voiding import take_back


@desk("articles.add_snapshot")
def article_capture(request: DeskRequest, pk: int) -> HttpResponse:
    """Capture an article again, or for the first time."""
    article = get_object_or_404(Article.objects.select_related("publisher"), pk=pk)
    form = CaptureForm(typed(request), sent_files(request), article=article)
    if (done := form.submit(by=request.user)) is not None:
        messages.success(request, words.captured(done))
        return see("claims:desk_article", pk)
    captures = article.snapshots.count()
    return page(request, "desk/article_capture.html", form, article=article, captures=captures)


@desk("claims.view_claim", "GET", "HEAD")
def article_quotations(request: DeskRequest, pk: int) -> HttpResponse:
    """What was quoted from an article and is not in its newest text, or with other words."""
    article = get_object_or_404(Article, pk=pk)
    rows = quotations_of(article, request.user)
    return page(request, "desk/article_quotations.html", article=article, rows=rows)


@desk("claims.add_appearance")
def repair_passage(request: DeskRequest, pk: int) -> HttpResponse:
    """What was quoted beside the newest text, whose sentences can be chosen for it."""
    row = _passage(request, pk)
    repair = repair_of(row, request.POST or request.GET, request.user)
    if repair is None:
        raise Http404
    form = None
    if repair.text.spot is not None:
        form = RepairForm(typed(request), old=row, spot=repair.text.spot)
    if form is not None and (added := form.submit(by=request.user)) is not None:
        notice(request, _("The quotation has its place in the newest text again."), of=added)
        return see("claims:article_quotations", row.article_id)
    return _repair_page(request, row, repair, form)


@desk("claims.change_appearance")
def give_up_passage(request: DeskRequest, pk: int) -> HttpResponse:
    """Say that a quotation is gone from its article."""
    row = _passage(request, pk)
    form = GiveUpForm(typed(request), row=row)
    asks = {
        "title": _("This quotation is gone"),
        "means": _(
            "The evidence stands, without this place: that is struck through, with your reason."
        ),
        "button": _("It is gone"),
        "done": _("Quotation struck through."),
    }
    evidence = row.evidence
    return take_back(request, form, evidence.claim, asks, evidence=evidence, appearance=row)


@desk("claims.change_appearance", "POST")
def accept_passage(request: DeskRequest, pk: int) -> HttpResponse:
    """Say that a quotation with other words still says what was logged."""
    row = _passage(request, pk)
    form = AcceptForm(sent(request), row=row)
    if form.submit(by=request.user) is None:
        raise Http404
    messages.success(request, _("Noted: it still says the same."))
    return see("claims:article_quotations", row.article_id)


def _passage(request: DeskRequest, pk: int) -> Appearance:
    rows = Appearance.objects.visible_to(request.user).newest()
    rows = rows.filter(snapshot__isnull=False, redaction_reason="")
    known = ("article__publisher", "snapshot", "via__snapshot", "via__article")
    rows = rows.select_related("evidence__claim", "evidence__source", *known)
    return get_object_or_404(rows, pk=pk)


def _repair_page(
    request: DeskRequest, row: Appearance, repair: Repair, form: RepairForm | None
) -> HttpResponse:
    lost = request.method == "POST" and form is None
    alone = wants_panel(request)
    return page(
        request,
        "desk/_repair_panel.html" if alone else "desk/repair.html",
        form,
        status=422 if lost else None,
        alone=alone,
        row=row,
        repair=repair,
        text=repair.text,
        lost=lost,
        here=request.path,
    )
