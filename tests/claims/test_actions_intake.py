"""Claims and questions: logged, reworded while private, frozen once public."""

from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db.backends.postgresql.psycopg_any import DateRange

from articles.models import Event
from claims.actions.intake import edit_claim, log_claim, note_question, open_question, publish_claim
from claims.models import Claim, Question
from claims.refusals import Refusal
from tests.factories import ClaimFactory, QuestionFactory, VerdictFactory, day

pytestmark = pytest.mark.django_db


def verbs(claim: Claim) -> list[str]:
    return list(Event.objects.filter(claim=claim).order_by("seq").values_list("verb", flat=True))


def test_claim_logged_with_what_was_given(editor: User) -> None:
    question = QuestionFactory()
    claim = log_claim(
        by=editor,
        text="  It will\nrain ",
        kind="prediction",
        language="en-GB",
        window=day("2023-04"),
        criteria=" Rain in the gauge. ",
        question=question,
    )
    held = Claim.objects.get(pk=claim.pk)
    assert (held.text, held.slug, held.criteria) == (
        "It will rain",
        "it-will-rain",
        "Rain in the gauge.",
    )
    assert (held.kind, held.language, held.window, held.question) == (
        "prediction",
        "en-GB",
        day("2023-04"),
        question,
    )
    assert (held.logged_by, held.published_at, held.checkable) == (editor, None, True)
    assert (held.evidence_state, held.origins_low, held.origins_high) == ("unsourced", 0, 0)
    payload = Event.objects.get(claim=claim).payload
    assert (payload["text"], payload["window"], payload["question"]) == (
        "It will rain",
        "2023-04-01/2023-05-01",
        question.pk,
    )


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"text": ""}, "text"),
        ({"text": " \n"}, "text"),
        ({"text": "x" * 1001}, "text"),
        ({"text": "x" * 10_000}, "text"),
        ({"text": "a\x00b"}, "text"),
        ({"text": "a\ud800b"}, "text"),
        ({"kind": "gossip"}, "kind"),
        ({"language": "e"}, "language"),
        ({"criteria": "\x00"}, "criteria"),
        ({"window": DateRange(date(2023, 3, 8), date(2023, 3, 7))}, "window"),
        ({"window": DateRange(empty=True)}, "window"),
    ],
)
def test_claim_refused_at_its_field(given: dict[str, Any], field: str, editor: User) -> None:
    with pytest.raises(ValidationError) as caught:
        log_claim(by=editor, **{"text": "It rained", **given})
    assert list(caught.value.message_dict) == [field]
    assert Claim.objects.count() == Event.objects.count() == 0


def test_claim_with_every_fault_at_once(editor: User) -> None:
    with pytest.raises(ValidationError) as caught:
        log_claim(by=editor, text=" ", kind="gossip", window=DateRange(empty=True))
    assert sorted(caught.value.message_dict) == ["kind", "text", "window"]


def test_draft_edited(editor: User) -> None:
    claim = ClaimFactory(text="It rained")
    edit_claim(by=editor, claim=claim, text="It  snowed", kind="quantity")
    held = Claim.objects.get(pk=claim.pk)
    assert (held.text, held.slug, held.kind) == ("It snowed", "it-snowed", "quantity")
    assert Event.objects.filter(claim=claim).latest("seq").payload == {
        "from": {"text": "It rained", "kind": "event"},
        "to": {"text": "It snowed", "kind": "quantity"},
    }


def test_claim_edited_to_the_same(editor: User) -> None:
    claim = ClaimFactory(text="It rained", published=True)
    edit_claim(by=editor, claim=claim, text=" It rained ")
    assert verbs(claim) == ["claim.logged", "claim.published"]


