"""Lists of another moment say what every claim, asked by itself, says of that moment."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import User
from django.db import connection

from claims import as_of
from claims.actions.evidence import void_evidence
from claims.actions.intake import edit_claim
from claims.actions.merging import void_claim_link
from tests.factories import (
    ClaimFactory,
    EvidenceFactory,
    MergeFactory,
    QuestionFactory,
    VerdictFactory,
)

pytestmark = pytest.mark.django_db

COLUMNS = "list, claim_id, published_at, status, kind, question_id, closes, shown"


def clock() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]


@contextmanager
def standing_at(moment: datetime) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('sayso.as_of', %s, true), set_config('search_path',"
            " 'as_of, ' || current_setting('search_path'), true),"
            " set_config('sayso.path', current_setting('search_path'), true)",
            [moment.isoformat()],
        )
        yield
        cursor.execute("SELECT set_config('search_path', current_setting('sayso.path'), true)")


def rows(asked: str) -> set[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {COLUMNS} FROM {asked} WHERE published_at IS NOT NULL")
        return set(cursor.fetchall())


def asked_one_by_one() -> str:
    """The view that lists are derived from, over whatever tables the search path shows."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_viewdef('claims_listed_now'::regclass)")
        return f"({cursor.fetchone()[0].rstrip(';')}) AS asked"


def make_views(monkeypatch: pytest.MonkeyPatch, slack: str) -> None:
    """Make the views anew, with as much time for the transaction of a change as ``slack``."""
    given = as_of._CHANGED.replace("interval '1 hour'", f"interval '{slack}'")
    assert slack in given
    with monkeypatch.context() as changed:
        changed.setattr(as_of, "_CHANGED", given)
        editor = SimpleNamespace(connection=connection)
        as_of._drop(None, editor)
        as_of._make(None, editor)


@pytest.mark.parametrize("slack", ["0 seconds", "1 hour"])
def test_lists_then_are_those_of_each_claim_then(
    monkeypatch: pytest.MonkeyPatch, editor: User, chief: User, slack: str
) -> None:
    asked = asked_one_by_one()
    make_views(monkeypatch, slack)
    moments = [clock()]
    claims = [ClaimFactory(published=True) for _ in range(3)]
    draft = ClaimFactory()
    moments.append(clock())
    evidence = [EvidenceFactory(claim=claim) for claim in claims]
    EvidenceFactory(claim=draft)
    moments.append(clock())
    edit_claim(by=editor, claim=claims[0], question=QuestionFactory())
    moments.append(clock())
    VerdictFactory(claim=claims[1], published_by=chief)
    moments.append(clock())
    void_evidence(by=editor, evidence=evidence[0], reason="Wrong city.")
    moments.append(clock())
    merge = MergeFactory(duplicate=claims[2], survivor=claims[1])
    moments.append(clock())
    void_claim_link(by=editor, link=merge, reason="Two rains.")
    ClaimFactory(published=True, prediction=True)
    moments.append(clock())
    found = []
    for moment in moments:
        with standing_at(moment):
            wanted = rows(asked)
            assert rows("claims_listed") == wanted
        found.append(frozenset(wanted))
    assert [len(of) for of in found] == [0, 3, 6, 6, 6, 5, 5, 6]
    assert len(set(found)) == len(moments)


def test_claims_that_did_not_change_are_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """What lists hold now is told of them; a wrong row shows that it is that one."""
    make_views(monkeypatch, "0 seconds")
    still, changed = (EvidenceFactory(claim=ClaimFactory(published=True)).claim for _ in range(2))
    then = clock()
    EvidenceFactory(claim=changed)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE claims_listed SET kind = 'nonsense' WHERE list = 0")
    with standing_at(then):
        kinds = {row[1]: row[4] for row in rows("claims_listed") if row[0] == 0}
    assert kinds == {still.pk: "nonsense", changed.pk: changed.kind}
