"""The forms beside a proposed verdict: publish it, ask for changes, take it over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from articles.forms import ActionForm, storable_text
from claims.actions.reviewing import ask_for_changes, take_over
from claims.actions.verdicts import CHANGED_SINCE, newest_event_of, publish_verdict
from claims.models import Verdict
from claims.refusals import Refusal

if TYPE_CHECKING:
    from django.contrib.auth.models import User


class AsReadForm(ActionForm[Verdict]):
    """The base: what is done to a proposal is done to it as it was when one read it."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, verdict: Verdict, **given: Any) -> None:
        super().__init__(*args, **given)
        self.verdict = verdict
        self.initial["seen"] = newest_event_of(verdict)

    def refuse(self, error: ValidationError) -> None:
        """A proposal that was revised meanwhile is a conflict: it is shown anew."""
        super().refuse(error)
        if isinstance(error, Refusal) and error.rule == CHANGED_SINCE:
            self.status = 409
            self.data = {**dict(self.data.items()), "seen": newest_event_of(self.verdict)}


class PublishVerdictForm(AsReadForm):
    """Publish what somebody else proposed."""

    alone = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def act(self, *, by: User) -> Verdict:
        given = self.cleaned_data
        return publish_verdict(
            by=by, verdict=self.verdict, alone=given["alone"], seen=given["seen"]
        )


class AskForChangesForm(AsReadForm):
    """Send a proposal back to its author."""

    note = storable_text(
        _("What should change"),
        most=500,
        rows=3,
        help_text=_("Its author reads it. It stays on the desk’s record."),
        missing=_("Say what should change."),
    )

    def act(self, *, by: User) -> Verdict:
        given = self.cleaned_data
        return ask_for_changes(by=by, verdict=self.verdict, note=given["note"], seen=given["seen"])


class TakeOverForm(AsReadForm):
    """Become the author of what somebody else proposed."""

    def act(self, *, by: User) -> Verdict:
        return take_over(by=by, verdict=self.verdict, seen=self.cleaned_data["seen"])
