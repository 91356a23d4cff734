"""The form that proposes a verdict, with the evidence it cites, each piece graded in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from articles.forms import PartForm, VersionForm, storable_text
from articles.history import newest_event
from articles.models import Event
from articles.refusals import CHANGED_SINCE, Refusal
from claims.actions.verdicts import Grade, propose_verdict, revise_verdict
from claims.choices import Confidence, Credibility, Finding, Reliability, VerdictKind
from claims.models import Claim, Evidence, Verdict
from claims.status import status

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.forms.boundfield import BoundField


class CitationForm(PartForm):
    """Whether one piece of evidence is cited, and how it is graded."""

    cite = forms.BooleanField(label=_("Cite"), required=False)
    reliability = forms.ChoiceField(
        label=_("Reliability of the source"), choices=Reliability, initial=Reliability.F
    )
    credibility = forms.ChoiceField(
        label=_("Credibility of the information"),
        choices=Credibility,
        initial=Credibility.UNKNOWN,
    )
    note = storable_text(_("Note"), most=2000, required=False)

    def __init__(self, *args: Any, evidence: Evidence, **given: Any) -> None:
        given |= {"empty_permitted": True, "use_required_attribute": False}
        given["prefix"] = f"evidence-{evidence.pk}"
        super().__init__(*args, **given)
        self.evidence = evidence

    def has_changed(self) -> bool:
        """Whether it is cited, or something was written that citing it would keep."""
        return bool(self["cite"].data) or "note" in self.changed_data

    def clean(self) -> None:
        if not self.cleaned_data.get("cite") and self.cleaned_data.get("note"):
            self.add_error("cite", gettext("Cite it, or clear the note."))

    def grade(self) -> Grade:
        """The citation as an action takes it."""
        given = self.cleaned_data
        return Grade(
            evidence=self.evidence,
            reliability=given["reliability"],
            credibility=given["credibility"],
            note=given["note"],
        )


class VerdictForm(VersionForm[Verdict]):
    """Propose a verdict, or revise the one that is proposed: whoever does becomes its author."""

    kind = forms.ChoiceField(label=_("What it is"), widget=forms.RadioSelect)
    finding = forms.ChoiceField(label=_("Finding"), widget=forms.RadioSelect)
    confidence = forms.ChoiceField(
        label=_("How sure are we?"), choices=Confidence, widget=forms.RadioSelect
    )
    summary = storable_text(
        _("In short"),
        most=400,
        rows=2,
        serif=True,
        help_text=_("Two or three lines that a reader sees first."),
        missing=_("Say in short what we found."),
    )
    reasoning = storable_text(
        _("Reasoning"), most=20_000, rows=6, serif=True, missing=_("A verdict needs its reason.")
    )
    correction_note = storable_text(
        _("What was wrong"),
        most=4000,
        rows=2,
        required=False,
        help_text=_("For a correction: what the verdict before this one got wrong."),
    )

    def __init__(
        self,
        *args: Any,
        claim: Claim,
        draft: Verdict | None,
        evidence: Sequence[Evidence],
        **given: Any,
    ) -> None:
        self.claim, self.draft = claim, draft
        held = {row.evidence_id: row for row in draft.citations.all()} if draft else {}
        super().__init__(*args, **given)
        self.initial = {**self.initial, **_found(draft)}
        self.note_version()
        self.citations = [
            CitationForm(
                self.data if self.is_bound else None,
                evidence=row,
                initial=_graded(held.get(row.pk)),
            )
            for row in evidence
        ]
        self._offer_kinds()
        self._choices("finding", [(str(f), status(f, claim.kind).label) for f in Finding])

    def __iter__(self) -> Iterator[BoundField]:
        """The fields and those of the citations, so that one summary has all errors."""
        yield from super().__iter__()
        for row in self.citations:
            yield from row

    def clean(self) -> None:
        given = self.cleaned_data
        if given.get("kind") == VerdictKind.CORRECTION and not given.get("correction_note"):
            self.add_error("correction_note", gettext("Say what was wrong."))
        for row in self.citations:
            self._check_grade(row)
        if any(row.errors for row in self.citations):
            self.add_error(None, gettext("The evidence cited needs another look."))
        if given.get("finding") in _RESTING and not self._cited():
            told = gettext("This finding must cite the evidence that it rests on.")
            self.add_error("finding", told)

    def act(self, *, by: User) -> Verdict:
        given = {**self.cleaned_data, "citations": [row.grade() for row in self._cited()]}
        del given["version"]
        if self.draft is not None:
            return revise_verdict(by=by, verdict=self.draft, seen=self.read, **given)
        if self.read:
            raise Refusal(CHANGED_SINCE, gettext("What you revised is no proposal any more."))
        return propose_verdict(by=by, claim=self.claim, **given)

    def newest(self) -> Event | None:
        return newest_event(self.draft, claim=self.claim.pk) if self.draft else None

    def held(self) -> dict[str, Any]:
        self.draft = self.claim.verdicts.drafts().select_related("author").first()
        cited = {row.evidence_id: row for row in self.draft.citations.all()} if self.draft else {}
        for row in self.citations:
            row.initial = _graded(cited.get(row.evidence.pk)) or {}
        return _found(self.draft)

    def refuse(self, error: ValidationError) -> None:
        """Somebody else's proposal that came first is a conflict too."""
        super().refuse(error)
        if self.draft is None and self.conflict is None and self.held():
            self.compare()

    def _check_grade(self, row: CitationForm) -> None:
        given = row.cleaned_data if row.is_valid() else {}
        confirmed = given.get("credibility") == Credibility.CONFIRMED
        if confirmed and given.get("cite") and self.claim.origins_low < 2:
            told = gettext("Credibility 1 needs at least two independent origins.")
            row.add_error("credibility", told)

    def _cited(self) -> list[CitationForm]:
        return [row for row in self.citations if row.is_valid() and row.cleaned_data.get("cite")]

    def _offer_kinds(self) -> None:
        """A first verdict, or what changes the one that is published: never both."""
        if not self.claim.verdicts.published().exists():
            self._choices("kind", [(str(VerdictKind.FIRST), VerdictKind.FIRST.label)])
            self.fields["kind"].initial = VerdictKind.FIRST
            self.initial["kind"] = VerdictKind.FIRST
            self.fields["kind"].widget = forms.HiddenInput()
            self.fields["correction_note"].widget = forms.HiddenInput()
            return
        self._choices(
            "kind",
            [
                (str(VerdictKind.UPDATE), _("An update: something has changed since")),
                (str(VerdictKind.CORRECTION), _("A correction: we were wrong")),
            ],
        )

    def _choices(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices


def _found(draft: Verdict | None) -> dict[str, Any]:
    names = ("kind", "finding", "confidence", "summary", "reasoning", "correction_note")
    return {name: getattr(draft, name) for name in names} if draft else {}


_RESTING = (Finding.SUPPORTED, Finding.REFUTED, Finding.CONFLICTING)


def _graded(citation: models.Model | None) -> dict[str, Any] | None:
    if citation is None:
        return None
    names = ("reliability", "credibility", "note")
    return {"cite": True, **{name: getattr(citation, name) for name in names}}
