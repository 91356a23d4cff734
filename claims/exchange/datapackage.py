"""Describes our files as Frictionless Data Packages (version 2): columns, types, hashes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.fields.ranges import RangeField
from django.db import connection, models
from django.db.migrations.recorder import MigrationRecorder
from django.utils.translation import override

from articles.models import Article, Source
from claims.exchange.columns import COLUMNS, Column
from claims.exchange.dumped import (
    FORMAT,
    HEADS,
    NULL,
    TABLES,
    fields_of,
    file_of,
    name_of,
)
from claims.models import Appearance, Claim, Evidence, OutsideVerdict, Question, Verdict

if TYPE_CHECKING:
    Field = models.Field[Any, Any]
Described = dict[str, Any]

PROFILES = "https://datapackage.org/profiles/2.0"
LICENCES = [
    {
        "name": "CC-BY-4.0",
        "path": "https://creativecommons.org/licenses/by/4.0/",
        "title": "Creative Commons Attribution 4.0",
    }
]
HELD_IN: Mapping[str, tuple[type[models.Model], str]] = {
    "claim": (Claim, "text"),
    "kind": (Claim, "kind"),
    "language": (Claim, "language"),
    "checkable": (Claim, "checkable"),
    "window": (Claim, "window"),
    "criteria": (Claim, "criteria"),
    "question": (Question, "text"),
    "source": (Source, "name"),
    "source_kind": (Source, "kind"),
    "source_aliases": (Source, "aliases"),
    "source_description": (Source, "description"),
    "source_wikidata": (Source, "wikidata"),
    "stance": (Evidence, "stance"),
    "scope": (Evidence, "scope"),
    "stated": (Evidence, "stated"),
    "p_low": (Evidence, "p_low"),
    "p_high": (Evidence, "p_high"),
    "interested": (Evidence, "interested"),
    "note": (Evidence, "note"),
    "article_title": (Article, "title"),
    "article_url": (Article, "url"),
    "article_kind": (Article, "kind"),
    "article_language": (Article, "language"),
    "publisher": (Source, "name"),
    "article_published": (Article, "published"),
    "quotation": (Appearance, "exact"),
    "hedge": (Appearance, "hedge"),
    "verbatim": (Appearance, "verbatim"),
    "reviewer": (Source, "name"),
    "label": (OutsideVerdict, "label"),
    "finding": (OutsideVerdict, "finding"),
    "rating": (OutsideVerdict, "rating"),
    "rating_best": (OutsideVerdict, "rating_best"),
    "rating_worst": (OutsideVerdict, "rating_worst"),
    "review_url": (OutsideVerdict, "url"),
    "review_title": (OutsideVerdict, "title"),
    "reviewed": (OutsideVerdict, "dated"),
    "review_note": (OutsideVerdict, "note"),
    "our_finding": (Verdict, "finding"),
    "judged": (Verdict, "dated"),
    "summary": (Verdict, "summary"),
    "reasoning": (Verdict, "reasoning"),
    "confidence": (Verdict, "confidence"),
}
"""The field that keeps what stands in a column: its type and bounds are the column's."""


def of_claims(address: str) -> Described:
    """The package of the one table that all claims are, which is at ``address``."""
    with override(settings.LANGUAGE_CODE):
        schema = {
            "$schema": f"{PROFILES}/tableschema.json",
            "fields": [of_column(column) for column in COLUMNS],
            "missingValues": [""],
        }
    resource = {
        "name": "claims",
        "type": "table",
        "path": address,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": schema,
    }
    return _package("claims", [resource])


def of_column(column: Column) -> Described:
    """One of our columns as an export writes it: type, words that can stand there, bounds."""
    described: Described = {"name": column.name, "type": "string", "description": str(column.help)}
    described["example"] = column.example
    if column.name == "claim_id":
        return described | {"example": "CL-17", "constraints": {"pattern": "CL-[1-9][0-9]*"}}
    if column.name == "publish":
        return described | _YES_OR_NO
    if column.name not in HELD_IN:
        return described
    model, name = HELD_IN[column.name]
    found = _of_field(_field(model, name))
    if found["type"] == "boolean":
        found = dict(_YES_OR_NO)
    bounds = {key: value for key, value in _bounds(found).items() if key != "required"}
    bounds |= {"minimum": 0, "maximum": 1} if column.name in ("p_low", "p_high") else {}
    if "enum" in bounds:
        bounds["enum"] = [value for value in bounds["enum"] if value]
    return described | found | ({"constraints": bounds} if bounds else {})


