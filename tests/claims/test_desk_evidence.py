"""Evidence at the desk: linked from a passage or by reference, extended, related, voided."""

import pytest

from articles.models import Article
from claims.models import Appearance, Evidence, EvidenceLink
from tests.claims.desk import DENIAL, TEXT, errors, everything, place, said
from tests.factories import (
    AppearanceFactory,
    ArticleFactory,
    ClaimFactory,
    ClaimLinkFactory,
    EvidenceFactory,
    EvidenceLinkFactory,
    MergeFactory,
    SnapshotFactory,
    SourceFactory,
    day,
    passage_of,
)

pytestmark = pytest.mark.django_db

TOLD = {"stance": "denies", "scope": "same", "stated": "2023-03-08"}


@pytest.fixture
def claim():
    return EvidenceFactory(claim__published=True).claim


@pytest.fixture
def snapshot():
    return SnapshotFactory(text=TEXT, article__title="Day 378")


@pytest.fixture
def reznikov():
    return SourceFactory(person=True, name="Oleksii Reznikov")


def address(claim):
    return f"/desk/claims/{claim.pk}/evidence/"


# From a passage


def test_article_is_searched_and_its_sentences_chosen(editor_client, claim, snapshot):
    ArticleFactory(title="Something else")
    search = editor_client.get(address(claim), {"q": "day 378"}).content.decode()
    link = f"{address(claim)}?article={snapshot.article_id}"
    assert f'href="{link}"' in search
    assert "Something else" not in search

    text = editor_client.get(link).content.decode()
    start = TEXT.index(DENIAL)
    assert f"{link.replace('&', '&amp;')}&amp;start={start}&amp;end={start + len(DENIAL)}" in text
    assert "<textarea" not in text

    chosen = {"article": snapshot.article_id, **place(snapshot)}
    form = editor_client.get(address(claim), chosen).context["form"]
    assert (form["stated"].value(), form["source"].value()) == ("2023-03-08", None)


def test_denial_is_linked_as_disputing(editor_client, claim, snapshot, reznikov):
    sent = {**place(snapshot), **TOLD, "article": snapshot.article_id, "source": reznikov.name}
    response = editor_client.post(address(claim), sent)

    evidence = Evidence.objects.get(source=reznikov)
    assert (response.status_code, response["Location"]) == (
        303,
        f"{claim.get_absolute_url()}#evidence-{evidence.pk}",
    )
    assert evidence.appearances.get().exact == DENIAL
    claim.refresh_from_db()
    assert (claim.evidence_state, claim.against_count) == ("contested", 1)
    link = f'<a href="{claim.get_absolute_url()}#evidence-{evidence.pk}">E-{evidence.pk}</a>'
    page = editor_client.get(response["Location"])
    assert said(page) == [f"Evidence linked. 1 corroborating, 1 disputing. {link}"]


MEANINGS = {
    ("denies", "narrower"): "It denies something narrower, which leaves this claim possible. ",
    ("denies", "broader"): "It denies something broader, and with it this claim. ",
    ("asserts", "narrower"): "It asserts something narrower, and with it this claim. ",
    ("asserts", "broader"): "It asserts something broader, which leaves this claim open. ",
    ("context", "narrower"): "",
}


@pytest.mark.parametrize("told", MEANINGS)
def test_scope_is_explained_after_linking(editor_client, claim, snapshot, reznikov, told):
    given = {"stance": told[0], "scope": told[1], "source": reznikov.name}
    sent = {**place(snapshot), **TOLD, "article": snapshot.article_id, **given}
    page = editor_client.post(address(claim), sent, follow=True)

    assert said(page)[0].rpartition("<a")[0].endswith(f". {MEANINGS[told]}")


def test_evidence_linked_twice_is_refused_at_the_source(editor_client, claim, snapshot):
    held = claim.evidence.get()
    given = {"source": held.source.name, "stance": "asserts", "stated": "2023-03-07"}
    before = everything()
    sent = {**place(snapshot), **TOLD, "article": snapshot.article_id, **given}
    response = editor_client.post(address(claim), sent)

    assert response.status_code == 422
    assert errors(response) == {
        "source": ["This source already takes this stance on this claim at that date."]
    }
    assert everything() == before


def test_form_without_a_place_is_refused(editor_client, claim, snapshot, reznikov):
    before = everything()
    sent = {**TOLD, "source": reznikov.name}
    lost = editor_client.post(address(claim), sent)
    astray = editor_client.post(
        address(claim), {**sent, "article": snapshot.article_id, "start": "1", "end": "9999"}
    )

    assert (lost.status_code, astray.status_code) == (422, 422)
    assert "Choose where it can be read before you save." in lost.content.decode()
    assert "That passage is not in this text." in astray.content.decode()
    assert everything() == before


