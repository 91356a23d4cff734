"""Many rows at once: made like any others, copied while the next ones are planned, all or none."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, connection, models

from articles.models import Source
from claims.actions import weighing
from claims.actions.behind import copying
from claims.actions.rows import columns_of, copy_rows, made
from claims.choices import Scope, Stance
from claims.exchange import running
from claims.models import Claim, Evidence
from claims.standing import assess
from tests.claims.imports import HEADINGS, checked, good, table
from tests.claims.imports import go as walked
from tests.factories import AffiliationFactory, ClaimFactory, EvidenceFactory, SourceFactory

pytestmark = pytest.mark.django_db


def columns(row: models.Model) -> dict[str, Any]:
    return {column.attname: getattr(row, column.attname) for column in columns_of(type(row))}


def test_made_row_is_like_any_other(editor: User) -> None:
    claim, source = ClaimFactory(), SourceFactory()
    given: dict[str, Any] = {"pk": 7, "claim": claim, "source": source, "recorded_by": editor}
    row, usual = made(Evidence, **given), Evidence(**given)
    assert columns(row) == columns(usual)
    assert (row.claim, row.source, row.recorded_by) == (claim, source, editor)
    assert (row.pk, row._state.adding, row._state.db) == (7, True, None)


def test_made_rows_share_nothing() -> None:
    one, other = made(Source, name="Ada"), made(Source, name="Bea")
    one.aliases.append("A.")
    one.identifiers["orcid"] = "1"
    assert (other.aliases, other.identifiers) == ([], {})


@pytest.mark.parametrize("kind", ["person", "unnamed"])
@pytest.mark.parametrize("scope", Scope.values)
@pytest.mark.parametrize("stance", Stance.values)
def test_lone_testimony_weighs_the_same_whoever_gave_it(stance: str, scope: str, kind: str) -> None:
    source = SourceFactory(kind=kind)
    row = EvidenceFactory(source=source, stance=stance, scope=scope, note="because")
    roles = [AffiliationFactory(source=source, one_voice=True)]
    standing = assess(weighing.testimonies_of([row], roles), [])
    assert weighing.weighed([row], roles) == weighing.amounts(standing, [row])


def source_called(name: str, number: int) -> Source:
    return made(Source, pk=number, kind="person", name=name, slug=name.lower())


def copy_each(*rows: Source) -> None:
    with copying() as copier:
        for row in rows:
            copy_rows(copier, Source, [row])


def test_question_of_the_caller_waits_for_what_is_copied() -> None:
    with copying() as copier:
        copy_rows(copier, Source, [source_called(f"S{n}", 10**9 + n) for n in range(2_000)])
        assert Source.objects.filter(pk__gte=10**9).count() == 2_000


def test_what_is_copied_is_what_was_there_when_it_was_asked_for() -> None:
    row = source_called("Ada", 10**9)
    with copying() as copier:
        copy_rows(copier, Source, [row])
        row.name = "Bea"
    assert Source.objects.get(pk=10**9).name == "Ada"


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_nothing_is_copied_after_what_was_refused() -> None:
    with pytest.raises(IntegrityError):
        copy_each(source_called("Ada", 1), source_called("Ada", 2), source_called("Bea", 3))
    assert list(Source.objects.values_list("name", flat=True)) == ["Ada"]


def test_row_that_postgresql_refuses_is_found_and_the_others_are_written(editor: User) -> None:
    """Somebody else was quicker, say: what is planned and what may be written aren't the same."""
    batch = checked(editor, table([*good(9), ("Hail", "Ada", "person", "2024")], HEADINGS))
    with connection.cursor() as cursor:
        cursor.execute(
            "ALTER TABLE claims_claim ADD CONSTRAINT claim_fair_weather CHECK (text <> 'Hail')"
        )
    batch = walked(running.run(by=editor, batch=batch))
    assert (batch.state, batch.counts["new"], batch.counts["rejected"]) == ("done", 9, 1)
    assert Claim.objects.count() == 9
