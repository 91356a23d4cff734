"""What the record says was there before, as the actions take it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _

from articles.models import Event, Source
from claims.actions.verdicts import Grade
from claims.models import Evidence, Question
from claims.refusals import Refusal


def before_of(model: type[models.Model], event: Event) -> dict[str, Any]:
    """What the record says of the columns before an edit, as values of the model again."""
    if "from" not in event.payload:
        raise Refusal("undo_nothing", _("There is nothing to take back here."))
    fields = {name: model._meta.get_field(name) for name in event.payload["from"]}
    return {name: value_of(fields[name], held) for name, held in event.payload["from"].items()}


def value_of(field: Any, held: Any) -> Any:
    """A value of ``field`` out of what ``plain`` made of it."""
    if held is None:
        return None
    if isinstance(field, DateRangeField):
        return DateRange(*(date.fromisoformat(end) if end else None for end in held.split("/")))
    if field.related_model is Question:
        return Question.objects.get(pk=held)
    return Source.objects.get(pk=held) if field.related_model is Source else held


def proposal_of(event: Event) -> dict[str, Any]:
    """What the record says was proposed, as the actions take it."""
    if "citations" not in event.payload:
        raise Refusal("undo_nothing", _("There is nothing to take back here."))
    names = ("kind", "finding", "confidence", "summary", "reasoning", "correction_note")
    grades = [
        Grade(**{**cited, "evidence": Evidence.objects.get(pk=cited["evidence"])})
        for cited in event.payload["citations"]
    ]
    return {**{name: event.payload[name] for name in names}, "citations": grades}


def proposed_before(event: Event) -> Event | None:
    """The event just before, where that was the proposal which ``event`` revised."""
    told = Event.objects.filter(
        chain=event.chain, subject_type=event.subject_type, subject_id=event.subject_id
    )
    before = told.filter(seq__lt=event.seq).order_by("-seq").first()
    proposed = before is not None and before.verb in {"verdict.proposed", "verdict.revised"}
    return before if proposed else None
