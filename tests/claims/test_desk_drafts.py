"""What is typed into the desk's forms is kept for whoever types it, and for nobody else."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from articles.models import Draft, Event, Presence
from articles.models.working import MOST_KEPT
from articles.working import MOST_DRAFTS, keep_draft
from claims.actions.verdicts import revise_verdict
from claims.models import Claim
from tests.claims.desk import TEXT, errors, place, said
from tests.claims.test_actions_all import FOUND
from tests.factories import (
    ClaimFactory,
    EvidenceFactory,
    SnapshotFactory,
    SourceFactory,
    VerdictFactory,
)
from tests.pages import read
from tests.world import World, build, counts, form_on

pytestmark = pytest.mark.django_db

NEW = "/desk/claims/new/"


def printed(client: Client, path: str, action: str = "") -> dict[str, Any]:
    here = path.partition("?")[0]
    return form_on(client.get(path).content, action or here, here)


@pytest.fixture
def world() -> World:
    return build()


def typed(client: Client, key: str = NEW, **given: Any) -> Any:
    """What the script sends; names of controls are those without underscore in front."""
    more = {name.removeprefix("_"): given.pop(name) for name in list(given) if name[0] == "_"}
    data = {name: [value] for name, value in given.items()}
    sent = {"key": key, "typed": json.dumps(data), "whole": "1", **more}
    return client.post("/desk/drafts/", sent)


def test_what_was_typed_is_there_again(editor_client: Client) -> None:
    answer = typed(editor_client, text="It rai", kind="prediction", uncheckable="on").json()
    at = Draft.objects.get().saved_at
    assert answer == {"others": [], "again": False, "said": f"Draft saved {at:%H:%M} UTC"}

    page = editor_client.get(NEW)

    form = form_on(page.content, NEW, NEW)
    assert [form[name] for name in ("text", "kind", "uncheckable")] == [
        ["It rai"],
        ["prediction"],
        ["on"],
    ]
    assert (page.status_code, errors(page)) == (200, {})
    assert "Your draft from" in read(page.content).one("div.notice").text
    assert (Claim.objects.count(), Event.objects.count()) == (0, 0)


def test_only_what_changed_is_sent_afterwards(editor_client: Client) -> None:
    typed(editor_client, text="It rai", kind="prediction")
    assert not typed(editor_client, text="It rained", _whole="").json()["again"]
    assert Draft.objects.get().data == {"text": ["It rained"], "kind": ["prediction"]}
    Draft.objects.all().delete()
    assert typed(editor_client, text="It rained", _whole="").json() == {"others": [], "again": True}
    assert Draft.objects.count() == 0


def test_nobody_else_gets_it(editor_client: Client, chief_client: Client) -> None:
    typed(editor_client, text="It rained")
    assert printed(chief_client, NEW)["text"] == [""]


def test_draft_goes_when_the_form_is_accepted(editor_client: Client) -> None:
    typed(editor_client, text="It rained", kind="event", language="en")
    form = printed(editor_client, NEW)
    refused = editor_client.post(NEW, {**form, "text": ""})
    assert (refused.status_code, Draft.objects.count()) == (422, 1)
    assert editor_client.post(NEW, form).status_code == 303
    assert (Draft.objects.count(), Claim.objects.get().text) == (0, "It rained")


def test_late_draft_of_a_form_that_was_sent_is_not_kept(editor_client: Client) -> None:
    form = {**printed(editor_client, NEW), "text": "It rained"}
    editor_client.post(NEW, form)
    typed(editor_client, text="It rained", _token=form["once"][0])
    assert Draft.objects.count() == 0


def test_draft_can_be_left_aside_or_dropped(editor_client: Client) -> None:
    typed(editor_client, text="It rained", kind="event", language="en")
    assert printed(editor_client, f"{NEW}?fresh=1")["text"] == [""]
    form = printed(editor_client, NEW)
    page = editor_client.post(NEW, {**form, "draft": "drop"}, follow=True)
    assert said(page) == ["Draft dropped."]
    assert form_on(page.content, NEW, NEW)["text"] == [""]
    assert (Draft.objects.count(), Claim.objects.count()) == (0, 0)


def test_draft_is_saved_by_a_button_without_script(editor_client: Client) -> None:
    form = printed(editor_client, NEW)
    page = editor_client.post(NEW, {**form, "text": "It rai", "draft": "save"}, follow=True)
    assert said(page) == ["Draft saved. Nobody else sees it."]
    assert form_on(page.content, NEW, NEW)["text"] == ["It rai"]
    assert Claim.objects.count() == 0


def test_draft_of_a_passage_is_of_that_passage_only(editor_client: Client) -> None:
    snapshot = SnapshotFactory(text=TEXT)
    spot = place(snapshot)
    here = reverse("claims:desk_article", args=[snapshot.article_id])
    log = reverse("claims:log_claim", args=[snapshot.article_id])
    chosen = f"{here}?start={spot['start']}&end={spot['end']}"
    form = printed(editor_client, chosen, log)
    hop = {"via-0-document": "A report"}
    editor_client.post(log, {**form, **hop, "text": "It was us", "draft": "save"})

    again = editor_client.get(chosen)
    shown = form_on(again.content, log, here)
    assert (shown["text"], shown["via-0-document"]) == (["It was us"], ["A report"])
    assert read(again.content).all(".error-summary") == []
    other = printed(editor_client, f"{here}?start=0&end={TEXT.index('.') + 1}", log)
    assert other["text"] == [""]

    SnapshotFactory(article=snapshot.article, text=TEXT.replace("rained", "poured"))
    moved = printed(editor_client, chosen, log)
    assert moved["text"] == [""]


def test_drafts_of_other_forms(editor_client: Client) -> None:
    evidence = EvidenceFactory(claim__published=True)
    claim, source = evidence.claim, SourceFactory()
    verdict = reverse("claims:propose_verdict", args=[claim.pk])
    cited = {f"evidence-{evidence.pk}-cite": "on", f"evidence-{evidence.pk}-note": "Good"}
    forms = [
        (verdict, {"summary": "One voice.", **cited}),
        (reverse("claims:edit_claim", args=[claim.pk]), {"language": "fr"}),
        ("/desk/articles/new/", {"title": "New", "publisher": "The Paper", "text": "It hails."}),
        (reverse("articles:article_edit", args=[SnapshotFactory().article_id]), {"title": "New"}),
        (reverse("articles:source_edit", args=[source.pk]), {"description": "A paper"}),
    ]
    for path, given in forms:
        editor_client.post(path, {**printed(editor_client, path), **given, "draft": "save"})
        again = printed(editor_client, path)
        assert {name: again[name] for name in given} == {n: [v] for n, v in given.items()}


def test_drafts_of_forms_with_a_reason_or_a_note(world: World) -> None:
    """Each is kept by a button without script, shown again on its page, dropped, and never sent."""
    client = world.client("editor")
    for name, given in {
        "claims:article_capture": {"text": "It hails.\n\nAll day."},
        "claims:relate_claim": {"kind": "entails", "other": "CL-7", "note": "See the note."},
        "claims:relate_evidence": {"kind": "relies_on", "number": "E-7", "note": "It says so."},
        "claims:add_role": {"role": "Observer", "organisation": "Weather", "since": "2022"},
        "claims:withdraw_claim": {"reason": "Another day."},
        "claims:void_evidence": {"reason": "Misread."},
        "claims:void_appearance": {"reason": "Misread."},
        "claims:void_evidence_link": {"reason": "Misread."},
        "claims:void_claim_link": {"reason": "Misread."},
        "claims:give_up_passage": {"reason": "Gone."},
        "claims:repair_passage": {"exact": "There was some"},
        "claims:edit_question": {"note": "Rain, not drizzle."},
        "claims:ask_for_changes": {"note": "Cite the gauge."},
        "claims:discard_verdict": {"reason": "Not now."},
        "claims:close_report": {"outcome": "rejected", "answer": "It was that day."},
        "claims:propose_verdict": {"summary": "Too early.", "reasoning": "The gauge broke."},
    }.items():
        world.forms.clear()
        path, before = world.path(name), counts()
        saved = client.post(path, {**world.form(name), **given, "draft": "save"}, follow=True)
        assert (name, said(saved), saved.status_code) == (
            name,
            ["Draft saved. Nobody else sees it."],
            200,
        )
        world.forms.clear()
        again = world.form(name)
        assert (name, {field: again[field] for field in given}) == (
            name,
            {field: [value] for field, value in given.items()},
        )
        assert counts() == {**before, "articles_draft": before["articles_draft"] + 1}
        dropped = client.post(path, {**again, "draft": "drop"}, follow=True)
        assert (name, said(dropped), counts()) == (name, ["Draft dropped."], before)


def test_draft_of_a_merge_keeps_the_pair_and_the_note(editor_client: Client) -> None:
    one, other = ClaimFactory(), ClaimFactory()
    path = reverse("claims:merge_claim", args=[one.pk])
    chosen = f"{path}?keep=other&other={other.public_id}"
    form = printed(editor_client, chosen)
    editor_client.post(path, {**form, "note": "Said twice.", "draft": "save"})

    again = read(editor_client.get(path).content)
    assert [
        (field["name"], field.get("value"))
        for field in (item.attrs for item in again.all("input"))
        if field.get("name") in ("other", "note")
        or (field.get("name") == "keep" and "checked" in field)
    ] == [("other", other.public_id), ("keep", "other"), ("note", "Said twice.")]
    assert printed(editor_client, chosen)["note"] == ["Said twice."]
    assert printed(editor_client, f"{chosen}&note=Once")["note"] == ["Once"]
    refused = editor_client.post(path, {**form, "other": "", "note": "Mine"})
    assert (refused.status_code, "Mine" in refused.content.decode()) == (422, True)
    editor_client.post(path, {**form, "draft": "drop"})
    assert printed(editor_client, chosen)["note"] == [""]


def test_draft_beside_another_form_that_was_refused(editor: User, chief_client: Client) -> None:
    """Publishing what was revised meanwhile is refused; what was typed beside it is still there."""
    verdict = VerdictFactory(by=editor)
    ask = reverse("claims:ask_for_changes", args=[verdict.pk])
    publish = reverse("claims:publish_verdict", args=[verdict.pk])
    here = reverse("claims:review_verdict", args=[verdict.pk])
    forms = {path: printed(chief_client, here, path) for path in (ask, publish)}
    chief_client.post(ask, {**forms[ask], "note": "Cite the gauge.", "draft": "save"})
    names = ("finding", "confidence", "reasoning", "kind")
    held = {name: getattr(verdict, name) for name in names}
    revise_verdict(by=editor, verdict=verdict, summary="Another summary.", **held)
    refused = chief_client.post(publish, forms[publish])
    assert refused.status_code == 409
    again = form_on(refused.content, ask, here)
    assert (again["note"], again["seen"]) == (["Cite the gauge."], forms[ask]["seen"])
    assert chief_client.post(ask, again).status_code == 409


def test_draft_keeps_the_version_that_was_read(editor_client: Client, chief: User) -> None:
    """What was typed over an older text meets the newer one when it is sent."""
    claim = ClaimFactory(text="It rained.")
    path = reverse("claims:edit_claim", args=[claim.pk])
    form = {**printed(editor_client, path), "text": "It hailed."}
    editor_client.post(path, {**form, "draft": "save"})
    chief_client = Client()
    chief_client.force_login(chief)
    chief_client.post(path, {**printed(chief_client, path), "text": "It snowed."})
    assert editor_client.post(path, printed(editor_client, path)).status_code == 409


def test_draft_that_is_too_long_is_not_kept(editor_client: Client) -> None:
    answer = typed(editor_client, text="x" * MOST_KEPT).json()
    told = "This is too long to be kept as a draft."
    assert answer == {"others": [], "said": told, "lost": True}
    page = editor_client.post(
        NEW, {**printed(editor_client, NEW), "text": "x" * MOST_KEPT, "draft": "save"}, follow=True
    )
    assert said(page) == ["This is too long to be kept as a draft."]
    assert Draft.objects.count() == 0


def test_oldest_drafts_go(editor: User, chief: User) -> None:
    keep_draft(by=chief, key=NEW, typed={})
    for number in range(MOST_DRAFTS + 2):
        keep_draft(by=editor, key=f"/desk/claims/{number}/edit/", typed={"text": ["a"]})
    held = Draft.objects.filter(by=editor).order_by("pk").values_list("key", flat=True)
    assert (len(held), held[0]) == (MOST_DRAFTS, "/desk/claims/2/edit/")
    assert Draft.objects.filter(by=chief).count() == 1


@pytest.mark.parametrize(
    ("key", "given", "status"),
    [
        (NEW, '{"text": ["a"]}', 200),
        (NEW, "[]", 400),
        (NEW, "{", 400),
        (NEW, '{"text": "a", "other": [1, null]}', 200),
        (NEW, '{"text": ["a\\u0000\\ud800b"]}', 200),
        ("/claims/", "{}", 400),
        ("//elsewhere.example/desk/", "{}", 400),
        ("/desk/" + "a" * 300, "{}", 400),
        ("/desk/\n", "{}", 400),
    ],
)
def test_strange_drafts(editor_client: Client, key: str, given: str, status: int) -> None:
    sent = {"key": key, "typed": given, "whole": "1"}
    assert editor_client.post("/desk/drafts/", sent).status_code == status


# Who is here


def test_others_at_the_same_row_are_named(editor_client: Client, chief_client: Client) -> None:
    path = reverse("claims:edit_claim", args=[ClaimFactory().pk])
    assert typed(chief_client, path, _here="1").json() == {"others": []}
    assert typed(editor_client, path, _here="1").json() == {"others": ["chief"]}
    assert "chief is editing this" in read(editor_client.get(path).content).one(".draft-line").text
    assert "editing" not in read(chief_client.get(NEW).content).one(".draft-line").text
    Presence.objects.update(at=timezone.now() - timedelta(seconds=61))
    assert "editing" not in read(editor_client.get(path).content).one(".draft-line").text
    assert typed(editor_client, path, _here="1").json() == {"others": []}


def test_nobody_is_told_of_forms_for_new_rows(editor_client: Client, chief_client: Client) -> None:
    typed(chief_client, text="It rained")
    assert typed(editor_client, text="It snowed").json()["others"] == []
    assert Presence.objects.count() == 0


def test_verdict_form_names_others(editor_client: Client, chief_client: Client) -> None:
    claim = ClaimFactory(published=True)
    path = reverse("claims:propose_verdict", args=[claim.pk])
    typed(chief_client, path, _here="1", **FOUND)
    assert "chief is editing this" in read(editor_client.get(path).content).one(".draft-line").text
