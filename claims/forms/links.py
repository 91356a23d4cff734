"""The forms that take something back, relate two rows, or merge two claims."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from articles.forms import ActionForm, storable_text
from claims.actions.evidence import (
    relate_evidence,
    void_appearance,
    void_evidence,
    void_evidence_link,
)
from claims.actions.merging import merge_claims, relate_claims, void_claim_link
from claims.actions.outside import void_outside_verdict
from claims.actions.setting_aside import set_aside
from claims.actions.verdicts import discard_verdict, propose_withdrawal
from claims.choices import ClaimLinkKind, EvidenceLinkKind
from claims.forms.fields import ClaimField
from claims.models import (
    Appearance,
    Claim,
    ClaimLink,
    Evidence,
    EvidenceLink,
    OutsideVerdict,
    Verdict,
)

if TYPE_CHECKING:
    from django.contrib.auth.models import User

R = TypeVar("R", Appearance, Claim, ClaimLink, Evidence, EvidenceLink, OutsideVerdict, Verdict)


class ReasonForm(ActionForm[bool], Generic[R]):
    """The base of the forms that take something back: always with a reason, for the record."""

    reason = storable_text(
        _("Reason"),
        most=500,
        rows=2,
        help_text=_("It stays on the record."),
        missing=_("Say why: the reason stays on the record."),
    )

    def __init__(self, *args: Any, row: R, **given: Any) -> None:
        super().__init__(*args, **given)
        self.row: R = row

    def act(self, *, by: User) -> bool:
        self.take_back(by, self.cleaned_data["reason"])
        return True

    def take_back(self, by: User, reason: str) -> None:
        """Do it."""
        raise NotImplementedError


class VoidEvidenceForm(ReasonForm[Evidence]):
    """Take evidence back."""

    def take_back(self, by: User, reason: str) -> None:
        void_evidence(by=by, evidence=self.row, reason=reason)


class VoidAppearanceForm(ReasonForm[Appearance]):
    """Take a place back."""

    def take_back(self, by: User, reason: str) -> None:
        void_appearance(by=by, appearance=self.row, reason=reason)


class VoidEvidenceLinkForm(ReasonForm[EvidenceLink]):
    """Take a relation between two pieces of evidence back."""

    def take_back(self, by: User, reason: str) -> None:
        void_evidence_link(by=by, link=self.row, reason=reason)


class VoidClaimLinkForm(ReasonForm[ClaimLink]):
    """Take a relation between two claims, or a merge, back."""

    def take_back(self, by: User, reason: str) -> None:
        void_claim_link(by=by, link=self.row, reason=reason)


class DiscardForm(ReasonForm[Verdict]):
    """Drop a proposed verdict."""

    def take_back(self, by: User, reason: str) -> None:
        discard_verdict(by=by, verdict=self.row, reason=reason)


class WithdrawForm(ReasonForm[Claim]):
    """Propose to withdraw a claim; a second person publishes that."""

    called = {"summary": "reason", "reasoning": "reason", "correction_note": "reason"}

    def clean(self) -> None:
        if not self.row.is_published:
            told = gettext("This claim isn't public yet: there is nothing to withdraw.")
            raise ValidationError(told, code="private")

    def take_back(self, by: User, reason: str) -> None:
        propose_withdrawal(by=by, claim=self.row, reason=reason)


class EvidenceChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One piece of evidence, told by its number, source, stance and date."""

    def label_from_instance(self, obj: models.Model) -> str:
        assert isinstance(obj, Evidence)
        about = f" · {obj.claim.public_id}"
        return f"E-{obj.pk} · {obj.source} · {obj.get_stance_display()} · {obj.stated.lower}{about}"


