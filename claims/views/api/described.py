"""The API's description of itself: OpenAPI 3.1, and the same for people."""

from __future__ import annotations

import copy
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from articles.pages import for_readers
from claims.exchange.datafeed import LICENCE
from claims.views.api.endpoints import api
from claims.views.api.problems import TYPE
from claims.views.public import for_programs
from claims.views.site import site_of

Described = dict[str, Any]


@cache
def _schema() -> Described:
    """As ninja finds it, but for the type of problems, and for null, which can't be typed."""
    found: Described = copy.deepcopy(dict(api.get_openapi_schema(path_prefix="/api/")))
    found["info"]["license"] = {"name": "CC BY 4.0", "url": LICENCE}
    for methods in found["paths"].values():
        for operation in methods.values():
            for status, answer in operation["responses"].items():
                if int(status) >= 400:
                    answer["content"] = {TYPE: next(iter(answer["content"].values()))}
            for parameter in operation.get("parameters", []):
                parameter["schema"] = _without_null(parameter["schema"])
    return found


def _without_null(schema: Described) -> Described:
    """What can be typed: a parameter that isn't given isn't typed as null."""
    options = [option for option in schema.get("anyOf", []) if option.get("type") != "null"]
    rest = {name: value for name, value in schema.items() if name not in ("anyOf", "default")}
    if len(options) == 1:
        return {**options[0], **rest}
    return schema


def parameters() -> dict[str, frozenset[str]]:
    """The names of the operations, each with the parameters that its query may have."""
    return {
        operation["operationId"]: frozenset(
            each["name"] for each in operation.get("parameters", []) if each["in"] == "query"
        )
        for methods in _schema()["paths"].values()
        for operation in methods.values()
    }


@for_programs
def described(request: HttpRequest) -> HttpResponse:
    """The description for programs."""
    found = {**_schema(), "servers": [{"url": site_of(request).url}]}
    return JsonResponse(found, json_dumps_params={"ensure_ascii": False})


@for_readers
def docs(request: HttpRequest) -> HttpResponse:
    """The same for people."""
    schema = _schema()
    context = {
        "about": schema["info"]["description"].strip().replace("`", "").split("\n\n"),
        "operations": [
            _operation(where, operation)
            for where, methods in schema["paths"].items()
            for operation in methods.values()
        ],
        "shapes": [
            _shape(name, shape)
            for name, shape in sorted(schema["components"]["schemas"].items())
            if shape.get("type") == "object" and not name.startswith("Listed")
        ],
    }
    return render(request, "claims/api.html", context)


def _operation(where: str, operation: Described) -> Described:
    return {
        "name": operation["operationId"],
        "where": where,
        "about": operation.get("description", ""),
        "parameters": [
            {
                "name": parameter["name"],
                "type": _type(parameter["schema"]),
                "about": parameter["schema"].get("description", ""),
            }
            for parameter in operation.get("parameters", [])
        ],
        "gives": _type(operation["responses"][200]["content"]["application/json"]["schema"]),
    }


def _shape(name: str, shape: Described) -> Described:
    return {
        "name": name,
        "about": shape.get("description", ""),
        "fields": [
            {"name": field, "type": _type(told), "about": told.get("description", "")}
            for field, told in shape["properties"].items()
        ],
    }


def _type(schema: Described) -> str:
    """The type in a few words: ``list of ClaimRow``, ``text or null``."""
    if "$ref" in schema:
        return _named(schema["$ref"].rpartition("/")[2])
    if "anyOf" in schema:
        return " or ".join(_type(option) for option in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    if schema.get("type") == "array":
        return f"list of {_type(schema['items'])}"
    words = {"string": "text", "integer": "whole number", "boolean": "true or false"}
    kind = str(schema.get("format") or schema.get("type") or "")
    return words.get(kind, kind)


def _named(name: str) -> str:
    if name.startswith("Listed_"):
        return f"page of {name.removeprefix('Listed_').removesuffix('_')}"
    return name
