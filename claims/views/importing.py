"""The import in the browser: choose a file, see what it would do, import it.

Between the two steps the file travels in the page, so that nothing is stored before it is imported;
what comes back is read and checked like any file.
"""

from __future__ import annotations

import base64
import binascii
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from articles.door import DeskRequest, desk, see, sent, sent_files
from claims.exchange import importing, reading
from claims.exchange.columns import COLUMNS
from claims.exchange.importing import Report
from claims.exchange.reading import Table

PERMISSION = "claims.import_claims"
MOST_BYTES = 1024 * 1024
MOST_ROWS = 1_000
SHOWN = 200


class FileForm(forms.Form):
    """A file of claims, chosen."""

    file = forms.FileField(
        label=_("CSV file"),
        help_text=_("In UTF-8, at most 1 MB and 1,000 rows; the command line takes larger ones."),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": "text/csv,.csv,.tsv,.txt"}),
    )

    def clean_file(self) -> bytes:
        """The bytes of the file, which is a table."""
        upload: UploadedFile[bytes] = self.cleaned_data["file"]
        if (upload.size or 0) > MOST_BYTES:
            raise ValidationError(gettext("The file is larger than 1 MB."), code="large")
        raw: bytes = upload.read()
        self.table = _table(raw)
        return raw


class CheckedForm(forms.Form):
    """The same file, as the page has carried it."""

    checked = forms.CharField(widget=forms.HiddenInput)

    def clean_checked(self) -> bytes:
        """The bytes of the file, which is a table."""
        try:
            raw = base64.b64decode(self.cleaned_data["checked"], validate=True)
        except (binascii.Error, ValueError):
            raise ValidationError(gettext("The file was damaged. Choose it again.")) from None
        self.table = _table(raw)
        return raw


@desk(PERMISSION)
def import_claims(request: DeskRequest) -> HttpResponse:
    """Choose a file; once it is chosen, tell what importing it would do, row by row."""
    form = FileForm(sent(request), sent_files(request))
    if not form.is_valid():
        return _choose(request, form)
    report = importing.check(form.table, by=request.user)
    carried = base64.b64encode(form.cleaned_data["file"]).decode("ascii")
    checked = CheckedForm(initial={"checked": carried}, auto_id=False)
    return render(request, "desk/import_preview.html", {"form": checked, **_told(report)})


@desk(PERMISSION, "POST")
def import_checked(request: DeskRequest) -> HttpResponse:
    """Import the rows that are right."""
    form = CheckedForm(request.POST)
    if not form.is_valid():
        return _choose(request, form)
    report = importing.run(form.table, by=request.user)
    told = gettext("Imported: %(new)d new, %(unchanged)d unchanged, %(rejected)d rejected.")
    messages.success(
        request,
        told
        % {
            "new": report.new,
            "unchanged": report.unchanged,
            "rejected": len(report.rejected),
        },
    )
    return see("claims:import")


@desk(PERMISSION, "POST")
def import_rejects(request: DeskRequest) -> HttpResponse:
    """Give the rejected rows back as a file, to be repaired and imported alone."""
    form = CheckedForm(request.POST)
    if not form.is_valid():
        return _choose(request, form)
    report = importing.check(form.table, by=request.user)
    return _csv("rejected-rows.csv", reading.write_rejected(form.table, report.rejects()))


@desk(PERMISSION, "GET", "HEAD")
def import_template(request: DeskRequest) -> HttpResponse:
    """Give a file with the headings of all columns."""
    return _csv("claims.csv", reading.template())


def _table(raw: bytes) -> Table:
    try:
        table = reading.read(raw)
    except reading.Unreadable as refusal:
        raise ValidationError(str(refusal), code="unreadable") from None
    if len(table.rows) > MOST_ROWS:
        raise ValidationError(
            gettext("The file has %(rows)d rows, more than 1,000. Divide it.")
            % {"rows": len(table.rows)},
            code="rows",
        )
    return table


def _choose(request: DeskRequest, form: forms.Form) -> HttpResponse:
    """The page to choose a file on; with 422 where it tells what is wrong with one."""
    if isinstance(form, CheckedForm):
        faults = form.errors["checked"]
        form = FileForm({}, MultiValueDict())
        form.errors["file"] = faults
    context = {"form": form, "columns": COLUMNS}
    return render(request, "desk/import.html", context, status=422 if form.is_bound else None)


def _told(report: Report) -> dict[str, Any]:
    taken = [outcome for outcome in report.outcomes if not outcome.problems]
    return {
        "report": report,
        "rejected": report.rejected[:SHOWN],
        "more_rejected": max(0, len(report.rejected) - SHOWN),
        "resembling": report.resembling[:SHOWN],
        "taken": taken[:SHOWN],
        "more_taken": max(0, len(taken) - SHOWN),
    }


def _csv(name: str, raw: bytes) -> HttpResponse:
    response = HttpResponse(raw, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
