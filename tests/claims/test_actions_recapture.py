"""An article captured again: what is carried over, what is lost, and how that is repaired."""

import pytest
from django.test import Client

from articles.models import Event
from claims.actions.evidence import void_appearance, void_evidence
from claims.actions.merging import void_claim_link
from claims.actions.recapture import accept_passage, give_up_passage, recapture
from claims.actions.redaction import redact
from claims.choices import Basis
from claims.desk.queues import QUEUES
from claims.models import Appearance
from claims.reading import chains
from claims.reading.annotated import reading_of
from claims.record import orphans
from claims.refusals import Refusal
from tests.factories import (
    AppearanceFactory,
    ClaimFactory,
    EvidenceFactory,
    MergeFactory,
    SnapshotFactory,
)

pytestmark = pytest.mark.django_db

FIRST = "It rained on the whole of the town."
SECOND = "By Friday it could be dry again in the hills."
TEXT = f"{FIRST} {SECOND}"
MORE = f"{TEXT} That was all."
DRIER = SECOND.replace("could", "will")


@pytest.fixture
def quoted():
    """Two passages of one article, the second one hedged."""
    snapshot = SnapshotFactory(text=TEXT)
    evidence = EvidenceFactory(claim__published=True)
    return [
        AppearanceFactory(evidence=evidence, snapshot=snapshot, exact=exact, hedge=hedge)
        for exact, hedge in ((FIRST, ""), (SECOND, "could"))
    ]


def waiting():
    return [(row.pk, vars(row)["is_lost"]) for row in Appearance.objects.to_repair()]


def test_passages_get_successors_in_the_new_text(quoted, editor):
    done = recapture(by=editor, article=quoted[0].article, text=f"Much has changed. {TEXT}")

    assert (done.known, done.lost, done.hedges, done.reworded) == (False, [], 0, 0)
    assert [
        (row.exact, row.hedge, row.via, row.snapshot, row.score)
        for row in Appearance.objects.filter(basis=Basis.REVISION).order_by("pk")
    ] == [(old.exact, old.hedge, old, done.snapshot, 1) for old in quoted]
    assert [(event.verb, event.claim_id) for event in Event.objects.order_by("-pk")[:3]] == [
        ("appearance.carried", quoted[0].evidence.claim_id),
        ("appearance.carried", quoted[0].evidence.claim_id),
        ("article.captured", None),
    ]
    assert set(Appearance.objects.newest()) == set(done.carried)
    assert (waiting(), orphans()) == ([], [])


def test_same_place_in_two_snapshots_is_no_repetition(quoted, editor):
    done = recapture(by=editor, article=quoted[0].article, text=MORE)
    held = Appearance.objects.in_bulk([row.pk for row in done.carried])

    assert [held[row.pk].span for row in done.carried] == [
        Appearance.objects.get(pk=row.pk).span for row in quoted
    ]


def test_text_that_is_held_changes_nothing(quoted, editor):
    article = quoted[0].article
    newer = recapture(by=editor, article=article, text=MORE).snapshot
    before = (Event.objects.count(), Appearance.objects.count())
    again = recapture(by=editor, article=article, text=TEXT)

    assert (again.known, again.snapshot, again.carried) == (True, quoted[0].snapshot, [])
    assert (Event.objects.count(), Appearance.objects.count()) == before
    assert article.snapshots.first() == newer


def test_lost_passage_waits_until_it_comes_back(quoted, editor):
    article = quoted[0].article
    done = recapture(by=editor, article=article, text=SECOND)
    assert (done.lost, waiting()) == (quoted[:1], [(quoted[0].pk, True)])
    back = recapture(by=editor, article=article, text=f"{SECOND}\n\n{FIRST}")

    assert [row.via for row in back.carried] == quoted
    assert waiting() == []


def test_lost_hedge_is_pointed_out_until_somebody_looked(quoted, editor):
    done = recapture(by=editor, article=quoted[0].article, text=f"{FIRST} {DRIER}")
    row = done.carried[1]
    assert (done.hedges, done.reworded, row.hedge, row.exact) == (1, 1, "", DRIER)
    assert waiting() == [(row.pk, False)]
    accept_passage(by=editor, appearance=row)
    accept_passage(by=editor, appearance=row)

    assert waiting() == []
    assert Event.objects.filter(verb="appearance.checked").count() == 1


def test_passage_that_was_not_carried_over_needs_no_second_look(quoted, editor):
    with pytest.raises(Refusal) as refused:
        accept_passage(by=editor, appearance=quoted[0])
    assert refused.value.rule == "passage_carried_over"


