"""Verdicts at the desk: proposed, revised, reviewed, published by a second person, discarded."""

import pytest

from claims.actions.verdicts import propose_withdrawal
from claims.models import Verdict
from tests.claims.desk import TEXT, errors, said
from tests.factories import (
    ClaimFactory,
    EvidenceFactory,
    SnapshotFactory,
    VerdictFactory,
    passage_of,
)

pytestmark = pytest.mark.django_db

WRITTEN = {
    "kind": "first",
    "finding": "conflicting",
    "confidence": "low",
    "summary": "One says so, one denies it.",
    "reasoning": "Neither has shown more than words.",
}


@pytest.fixture
def evidence():
    snapshot = SnapshotFactory(text=TEXT, article__title="Day 378")
    return EvidenceFactory(
        claim__published=True, passages=[passage_of(snapshot, "“a pro-Ukrainian group”")]
    )


@pytest.fixture
def claim(evidence):
    return evidence.claim


def cite(evidence, **grade):
    grades = {"reliability": "B", "credibility": "3", "note": "On record"} | grade
    return {
        f"evidence-{evidence.pk}-cite": "on",
        **{f"evidence-{evidence.pk}-{name}": value for name, value in grades.items()},
    }


def propose(client, claim, **given):
    return client.post(f"/desk/claims/{claim.pk}/verdict/", {**WRITTEN, **given})


@pytest.fixture
def verdict(editor_client, claim, evidence):
    """What the editor proposed."""
    propose(editor_client, claim, **cite(evidence))
    return Verdict.objects.get()


def seen(client, verdict):
    return client.get(f"/desk/verdicts/{verdict.pk}/").context["publishing"]["seen"].value()


def publish(client, verdict, **given):
    sent = {"seen": seen(client, verdict), **given}
    return client.post(f"/desk/verdicts/{verdict.pk}/publish/", sent)


# Proposed


def test_verdict_is_proposed_with_graded_citations(editor_client, editor, claim, evidence):
    response = propose(editor_client, claim, **cite(evidence))

    verdict = Verdict.objects.get()
    citation = verdict.citations.get()
    assert (response.status_code, response["Location"]) == (303, f"/desk/verdicts/{verdict.pk}/")
    assert (verdict.kind, verdict.finding, verdict.author) == ("first", "conflicting", editor)
    assert verdict.is_draft
    assert (citation.evidence, citation.reliability, citation.credibility, citation.note) == (
        evidence,
        "B",
        "3",
        "On record",
    )


def test_finding_is_worded_for_the_kind_of_claim(editor_client):
    claim = ClaimFactory(prediction=True, published=True)
    page = editor_client.get(f"/desk/claims/{claim.pk}/verdict/").content.decode()

    assert "Came true" in page
    assert "Supported" not in page


def test_evidence_that_was_not_ticked_is_not_cited(editor_client, claim, evidence):
    other = EvidenceFactory(claim=claim)
    unticked = cite(other, note="") | {f"evidence-{other.pk}-cite": ""}
    propose(editor_client, claim, **cite(evidence), **unticked)

    assert [row.evidence for row in Verdict.objects.get().citations.all()] == [evidence]


def test_note_on_evidence_that_is_not_cited_is_asked_about(editor_client, claim, evidence):
    unticked = cite(evidence) | {f"evidence-{evidence.pk}-cite": ""}
    response = propose(editor_client, claim, finding="insufficient", **unticked)

    assert list(response.context["form"].citations[0].errors["cite"]) == [
        "Cite it, or clear the note."
    ]


def test_voided_evidence_is_not_offered(editor_client, claim, evidence):
    editor_client.post(f"/desk/evidence/{evidence.pk}/void/", {"reason": "Misheard"})
    page = editor_client.get(f"/desk/claims/{claim.pk}/verdict/")

    assert page.context["form"].citations == []


