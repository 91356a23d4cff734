"""Claims at the desk: logged, edited, published, related, merged, withdrawn."""

import pytest

from claims.models import Claim, ClaimLink, Question, Verdict
from tests.claims.desk import errors, everything, said
from tests.factories import (
    ClaimFactory,
    ClaimLinkFactory,
    EvidenceFactory,
    MergeFactory,
    QuestionFactory,
    VerdictFactory,
    day,
)

pytestmark = pytest.mark.django_db

NEW = {"text": "It will rain in May", "kind": "prediction", "language": "en"}
TERMS = {"window_from": "2023-05", "window_until": "2023-05", "criteria": "The gauge says so."}


# Logged


def test_claim_is_logged_without_an_article(editor_client):
    sent = {**NEW, **TERMS, "question": "Will it rain?"}
    response = editor_client.post("/desk/claims/new/", sent)

    claim = Claim.objects.get()
    assert (response.status_code, response["Location"]) == (303, claim.get_absolute_url())
    assert (claim.text, claim.window, claim.is_published) == (NEW["text"], day("2023-05"), False)
    assert claim.question.text == "Will it rain?"


def test_prediction_without_terms_is_kept_but_not_published(editor_client):
    refused = editor_client.post("/desk/claims/new/", {**NEW, "publish": "1"})
    assert list(errors(refused)) == ["window_until", "criteria"]
    assert Claim.objects.count() == 0

    editor_client.post("/desk/claims/new/", NEW)
    claim = Claim.objects.get()
    refused = editor_client.post(f"/desk/claims/{claim.pk}/publish/")
    assert refused.status_code == 422
    assert errors(refused) == {
        "__all__": ["A prediction needs a window that closes and criteria before it is published."]
    }
    editor_client.post("/desk/claims/new/", {**NEW, **TERMS, "publish": "1", "seen": claim.pk})
    assert Claim.objects.published().count() == 1


def test_every_error_of_a_claim_comes_at_once(editor_client):
    sent = {
        "text": "c" * 10_000,
        "kind": "gossip",
        "language": "not a language",
        "question": "q" * 501,
        "window_from": "2023-05",
        "window_until": "2022",
        "criteria": "a\x00b",
    }
    response = editor_client.post("/desk/claims/new/", sent)

    assert response.status_code == 422
    assert list(errors(response)) == [
        "text", "kind", "question", "criteria", "language", "window_until",
    ]  # fmt: skip
    assert everything() == [0] * 10


# Edited


def fields(page):
    form = page.context["form"]
    return {name: form[name].value() or "" for name in form.fields}


def test_draft_is_edited(editor_client):
    claim = ClaimFactory(prediction=True, question=QuestionFactory())
    address = f"/desk/claims/{claim.pk}/edit/"
    sent = fields(editor_client.get(address))
    assert (sent["window_from"], sent["window_until"]) == ("2023-04-01", "2023-04-30")
    response = editor_client.post(address, {**sent, "text": "Other words", "window_until": ""})

    claim.refresh_from_db()
    assert response["Location"] == claim.get_absolute_url()
    assert (claim.text, claim.slug) == ("Other words", "other-words")
    assert (str(claim.window.lower), claim.window.upper) == ("2023-04-01", None)
    assert claim.question is not None


def test_saving_an_unchanged_claim_leaves_no_trace(editor_client):
    claim = ClaimFactory(prediction=True)
    address = f"/desk/claims/{claim.pk}/edit/"
    sent = fields(editor_client.get(address))
    before = everything()

    assert editor_client.post(address, sent).status_code == 303
    assert everything() == before


def test_published_claim_keeps_its_words_and_may_get_a_question(editor_client):
    claim = ClaimFactory(published=True)
    address = f"/desk/claims/{claim.pk}/edit/"
    page = editor_client.get(address)
    assert list(page.context["form"].fields) == ["version", "question", "uncheckable", "language"]
    assert "Published, and frozen" in page.content.decode()

    sent = {"question": "Why?", "uncheckable": "on", "language": "fr", "text": "Sneaked in"}
    editor_client.post(address, sent)
    held = Claim.objects.get(pk=claim.pk)
    assert held.text == claim.text
    assert (held.question.text, held.checkable, held.language) == ("Why?", False, "fr")


def test_judged_claim_stays_checkable(editor_client):
    verdict = VerdictFactory()
    response = editor_client.post(
        f"/desk/claims/{verdict.claim_id}/edit/", {"uncheckable": "on", "language": "en"}
    )

    assert errors(response) == {"uncheckable": ["A verdict rests on this claim being checkable."]}


def test_edit_page_leads_to_all_that_can_be_taken_back(editor_client):
    evidence = EvidenceFactory()
    link = ClaimLinkFactory(claim=evidence.claim)
    page = editor_client.get(f"/desk/claims/{evidence.claim_id}/edit/").content.decode()

    for path in (
        f"/desk/evidence/{evidence.pk}/void/",
        f"/desk/evidence/{evidence.pk}/relate/",
        f"/desk/evidence/{evidence.pk}/appearances/",
        f"/desk/claim-links/{link.pk}/void/",
    ):
        assert f'href="{path}"' in page


# Published


def test_claim_is_published_after_reading_what_freezes(editor_client):
    claim = ClaimFactory()
    address = f"/desk/claims/{claim.pk}/publish/"
    assert "This freezes" in editor_client.get(address).content.decode()
    assert not Claim.objects.get().is_published

    assert editor_client.post(address).status_code == 303
    assert Claim.objects.get().is_published
    assert editor_client.post(address).status_code == 303


