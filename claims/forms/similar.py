"""Asks, before a claim is logged, whether it is here already; keeps what the editor decided."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext

from articles.models import Source
from claims.actions.matches import decide_match
from claims.choices import MatchOutcome
from claims.matching import ASKED, Match, similar
from claims.models import Claim

if TYPE_CHECKING:
    from django.contrib.auth.models import User

SHOWN = 3
LEAST_TYPED = 10
"""Characters before anything is looked for: with fewer, anything is similar."""


def matches_for(text: str, user: User, **signals: Any) -> list[Match]:
    """What may be the same as ``text``; nothing while it is too short to tell."""
    if len(text) < LEAST_TYPED or not text.strip():
        return []
    return similar(text, user=user, limit=SHOWN, **signals)


class SimilarFields(forms.Form):
    """The base of forms that log a claim in the field ``text``.

    The page shows similar claims while somebody types, each with the buttons ``same`` and
    ``variant``; their numbers come along as ``seen``. What resembles the claim and hasn't been seen
    is shown before anything is saved; then one saves again, or uses what is here.
    """

    same = forms.IntegerField(required=False)
    variant = forms.IntegerField(required=False)

    user: User

    def __init__(self, *args: Any, user: User, **given: Any) -> None:
        self.user = user
        super().__init__(*args, **given)

    @property
    def typed(self) -> str:
        """The words that were looked for; kept when the claim that is here takes their place."""
        if not self.is_bound:
            return str(self.initial.get("text") or "")
        return str(self.data.get("typed") or self.data.get("text") or "")

    @cached_property
    def matches(self) -> list[Match]:
        """What resembles the words that were sent."""
        about = self.cleaned_data if self.is_bound and hasattr(self, "cleaned_data") else {}
        source = about.get("source")
        return matches_for(
            self.typed,
            self.user,
            sources=[source] if isinstance(source, Source) else [],
            language=about.get("language") or None,
        )

    @property
    def seen(self) -> set[str]:
        """The numbers of the claims that were shown."""
        return set(self.data.getlist("seen")) if hasattr(self.data, "getlist") else set()

    def used(self) -> Claim | None:
        """The claim that is here already and is to be used."""
        number = self.cleaned_data.get("same")
        if not number:
            return None
        return next((m.claim for m in self.matches if m.claim.pk == number), None)

    def ask_what_it_resembles(self) -> None:
        """Refuse words that resemble a claim which the editor hasn't seen."""
        unseen = [
            match
            for match in self.matches
            if match.score >= ASKED and str(match.claim.pk) not in self.seen
        ]
        if unseen and not self.cleaned_data.get("variant"):
            told = gettext("This may be here already. Use what is here, or save again.")
            self.add_error("text", ValidationError(told, code="similar"))

    def keep_decision(self, *, by: User, claim: Claim) -> None:
        """Keep what was decided about the one chosen, else about the nearest that was seen."""
        chosen = self.cleaned_data.get("same") or self.cleaned_data.get("variant")
        if self.cleaned_data.get("same"):
            outcome = MatchOutcome.SAME
        elif chosen:
            outcome = MatchOutcome.VARIANT
        else:
            outcome = MatchOutcome.NEW
        for match in self.matches:
            shown = str(match.claim.pk) in self.seen
            if match.claim.pk == chosen or (chosen is None and shown):
                if outcome != MatchOutcome.SAME and match.claim == claim:
                    continue
                decide_match(
                    by=by,
                    claim=claim,
                    suggested=match.claim,
                    score=match.score,
                    method=match.method,
                    outcome=outcome,
                )
                return
