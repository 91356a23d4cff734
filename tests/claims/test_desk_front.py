"""The desk's front page and its queues: what waits, why, since when, and for whom."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from articles.models import Event
from claims.actions.challenges import close_challenge
from claims.actions.desk import assign
from claims.actions.evidence import void_evidence
from claims.actions.recapture import recapture
from claims.actions.reviewing import ask_for_changes
from claims.actions.roles import affiliate
from claims.actions.verdicts import propose_withdrawal, publish_verdict
from claims.desk.queues import QUEUES
from claims.desk.waiting import STALE_AFTER
from claims.models import Claim
from claims.reading.dossier import dossier_of
from claims.reading.held import find
from tests.factories import (
    AppearanceFactory,
    ArticleFactory,
    ChallengeFactory,
    ClaimFactory,
    EvidenceFactory,
    EvidenceLinkFactory,
    MergeFactory,
    QuestionFactory,
    SnapshotFactory,
    SourceFactory,
    UserFactory,
    VerdictFactory,
    day,
    passage_of,
)
from tests.pages import read

pytestmark = pytest.mark.django_db


def waiting(name, user):
    return list(QUEUES[name].claims(user))


def told(client, name, **given):
    """Each claim of a list with why it is there."""
    page = client.get("/desk/", {"list": name, **given})
    return [(row.claim, row.why) for row in page.context["rows"]]


def long_ago(claim, ago):
    """As if all that ever happened to a claim had happened so long ago."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # no triggers
        Event.objects.filter(claim=claim).update(at=timezone.now() - ago)
        cursor.execute("SET LOCAL session_replication_role = origin")


# The front page


def test_empty_desk_says_so(editor_client):
    page = editor_client.get("/desk/").content.decode()

    assert "Nothing waits" in page
    assert "No articles yet" in page


@pytest.mark.parametrize("name", QUEUES)
def test_empty_queue_says_so(editor_client, name):
    page = read(editor_client.get(f"/desk/?list={name}").content)

    assert page.texts(".empty__title") == [str(QUEUES[name].empty)]
    assert page.one("h1").text == str(QUEUES[name].title)


def test_front_shows_how_many_wait_and_the_first_of_them(editor_client):
    for _number in range(4):
        ClaimFactory()
    page = editor_client.get("/desk/")
    counts = {one.queue.name: (one.count, len(one.rows)) for one in page.context["queues"]}

    assert counts == dict.fromkeys(QUEUES, (0, 0)) | {"drafts": (4, 3)}
    assert "All 4" in page.content.decode()


def test_front_counts_no_further_than_anybody_works(editor_client, monkeypatch):
    monkeypatch.setattr("claims.desk.lists.MOST", 2)
    for _number in range(4):
        ClaimFactory()
    page = editor_client.get("/desk/").content.decode()

    assert page.count('<span class="count">2+</span>') == 2
    assert "All of them<span" in page


def test_articles_come_newest_first_with_their_coverage(editor_client):
    snapshot = SnapshotFactory()
    EvidenceFactory(passages=[passage_of(snapshot, "It rained.")])
    newest = ArticleFactory()
    page = editor_client.get("/desk/")

    assert list(page.context["articles"]) == [newest, snapshot.article]
    assert "1 claim logged" in page.content.decode()
    assert page.content.decode().count("known by reference only") == 1


def test_long_lists_have_pages_of_their_own(editor_client):
    for number in range(31):
        ArticleFactory(title=f"Article number {number}")
        ClaimFactory(text=f"Claim number {number}.")

    second = editor_client.get("/desk/?list=articles&page=2").content.decode()
    assert "Article number 0" in second
    assert 'href="?list=articles&amp;page=1"' in second
    narrowed = editor_client.get("/desk/?list=drafts&kind=event&page=2").content.decode()
    assert "Claim number 0." in narrowed
    assert 'href="?list=drafts&amp;kind=event&amp;page=1"' in narrowed


@pytest.mark.parametrize(
    "asked",
    ["list=x", "list=drafts&page=0", "list=drafts&page=x", "list=%00", "list=articles&page=2"],
)
def test_list_that_is_not_there_is_not_found(editor_client, asked):
    assert editor_client.get(f"/desk/?{asked}").status_code == 404


# What each queue holds


def test_drafts_wait_until_they_are_published_or_merged(editor_client, editor):
    draft = ClaimFactory(by=editor)
    ClaimFactory(published=True)
    merged = MergeFactory(survivor=draft)

    assert told(editor_client, "drafts") == [(draft, "Logged by editor, not published")]
    assert merged.merged_id != draft.pk


def test_proposals_say_who_may_publish_them(editor_client, editor, second_editor_client):
    claim = VerdictFactory(by=editor).claim

    own = "You propose “Unproven”: somebody else has to publish it"
    others = "editor proposes “Unproven”: you may publish it"
    assert told(editor_client, "verdicts") == [(claim, own)]
    assert told(second_editor_client, "verdicts") == [(claim, others)]


