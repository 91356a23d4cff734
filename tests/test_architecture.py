"""What docs/architecture.md says of the code, read from the code."""

import ast
import re
import sys
from collections.abc import Callable, Iterator
from inspect import Parameter, getsource, signature
from pathlib import Path
from typing import Any

import pytest
from django.contrib.admin import ModelAdmin, site

from articles import actions as of_articles
from articles import working
from claims.actions import (
    challenges,
    desk,
    evidence,
    intake,
    matches,
    merging,
    outside,
    passages,
    recapture,
    redaction,
    reviewing,
    roles,
    setting_aside,
    together,
    undoing,
    verdicts,
)
from tests.acting import actions_of

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("articles", "claims", "config")
MODULES = sorted(
    path
    for package in PACKAGES
    for path in (ROOT / package).rglob("*.py")
    if "migrations" not in path.parts
)
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))

# They know neither Django nor the database, and are tested by property.
PURE = {
    "articles/abbreviations.py",
    "articles/alignment.py",
    "articles/anchoring.py",
    "articles/carried.py",
    "articles/dates.py",
    "articles/differences.py",
    "articles/enclosures.py",
    "articles/sentences.py",
    "articles/verbatim.py",
    "articles/words.py",
    "claims/copies.py",
    "claims/cues.py",
    "claims/history_check.py",
    "claims/segments.py",
    "claims/standing.py",
}
# The homes of what changes tables. Elsewhere nobody writes.
WRITING = (
    "articles/actions.py",
    "articles/history.py",
    "articles/working.py",
    "claims/actions/",
    # Imports at work, which are no part of the record.
    "claims/exchange/chunks.py",
    "claims/exchange/importing.py",
    "claims/exchange/resembling.py",
    "claims/exchange/answering.py",
    "claims/exchange/running.py",
    "claims/exchange/staging.py",
    "claims/exchange/walking.py",
)
WRITES = {
    "abulk_create",
    "acreate",
    "adelete",
    "asave",
    "aupdate",
    "bulk_create",
    "bulk_update",
    "create",
    "create_user",
    "delete",
    "get_or_create",
    "save",
    "update",
    "update_or_create",
}
# What looks like a write and is none, or writes no table of ours: module and the very words.
HARMLESS = {
    ("articles/admin/base.py", "self.create"),
    ("articles/forms/fields.py", "self.widget.attrs.update"),
    ("articles/models/loaded.py", "held.update"),
    ("claims/exchange/world.py", "self.captured.update"),
    ("claims/exchange/world.py", "self.tops.update"),
    ("claims/exchange/world.py", "keys.update"),
    ("claims/exchange/world.py", "pairs.update"),
    ("claims/exchange/blanks.py", "book.save"),
    ("claims/exchange/exporting.py", "book.save"),
    ("claims/exchange/dumping.py", "sums.update"),
    ("claims/exchange/restoring.py", "User.objects.bulk_create"),
    ("claims/exchange/restoring.py", "sums.update"),
    ("claims/feeds/lists.py", "newest.update"),
    ("claims/history_check.py", "told.update"),
    ("claims/management/commands/load_demo.py", "User.objects.create_user"),
    ("claims/pictures/drawing.py", "image.save"),
    ("claims/reading/history.py", "ids.update"),
    ("claims/segments.py", "places.update"),
    ("config/serve.py", "facts.update"),
}


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def imported_by(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            yield node.module or ""


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_module_says_what_it_is(path: Path) -> None:
    """In one plain line; an empty package says nothing."""
    text = path.read_text("utf-8")
    if path.name == "__init__.py" and not text.strip():
        return
    told = ast.get_docstring(ast.parse(text))
    assert told is not None
    assert re.fullmatch(r"[A-Z].*[.:]", told.splitlines()[0])


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_stand_at_the_top(path: Path) -> None:
    """One inside a function hides a circle."""
    hidden = [
        ast.unparse(node)
        for function in ast.walk(tree_of(path))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert hidden == []


@pytest.mark.parametrize("name", sorted(PURE))
def test_pure_module_stands_alone(name: str) -> None:
    roots = {module.partition(".")[0] for module in imported_by(tree_of(ROOT / name))}
    ours = {
        module.replace(".", "/") + ".py"
        for module in imported_by(tree_of(ROOT / name))
        if module.partition(".")[0] in PACKAGES
    }
    assert roots - set(sys.stdlib_module_names) <= set(PACKAGES)
    assert ours <= PURE


def written_outside_actions() -> set[tuple[str, str]]:
    return {
        (name_of(path), ast.unparse(node.func))
        for path in MODULES
        if not name_of(path).startswith(WRITING)
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in WRITES
    }


def test_only_actions_write() -> None:
    """Views, admin, commands and the import are doors to the same actions."""
    assert written_outside_actions() - HARMLESS == set()


def test_nobody_writes_raw_sql_outside_actions() -> None:
    statement = re.compile(
        r"\b(INSERT INTO|UPDATE \w+(\s+(AS\s+)?\w+)?\s+SET|DELETE FROM|TRUNCATE|COPY \w+ \()"
    )
    found = [
        (name_of(path), match.group())
        for path in MODULES
        if not name_of(path).startswith(WRITING)
        for match in statement.finditer(path.read_text("utf-8"))
    ]
    assert found == []


def test_no_signals_and_no_utils() -> None:
    assert [name_of(path) for path in MODULES if path.stem in ("utils", "common", "helpers")] == []
    listening = [
        name_of(path)
        for path in MODULES
        if {"django.dispatch", "django.db.models.signals"} & set(imported_by(tree_of(path)))
    ]
    assert listening == []


def test_saving_a_row_does_nothing_else() -> None:
    overridden = [
        (name_of(path), node.name)
        for path in MODULES
        if "models" in path.parts
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef) and node.name in ("save", "delete", "full_clean")
    ]
    assert overridden == []


ACTIONS = sorted(
    actions_of(
        of_articles,
        working,
        challenges,
        desk,
        evidence,
        intake,
        matches,
        merging,
        outside,
        passages,
        recapture,
        redaction,
        reviewing,
        roles,
        setting_aside,
        together,
        undoing,
        verdicts,
    ),
    key=lambda action: f"{action.__module__}.{action.__name__}",
)


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.__name__)
def test_action_is_called_by_name_and_says_what_it_does(action: Callable[..., Any]) -> None:
    parameters = signature(action).parameters
    assert {parameter.kind for parameter in parameters.values()} <= {
        Parameter.KEYWORD_ONLY,
        Parameter.VAR_KEYWORD,
    }
    assert next(iter(parameters)) == "by"
    assert parameters["by"].default is Parameter.empty
    assert action.__doc__


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.__name__)
def test_action_is_atomic(action: Callable[..., Any]) -> None:
    """The one that isn't only looks before it calls one that is."""
    atomic = getsource(action).startswith("@transaction.atomic\n")
    assert atomic is (action is not of_articles.find_or_add_source)


