"""The forms for a claim by itself: its words, kind, question, window and criteria."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from articles.forms import ActionForm, LanguageField, PeriodField, VersionForm, storable_text
from articles.history import newest_event
from articles.models import Event
from articles.newcomers import blaming
from claims.actions.intake import edit_claim, log_claim, open_question, publish_claim
from claims.actions.passages import NewClaim
from claims.choices import ClaimKind
from claims.forms.similar import SimilarFields
from claims.models import Claim, Question

if TYPE_CHECKING:
    from django.contrib.auth.models import User


ONE_DAY = timedelta(days=1)


class ClaimFields(forms.Form):
    """What makes a claim."""

    text = storable_text(
        _("The claim, in one plain sentence"),
        most=1000,
        rows=2,
        missing=_("Write the claim in one plain sentence."),
        serif=True,
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=ClaimKind, initial=ClaimKind.EVENT)
    question = storable_text(
        _("Question that it answers"),
        most=500,
        required=False,
        help_text=_("One that is open already, or a new one."),
        list="questions",
        autocomplete="off",
    )
    window_from = PeriodField(label=_("Happens from"), required=False)
    window_until = PeriodField(
        label=_("Until"),
        required=False,
        help_text=_("A prediction settles when this day, month or year is over."),
    )
    criteria = storable_text(
        _("What would settle it"),
        most=4000,
        rows=2,
        required=False,
        help_text=_("Decided before it is settled."),
    )
    uncheckable = forms.BooleanField(
        label=_("It can't be checked"),
        required=False,
        help_text=_("A recommendation or a matter of taste: logged, but not judged."),
    )
    language = LanguageField(label=_("Language of the claim"))

    def window(self) -> DateRange | None:
        """The window that both ends make; the error where they make none."""
        first, last = self.cleaned_data.get("window_from"), self.cleaned_data.get("window_until")
        start, beyond = first.lower if first else None, last.upper if last else None
        if start is not None and beyond is not None and beyond <= start:
            self.add_error("window_until", gettext("This is before the window begins."))
            return None
        return DateRange(start, beyond) if start or beyond else None

    def ask_for_terms(self) -> None:
        """A prediction goes on the record with what settles it, and when."""
        if self.cleaned_data.get("kind") != ClaimKind.PREDICTION:
            return
        if not self.cleaned_data.get("window_until") and "window_until" not in self.errors:
            told = gettext("Say when this prediction settles before it is published.")
            self.add_error("window_until", told)
        if not self.cleaned_data.get("criteria") and "criteria" not in self.errors:
            told = gettext("Say what would settle this prediction before it is published.")
            self.add_error("criteria", told)

    def new_claim(self) -> NewClaim:
        """The claim that the fields describe."""
        given = self.cleaned_data
        return NewClaim(
            text=given["text"],
            kind=given["kind"],
            language=given["language"],
            checkable=not given["uncheckable"],
            window=self.window(),
            criteria=given["criteria"],
            question=given["question"],
        )


ABOUT_CLAIM = ("question", "window_from", "window_until", "criteria", "uncheckable", "language")
CALLED_BY_CLAIM = {"window": "window_until", "checkable": "uncheckable"}


class ClaimForm(SimilarFields, ClaimFields, VersionForm[Claim]):
    """Log a claim without a passage, or change one; published, only a little of it may change."""

    called = CALLED_BY_CLAIM
    folds: ClassVar = {"claim": ABOUT_CLAIM}
    frozen = ("text", "kind", "window_from", "window_until", "criteria")

    def __init__(
        self, *args: Any, claim: Claim | None = None, publish: bool = False, **given: Any
    ) -> None:
        self.claim = claim
        self.publish = publish
        super().__init__(*args, **given)
        if claim is None:
            del self.fields["version"]
            return
        for name in SimilarFields.base_fields:
            del self.fields[name]
        self.initial = {**self.initial, **self._shown(claim)}
        self.note_version()
        if claim.is_published:
            for name in self.frozen:
                del self.fields[name]

    def newest(self) -> Event | None:
        return newest_event(self.claim) if self.claim else None

    def held(self) -> dict[str, Any]:
        assert self.claim is not None
        self.claim.refresh_from_db()
        return self._shown(self.claim)

    def _shown(self, claim: Claim) -> dict[str, Any]:
        return {
            "text": claim.text,
            "kind": claim.kind,
            "question": claim.question.text if claim.question else "",
            "window_from": _end(claim.window, "lower"),
            "window_until": _end(claim.window, "upper"),
            "criteria": claim.criteria,
            "uncheckable": not claim.checkable,
            "language": claim.language,
        }

    def clean(self) -> None:
        if self.claim is None and self.cleaned_data.get("text") and self.used() is None:
            self.ask_what_it_resembles()
        if "window_until" in self.fields:
            self.window()
            if self.publish:
                self.ask_for_terms()

    @transaction.atomic
    def act(self, *, by: User) -> Claim:
        given = self.cleaned_data
        if self.claim is None and (used := self.used()) is not None:
            self.keep_decision(by=by, claim=used)
            return used
        matches = self.matches if self.claim is None else []  # before there is one more
        about: dict[str, Any] = {
            "language": given["language"],
            "checkable": not given["uncheckable"],
            "question": self._question(by),
        }
        if "text" in self.fields:
            about |= {name: given[name] for name in ("text", "kind", "criteria")}
            about["window"] = self.window()
        if self.claim is None:
            claim = log_claim(by=by, **about)
            if matches:
                self.keep_decision(by=by, claim=claim)
        else:
            claim = edit_claim(by=by, claim=self.claim, seen=self.read, **about)
        return publish_claim(by=by, claim=claim) if self.publish else claim

    def _question(self, by: User) -> Question | None:
        text = self.cleaned_data["question"]
        if not text:
            return None
        with blaming("question"):
            return open_question(by=by, text=text)


def _end(window: DateRange | None, side: str) -> DateRange | None:
    """One end of a window as the day that its field shows."""
    if window is None or getattr(window, side) is None:
        return None
    day = window.lower if side == "lower" else window.upper - ONE_DAY
    return DateRange(day, day + ONE_DAY)


class PublishForm(ActionForm[Claim]):
    """Put a claim on the record as it stands; there is nothing to fill in."""

    def __init__(self, *args: Any, claim: Claim, **given: Any) -> None:
        super().__init__(*args, **given)
        self.claim = claim

    def act(self, *, by: User) -> Claim:
        return publish_claim(by=by, claim=self.claim)
