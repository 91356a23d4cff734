"""Queries that are written once give what the same queryset gives, each time."""

from __future__ import annotations

import threading
from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.db.models import DateField, F, OuterRef, Subquery, Value
from django.test.utils import CaptureQueriesContext

from articles.prepared import Given, IsOneOf, Prepared
from claims.models import Claim, Evidence
from tests.factories import ClaimFactory, EvidenceFactory, UserFactory

NOBODY = AnonymousUser()


def named(rows: list[Evidence]) -> list[tuple[Any, ...]]:
    return [(vars(row)["words"], row.source.name, row.stated, row.known) for row in rows]


def evidence() -> Prepared[Evidence]:
    words = Claim.objects.filter(pk=OuterRef("claim")).values("text")
    return Prepared(
        lambda user: (
            Evidence.objects.visible_to(user)
            .filter(IsOneOf("claim", "claims"))
            .select_related("source")
            .annotate(words=Subquery(words))
            .order_by("-pk")
        )
    )


@pytest.mark.django_db
def test_rows_are_those_of_the_queryset(django_assert_num_queries: Any) -> None:
    one, other, third = (
        EvidenceFactory(claim=ClaimFactory(text=text, published=True)).claim.pk
        for text in ("It rained", "It snowed", "It hailed")
    )
    prepared = evidence()
    for claims in ([one], [other, third], [], [one, other, third], [one]):
        words = Claim.objects.filter(pk=OuterRef("claim")).values("text")
        plain = Evidence.objects.filter(claim__in=claims).select_related("source")
        expected = named(list(plain.annotate(words=Subquery(words)).order_by("-pk")))
        with django_assert_num_queries(1):
            assert named(prepared.rows(NOBODY, claims=claims)) == expected


@pytest.mark.django_db
def test_readers_and_editors_see_their_own() -> None:
    draft = EvidenceFactory(claim=ClaimFactory(text="It rained")).claim.pk
    editor = UserFactory(group="editor")
    prepared = evidence()
    for _ in range(2):
        assert prepared.rows(NOBODY, claims=[draft]) == []
        assert [row.claim_id for row in prepared.rows(editor, claims=[draft])] == [draft]


@pytest.mark.django_db
def test_the_day_is_given_each_time() -> None:
    EvidenceFactory(claim=ClaimFactory(text="It rained", published=True))
    late = Prepared(
        lambda _user: Claim.objects.filter(logged_at__date__lt=Given("day", DateField()))
    )
    assert [len(late.rows(NOBODY, day=day)) for day in (date.min, date.max)] == [0, 1]


@pytest.mark.django_db
def test_query_of_one_day_is_refused() -> None:
    today = Prepared(lambda _user: Claim.objects.filter(logged_at__date=date(2023, 3, 9)))
    with pytest.raises(TypeError, match="2023"):
        today.rows(NOBODY)


@pytest.mark.django_db
def test_value_that_is_missing_is_refused() -> None:
    with pytest.raises(KeyError, match="claims"):
        evidence().rows(NOBODY)


@pytest.mark.django_db
def test_values_are_never_part_of_the_sql() -> None:
    ClaimFactory(text="It rained")
    prepared = Prepared(
        lambda _user: Claim.objects.filter(text=Given("text", Claim._meta.get_field("text")))
    )
    assert prepared.rows(UserFactory(group="editor"), text="' OR true --") == []
    with CaptureQueriesContext(connection) as queries:
        (claim,) = prepared.rows(UserFactory(group="editor"), text="It rained")
    assert (claim.text, "'It rained'" in queries[-1]["sql"]) == ("It rained", True)


@pytest.mark.django_db
def test_fixed_values_stand_in_the_sql_as_they_are() -> None:
    editor = UserFactory(group="editor")
    text = "100% of 5 %s: 'it' \\ %% {rained}"
    wanted = ClaimFactory(text=text)
    ClaimFactory(text="It rained")
    prepared = Prepared(
        lambda _user: (
            Claim.objects.filter(IsOneOf("pk", "ids"), text__contains="0% of 5 %s")
            .filter(text=text)
            .annotate(said=Value("100 %s %%"))
        )
    )
    every = list(Claim.objects.values_list("pk", flat=True))
    assert [(row.pk, vars(row)["said"]) for row in prepared.rows(editor, ids=every)] == [
        (wanted.pk, "100 %s %%")
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("prepares", [True, False])
def test_postgresql_keeps_what_it_has_planned_where_it_may(
    monkeypatch: pytest.MonkeyPatch, prepares: bool
) -> None:
    monkeypatch.setitem(connection.settings_dict, "PREPARES", prepares)
    claims = [EvidenceFactory(claim=ClaimFactory(published=True)).claim.pk for _ in range(3)]
    prepared = evidence()
    for claim in claims:
        assert len(prepared.rows(NOBODY, claims=[claim])) == 1
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT generic_plans + custom_plans FROM pg_prepared_statements WHERE statement = %s",
            [prepared._written[False].sql.replace("%(claims)s", "$1")],
        )
        assert cursor.fetchall() == ([(3,)] if prepares else [])


@pytest.mark.django_db
def test_texts_of_all_other_statements_are_forgotten() -> None:
    """A file is written in statements of a megabyte, of which psycopg would keep a hundred."""
    evidence().rows(NOBODY, claims=[1])
    with connection.cursor() as cursor:
        cursor.execute("SELECT length(%s)", ["x" * 1000])
    assert not connection.connection._prepared._counts
    assert connection.connection.prepare_threshold is None


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_each_thread_asks_on_its_own_connection() -> None:
    pk = EvidenceFactory(claim=ClaimFactory(text="It rained", published=True)).claim.pk
    prepared = evidence()
    expected = named(prepared.rows(NOBODY, claims=[pk]))
    found: list[list[tuple[Any, ...]]] = []

    def ask() -> None:
        try:
            found.extend(named(prepared.rows(NOBODY, claims=[pk])) for _ in range(10))
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert found == [expected] * 40


@pytest.mark.django_db
def test_order_and_expressions_with_values_stand() -> None:
    for text in ("It rained", "It snowed"):
        ClaimFactory(text=text)
    prepared = Prepared(
        lambda _user: Claim.objects.annotate(same=F("text")).order_by("-text", "pk")
    )
    rows = prepared.rows(UserFactory(group="editor"))
    assert [vars(row)["same"] for row in rows] == ["It snowed", "It rained"]
