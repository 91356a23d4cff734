"""Our files described: by the rules of Frictionless (Data Package 2.0), and by what is in them."""

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.contrib.auth.models import User
from django.test import Client

from claims.exchange.blanks import blank_csv, blank_workbook
from claims.exchange.columns import COLUMNS
from claims.exchange.datapackage import HELD_IN
from claims.exchange.exporting import headings
from claims.exchange.files import Unreadable, sheets
from claims.exchange.files.shapes import EXPLAINED
from tests import world as worlds
from tests.claims.test_dumps import contents, dumped_now

pytestmark = pytest.mark.django_db

# What https://datapackage.org/standard/ allows, as far as we use it.
TYPES = {"string", "integer", "number", "boolean", "datetime", "object"}
PER_TYPE = {
    "string": {"required", "unique", "enum", "maxLength", "minLength", "pattern"},
    "integer": {"required", "unique", "minimum", "maximum"},
    "number": {"required", "unique", "minimum", "maximum"},
    "boolean": {"required", "enum"},
    "datetime": {"required", "unique", "minimum", "maximum"},
    "object": {"required", "unique"},
}
OF_FIELD = {
    *("name", "type", "format", "title", "description", "example", "constraints"),
    *("trueValues", "falseValues"),
}


def faults(package: dict[str, Any]) -> list[str]:
    """What the standard wouldn't allow."""
    found = []
    if package["$schema"] != "https://datapackage.org/profiles/2.0/datapackage.json":
        found.append("profile")
    if not all({"name", "path", "title"} >= set(each) >= {"name"} for each in package["licenses"]):
        found.append("licence")
    names = [resource["name"] for resource in package["resources"]]
    if not names or len(set(names)) < len(names):
        found.append("names of resources")
    for resource in package["resources"]:
        found += [f"{resource['name']}: {fault}" for fault in faults_of(resource, names)]
    return found


def faults_of(resource: dict[str, Any], names: list[str]) -> list[str]:
    found = []
    if not re.fullmatch(r"[-a-z0-9._/]+", resource["name"]):
        found.append("name")
    path = resource["path"]
    if not path.startswith(("http://", "https://")) and (path[0] in "/~" or ".." in path):
        found.append("path")
    if not re.fullmatch(r"sha256:[0-9a-f]{64}", resource.get("hash", f"sha256:{'0' * 64}")):
        found.append("hash")
    return found + faults_of_schema(resource["schema"], names)


def faults_of_schema(schema: dict[str, Any], names: list[str]) -> list[str]:
    found = []
    fields = {field["name"]: field for field in schema["fields"]}
    if len(fields) < len(schema["fields"]):
        found.append("names of fields")
    for name, field in fields.items():
        kind = field.get("type")
        bounds = set(field.get("constraints", {}))
        if kind not in TYPES or not bounds <= PER_TYPE[kind] or not set(field) <= OF_FIELD:
            found.append(f"field {name}")
        if kind == "boolean" and not {"trueValues", "falseValues"} <= set(field):
            found.append(f"words of {name}")
    if not set(schema.get("primaryKey", ())) <= set(fields):
        found.append("primary key")
    known = [
        set(key["fields"]) <= set(fields) and key["reference"]["resource"] in names
        for key in schema.get("foreignKeys", ())
    ]
    return found if all(known) else [*found, "foreign key"]


def misfits(schema: dict[str, Any], content: bytes) -> list[tuple[str, str]]:
    """The cells of a table that aren't what the schema says."""
    reader = csv.reader(io.StringIO(content.decode(), newline=""))
    if next(reader) != [field["name"] for field in schema["fields"]]:
        return [("", "headings")]
    return [
        (field["name"], cell)
        for row in reader
        for field, cell in zip(schema["fields"], row, strict=True)
        if not fits(field, cell, schema["missingValues"])
    ]


def fits(field: dict[str, Any], cell: str, missing: list[str]) -> bool:
    bounds = field.get("constraints", {})
    if cell in missing:
        return not bounds.get("required")
    match field["type"]:
        case "boolean":
            return cell in (*field["trueValues"], *field["falseValues"])
        case "integer":
            return re.fullmatch(r"-?\d+", cell) is not None
        case "number":
            return bounds.get("minimum", 0) <= float(cell) <= bounds.get("maximum", float(cell))
        case "object":
            return isinstance(json.loads(cell), dict)
        case "datetime":
            return re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", cell) is not None
    return (
        len(cell) <= bounds.get("maxLength", len(cell))
        and cell in bounds.get("enum", [cell])
        and re.fullmatch(bounds.get("pattern", ".*"), cell, re.DOTALL) is not None
    )


def test_package_of_claims_keeps_the_rules_and_fits_the_file(reader: Client) -> None:
    worlds.build()
    package = reader.get("/data/datapackage.json").json()
    assert faults(package) == []
    (resource,) = package["resources"]
    assert resource["path"] == "http://testserver/claims.csv?raw=1"
    content = reader.get("/claims.csv?raw=1").getvalue()
    assert content.count(b"\r\n") > 3
    assert misfits(resource["schema"], content) == []


def test_every_column_is_described_by_the_field_that_holds_it() -> None:
    of_files = {"claim_id", "source_id", "article_id", "publish"}
    assert {column.name for column in COLUMNS} - of_files == set(HELD_IN)


def test_package_of_a_dump_keeps_the_rules_and_fits_its_files() -> None:
    worlds.build()
    held = contents(dumped_now())
    package = json.loads(held["datapackage.json"])
    assert faults(package) == []
    wrong = {
        resource["path"]: misfits({"missingValues": [""], **resource["schema"]}, held[path])
        for resource in package["resources"]
        if (path := resource["path"])
    }
    assert wrong == {path: [] for path in wrong}
    assert {resource["bytes"] for resource in package["resources"]} == {
        len(held[resource["path"]]) for resource in package["resources"]
    }


# Templates


def test_template_has_the_headings_of_an_import() -> None:
    assert blank_csv().decode("utf-8-sig") == ",".join(headings()) + "\r\n"


def test_workbook_explains_every_column() -> None:
    book = openpyxl.load_workbook(io.BytesIO(blank_workbook()))
    assert book.sheetnames == ["claims", "columns"]
    assert [cell.value for cell in book["claims"][1]] == headings()
    first, *rows = book["columns"].iter_rows(values_only=True)
    assert first == EXPLAINED
    assert [row[0] for row in rows] == headings()
    told = {row[0]: row[2] for row in rows}
    assert (told["scope"], told["verbatim"], told["claim"]) == (
        "same, broader, narrower",
        "yes, no",
        None,
    )


def test_filled_template_is_read_without_the_explanation(tmp_path: Path, editor: User) -> None:
    path = tmp_path / "claims.xlsx"
    path.write_bytes(blank_workbook())
    with pytest.raises(Unreadable, match="no sheet with headings and rows"):
        sheets(path, path.name)
    book = openpyxl.load_workbook(path)
    book["claims"].append(["It rained"])
    book.save(path)
    (sheet,) = sheets(path, path.name)
    assert (sheet.name, len(list(sheet.records()))) == ("claims", 1)
