"""The page of an import itself: how far it is, what came of it, and what can be done about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _

from articles.door import DeskRequest, desk, see
from claims.choices import AT_WORK, ImportState, RowState
from claims.exchange import chunks, running, telling
from claims.exchange.remaining import remaining
from claims.exchange.running import BROKEN_OFF
from claims.models import Claim, ImportBatch, ImportRow
from claims.refusals import Refusal
from claims.views.importing.encodings import encodings_of
from claims.views.importing.steps import PERMISSION, added, batch_of, onward, step_of, steps

SHOWN = 50
"""New claims on one page."""


@dataclass(frozen=True, slots=True)
class Added:
    """One page of the records that added a claim, and these claims."""

    page: Page[ImportRow]
    claims: list[Claim]


@desk(PERMISSION, "GET", "HEAD")
def import_batch(request: DeskRequest, pk: int) -> HttpResponse:
    """How far the import is and what came of it; lead on to where it waits for somebody.

    All of a page tells of one moment: of one in between, nothing would lead on.

    While somebody is at work on it the page asks for itself again, by htmx with ``?seen=`` the
    state that it shows, and as long as that is still so it gets the part that changes.
    """
    batch = batch_of(pk)
    if request.htmx and "seen" in request.GET:  # type: ignore[attr-defined]
        if request.GET["seen"] == batch.state:
            return render(request, "desk/import/_progress.html", _progress(batch))
        return HttpResponse(headers={"HX-Refresh": "true"})
    if to := onward(batch):
        return HttpResponseRedirect(to)
    return render(request, "desk/import/batch.html", _told(request, batch))


@desk(PERMISSION, "POST")
def import_cancel(request: DeskRequest, pk: int) -> HttpResponse:
    """Stop after the records at hand."""
    return _step(request, pk, running.cancel, _("It stops after the records at hand."))


@desk(PERMISSION, "POST")
def import_resume(request: DeskRequest, pk: int) -> HttpResponse:
    """Go on where it stopped."""
    return _step(request, pk, running.resume, _("It goes on."))


@desk(PERMISSION, "POST")
def import_discard(request: DeskRequest, pk: int) -> HttpResponse:
    """Forget an import of which nothing was imported."""
    batch = batch_of(pk)
    try:
        running.discard(by=request.user, batch=batch)
    except Refusal as refusal:
        messages.warning(request, " ".join(refusal.messages))
        return see("claims:import_batch", pk)
    messages.success(request, _("“%(name)s” was dropped.") % {"name": batch.name})
    return see("claims:import")


@desk(PERMISSION)
def import_undo(request: DeskRequest, pk: int) -> HttpResponse:
    """Say what undoing takes back, or why it can't be undone; then take it back."""
    batch = batch_of(pk)
    status = None
    if request.method == "POST":
        try:
            running.undo(by=request.user, batch=batch)
        except Refusal as refusal:
            messages.warning(request, " ".join(refusal.messages))
            status = 409
        else:
            return see("claims:import_batch", pk)
    if not undoable(batch):
        return see("claims:import_batch", pk) if status is None else _refused(request, batch)
    told = {
        "batch": batch,
        "steps": steps(batch, step_of(batch)),
        "added": added(batch),
        "hindrances": chunks.hindrances(batch),
        "stays": remaining(batch),
    }
    return render(request, "desk/import/undo.html", told, status=status)


def undoable(batch: ImportBatch) -> bool:
    """Whether something was imported that can be taken back now."""
    return batch.started_at is not None and batch.state in (ImportState.DONE, *BROKEN_OFF)


def _refused(request: DeskRequest, batch: ImportBatch) -> HttpResponse:
    batch.refresh_from_db()
    return render(request, "desk/import/batch.html", _told(request, batch), status=409)


def _step(
    request: DeskRequest, pk: int, act: Callable[..., ImportBatch], told: str
) -> HttpResponse:
    try:
        act(by=request.user, batch=batch_of(pk))
    except Refusal as refusal:
        messages.warning(request, " ".join(refusal.messages))
    else:
        messages.success(request, told)
    return see("claims:import_batch", pk)


def _progress(batch: ImportBatch) -> dict[str, Any]:
    """How far the walk is; where records are taken back, of those that were imported."""
    total = batch.rows_total
    if batch.state == ImportState.UNDOING:
        total = batch.counts.get("new", 0)
    share = batch.rows_done * 100 // total if total else 0
    return {
        "batch": batch,
        "pace": telling.pace(batch),
        "total": total,
        "tenths": min(share, 100) // 10 * 10,
    }


def _told(request: DeskRequest, batch: ImportBatch) -> dict[str, Any]:
    written = batch.state in (ImportState.DONE, *BROKEN_OFF) and batch.started_at is not None
    return {
        **_progress(batch),
        "at_work": batch.state in AT_WORK,
        "begun": batch.started_at is not None,
        "steps": steps(batch, step_of(batch)),
        "added": added(batch),
        "undoable": undoable(batch),
        "stays": remaining(batch) if batch.state == ImportState.UNDONE else [],
        "new": _claims(request, batch) if written else None,
        "encodings": encodings_of(batch) if batch.state == ImportState.UNREADABLE else [],
    }


def _claims(request: DeskRequest, batch: ImportBatch) -> Added:
    """The claims that it added, as they were in the file."""
    rows = ImportRow.objects.filter(
        batch=batch, state=RowState.WRITTEN, added__contains=["claim"]
    ).order_by("number")
    page = Paginator(rows, SHOWN).get_page(request.GET.get("page"))
    ids = [pk for row in page for pk in row.wrote.get("claim", [])]
    held = Claim.objects.visible_to(request.user).in_bulk(ids)
    return Added(page, [held[pk] for pk in ids if pk in held])
