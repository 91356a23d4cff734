"""The admin of how claims bear on each other, and how evidence hangs on evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from articles.admin.base import Typed
from articles.admin.forms import ActionForm
from claims.actions import merging
from claims.actions.evidence import relate_evidence, void_evidence_link
from claims.admin.finding import claims_by, evidence_by
from claims.admin.recorded import RecordedAdmin, StandingFilter, voiding
from claims.choices import ClaimLinkKind
from claims.models import ClaimLink, EvidenceLink

if TYPE_CHECKING:
    from django.contrib.auth.models import User

FIRST, SECOND = "first", "second"


class ClaimLinkForm(ActionForm):
    """How one claim bears on another; of two that are the same, one is kept."""

    called = {"other": "to_claim"}
    kept = forms.ChoiceField(
        label=_("Kept claim"),
        required=False,
        choices=[("", "—"), (FIRST, _("The claim")), (SECOND, _("The other claim"))],
        help_text=_("Of two that are the same: the address of the other one leads to it."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        same = cleaned.get("kind") == ClaimLinkKind.SAME_AS
        if same and not cleaned.get("kept"):
            self.add_error("kept", _("Say which of the two is kept."))
        if not same and cleaned.get("kept"):
            self.add_error("kept", _("Only of two claims that are the same is one kept."))
        return cleaned


@admin.register(ClaimLink)
class ClaimLinkAdmin(RecordedAdmin[ClaimLink]):
    """Duplicates, contradictions, conditions."""

    form = ClaimLinkForm
    added = ("from_claim", "kind", "to_claim", "kept", "note")
    shown = ("from_claim", "kind", "to_claim", "survivor", "note")
    autocomplete_fields = ["from_claim", "to_claim"]
    list_display = ["from_claim", "relation", "to_claim", "survivor", "stands"]
    list_display_links = ["relation"]
    list_filter = [StandingFilter, "kind"]
    list_select_related = ["from_claim", "to_claim", "survivor"]
    search_fields = ["from_claim__text", "to_claim__text"]
    search_help_text = _("Words of either claim, or its number, such as CL-17.")
    ordering = ["-pk"]
    steps = (
        voiding(
            "claims.change_claimlink",
            lambda by, row, reason: merging.void_claim_link(by=by, link=row, reason=reason),
        ),
    )

    def found(self, rows: QuerySet[ClaimLink], text: str) -> QuerySet[ClaimLink]:
        found = claims_by(text)
        return rows.filter(Q(from_claim__in=found) | Q(to_claim__in=found))

    @admin.display(description=_("relation"), ordering="kind")
    def relation(self, row: ClaimLink) -> str:
        return row.get_kind_display()

    def chain_of(self, row: ClaimLink) -> str:
        return f"claim/{row.survivor_id or row.from_claim_id}"

    def run_add(self, *, by: User, typed: Typed) -> ClaimLink:
        values = typed.values
        first, second = values["from_claim"], values["to_claim"]
        if values["kind"] != ClaimLinkKind.SAME_AS:
            return merging.relate_claims(
                by=by, claim=first, other=second, kind=values["kind"], note=values["note"]
            )
        kept, gone = (first, second) if values["kept"] == FIRST else (second, first)
        return merging.merge_claims(by=by, duplicate=gone, survivor=kept, note=values["note"])


@admin.register(EvidenceLink)
class EvidenceLinkAdmin(RecordedAdmin[EvidenceLink]):
    """Copies, reliance, replies, retractions."""

    added = ("from_evidence", "kind", "to_evidence", "note")
    shown = added
    autocomplete_fields = ["from_evidence", "to_evidence"]
    list_display = ["relation", "from_evidence", "to_evidence", "stands"]
    list_filter = [StandingFilter, "kind"]
    list_select_related = [
        *("from_evidence__source", "from_evidence__claim"),
        *("to_evidence__source", "to_evidence__claim"),
    ]
    search_fields = ["from_evidence__claim__text", "to_evidence__claim__text"]
    search_help_text = _("Words of a claim, a source’s name, CL-17, or E-3.")
    ordering = ["-pk"]
    steps = (
        voiding(
            "claims.change_evidencelink",
            lambda by, row, reason: void_evidence_link(by=by, link=row, reason=reason),
        ),
    )

    def found(self, rows: QuerySet[EvidenceLink], text: str) -> QuerySet[EvidenceLink]:
        found = evidence_by(text)
        return rows.filter(Q(from_evidence__in=found) | Q(to_evidence__in=found))

    @admin.display(description=_("relation"), ordering="kind")
    def relation(self, row: EvidenceLink) -> str:
        return f"E-{row.from_evidence_id} {row.get_kind_display()} E-{row.to_evidence_id}"

    def chain_of(self, row: EvidenceLink) -> str:
        return f"claim/{row.from_evidence.claim_id}"

    def run_add(self, *, by: User, typed: Typed) -> EvidenceLink:
        values = typed.values
        return relate_evidence(
            by=by,
            evidence=values["from_evidence"],
            other=values["to_evidence"],
            kind=values["kind"],
            note=values["note"],
        )