def test_voided_and_redacted_are_not_carried_over(quoted, editor, chief):
    void_appearance(by=editor, appearance=quoted[0], reason="misread")
    redact(by=chief, subject=quoted[1], reason="a court order")
    done = recapture(by=editor, article=quoted[0].article, text=MORE)

    assert (done.carried, done.lost, waiting()) == ([], [], [])


def test_places_of_voided_evidence_are_not_carried_over(quoted, editor):
    void_evidence(by=editor, evidence=quoted[0].evidence, reason="misread")
    done = recapture(by=editor, article=quoted[0].article, text="Nothing stayed.")

    assert (done.carried, done.lost, waiting()) == ([], [], [])


def test_redacted_newest_text_loses_nothing(quoted, editor, chief):
    done = recapture(by=editor, article=quoted[0].article, text="Nothing stayed.")
    redact(by=chief, subject=done.snapshot, reason="a court order")

    assert waiting() == []


def test_successor_that_was_wrong_is_lost_again(quoted, editor):
    done = recapture(by=editor, article=quoted[0].article, text=MORE)
    void_appearance(by=editor, appearance=done.carried[0], reason="misread")

    assert waiting() == [(quoted[0].pk, True)]


def test_what_is_given_up_is_voided_wherever_it_was_carried(quoted, editor):
    article = quoted[0].article
    recapture(by=editor, article=article, text=MORE)
    (lost,) = recapture(by=editor, article=article, text=SECOND).lost
    give_up_passage(by=editor, appearance=lost, reason="The paper took it out.")

    assert waiting() == []
    assert [row.exact for row in Appearance.objects.current()] == [SECOND] * 3


def test_successor_is_one_place_and_no_hop(quoted, editor):
    """One document came by the first passage, another by its successor."""
    evidence, article = quoted[0].evidence, quoted[0].article
    before = AppearanceFactory(
        evidence=evidence,
        snapshot=SnapshotFactory(text="Later: it rained, says the paper."),
        exact="it rained",
        via=quoted[0],
    )
    done = recapture(by=editor, article=article, text=MORE)
    after = AppearanceFactory(
        evidence=evidence,
        snapshot=SnapshotFactory(text="Later still: it rained."),
        exact="it rained",
        via=done.carried[0],
    )
    rows = list(chains.with_places(Appearance.objects.current()))
    ways = sorted([hop.pk for hop in way] for way in chains.ways_of(rows))

    first, second = done.carried
    assert ways == sorted([[first.pk, before.pk], [first.pk, after.pk], [second.pk]])


def test_pages_show_one_place_and_say_what_became_of_it(quoted, editor):
    article, claim = quoted[0].article, quoted[0].evidence.claim
    recapture(by=editor, article=article, text=f"There was some drizzle. {DRIER}")
    page = Client().get(claim.get_absolute_url()).content.decode()

    assert page.lower().count("no longer hedged:") == 1
    assert page.lower().count("not in the newest text") == 1
    assert [page.count(f">{words}<") for words in (FIRST, SECOND, DRIER)] == [1, 0, 1]
    reading = reading_of(article, editor)
    assert [mention.appearance for mention in reading.elsewhere] == quoted[:1]


def test_two_claims_on_one_sentence_are_both_carried(editor):
    snapshot = SnapshotFactory(text=TEXT)
    rows = [AppearanceFactory(snapshot=snapshot, exact=FIRST) for _claim in range(2)]
    done = recapture(by=editor, article=snapshot.article, text=MORE)

    assert [row.evidence for row in done.carried] == [row.evidence for row in rows]


# At the desk


def test_capture_says_what_became_of_quotations(quoted, editor_client):
    article = quoted[0].article
    address = f"/desk/articles/{article.pk}/capture/"
    page = editor_client.post(address, {"text": DRIER}, follow=True)
    (told,) = [str(message) for message in page.context["messages"]]

    assert told.startswith("Captured. 1 of 2 quotations carried over, 1 lost, 1 hedge gone. <a")
    rows = editor_client.get(f"/desk/articles/{article.pk}/quotations/").context["rows"]
    assert [(row.is_lost, row.lost_hedge) for row in rows] == [(True, ""), (False, "could")]


def test_claims_wait_while_their_quotations_are_lost(quoted, editor, editor_client):
    claim, queue = quoted[0].evidence.claim, QUEUES["lost"]
    assert list(queue.claims(editor)) == []
    recapture(by=editor, article=quoted[0].article, text=SECOND)
    (row,) = queue.claims(editor)

    assert (row, queue.why(row, editor)) == (claim, f"Not in the newest text: “{FIRST}”")
    assert queue.place(row) == f"/desk/appearances/{quoted[0].pk}/repair/"
    assert FIRST in editor_client.get("/desk/?list=lost").content.decode()


