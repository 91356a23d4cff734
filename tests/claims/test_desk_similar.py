"""Claims that are here already: shown before anything is saved, used instead, or told apart."""

import pytest

from claims.models import Claim, Evidence, MatchDecision
from tests.claims.desk import DENIAL, TEXT, errors, everything, place, said
from tests.factories import ClaimFactory, SnapshotFactory, SourceFactory

pytestmark = pytest.mark.django_db

HERE = "Russian forces will take Bakhmut between 8 and 15 March 2023"
SAME = "Russian troops will take Bakhmout between 8 and 15 March"
ASKS = "This may be here already. Use what is here, or save again."


@pytest.fixture
def here():
    for text in ("The central bank raised its rate", "Grain ships left the port of Odesa"):
        ClaimFactory(text=text)
    return ClaimFactory(text=HERE)


@pytest.fixture
def log(editor_client):
    """Sends the form for a passage; named fields differ, ``None`` leaves one out."""
    snapshot = SnapshotFactory(text=TEXT)
    SourceFactory(person=True, name="Oleksii Reznikov")

    def send(**given):
        sent = {
            **place(snapshot, DENIAL),
            "text": SAME,
            "kind": "event",
            "source": "Oleksii Reznikov",
            "stance": "asserts",
            "scope": "same",
            "stated": "2023-03-08",
            "language": "en",
        } | given
        sent = {name: value for name, value in sent.items() if value is not None}
        return editor_client.post(f"/desk/articles/{snapshot.article_id}/log/", sent)

    return send


def decisions():
    rows = MatchDecision.objects.order_by("pk")
    return [(row.claim, row.suggested, row.outcome, row.method) for row in rows]


def test_what_resembles_a_claim_is_shown_before_it_is_saved(log, here):
    before = everything()
    response = log()
    assert errors(response) == {"text": [ASKS]}
    assert response.context["form"].matches[0].claim == here
    assert f'name="same" value="{here.pk}"' in response.content.decode()
    assert (everything(), decisions()) == (before, [])


def test_saved_again_it_is_another_claim(log, here):
    log(seen=[here.pk])
    new = Claim.objects.get(text=SAME)
    assert Evidence.objects.get().claim == new
    assert decisions() == [(new, here, "new", "lexical")]
    decision = MatchDecision.objects.get()
    assert 0.4 <= decision.score <= 1


def test_claim_that_is_here_is_used(log, here):
    log(same=here.pk)
    assert Evidence.objects.get().claim == here
    assert Claim.objects.filter(text=SAME).count() == 0
    assert decisions() == [(here, here, "same", "lexical")]


def test_choice_survives_a_form_that_is_refused(log, here):
    refused = log(same=here.pk, source="")
    form = refused.context["form"]
    assert errors(refused).keys() == {"source"}
    assert (form.as_evidence, form["existing"].field.clean(form["existing"].data)) == (True, here)
    fields = f'name="same" value="{here.pk}"><input type="hidden" name="typed" value="{SAME}"'
    assert fields in refused.content.decode()
    log(same=here.pk, text=None, typed=SAME, existing_pick=here.pk, **{"as": "evidence"})
    assert decisions() == [(here, here, "same", "lexical")]


def test_variant_is_a_claim_of_its_own(log, here):
    log(variant=here.pk)
    new = Claim.objects.get(text=SAME)
    assert decisions() == [(new, here, "variant", "lexical")]


def test_number_that_resembles_nothing_is_not_decided_on(log, here):
    other = ClaimFactory(text="A drone fell on an oil depot")
    log(same=other.pk)
    assert Evidence.objects.get().claim == other
    assert decisions() == []


def test_claim_unlike_any_other_is_saved_at_once(log, here):
    log(text="Two miners died in Upper Silesia")
    assert Evidence.objects.get().claim.text == "Two miners died in Upper Silesia"
    assert decisions() == []


@pytest.mark.parametrize("query", ["", "text=", "text=a%00b", "text=%20Bakhmut%20"])
def test_nothing_is_asked_of_a_few_letters(editor_client, here, query):
    assert editor_client.get(f"/desk/similar/?{query}").context["matches"] == []


def test_similar_claims_have_a_page_and_a_list_for_htmx(editor_client, here):
    whole = editor_client.get("/desk/similar/", {"text": SAME})
    part = editor_client.get("/desk/similar/", {"text": SAME}, headers={"HX-Target": "div#similar"})
    assert [response.context["matches"][0].claim for response in (whole, part)] == [here, here]
    assert b"<html" in whole.content
    assert part.content.strip().startswith(b'<div class="similar" id="similar"')
    assert (b'name="same"' in whole.content, b'name="same"' in part.content) == (False, True)


def test_new_claim_without_an_article_is_asked_about_too(editor_client, here):
    sent = {"text": SAME, "kind": "event", "language": "en"}
    assert errors(editor_client.post("/desk/claims/new/", sent)) == {"text": [ASKS]}
    used = editor_client.post("/desk/claims/new/", {**sent, "same": here.pk})
    assert used["Location"] == here.get_absolute_url()
    page = editor_client.get(used["Location"])
    link = f'<a href="{here.get_absolute_url()}">CL-{here.pk}</a>'
    assert said(page) == [f"Here already: {link}"]
    editor_client.post("/desk/claims/new/", {**sent, "seen": here.pk})
    new = Claim.objects.get(text=SAME)
    assert decisions() == [(here, here, "same", "lexical"), (new, here, "new", "lexical")]
