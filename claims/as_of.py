"""The views that show the record at another moment: what migrations drop and make anew.

Schema ``as_of`` shows every table as it stood at ``sayso.as_of``; schema ``known_by`` shows those
that a reader's question "what could be known by ``sayso.known_by``" narrows. Both under the names
of the tables and with all of their columns, so that the same code reads them.

A migration that adds, drops or changes a column of the record has ``forget_views()`` before that
and ``show_views()`` after it; the columns are read from the tables as they are then.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.backends.utils import CursorWrapper
from django.db.migrations import RunPython

FORMER: Mapping[str, tuple[str, ...]] = {
    "articles_source": ("kind", "name", "aliases", "description", "wikidata", "identifiers"),
    "articles_affiliation": ("role", "during", "one_voice"),
    "articles_article": (
        *("kind", "title", "url", "publisher_id", "language", "translated_from"),
        *("published", "note"),
    ),
    "claims_question": ("note",),
    "claims_claim": (
        *("question_id", "language", "checkable", "evidence_state", "state_since"),
        *("origins_low", "origins_high", "for_count", "against_count"),
    ),
}
"""The columns that actions change, by table: what they held is kept in ``articles_former``.

Of a claim: those that still change once it is public. What a draft was is nobody's business.
"""

_THEN = "as_of.moment()"
_KNOWN = ("claims_evidence", "claims_evidencelink", "claims_claimlink", "claims_appearance")
_OUTSIDE = "claims_outsideverdict"
_CLOSED = f"t.closed_at <= {_THEN}"
_OF_VERDICT = "SELECT v.published_at FROM {home}.claims_verdict v WHERE v.id = t.verdict_id"
_FIRST = "SELECT e.at FROM {home}.articles_event e WHERE e.chain = '{name}/' || t.id AND e.seq = 1"
_SINCE = {  # whether a row was there
    "articles_snapshot": f"t.captured_at <= {_THEN}",
    "articles_event": f"t.at <= {_THEN}",
    "claims_claim": f"t.logged_at <= {_THEN}",
    "claims_verdict": f"t.published_at <= {_THEN}",
    "claims_citation": f"({_OF_VERDICT}) <= {_THEN}",
    "claims_challenge": f"t.received_at <= {_THEN}",
    "claims_matchdecision": f"t.decided_at <= {_THEN}",
    **dict.fromkeys((*_KNOWN, _OUTSIDE), f"lower(t.known) <= {_THEN}"),
    **{  # these have no date of their own: their first event has
        table: f"({_FIRST.replace('{name}', name)}) <= {_THEN}"
        for table, name in (
            ("articles_source", "source"),
            ("articles_affiliation", "affiliation"),
            ("articles_article", "article"),
            ("claims_question", "question"),
        )
    },
}
_HELD = {  # what a column held, where it is no former value
    "claims_claim": {
        "published_at": f"CASE WHEN t.published_at <= {_THEN} THEN t.published_at END"
    },
    "claims_challenge": {
        "outcome": f"CASE WHEN {_CLOSED} THEN t.outcome ELSE 'open' END",
        "answer": f"CASE WHEN {_CLOSED} THEN t.answer ELSE '' END",
        "answered_by_id": f"CASE WHEN {_CLOSED} THEN t.answered_by_id END",
        "closed_at": f"CASE WHEN {_CLOSED} THEN t.closed_at END",
    },
    **{
        table: {
            "known": "tstzrange(lower(t.known),"
            f" CASE WHEN upper(t.known) <= {_THEN} THEN upper(t.known) END)",
            "void_reason": f"CASE WHEN upper(t.known) <= {_THEN} THEN t.void_reason ELSE '' END",
        }
        for table in (*_KNOWN, _OUTSIDE)
    },
}

# A document without a date, or without an end of it, was not surely there by any day.
_READABLE = (
    "EXISTS (SELECT FROM {home}.articles_article d WHERE d.id = {row}.article_id"
    " AND upper(d.published) <= known_by.day() + 1)"
)
_PLACES = "SELECT FROM {home}.claims_appearance a WHERE a.evidence_id = t.id AND upper_inf(a.known)"
_NARROWED = {
    "claims_evidence": f"upper(t.stated) <= known_by.day() + 1 AND (NOT EXISTS ({_PLACES})"
    f" OR EXISTS ({_PLACES} AND {_READABLE.replace('{row}', 'a')}))",
    "claims_evidencelink": "EXISTS (SELECT FROM known_by.claims_evidence e"
    " WHERE e.id = t.from_evidence_id) AND EXISTS (SELECT FROM known_by.claims_evidence e"
    " WHERE e.id = t.to_evidence_id)",
    "claims_appearance": _READABLE.replace("{row}", "t"),
    _OUTSIDE: "upper(t.dated) <= known_by.day() + 1",
    # What we found, and when we said what, knew more than that day.
    "claims_verdict": "false",
    "claims_citation": "false",
    "claims_challenge": "false",
    "articles_event": "false",
}

_MAKE = """
CREATE SCHEMA as_of;
CREATE SCHEMA known_by;
CREATE FUNCTION as_of.moment() RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT current_setting('sayso.as_of')::timestamptz $$;
CREATE FUNCTION known_by.day() RETURNS date LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT current_setting('sayso.known_by')::date $$;
"""
# Claims of which anything changed since: few, if the moment is near. Each change adds an event to
# its claim, in one transaction, which took less than an hour; a merge adds it to one of the two.
_CHANGED = """
SELECT e.claim_id FROM {home}.articles_event e
WHERE e.at > {then} - interval '1 hour' AND e.claim_id IS NOT NULL
UNION SELECT f.row_id FROM {home}.articles_former f
WHERE f.of = 'claims_claim' AND f.until > {then}
UNION SELECT unnest(ARRAY[k.from_claim_id, k.to_claim_id]) FROM {home}.claims_claimlink k
WHERE lower(k.known) > {then} OR upper(k.known) > {then}
"""
# The others stood in lists as they stand there now. Readers' pages show published claims only.
_LISTED = """
SELECT list, claim_id, published_at, status, kind, question_id, closes, shown
FROM {home}.claims_listed
WHERE published_at <= {then} AND claim_id NOT IN ({changed})
UNION ALL
SELECT list, claim_id, published_at, status, kind, question_id, closes, shown
FROM ({now}) AS now WHERE claim_id IN (
    SELECT c.id FROM ({changed}) AS changed(id) JOIN {home}.claims_claim c USING (id)
    WHERE c.published_at <= {then})
