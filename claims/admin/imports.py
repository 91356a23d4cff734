"""The admin of imports, to look them up: what can be done about one is done in its four steps."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from articles.admin.base import ReadOnlyAdmin
from articles.admin.shown import moment
from articles.policy import may
from claims.exchange.staging import PERMISSION
from claims.models import ImportBatch

SHOWN = 50
"""Characters of a name in the list."""


@admin.register(ImportBatch)
class ImportBatchAdmin(ReadOnlyAdmin[ImportBatch]):
    """Every import with its state, and the way to its page."""

    list_display = ["short_name", "state", "rows_total", "by", "created", "its_page"]
    list_filter = ["state"]
    list_select_related = ["by"]
    search_fields = ["name"]
    search_help_text = _("A part of the name.")
    ordering = ["-pk"]
    fields = ["its_page", "name", "state", "by", "created", "rows_total", "rows_done", "fault"]
    delete_note = _("What an import wrote is on the record. It is undone on its own page.")
    created = moment("created_at", _("created"))

    def found(self, rows: QuerySet[ImportBatch], text: str) -> QuerySet[ImportBatch]:
        return rows.filter(name__icontains=text)

    def has_view_permission(self, request: HttpRequest, obj: ImportBatch | None = None) -> bool:
        """Whoever may import sees all imports; the table has no permissions of its own."""
        return may(request.user, PERMISSION)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may(request.user, PERMISSION)

    def get_readonly_fields(
        self, request: HttpRequest, obj: ImportBatch | None = None
    ) -> list[str]:
        return [str(name) for name in self.fields or ()]

    @admin.display(description=_("name"), ordering="name")
    def short_name(self, batch: ImportBatch) -> str:
        """The beginning of its name: files may be called by 200 letters without a space."""
        return Truncator(batch.name).chars(SHOWN)

    @admin.display(description=_("its page"))
    def its_page(self, batch: ImportBatch) -> str:
        """The link to the page where something can be done about it."""
        address = reverse("claims:import_batch", args=[batch.pk])
        return format_html('<a href="{}">{}</a>', address, _("Open in the desk"))