def test_evidence_of_a_merged_claim_is_offered(editor_client, claim, evidence):
    other = EvidenceFactory()
    editor_client.post(
        f"/desk/claims/{other.claim_id}/merge/", {"other": claim.public_id, "keep": "other"}
    )
    page = editor_client.get(f"/desk/claims/{claim.pk}/verdict/")

    assert [row.evidence for row in page.context["form"].citations] == [evidence, other]


def test_every_error_of_a_verdict_comes_at_once(editor_client, claim, evidence):
    sent = {
        "kind": "",
        "finding": "maybe",
        "confidence": "",
        "summary": "s" * 401,
        "reasoning": " ",
    }
    response = propose(editor_client, claim, **sent, **cite(evidence, reliability="Z"))

    assert response.status_code == 422
    assert list(errors(response)) == [
        "kind", "finding", "confidence", "summary", "reasoning", "__all__",
    ]  # fmt: skip
    assert list(response.context["form"].citations[0].errors) == ["reliability"]
    assert "s" * 401 in response.content.decode()
    assert Verdict.objects.count() == 0


def test_finding_that_rests_on_evidence_must_cite_it(editor_client, claim):
    response = propose(editor_client, claim)

    assert errors(response) == {
        "finding": ["This finding must cite the evidence that it rests on."]
    }
    assert propose(editor_client, claim, finding="insufficient").status_code == 303


def test_confirmed_information_needs_two_origins(editor_client, claim, evidence):
    response = propose(editor_client, claim, **cite(evidence, credibility="1"))

    assert list(response.context["form"].citations[0].errors["credibility"]) == [
        "Credibility 1 needs at least two independent origins."
    ]
    assert Verdict.objects.count() == 0


def test_claim_that_cannot_be_checked_is_not_judged(editor_client):
    claim = ClaimFactory(published=True, checkable=False)
    response = propose(editor_client, claim, finding="insufficient")

    assert errors(response) == {"__all__": ["This claim is not checkable, so it can’t be judged."]}


def test_first_verdict_is_followed_by_an_update_or_a_correction(editor_client, chief, claim):
    VerdictFactory(claim=claim, published_by=chief)
    page = editor_client.get(f"/desk/claims/{claim.pk}/verdict/")
    kinds = [code for code, _word in page.context["form"].fields["kind"].choices]
    assert kinds == ["update", "correction"]

    again = propose(editor_client, claim, finding="insufficient")
    silent = propose(editor_client, claim, finding="insufficient", kind="correction")
    assert list(errors(again)) == ["kind"]
    assert errors(silent) == {"correction_note": ["Say what was wrong."]}
    told = {"kind": "correction", "correction_note": "We misread the date."}
    propose(editor_client, claim, finding="insufficient", **told)
    assert Verdict.objects.drafts().get().correction_note == "We misread the date."


# Revised


def test_whoever_revises_becomes_the_author(second_editor_client, second_editor, verdict, evidence):
    address = f"/desk/claims/{verdict.claim_id}/verdict/"
    page = second_editor_client.get(address)
    assert "Once you save, you are its author" in page.content.decode()
    row = page.context["form"].citations[0]
    assert (row["cite"].value(), row["reliability"].value()) == (True, "B")

    propose(second_editor_client, verdict.claim, **cite(evidence, reliability="A"))
    verdict.refresh_from_db()
    assert verdict.author == second_editor
    assert verdict.citations.get().reliability == "A"
    assert Verdict.objects.count() == 1


def test_proposed_withdrawal_is_reviewed_and_not_revised(editor_client, editor, claim):
    proposal = propose_withdrawal(by=editor, claim=claim, reason="Misread")
    response = editor_client.get(f"/desk/claims/{claim.pk}/verdict/")

    assert (response.status_code, response["Location"]) == (303, f"/desk/verdicts/{proposal.pk}/")


# Reviewed and published


def test_review_shows_the_quotation_in_its_text(second_editor_client, verdict):
    page = second_editor_client.get(f"/desk/verdicts/{verdict.pk}/").content.decode()

    assert "wrote that <mark>“a pro-Ukrainian group”</mark> did it." in page
    assert "B · Usually reliable" in page
    assert "Publish verdict" in page