@pytest.mark.parametrize("asked", ["q=%00", "q=" + "x" * 5000, "article=x", "article=" + "9" * 30])
def test_search_survives_anything(editor_client, claim, asked):
    assert editor_client.get(f"{address(claim)}?{asked}").status_code == 200


# By reference


def test_evidence_is_linked_by_reference_with_a_typed_quotation(editor_client, claim, reznikov):
    sent = {
        **TOLD,
        "reference": "1",
        "source": reznikov.name,
        "exact": "It’s not our action",
        "place-document": "Remarks in Stockholm",
        "place-publisher": "European Union",
        "place-publisher_kind": "organisation",
        "place-kind": "remarks",
        "place-published": "2023-03-08",
        "place-seen": "on",
    }
    response = editor_client.post(address(claim), sent)

    appearance = Appearance.objects.select_related("article__publisher").get()
    assert response.status_code == 303
    assert (appearance.snapshot, appearance.exact) == (None, "It’s not our action")
    assert (appearance.article.title, appearance.article.kind) == (
        "Remarks in Stockholm",
        "remarks",
    )
    assert appearance.article.published == day("2023-03-08")
    assert appearance.seen


def test_document_that_is_here_is_not_added_again(editor_client, claim, reznikov):
    held = ArticleFactory(title="Remarks", url="https://example.org/remarks")
    sent = {
        **TOLD,
        "reference": "1",
        "source": reznikov.name,
        "place-document": held.url,
        "place-kind": "news",
    }
    editor_client.post(address(claim), sent)

    assert Appearance.objects.get().article == held
    assert Article.objects.count() == 1


def test_errors_of_the_document_come_with_the_others(editor_client, claim):
    before = everything()
    response = editor_client.post(address(claim), {"reference": "1", "place-url": "nowhere"})

    assert response.status_code == 422
    assert errors(response) == {
        "source": ["Say who it is. Somebody unnamed is described: “unnamed US officials”."],
        "stance": ["This field is required."],
        "scope": ["This field is required."],
        "stated": ["This field is required."],
        "__all__": ["The document needs another look."],
    }
    place_ = response.context["form"].place
    assert {name: list(told) for name, told in place_.errors.items()} == {
        "document": ["Name the document."],
        "kind": ["This field is required."],
        "url": ["Enter a valid URL."],
    }
    assert everything() == before


def test_article_without_a_text_leads_to_the_reference(editor_client, claim):
    article = ArticleFactory(title="Known by name")
    page = editor_client.get(address(claim), {"article": article.pk})

    assert page.context["form"].place["document"].value() == "Known by name"


# Another place for the same evidence


def test_place_is_added_by_way_of_another(editor_client, snapshot):
    evidence = AppearanceFactory().evidence
    first = evidence.appearances.get()
    sent = {
        **place(snapshot),
        "article": snapshot.article_id,
        "exact": "It’s not our action",
        "verbatim": "on",
        "via": first.pk,
        "basis": "inferred",
    }
    response = editor_client.post(f"/desk/evidence/{evidence.pk}/appearances/", sent)

    added = evidence.appearances.get(snapshot=snapshot)
    assert (response.status_code, response["Location"]) == (
        303,
        f"{evidence.claim.get_absolute_url()}#evidence-{evidence.pk}",
    )
    assert (added.via, added.basis, added.verbatim, added.seen) == (first, "inferred", True, True)


def test_place_is_added_by_reference(editor_client):
    evidence = EvidenceFactory()
    sent = {
        "reference": "1",
        "place-document": "A letter",
        "place-publisher": "Somebody",
        "place-publisher_kind": "person",
        "place-kind": "other",
        "basis": "credited",
    }
    editor_client.post(f"/desk/evidence/{evidence.pk}/appearances/", sent)

    assert evidence.appearances.get().article.title == "A letter"


def test_same_place_twice_is_refused(editor_client, snapshot):
    evidence = EvidenceFactory(passages=[passage_of(snapshot, DENIAL)])
    before = everything()
    sent = {**place(snapshot), "article": snapshot.article_id, "basis": "credited"}
    response = editor_client.post(f"/desk/evidence/{evidence.pk}/appearances/", sent)

    assert errors(response) == {"exact": ["This passage is already logged for this evidence."]}
    assert everything() == before


@pytest.mark.parametrize("via", ["0", "x", "9" * 30])
def test_place_by_way_of_nothing_is_refused(editor_client, snapshot, via):
    evidence = EvidenceFactory()
    sent = {**place(snapshot), "article": snapshot.article_id, "basis": "credited", "via": via}
    response = editor_client.post(f"/desk/evidence/{evidence.pk}/appearances/", sent)

    assert list(errors(response)) == ["via"]


def test_voided_evidence_gets_no_new_place(editor_client):
    evidence = EvidenceFactory()
    editor_client.post(f"/desk/evidence/{evidence.pk}/void/", {"reason": "Misheard"})

    for what in ("appearances", "relate"):
        assert editor_client.get(f"/desk/evidence/{evidence.pk}/{what}/").status_code == 404