"""
_PATH = "SELECT set_config('search_path', %s, true)"
_COLUMNS = """
SELECT attname, format_type(atttypid, atttypmod), attnotnull FROM pg_attribute
WHERE attrelid = to_regclass(%s) AND attnum > 0 AND NOT attisdropped ORDER BY attnum
"""


def show_views() -> RunPython:
    """An operation that makes the views over the tables as they are; taken back, it drops them."""
    return RunPython(_make, _drop)


def forget_views() -> RunPython:
    """An operation that drops the views; taken back, it makes them over the tables as they are."""
    return RunPython(_drop, _make)


def _make(_apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
    with editor.connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(current_schema())")
        home = cursor.fetchone()[0]
        cursor.execute(_MAKE)
        for schema, rows in (("as_of", _SINCE), ("known_by", _NARROWED)):
            for table, condition in rows.items():
                cursor.execute(_COLUMNS, [table])
                if columns := cursor.fetchall():
                    held = {} if schema == "known_by" else _held(table, columns)
                    named = ", ".join(
                        f'{held.get(name, f"t.{name}")} AS "{name}"'
                        for name, _type, _filled in columns
                    )
                    shown = f"SELECT {named} FROM {{home}}.{table} t WHERE {condition}"  # noqa: S608
                    shown = shown.replace("{home}", home)
                    cursor.execute(f"CREATE VIEW {schema}.{table} AS {shown}")
            _make_lists(cursor, schema, home)


def _make_lists(cursor: CursorWrapper, schema: str, home: str) -> None:
    """The view of what lists need of claims: what triggers keep, asked of this schema's tables."""
    cursor.execute("SELECT pg_get_viewdef(to_regclass('claims_listed_now'))")
    (asked,) = cursor.fetchone()
    if asked is not None:
        listed = asked.rstrip(";")
        if schema == "as_of":
            listed = _LISTED.replace("{now}", listed).replace("{changed}", _CHANGED)
            listed = listed.replace("{home}", home).replace("{then}", _THEN)
        cursor.execute("SELECT current_setting('search_path')")
        (path,) = cursor.fetchone()
        cursor.execute(_PATH, [f"{schema}, {home}"])
        cursor.execute(f"CREATE VIEW {schema}.claims_listed AS {listed}")
        cursor.execute(_PATH, [path])


def _drop(_apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
    with editor.connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA IF EXISTS as_of, known_by CASCADE")


def _held(table: str, columns: list[tuple[str, str, bool]]) -> dict[str, str]:
    """What each column of a table held at the moment, where that isn't what it holds now."""
    told = _HELD.get(table, {})
    held = {name: f"({told[name]})::{kind}" for name, kind, _filled in columns if name in told}
    for name, kind, filled in columns:
        if name in FORMER.get(table, ()):
            held[name] = _former(table, name, kind, filled=filled)
    return held


def _former(table: str, name: str, kind: str, *, filled: bool) -> str:
    """The value that the first change after the moment took away, else the one that is there.

    A scalar query, because PostgreSQL leaves those out that nobody asks for.
    """
    changed = f"f.of = '{table}' AND f.row_id = t.id AND f.until > {_THEN} AND f.held ? '{name}'"
    first = f"FROM {{home}}.articles_former f WHERE {changed} ORDER BY f.until LIMIT 1"
    if not filled:  # a JSON null is a value, which none found isn't
        found = f"(SELECT f.held -> '{name}' {first})"
        return f"(COALESCE({found}, to_jsonb(t.{name}), 'null') #>> '{{}}')::{kind}"
    value = f"(f.held ->> '{name}')::{kind}"
    if kind.endswith("[]"):
        value = f"ARRAY(SELECT jsonb_array_elements_text(f.held -> '{name}'))::{kind}"
    return f"COALESCE((SELECT {value} {first}), t.{name})"
