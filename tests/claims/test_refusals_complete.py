"""Every rule of the tables is attacked by SQL, and has words that an editor can act on."""

import ast
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection
from django.db.models.constraints import BaseConstraint

from claims.refusals import RULES

pytestmark = pytest.mark.django_db

TESTS = Path(__file__).parent.parent
ATTACKS = (
    "articles/test_refusals.py",
    "claims/test_refusals.py",
    "claims/test_refusals_outside.py",
    "claims/test_refusals_together.py",
)
# Targets of two-column foreign keys: nothing breaks them without breaking a primary key first.
IMPLIED = {"snapshot_of_article", "appearance_of_evidence"}
# Rules of the actions alone, which look at more than rows; their tests are those of the actions.
OF_ACTIONS = {
    "not_itself",
    "affiliation_with_organisation",
    "article_already_here",
    "assignee_at_desk",
    "challenge_answered_by_verdict",
    "challenge_closed_before",
    "changed_since",
    "changes_need_note",
    "claimlink_survivor_public",
    "discard_needs_reason",
    "draft_too_long",
    "import_begun",
    "import_built_on",
    "import_columns",
    "import_empty",
    "import_gone",
    "import_nothing",
    "import_state",
    "import_too_much",
    "reason_too_long",
    "report_too_many",
    "passage_carried_over",
    "redacted_before",
    "redaction_needs_reason",
    "savedfilter_too_many",
    "set_aside_needs_reason",
    "source_spoke_unnamed",
    "verdict_changed_since",
    "verdict_own",
    "verdict_sent_back",
    "undo_built_on",
    "undo_nothing",
    "undone_before",
    "void_needs_reason",
}
# No action can bring these about: they are settled by the database itself, or asked of a field.
BEHIND_THE_ACTIONS = {
    "articles_event_seq_check",
    "claim_origins_in_order",
    "claims_claim_against_count_check",
    "claims_claim_for_count_check",
    "claims_claim_origins_high_check",
    "claims_claim_origins_low_check",
    "event_chain_seq",
    "event_in_its_chain",
    "event_payload_is_object",
    "event_words_plain",
    "importfile_position_once",
    "importmemory_headings_once",
    "importpart_position_once",
    "importrow_number_once",
    "importsheet_position_once",
    "noclaim_is_a_hash",
    "noclaim_sentence_once",
    "notacopy_lower_first",
    "notacopy_once",
}