def test_published_verdicts_wait_for_nobody(editor, chief):
    VerdictFactory(published_by=chief)
    assert [name for name in QUEUES if waiting(name, editor)] == []


def test_proposal_sent_back_waits_for_its_author(editor, editor_client, second_editor, chief):
    other = VerdictFactory(by=second_editor)
    verdict = VerdictFactory(by=editor)
    for row in (other, verdict):
        ask_for_changes(by=chief, verdict=row, note="Cite the second voice.")

    asked = "Cite the second voice."
    assert told(editor_client, "returned") == [
        (verdict.claim, f"You are asked for changes: {asked}"),
        (other.claim, f"second-editor is asked for changes: {asked}"),
    ]
    assert waiting("verdicts", editor) == []


def test_predictions_are_due_until_a_verdict_is_proposed(editor_client, chief):
    due = ClaimFactory(prediction=True, published=True)
    for given in {"published_by": chief}, {}:
        VerdictFactory(claim=ClaimFactory(prediction=True, published=True), **given)
    ClaimFactory(prediction=True)
    ClaimFactory(prediction=True, published=True, window=day("2999-01"))

    assert told(editor_client, "due") == [(due, "Window closed 30 April 2023")]


def test_claims_wait_to_be_checked_the_oldest_first(editor, chief, editor_client):
    old = EvidenceFactory(claim__published=True).claim
    draft = EvidenceFactory(claim=ClaimFactory()).claim
    EvidenceFactory(claim=draft, stance="denies")
    ClaimFactory(published=True)
    EvidenceFactory(claim=ClaimFactory(), stance="context")
    EvidenceFactory(claim=ClaimFactory(checkable=False))
    EvidenceFactory(claim=ClaimFactory(prediction=True, published=True))
    for given in {"published_by": chief}, {}:
        VerdictFactory(claim=EvidenceFactory(claim__published=True).claim, **given)

    assert told(editor_client, "check") == [
        (old, "1 for, 0 against, no verdict"),
        (draft, "1 for, 1 against; a draft"),
    ]


def test_untouched_claims_go_stale(editor, editor_client, chief):
    stale, fresh = ClaimFactory(published=True), ClaimFactory(published=True)
    draft, judged = ClaimFactory(), VerdictFactory(published_by=chief).claim
    for claim in (stale, draft, judged):
        long_ago(claim, STALE_AFTER + timedelta(hours=1))
    long_ago(fresh, STALE_AFTER - timedelta(hours=1))

    assert waiting("stale", editor) == [stale]
    assert told(editor_client, "stale")[0][1].startswith("No verdict, and nothing done since ")
    EvidenceFactory(claim=stale)
    assert waiting("stale", editor) == []


def test_open_reports_wait_until_they_are_answered(editor, editor_client):
    first = ChallengeFactory(body="The  date\nis wrong.")
    second = ChallengeFactory(claim=first.claim, body="The place is.")
    assert told(editor_client, "reports") == [(first.claim, "2 readers report: The date is wrong.")]
    for report in (first, second):
        close_challenge(by=editor, challenge=report, outcome="rejected", answer="No.")
    assert waiting("reports", editor) == []


def test_what_is_assigned_waits_for_its_assignee(editor, second_editor, editor_client):
    claim, own = ClaimFactory(), ClaimFactory()
    assign(by=second_editor, claim=claim, to=editor)
    assign(by=editor, claim=own, to=editor)
    assign(by=editor, claim=ClaimFactory(), to=second_editor)

    assert told(editor_client, "mine") == [
        (claim, "Assigned by second-editor"),
        (own, "You took it on"),
    ]


# Evidence changed since the verdict: the readers' page and the queue agree


def moved_on_page(claim, user):
    return dossier_of(find(user, claim.pk), user).judgement.moved


def _links(claim, evidence):
    EvidenceFactory(claim=claim, stance="context")


def _voids(claim, evidence):
    void_evidence(by=evidence.recorded_by, evidence=evidence, reason="misread")


def _repeats(claim, evidence):
    EvidenceLinkFactory(evidence=claim.evidence.exclude(pk=evidence.pk).get(), other=evidence)


def _speaks_with_one_voice(claim, evidence):
    organisation = SourceFactory()
    for row in claim.evidence.all():
        affiliate(
            by=evidence.recorded_by,
            source=row.source,
            organisation=organisation,
            role="Spokesman",
            during=day("2023-03"),
            one_voice=True,
        )


def _merges(claim, evidence):
    MergeFactory(duplicate=EvidenceFactory(claim__published=True).claim, survivor=claim)


def _links_to_the_merged(claim, evidence):
    between = ClaimFactory(published=True)
    gone = MergeFactory(survivor=between).merged_id
    MergeFactory(duplicate=between, survivor=claim)
    EvidenceFactory(claim=Claim.objects.get(pk=gone))


def _nothing(claim, evidence):
    EvidenceFactory()


