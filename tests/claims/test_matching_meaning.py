"""Similar claims by meaning: that all works without the extra, and what it does where it is."""

from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import connection

from claims.actions.intake import edit_claim
from claims.actions.redaction import redact
from claims.choices import MatchMethod
from claims.management.commands import embed_claims
from claims.matching import meaning, model, similar
from claims.models import Claim
from tests.factories import ClaimFactory

extra = pytest.mark.skipif(
    not model.installed(), reason="the extra `similar` is not installed: requirements/similar.txt"
)
pytestmark = pytest.mark.django_db

CLAIM = "The aircraft was shot down by its own side"
ASKED = "Friendly fire hit the plane, says the army"


def vectors() -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT claim_id FROM claims_vector")
        return {claim for (claim,) in cursor.fetchall()}


def keep(claim: Claim, words: str) -> None:
    with connection.cursor() as cursor:
        made = [0.05] * model.LENGTH
        cursor.execute(
            "SELECT claims_keep_vector(%s, 'test', %s, %s::real[])", [claim.pk, words, made]
        )


def test_vector_goes_with_its_words(editor: User, chief: User) -> None:
    edited, redacted, left = (ClaimFactory(text=CLAIM) for _ in range(3))
    deleted = Claim.objects.create(text=CLAIM, slug="claim", logged_by=editor)
    for claim in (edited, redacted, deleted, left):
        keep(claim, CLAIM)
    edit_claim(by=editor, claim=edited, text="The train was late")
    redact(by=chief, subject=redacted, reason="court order")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM claims_claim WHERE id = %s", [deleted.pk])
    assert vectors() == {left.pk}


def test_vector_of_other_words_is_not_kept() -> None:
    claim = ClaimFactory(text=CLAIM)
    keep(claim, "The train was late")
    assert vectors() == set()


def test_without_the_index_words_alone(editor: User) -> None:
    claim = ClaimFactory(text=CLAIM)
    [match] = similar("The aircraft was shot down", user=editor)
    assert (match.claim, match.method) == (claim, MatchMethod.LEXICAL)
    assert (meaning.on(), vectors()) == (False, set())


def test_turned_off(editor: User, settings: pytest.FixtureRequest) -> None:
    settings.SIMILAR_BY_MEANING = False
    assert model.installed() is False
    with pytest.raises(CommandError, match=r"requirements/similar\.txt"):
        call_command("embed_claims")


@pytest.fixture
def indexed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The extra turned on; in a transaction, where no index is made concurrently."""
    plain = embed_claims._INDEX.replace("CONCURRENTLY", "")
    monkeypatch.setattr(embed_claims, "_INDEX", plain)
    call_command("embed_claims", stdout=StringIO())


@extra
def test_found_by_meaning(indexed: None, editor: User) -> None:
    for text in ("The bank raised its rate", "The trains to the coast were late"):
        ClaimFactory(text=text)
    claim = ClaimFactory(text=CLAIM)
    match = similar(ASKED, user=editor)[0]
    assert (match.claim, match.method) == (claim, MatchMethod.FUSED)
    assert 0 < match.score <= 1


@extra
def test_first_by_both(indexed: None, editor: User) -> None:
    claim = ClaimFactory(text=CLAIM)
    [match] = similar(CLAIM, user=editor)
    assert (match.claim, round(match.score, 9)) == (claim, 1.0)


@extra
def test_drafts_stay_with_the_desk(indexed: None, stranger: User) -> None:
    ClaimFactory(text=CLAIM)
    assert similar(ASKED, user=stranger) == []


@extra
def test_other_languages_by_words_alone(indexed: None, editor: User) -> None:
    claim = ClaimFactory(text="L’avion a été abattu par les siens")
    [match] = similar("L’avion a été abattu hier", user=editor)
    assert (match.claim, match.method) == (claim, MatchMethod.LEXICAL)
    [match] = similar("The avion was abattu", user=editor, language="fr")
    assert (match.claim, match.method) == (claim, MatchMethod.LEXICAL)


@extra
def test_vector_is_part_of_the_write(indexed: None, editor: User) -> None:
    claim = ClaimFactory(text=CLAIM)
    assert vectors() == {claim.pk}
    edit_claim(by=editor, claim=claim, text="The train was late")
    assert vectors() == {claim.pk}
    match = similar("The railway had a delay", user=editor)[0]
    assert (match.claim, match.method) == (claim, MatchMethod.FUSED)


@extra
def test_what_was_written_past_the_actions_is_filled_in(indexed: None) -> None:
    claim = ClaimFactory(text=CLAIM)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM claims_vector")
    said = StringIO()
    call_command("embed_claims", stdout=said)
    assert vectors() == {claim.pk}
    assert said.getvalue().startswith("1 vectors stored")


@extra
@pytest.mark.parametrize("text", ["", "the", "\x00", "\ud800", "the " * 900])
def test_odd_texts(indexed: None, editor: User, text: str) -> None:
    ClaimFactory(text=CLAIM)
    assert similar(text, user=editor) == []


@extra
def test_vectors_have_length_one_and_do_not_depend_on_their_neighbours() -> None:
    alone = model.vectors([CLAIM])[0]
    beside = model.vectors([CLAIM, ASKED * 5])[0]
    assert round(sum(number * number for number in alone), 4) == 1.0
    assert sum(one * other for one, other in zip(alone, beside, strict=True)) > 0.99
    assert (len(alone), model.vectors([])) == (model.LENGTH, [])