def rows(sql: str) -> list[tuple[str, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def constraints() -> set[str]:
    """Every constraint and unique index of our tables, but for keys and what may be missing."""
    ours = "(c.relname LIKE 'articles\\_%' OR c.relname LIKE 'claims\\_%')"
    checks = rows(
        "SELECT conname FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid"
        f" WHERE {ours} AND (contype IN ('c', 'x')"
        " OR contype = 'f' AND cardinality(conkey) > 1)"
    )
    unique = rows(
        "SELECT i.relname FROM pg_index x JOIN pg_class c ON c.oid = x.indrelid"
        " JOIN pg_class i ON i.oid = x.indexrelid"
        f" WHERE {ours} AND x.indisunique AND NOT x.indisprimary"
    )
    return {name for (name,) in checks + unique} - IMPLIED


def triggered() -> set[str]:
    """Every rule that a trigger refuses by name."""
    sources = rows(
        "SELECT prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
        " AND prosrc LIKE '%sayso\\_refuse(%'"
    )
    found = [re.findall(r"sayso_refuse\(\s*'(\w+)'", source) for (source,) in sources]
    assert all(found)
    return {name for names in found for name in names}


def strings(node: ast.AST) -> set[str]:
    return {
        part.value
        for part in ast.walk(node)
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    }


def attacked() -> set[str]:
    """What ``refuses`` is called with, and what ``refused_…`` is compared with."""
    names: set[str] = set()
    for path in ATTACKS:
        for test in ast.walk(ast.parse((TESTS / path).read_text())):
            if isinstance(test, ast.FunctionDef):
                names |= attacked_by(test)
    return names


def attacked_by(test: ast.FunctionDef) -> set[str]:
    held: dict[str, set[str]] = {}
    names: set[str] = set()
    for node in ast.walk(test):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                held[name] = strings(value)
            case ast.Assign(targets=[ast.Tuple(elts=targets)], value=ast.Tuple(elts=values)):
                for target, value in zip(targets, values, strict=True):
                    held[ast.unparse(target)] = strings(value)
    for node in ast.walk(test):
        match node:
            case ast.Call(func=ast.Name(id="refuses"), args=[ast.Name(id=name), *_]):
                names |= held[name]
            case ast.Call(func=ast.Name(id="refuses"), args=[ast.Constant(value=str(rule)), *_]):
                names.add(rule)
            case ast.Compare(
                left=ast.Call(func=ast.Name(id=function)),
                comparators=[ast.Constant(value=str(rule))],
            ) if function.startswith("refused_"):
                names.add(rule)
    return names


def test_every_rule_is_attacked() -> None:
    assert (constraints() | triggered()) - attacked() == set()


def test_rules_are_found() -> None:
    """The lists above aren't empty by mistake."""
    assert {"evidence_once", "appearance_via_same_evidence", "verdict_one_first"} <= constraints()
    assert {"claim_frozen", "event_immutable", "read_committed"} <= triggered()


def test_every_rule_has_words() -> None:
    """What an action can run into says what to do, at a field where there is one."""
    words = {name for name in RULES if str(RULES[name][1]).endswith((".", "?"))}
    of_choices = {name for name in constraints() if name.endswith("_known")}
    assert (constraints() | triggered()) - words - of_choices - BEHIND_THE_ACTIONS == set()


def test_no_words_without_a_rule() -> None:
    assert RULES.keys() - constraints() - triggered() == set()


def test_constraints_say_the_same_before_and_after() -> None:
    """What the model objects to before PostgreSQL is asked reads as what PostgreSQL refuses."""
    said = {
        constraint.name: str(constraint.violation_error_message).replace("’", "'")
        for model in apps.get_models()
        if model._meta.app_label in ("articles", "claims")
        for constraint in model._meta.constraints
        if constraint.violation_error_message != BaseConstraint.default_violation_error_message
    }
    unlike = {
        name: (message, str(RULES[name][1]))
        for name, message in said.items()
        if name in RULES and message != str(RULES[name][1]).replace("’", "'")
    }
    assert unlike == {}


def test_nothing_cascades() -> None:
    """ON DELETE CASCADE would empty the record whatever its triggers say."""
    kept = rows(
        "SELECT conname FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid"
        " WHERE contype = 'f' AND (confdeltype NOT IN ('a', 'r') OR confupdtype NOT IN ('a', 'r'))"
        " AND (c.relname LIKE 'articles\\_%' OR c.relname LIKE 'claims\\_%')"
    )
    assert kept == []
    cascading = [
        field
        for model in apps.get_models()
        if model._meta.app_label in ("articles", "claims") and model._meta.managed
        for field in model._meta.get_fields()
        if getattr(getattr(field, "remote_field", None), "on_delete", None) is not None
        and field.remote_field.on_delete.__name__ not in ("PROTECT", "RESTRICT")
        and field.concrete
    ]
    assert cascading == []


def test_every_refusal_of_an_action_is_known() -> None:
    """A rule that an action raises by itself is one of the tables', or listed above."""
    raised = set()
    root = TESTS.parent
    for path in (root / "articles", root / "claims"):
        for file in path.rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text())):
                if (
                    isinstance(node, ast.Call)
                    and isinstance(node.func, ast.Name)
                    and node.func.id == "Refusal"
                    and node.args
                    and isinstance(node.args[0], ast.Constant)
                ):
                    raised.add(node.args[0].value)
    assert raised - RULES.keys() - OF_ACTIONS == set()