def test_admin_saves_by_actions_only() -> None:
    """Django's own admin would save and delete rows by itself."""
    ours = {
        model.__name__: type(admin)
        for model, admin in site._registry.items()
        if model._meta.app_label in ("articles", "claims")
    }
    assert {"Article", "Claim", "Evidence", "Source", "Verdict"} <= ours.keys()
    steps = ("save_model", "save_related", "delete_model", "delete_queryset")
    unchanged = [
        (name, step)
        for name, admin in ours.items()
        for step in steps
        if getattr(admin, step) is getattr(ModelAdmin, step)
    ]
    assert unchanged == []


# Templates


def test_templates_show_only_what_may_be_seen() -> None:
    """Views pass ``visible_to(user)``; a template that asks for all would show drafts."""
    rows = (
        "absorbed|affiliations|answers|appearances|articles|challenges|citations|cited|claims"
        "|events|evidence|links_in|links_out|members|onward|snapshots|verdicts"
        "|verdicts_published|verdicts_written"
    )
    asking = re.compile(rf"\.(?:{rows})\.(?:all|count|first|last|exists|current)\b|\w+_set\.")
    found = [
        (name_of(path), match.group())
        for path in TEMPLATES
        for match in asking.finditer(path.read_text("utf-8"))
    ]
    assert found == []


def test_templates_escape_everything() -> None:
    raw = re.compile(r"[\w.]+\|\s*safe\b|autoescape\s+off|safeseq")
    found = [
        (name_of(path), match.group())
        for path in TEMPLATES
        for match in raw.finditer(path.read_text("utf-8"))
    ]
    # As in Django's own template: help texts come from the code, some of Django's as HTML.
    assert found == [("templates/django/forms/field.html", "field.help_text|safe")]
    marked = [
        (name_of(path), ast.unparse(node))
        for path in MODULES
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func).rpartition(".")[2] in ("mark_safe", "SafeString", "SafeText")
    ]
    (only,) = marked  # what it escapes itself, for a place where HTML isn't read
    assert only[0] == "claims/templatetags/linked.py"