def test_second_person_publishes(second_editor_client, second_editor, verdict):
    response = publish(second_editor_client, verdict)

    verdict.refresh_from_db()
    assert (response.status_code, response["Location"]) == (
        303,
        f"{verdict.claim.get_absolute_url()}#verdict",
    )
    assert (verdict.reviewer, verdict.without_second_person) == (second_editor, False)
    assert said(second_editor_client.get(response["Location"])) == ["Verdict published: Disputed."]


def test_author_may_not_publish(editor_client, verdict):
    page = editor_client.get(f"/desk/verdicts/{verdict.pk}/").content.decode()
    response = publish(editor_client, verdict)

    assert "You proposed this" in page
    assert "Publish verdict" not in page
    assert response.status_code == 422
    assert errors(response) == {"__all__": ["Somebody else must publish what you proposed."]}
    verdict.refresh_from_db()
    assert verdict.is_draft


def test_author_may_publish_where_it_is_allowed_and_it_is_marked(editor_client, verdict, settings):
    refused = publish(editor_client, verdict, alone="1")
    assert refused.status_code == 422

    settings.SAYSO_ALLOW_SOLO_VERDICTS = True
    page = editor_client.get(f"/desk/verdicts/{verdict.pk}/").content.decode()
    assert "Publish without a second person" in page
    assert publish(editor_client, verdict, alone="1").status_code == 303
    verdict.refresh_from_db()
    assert verdict.without_second_person


def test_proposal_revised_since_it_was_read_is_not_published(
    editor_client, second_editor_client, verdict, evidence
):
    read = seen(second_editor_client, verdict)
    propose(editor_client, verdict.claim, summary="Something else", **cite(evidence))
    address = f"/desk/verdicts/{verdict.pk}/publish/"
    response = second_editor_client.post(address, {"seen": read})

    assert response.status_code == 409
    assert errors(response) == {
        "__all__": ["This proposal was revised since you read it. Read it again."]
    }
    assert "Something else" in response.content.decode()
    again = response.context["publishing"]["seen"].value()
    assert second_editor_client.post(address, {"seen": again}).status_code == 303


@pytest.mark.parametrize("given", [{}, {"seen": "x"}, {"seen": "-1"}, {"seen": "9" * 30}])
def test_publishing_unread_is_refused(second_editor_client, verdict, given):
    response = second_editor_client.post(f"/desk/verdicts/{verdict.pk}/publish/", given)

    assert response.status_code in {409, 422}
    verdict.refresh_from_db()
    assert verdict.is_draft


def test_verdict_on_a_draft_claim_is_refused_kindly(second_editor_client):
    verdict = VerdictFactory(claim=ClaimFactory())
    response = publish(second_editor_client, verdict)

    assert errors(response) == {"__all__": ["Publish the claim first."]}


def test_verdict_is_published_once(second_editor_client, verdict):
    publish(second_editor_client, verdict)
    response = publish(second_editor_client, verdict)

    assert errors(response) == {"__all__": ["This verdict has been published before."]}
    page = second_editor_client.get(f"/desk/verdicts/{verdict.pk}/").content.decode()
    assert "Published verdict" in page


# Discarded


def test_proposal_is_discarded_with_a_reason(editor_client, verdict):
    address = f"/desk/verdicts/{verdict.pk}/discard/"
    silent = editor_client.post(address, {"reason": ""})
    assert errors(silent) == {"reason": ["Say why: the reason stays on the record."]}
    assert Verdict.objects.count() == 1

    assert editor_client.post(address, {"reason": "Too early"}).status_code == 303
    assert Verdict.objects.count() == 0