@pytest.mark.parametrize(
    ("change", "moved"),
    [
        (_nothing, False),
        (_links, True),
        (_voids, True),
        (_repeats, True),
        (_speaks_with_one_voice, True),
        (_merges, True),
        (_links_to_the_merged, True),
    ],
)
def test_evidence_that_changed_after_the_verdict(editor, chief, editor_client, change, moved):
    evidence = EvidenceFactory(claim__published=True)
    claim = evidence.claim
    EvidenceFactory(claim=claim)
    VerdictFactory(claim=claim, published_by=chief)
    assert (waiting("moved", editor), moved_on_page(claim, editor)) == ([], False)

    change(claim, evidence)
    assert waiting("moved", editor) == ([claim] if moved else [])
    assert moved_on_page(claim, editor) is moved
    if moved:
        since = "Evidence changed since the verdict of "
        assert told(editor_client, "moved")[0][1].startswith(since)
        VerdictFactory(claim=claim, kind="update")
        assert waiting("moved", editor) == []


def test_withdrawn_claims_are_not_looked_at_again(editor, chief):
    claim = ClaimFactory(published=True)
    proposal = propose_withdrawal(by=editor, claim=claim, reason="Misread")
    publish_verdict(by=chief, verdict=proposal)
    EvidenceFactory(claim=claim)

    assert waiting("moved", editor) == []


# Filters


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, ["rain", "snow", "hail"]),
        ({"kind": "quantity"}, ["snow"]),
        ({"kind": "nothing"}, []),
        ({"status": "single_origin"}, ["rain", "hail"]),
        ({"status": "contested"}, ["snow"]),
        ({"question": "WHO did"}, ["rain"]),
        ({"question": "50%_"}, []),
        ({"source": "zelénsky"}, ["rain", "snow"]),
        ({"source": "zelensky", "kind": "event"}, ["rain"]),
        ({"q": "hail"}, ["hail"]),
        ({"q": "hail\x00 "}, ["hail"]),
        ({"assignee": "me"}, ["rain"]),
        ({"assignee": "nobody"}, ["hail"]),
        ({"assignee": "second-editor"}, ["snow"]),
        ({"assignee": "no such"}, []),
    ],
)
def test_list_is_narrowed(editor, second_editor, editor_client, asked, found):
    speaker = SourceFactory(person=True, name="Volodymyr Zelensky")
    rain = ClaimFactory(text="It rained", question=QuestionFactory(text="Who did the deed?"))
    snow = ClaimFactory(text="Ten metres of snow fell", kind="quantity")
    hail = ClaimFactory(text="There was hail")
    for claim in (rain, snow):
        EvidenceFactory(claim=claim, source=speaker)
    EvidenceFactory(claim=snow, stance="denies")
    EvidenceFactory(claim=hail)
    assign(by=editor, claim=rain, to=editor)
    assign(by=editor, claim=snow, to=second_editor)
    named = {rain: "rain", snow: "snow", hail: "hail"}

    assert [named[claim] for claim, _why in told(editor_client, "check", **asked)] == found


def test_filter_stands_in_its_form_again(editor_client):
    ClaimFactory()
    page = editor_client.get("/desk/?list=drafts&kind=cause&q=%22%3Cb%3E&assignee=me")
    html = page.content.decode()

    assert '<option value="cause" selected>' in html
    assert 'value="&quot;&lt;b&gt;"' in html
    assert '<option value="me" selected>' in html
    assert "No claim fits" in html
    assert "Filters and queues (3 on)" in html


# As many queries for one as for many


def fill(editor, second_editor, count):
    for _number in range(count):
        assign(by=editor, claim=ClaimFactory(question=QuestionFactory()), to=editor)
        ClaimFactory(prediction=True, published=True)
        VerdictFactory(by=editor)
        ask_for_changes(by=second_editor, verdict=VerdictFactory(by=editor), note="More.")
        claim = EvidenceFactory(claim__published=True).claim
        ChallengeFactory(claim=claim)
        judged = VerdictFactory(published_by=second_editor).claim
        EvidenceFactory(claim=judged)
        long_ago(ClaimFactory(published=True), STALE_AFTER * 2)
        SnapshotFactory()
    for _number in range(count):
        quoted = AppearanceFactory()
        recapture(by=editor, article=quoted.article, text="Nothing stayed.")


@pytest.mark.parametrize("count", [1, 3])
def test_desk_takes_as_many_queries_for_many_rows(
    editor_client, editor, second_editor, count, django_assert_num_queries
):
    fill(editor, second_editor, count)
    editor_client.get("/desk/")
    with django_assert_num_queries(31):
        page = editor_client.get("/desk/")
    assert [one.queue.name for one in page.context["queues"] if one.count < count] == []


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("name", [*QUEUES, "articles"])
def test_each_list_takes_as_many_queries_for_many_rows(
    second_editor_client, second_editor, count, name, django_assert_max_num_queries
):
    fill(second_editor, UserFactory(group="editor"), count)
    second_editor_client.get("/desk/")
    with django_assert_max_num_queries(9):
        second_editor_client.get(f"/desk/?list={name}")
