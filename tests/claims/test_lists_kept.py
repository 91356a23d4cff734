"""The rows from which lists are made say what the record says, whoever writes."""

from datetime import date
from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange

from claims.actions.evidence import void_evidence
from claims.actions.intake import edit_claim, publish_claim
from claims.actions.listing import strayed
from claims.actions.merging import void_claim_link
from claims.actions.setting_aside import set_aside, take_up
from claims.choices import ClaimKind
from claims.models import ALL, Claim, Listed
from tests.factories import (
    ClaimFactory,
    EvidenceFactory,
    MergeFactory,
    QuestionFactory,
    SourceFactory,
    VerdictFactory,
)

pytestmark = pytest.mark.django_db


def listed(claim: Claim) -> list[tuple[object, ...]]:
    """The rows of a claim: list, status, kind, question, shown, whether published."""
    rows = Listed.objects.filter(claim=claim).order_by("list")
    columns = ("list", "status", "kind", "question", "shown", "published_at")
    return [(*row[:5], row[5] is not None) for row in rows.values_list(*columns)]


def test_life_of_a_claim_in_lists(editor: User, chief: User) -> None:
    question, source = QuestionFactory(), SourceFactory()
    claim = ClaimFactory()
    assert listed(claim) == [(ALL, "unsourced", "event", None, True, False)]
    set_aside(by=editor, claim=claim, reason="Later.")
    assert listed(claim) == [(ALL, "unsourced", "event", None, False, False)]
    take_up(by=editor, claim=claim)
    evidence = EvidenceFactory(claim=claim, source=source)
    told = ("single_origin", "event", None, True, False)
    assert listed(claim) == [(ALL, *told), (source.pk, *told)]
    edit_claim(by=editor, claim=claim, question=question, kind=ClaimKind.CAUSE)
    publish_claim(by=editor, claim=claim)
    told = ("single_origin", "cause", question.pk, True, True)
    assert listed(claim) == [(ALL, *told), (source.pk, *told)]
    VerdictFactory(claim=claim, published_by=chief)
    told = ("insufficient", "cause", question.pk, True, True)
    assert listed(claim) == [(ALL, *told), (source.pk, *told)]
    void_evidence(by=editor, evidence=evidence, reason="Wrong city.")
    assert listed(claim) == [(ALL, *told)]
    assert strayed() == []


def test_merged_claim_leaves_lists_and_comes_back() -> None:
    merge = MergeFactory(
        duplicate=ClaimFactory(published=True), survivor=ClaimFactory(published=True)
    )
    duplicate = merge.to_claim if merge.survivor == merge.from_claim else merge.from_claim
    EvidenceFactory(claim=merge.survivor)
    assert [row[4] for row in listed(duplicate)] == [False]
    void_claim_link(by=merge.recorded_by, link=merge, reason="Two rains.")
    assert [row[4] for row in listed(duplicate)] == [True]
    assert strayed() == []


def test_prediction_is_overdue_from_the_day_its_window_closes() -> None:
    window = DateRange(date(2023, 3, 8), date(2023, 4, 1))
    claim = ClaimFactory(prediction=True, window=window)
    open_ = ClaimFactory(prediction=True, window=DateRange(date(2023, 3, 8), None))
    codes = dict(Listed.objects.with_code().values_list("claim", "code"))
    assert codes == {claim.pk: "overdue", open_.pk: "awaiting"}
    for code, pk in (("overdue", claim.pk), ("awaiting", open_.pk)):
        assert [row.claim_id for row in Listed.objects.of_status(code)] == [pk]


def test_claims_and_evidence_of_one_statement_are_listed(editor: User) -> None:
    claim = ClaimFactory()
    sources = [SourceFactory() for _ in range(3)]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO claims_evidence (claim_id, source_id, stance, scope, stated, language,"
            " note, interested, void_reason, recorded_by_id) SELECT %s, s, 'asserts', 'same',"
            " daterange('2023-03-01', '2023-03-02'), 'en', '', false, '', %s"
            " FROM unnest(%s::bigint[]) AS s",
            [claim.pk, editor.pk, [source.pk for source in sources]],
        )
    assert [row[0] for row in listed(claim)] == [ALL, *(source.pk for source in sources)]
    assert strayed() == []


def test_deleted_claim_leaves_lists(editor: User) -> None:
    [claim] = Claim.objects.bulk_create([Claim(text="It rained", slug="c", logged_by=editor)])
    assert Listed.objects.count() == 1
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM claims_claim WHERE id = %s", [claim.pk])
    assert Listed.objects.count() == 0


def test_lists_that_were_tampered_with_are_told_and_mended() -> None:
    claim, other = ClaimFactory(), ClaimFactory()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE claims_listed SET kind = 'cause' WHERE claim_id = %s", [claim.pk])
        cursor.execute("DELETE FROM claims_listed WHERE claim_id = %s", [other.pk])
    assert strayed() == [claim.pk, other.pk]
    said = StringIO()
    with pytest.raises(CommandError):
        call_command("recompute_standing", stdout=said)
    assert said.getvalue().splitlines() == [
        f"CL-{pk} isn’t in lists as it is on the record" for pk in (claim.pk, other.pk)
    ]
    call_command("recompute_standing", "--fix", stdout=said)
    assert strayed() == []
