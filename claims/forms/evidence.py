"""The forms for what one passage says: who takes which stance, on whose word, on which claim."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.db import transaction
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from articles.choices import SourceKind
from articles.forms import ActionForm, PeriodField, SourceField, Typed, as_typed, storable_text
from articles.models import Article
from articles.sentences import split
from claims.actions.passages import Hop, RoleThen, log_passage
from claims.choices import ClaimKind, Scope, Stance
from claims.cues import cues_of, says
from claims.forms.claims import ABOUT_CLAIM, CALLED_BY_CLAIM, ClaimFields
from claims.forms.documents import MOST_HOPS, HopForm
from claims.forms.fields import ClaimField, ProbabilityField
from claims.forms.places import PlaceFields
from claims.forms.similar import SimilarFields
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


class LogForm(SimilarFields, ClaimFields, EvidenceFields, ActionForm[Evidence]):
    """Log what a chosen passage says: a new claim, or evidence for one that is here already."""

    called = CALLED
    field_order = ("text", "source", "stance", "stated", "kind", "existing", "scope", "exact")
    folds: ClassVar = {
        "quotation": ("exact",),
        "existing": ("existing", "scope"),
        "detail": DETAIL,
        "role": ROLE,
        "claim": ABOUT_CLAIM,
    }
    existing = ClaimField(
        label=_("A claim that is here already"),
        required=False,
        help_text=_("Its number, such as CL-17, or words to find it by."),
    )

    def __init__(
        self,
        *args: Any,
        publish: bool = False,
        as_evidence: bool = False,
        claim: Claim | None = None,
        quoted: bool = False,
        **given: Any,
    ) -> None:
        """``as_evidence`` asks first for the claim, which may be ``claim``; ``quoted`` quotes only
        what stands between quotation marks.
        """
        if args and args[0] is not None and (number := args[0].get("same")):
            args = (_using(args[0], number), *args[1:])
            as_evidence = True
        self.publish, self.as_evidence = publish, as_evidence
        super().__init__(*args, **given)
        if self.spot is not None:
            self._begin(quoted)
        if claim is not None:
            existing = self.fields["existing"]
            assert isinstance(existing, ClaimField)
            existing.offer([claim], asks=gettext("The claim that was logged last"))
            self.initial["existing"] = Typed(pick=str(claim.pk))
        self.focus("text" if not as_evidence else "existing" if claim is None else "source")
        told = gettext("Write the claim in one plain sentence, or choose one that is here.")
        self.fields["text"].error_messages["required"] = told
        if as_evidence:
            self.fields["existing"].required = True
            for name in ClaimFields.base_fields:
                del self.fields[name]

    @property
    def holds_quotation(self) -> bool:
        """Whether the passage holds words in quotation marks that could be quoted by themselves."""
        return self.spot is not None and bool(self.cues.quoted) and not self.is_bound

    def _begin(self, quoted: bool) -> None:
        """Fill in what the words of the passage hint at about the claim and its quotation."""
        if not self.as_evidence:
            self.initial.setdefault("text", self.cues.plain)
            if self.cues.prediction:
                self.initial.setdefault("kind", ClaimKind.PREDICTION)
        if quoted and self.cues.quoted:
            self.initial["exact"] = " … ".join(self.cues.quoted)

    def clean(self) -> None:
        EvidenceFields.clean(self)
        text, existing = self.cleaned_data.get("text"), self.cleaned_data.get("existing")
        if text and existing:
            told = gettext("You wrote a new claim and chose one that is here. Keep one of them.")
            self.add_error("existing", told)
        elif existing or "existing" in self.errors:
            self.errors.pop("text", None)
        elif text:
            self.window()
            self.ask_what_it_resembles()
            if self.publish:
                self.ask_for_terms()

    @transaction.atomic
    def act(self, *, by: User) -> Evidence:
        matches = self.matches  # before there is one more
        evidence = self._log(by)
        if matches:
            self.keep_decision(by=by, claim=evidence.claim)
        return evidence

    def _log(self, by: User) -> Evidence:
        return log_passage(
            by=by,
            claim=self.cleaned_data["existing"] or self.new_claim(),
            place=self.where(),
            pieces=self.pieces(),
            publish=self.publish,
            **self.testimony(),
        )


def _using(data: QueryDict, number: str) -> QueryDict:
    """What was sent, with the claim that is here already in place of the words that were typed."""
    using = data.copy()
    using["typed"] = data.get("typed") or data.get("text", "")
    using["existing"], using["existing_pick"] = "", number
    return using


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
