"""The form for what another organisation found about a claim."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from articles.choices import SourceKind
from articles.forms import ActionForm, PeriodField, SourceField, storable_text
from articles.newcomers import blaming, settle_source
from articles.validators import storable
from claims.actions.outside import record_outside_verdict
from claims.choices import Finding
from claims.models import Claim, OutsideVerdict

if TYPE_CHECKING:
    from django.contrib.auth.models import User


class OutsideVerdictForm(ActionForm[OutsideVerdict]):
    """Log a review by somebody else: their words first, then how we read them."""

    organisation = SourceField(
        label=_("Who found it"),
        kinds=[SourceKind.ORGANISATION, SourceKind.PERSON],
        list_id="publishers",
    )
    label = storable_text(
        _("What they found, in their words"),
        most=300,
        missing=_("Say what they found, in their words."),
        help_text=_("As it stands there: “Pants on fire”, “Größtenteils falsch”."),
    )
    finding = forms.ChoiceField(
        label=_("How we read it"),
        choices=[("", _("fits none of ours")), *Finding.choices],
        required=False,
        help_text=_("It stands beside their words, and changes no status here."),
    )
    url = forms.URLField(
        label=_("Web address of their review"),
        required=False,
        max_length=2000,
        assume_scheme="https",
        validators=[storable],
    )
    title = storable_text(_("Title of their review"), most=500, required=False)
    dated = PeriodField(
        label=_("Published by them"),
        required=False,
        help_text=_("8 March 2023, or March 2023, or 2023: what is known."),
    )
    rating = storable_text(_("Rating"), most=40, required=False)
    rating_best = storable_text(_("Best rating"), most=40, required=False)
    rating_worst = storable_text(_("Worst rating"), most=40, required=False)
    note = storable_text(_("Note"), most=4000, rows=2, required=False)

    def __init__(self, *args: Any, claim: Claim, **given: Any) -> None:
        super().__init__(*args, **given)
        self.claim = claim

    def act(self, *, by: User) -> OutsideVerdict:
        given = dict(self.cleaned_data)
        with blaming("organisation"):
            organisation = settle_source(by=by, source=given.pop("organisation"))
        return record_outside_verdict(by=by, claim=self.claim, organisation=organisation, **given)