class RelateEvidenceForm(ActionForm[EvidenceLink]):
    """Say that one piece of evidence hangs on another."""

    called = {"to_evidence": "other", "from_evidence": "other"}
    kind = forms.ChoiceField(
        label=_("This evidence"), choices=EvidenceLinkKind, widget=forms.RadioSelect
    )
    other = EvidenceChoice(
        label=_("The other evidence"),
        queryset=Evidence.objects.none(),
        required=False,
        empty_label=_("choose"),
    )
    number = storable_text(
        _("Or its number"),
        most=20,
        required=False,
        help_text=_("For evidence of another claim: such as E-12."),
        size=8,
    )
    note = storable_text(_("Note"), most=2000, rows=2, required=False)

    def __init__(self, *args: Any, evidence: Evidence, **given: Any) -> None:
        super().__init__(*args, **given)
        self.evidence = evidence
        other = self.fields["other"]
        assert isinstance(other, forms.ModelChoiceField)
        rows = Evidence.objects.current().filter(claim=evidence.claim_id).exclude(pk=evidence.pk)
        other.queryset = rows.select_related("source", "claim")

    def clean_number(self) -> Evidence | None:
        typed: str = self.cleaned_data["number"].upper().removeprefix("E-")
        if not typed:
            return None
        held = None
        if typed.isascii() and typed.isdigit() and len(typed) < 19:
            held = Evidence.objects.filter(pk=int(typed)).first()
        if held is None:
            raise ValidationError(gettext("No evidence has this number."), code="unknown")
        return held

    def clean(self) -> None:
        other, number = self.cleaned_data.get("other"), self.cleaned_data.get("number")
        if other and number and other != number:
            self.add_error("number", gettext("You chose one and typed another. Keep one of them."))
        elif not (other or number or self.errors.keys() & {"other", "number"}):
            self.add_error("other", gettext("Choose the other evidence."))

    def act(self, *, by: User) -> EvidenceLink:
        given = self.cleaned_data
        return relate_evidence(
            by=by,
            evidence=self.evidence,
            other=given["other"] or given["number"],
            kind=given["kind"],
            note=given["note"],
        )


class SetAsideForm(ReasonForm[Claim]):
    """Leave a draft for now."""

    def take_back(self, by: User, reason: str) -> None:
        set_aside(by=by, claim=self.row, reason=reason)


class VoidOutsideVerdictForm(ReasonForm[OutsideVerdict]):
    """Take off the page what another organisation found."""

    def take_back(self, by: User, reason: str) -> None:
        void_outside_verdict(by=by, verdict=self.row, reason=reason)


class RelateClaimForm(ActionForm[ClaimLink]):
    """Say how a claim bears on another; for the same claim said twice there is merging."""

    called = {"to_claim": "other", "from_claim": "other"}
    kind = forms.ChoiceField(
        label=_("This claim"),
        choices=[pair for pair in ClaimLinkKind.choices if pair[0] != ClaimLinkKind.SAME_AS],
        widget=forms.RadioSelect,
    )
    other = ClaimField(
        label=_("The other claim"), help_text=_("Its number, such as CL-17, or its words.")
    )
    note = storable_text(_("Note"), most=2000, rows=2, required=False)

    def __init__(self, *args: Any, claim: Claim, **given: Any) -> None:
        super().__init__(*args, **given)
        self.claim = claim

    def act(self, *, by: User) -> ClaimLink:
        return relate_claims(by=by, claim=self.claim, **self.cleaned_data)


class MergeForm(ActionForm[ClaimLink]):
    """Say that two claims are the same, and which one is kept."""

    called = {"to_claim": "other", "from_claim": "other"}
    THIS, OTHER = "this", "other"
    other = ClaimField(
        label=_("Is the same as"), help_text=_("Its number, such as CL-17, or its words.")
    )
    keep = forms.ChoiceField(
        label=_("Keep"),
        choices=[(THIS, _("this claim")), (OTHER, _("the other one"))],
        widget=forms.RadioSelect,
    )
    note = storable_text(_("Note"), most=2000, rows=2, required=False)

    def __init__(self, *args: Any, claim: Claim, **given: Any) -> None:
        super().__init__(*args, **given)
        self.claim = claim

    def clean_other(self) -> Claim:
        other: Claim = self.cleaned_data["other"]
        if other == self.claim:
            raise ValidationError(gettext("This is the claim itself."), code="itself")
        return other

    @property
    def pair(self) -> tuple[Claim, Claim]:
        """The claim that gives way and the one that is kept."""
        other = self.cleaned_data["other"]
        kept_here = self.cleaned_data["keep"] == self.THIS
        return (other, self.claim) if kept_here else (self.claim, other)

    def act(self, *, by: User) -> ClaimLink:
        duplicate, survivor = self.pair
        return merge_claims(
            by=by, duplicate=duplicate, survivor=survivor, note=self.cleaned_data["note"]
        )
