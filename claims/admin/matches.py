"""The admin of what editors decided about similar claims, to read."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from articles.admin.base import ReadOnlyAdmin
from articles.admin.shown import moment
from claims.admin.finding import claims_by
from claims.models import MatchDecision


@admin.register(MatchDecision)
class MatchDecisionAdmin(ReadOnlyAdmin[MatchDecision]):
    """What was shown as similar while a claim was logged, and what it was found to be."""

    list_display = ["claim", "outcome", "suggested", "score", "method", "decided"]
    list_filter = ["outcome", "method"]
    list_select_related = ["claim", "suggested"]
    search_fields = ["claim__text", "suggested__text"]
    search_help_text = _("Words of a claim, or its number, such as CL-17.")
    ordering = ["-pk"]
    delete_note = _("What was decided stays on the record.")
    decided = moment("decided_at", _("decided"))

    def found(self, rows: QuerySet[MatchDecision], text: str) -> QuerySet[MatchDecision]:
        found = claims_by(text)
        return rows.filter(Q(claim__in=found) | Q(suggested__in=found))

    def chain_of(self, row: MatchDecision) -> str:
        return f"claim/{row.claim_id}"
