"""The form over what is said beside a question."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from articles.forms import VersionForm, storable_text
from articles.history import newest_event
from articles.models import Event
from claims.actions.intake import note_question
from claims.models import Question

if TYPE_CHECKING:
    from django.contrib.auth.models import User


class QuestionForm(VersionForm[Question]):
    """Say something else beside a question, whose words stay as they were asked."""

    note = storable_text(
        _("Note"),
        most=4000,
        rows=4,
        required=False,
        help_text=_("What a reader should know: what is meant, and what would be no answer."),
    )

    def __init__(self, *args: Any, question: Question, **given: Any) -> None:
        super().__init__(*args, **given)
        self.question = question
        self.initial = {**self.initial, "note": question.note}
        self.note_version()

    def newest(self) -> Event | None:
        return newest_event(self.question)

    def held(self) -> dict[str, Any]:
        self.question.refresh_from_db()
        return {"note": self.question.note}

    def act(self, *, by: User) -> Question:
        note = self.cleaned_data["note"]
        return note_question(by=by, question=self.question, note=note, seen=self.read)
