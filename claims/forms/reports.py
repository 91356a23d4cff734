"""The form that answers a reader's report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from articles.forms import ActionForm, storable_text
from articles.periods import day_in_words
from claims.actions.challenges import close_challenge
from claims.choices import ChallengeOutcome
from claims.models import Challenge, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.contrib.auth.models import User

_OUTCOMES = [pair for pair in ChallengeOutcome.choices if pair[0] != ChallengeOutcome.OPEN]


class CloseReportForm(ActionForm[Challenge]):
    """Say what became of a report; several of these stand on one page, told apart by their ids."""

    outcome = forms.ChoiceField(
        label=_("What became of it"), choices=_OUTCOMES, widget=forms.RadioSelect
    )
    answer = storable_text(
        _("Answer"),
        most=5000,
        rows=3,
        serif=True,
        help_text=_("It stands in public beside the report’s outcome."),
        missing=_("Say what you found."),
    )
    answered_by = forms.TypedChoiceField(
        label=_("The verdict that it led to"), required=False, coerce=int, empty_value=None
    )

    def __init__(
        self, *args: Any, challenge: Challenge, verdicts: Sequence[Verdict], **given: Any
    ) -> None:
        given["auto_id"] = f"report-{challenge.pk}-%s"
        super().__init__(*args, **given)
        self.challenge = challenge
        self.verdicts = {verdict.pk: verdict for verdict in verdicts}
        if not self.verdicts:
            del self.fields["answered_by"]
            return
        field = self.fields["answered_by"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [("", _("none")), *((pk, _told(row)) for pk, row in self.verdicts.items())]

    def act(self, *, by: User) -> Challenge:
        given = self.cleaned_data
        verdict = self.verdicts.get(given.get("answered_by") or 0)
        return close_challenge(
            by=by,
            challenge=self.challenge,
            outcome=given["outcome"],
            answer=given["answer"],
            answered_by=verdict,
        )


def _told(verdict: Verdict) -> str:
    day = "" if verdict.published_at is None else day_in_words(verdict.published_at.date())
    return f"{verdict.get_kind_display()}: {verdict.get_finding_display()}, {day}"