# Related and merged


def test_claims_are_related(editor_client):
    one, other = ClaimFactory(), ClaimFactory()
    sent = {"kind": "entails", "other": other.public_id, "note": "If so, then so"}
    response = editor_client.post(f"/desk/claims/{one.pk}/relate/", sent)

    link = ClaimLink.objects.get()
    assert response.status_code == 303
    assert (link.from_claim, link.to_claim, link.kind) == (one, other, "entails")


@pytest.mark.parametrize(
    ("given", "amiss"),
    [
        ({}, ["kind", "other"]),
        ({"kind": "same_as", "other": "CL-{other}"}, ["kind"]),
        ({"kind": "entails", "other": "CL-{claim}"}, ["other"]),
        ({"kind": "entails", "other": "CL-0"}, ["other"]),
        ({"kind": "entails", "other": "CL-{other}", "note": "n" * 2001}, ["note"]),
        ({"kind": "entails", "other": "a\x00b"}, ["other"]),
    ],
)
def test_relation_that_makes_no_sense_is_refused(editor_client, given, amiss):
    claim, other = ClaimFactory(), ClaimFactory()
    before = everything()
    sent = {name: value.format(claim=claim.pk, other=other.pk) for name, value in given.items()}
    response = editor_client.post(f"/desk/claims/{claim.pk}/relate/", sent)

    assert (response.status_code, list(errors(response))) == (422, amiss)
    assert everything() == before


def test_relation_twice_is_refused_at_the_other_claim(editor_client):
    link = ClaimLinkFactory()
    sent = {"kind": link.kind, "other": link.to_claim.public_id}
    response = editor_client.post(f"/desk/claims/{link.from_claim_id}/relate/", sent)

    assert errors(response) == {"other": ["These two claims are already linked like that."]}


def test_merge_is_confirmed_on_one_page_that_says_what_happens(editor_client):
    kept, gone = ClaimFactory(published=True), ClaimFactory(published=True)
    address = f"/desk/claims/{gone.pk}/merge/"
    sent = {"other": kept.public_id, "keep": "other", "note": "Said twice"}
    page = editor_client.get(address, sent).content.decode()
    assert f"The address of CL-{gone.pk} leads to CL-{kept.pk}." in page
    assert f"Merge CL-{gone.pk} into CL-{kept.pk}" in page
    assert ClaimLink.objects.count() == 0

    response = editor_client.post(address, sent, follow=True)
    link = ClaimLink.objects.get()
    assert (link.survivor, link.merged_id, link.note) == (kept, gone.pk, "Said twice")
    assert response.redirect_chain[-1][0] == kept.get_absolute_url()
    assert said(response) == ["Claims merged."]


def test_public_claim_is_not_merged_into_a_draft(editor_client):
    draft, public = ClaimFactory(), ClaimFactory(published=True)
    sent = {"other": public.public_id, "keep": "this"}
    response = editor_client.post(f"/desk/claims/{draft.pk}/merge/", sent)

    assert response.status_code == 422
    assert errors(response) == {
        "other": ["Publish the claim to be kept first: the other one is public."]
    }


@pytest.mark.parametrize(
    ("given", "amiss"),
    [
        ({"other": "CL-{claim}", "keep": "this"}, ["other"]),
        ({"other": "CL-0", "keep": "this"}, ["other"]),
        ({"other": "CL-{merged}", "keep": "other"}, ["other"]),
        ({"other": "CL-{merged}", "keep": "me"}, ["keep"]),
    ],
)
def test_merge_that_makes_no_sense_is_refused(editor_client, given, amiss):
    claim, merged = ClaimFactory(), MergeFactory().merged_id
    before = everything()
    sent = {name: value.format(claim=claim.pk, merged=merged) for name, value in given.items()}
    response = editor_client.post(f"/desk/claims/{claim.pk}/merge/", sent)

    assert (response.status_code, list(errors(response))) == (422, amiss)
    assert everything() == before


# Withdrawn


def test_withdrawal_is_proposed_with_its_reason(editor_client):
    claim = ClaimFactory(published=True)
    response = editor_client.post(f"/desk/claims/{claim.pk}/withdraw/", {"reason": "Misread"})

    verdict = Verdict.objects.get()
    assert response.status_code == 303
    assert (verdict.kind, verdict.correction_note, verdict.is_draft) == (
        "withdrawal",
        "Misread",
        True,
    )


def test_draft_is_not_withdrawn(editor_client):
    claim = ClaimFactory()
    response = editor_client.post(f"/desk/claims/{claim.pk}/withdraw/", {"reason": "Misread"})

    assert errors(response) == {
        "__all__": ["This claim isn't public yet: there is nothing to withdraw."]
    }
    assert Verdict.objects.count() == 0


def test_second_proposal_is_refused_kindly(editor_client):
    verdict = VerdictFactory()
    response = editor_client.post(
        f"/desk/claims/{verdict.claim_id}/withdraw/", {"reason": "Misread"}
    )

    assert errors(response) == {"__all__": ["This claim already has a proposed verdict."]}


# Questions


def test_question_is_the_same_in_the_same_words(editor_client):
    held = QuestionFactory(text="Will it rain?")
    editor_client.post("/desk/claims/new/", {**NEW, "question": "  Will it   rain? "})

    assert Claim.objects.get().question == held
    assert Question.objects.count() == 1
