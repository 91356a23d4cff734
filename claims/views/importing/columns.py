"""The second step of an import: which heading is which column, and how its cells are meant."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles.door import DeskRequest, desk, see, sent
from articles.refusals import CHANGED_SINCE
from claims.exchange import answering, running
from claims.exchange.answering import Reading
from claims.exchange.files.text import ENCODINGS
from claims.models import ImportBatch, ImportFile, ImportSheet
from claims.refusals import Refusal
from claims.views.importing.encodings import encodings_of
from claims.views.importing.forms import SheetForm, version_in
from claims.views.importing.steps import COLUMNS, PERMISSION, batch_of, editable, steps

SHEETS = 10
"""Sheets on one page."""


@desk(PERMISSION)
def import_columns(request: DeskRequest, pk: int) -> HttpResponse:
    """Say for each heading which column it is; what that says of the records is checked then."""
    batch = batch_of(pk)
    if not editable(batch):
        return see("claims:import_batch", pk)
    sheets = Paginator(batch.sheets.select_related("file"), SHEETS).get_page(
        request.GET.get("page")
    )
    forms = [SheetForm(sent(request), sheet=sheet) for sheet in sheets]
    if request.method != "POST" or any(form.errors for form in forms):
        return _page(request, batch, sheets, forms)
    suggested = "suggestions" in request.POST
    readings = {
        form.sheet.pk: Reading(form.mapping, form.answers(suggested=suggested)) for form in forms
    }
    try:
        batch = answering.read_as(
            by=request.user, batch=batch, version=version_in(request.POST), readings=readings
        )
        asked = suggested or _asks_more(forms)
        if "check" in request.POST and not asked:
            running.check(by=request.user, batch=batch)
    except Refusal as refusal:
        return _refused(request, batch, sheets, forms, refusal)
    if asked or "check" not in request.POST:
        told = _("Kept. Please look at what is new here, then have the rows checked.")
        messages.info(request, told if asked and not suggested else _("Kept."))
        query = f"page={sheets.number}" if sheets.number > 1 else ""
        return see("claims:import_columns", pk, query=query, anchor="labels" if suggested else "")
    return see("claims:import_batch", pk)


@desk(PERMISSION, "POST")
def import_encoding(request: DeskRequest, pk: int) -> HttpResponse:
    """Read a file anew in another encoding, and so all of the import."""
    batch = batch_of(pk)
    number = request.POST.get("file", "")
    known = number.isascii() and number.isdigit() and len(number) < 18
    file = get_object_or_404(ImportFile, batch=batch, pk=int(number) if known else 0)
    encoding = request.POST.get("encoding", "")
    if encoding not in ENCODINGS:
        messages.warning(request, _("Choose an encoding."))
        return see("claims:import_batch", pk)
    try:
        running.choose_encoding(by=request.user, file=file, encoding=encoding)
    except Refusal as refusal:
        messages.warning(request, " ".join(refusal.messages))
    return see("claims:import_batch", pk)


def _asks_more(forms: list[SheetForm]) -> bool:
    """Whether the choice of columns leads to labels about which nobody was asked yet."""
    found = False
    for form in forms:
        if "label" in form.mapping and "label" not in form.sheet.mapping:
            sheet = ImportSheet.objects.get(pk=form.sheet.pk)
            found = found or bool(SheetForm(None, sheet=sheet).labels)
    return found


def _refused(
    request: DeskRequest,
    batch: ImportBatch,
    sheets: Page[ImportSheet],
    forms: list[SheetForm],
    refusal: Refusal,
) -> HttpResponse:
    """The page again with all that was chosen; to be sent on top of what is here now."""
    batch.refresh_from_db()
    if not editable(batch):
        messages.warning(request, " ".join(refusal.messages))
        return see("claims:import_batch", batch.pk)
    status = 409 if refusal.rule == CHANGED_SINCE else 422
    return _page(request, batch, sheets, forms, told=" ".join(refusal.messages), status=status)


def _page(
    request: DeskRequest,
    batch: ImportBatch,
    sheets: Page[ImportSheet],
    forms: list[SheetForm],
    *,
    told: str = "",
    status: int | None = None,
) -> HttpResponse:
    wrong = [error for form in forms for error in _errors(form)]
    choices = {choice.file.pk: choice for choice in encodings_of(batch)}
    context: Mapping[str, Any] = {
        "batch": batch,
        "steps": steps(batch, COLUMNS),
        "page": sheets,
        "sections": [(form, choices.get(form.sheet.file_id)) for form in forms],
        "several": sheets.paginator.count > 1,
        "wrong": wrong,
        "told": told,
        "check": ngettext("Check %(rows)s row", "Check %(rows)s rows", batch.rows_total)
        % {"rows": number_format(batch.rows_total, force_grouping=True)},
    }
    return render(
        request, "desk/import/columns.html", context, status=status or (422 if wrong else None)
    )


def _errors(form: SheetForm) -> list[tuple[str, str, str]]:
    """What is wrong with a sheet's form: the control's id, its name, and why."""
    if not form.is_bound:
        return []
    return [
        (form[name].id_for_label or form[name].auto_id, str(form[name].label), str(error))
        for name, errors in form.errors.items()
        if name in form.fields
        for error in errors
    ]
