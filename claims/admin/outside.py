"""The admin of what other organisations found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from articles.admin.base import Typed
from articles.models import Source
from articles.periods import in_words
from claims.actions import outside as actions
from claims.admin.finding import MOST, claims_by
from claims.admin.recorded import RecordedAdmin, StandingFilter, voiding
from claims.models import OutsideVerdict

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@admin.register(OutsideVerdict)
class OutsideVerdictAdmin(RecordedAdmin[OutsideVerdict]):
    """A review by somebody else: theirs, dated, and never counted as ours."""

    added = (
        *("claim", "organisation", "label", "finding", "url", "title", "dated"),
        *("rating", "rating_best", "rating_worst", "note"),
    )
    shown = (
        *("claim", "organisation", "label", "finding", "url", "title", "dated_on"),
        *("rating", "rating_best", "rating_worst", "note"),
    )
    autocomplete_fields = ["claim", "organisation"]
    list_display = ["label", "organisation", "finding", "claim", "dated_on", "stands"]
    list_filter = [StandingFilter, "finding"]
    list_select_related = ["organisation", "claim"]
    search_fields = ["claim__text", "organisation__name"]
    search_help_text = _("Words of the claim, the organisation’s name, or CL-17.")
    ordering = ["-pk"]
    steps = (
        voiding(
            "claims.change_outsideverdict",
            lambda by, row, reason: actions.void_outside_verdict(by=by, verdict=row, reason=reason),
        ),
    )

    def found(self, rows: QuerySet[OutsideVerdict], text: str) -> QuerySet[OutsideVerdict]:
        named = Source.objects.filter(name__trigram_word_similar=text).order_by().values("pk")
        return rows.filter(Q(claim__in=claims_by(text)) | Q(organisation__in=named[:MOST]))

    def chain_of(self, row: OutsideVerdict) -> str:
        return f"claim/{row.claim_id}"

    @admin.display(description=_("published by them"), ordering="dated")
    def dated_on(self, row: OutsideVerdict) -> str:
        return in_words(row.dated) if row.dated else ""

    def run_add(self, *, by: User, typed: Typed) -> OutsideVerdict:
        return actions.record_outside_verdict(by=by, **typed.values)
