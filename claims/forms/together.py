"""The form for many claims at once: what is set, and to whom or what."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from articles.forms import ActionForm, storable_text
from claims.actions.desk import save_filter
from claims.actions.together import ASSIGNEE, MOST, PUBLISH, QUESTION, Outcome, set_together
from claims.models import Claim, Question, SavedFilter

if TYPE_CHECKING:
    from django.contrib.auth.models import User


class TogetherForm(ActionForm[list[Outcome]]):
    """What to do with the claims that were ticked; ``people`` may look after them."""

    what = forms.ChoiceField(
        label=_("Set"),
        choices=[
            (PUBLISH, _("Publish")),
            (ASSIGNEE, _("Assignee")),
            (QUESTION, _("Question")),
        ],
        widget=forms.RadioSelect,
    )
    to = forms.ChoiceField(label=_("Assignee"), required=False)
    question = storable_text(
        _("Question"),
        most=500,
        required=False,
        help_text=_("One that is open already; empty for none."),
        list="questions",
        autocomplete="off",
    )

    def __init__(
        self, *args: Any, claims: Sequence[int], people: Iterable[User], **given: Any
    ) -> None:
        super().__init__(*args, **given)
        self.claims = claims
        self.people = {str(user.pk): user for user in people}
        to = self.fields["to"]
        assert isinstance(to, forms.ChoiceField)
        to.choices = [
            ("", _("nobody")),
            *(
                (pk, user.get_full_name() or user.get_username())
                for pk, user in self.people.items()
            ),
        ]

    def clean_question(self) -> Question | None:
        text = " ".join(self.cleaned_data["question"].split())
        if not text:
            return None
        held = Question.objects.filter(text__iexact=text).first()
        if held is None:
            told = gettext("No question reads like this. Open it with a claim that answers it.")
            raise ValidationError(told, code="unknown")
        return held

    def clean(self) -> None:
        if not self.claims:
            raise ValidationError(gettext("Tick at least one claim."), code="none")
        if len(self.claims) > MOST:
            told = gettext("Tick at most %(most)d claims.") % {"most": MOST}
            raise ValidationError(told, code="many")
        # what isn't set need not be right
        for name in {"to", "question"} - {_FIELDS.get(self.cleaned_data.get("what", ""), "")}:
            self.errors.pop(name, None)

    @property
    def aim(self) -> User | Question | None:
        """Whom or what the claims are given."""
        given = self.cleaned_data
        if given["what"] == ASSIGNEE:
            return self.people.get(given["to"])
        return given["question"] if given["what"] == QUESTION else None

    @property
    def is_public(self) -> bool:
        """Whether it can't be taken back."""
        return bool(self.cleaned_data["what"] == PUBLISH)

    def act(self, *, by: User) -> list[Outcome]:
        what = self.cleaned_data["what"]
        return set_together(by=by, claims=self.claims, what=what, to=self.aim)


_FIELDS = {ASSIGNEE: "to", QUESTION: "question"}


def picked(given: Iterable[str], user: User) -> list[int]:
    """The claims that were ticked, each once, as far as they are here for ``user`` to see."""
    ids = {int(pk) for pk in given if pk.isascii() and pk.isdigit() and len(pk) < 19}
    rows = Claim.objects.visible_to(user).filter(pk__in=ids)
    return list(rows.order_by("pk").values_list("pk", flat=True))


class SaveFilterForm(ActionForm[SavedFilter]):
    """Keep a list under a name; ``query`` is its address."""

    name = storable_text(_("Name"), most=60, missing=_("Give it a name."))

    def __init__(self, *args: Any, query: str, **given: Any) -> None:
        super().__init__(*args, **given)
        self.query = query

    def clean(self) -> None:
        if not self.query:
            raise ValidationError(gettext("Open the list that you want to keep."), code="none")

    def act(self, *, by: User) -> SavedFilter:
        return save_filter(by=by, name=self.cleaned_data["name"], query=self.query)
