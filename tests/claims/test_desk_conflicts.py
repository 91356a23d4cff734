"""Two editors at one row: the second gets both texts by 409, loses nothing, and decides."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from articles.actions import edit_article, edit_source
from articles.forms import VersionForm
from articles.models import Event, Source
from articles.refusals import Refusal
from claims.actions.intake import edit_claim, note_question, publish_claim
from claims.actions.verdicts import discard_verdict, propose_verdict, revise_verdict
from claims.models import Question, Verdict
from tests.claims.test_actions_all import FOUND
from tests.factories import (
    ArticleFactory,
    ClaimFactory,
    EvidenceFactory,
    QuestionFactory,
    SourceFactory,
    VerdictFactory,
)
from tests.pages import Element, read
from tests.world import form_on

pytestmark = pytest.mark.django_db


def opened(client: Client, path: str) -> dict[str, Any]:
    return form_on(client.get(path).content, path, path)


def texts(page: Element) -> list[list[str]]:
    """The rows of the two texts side by side."""
    rows = page.one("table.conflict__texts").all("tr")[1:]
    return [row.texts("th") + row.texts("div.conflict__text") for row in rows]


def marks(page: Element) -> list[str]:
    return page.one("table.conflict__texts").texts("mark")


def conflict(client: Client, path: str, filled: dict[str, Any]) -> tuple[Element, dict[str, Any]]:
    response = client.post(path, filled)
    assert response.status_code == 409
    page = read(response.content)
    head = page.one("div.conflict")
    assert (head["tabindex"], "autofocus" in head.attrs) == ("-1", True)
    assert page.all(".error-summary") == []
    return page, form_on(response.content, path, path)


def test_claim_edited_by_two(editor_client: Client, chief: User) -> None:
    claim = ClaimFactory(text="It rained on Monday.", criteria="A gauge")
    path = reverse("claims:edit_claim", args=[claim.pk])
    filled = {**opened(editor_client, path), "text": "It rained on Tuesday.", "criteria": "Radar"}
    edit_claim(by=chief, claim=claim, text="It snowed on Monday.")

    page, again = conflict(editor_client, path, filled)

    assert texts(page) == [
        ["The claim, in one plain sentence", "It snowed on Monday.", "It rained on Tuesday."],
        ["What would settle it", "A gauge", "Radar"],
    ]
    assert marks(page) == ["snowed", "Monday", "rained", "Tuesday", "A gauge", "Radar"]
    assert "chief saved this meanwhile" in page.one("div.conflict").text
    assert [again["text"], again["criteria"]] == [["It rained on Tuesday."], ["Radar"]]
    claim.refresh_from_db()
    assert claim.text == "It snowed on Monday."

    assert editor_client.post(path, again).status_code == 303
    claim.refresh_from_db()
    assert (claim.text, claim.criteria) == ("It rained on Tuesday.", "Radar")
    last = Event.objects.filter(claim=claim).order_by("-seq").first()
    assert last.payload["from"]["text"] == "It snowed on Monday."


def chosen(page: Element) -> dict[str, str]:
    """Which text of each field is chosen on the page."""
    radios = page.one("table.conflict__texts").all("input")
    assert {radio["type"] for radio in radios} == {"radio"}
    return {radio["name"]: radio["value"] for radio in radios if "checked" in radio.attrs}


def test_each_field_is_chosen_by_itself(editor_client: Client, chief: User) -> None:
    """One's own is chosen beforehand; what isn't, is theirs to the last character."""
    claim = ClaimFactory(text="It rained on Monday.", criteria="A gauge", language="en")
    path = reverse("claims:edit_claim", args=[claim.pk])
    mine = {"text": "It rained on Tuesday.", "criteria": "Radar", "uncheckable": "on"}
    filled = {**opened(editor_client, path), **mine}
    edit_claim(by=chief, claim=claim, text="It snowed on Monday.", criteria=" Two\n gauges")
    page, again = conflict(editor_client, path, filled)
    assert chosen(page) == {
        "take-text": "mine",
        "take-criteria": "mine",
        "take-uncheckable": "mine",
    }
    again |= {"take-text": ["theirs"], "take-uncheckable": ["theirs"]}
    assert editor_client.post(path, again).status_code == 303
    claim.refresh_from_db()
    assert (claim.text, claim.criteria, claim.checkable) == ("It snowed on Monday.", "Radar", True)


def test_choice_made_over_an_older_text_is_asked_again(editor_client: Client, chief: User) -> None:
    claim = ClaimFactory(text="It rained.")
    path = reverse("claims:edit_claim", args=[claim.pk])
    filled = {**opened(editor_client, path), "text": "It hailed."}
    edit_claim(by=chief, claim=claim, text="It snowed.")
    _page, again = conflict(editor_client, path, filled)
    edit_claim(by=chief, claim=claim, text="It was dry.")
    page, last = conflict(editor_client, path, {**again, "take-text": "theirs"})
    assert texts(page) == [["The claim, in one plain sentence", "It was dry.", "It hailed."]]
    assert last["text"] == ["It hailed."]
    assert editor_client.post(path, {**last, "take-text": "theirs"}).status_code == 303
    claim.refresh_from_db()
    assert claim.text == "It was dry."


def test_publisher_of_an_article_is_chosen(editor_client: Client, chief: User) -> None:
    article, other = ArticleFactory(title="Rain"), SourceFactory(name="The Sheet")
    path = reverse("articles:article_edit", args=[article.pk])
    named = {"publisher": "A new paper", "publisher_kind": "organisation", "title": "Hail"}
    filled = {**opened(editor_client, path), **named}
    edit_article(by=chief, article=article, publisher=other, title="Snow")
    _page, again = conflict(editor_client, path, filled)
    sources = Source.objects.count()
    answer = editor_client.post(path, {**again, "take-publisher": "theirs"})
    assert (answer.status_code, Source.objects.count()) == (303, sources)
    article.refresh_from_db()
    assert (article.publisher, article.title) == (other, "Hail")


def test_what_a_proposal_cites_is_chosen(editor_client: Client, chief: User) -> None:
    evidence = EvidenceFactory(claim__published=True)
    path = reverse("claims:propose_verdict", args=[evidence.claim_id])
    cite, note = f"evidence-{evidence.pk}-cite", f"evidence-{evidence.pk}-note"
    filled = {**opened(editor_client, path), **FOUND, cite: "on", note: "Good"}
    propose_verdict(by=chief, claim=evidence.claim, **{**FOUND, "summary": "Theirs."})
    _page, again = conflict(editor_client, path, filled)
    taken = {f"take-{cite}": "theirs", f"take-{note}": "theirs", "take-summary": "theirs"}
    assert editor_client.post(path, {**again, **taken}).status_code == 303
    verdict = Verdict.objects.get()
    assert (verdict.summary, verdict.citations.count()) == ("Theirs.", 0)


def test_conflict_can_come_twice(editor_client: Client, chief: User) -> None:
    claim = ClaimFactory(text="It rained.")
    path = reverse("claims:edit_claim", args=[claim.pk])
    filled = {**opened(editor_client, path), "text": "It hailed."}
    edit_claim(by=chief, claim=claim, text="It snowed.")
    _page, again = conflict(editor_client, path, filled)
    edit_claim(by=chief, claim=claim, text="It froze.")
    page, _again = conflict(editor_client, path, again)
    assert texts(page) == [["The claim, in one plain sentence", "It froze.", "It hailed."]]


def test_claim_published_meanwhile(editor_client: Client, chief: User) -> None:
    """Its words are frozen now: what was typed stands beside what can still be changed."""
    claim = ClaimFactory(text="It rained.")
    path = reverse("claims:edit_claim", args=[claim.pk])
    filled = {**opened(editor_client, path), "language": "fr"}
    publish_claim(by=chief, claim=claim)
    page, _again = conflict(editor_client, path, filled)
    assert texts(page) == [["Language of the claim", "en", "fr"]]


def test_nobody_is_stopped_by_evidence_that_came_in(editor_client: Client, chief: User) -> None:
    claim = ClaimFactory(published=True)
    path = reverse("claims:edit_claim", args=[claim.pk])
    filled = {**opened(editor_client, path), "language": "fr"}
    VerdictFactory(claim=claim)
    assert editor_client.post(path, filled).status_code == 303


def test_article_edited_by_two(editor_client: Client, chief: User) -> None:
    article = ArticleFactory(title="Day 378", publisher=SourceFactory(name="The Paper"))
    path = reverse("articles:article_edit", args=[article.pk])
    SourceFactory(name="The Sheet")
    filled = {**opened(editor_client, path), "publisher": "The Sheet"}
    edit_article(by=chief, article=article, title="Day 379")
    page, again = conflict(editor_client, path, filled)
    assert texts(page) == [
        ["Title", "Day 379", "Day 378"],
        ["Published by", "The Paper", "The Sheet"],
    ]
    assert editor_client.post(path, again).status_code == 303
    article.refresh_from_db()
    assert (article.title, article.publisher.name) == ("Day 378", "The Sheet")


def test_source_edited_by_two(editor_client: Client, chief: User) -> None:
    source = SourceFactory(name="The Paper")
    path = reverse("articles:source_edit", args=[source.pk])
    filled = {**opened(editor_client, path), "description": "A newspaper"}
    edit_source(by=chief, source=source, aliases=["Paper"])
    page, again = conflict(editor_client, path, filled)
    assert sorted(texts(page)) == [
        ["Description", "nothing", "A newspaper"],
        ["Other spellings", "Paper", "nothing"],
    ]
    assert editor_client.post(path, again).status_code == 303
    source.refresh_from_db()
    assert (source.description, source.aliases) == ("A newspaper", [])


def verdict_form(client: Client, path: str, **typed: str) -> dict[str, Any]:
    return {**opened(client, path), **FOUND, **typed}


def test_verdict_proposed_by_two(editor_client: Client, chief: User) -> None:
    """The second doesn't revise unseen what the first has proposed."""
    claim = ClaimFactory(published=True)
    path = reverse("claims:propose_verdict", args=[claim.pk])
    filled = verdict_form(editor_client, path, summary="Two voices.")
    propose_verdict(by=chief, claim=claim, **FOUND)
    page, again = conflict(editor_client, path, filled)
    assert texts(page) == [["In short", "One voice.", "Two voices."]]
    assert editor_client.post(path, again).status_code == 303
    assert Verdict.objects.get().summary == "Two voices."
    assert [event.verb for event in Event.objects.filter(subject_type="verdict")] == [
        "verdict.revised",
        "verdict.proposed",
    ]


