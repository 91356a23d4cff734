"""The one way into the record of changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.backends.postgresql.psycopg_any import Range

from articles.models import Event

if TYPE_CHECKING:
    from django.contrib.auth.models import User

# What the database stamps or recomputes is no part of what a person recorded.
_STAMPED = frozenset(
    {
        *("known", "recorded_by", "logged_by", "logged_at", "captured_at", "captured_by"),
        *("state_since", "decided_by", "decided_at"),
    }
)
_PLAIN = frozenset({type(None), bool, int, float, str})
Json = str | int | float | bool | list[Any] | dict[str, Any] | None


def plain(value: object) -> Json:
    """``value`` as JSON holds it: a range as ``first/beyond``, empty where it is unbounded."""
    match value:
        case None | bool() | int() | float():
            return value
        case list() | tuple():
            return [plain(item) for item in value]
        case dict():
            return {str(key): plain(item) for key, item in value.items()}
        case Range():
            return f"{plain(value.lower) or ''}/{plain(value.upper) or ''}"
        case datetime() | date():
            return value.isoformat()
        case Decimal():
            return str(value)
        case models.Model():
            return str(value.pk)
    return str(value)


def facts(row: models.Model, *names: str) -> dict[str, Json]:
    """The columns ``names`` of ``row``; without names, all that a person recorded."""
    told, values_of = _told(type(row))
    return {
        name: value if type(value) in _PLAIN else plain(value)
        for name, value in zip(told, values_of(row), strict=True)
        if not names or name in names
    }


@cache
def _told(
    model: type[models.Model],
) -> tuple[tuple[str, ...], Callable[[models.Model], tuple[Any, ...]]]:
    """What a person records of such rows: the columns, and what fetches their values."""
    fields = [each for each in model._meta.concrete_fields if each.name not in _STAMPED]
    values_of = attrgetter(*(each.attname for each in fields), "pk")  # two at least, so a tuple
    return tuple(each.name for each in fields), lambda row: values_of(row)[:-1]


def record(
    *,
    by: User,
    verb: str,
    subject: models.Model,
    claim: models.Model | None = None,
    payload: Mapping[str, Json] | None = None,
) -> Event:
    """Write one event, in the transaction of the change it tells of.

    It joins the chain of ``claim`` where there is one, else the subject's own. Called by actions
    only; whatever fails here undoes the change as well.
    """
    subject_type = str(subject._meta.model_name)
    chain = f"claim/{claim.pk}" if claim is not None else f"{subject_type}/{subject.pk}"
    return Event.objects.create(
        chain=chain,
        subject_type=subject_type,
        subject_id=subject.pk,
        claim_id=None if claim is None else claim.pk,
        verb=verb,
        by=by,
        payload=facts(subject) if payload is None else dict(payload),
    )


def newest_event(subject: models.Model, *, claim: int | None = None) -> Event | None:
    """The last change of ``subject`` itself, with who made it; ``claim`` as in ``record``.

    Its number is the version that an editor has read: it changes whenever the row does.
    """
    subject_type = str(subject._meta.model_name)
    chain = f"claim/{claim}" if claim is not None else f"{subject_type}/{subject.pk}"
    rows = Event.objects.filter(chain=chain, subject_type=subject_type, subject_id=subject.pk)
    return rows.select_related("by").order_by("-seq").first()
