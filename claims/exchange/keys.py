"""By what rows are asked for while an import is planned, and how planned ones are kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from functools import cache, lru_cache
from hashlib import md5
from operator import attrgetter
from typing import Any, cast

from django.db import models

from articles.models import Article, Source
from claims.exchange.parsing import Values
from claims.models import (
    Appearance,
    Claim,
    Evidence,
    OutsideVerdict,
    Question,
    Verdict,
)

Key = tuple[Any, ...]
PLANNED = datetime(1, 1, 1, tzinfo=UTC)
"""Stands for a moment that PostgreSQL will stamp."""

# What is kept of a planned row: enough to compare it with, and to find what hangs on it.
_KEPT: Mapping[type[models.Model], tuple[str, ...]] = {
    Claim: ("text", "language", "kind", "checkable", "window", "criteria", "question_id"),
    Source: ("kind", "name"),
    Article: ("title", "url", "publisher_id", "published", "language"),
    Question: ("text",),
    Evidence: (
        *("claim_id", "source_id", "stance", "scope", "stated", "p_low", "p_high"),
        *("interested", "note"),
    ),
    Appearance: ("evidence_id", "article_id", "exact", "hedge", "verbatim"),
    OutsideVerdict: ("claim_id", "organisation_id", "finding"),
    Verdict: ("claim_id", "finding", "summary"),
}
NAMED_BY = {
    "claim": ("claim",),
    "source": ("source",),
    "article": ("article_url", "article_title"),
}
"""The cells that say what an id of the file stands for."""
_PLAIN = frozenset({type(None), bool, int, str})
_MODELS = {model.__name__: model for model in _KEPT}


def claim_key(values: Values) -> Key:
    """A claim is known by its exact words and language."""
    return "claim", values["claim"], values.get("language", "en")


def source_key(name: str) -> Key:
    """A source is known by its name, whatever its case."""
    return "source", name.upper()


def outside_key(row: OutsideVerdict, claim: int) -> Key:
    """The very verdict of an organisation on ``claim``, the one that was kept after a merge."""
    return "outside", claim, row.organisation_id, row.url, row.label, _days(row.dated)


def outside_key_of(each: Values, claim: int, organisation: int) -> Key:
    """The same, of a record."""
    dated = _days(each.get("reviewed"))
    return "outside", claim, organisation, each.get("review_url", ""), each["label"], dated


def _days(stretch: Any) -> str:
    return "" if stretch is None else f"{stretch.lower}/{stretch.upper}"


def is_ours(told: str) -> bool:
    """Whether this is the id that a claim has here, such as CL-17."""
    return told[:3] == "CL-" and told[3:].isascii() and told[3:].isdigit() and len(told) < 15


def ids_in(values: Iterable[Values]) -> set[Key]:
    """The ids of the file by which records speak of rows."""
    return {
        ("id", kind, each[f"{kind}_id"])
        for each in values
        for kind in ("claim", "source", "article")
        if f"{kind}_id" in each
    }


def digest(key: Key) -> str:
    """A key as the database keeps it."""
    return md5(repr(key).encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()


def packed(row: models.Model) -> dict[str, Any]:
    """What is kept of a planned row."""
    model = type(row)
    kept = {"model": model.__name__, "id": row.pk}
    for (name, field), value in zip(_fields(model), _values(model)(row), strict=False):
        kept[name] = value if type(value) in _PLAIN else _written(field, value)
    if isinstance(row, Claim):
        kept["published"] = row.is_published
        kept["question"] = "" if row.question_id is None else str(row.question)
    if isinstance(row, Evidence):
        kept["source"] = packed(row.source)
    return kept


@cache
def _fields(model: type[models.Model]) -> tuple[tuple[str, Any], ...]:
    return tuple((name, model._meta.get_field(name)) for name in _KEPT[model])


@cache
def _values(model: type[models.Model]) -> Callable[[models.Model], tuple[Any, ...]]:
    """Fetches what is kept, and the id behind it: two values at least, so that it is a tuple."""
    return attrgetter(*(field.attname for _name, field in _fields(model)), "pk")


@lru_cache(10_000)
def _written(field: Any, value: Any) -> str:
    """A value that JSON doesn't know; dates come again and again."""
    return str(field.value_to_string(field.model(**{field.attname: value})))


def unpacked(data: Mapping[str, Any]) -> models.Model:
    """The row again, as far as it was kept."""
    model = _MODELS[data["model"]]
    row: Any = model(pk=data["id"])
    for name, field in _fields(model):
        setattr(row, field.attname, None if data[name] is None else field.to_python(data[name]))
    if isinstance(row, Claim):
        row.published_at = PLANNED if data["published"] else None
        if row.question_id is not None:
            row.question = Question(pk=row.question_id, text=data["question"])
    if isinstance(row, Evidence):
        row.source = cast(Source, unpacked(data["source"]))
    return cast(models.Model, row)
