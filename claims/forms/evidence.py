"""The forms for what one passage says: who takes which stance, on whose word, on which claim."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from articles.choices import SourceKind
from articles.forms import ActionForm, PeriodField, SourceField, as_typed, storable_text
from articles.models import Article
from articles.sentences import split
from claims.actions.passages import Hop, RoleThen, log_passage
from claims.choices import Scope, Stance
from claims.cues import cues_of, says
from claims.forms.claims import CALLED_BY_CLAIM
from claims.forms.documents import MOST_HOPS, HopForm
from claims.forms.fields import ProbabilityField
from claims.forms.places import PlaceFields
from claims.models import Claim, Evidence
from claims.refusals import broken_rules

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.forms.boundfield import BoundField

DETAIL = ("verbatim", "hedge", "p_low", "p_high", "interested", "note")
ROLE = ("role", "organisation", "one_voice")


class EvidenceFields(PlaceFields):
    """Who says so, how, when; what they were then; and through which documents it came."""

    source = SourceField(label=_("Who says so"), list_id="sources")
    stance = forms.ChoiceField(
        label=_("Stance"), choices=Stance, initial=Stance.ASSERTS, widget=forms.RadioSelect
    )
    scope = forms.ChoiceField(
        label=_("Speaks about"),
        choices=Scope,
        initial=Scope.SAME,
        widget=forms.RadioSelect,
        help_text=_(
            "Narrower is more special: denying it leaves this claim possible. "
            "Broader is more general: asserting it leaves this claim open."
        ),
    )
    stated = PeriodField(
        label=_("Stated"), help_text=_("8 March 2023, or March 2023, or 2023: what is known.")
    )
    p_low = ProbabilityField(label=_("Probability, at least"))
    p_high = ProbabilityField(label=_("At most"))
    interested = forms.BooleanField(
        label=_("Interested party"),
        required=False,
        help_text=_("The source gains or loses by being believed."),
    )
    note = storable_text(
        _("Note"),
        most=4000,
        rows=2,
        required=False,
        help_text=_("For “supports” and “weakens”: why you infer it."),
    )
    role = storable_text(_("Role at that date"), most=200, required=False)
    organisation = SourceField(
        label=_("In which organisation"),
        kinds=[SourceKind.ORGANISATION],
        required=False,
        list_id="publishers",
    )
    one_voice = forms.BooleanField(
        label=_("Speaks for it"),
        required=False,
        help_text=_("Two sources that speak for one organisation count as one origin."),
    )

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self.hops = [
            HopForm(
                self.data if self.is_bound else None,
                prefix=f"via-{number}",
                empty_permitted=True,
                use_required_attribute=False,
            )
            for number in range(MOST_HOPS)
        ]
        if self.spot is not None:
            self.initial.setdefault("stated", self.spot.snapshot.article.published)
            self._take_hints(self.spot.text)

    def _take_hints(self, passage: str) -> None:
        """Fill in what the words of the passage hint at, to be seen and changed."""
        self.cues = cues_of(passage)
        self.initial.setdefault("hedge", self.cues.hedge)
        if self.cues.denial:
            self.initial.setdefault("stance", Stance.DENIES)
        source = self.fields["source"]
        assert isinstance(source, SourceField)
        alone = len(split(passage)) == 1
        speaker = source.suggest_from(passage, lambda name: alone and says(passage, name))
        if speaker is not None and "source" not in self.initial:
            self.initial["source"] = as_typed(speaker)
            source.help_text = gettext("Suggested: this sentence credits it. Is it so?")

    def __iter__(self) -> Iterator[BoundField]:
        yield from super().__iter__()
        for hop in self.hops:
            yield from hop

    def clean(self) -> None:
        super().clean()
        given = self.cleaned_data
        names = ("stance", "scope", "stated", "p_low", "p_high", "note")
        told = Evidence(**{name: given[name] for name in names if name in given})
        amiss = {name for name in names if name not in given}
        broken = broken_rules(told, exclude=amiss | {"known", "source", "claim"})
        for name in names:
            for error in broken.get(name, ()):
                self.add_error(name, error)
        self._check_role()
        self._check_hops()

    def _check_hops(self) -> None:
        passed = {self.spot.snapshot.article} if self.spot else set()
        for hop in self.hops:
            document = hop.cleaned_data.get("document") if hop.is_valid() else None
            if document in passed:
                hop.add_error("document", gettext("The chain has been at this document before."))
            elif isinstance(document, Article):
                passed.add(document)
        if any(hop.errors for hop in self.hops):
            self.add_error(None, gettext("The documents it came through need another look."))

    def _check_role(self) -> None:
        given = self.cleaned_data
        known = given.get("organisation") or "organisation" in self.errors
        if given.get("role") and not known:
            self.add_error("organisation", gettext("Say in which organisation."))
        elsewhere = given.get("organisation") or given.get("one_voice")
        if elsewhere and not given.get("role") and "role" not in self.errors:
            self.add_error("role", gettext("Name the role."))

    def given_hops(self) -> list[Hop]:
        """The documents that it came through, the origin first."""
        return [hop.hop() for hop in self.hops if hop.has_changed()]

    def role_then(self) -> RoleThen | None:
        """What the source was on that date, as far as it was said."""
        given = self.cleaned_data
        if not given["role"]:
            return None
        return RoleThen(
            role=given["role"],
            organisation=given["organisation"],
            during=given["stated"],
            one_voice=given["one_voice"],
        )

    def testimony(self) -> dict[str, Any]:
        """What ``log_passage`` takes of these fields."""
        names = ("source", "stance", "scope", "stated", "p_low", "p_high", "interested", "note")
        given = {name: self.cleaned_data[name] for name in names}
        language = self.spot.snapshot.article.language if self.spot else "en"
        return {
            **given,
            "role": self.role_then(),
            "hops": self.given_hops(),
            "language": language,
        }

    @property
    def hops_unfolded(self) -> bool:
        """Whether a document on the way was filled in or needs attention."""
        return self.is_bound and any(hop.errors or hop.has_changed() for hop in self.hops)


CALLED = {"during": "role", **CALLED_BY_CLAIM}


class LinkForm(EvidenceFields, ActionForm[Evidence]):
    """Link evidence to one claim: from a chosen passage, or from a document by reference."""

    called = CALLED
    folds: ClassVar = {"quotation": ("exact",), "detail": DETAIL, "role": ROLE}

    def __init__(self, *args: Any, claim: Claim, **given: Any) -> None:
        super().__init__(*args, **given)
        self.claim = claim
        self.focus("source")

    def act(self, *, by: User) -> Evidence:
        return log_passage(
            by=by,
            claim=self.claim,
            place=self.where(),
            pieces=self.pieces(),
            **self.testimony(),
        )
