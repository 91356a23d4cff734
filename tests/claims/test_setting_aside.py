"""Drafts set aside: out of every list and search, with their reason, until they are taken up."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from articles.models import Event
from claims.actions.evidence import link_evidence
from claims.actions.intake import publish_claim
from claims.actions.outside import record_outside_verdict
from claims.actions.setting_aside import set_aside, take_up
from claims.desk.queues import ASIDE, QUEUES
from claims.forms.fields import ClaimField
from claims.matching import similar
from claims.models import Claim
from claims.refusals import Refusal
from tests.claims.desk import said
from tests.factories import (
    ClaimFactory,
    ClaimLinkFactory,
    EvidenceFactory,
    OutsideVerdictFactory,
    QuestionFactory,
    SourceFactory,
    VerdictFactory,
    day,
)
from tests.pages import read
from tests.world import form_on

pytestmark = pytest.mark.django_db

WORDS = "Frogs fell on the market square"


@pytest.fixture
def aside(editor: User) -> Claim:
    claim = ClaimFactory(text=WORDS, question=QuestionFactory(text="What fell?"))
    return set_aside(by=editor, claim=claim, reason="Too vague to work on")


def refusal(act: Any) -> Refusal:
    with pytest.raises(Refusal) as caught:
        act()
    return caught.value


# What it refuses


def test_says_what_hangs_on_the_claim(editor: User) -> None:
    claim, other = ClaimFactory(), ClaimFactory()
    EvidenceFactory(claim=claim)
    EvidenceFactory(claim=claim)
    OutsideVerdictFactory(claim=claim)
    VerdictFactory(claim=claim)
    ClaimLinkFactory(claim=claim, other=other)
    told = refusal(lambda: set_aside(by=editor, claim=claim, reason="Vague"))
    assert told.rule == "claim_set_aside_bare"
    (message,) = told.messages
    assert message == (
        "Something hangs on this claim (evidence: 2, verdicts of others: 1, proposed verdicts: 1, "
        "relations: 1). Take that back first."
    )


def test_refuses_the_published_the_set_aside_and_a_missing_reason(
    editor: User, aside: Claim
) -> None:
    def rule(claim: Claim, reason: str = "Vague") -> str:
        return refusal(lambda: set_aside(by=editor, claim=claim, reason=reason)).rule

    assert rule(ClaimFactory(published=True)) == "claim_set_aside_is_draft"
    assert rule(aside) == "claim_taken_up"
    assert rule(ClaimFactory(), " \n") == "set_aside_needs_reason"
    assert rule(ClaimFactory(), "x" * 501) == "reason_too_long"


def test_nothing_is_hung_on_it_and_it_isnt_published_until_taken_up(
    editor: User, aside: Claim
) -> None:
    source = SourceFactory()

    def link() -> object:
        return link_evidence(by=editor, claim=aside, source=source, stated=day("2023-03-07"))

    def judge() -> object:
        return record_outside_verdict(by=editor, claim=aside, organisation=source, label="False")

    assert refusal(link).rule == "claim_taken_up"
    assert refusal(judge).messages == ["This claim was set aside: take it up first."]
    with pytest.raises(Exception, match="take it up first"):
        publish_claim(by=editor, claim=aside)
    assert not Claim.objects.get(pk=aside.pk).is_published
    take_up(by=editor, claim=aside)
    link()
    judge()
    assert publish_claim(by=editor, claim=aside).is_published


def test_both_acts_are_on_the_record(editor: User, aside: Claim) -> None:
    take_up(by=editor, claim=aside)
    assert take_up(by=editor, claim=aside).set_aside_because == ""
    told = Event.objects.filter(claim=aside).order_by("seq").values_list("verb", "payload")
    assert list(told)[1:] == [
        ("claim.set_aside", {"reason": "Too vague to work on"}),
        ("claim.taken_up", {"was": "Too vague to work on"}),
    ]


# Where it isn't seen


def ids(claims: Any) -> list[int]:
    return [claim.pk for claim in claims]


def test_lists_searches_and_pick_lists_leave_it_out(
    editor: User, editor_client: Client, aside: Claim
) -> None:
    other = ClaimFactory(text=f"{WORDS} again", question=aside.question)

    def listed(query: str = "") -> list[int]:
        rows = editor_client.get(f"{reverse('claims:claim_list')}{query}").context["rows"]
        return ids(row.claim for row in rows)

    assert listed() == [other.pk]
    assert listed("?q=frogs+market") == [other.pk]
    assert listed("?question=what-fell") == [other.pk]
    lines = editor_client.get(aside.question.get_absolute_url()).context["matrix"].lines
    assert ids(line.claim for line in lines) == [other.pk]
    assert ids(match.claim for match in similar(WORDS, user=editor)) == [other.pk]
    assert ids(ClaimField().similar("frogs")) == [other.pk]
    assert ids(ClaimField().named(WORDS)) == []
    assert ids(ClaimField().named(aside.public_id)) == [aside.pk]
    facets = editor_client.get(reverse("claims:claim_list")).context["facets"]
    assert {option.count for facet in facets for option in facet.options} == {1}
    take_up(by=editor, claim=aside)
    assert listed("?q=frogs+market") == [other.pk, aside.pk]
    assert ids(match.claim for match in similar(WORDS, user=editor)) == [aside.pk, other.pk]


def test_admin_lists_it_and_offers_it_in_no_pick_list(
    admin_client: Client, editor: User, aside: Claim
) -> None:
    field = {"app_label": "claims", "model_name": "evidence", "field_name": "claim"}
    path = reverse("admin:autocomplete")

    def offered() -> list[str]:
        found = admin_client.get(path, {**field, "term": "frogs"}).json()["results"]
        return [row["id"] for row in found]

    assert offered() == []
    page = admin_client.get(reverse("admin:claims_claim_change", args=[aside.pk]))
    assert "Too vague to work on" in page.content.decode()
    take_up(by=editor, claim=aside)
    assert offered() == [str(aside.pk)]


@pytest.mark.parametrize("name", QUEUES)
def test_no_queue_holds_it(name: str, editor: User, aside: Claim) -> None:
    assert aside not in QUEUES[name].claims(editor)


def test_desk_has_a_quiet_link_to_it(editor_client: Client, editor: User, aside: Claim) -> None:
    page = read(editor_client.get(reverse("claims:desk")).content)
    (link,) = [link for link in page.all("a") if link["href"] == "?list=aside"]
    assert link.text == "Set aside (1)"
    listed = editor_client.get(f"{reverse('claims:desk')}?list={ASIDE.name}")
    assert [(row.claim, row.why) for row in listed.context["rows"]] == [
        (aside, "Set aside: Too vague to work on")
    ]
    take_up(by=editor, claim=aside)
    gone = read(editor_client.get(reverse("claims:desk")).content)
    assert [link for link in gone.all("a") if link["href"] == "?list=aside"] == []


def test_readers_never_see_it(reader: Client, aside: Claim) -> None:
    assert reader.get(aside.get_absolute_url()).status_code == 404


# Pages


def test_set_aside_and_taken_up_from_the_page_of_the_claim(editor_client: Client) -> None:
    claim = ClaimFactory()
    path = reverse("claims:set_aside_claim", args=[claim.pk])
    asked = editor_client.get(path)
    form = form_on(asked.content, path, path)
    blank = editor_client.post(path, {**form, "reason": " "})
    assert (blank.status_code, Claim.objects.get().is_set_aside) == (422, False)
    done = editor_client.post(path, {**form, "reason": "Too <b>vague"}, follow=True)
    assert said(done) == [f"{claim.public_id} set aside."]
    page = read(done.content)
    assert "Too <b>vague" in page.one(".page-head").all(".notice")[0].text
    assert [link.text.strip() for link in page.one("nav.editor-bar").all("a")] == ["Edit"]
    action = reverse("claims:take_up_claim", args=[claim.pk])
    taken = editor_client.post(action, form_on(done.content, action, ""), follow=True)
    assert said(taken) == [f"{claim.public_id} taken up."]
    assert not Claim.objects.get().is_set_aside
    undo = read(taken.content).one("#status").one("form")["action"]
    back = editor_client.post(undo, form_on(taken.content, undo, ""), follow=True)
    assert said(back) == ["Undone: the claim is set aside again."]
    assert Claim.objects.get().set_aside_because == "Too <b>vague"


def test_form_says_why_it_cant_be_set_aside(editor_client: Client) -> None:
    claim = EvidenceFactory().claim
    path = reverse("claims:set_aside_claim", args=[claim.pk])
    form = form_on(editor_client.get(path).content, path, path)
    response = editor_client.post(path, {**form, "reason": "Vague"})
    assert response.status_code == 422
    assert response.context["form"].non_field_errors() == [
        "Something hangs on this claim (evidence: 1). Take that back first."
    ]
