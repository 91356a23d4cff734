"""The form that logs what a chosen passage says: a new claim, or evidence for one that is here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.db import transaction
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from articles.forms import ActionForm, Typed
from claims.actions.passages import log_passage
from claims.choices import ClaimKind
from claims.forms.claims import ABOUT_CLAIM, ClaimFields
from claims.forms.evidence import CALLED, DETAIL, ROLE, EvidenceFields
from claims.forms.fields import ClaimField
from claims.forms.similar import SimilarFields
from claims.models import Claim, Evidence

if TYPE_CHECKING:
    from django.contrib.auth.models import User


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
