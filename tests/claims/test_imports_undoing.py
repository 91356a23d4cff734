"""An import is undone as a whole: what it wrote is void, and what hangs on it is told."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from articles.models import Article, Event, Source
from claims.actions.upkeep import recompute
from claims.exchange import chunks, running
from claims.exchange.remaining import remaining
from claims.models import (
    Appearance,
    Claim,
    Evidence,
    ImportBatch,
    OutsideVerdict,
    Question,
    Verdict,
)
from claims.record import altered, orphans
from claims.refusals import Refusal
from tests.claims.imports import go, imported, table
from tests.factories import ClaimFactory, EvidenceFactory, SourceFactory, day

pytestmark = pytest.mark.django_db

HEADINGS = (
    *("claim", "source", "source_kind", "stated", "article_title", "publisher"),
    *("reviewer", "label", "our_finding", "summary", "publish"),
)
FIRST = ("It rained", "Ada", "person", "2023-03-07", "Rain", "The Daily", "", "", "", "", "")
ROWS = (
    FIRST,
    ("It snowed", "Ada", "person", "2023-03-07", "", "", "Check", "Half true", "", "", ""),
    ("Hail", "", "", "", "", "", "", "", "refuted", "Dry", "yes"),
    ("It froze", "Ada", "person", "2023-03-07", "Frost", "The Daily", "", "", "", "", ""),
)


def undone(by: User, batch: ImportBatch) -> ImportBatch:
    return go(running.undo(by=by, batch=batch))


def test_undone_import_leaves_nothing_that_counts(chief: User) -> None:
    frost = ClaimFactory(text="It froze", published=True)
    EvidenceFactory(claim=frost)
    before = Claim.objects.get(pk=frost.pk)
    batch = imported(chief, table(ROWS, HEADINGS))
    assert batch.counts["new"] == 4
    assert Claim.objects.get(pk=frost.pk).origins_high == before.origins_high + 1
    batch = undone(chief, batch)
    assert batch.state == "undone"
    assert list(Evidence.objects.current()) == list(frost.evidence.current())
    assert OutsideVerdict.objects.current().count() == 0
    assert Verdict.objects.count() == 0
    claims = {claim.text: claim.set_aside_because for claim in Claim.objects.all()}
    reason = "The import “Rain” was undone."
    assert claims == {"It rained": reason, "It snowed": reason, "Hail": "", "It froze": ""}
    again = Claim.objects.get(pk=frost.pk)
    assert (again.origins_high, again.evidence_state) == (
        before.origins_high,
        before.evidence_state,
    )
    assert [recompute(claim=claim.pk, store=False) for claim in Claim.objects.all()] == [[]] * 4
    assert (orphans(), list(altered())) == ([], [])


def test_undone_import_can_be_imported_again(chief: User) -> None:
    unnamed = [
        ("It thawed", "a farmer", "unnamed", "2023-03-07", "Frost", "The Daily", *[""] * 5),
        ("It melted", "a farmer", "unnamed", "2023-03-07", *[""] * 7),
    ]
    raw = table([*ROWS, *unnamed], HEADINGS)
    undone(chief, imported(chief, raw))
    held = (Source.objects.count(), Article.objects.count(), Question.objects.count())
    batch = imported(chief, raw)
    assert (batch.counts["new"], batch.counts["rejected"]) == (6, 0)
    assert batch.counts["added"]["taken_up"] == 5
    assert Claim.objects.count() == 6
    assert (Source.objects.count(), Article.objects.count(), Question.objects.count()) == held
    assert Claim.objects.exclude(set_aside_because="").count() == 0
    assert Evidence.objects.current().count() == 5
    assert (orphans(), list(altered())) == ([], [])
    third = imported(chief, raw)
    assert (third.counts["new"], third.counts["unchanged"]) == (0, 6)


def test_later_work_stands_in_the_way_and_is_told(chief: User) -> None:
    batch = imported(chief, table(ROWS, HEADINGS))
    claim = Claim.objects.get(text="It rained")
    EvidenceFactory(claim=claim, source=SourceFactory(name="Bea"), stated=day("2023-03-08"))
    assert chunks.hindrances(batch) == [
        f"Other evidence was linked to claims that it added: CL-{claim.pk}."
    ]
    events = Event.objects.count()
    with pytest.raises(Refusal) as refusal:
        running.undo(by=chief, batch=batch)
    assert f"CL-{claim.pk}" in " ".join(refusal.value.messages)
    assert (Event.objects.count(), Evidence.objects.current().count()) == (events, 4)


def test_passage_on_evidence_that_was_here_is_void_alone(chief: User) -> None:
    claim = ClaimFactory(text="It rained")
    ada = SourceFactory(name="Ada", kind="person")
    evidence = EvidenceFactory(claim=claim, source=ada, stated=day("2023-03-07"))
    batch = imported(chief, table([FIRST], HEADINGS))
    (place,) = Appearance.objects.current().filter(evidence=evidence)
    undone(chief, batch)
    place.refresh_from_db()
    assert place.void_reason == "The import “Rain” was undone."
    assert list(Evidence.objects.current()) == [evidence]
    assert Source.objects.filter(name="The Daily").count() == 1


def test_what_stays_is_named_before_and_after(chief: User, client: Client) -> None:
    SourceFactory(name="Check")
    batch = imported(chief, table(ROWS, HEADINGS))
    client.force_login(chief)
    stays = {
        "claim": ["Hail"],
        "source": ["The Daily", "Ada"],
        "article": ["Rain", "Frost"],
    }
    assert {each.kind: [str(row) for row in each.rows] for each in remaining(batch)} == stays
    before = client.get(f"/desk/import/{batch.pk}/undo/").content.decode()
    batch = undone(chief, batch)
    assert {each.kind: [str(row) for row in each.rows] for each in remaining(batch)} == stays
    after = client.get(f"/desk/import/{batch.pk}/").content.decode()
    for row in (Source.objects.get(name="Ada"), Claim.objects.get(text="Hail")):
        link = f'<a href="{row.get_absolute_url()}" dir="auto">{row}</a>'
        assert (before.count(link), after.count(link)) == (1, 1)


def test_more_of_what_stays_is_counted(chief: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("claims.exchange.remaining.NAMED", 1)
    batch = imported(chief, table(ROWS, HEADINGS))
    assert [(each.kind, len(each.rows), each.count, each.more) for each in remaining(batch)] == [
        ("claim", 1, 1, 0),
        ("source", 1, 3, 2),
        ("article", 1, 2, 1),
    ]