_YES_OR_NO: Described = {"type": "boolean", "trueValues": ["yes"], "falseValues": ["no"]}


def of_dump(files: Mapping[str, tuple[int, int, str]], counters: Mapping[str, Any]) -> Described:
    """The package of a dump, from the rows, bytes and SHA-256 of its files."""
    with override(settings.LANGUAGE_CODE):
        resources = [_of_table(model, *files[file_of(model)][1:]) for model in TABLES]
    resources.append(_of_heads(*files[HEADS][1:]))
    own = {
        "format": FORMAT,
        "rows": {name_of(model): files[file_of(model)][0] for model in TABLES},
        "counters": dict(counters),
        "migrations": _migrations(),
    }
    return _package("record", resources) | {"sayso": own}


def _package(name: str, resources: list[Described]) -> Described:
    return {
        "$schema": f"{PROFILES}/datapackage.json",
        "name": name,
        "licenses": LICENCES,
        "resources": resources,
    }


def _of_table(model: type[models.Model], size: int, digest: str) -> Described:
    fields = fields_of(model)
    known = {each: name_of(each) for each in TABLES}
    keys = [
        {
            "fields": [field.column],
            "reference": {"resource": known[field.related_model], "fields": ["id"]},
        }
        for field in fields
        if isinstance(field, models.ForeignKey) and field.related_model in known
    ]
    schema: Described = {
        "$schema": f"{PROFILES}/tableschema.json",
        "fields": [{"name": field.column, **_of_field(field)} for field in fields],
        "missingValues": [NULL],
        "primaryKey": ["id"],
    }
    described = _resource(name_of(model), file_of(model), size, digest)
    return described | {"schema": schema | ({"foreignKeys": keys} if keys else {})}


def _of_heads(size: int, digest: str) -> Described:
    fields = [("chain", "string"), ("seq", "integer"), ("hash", "string")]
    schema = {
        "$schema": f"{PROFILES}/tableschema.json",
        "fields": [{"name": name, "type": type_} for name, type_ in fields],
        "primaryKey": ["chain"],
    }
    return _resource("heads", HEADS, size, digest) | {"schema": schema}


def _resource(name: str, path: str, size: int, digest: str) -> Described:
    return {
        "name": name,
        "type": "table",
        "path": path,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": size,
        "hash": f"sha256:{digest}",
    }


def _of_field(field: Field) -> Described:
    """The type of what a field holds, as PostgreSQL prints it, and its bounds."""
    bounds: Described = {} if field.null else {"required": True}
    match field:
        case models.BooleanField():
            kind: Described = {"type": "boolean", "trueValues": ["t"], "falseValues": ["f"]}
        case models.ForeignKey() | models.IntegerField():
            kind = {"type": "integer"}
        case models.DecimalField() | models.FloatField():
            kind = {"type": "number"}
        case models.DateTimeField():
            kind = {"type": "datetime", "format": "%Y-%m-%dT%H:%M:%S.%fZ"}
        case models.JSONField():
            kind = {"type": "object"}
        case RangeField() | ArrayField():
            kind = {"type": "string"}
        case _:
            kind = {"type": "string"}
            bounds |= {"maxLength": field.max_length} if field.max_length else {}
            if field.choices:
                values = [str(value) for value, _label in field.flatchoices]
                bounds["enum"] = ["", *values] if field.blank and "" not in values else values
                bounds.pop("maxLength", None)
    kind["title"] = str(field.verbose_name)
    return kind | ({"constraints": bounds} if bounds else {})


def _bounds(described: Described) -> Described:
    found: Described = described.pop("constraints", {})
    return found


def _field(model: type[models.Model], name: str) -> Field:
    field: Any = model._meta.get_field(name)
    return field  # type: ignore[no-any-return]


def _migrations() -> dict[str, str]:
    """The newest migration of each of our apps, as this database knows them."""
    applied = MigrationRecorder(connection).applied_migrations()
    ours = [key for key in applied if key[0] in ("articles", "claims")]
    return {app: max(name for each, name in ours if each == app) for app, _name in sorted(ours)}
