"""Proposals sent back and taken over, and readers' reports answered."""

import pytest
from django.core.exceptions import ValidationError

from articles.models import Event
from claims.actions.challenges import close_challenge
from claims.actions.reviewing import ask_for_changes, take_over
from claims.actions.verdicts import newest_event_of, publish_verdict, revise_verdict
from claims.models import Verdict
from claims.refusals import Refusal
from tests.factories import ChallengeFactory, MergeFactory, VerdictFactory
from tests.sql import refuses, update

pytestmark = pytest.mark.django_db

AGAIN = {
    "kind": "first",
    "finding": "insufficient",
    "confidence": "high",
    "summary": "Still one voice.",
    "reasoning": "The second one repeats the first.",
}


def rule_of(act, **given):
    with pytest.raises(Refusal) as refused:
        act(**given)
    return refused.value.rule


def waiting():
    return [row.pk for row in Verdict.objects.waiting()]


def sent_back():
    return [(row.pk, row.turn_note, row.turn_by) for row in Verdict.objects.sent_back()]


def test_proposal_sent_back_waits_for_its_author(editor, second_editor, chief):
    verdict = VerdictFactory(by=editor)
    assert (waiting(), sent_back()) == ([verdict.pk], [])

    ask_for_changes(by=second_editor, verdict=verdict, note="  Cite the second voice. ")
    assert (waiting(), sent_back()) == (
        [],
        [(verdict.pk, "Cite the second voice.", second_editor.pk)],
    )
    assert rule_of(publish_verdict, by=chief, verdict=verdict) == "verdict_sent_back"

    revise_verdict(by=editor, verdict=verdict, **AGAIN)
    assert (waiting(), sent_back()) == ([verdict.pk], [])
    publish_verdict(by=second_editor, verdict=verdict)
    assert (waiting(), sent_back()) == ([], [])


@pytest.mark.parametrize(
    ("note", "said"),
    [
        (" ", "Say what should change."),
        ("x" * 501, "Say it in at most 500 characters."),
        ("\x00", "The text holds a NUL character. Remove it."),
    ],
)
def test_changes_are_asked_for_in_words(second_editor, note, said):
    verdict = VerdictFactory()
    with pytest.raises(ValidationError) as refused:
        ask_for_changes(by=second_editor, verdict=verdict, note=note)
    assert refused.value.message_dict == {"note": [said]}


def test_author_asks_nobody_for_changes(editor):
    verdict = VerdictFactory(by=editor)
    assert rule_of(ask_for_changes, by=editor, verdict=verdict, note="More") == "verdict_own"


def test_published_verdict_is_neither_sent_back_nor_taken_over(editor, second_editor, chief):
    verdict = VerdictFactory(by=editor, published_by=chief)
    given = {"by": second_editor, "verdict": verdict}
    assert rule_of(ask_for_changes, note="More", **given) == "verdict_frozen"
    assert rule_of(take_over, **given) == "verdict_frozen"


def test_proposal_revised_since_it_was_read_is_left_alone(editor, second_editor):
    verdict = VerdictFactory(by=editor)
    seen = newest_event_of(verdict)
    revise_verdict(by=editor, verdict=verdict, **AGAIN)
    given = {"by": second_editor, "verdict": verdict, "seen": seen}
    assert rule_of(ask_for_changes, note="More", **given) == "verdict_changed_since"
    assert rule_of(take_over, **given) == "verdict_changed_since"


def test_who_takes_over_answers_for_it(editor, second_editor):
    verdict = VerdictFactory(by=editor)
    held = take_over(by=second_editor, verdict=verdict)

    assert held.author == second_editor
    assert rule_of(publish_verdict, by=second_editor, verdict=verdict) == "verdict_second_person"
    published = publish_verdict(by=editor, verdict=verdict)
    assert (published.author, published.reviewer) == (second_editor, editor)


def test_database_refuses_a_verdict_published_by_who_took_it_over(editor, second_editor):
    verdict = VerdictFactory(by=editor)
    take_over(by=second_editor, verdict=verdict)
    rule = "verdict_second_person"
    refuses(
        rule,
        update(
            "claims_verdict",
            verdict.pk,
            reviewer_id=second_editor.pk,
            published_at="2023-03-08T12:00:00Z",
        ),
    )


def test_taking_over_again_leaves_no_trace(editor, second_editor):
    verdict = VerdictFactory(by=editor)
    take_over(by=second_editor, verdict=verdict)
    take_over(by=second_editor, verdict=verdict)
    assert Event.objects.filter(verb="verdict.taken_over").count() == 1


def test_what_was_asked_of_the_author_is_asked_of_who_takes_over(editor, second_editor, chief):
    verdict = VerdictFactory(by=editor)
    ask_for_changes(by=chief, verdict=verdict, note="Cite the second voice.")
    take_over(by=second_editor, verdict=verdict)

    assert sent_back() == [(verdict.pk, "Cite the second voice.", chief.pk)]
    assert rule_of(publish_verdict, by=editor, verdict=verdict) == "verdict_sent_back"


# Readers' reports


def test_report_is_closed_once_with_its_answer(editor, chief):
    verdict = VerdictFactory(published_by=chief)
    report = ChallengeFactory(claim=verdict.claim, contact="reader@example.org")
    closed = close_challenge(
        by=editor, challenge=report, outcome="corrected", answer=" Mended. ", answered_by=verdict
    )

    assert (closed.outcome, closed.answer, closed.answered_by) == ("corrected", "Mended.", verdict)
    assert closed.closed_at > closed.received_at
    payload = Event.objects.get(verb="challenge.closed").payload
    assert sorted(payload) == ["answer", "answered_by", "claim", "closed_at", "outcome"]
    again = {"by": editor, "challenge": report, "outcome": "rejected", "answer": "No."}
    assert rule_of(close_challenge, **again) == "challenge_closed_before"


@pytest.mark.parametrize(
    ("outcome", "answer", "field"),
    [("open", "Mended.", "outcome"), ("rejected", " ", "answer"), ("lost", "Gone.", "outcome")],
)
def test_report_is_closed_with_outcome_and_answer(editor, outcome, answer, field):
    report = ChallengeFactory()
    with pytest.raises(ValidationError) as refused:
        close_challenge(by=editor, challenge=report, outcome=outcome, answer=answer)
    assert list(refused.value.message_dict) == [field]
    report.refresh_from_db()
    assert report.closed_at is None


def test_report_is_answered_by_a_verdict_on_its_claim(editor, chief):
    report = ChallengeFactory()
    other = VerdictFactory(published_by=chief)
    draft = VerdictFactory(claim=report.claim)
    given = {"by": editor, "challenge": report, "outcome": "corrected", "answer": "Mended."}
    rule = "challenge_answered_by_verdict"
    assert rule_of(close_challenge, answered_by=other, **given) == rule
    assert rule_of(close_challenge, answered_by=draft, **given) == rule
    MergeFactory(duplicate=other.claim, survivor=report.claim)
    assert close_challenge(answered_by=other, **given).answered_by == other