def test_lost_quotation_of_a_merged_claim_waits_with_the_one_that_is_kept(quoted, editor):
    """Also where that was merged on, and where it has lost a quotation of its own."""
    gone, queue = quoted[0].evidence.claim, QUEUES["lost"]
    between, kept = ClaimFactory(published=True), ClaimFactory(published=True)
    own = AppearanceFactory(
        evidence=EvidenceFactory(claim=kept), snapshot=quoted[0].snapshot, exact="in the hills"
    )
    bystander = ClaimFactory(published=True)
    MergeFactory(duplicate=bystander, survivor=ClaimFactory(published=True))
    link = MergeFactory(duplicate=gone, survivor=between)
    MergeFactory(duplicate=between, survivor=kept)
    recapture(by=editor, article=quoted[0].article, text=f"{SECOND} So much for that.")
    (row,) = queue.claims(editor)
    assert (row, queue.why(row, editor)) == (kept, f"Not in the newest text: “{FIRST}”")
    assert queue.place(row) == f"/desk/appearances/{quoted[0].pk}/repair/"

    give_up_passage(by=editor, appearance=quoted[0], reason="The paper took it out.")
    assert list(queue.claims(editor)) == []
    recapture(by=editor, article=quoted[0].article, text="Nothing stayed.")
    (row,) = queue.claims(editor)
    assert (row, vars(row)["repair_words"]) == (kept, SECOND)
    void_claim_link(by=editor, link=link, reason="Two claims after all.")
    held = {row: vars(row)["repair_words"] for row in queue.claims(editor)}
    assert held == {gone: SECOND, kept: own.exact}


def test_lost_quotation_is_given_a_place(quoted, editor, editor_client):
    old, now = quoted[0], "There was a lot of rain on the town."
    done = recapture(by=editor, article=old.article, text=f"{now} {SECOND}")
    address = f"/desk/appearances/{old.pk}/repair/"
    page = editor_client.get(address)
    assert (page.context["form"], page.context["repair"].old.exact) == (None, FIRST)
    assert page.context["repair"].candidates[0].text == now.rstrip(".")
    place = {"snapshot": done.snapshot.pk, "start": 0, "end": len(now)}
    assert editor_client.get(address, place).status_code == 200
    sent = editor_client.post(address, {**place, "exact": now, "verbatim": "on"})

    assert (sent.status_code, waiting()) == (303, [])
    row = Appearance.objects.latest("pk")
    assert (row.exact, row.via, row.basis, row.score) == (now, old, Basis.REVISION, None)


def test_repair_in_a_text_that_is_not_the_newest_is_refused(quoted, editor, editor_client):
    old = quoted[0]
    recapture(by=editor, article=old.article, text=SECOND)
    place = {"snapshot": old.snapshot_id, "start": 0, "end": len(FIRST), "exact": FIRST}
    sent = editor_client.post(f"/desk/appearances/{old.pk}/repair/", place)

    assert (sent.status_code, waiting()) == (422, [(old.pk, True)])


def test_what_is_not_lost_has_no_repair(quoted, editor_client):
    assert editor_client.get(f"/desk/appearances/{quoted[0].pk}/repair/").status_code == 404


def test_reworded_quotation_is_accepted(quoted, editor, editor_client):
    row = recapture(by=editor, article=quoted[0].article, text=f"{FIRST} {DRIER}").carried[1]
    repair = editor_client.get(f"/desk/appearances/{row.pk}/repair/").context["repair"]
    assert (repair.old.exact, repair.lost_hedge) == (SECOND, "could")
    assert editor_client.post(f"/desk/appearances/{row.pk}/accept/").status_code == 303
    assert waiting() == []


@pytest.mark.parametrize("quotations", [(FIRST,), (FIRST, SECOND, TEXT)])
def test_list_takes_as_many_queries_for_many_rows(
    editor, editor_client, quotations, django_assert_num_queries
):
    snapshot = SnapshotFactory(text=TEXT)
    for exact in quotations:
        AppearanceFactory(snapshot=snapshot, exact=exact)
    recapture(by=editor, article=snapshot.article, text="Nothing stayed.")
    with django_assert_num_queries(7):
        editor_client.get(f"/desk/articles/{snapshot.article_id}/quotations/")