def test_verdict_revised_by_two(editor_client: Client, chief: User) -> None:
    verdict = VerdictFactory(reasoning="Because it was wet.")
    path = reverse("claims:propose_verdict", args=[verdict.claim_id])
    filled = {**opened(editor_client, path), "reasoning": "Because it was very wet."}
    revise_verdict(by=chief, verdict=verdict, **{**FOUND, "reasoning": "Because we saw it."})
    page, again = conflict(editor_client, path, filled)
    (row,) = [row for row in texts(page) if row[0] == "Reasoning"]
    assert row == ["Reasoning", "Because we saw it.", "Because it was very wet."]
    assert again["reasoning"] == ["Because it was very wet."]


def test_verdict_discarded_while_it_was_revised(editor_client: Client, chief: User) -> None:
    verdict = VerdictFactory()
    path = reverse("claims:propose_verdict", args=[verdict.claim_id])
    filled = {**opened(editor_client, path), "reasoning": "Because it was very wet."}
    discard_verdict(by=chief, verdict=verdict, reason="Too early")
    page, again = conflict(editor_client, path, filled)
    assert "Somebody else has dealt with this meanwhile" in page.one("div.conflict").text
    assert ["Reasoning", "nothing", "Because it was very wet."] in texts(page)
    assert editor_client.post(path, again).status_code == 303
    assert Verdict.objects.get().reasoning == "Because it was very wet."


