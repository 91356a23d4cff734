"""The desk's working state, and many claims at once: changed, skipped, set back."""

import pytest

from articles.models import Event
from articles.policy import NotAllowed
from claims.actions.desk import MOST_FILTERS, assign, drop_filter, save_filter
from claims.actions.together import (
    ASSIGNEE,
    PUBLISH,
    QUESTION,
    Outcome,
    rehearse,
    set_back,
    set_together,
)
from claims.models import Assignment, SavedFilter
from claims.refusals import Refusal
from tests.acting import tables, user_with, user_without
from tests.factories import ClaimFactory, MergeFactory, QuestionFactory

pytestmark = pytest.mark.django_db


def held():
    return {row.claim_id: row.assignee for row in Assignment.objects.all()}


# Who looks after a claim


def test_claim_is_assigned_reassigned_and_let_go_without_an_event(editor, second_editor):
    claim = ClaimFactory()
    events = Event.objects.count()

    assert assign(by=editor, claim=claim, to=editor) is None
    assert held() == {claim.pk: editor}
    first = Assignment.objects.get().assigned_at
    assert assign(by=second_editor, claim=claim, to=second_editor) == editor
    assert held() == {claim.pk: second_editor}
    assert Assignment.objects.get().assigned_at > first
    assert assign(by=editor, claim=claim, to=None) == second_editor
    assert held() == {}
    assert assign(by=editor, claim=claim, to=None) is None
    assert Event.objects.count() == events


def test_claim_is_assigned_to_who_works_at_the_desk(editor, stranger):
    claim = ClaimFactory()
    with pytest.raises(Refusal) as refused:
        assign(by=editor, claim=claim, to=stranger)
    assert refused.value.message_dict == {"to": ["Choose somebody who works at the desk."]}
    assert held() == {}


def test_assigning_needs_its_permission(editor):
    claim = ClaimFactory()
    assign(by=user_with("claims.change_claim"), claim=claim, to=editor)
    before = tables()
    with pytest.raises(NotAllowed):
        assign(by=user_without("claims.change_claim"), claim=claim, to=None)
    assert tables() == before


# Lists that an editor keeps


def test_list_is_kept_under_a_name_of_ones_own(editor, second_editor):
    save_filter(by=editor, name=" My  wars ", query="list=check&q=war")
    save_filter(by=second_editor, name="My wars", query="list=due")
    save_filter(by=editor, name="My wars", query="list=check&q=peace")

    rows = SavedFilter.objects.order_by("pk").values_list("owner__username", "name", "query")
    assert list(rows) == [
        ("editor", "My wars", "list=check&q=peace"),
        ("second-editor", "My wars", "list=due"),
    ]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (" ", "This field cannot be blank."),
        ("x" * 61, "Ensure this value has at most 60 characters (it has 61)."),
    ],
)
def test_list_has_a_name_that_fits(editor, name, said):
    with pytest.raises(Exception) as refused:  # noqa: PT011
        save_filter(by=editor, name=name, query="list=check")
    assert refused.value.message_dict["name"][0] == said
    assert SavedFilter.objects.count() == 0


def test_so_many_lists_and_no_more(editor):
    for number in range(MOST_FILTERS):
        save_filter(by=editor, name=str(number), query="list=check")
    save_filter(by=editor, name="0", query="list=due")
    with pytest.raises(Refusal) as refused:
        save_filter(by=editor, name="one more", query="list=check")
    assert refused.value.rule == "savedfilter_too_many"


def test_only_ones_own_list_is_forgotten(editor, second_editor):
    saved = save_filter(by=editor, name="Wars", query="list=check")
    drop_filter(by=second_editor, saved=saved)
    assert SavedFilter.objects.get() == saved
    drop_filter(by=editor, saved=saved)
    assert SavedFilter.objects.count() == 0


def test_lists_are_for_the_desk(stranger, editor):
    saved = save_filter(by=editor, name="Wars", query="list=check")
    with pytest.raises(NotAllowed):
        save_filter(by=stranger, name="Wars", query="list=check")
    with pytest.raises(NotAllowed):
        drop_filter(by=stranger, saved=saved)


# Many at once


def test_drafts_are_published_and_the_rest_is_skipped_with_its_reason(editor):
    draft, frozen = ClaimFactory(), ClaimFactory(published=True)
    endless = ClaimFactory(kind="prediction", text="It will rain")
    merged = MergeFactory(survivor=frozen).merged_id
    found = set_together(
        by=editor, claims=[draft.pk, frozen.pk, endless.pk, merged, draft.pk], what=PUBLISH
    )

    assert found == [
        Outcome(draft.pk, None),
        Outcome(frozen.pk, None, "on the record already, and frozen"),
        Outcome(
            endless.pk,
            None,
            "A prediction needs a window that closes and criteria before it is published.",
        ),
        Outcome(merged, None, "merged into another claim"),
    ]
    draft.refresh_from_db()
    assert draft.is_published
    told = Event.objects.filter(verb="claim.published", claim=draft)
    assert [event.by for event in told] == [editor]


def test_rehearsal_says_the_same_and_changes_nothing(editor):
    question = QuestionFactory()
    claims = [
        ClaimFactory().pk,
        ClaimFactory(published=True).pk,
        ClaimFactory(question=question).pk,
    ]
    for what, to in ((PUBLISH, None), (ASSIGNEE, editor), (QUESTION, question)):
        before = tables()
        rehearsed = rehearse(by=editor, claims=claims, what=what, to=to)
        assert tables() == before
        assert set_together(by=editor, claims=claims, what=what, to=to) == rehearsed


def test_what_was_set_is_set_back_unless_it_was_changed_since(editor, second_editor):
    one, other, third = ClaimFactory(), ClaimFactory(), ClaimFactory()
    assign(by=editor, claim=other, to=editor)
    claims = [one.pk, other.pk, third.pk]
    found = set_together(by=editor, claims=claims, what=ASSIGNEE, to=second_editor)
    assert found == [Outcome(one.pk, None), Outcome(other.pk, editor.pk), Outcome(third.pk, None)]
    assign(by=second_editor, claim=third, to=editor)

    before = {row.claim: row.before for row in found}
    back = set_back(by=editor, before=before, what=ASSIGNEE, to=second_editor.pk)
    assert [row.why for row in back] == ["", "", "changed by somebody since"]
    assert held() == {other.pk: editor, third.pk: editor}


def test_question_is_given_to_many_and_taken_back_by_events(editor):
    was, question = QuestionFactory(), QuestionFactory()
    one, other = ClaimFactory(published=True), ClaimFactory(question=was)
    same = ClaimFactory(question=question)
    claims = [one.pk, other.pk, same.pk]
    found = set_together(by=editor, claims=claims, what=QUESTION, to=question)
    assert found == [
        Outcome(one.pk, None),
        Outcome(other.pk, was.pk),
        Outcome(same.pk, question.pk, "so already"),
    ]
    before = {row.claim: row.before for row in found if row.changed}
    set_back(by=editor, before=before, what=QUESTION, to=question.pk)

    for claim, then in ((one, None), (other, was), (same, question)):
        claim.refresh_from_db()
        assert claim.question == then
    assert Event.objects.filter(verb="claim.edited", claim=other).count() == 2


@pytest.mark.parametrize("what", [PUBLISH, ASSIGNEE, QUESTION])
def test_many_need_the_permission_of_one(what):
    claim = ClaimFactory()
    permission = "claims.publish_claim" if what == PUBLISH else "claims.change_claim"
    with pytest.raises(NotAllowed):
        set_together(by=user_without(permission), claims=[claim.pk], what=what)
