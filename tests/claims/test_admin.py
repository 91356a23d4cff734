"""The admin of claims, evidence, links and verdicts."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.test import Client
from django.urls import reverse

from articles.models import Event
from claims.actions.verdicts import Grade
from claims.choices import EvidenceState, Stance
from claims.models import (
    Appearance,
    Citation,
    Claim,
    ClaimLink,
    Evidence,
    EvidenceLink,
    ImportBatch,
    Question,
    Verdict,
)
from tests.admin_pages import errors, everything, page, send, staff, typed
from tests.claims.imports import uploaded
from tests.factories import (
    AppearanceFactory,
    ArticleFactory,
    ChallengeFactory,
    ClaimFactory,
    ClaimLinkFactory,
    EvidenceFactory,
    EvidenceLinkFactory,
    MatchDecisionFactory,
    MergeFactory,
    OutsideVerdictFactory,
    QuestionFactory,
    SnapshotFactory,
    SourceFactory,
    UserFactory,
    VerdictFactory,
    day,
)

TEXT = "The minister said that it could be dry. Nobody else saw rain. It rained. It rained."


@pytest.fixture
def desk(editor: User) -> Client:
    return staff(editor)


@pytest.fixture
def head(chief: User) -> Client:
    return staff(chief)


def verbs() -> list[str]:
    return [event.verb for event in Event.objects.order_by("pk")]


def _verdict(**given: Any) -> Verdict:
    """A proposal that cites one piece of evidence."""
    evidence = EvidenceFactory(claim=ClaimFactory(published=True))
    return VerdictFactory(claim=evidence.claim, citations=[Grade(evidence=evidence)], **given)


def _import() -> ImportBatch:
    """An import whose files are waiting to be read."""
    return uploaded(UserFactory(group="editor"), b"claim\nIt rained\n")


# Lists


@pytest.mark.parametrize(
    ("table", "make", "queries"),
    [
        ("claims_claim", ClaimFactory, 6),
        ("claims_question", QuestionFactory, 6),
        ("claims_claimlink", ClaimLinkFactory, 6),
        ("claims_evidence", EvidenceFactory, 6),
        ("claims_evidencelink", EvidenceLinkFactory, 6),
        ("claims_appearance", AppearanceFactory, 6),
        ("claims_verdict", _verdict, 8),
        ("claims_citation", _verdict, 6),
        ("claims_challenge", ChallengeFactory, 8),
        ("claims_importbatch", _import, 6),
        ("claims_matchdecision", MatchDecisionFactory, 6),
        ("claims_outsideverdict", OutsideVerdictFactory, 6),
    ],
)
@pytest.mark.parametrize("rows", [1, 3])
def test_list_asks_as_often_for_three_rows_as_for_one(  # noqa: PLR0917
    desk: Client,
    django_assert_num_queries: Callable[..., Any],
    table: str,
    make: Callable[[], object],
    queries: int,
    rows: int,
) -> None:
    for _ in range(rows):
        make()
    with django_assert_num_queries(queries):
        response = desk.get(page(table))
    assert response.context["cl"].result_count == rows


def test_claim_list_tells_status_counts_and_origins(desk: Client) -> None:
    evidence = EvidenceFactory(claim=ClaimFactory(text="It hailed"))
    EvidenceFactory(claim=evidence.claim, stance=Stance.DENIES)
    response = desk.get(page("claims_claim"))
    row = response.content.decode().partition('id="result_list"')[2].partition("</tbody>")[0]
    assert [told in row for told in ("It hailed", "Contested, not yet reviewed", "1, 1")] == [
        True,
        True,
        True,
    ]


def test_claim_list_leads_to_the_import(desk: Client, stranger: User) -> None:
    address = f'href="{reverse("claims:import")}"'
    stranger.user_permissions.add(Permission.objects.get(codename="view_claim"))
    answers = [
        client.get(page("claims_claim")).content.decode() for client in (desk, staff(stranger))
    ]
    assert [answer.count(address) for answer in answers] == [1, 0]


@pytest.mark.parametrize("text", ["Bakh", "bakhmut falls", "CL-{pk}", "cl-{pk}", "{pk}"])
def test_claim_is_found_while_typing(desk: Client, text: str) -> None:
    claim = ClaimFactory(text="Bakhmut will fall within days")
    ClaimFactory(text="The video is genuine")
    given = {"app_label": "claims", "model_name": "evidence", "field_name": "claim"}
    response = desk.get(reverse("admin:autocomplete"), {**given, "term": text.format(pk=claim.pk)})
    assert [found["id"] for found in response.json()["results"]] == [str(claim.pk)]


@pytest.mark.parametrize("text", ["Bakh", "Reznikov", "E-{pk}"])
def test_evidence_is_found_while_typing(desk: Client, text: str) -> None:
    evidence = EvidenceFactory(
        claim=ClaimFactory(text="Bakhmut fell"), source=SourceFactory(name="Oleksii Reznikov")
    )
    EvidenceFactory()
    given = {"app_label": "claims", "model_name": "citation", "field_name": "evidence"}
    term = text.format(pk=evidence.pk)
    response = desk.get(reverse("admin:autocomplete"), {**given, "term": term})
    assert [found["id"] for found in response.json()["results"]] == [str(evidence.pk)]


@pytest.mark.parametrize(("public", "found"), [("1", ["out"]), ("0", ["in"]), ("2", ["in", "out"])])
def test_claim_list_is_filtered_by_record(desk: Client, public: str, found: list[str]) -> None:
    ClaimFactory(text="out", published=True)
    ClaimFactory(text="in")
    rows = desk.get(page("claims_claim", public=public)).context["cl"].result_list
    assert sorted(claim.text for claim in rows) == found


@pytest.mark.parametrize(("void", "standing"), [("0", True), ("1", False)])
def test_evidence_list_is_filtered_by_state(desk: Client, void: str, standing: bool) -> None:
    kept, voided = EvidenceFactory(), EvidenceFactory()
    send_step(desk, voided, "void", reason="A slip of the pen.")
    rows = desk.get(page("claims_evidence", void=void)).context["cl"].result_list
    assert [row.pk for row in rows] == [kept.pk if standing else voided.pk]


def send_step(client: Client, row: Any, name: str, **given: str) -> Any:
    return client.post(page(f"claims_{row._meta.model_name}", name, row.pk), given)


# Claims and questions


def test_claim_is_logged_by_the_action(desk: Client, editor: User) -> None:
    question = QuestionFactory()
    response = send(
        desk,
        page("claims_claim", "add"),
        text="Bakhmut will  fall",
        kind="prediction",
        window="2023-03-08/2023-03-15",
        criteria="Russia holds it.\r\nISW says so.",
        question=question.pk,
    )
    claim = Claim.objects.get()
    assert response.status_code == 302
    assert (claim.text, claim.criteria, claim.logged_by, claim.question) == (
        "Bakhmut will fall",
        "Russia holds it.\nISW says so.",
        editor,
        question,
    )
    assert verbs()[-1] == "claim.logged"


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"text": ""}, {"text"}),
        ({"text": " \n "}, {"text"}),
        ({"text": "x" * 10_000}, {"text"}),
        ({"text": "a\x00b"}, {"text"}),
        ({"kind": "denial"}, {"kind"}),
        ({"window": "2023-03-08/2023-03-01"}, {"window"}),
        ({"window": "soon"}, {"window"}),
        ({"criteria": "x" * 4001}, {"criteria"}),
        ({"criteria": "\x00"}, {"criteria"}),
        ({"question": "99999999"}, {"question"}),
        ({"question": "'; DROP"}, {"question"}),
        ({"language": "?"}, {"language"}),
        ({"text": "", "window": "x", "language": "x" * 99}, {"text", "window", "language"}),
    ],
)
def test_claim_with_bad_input_is_refused_at_its_field(
    desk: Client, changes: dict[str, str], fields: set[str]
) -> None:
    before = everything()
    response = send(desk, page("claims_claim", "add"), **{"text": "It rained", **changes})
    assert (errors(response).keys(), everything()) == (fields, before)


def test_draft_is_edited_by_the_action(desk: Client) -> None:
    claim = ClaimFactory(text="It rained")
    send(desk, page("claims_claim", "change", claim.pk), text="It poured", checkable=None)
    claim.refresh_from_db()
    assert (claim.text, claim.checkable) == ("It poured", False)
    assert Event.objects.latest("pk").payload["to"] == {"text": "It poured", "checkable": False}


def test_published_claim_keeps_what_is_frozen(desk: Client) -> None:
    claim = ClaimFactory(text="It rained", published=True)
    response = send(
        desk,
        page("claims_claim", "change", claim.pk),
        text="It poured",
        kind="position",
        window="2023",
        criteria="None.",
        language="fr",
    )
    claim.refresh_from_db()
    assert (response.status_code, claim.text, claim.kind, claim.window, claim.criteria) == (
        302,
        "It rained",
        "event",
        None,
        "",
    )
    assert claim.language == "fr"


def test_claim_is_published_by_the_action(desk: Client) -> None:
    claim = ClaimFactory()
    shown = desk.get(page("claims_claim", "publish", claim.pk))
    response = send_step(desk, claim, "publish")
    claim.refresh_from_db()
    assert (shown.status_code, response.url) == (200, page("claims_claim", "change", claim.pk))
    assert (claim.is_published, verbs()[-1]) == (True, "claim.published")


def test_published_claim_is_not_offered_to_be_published(desk: Client) -> None:
    claim = ClaimFactory(published=True)
    change = desk.get(page("claims_claim", "change", claim.pk))
    again = desk.get(page("claims_claim", "publish", claim.pk))
    assert [str(label) for label, _address in change.context["steps"]] == ["Withdraw…"]
    assert again.url == page("claims_claim", "change", claim.pk)


def test_prediction_without_terms_is_not_published(desk: Client) -> None:
    claim = ClaimFactory(kind="prediction")
    before = everything()
    response = send_step(desk, claim, "publish")
    assert (errors(response).keys(), everything()) == ({"__all__"}, before)


def test_claim_is_withdrawn_by_two_people(desk: Client, head: Client) -> None:
    claim = ClaimFactory(published=True)
    proposed = send_step(desk, claim, "withdraw", reason="The source was misread.")
    verdict = Verdict.objects.get()
    alone = publish(desk, verdict)
    published = publish(head, verdict)
    status = Claim.objects.with_status().get(pk=claim.pk).status_code
    assert (proposed.status_code, errors(alone).keys(), published.status_code, status) == (
        302,
        {"__all__"},
        302,
        "withdrawn",
    )


@pytest.mark.parametrize("reason", ["", "  ", "x" * 4001, "\x00"])
def test_withdrawal_needs_its_reason(desk: Client, reason: str) -> None:
    claim = ClaimFactory(published=True)
    before = everything()
    response = send_step(desk, claim, "withdraw", reason=reason)
    assert (errors(response).keys(), everything()) == ({"reason"}, before)


def test_claim_history_tells_of_its_evidence_too(desk: Client) -> None:
    evidence = EvidenceFactory()
    response = desk.get(page("claims_claim", "history", evidence.claim_id))
    assert [event.verb for event in response.context["page"]] == ["evidence.linked", "claim.logged"]


def test_claim_page_leads_to_the_form_for_its_evidence(desk: Client) -> None:
    claim = ClaimFactory()
    address = page("claims_evidence", "add", claim=claim.pk)
    answer = desk.get(page("claims_claim", "change", claim.pk)).content.decode()
    form = desk.get(address).context["adminform"].form
    assert (answer.count(f'href="{address}"'), form["claim"].value()) == (1, str(claim.pk))


def test_question_is_opened_once(desk: Client) -> None:
    send(desk, page("claims_question", "add"), text="Who did  it?")
    before = everything()
    again = send(desk, page("claims_question", "add"), text="Who did it?")
    assert (Question.objects.get().text, errors(again).keys()) == ("Who did it?", {"text"})
    assert everything() == before


def test_question_is_noted_and_stays_as_it_was_asked(desk: Client) -> None:
    question = QuestionFactory(text="Who did it?")
    address = page("claims_question", "change", question.pk)
    send(desk, address, text="Who else?", note="Both may be so.")
    question.refresh_from_db()
    assert (question.text, question.note) == ("Who did it?", "Both may be so.")
    assert verbs()[-1] == "question.noted"


# Evidence


def evidence_form(**changes: Any) -> dict[str, Any]:
    """A source and a date, and what else is typed."""
    return {"source": SourceFactory(person=True).pk, "stated": "7 March 2023", **changes}


def test_evidence_is_linked_with_its_chain(desk: Client, editor: User) -> None:
    claim = ClaimFactory()
    report = ArticleFactory()
    snapshot = SnapshotFactory(text=TEXT)
    address = page("claims_evidence", "add", claim=claim.pk)
    form = desk.get(address)
    first = {"appearances-0-article": report.pk, "appearances-0-exact": "Dry, he said."}
    second = {
        "appearances-1-article": snapshot.article_id,
        "appearances-1-exact": "The minister said that it could be dry.",
        "appearances-1-hedge": "could",
        "appearances-1-onward": "on",
        "appearances-1-basis": "credited",
        "appearances-1-seen": "on",
    }
    sent = typed(form, **evidence_form(), **first)
    response = desk.post(address, {**sent, **second, "appearances-TOTAL_FORMS": "2"})
    evidence = Evidence.objects.get()
    origin, onward = Appearance.objects.order_by("pk")
    assert response.status_code == 302
    assert (evidence.claim, evidence.recorded_by, evidence.stated) == (
        claim,
        editor,
        day("2023-03-07"),
    )
    assert (origin.snapshot, origin.exact, origin.via) == (None, "Dry, he said.", None)
    assert (onward.snapshot, onward.span.lower, onward.hedge, onward.via, onward.seen) == (
        snapshot,
        0,
        "could",
        origin,
        True,
    )
    assert verbs()[-1] == "evidence.linked"


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"source": ""}, {"source"}),
        ({"source": "9" * 40}, {"source"}),
        ({"stated": ""}, {"stated"}),
        ({"stated": "2023-03-08/2023-03-07"}, {"stated"}),
        ({"stated": "2023-03/"}, {"stated"}),
        ({"stance": "shrugs"}, {"stance"}),
        ({"stance": "weakens"}, {"note"}),
        ({"p_low": "0.9", "p_high": "0.1"}, {"p_low"}),
        ({"p_low": "0.9"}, {"p_low"}),
        ({"p_low": "1.5", "p_high": "NaN"}, {"p_high"}),
        ({"stance": "denies", "p_low": "0.1", "p_high": "0.2"}, {"p_low"}),
        ({"note": "x" * 10_000}, {"note"}),
        ({"note": "\x00"}, {"note"}),
        ({"appearances-0-exact": "It snowed."}, {"appearances-0-exact"}),
        ({"appearances-0-exact": "It rained."}, {"appearances-0-exact"}),
        ({"appearances-0-exact": "It ra\u0131ned"}, {"appearances-0-exact"}),
        ({"appearances-0-exact": "\x00"}, {"appearances-0-exact"}),
        ({"appearances-0-exact": "x" * 20_000}, {"appearances-0-exact"}),
        ({"appearances-0-hedge": "might"}, {"appearances-0-hedge"}),
        ({"appearances-0-article": ""}, {"appearances-0-article"}),
        ({"appearances-0-article": "abc"}, {"appearances-0-article"}),
        ({"appearances-0-basis": "guess"}, {"appearances-0-basis"}),
        ({"appearances-0-onward": "on"}, {"__all__"}),
    ],
)
def test_evidence_with_bad_input_is_refused_at_its_field(
    desk: Client, changes: dict[str, str], fields: set[str]
) -> None:
    address = page("claims_evidence", "add", claim=ClaimFactory().pk)
    place = {
        "appearances-0-article": SnapshotFactory(text=TEXT).article_id,
        "appearances-0-exact": "Nobody else saw rain.",
    }
    good = evidence_form(**place)
    before = everything()
    response = send(desk, address, **{**good, **changes})
    assert (errors(response).keys(), everything()) == (fields, before)


def test_quotation_that_is_nearly_there_is_told(desk: Client) -> None:
    snapshot = SnapshotFactory(text="“It’s not our action,” he said.")
    response = send(
        desk,
        page(
            "claims_appearance", "add", evidence=EvidenceFactory().pk, article=snapshot.article_id
        ),
        exact="it's not our action",
    )
    assert errors(response)["exact"] == [
        "This is not in the article’s newest text, but this is: “It’s not our action”."
    ]


def test_same_evidence_twice_is_refused_at_the_source(desk: Client) -> None:
    held = EvidenceFactory(stated=day("2023-03"))
    before = everything()
    address = page("claims_evidence", "add", claim=held.claim_id)
    response = send(desk, address, source=held.source_id, stated="2023-03-07")
    assert (errors(response).keys(), everything()) == ({"source"}, before)


def test_same_place_twice_leaves_no_evidence_behind(desk: Client) -> None:
    """The action has written evidence and one place when the second place is refused."""
    article = ArticleFactory()
    address = page("claims_evidence", "add", claim=ClaimFactory().pk)
    sent = typed(desk.get(address), **evidence_form(), **{"appearances-0-article": article.pk})
    sent |= {
        "appearances-TOTAL_FORMS": "2",
        "appearances-1-article": article.pk,
        "appearances-1-basis": "credited",
    }
    before = everything()
    response = desk.post(address, sent)
    assert (errors(response).keys(), everything()) == ({"__all__"}, before)


@pytest.mark.parametrize(
    ("make", "verb"),
    [
        (EvidenceFactory, "evidence.voided"),
        (AppearanceFactory, "appearance.voided"),
        (EvidenceLinkFactory, "evidence.unrelated"),
        (ClaimLinkFactory, "claim.unrelated"),
        (MergeFactory, "claim.unmerged"),
    ],
)
def test_row_is_voided_once_with_a_reason(desk: Client, make: Callable[[], Any], verb: str) -> None:
    row = make()
    table = f"claims_{row._meta.model_name}"
    before = everything()
    blank = send_step(desk, row, "void", reason=" ")
    assert (errors(blank).keys(), everything()) == ({"reason"}, before)
    done = send_step(desk, row, "void", reason="Misread.")
    row.refresh_from_db()
    assert (done.url, row.void_reason, verbs()[-1]) == (
        page(table, "change", row.pk),
        "Misread.",
        verb,
    )
    before = everything()
    again = send_step(desk, row, "void", reason="Once more.")
    assert (errors(again).keys(), everything()) == ({"__all__"}, before)
    assert desk.get(page(table, "void", row.pk)).url == page(table, "change", row.pk)
    assert desk.get(page(table, "change", row.pk)).context["steps"] == []


@pytest.mark.parametrize(
    "make", [EvidenceFactory, AppearanceFactory, EvidenceLinkFactory, ClaimLinkFactory]
)
def test_row_is_never_changed_or_deleted(head: Client, make: Callable[[], Any]) -> None:
    row = make()
    table = f"claims_{row._meta.model_name}"
    before = everything()
    shown = head.get(page(table, "change", row.pk))
    answers = [
        head.post(
            page(table, "change", row.pk), {"note": "Other.", "stance": "denies"}
        ).status_code,
        head.post(page(table, "delete", row.pk), {"post": "yes"}).status_code,
        head.get(page(table, "delete", row.pk)).status_code,
    ]
    assert (shown.context["show_save"], shown.context["show_delete_link"]) == (False, False)
    assert (answers, everything()) == ([403, 403, 403], before)


def test_claim_is_not_deleted_though_it_is_a_draft(head: Client) -> None:
    claim = ClaimFactory()
    response = head.post(page("claims_claim", "delete", claim.pk), {"post": "yes"})
    shown = head.get(page("claims_claim", "change", claim.pk))
    assert (response.status_code, Claim.objects.count()) == (403, 1)
    assert shown.context["show_delete_link"] is False
    assert str(shown.context["delete_note"]) == (
        "A claim is never deleted. A published one is withdrawn, for readers have seen it; "
        "a draft stays too, because its history is on record."
    )


def test_appearance_is_added_by_the_action(desk: Client) -> None:
    origin = AppearanceFactory()
    snapshot = SnapshotFactory(text=TEXT)
    response = send(
        desk,
        page("claims_appearance", "add", evidence=origin.evidence_id),
        article=snapshot.article_id,
        exact="Nobody else saw rain.",
        via=origin.pk,
    )
    row = Appearance.objects.latest("pk")
    assert response.status_code == 302
    assert (row.snapshot, row.span.lower, row.via) == (snapshot, 40, origin)


def test_appearance_via_other_evidence_is_refused(desk: Client) -> None:
    other = AppearanceFactory()
    evidence, article = EvidenceFactory(), ArticleFactory()
    before = everything()
    response = send(
        desk,
        page("claims_appearance", "add", evidence=evidence.pk),
        article=article.pk,
        via=other.pk,
    )
    assert (errors(response).keys(), everything()) == ({"via"}, before)


# Links


def test_claims_are_related_and_merged(desk: Client) -> None:
    first, second = ClaimFactory(), ClaimFactory()
    both = {"from_claim": first.pk, "to_claim": second.pk}
    send(desk, page("claims_claimlink", "add"), kind="entails", **both)
    send(desk, page("claims_claimlink", "add"), kind="same_as", kept="second", **both)
    entails, same = ClaimLink.objects.order_by("pk")
    assert (entails.kind, entails.survivor, same.kind, same.survivor) == (
        "entails",
        None,
        "same_as",
        second,
    )
    assert verbs()[-2:] == ["claim.related", "claim.merged"]


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"kind": "same_as"}, {"kept"}),
        ({"kind": "entails", "kept": "first"}, {"kept"}),
        ({"kind": ""}, {"kind"}),
        ({"kind": "entails", "to_claim": ""}, {"to_claim"}),
        ({"kind": "entails", "to_claim": "itself"}, {"to_claim"}),
        ({"kind": "contradicts"}, {"to_claim"}),
        ({"kind": "same_as", "kept": "second"}, {"to_claim"}),
        ({"kind": "entails", "note": "x" * 2001}, {"note"}),
    ],
)
def test_claim_link_with_bad_input_is_refused_at_its_field(
    desk: Client, changes: dict[str, Any], fields: set[str]
) -> None:
    public = ClaimFactory(published=True)
    other = ClaimLinkFactory(claim=public).to_claim
    if changes.get("to_claim") == "itself":
        changes = {**changes, "to_claim": public.pk}
    good = {"from_claim": public.pk, "to_claim": other.pk}
    before = everything()
    response = send(desk, page("claims_claimlink", "add"), **{**good, **changes})
    assert (errors(response).keys(), everything()) == (fields, before)


def test_evidence_is_related_but_never_in_a_circle(desk: Client) -> None:
    first = EvidenceFactory()
    second = EvidenceFactory(claim=first.claim)
    add = page("claims_evidencelink", "add")
    send(desk, add, from_evidence=first.pk, to_evidence=second.pk, kind="repeats")
    first.claim.refresh_from_db()
    assert EvidenceLink.objects.get().from_evidence == first
    assert (first.claim.origins_low, first.claim.origins_high) == (1, 1)
    before = everything()
    back = send(desk, add, from_evidence=second.pk, to_evidence=first.pk, kind="relies_on")
    assert (errors(back).keys(), everything()) == ({"to_evidence"}, before)


# Verdicts


def verdict_form(**changes: Any) -> dict[str, Any]:
    return {
        "finding": "supported",
        "confidence": "high",
        "summary": "Two saw it.",
        "reasoning": "Both were there.",
        **changes,
    }


def cited(evidence: Evidence, **changes: Any) -> dict[str, Any]:
    given = {"evidence": evidence.pk, "reliability": "B", "credibility": "2", "note": "", **changes}
    return {f"citations-0-{name}": value for name, value in given.items()} | {
        "citations-TOTAL_FORMS": "1"
    }


def test_verdict_is_proposed_with_its_citations(desk: Client, editor: User) -> None:
    evidence = EvidenceFactory(claim=ClaimFactory(published=True))
    address = page("claims_verdict", "add", claim=evidence.claim_id)
    sent = typed(desk.get(address), **verdict_form(dated="2023-03-20"), **cited(evidence))
    response = desk.post(address, sent)
    verdict, citation = Verdict.objects.get(), Citation.objects.get()
    assert response.status_code == 302
    assert (verdict.author, verdict.is_draft, verdict.dated) == (editor, True, day("2023-03-20"))
    assert (citation.evidence, citation.reliability, citation.credibility) == (evidence, "B", "2")
    assert verbs()[-1] == "verdict.proposed"


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"finding": ""}, {"finding"}),
        ({"finding": "true"}, {"finding"}),
        ({"confidence": ""}, {"finding"}),
        ({"summary": ""}, {"summary"}),
        ({"summary": "x" * 401}, {"summary"}),
        ({"reasoning": "\x00"}, {"reasoning"}),
        ({"kind": "correction"}, {"correction_note"}),
        ({"kind": "update"}, {"kind"}),
        ({"dated": "2023-04/2023-03"}, {"dated"}),
        ({"citations-0-evidence": "0"}, {"citations-0-evidence"}),
        ({"citations-0-reliability": "G"}, {"citations-0-reliability"}),
        ({"citations-0-note": "x" * 2001}, {"citations-0-note"}),
        ({"citations-0-credibility": "1"}, {"__all__"}),
        ({"citations-0-evidence": "elsewhere"}, {"__all__"}),
    ],
)
def test_verdict_with_bad_input_is_refused_at_its_field(
    desk: Client, changes: dict[str, Any], fields: set[str]
) -> None:
    evidence = EvidenceFactory(claim=ClaimFactory(published=True))
    if changes.get("citations-0-evidence") == "elsewhere":
        changes = {"citations-0-evidence": EvidenceFactory().pk}
    address = page("claims_verdict", "add", claim=evidence.claim_id)
    sent = typed(desk.get(address), **verdict_form(), **cited(evidence))
    before = everything()
    response = desk.post(address, {**sent, **changes})
    assert (errors(response).keys(), everything()) == (fields, before)


@pytest.mark.parametrize(
    "changes",
    [
        {"citations-TOTAL_FORMS": "\x00"},
        {"citations-TOTAL_FORMS": "99999999999"},
        {"citations-INITIAL_FORMS": "abc"},
        {"citations-INITIAL_FORMS": "-1"},
        {"citations-0-id": "abc"},
        {"citations-0-id": "99999999999999999999999"},
        {"citations-0-verdict": "\x00"},
        {"citations-0-evidence": ["1", "x"]},
        {"summary": "\udcff".encode("utf-8", "surrogatepass")},
        {"_continue": "\x00", "summary": ""},
        {"_popup": "1", "_to_field": "id", "summary": ""},
    ],
    ids=str,
)
def test_forged_form_is_shown_again(desk: Client, changes: dict[str, Any]) -> None:
    verdict = _verdict()
    address = page("claims_verdict", "change", verdict.pk)
    sent = typed(desk.get(address), reasoning="\x00")
    before = everything()
    response = desk.post(address, {**sent, **changes})
    assert (response.status_code, everything()) == (200, before)


def test_proposal_is_rewritten_by_the_action(desk: Client, editor: User) -> None:
    verdict = _verdict()
    other = EvidenceFactory(claim=verdict.claim)
    address = page("claims_verdict", "change", verdict.pk)
    response = send(desk, address, summary="Rewritten.", **{"citations-0-evidence": other.pk})
    verdict.refresh_from_db()
    assert (response.status_code, verdict.summary, verdict.author) == (302, "Rewritten.", editor)
    assert ([row.evidence for row in verdict.citations.all()], verbs()[-1]) == (
        [other],
        "verdict.revised",
    )


def test_proposal_may_rest_on_less(desk: Client) -> None:
    verdict = _verdict()
    address = page("claims_verdict", "change", verdict.pk)
    send(desk, address, **{"citations-0-DELETE": "on"})
    assert (Citation.objects.count(), verbs()[-1]) == (0, "verdict.revised")


def test_proposal_saved_without_a_change_keeps_its_author(desk: Client) -> None:
    verdict = _verdict()
    before = everything()
    response = send(desk, page("claims_verdict", "change", verdict.pk))
    assert (response.status_code, everything()) == (302, before)


def publish(client: Client, verdict: Verdict) -> Any:
    """Read the page that asks, and answer it."""
    address = page("claims_verdict", "publish", verdict.pk)
    form = client.get(address).context["form"]
    return client.post(address, {bound.html_name: bound.value() for bound in form})


def test_verdict_is_published_by_a_second_person_only(
    desk: Client, head: Client, editor: User, chief: User
) -> None:
    verdict = _verdict(by=editor)
    address = page("claims_verdict", "publish", verdict.pk)
    before = everything()
    own = publish(desk, verdict)
    assert (desk.get(address).context["barred"], errors(own).keys()) == (True, {"__all__"})
    assert everything() == before
    assert head.get(address).context["barred"] is False
    other = publish(head, verdict)
    verdict.refresh_from_db()
    assert (other.status_code, verdict.reviewer, verbs()[-1]) == (302, chief, "verdict.published")


def test_publisher_reads_what_will_be_published(head: Client, editor: User) -> None:
    verdict = _verdict(by=editor, summary="Only one saw it.")
    shown = head.get(page("claims_verdict", "publish", verdict.pk)).context["shows"]
    told = [str(text) for _label, text in shown]
    assert [told.count(text) for text in (str(verdict.claim), "Only one saw it.", "editor")] == [
        1
    ] * 3
    assert told[-1].startswith("F6 E-")


def test_verdict_that_was_rewritten_since_is_not_published(
    desk: Client, head: Client, editor: User
) -> None:
    verdict = _verdict(by=editor)
    address = page("claims_verdict", "publish", verdict.pk)
    form = head.get(address).context["form"]
    send(desk, page("claims_verdict", "change", verdict.pk), summary="Rewritten.")
    before = everything()
    late = head.post(address, {bound.html_name: bound.value() for bound in form})
    unread = head.post(address)
    assert (errors(late).keys(), errors(unread).keys()) == ({"__all__"}, {"seen"})
    assert everything() == before


def test_own_verdict_is_published_alone_where_the_setting_allows(
    desk: Client, editor: User, settings: Any
) -> None:
    settings.SAYSO_ALLOW_SOLO_VERDICTS = True
    verdict = _verdict(by=editor)
    shown = desk.get(page("claims_verdict", "publish", verdict.pk))
    response = publish(desk, verdict)
    verdict.refresh_from_db()
    assert (shown.context["barred"], response.status_code) == (False, 302)
    assert (verdict.reviewer, verdict.without_second_person) == (editor, True)


def test_published_verdict_is_only_looked_at(head: Client, editor: User, chief: User) -> None:
    verdict = _verdict(by=editor, published_by=chief)
    address = page("claims_verdict", "change", verdict.pk)
    before = everything()
    shown = head.get(address)
    inline = shown.context["inline_admin_formsets"][0]
    sent = head.post(address, verdict_form(summary="Changed."))
    assert (shown.context["show_save"], shown.context["steps"]) == (False, [])
    assert (inline.has_add_permission, inline.has_change_permission) == (False, False)
    assert (sent.status_code, everything()) == (403, before)


def test_proposal_is_discarded_with_a_reason(desk: Client) -> None:
    verdict = _verdict()
    before = everything()
    blank = send_step(desk, verdict, "discard", reason="")
    assert (errors(blank).keys(), everything()) == ({"reason"}, before)
    done = send_step(desk, verdict, "discard", reason="Too early.")
    assert (done.url, Verdict.objects.count(), verbs()[-1]) == (
        page("claims_verdict"),
        0,
        "verdict.discarded",
    )


def test_import_in_the_admin_leads_to_its_steps(desk: Client) -> None:
    batch = _import()
    steps = f'href="{reverse("claims:import_batch", args=[batch.pk])}"'
    for family in ("changelist", "change"):
        args = [batch.pk] if family == "change" else []
        assert steps in desk.get(page("claims_importbatch", family, *args)).content.decode()


@pytest.mark.parametrize(
    "table",
    ["claims_citation", "claims_challenge", "claims_importbatch", "claims_matchdecision"],
)
def test_what_is_written_elsewhere_has_no_form(head: Client, table: str) -> None:
    _verdict()
    rows: dict[str, Any] = {
        "claims_citation": Citation.objects.get(),
        "claims_challenge": ChallengeFactory(),
        "claims_importbatch": _import(),
        "claims_matchdecision": MatchDecisionFactory(),
    }
    row = rows[table]
    before = everything()
    answers = [
        head.get(page(table, "change", row.pk)).status_code,
        head.get(page(table, "history", row.pk)).status_code,
        head.get(page(table, "add")).status_code,
        head.post(page(table, "change", row.pk), {"note": "x", "body": "x"}).status_code,
    ]
    assert (answers, everything()) == ([200, 200, 403, 403], before)


# Permissions


@pytest.mark.parametrize(
    ("codename", "table", "name"),
    [
        ("publish_claim", "claims_claim", "publish"),
        ("add_verdict", "claims_claim", "withdraw"),
        ("change_evidence", "claims_evidence", "void"),
        ("publish_verdict", "claims_verdict", "publish"),
        ("delete_verdict", "claims_verdict", "discard"),
    ],
)
def test_step_is_closed_to_whoever_lacks_its_permission(
    desk: Client, codename: str, table: str, name: str
) -> None:
    verdict = _verdict()
    row = {
        "claims_claim": ClaimFactory(published=name == "withdraw"),
        "claims_evidence": Evidence.objects.get(),
        "claims_verdict": verdict,
    }[table]
    Group.objects.get(name="editor").permissions.remove(Permission.objects.get(codename=codename))
    before = everything()
    answers = [
        desk.get(page(table, name, row.pk)).status_code,
        desk.post(page(table, name, row.pk), {"reason": "Because."}).status_code,
    ]
    steps = [
        address for _label, address in desk.get(page(table, "change", row.pk)).context["steps"]
    ]
    assert (answers, everything()) == ([403, 403], before)
    assert page(table, name, row.pk) not in steps


def test_action_has_the_last_word_on_permission(desk: Client) -> None:
    """The admin lets a holder of add_claimlink in; merging needs another permission too."""
    first, second = ClaimFactory(), ClaimFactory()
    both = {"from_claim": first.pk, "to_claim": second.pk, "kind": "same_as", "kept": "first"}
    sent = typed(desk.get(page("claims_claimlink", "add")), **both)
    merge = Permission.objects.get(codename="merge_claim")
    Group.objects.get(name="editor").permissions.remove(merge)
    before = everything()
    response = desk.post(page("claims_claimlink", "add"), sent)
    assert (response.status_code, everything()) == (403, before)


def test_step_on_nothing_is_not_found(desk: Client) -> None:
    answers = [
        desk.get(page("claims_claim", "publish", 404)).status_code,
        desk.get(f"{page('claims_claim')}abc/publish/").status_code,
        desk.get(f"{page('claims_claim')}{'9' * 40}/publish/").status_code,
    ]
    assert answers == [404, 404, 404]


def test_scripts_stay_text_on_every_page(desk: Client) -> None:
    evil = "<script>alert(1)</script>"
    snapshot = SnapshotFactory(text=f"{evil} and more.")
    evidence = EvidenceFactory(claim=ClaimFactory(text=evil), source=SourceFactory(name=evil))
    row = AppearanceFactory(evidence=evidence, snapshot=snapshot, exact=evil)
    addresses = [
        page("claims_claim"),
        page("claims_claim", "change", evidence.claim_id),
        page("claims_evidence"),
        page("claims_evidence", "change", evidence.pk),
        page("claims_evidence", "void", evidence.pk),
        page("claims_evidence", "history", evidence.pk),
        page("claims_appearance"),
        page("claims_appearance", "change", row.pk),
        page("articles_event", "change", Event.objects.latest("pk").pk),
    ]
    answers = [desk.get(address).content.decode() for address in addresses]
    assert [answer.count(evil) for answer in answers] == [0] * len(addresses)
    assert [answer.count("&lt;script&gt;") > 0 for answer in answers] == [True] * len(addresses)


def test_evidence_state_moves_with_what_is_done_here(desk: Client) -> None:
    claim = ClaimFactory()
    address = page("claims_evidence", "add", claim=claim.pk)
    send(desk, address, **evidence_form())
    send(desk, address, **evidence_form(stance="denies"))
    claim.refresh_from_db()
    assert (claim.evidence_state, claim.for_count, claim.against_count) == (
        EvidenceState.CONTESTED,
        1,
        1,
    )