# Related


def test_evidence_is_related(editor_client):
    origin = EvidenceFactory()
    copy = EvidenceFactory(claim=origin.claim)
    sent = {"kind": "repeats", "other": origin.pk, "note": "Same words"}
    response = editor_client.post(f"/desk/evidence/{copy.pk}/relate/", sent)

    link = EvidenceLink.objects.get()
    assert response.status_code == 303
    assert (link.from_evidence, link.to_evidence, link.kind) == (copy, origin, "repeats")
    origin.claim.refresh_from_db()
    assert (origin.claim.origins_low, origin.claim.origins_high) == (1, 1)


def test_evidence_of_another_claim_is_related_by_its_number(editor_client):
    one, other = EvidenceFactory(), EvidenceFactory()
    sent = {"kind": "responds_to", "number": f"e-{other.pk}"}
    editor_client.post(f"/desk/evidence/{one.pk}/relate/", sent)

    assert EvidenceLink.objects.get().to_evidence == other


@pytest.mark.parametrize("number", ["E-0", "E-999999", "x", "9" * 20])
def test_unknown_evidence_is_refused(editor_client, number):
    evidence = EvidenceFactory()
    sent = {"kind": "repeats", "number": number}
    response = editor_client.post(f"/desk/evidence/{evidence.pk}/relate/", sent)

    assert list(errors(response)) == ["number"]


def test_circle_of_evidence_is_refused(editor_client):
    link = EvidenceLinkFactory()
    sent = {"kind": "repeats", "other": link.from_evidence_id}
    response = editor_client.post(f"/desk/evidence/{link.to_evidence_id}/relate/", sent)

    assert errors(response) == {
        "other": ["Evidence can’t rest on itself: this link would close a circle."]
    }
    assert EvidenceLink.objects.count() == 1


def test_nothing_chosen_is_refused(editor_client):
    evidence = EvidenceFactory()
    response = editor_client.post(f"/desk/evidence/{evidence.pk}/relate/", {})

    assert errors(response) == {
        "kind": ["This field is required."],
        "other": ["Choose the other evidence."],
    }


# Taken back


def rows_to_void():
    evidence = AppearanceFactory(evidence__claim__published=True).evidence
    return {
        "evidence": evidence,
        "appearances": evidence.appearances.get(),
        "evidence-links": EvidenceLinkFactory(),
        "claim-links": ClaimLinkFactory(),
    }


WHAT = ["evidence", "appearances", "evidence-links", "claim-links"]


@pytest.mark.parametrize("what", WHAT)
def test_row_is_voided_with_its_reason(editor_client, what):
    row = rows_to_void()[what]
    address_ = f"/desk/{what}/{row.pk}/void/"
    assert editor_client.get(address_).status_code == 200
    response = editor_client.post(address_, {"reason": "  Misheard "})

    row.refresh_from_db()
    assert (response.status_code, row.void_reason) == (303, "Misheard")


@pytest.mark.parametrize("what", WHAT)
@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("", "Say why: the reason stays on the record."),
        (" \n ", "Say why: the reason stays on the record."),
        ("r" * 501, "Ensure this value has at most 500 characters (it has 501)."),
        ("a\x00b", "Null characters are not allowed."),
    ],
)
def test_voiding_needs_a_reason(editor_client, what, reason, told):
    row = rows_to_void()[what]
    before = everything()
    response = editor_client.post(f"/desk/{what}/{row.pk}/void/", {"reason": reason})

    assert response.status_code == 422
    assert told in errors(response)["reason"]
    row.refresh_from_db()
    assert (row.void_reason, everything()) == ("", before)


@pytest.mark.parametrize("what", WHAT)
def test_voiding_twice_is_told_kindly(editor_client, what):
    row = rows_to_void()[what]
    address_ = f"/desk/{what}/{row.pk}/void/"
    editor_client.post(address_, {"reason": "Misheard"})
    response = editor_client.post(address_, {"reason": "Again"})

    assert errors(response) == {"__all__": ["This has been voided before."]}
    row.refresh_from_db()
    assert row.void_reason == "Misheard"


def test_merge_is_taken_back(editor_client):
    link = MergeFactory()
    page = editor_client.get(f"/desk/claim-links/{link.pk}/void/").content.decode()
    assert "Take a merge back" in page
    editor_client.post(f"/desk/claim-links/{link.pk}/void/", {"reason": "Not the same"})

    link.refresh_from_db()
    assert link.is_void


def test_claim_of_nobody_is_linked_to_nothing(editor_client):
    ClaimFactory()

    assert editor_client.get("/desk/claims/0/evidence/").status_code == 404
    assert editor_client.post(f"/desk/claims/{10**30}/evidence/").status_code == 404
