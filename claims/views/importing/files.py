"""The first step of an import: its files, the imports before it, and templates to fill in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from articles.door import DeskRequest, desk, page, see, sent, sent_files
from articles.forms import ActionForm
from claims.exchange import running, staging
from claims.exchange.blanks import blank_csv
from claims.exchange.columns import COLUMNS, Group
from claims.models import ImportBatch
from claims.views.importing.steps import FILE, PERMISSION, steps

SHOWN = 20
TEMPLATES: dict[str, tuple[Group, ...]] = {
    "claims": (Group.CLAIM, Group.SOURCE, Group.EVIDENCE, Group.ARTICLE, Group.PASSAGE),
    "verdicts": (Group.CLAIM, Group.OUTSIDE),
}


class FilesInput(forms.ClearableFileInput):
    """A control that takes several files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files; nobody looks into them yet, so that an empty one is told like any other."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[bytes]]:
        """The files, at least one."""
        given = data if isinstance(data, list | tuple) else [data]
        return [super(FilesField, self).clean(each, initial) for each in given or [None]]


class FilesForm(ActionForm[ImportBatch]):
    """The files of an import, chosen."""

    file = FilesField(
        label=_("Files"),
        help_text=_(
            "CSV, TSV, XLSX, JSON Lines, ClaimReview as JSON-LD or as a web page, or a ZIP of such "
            "files. Several files make one import; 2 GB together at most. They can be dropped here."
        ),
        error_messages={"required": _("Choose a file first.")},
        allow_empty_file=True,
        max_length=None,
        widget=FilesInput(
            attrs={"accept": ".csv,.tsv,.txt,.xlsx,.json,.jsonl,.ndjson,.jsonld,.html,.htm,.zip"}
        ),
    )

    def act(self, *, by: User) -> ImportBatch:
        """Keep the files as they come in, a piece at a time, and have them read."""
        files: list[UploadedFile[bytes]] = self.cleaned_data["file"]
        batch = staging.open_batch(by=by, name=_named(files))
        for file in files:
            staging.add_file(by=by, batch=batch, name=file.name or "", content=file.chunks())
        return running.start(by=by, batch=batch)


def _named(files: list[UploadedFile[bytes]]) -> str:
    first = files[0].name or ""
    if len(files) == 1:
        return first
    return gettext("%(name)s and %(more)d more") % {"name": first, "more": len(files) - 1}


@desk(PERMISSION)
def import_claims(request: DeskRequest) -> HttpResponse:
    """Choose files; they are read in the background, and nothing is written yet."""
    form = FilesForm(sent(request), sent_files(request))
    if (batch := form.submit(by=request.user)) is not None:
        return see("claims:import_batch", batch.pk)
    imports = Paginator(ImportBatch.objects.select_related("by"), SHOWN)
    return page(
        request,
        "desk/import/files.html",
        form,
        imports=imports.get_page(request.GET.get("page")),
        columns=COLUMNS,
        steps=steps(None, FILE),
    )


@desk(PERMISSION, "GET", "HEAD")
def import_template(request: DeskRequest) -> HttpResponse:
    """Give a file with the headings of all columns, or of those for one purpose."""
    groups = TEMPLATES.get(request.GET.get("for", ""), tuple(Group))
    raw = blank_csv([column.name for column in COLUMNS if column.group in groups])
    response = HttpResponse(raw, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="claims.csv"'
    return response