def test_published_verdict_is_not_discarded(second_editor_client, verdict):
    publish(second_editor_client, verdict)
    address = f"/desk/verdicts/{verdict.pk}/discard/"
    response = second_editor_client.post(address, {"reason": "Too late"})

    assert errors(response) == {"__all__": ["This verdict has been published and is frozen."]}


@pytest.mark.parametrize("count", [1, 3])
def test_review_takes_as_many_queries_for_many_citations(
    editor, second_editor_client, claim, count, django_assert_num_queries
):
    snapshot = SnapshotFactory(text=TEXT)
    rows = [
        EvidenceFactory(claim=claim, passages=[passage_of(snapshot, "It rained.")])
        for _number in range(count)
    ]
    client = second_editor_client
    sent = {name: value for row in rows for name, value in cite(row).items()}
    propose(client, claim, **sent)
    verdict = Verdict.objects.get()
    client.get("/desk/")
    with django_assert_num_queries(13):
        client.get(f"/desk/verdicts/{verdict.pk}/")


# Sent back, taken over


def act_on(client, verdict, act, **given):
    sent = {"seen": seen(client, verdict), **given}
    return client.post(f"/desk/verdicts/{verdict.pk}/{act}/", sent)


def test_changes_are_asked_for_and_made(
    editor_client, second_editor_client, second_editor, verdict, evidence
):
    silent = act_on(second_editor_client, verdict, "ask", note=" ")
    assert errors(silent) == {"note": ["Say what should change."]}
    assert '<details class="disclosure" open>' in silent.content.decode()

    response = act_on(second_editor_client, verdict, "ask", note="Cite the <second> voice.")
    here = f"/desk/verdicts/{verdict.pk}/"
    assert (response.status_code, response["Location"]) == (303, here)
    theirs = second_editor_client.get(here).content.decode()
    assert "second-editor asks for changes" in theirs
    assert "Cite the &lt;second&gt; voice." in theirs
    assert "Publish verdict" not in theirs
    assert "editor has to propose it again" in theirs
    ours = editor_client.get(f"/desk/claims/{verdict.claim_id}/verdict/").content.decode()
    assert "Cite the &lt;second&gt; voice." in ours

    propose(editor_client, verdict.claim, summary="Two voices.", **cite(evidence))
    assert "asks for changes" not in second_editor_client.get(here).content.decode()
    assert publish(second_editor_client, verdict).status_code == 303


def test_author_is_not_offered_to_ask_or_to_take_over(editor_client, verdict):
    page = editor_client.get(f"/desk/verdicts/{verdict.pk}/").content.decode()

    assert "Ask for changes" not in page
    assert "Take over" not in page


def test_proposal_is_taken_over(editor_client, second_editor_client, second_editor, verdict):
    assert act_on(second_editor_client, verdict, "take-over").status_code == 303
    verdict.refresh_from_db()
    assert verdict.author == second_editor
    assert publish(second_editor_client, verdict).status_code == 422
    assert publish(editor_client, verdict).status_code == 303


@pytest.mark.parametrize("act", ["publish", "ask", "take-over"])
def test_who_read_an_older_proposal_is_shown_both(
    editor_client, second_editor_client, verdict, evidence, act
):
    read = seen(second_editor_client, verdict)
    propose(editor_client, verdict.claim, summary="Something else", **cite(evidence))
    sent = {"seen": read, "note": "Say more."}
    response = second_editor_client.post(f"/desk/verdicts/{verdict.pk}/{act}/", sent)
    page = response.content.decode()

    assert response.status_code == 409
    assert "What you read" in page
    assert WRITTEN["summary"] in page
    assert "Something else" in page


def test_quotation_leads_to_its_place_in_the_text(second_editor_client, verdict, evidence):
    place = evidence.appearances.get()
    page = second_editor_client.get(f"/desk/verdicts/{verdict.pk}/").content.decode()
    start, end = place.span.lower, place.span.upper

    query = f"?snapshot={place.snapshot_id}&amp;start={start}&amp;end={end}#passage"
    assert f'href="/desk/articles/{place.article_id}/{query}"' in page
