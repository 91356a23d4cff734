"""What one has just done is taken back from its notice, while nothing else rests on it."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from articles.models import Event
from claims.actions.desk import assign, save_filter
from claims.actions.evidence import relate_evidence
from claims.actions.intake import publish_claim
from claims.actions.recapture import recapture
from claims.actions.reviewing import ask_for_changes
from claims.actions.setting_aside import take_up
from claims.actions.verdicts import Grade, propose_verdict
from claims.history_check import check
from claims.models import (
    Appearance,
    Assignment,
    Claim,
    ClaimLink,
    Evidence,
    EvidenceLink,
    NoClaim,
    Question,
    SavedFilter,
    Verdict,
)
from claims.record import entries, orphans
from tests.claims.desk import TEXT, place, said
from tests.claims.test_actions_all import FOUND
from tests.factories import (
    AppearanceFactory,
    ArticleFactory,
    ClaimFactory,
    ClaimLinkFactory,
    EvidenceFactory,
    EvidenceLinkFactory,
    MergeFactory,
    OutsideVerdictFactory,
    QuestionFactory,
    SnapshotFactory,
    SourceFactory,
    passage_of,
)
from tests.pages import read
from tests.world import form_on

pytestmark = pytest.mark.django_db


def send(client: Client, path: str, page: str = "", **typed: Any) -> Any:
    """Fill in a form of the desk and send it; the page that it leads to."""
    here = page or path
    form = form_on(client.get(here).content, path, here.partition("?")[0])
    return client.post(path, {**form, **typed}, follow=True)


def undo(client: Client, response: Any) -> list[str]:
    """Press the button in the notice; what is announced then."""
    (form,) = read(response.content).one("#status").all("form")
    action = form["action"]
    filled = form_on(response.content, action, action)
    here = response.redirect_chain[-1][0]
    page = client.post(action, filled, follow=True, headers={"referer": f"http://testserver{here}"})
    assert page.redirect_chain[0][1] == 303
    assert read(page.content).one("#status").all("form") == []
    return said(page)


def whole() -> bool:
    return check(entries()).faults == ()


def log(client: Client, **typed: Any) -> Any:
    snapshot = SnapshotFactory(text=TEXT)
    SourceFactory(person=True, name="Oleksii Reznikov")
    spot = place(snapshot)
    article = reverse("claims:desk_article", args=[snapshot.article_id])
    here = f"{article}?start={spot['start']}&end={spot['end']}"
    path = reverse("claims:log_claim", args=[snapshot.article_id])
    given = {"text": "It was us", "source": "Oleksii Reznikov", "stance": "denies"}
    return send(client, path, here, **given, **typed)


def press_undo(client: Client, response: Any) -> Any:
    (form,) = read(response.content).one("#status").all("form")
    filled = form_on(response.content, form["action"], form["action"])
    return client.post(form["action"], filled, follow=True)


def test_logged_claim_is_set_aside_and_comes_back_with_its_evidence(
    editor_client: Client,
) -> None:
    logged = log(editor_client)
    claim = Claim.objects.get()
    undone = press_undo(editor_client, logged)
    assert said(undone) == [f"Undone: the evidence is voided. {claim.public_id} is set aside."]
    claim.refresh_from_db()
    assert (claim.evidence_state, claim.against_count) == ("unsourced", 0)
    assert claim.set_aside_because == "Undone by editor"
    assert Evidence.objects.get().void_reason == "Undone by editor"

    again = press_undo(editor_client, undone)

    assert said(again) == ["Undone: the claim is taken up again."]
    assert read(again.content).one("#status").all("form") == []
    claim.refresh_from_db()
    assert (claim.set_aside_because, claim.against_count) == ("", 1)
    old, new = Evidence.objects.order_by("pk")
    assert (old.is_void, new.is_void, new.source) == (True, False, old.source)
    assert [place.exact for place in new.appearances.all()] == [
        place.exact for place in old.appearances.all()
    ]
    assert (whole(), orphans()) == (True, [])


def test_claim_that_was_there_before_its_evidence_stays_a_draft(editor_client: Client) -> None:
    claim = ClaimFactory()
    article = SnapshotFactory(text=TEXT).article
    path = reverse("claims:link_evidence", args=[claim.pk])
    SourceFactory(person=True, name="Oleksii Reznikov")
    here = f"{path}?article={article.pk}&start=0&end=33"
    linked = send(editor_client, path, here, source="Oleksii Reznikov")
    assert undo(editor_client, linked) == [
        f"Undone: the evidence is voided. {claim.public_id} stays as a draft, without evidence."
    ]
    assert not Claim.objects.get().is_set_aside


def test_claim_on_which_more_hangs_stays_a_draft(editor_client: Client) -> None:
    logged = log(editor_client)
    claim = Claim.objects.get()
    OutsideVerdictFactory(claim=claim)
    assert undo(editor_client, logged) == [
        f"Undone: the evidence is voided. {claim.public_id} stays as a draft, without evidence."
    ]
    assert not Claim.objects.get().is_set_aside


def test_claim_taken_up_meanwhile_is_not_taken_up_again(editor_client: Client, chief: User) -> None:
    undone = press_undo(editor_client, log(editor_client))
    take_up(by=chief, claim=Claim.objects.get())
    assert said(press_undo(editor_client, undone)) == [
        "Not undone: This has been taken back already."
    ]
    assert Evidence.objects.count() == 1


def test_published_claim_stays_public(editor_client: Client) -> None:
    logged = log(editor_client, publish="1")
    claim = Claim.objects.get()
    (told,) = undo(editor_client, logged)
    assert told == (
        "Undone: the evidence is voided."
        f" {claim.public_id} stays public, without evidence: propose to withdraw it."
    )
    assert Claim.objects.get().is_published


def test_voided_evidence_comes_back_with_its_chain_and_relations(editor_client: Client) -> None:
    first = AppearanceFactory(seen=False)
    evidence = first.evidence
    second = AppearanceFactory(evidence=evidence, via=first)
    copy = EvidenceLinkFactory(evidence=EvidenceFactory(claim=evidence.claim), other=evidence)
    before = Claim.objects.values("for_count", "origins_low", "origins_high").get()
    voided = send(
        editor_client, reverse("claims:void_evidence", args=[evidence.pk]), reason="Misread"
    )

    assert undo(editor_client, voided) == [
        "Undone: the same evidence is linked again, as a new row."
    ]

    new = Evidence.objects.current().exclude(pk=copy.from_evidence_id).get()
    assert new.pk != evidence.pk
    names = ("source_id", "stance", "scope", "stated", "note", "claim_id")
    assert [getattr(new, n) for n in names] == [getattr(evidence, n) for n in names]
    origin, hop = new.appearances.order_by("pk")
    assert (origin.exact, origin.span, hop.exact, hop.via) == (
        first.exact,
        first.span,
        second.exact,
        origin,
    )
    link = EvidenceLink.objects.get(to_evidence=new)
    assert (link.from_evidence, link.kind) == (copy.from_evidence, copy.kind)
    assert Claim.objects.values("for_count", "origins_low", "origins_high").get() == before
    assert whole()


def test_place_is_added_and_taken_back_and_back_again(editor_client: Client) -> None:
    place = AppearanceFactory()
    path = reverse("claims:void_appearance", args=[place.pk])
    assert undo(editor_client, send(editor_client, path, reason="Misread")) == [
        "Undone: the same place is added again, as a new row."
    ]
    new = Appearance.objects.current().get()
    assert (new.exact, new.span, new.pk != place.pk) == (place.exact, place.span, True)


def test_relations_are_taken_back_and_come_back(editor_client: Client) -> None:
    link = EvidenceLinkFactory()
    path = reverse("claims:void_evidence_link", args=[link.pk])
    assert undo(editor_client, send(editor_client, path, reason="Wrong")) == ["Undone."]
    again = EvidenceLink.objects.current().get()
    assert (again.from_evidence, again.to_evidence) == (link.from_evidence, link.to_evidence)
    claims = ClaimLinkFactory()
    path = reverse("claims:void_claim_link", args=[claims.pk])
    assert undo(editor_client, send(editor_client, path, reason="Wrong")) == ["Undone."]
    assert ClaimLink.objects.current().get().kind == claims.kind


def test_claims_related_and_evidence_related(editor_client: Client) -> None:
    claim, other = ClaimFactory(), ClaimFactory()
    path = reverse("claims:relate_claim", args=[claim.pk])
    done = send(editor_client, path, kind="entails", other=other.public_id)
    assert undo(editor_client, done) == ["Undone."]
    one = EvidenceFactory(claim=claim)
    second = EvidenceFactory(claim=claim)
    path = reverse("claims:relate_evidence", args=[one.pk])
    done = send(editor_client, path, kind="repeats", number=f"E-{second.pk}")
    assert undo(editor_client, done) == ["Undone."]
    links = [*ClaimLink.objects.all(), *EvidenceLink.objects.all()]
    assert [link.void_reason for link in links] == ["Undone by editor"] * 2


def test_note_of_a_question(editor_client: Client) -> None:
    question = QuestionFactory(note="One of them.")
    path = reverse("claims:edit_question", args=[question.pk])
    saved = send(editor_client, path, note="Both may be so.")
    assert said(saved) == ["Note saved."]
    assert Question.objects.get().note == "Both may be so."
    assert undo(editor_client, saved) == ["Undone."]
    assert Question.objects.get().note == "One of them."
    assert (said(send(editor_client, path)), whole()) == (["Note saved."], True)


def test_merge_and_unmerge(editor_client: Client) -> None:
    one, other = ClaimFactory(published=True), ClaimFactory(published=True)
    for claim in one, other:
        EvidenceFactory(claim=claim)
    path = reverse("claims:merge_claim", args=[one.pk])
    asked = f"{path}?keep=this&other={other.public_id}"
    assert undo(editor_client, send(editor_client, path, asked)) == [
        "Undone: each claim stands by itself again."
    ]
    assert {claim.for_count for claim in Claim.objects.all()} == {1}
    merge = MergeFactory(duplicate=other, survivor=one)
    path = reverse("claims:void_claim_link", args=[merge.pk])
    assert undo(editor_client, send(editor_client, path, reason="Not the same")) == [
        "Undone: the claims are merged again."
    ]
    assert ClaimLink.objects.current().get().survivor == one


def test_edits_are_taken_back(editor_client: Client) -> None:
    claim = ClaimFactory(prediction=True, text="It will be dry")
    before = Event.objects.get(verb="claim.logged").payload
    path = reverse("claims:edit_claim", args=[claim.pk])
    done = send(
        editor_client,
        path,
        text="It will rain",
        window_from="1 March 2020",
        window_until="2030",
        question="And?",
    )
    assert undo(editor_client, done) == ["Undone."]
    edits = Event.objects.filter(verb="claim.edited").order_by("pk")
    assert edits[1].payload["to"] == edits[0].payload["from"]
    assert edits[1].payload["to"]["window"] == before["window"]
    article = ArticleFactory(title="Day 378")
    published = article.published
    path = reverse("articles:article_edit", args=[article.pk])
    done = send(editor_client, path, title="Day 379", published="2023")
    assert undo(editor_client, done) == ["Undone."]
    article.refresh_from_db()
    assert (article.title, article.published) == ("Day 378", published)


def test_edit_that_changed_nothing_has_nothing_to_undo(editor_client: Client) -> None:
    claim = ClaimFactory()
    path = reverse("claims:edit_claim", args=[claim.pk])
    response = editor_client.post(
        path, form_on(editor_client.get(path).content, path, path), follow=True
    )
    assert said(response) == ["Claim saved."]
    assert read(response.content).one("#status").all("form") == []


def test_proposal_is_discarded(editor_client: Client) -> None:
    claim = ClaimFactory(published=True)
    done = send(editor_client, reverse("claims:propose_verdict", args=[claim.pk]), **FOUND)
    action = read(done.content).one("#status").one("form")["action"]
    page = editor_client.post(action, form_on(done.content, action, action), follow=True)
    assert said(page) == ["Undone: the proposal is discarded."]
    assert Verdict.objects.count() == 0


def test_proposal_that_was_revised_says_again_what_it_said(editor_client: Client) -> None:
    evidence = EvidenceFactory(claim__published=True)
    path = reverse("claims:propose_verdict", args=[evidence.claim_id])
    cited = {f"evidence-{evidence.pk}-cite": "on", f"evidence-{evidence.pk}-note": "Good"}
    send(editor_client, path, **FOUND, **cited)
    before = proposal()
    revised = send(editor_client, path, summary="Another.", **{f"evidence-{evidence.pk}-note": ""})
    assert proposal() != before
    assert undo(editor_client, revised) == ["Undone: the proposal says again what it said before."]
    assert (proposal(), whole()) == (before, True)


def proposal() -> list[Any]:
    verdict = Verdict.objects.get()
    names = ("kind", "finding", "confidence", "summary", "reasoning", "correction_note")
    cited = verdict.citations.values_list("evidence", "reliability", "credibility", "note")
    return [[getattr(verdict, name) for name in names], list(cited)]


def test_revision_of_what_was_sent_back_stays(
    editor: User, editor_client: Client, chief: User
) -> None:
    """Else what somebody asked for could be passed by."""
    claim = ClaimFactory(published=True)
    verdict = propose_verdict(by=editor, claim=claim, **FOUND)
    ask_for_changes(by=chief, verdict=verdict, note="Say more.")
    revised = send(
        editor_client, reverse("claims:propose_verdict", args=[claim.pk]), summary="More."
    )
    assert undo(editor_client, revised) == ["Not undone: There is nothing to take back here."]
    assert Verdict.objects.get().summary == "More."


def test_discarded_proposal_is_proposed_again(editor: User, editor_client: Client) -> None:
    evidence = EvidenceFactory(claim__published=True)
    grades = [Grade(evidence=evidence, note="Good")]
    verdict = propose_verdict(by=editor, claim=evidence.claim, citations=grades, **FOUND)
    before = proposal()
    page = reverse("claims:review_verdict", args=[verdict.pk])
    path = reverse("claims:discard_verdict", args=[verdict.pk])
    done = send(editor_client, path, page, reason="Too early")
    assert Verdict.objects.count() == 0
    told = ["Undone: it is proposed again, and you are its author."]
    assert undo(editor_client, done) == told
    assert (proposal(), whole()) == (before, True)


def test_proposed_withdrawal_is_discarded(editor_client: Client) -> None:
    claim = ClaimFactory(published=True)
    path = reverse("claims:withdraw_claim", args=[claim.pk])
    done = send(editor_client, path, reason="Another day.")
    assert Verdict.objects.get().reasoning == "Another day."
    assert undo(editor_client, done) == ["Undone: the proposal is discarded."]
    assert Verdict.objects.count() == 0


def test_quotation_that_was_given_up_or_repaired(editor: User, editor_client: Client) -> None:
    """Given up, a place goes with all that it was carried over to; one comes back, by itself."""
    old = AppearanceFactory(snapshot__text=TEXT, exact="It rained.")
    recapture(by=editor, article=old.article, text=f"{TEXT} So it was.")
    recapture(by=editor, article=old.article, text="Nothing stayed. It was dry.")
    (lost,) = Appearance.objects.to_repair()
    path = reverse("claims:give_up_passage", args=[lost.pk])
    done = send(editor_client, path, reason="Gone.")
    assert Appearance.objects.current().count() == 0
    assert undo(editor_client, done) == ["Undone: the same place is added again, as a new row."]
    (again,) = Appearance.objects.to_repair()
    assert (again.exact, again.snapshot, again.via) == (lost.exact, lost.snapshot, None)

    path = reverse("claims:repair_passage", args=[again.pk])
    repaired = send(editor_client, path, f"{path}?start=0&end=15")
    assert list(Appearance.objects.to_repair()) == []
    assert undo(editor_client, repaired) == ["Undone: the place is voided."]
    assert (list(Appearance.objects.to_repair()), whole()) == ([again], True)


# What leaves no event


def back(client: Client, response: Any) -> list[str]:
    """Press the button in the notice; what is announced then."""
    (form,) = read(response.content).one("#status").all("form")
    sent = {item["name"]: item["value"] for item in form.all("input")}
    page = client.post(form["action"], sent, follow=True)
    assert (page.status_code, page.redirect_chain[0][1]) == (200, 303)
    return said(page)


def test_claim_goes_back_to_who_looked_after_it(
    editor: User, chief: User, editor_client: Client
) -> None:
    claim = ClaimFactory()
    path = reverse("claims:assign")
    for before, told in (
        (None, f"Nobody looks after {claim.public_id}."),
        (chief, f"chief looks after {claim.public_id}."),
    ):
        assign(by=chief, claim=claim, to=before)
        done = editor_client.post(path, {"assign": f"{claim.pk}:me"}, follow=True)
        assert (said(done), holder(claim)) == ([f"{claim.public_id} is yours."], editor)
        assert back(editor_client, done) == [told]
        assert holder(claim) == before
    for who in ("0", "x", "", str(User.objects.create_user("stranger").pk)):
        editor_client.post(path, {"assign": f"{claim.pk}:{who}"})
        assert holder(claim) == chief


def holder(claim: Claim) -> User | None:
    held = Assignment.objects.filter(claim=claim).first()
    return held.assignee if held else None


def test_sentence_without_a_claim_is_to_be_read_again_and_back(editor_client: Client) -> None:
    snapshot = SnapshotFactory(text=TEXT)
    path = reverse("claims:pass_over", args=[snapshot.article_id])
    done = editor_client.post(path, place(snapshot), follow=True)
    assert NoClaim.objects.count() == 1
    assert back(editor_client, done) == ["To be read again."]
    assert NoClaim.objects.count() == 0
    again = editor_client.post(path, {**place(snapshot), "again": "1"}, follow=True)
    back(editor_client, again)
    assert NoClaim.objects.count() == 1


def test_sentence_that_holds_a_claim_is_not_passed_over(editor_client: Client) -> None:
    snapshot = SnapshotFactory(text=TEXT)
    here = place(snapshot)
    EvidenceFactory(passages=[passage_of(snapshot, TEXT[int(here["start"]) : int(here["end"])])])
    path = reverse("claims:pass_over", args=[snapshot.article_id])
    page = editor_client.post(path, here, follow=True).content.decode()
    assert "This sentence holds a claim: it is read." in page
    assert NoClaim.objects.count() == 0


def test_list_that_was_kept_or_dropped(editor: User, editor_client: Client) -> None:
    kept = {"name": "Rain & wind", "back": "list=check&q=rain"}
    done = editor_client.post(reverse("claims:save_filter"), kept, follow=True)
    before = SavedFilter.objects.get()
    assert back(editor_client, done) == ["“Rain & wind” is no longer kept."]
    assert SavedFilter.objects.count() == 0
    saved = save_filter(by=editor, name=before.name, query=before.query)
    path = reverse("claims:drop_filter", args=[saved.pk])
    dropped = editor_client.post(path, follow=True)
    assert back(editor_client, dropped) == ["Kept as “Rain & wind”."]
    assert [(row.name, row.query) for row in SavedFilter.objects.all()] == [
        (before.name, before.query)
    ]


# Refused


def refused(editor_client: Client, response: Any) -> str:
    (told,) = undo(editor_client, response)
    return told


def test_evidence_on_which_others_built_stays(editor_client: Client, chief: User) -> None:
    logged = log(editor_client)
    evidence = Evidence.objects.get()
    claim = publish_claim(by=chief, claim=evidence.claim)
    other = EvidenceFactory(claim=claim)
    relate_evidence(by=chief, evidence=other, other=evidence, kind="repeats")
    AppearanceFactory(evidence=evidence)
    propose_verdict(by=chief, claim=claim, citations=[Grade(evidence=evidence)], **FOUND)
    assert refused(editor_client, logged) == (
        "Not undone: Other work hangs on it (places: 1, relations: 1, verdicts: 1)."
        " Take that back first."
    )
    assert Evidence.objects.current().count() == 2


def test_edit_that_somebody_edited_stays(editor_client: Client, chief_client: Client) -> None:
    claim = ClaimFactory(text="It rained")
    path = reverse("claims:edit_claim", args=[claim.pk])
    done = send(editor_client, path, text="It snowed")
    send(chief_client, path, text="It froze")
    assert refused(editor_client, done) == (
        "Not undone: Somebody else has changed this since you opened it."
    )
    assert Claim.objects.get().text == "It froze"


def test_undoing_twice_says_so(editor_client: Client) -> None:
    logged = log(editor_client)
    press_undo(editor_client, logged)
    action = read(logged.content).one("#status").one("form")["action"]
    page = editor_client.post(action, {}, follow=True)
    assert said(page) == ["Not undone: This has been taken back already."]


def test_only_who_did_it_undoes_it(editor_client: Client, chief_client: Client) -> None:
    logged = log(editor_client)
    action = read(logged.content).one("#status").one("form")["action"]
    assert chief_client.post(action).status_code == 403
    assert Evidence.objects.current().count() == 1


def test_what_has_no_way_back_is_refused(editor_client: Client, editor: User) -> None:
    claim = ClaimFactory(by=editor)
    page = editor_client.post(
        reverse("claims:undo_event", args=[claim.events.get().pk]), follow=True
    )
    assert said(page) == ["Not undone: There is nothing to take back here."]
    assert editor_client.post(reverse("claims:undo_event", args=[0])).status_code == 404


def test_undo_leads_nowhere_else(editor_client: Client) -> None:
    logged = log(editor_client)
    action = read(logged.content).one("#status").one("form")["action"]
    response = editor_client.post(action, headers={"referer": "https://elsewhere.example/"})
    assert response["Location"] == "/desk/"