def test_note_of_a_question_changed_meanwhile(editor: User, chief: User) -> None:
    question = QuestionFactory()
    seen = Event.objects.filter(chain=f"question/{question.pk}").count()
    note_question(by=chief, question=question, note="Both may be so.", seen=None)
    with pytest.raises(Refusal) as caught:
        note_question(by=editor, question=question, note="Neither.", seen=seen)
    assert caught.value.rule == "changed_since"


def test_note_of_a_question_edited_by_two(editor_client: Client, chief: User) -> None:
    question = QuestionFactory(note="One of them.")
    path = reverse("claims:edit_question", args=[question.pk])
    filled = {**opened(editor_client, path), "note": "Neither."}
    note_question(by=chief, question=question, note="Both may be so.")
    page, again = conflict(editor_client, path, filled)
    assert texts(page) == [["Note", "Both may be so.", "Neither."]]
    assert again["note"] == ["Neither."]
    response = editor_client.post(path, again)
    assert (response.status_code, response.headers["Location"]) == (
        303,
        question.get_absolute_url(),
    )
    assert Question.objects.get().note == "Neither."


def test_every_form_with_a_version_prints_it(editor_client: Client) -> None:
    claim, article = ClaimFactory(published=True), ArticleFactory()
    paths = [
        reverse("claims:edit_claim", args=[claim.pk]),
        reverse("claims:propose_verdict", args=[claim.pk]),
        reverse("articles:article_edit", args=[article.pk]),
        reverse("articles:source_edit", args=[article.publisher_id]),
        reverse("claims:edit_question", args=[QuestionFactory().pk]),
    ]
    forms = {type(editor_client.get(path).context["form"]) for path in paths}
    assert forms == set(VersionForm.__subclasses__())
    assert [len(opened(editor_client, path)["version"]) for path in paths] == [1] * 5
    for new in ("claims:new_claim", "articles:source_new"):
        assert "version" not in opened(editor_client, reverse(new))
