"""The admin of roles. It lives upstairs, because one voice changes how claims stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from articles.admin.base import ActionAdmin, Typed
from articles.models import Affiliation, Source
from articles.periods import in_words
from claims.actions.roles import affiliate, edit_affiliation

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@admin.register(Affiliation)
class AffiliationAdmin(ActionAdmin[Affiliation]):
    """The role a source had, when, and whether it spoke for the organisation."""

    fields = ["source", "organisation", "role", "during", "one_voice"]
    autocomplete_fields = ["source", "organisation"]
    list_display = ["source", "role", "organisation", "dates", "one_voice"]
    list_filter = ["one_voice"]
    list_select_related = ["source", "organisation"]
    search_fields = ["source__name", "organisation__name"]
    search_help_text = _("The name of the source or of the organisation.")
    delete_note = _("A role stays: if it ended, give it its last day.")

    def get_readonly_fields(
        self, request: HttpRequest, obj: Affiliation | None = None
    ) -> list[Any]:
        return [] if obj is None else ["source", "organisation"]

    def found(self, rows: QuerySet[Affiliation], text: str) -> QuerySet[Affiliation]:
        found = Source.objects.filter(name__trigram_word_similar=text).values("pk")
        return rows.filter(Q(source__in=found) | Q(organisation__in=found))

    @admin.display(description=_("dates"), ordering="during")
    def dates(self, row: Affiliation) -> str:
        return in_words(row.during)

    def run_add(self, *, by: User, typed: Typed) -> Affiliation:
        return affiliate(by=by, **typed.values)

    def run_change(self, *, by: User, row: Affiliation, typed: Typed) -> Affiliation:
        return edit_affiliation(by=by, affiliation=row, **typed.values)

    def chain_of(self, row: Affiliation) -> str:
        return f"affiliation/{row.pk}"
