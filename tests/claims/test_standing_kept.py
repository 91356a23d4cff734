"""What is stored of a claim's evidence is what its evidence amounts to, whatever was done."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from articles.actions import edit_source
from articles.models import Affiliation, Event, Source
from claims.actions import upkeep
from claims.actions.evidence import (
    link_evidence,
    relate_evidence,
    void_evidence,
    void_evidence_link,
)
from claims.actions.intake import log_claim, publish_claim
from claims.actions.merging import merge_claims, relate_claims, void_claim_link
from claims.actions.roles import affiliate, edit_affiliation
from claims.models import Claim, ClaimLink, Evidence, EvidenceLink
from tests.factories import ClaimFactory, EvidenceFactory, MergeFactory, SourceFactory
from tests.sql import accepts, update

pytestmark = pytest.mark.django_db

KINDS = ("repeats", "relies_on", "responds_to", "withdraws")
STANCES = ("asserts", "asserts", "asserts", "denies", "supports", "context")
SCOPES = ("same", "same", "narrower", "broader")


def pick(rows: Any, number: int) -> Any:
    found = list(rows.order_by("pk"))
    return found[number % len(found)]


def after(number: int) -> date:
    return date(2023, 3, 1) + timedelta(days=number)


Act = Callable[[User, int, int, int], Any]
# Each act works on whatever rows its numbers come to; what is refused changes nothing.
ACTS: dict[str, Act] = {
    "link": lambda by, a, b, c: link_evidence(
        by=by,
        claim=pick(Claim.objects, a),
        source=pick(Source.objects, b),
        stated=DateRange(after(c), after(c + 1 + a % 3)),
        stance=STANCES[c % len(STANCES)],
        scope=SCOPES[(a + b) % len(SCOPES)],
        note="It follows.",
    ),
    "relate evidence": lambda by, a, b, c: relate_evidence(
        by=by,
        evidence=pick(Evidence.objects, a),
        other=pick(Evidence.objects, b),
        kind=KINDS[c % len(KINDS)],
    ),
    "void evidence": lambda by, a, b, c: void_evidence(
        by=by, evidence=pick(Evidence.objects, a), reason="misread"
    ),
    "void evidence link": lambda by, a, b, c: void_evidence_link(
        by=by, link=pick(EvidenceLink.objects, a), reason="misread"
    ),
    "merge": lambda by, a, b, c: merge_claims(
        by=by, duplicate=pick(Claim.objects, a), survivor=pick(Claim.objects, b)
    ),
    "void claim link": lambda by, a, b, c: void_claim_link(
        by=by, link=pick(ClaimLink.objects, a), reason="misread"
    ),
    "relate claims": lambda by, a, b, c: relate_claims(
        by=by, claim=pick(Claim.objects, a), other=pick(Claim.objects, b), kind="contradicts"
    ),
    "affiliate": lambda by, a, b, c: affiliate(
        by=by,
        source=pick(Source.objects, a),
        organisation=pick(Source.objects.filter(kind="organisation"), b),
        role="Spokesman",
        during=DateRange(after(0), after(c + 2)),
        one_voice=bool(c % 3),
    ),
    "edit affiliation": lambda by, a, b, c: edit_affiliation(
        by=by,
        affiliation=pick(Affiliation.objects, a),
        role="Minister",
        during=DateRange(after(c), None),
        one_voice=bool(b % 2),
    ),
    "name source": lambda by, a, b, c: edit_source(
        by=by, source=pick(Source.objects, a), kind=("person", "unnamed", "organisation")[b % 3]
    ),
    "log": lambda by, a, b, c: log_claim(by=by, text=f"It rained on day {a}"),
    "publish": lambda by, a, b, c: publish_claim(by=by, claim=pick(Claim.objects, a)),
}
# What makes up the evidence comes more often than the rest.
NAMES = sorted([*ACTS, "link", "link", "relate evidence", "relate evidence", "merge"])


@given(
    st.lists(
        st.tuples(
            st.sampled_from(NAMES), st.integers(0, 11), st.integers(0, 11), st.integers(0, 11)
        ),
        min_size=5,
        max_size=25,
    )
)
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_nothing_drifts(editor: User, acts: list[tuple[str, int, int, int]]) -> None:
    with transaction.atomic():
        for kind in ("person", "person", "organisation", "organisation", "unnamed", "unnamed"):
            SourceFactory(kind=kind)
        for _ in range(3):
            ClaimFactory()
        for act, a, b, c in acts:
            with suppress(ValidationError, ZeroDivisionError):
                ACTS[act](editor, a, b, c)
        drifts = [
            drift
            for pk in Claim.objects.values_list("pk", flat=True)
            for drift in upkeep.recompute(claim=pk, store=False)
        ]
        transaction.set_rollback(True)
    assert drifts == []


# The command


def run(**options: Any) -> str:
    out = StringIO()
    call_command("recompute_standing", stdout=out, **options)
    return out.getvalue()


def test_command_finds_nothing() -> None:
    EvidenceFactory()
    MergeFactory()
    assert run() == "3 claims were weighed. Nothing differs.\n"


def test_command_finds_and_mends_what_was_written_by_hand() -> None:
    held = EvidenceFactory().claim
    merge = MergeFactory()
    accepts(update("claims_claim", held.pk, evidence_state="contested", against_count=7))
    accepts(update("claims_claim", merge.survivor_id, for_count=1))
    events = Event.objects.count()
    lines = [
        f"CL-{held.pk} evidence_state: contested → single_origin",
        f"CL-{held.pk} against_count: 7 → 0",
        f"CL-{merge.survivor_id} for_count: 1 → 0",
    ]
    out = StringIO()
    with pytest.raises(CommandError) as caught:
        call_command("recompute_standing", stdout=out)
    assert (str(caught.value), caught.value.returncode) == (
        "3 claims were weighed. Run it again with --fix to store this.",
        1,
    )
    assert out.getvalue().splitlines() == lines
    assert run(fix=True).splitlines() == [
        *lines,
        "3 claims were weighed. What was computed has been stored.",
    ]
    assert run() == "3 claims were weighed. Nothing differs.\n"
    assert Event.objects.count() == events