@pytest.mark.parametrize(
    ("change", "value"),
    [
        ("text", "It snowed"),
        ("kind", "event"),
        ("window", day("2023-05")),
        ("criteria", "Whatever suits."),
    ],
)
def test_published_claim_reworded(change: str, value: object, editor: User) -> None:
    claim = ClaimFactory(prediction=True, published=True)
    with pytest.raises(Refusal) as caught:
        edit_claim(by=editor, claim=claim, **{change: value})
    assert (caught.value.rule, list(caught.value.message_dict)) == ("claim_frozen", ["text"])
    assert verbs(claim) == ["claim.logged", "claim.published"]


def test_published_claim_filed_elsewhere(editor: User) -> None:
    claim = ClaimFactory(published=True)
    question = QuestionFactory()
    edit_claim(by=editor, claim=claim, question=question, language="fr", checkable=False)
    held = Claim.objects.get(pk=claim.pk)
    assert (held.question, held.language, held.checkable) == (question, "fr", False)
    assert held.slug == claim.slug


def test_judged_claim_stays_checkable(editor: User) -> None:
    claim = VerdictFactory().claim
    with pytest.raises(Refusal) as caught:
        edit_claim(by=editor, claim=claim, checkable=False)
    assert list(caught.value.message_dict) == ["checkable"]


def test_claim_has_no_such_field(editor: User) -> None:
    with pytest.raises(TypeError, match="published_at"):
        edit_claim(by=editor, claim=ClaimFactory(), published_at=None)


def test_claim_published_once(editor: User, second_editor: User) -> None:
    claim = ClaimFactory()
    first = publish_claim(by=editor, claim=claim)
    again = publish_claim(by=second_editor, claim=claim)
    assert first.published_at == again.published_at
    assert verbs(claim) == ["claim.logged", "claim.published"]
    event = Event.objects.filter(claim=claim).latest("seq")
    assert first.published_at is not None
    assert event.payload["published_at"] == first.published_at.isoformat()


@pytest.mark.parametrize(
    "change", [{"window": None}, {"criteria": ""}, {"window": DateRange(date(2023, 1, 1), None)}]
)
def test_prediction_published_without_terms(change: dict[str, Any], editor: User) -> None:
    claim = ClaimFactory(prediction=True, **change)
    with pytest.raises(ValidationError) as caught:
        publish_claim(by=editor, claim=claim)
    assert list(caught.value.message_dict) == ["window"]
    assert Claim.objects.get(pk=claim.pk).published_at is None
    assert verbs(claim) == ["claim.logged"]


def test_claim_that_is_not_there(editor: User) -> None:
    with pytest.raises(Claim.DoesNotExist):
        publish_claim(by=editor, claim=Claim(pk=0))


def test_question_opened_once(editor: User) -> None:
    one = open_question(by=editor, text="Who did it?")
    again = open_question(by=editor, text=" Who  did it? ")
    other = open_question(by=editor, text="Who did it")
    assert (one == again, one.slug, other.slug) == (True, "who-did-it", "who-did-it-2")


def test_question_noted(editor: User) -> None:
    question = open_question(by=editor, text="Who did it?", note=" Both may be so. ")
    again = open_question(by=editor, text="Who did it?", note="Another note")
    assert (question.note, again.note) == ("Both may be so.", "Both may be so.")
    note_question(by=editor, question=question, note="Both may be so. ")
    noted = note_question(by=editor, question=question, note="Only one can be so.")
    assert Question.objects.get() == noted
    told = (
        Event.objects.filter(subject_type="question").order_by("pk").values_list("verb", "payload")
    )
    assert [verb for verb, _ in told] == ["question.opened", "question.noted"]
    assert told[1][1] == {
        "from": {"note": "Both may be so."},
        "to": {"note": "Only one can be so."},
    }
    with pytest.raises(ValidationError) as caught:
        note_question(by=editor, question=question, note="a\x00b")
    assert list(caught.value.message_dict) == ["note"]


@pytest.mark.parametrize("text", [" ", "x" * 501, "a\x00b", "a\ud800b"])
def test_question_refused(text: str, editor: User) -> None:
    with pytest.raises(ValidationError) as caught:
        open_question(by=editor, text=text)
    assert list(caught.value.message_dict) == ["text"]
    assert Question.objects.count() == 0
