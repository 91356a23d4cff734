"""The desk's front page: what waits, and for whom."""

import pytest

from tests.factories import (
    ArticleFactory,
    ClaimFactory,
    EvidenceFactory,
    MergeFactory,
    QuestionFactory,
    SnapshotFactory,
    VerdictFactory,
    passage_of,
)

pytestmark = pytest.mark.django_db


def shown(client):
    return {one["name"]: one["rows"] for one in client.get("/desk/").context["lists"]}


def test_empty_desk_says_so(editor_client):
    page = editor_client.get("/desk/").content.decode()

    for words in (
        "No verdict waits for a second person",
        "No prediction is due",
        "No drafts",
        "No articles yet",
    ):
        assert words in page


def test_drafts_wait_until_they_are_published_or_merged(editor_client):
    draft = ClaimFactory()
    ClaimFactory(published=True)
    merged = MergeFactory(survivor=draft)
    rows = shown(editor_client)["drafts"]

    assert [row.claim for row in rows] == [draft]
    assert merged.merged_id != draft.pk


def test_proposals_say_who_may_publish_them(editor_client, editor, second_editor_client):
    VerdictFactory(by=editor)

    assert [row.own for row in shown(editor_client)["verdicts"]] == [True]
    assert "somebody else has to publish it" in editor_client.get("/desk/").content.decode()
    assert "you may publish it" in second_editor_client.get("/desk/").content.decode()


def test_published_verdicts_wait_for_nobody(editor_client, chief):
    VerdictFactory(published_by=chief)

    assert shown(editor_client)["verdicts"] == []


def test_predictions_are_due_until_they_are_judged(editor_client, chief):
    due = ClaimFactory(prediction=True, published=True)
    judged = ClaimFactory(prediction=True, published=True)
    VerdictFactory(claim=judged, published_by=chief)
    ClaimFactory(prediction=True)
    rows = shown(editor_client)["due"]

    assert [row.claim for row in rows] == [due]
    assert "Window closed <time" in editor_client.get("/desk/").content.decode()


def test_articles_come_newest_first_with_their_coverage(editor_client):
    snapshot = SnapshotFactory()
    EvidenceFactory(passages=[passage_of(snapshot, "It rained.")])
    newest = ArticleFactory()
    rows = shown(editor_client)["articles"]
    page = editor_client.get("/desk/").content.decode()

    assert rows == [newest, snapshot.article]
    assert "1 claim logged" in page
    assert page.count("known by reference only") == 1


def test_long_lists_have_pages_of_their_own(editor_client):
    for number in range(31):
        ArticleFactory(title=f"Article number {number}")

    front = editor_client.get("/desk/").content.decode()
    second = editor_client.get("/desk/?list=articles&page=2").content.decode()
    assert 'href="?list=articles"' in front
    assert "Article number 0" in second
    assert 'href="?list=articles&amp;page=1"' in second


@pytest.mark.parametrize(
    "asked", ["list=x", "list=drafts&page=0", "list=drafts&page=x", "list=%00"]
)
def test_list_that_is_not_there_is_not_found(editor_client, asked):
    assert editor_client.get(f"/desk/?{asked}").status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_desk_takes_as_many_queries_for_many_rows(
    editor_client, editor, count, django_assert_num_queries
):
    for _number in range(count):
        ClaimFactory(question=QuestionFactory())
        ClaimFactory(prediction=True, published=True)
        VerdictFactory(by=editor)
        SnapshotFactory()
    editor_client.get("/desk/")
    with django_assert_num_queries(8):
        editor_client.get("/desk/")


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("name", ["drafts", "verdicts", "due", "articles"])
def test_each_list_takes_as_many_queries_for_many_rows(
    editor_client, count, name, django_assert_num_queries
):
    for _number in range(count):
        ClaimFactory()
        ClaimFactory(prediction=True, published=True)
        VerdictFactory()
        SnapshotFactory()
    editor_client.get("/desk/")
    with django_assert_num_queries(6):
        editor_client.get(f"/desk/?list={name}")
