"""What other organisations found: logged, shown as theirs, voided; ours stays what it was."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from articles.models import Event, Source
from claims.actions.outside import record_outside_verdict, void_outside_verdict
from claims.models import Claim, OutsideVerdict
from claims.reading.dossier import dossier_of
from claims.reading.held import find
from claims.refusals import Refusal
from tests.claims.desk import errors, said
from tests.factories import (
    ClaimFactory,
    EvidenceFactory,
    MergeFactory,
    OutsideVerdictFactory,
    SourceFactory,
    day,
)
from tests.pages import read
from tests.world import form_on

pytestmark = pytest.mark.django_db


@pytest.fixture
def checkers(db: None) -> Source:
    return SourceFactory(name="The Checkers")


# Actions


def test_recorded_as_it_came(editor: User, checkers: Source) -> None:
    claim = EvidenceFactory(claim__published=True).claim
    before = Claim.objects.with_status().values().get(pk=claim.pk)
    held = record_outside_verdict(
        by=editor,
        claim=claim,
        organisation=checkers,
        label="  Größtenteils\n falsch ",
        finding="refuted",
        rating="6",
        rating_best="5",
        rating_worst="1",
        dated=day("2023-03"),
    )
    assert (held.label, held.rating, held.rating_best) == ("Größtenteils falsch", "6", "5")
    assert Claim.objects.with_status().values().get(pk=claim.pk) == before
    event = Event.objects.latest("pk")
    assert (event.verb, event.claim_id, event.subject_id) == (
        "outsideverdict.recorded",
        claim.pk,
        held.pk,
    )
    assert event.payload["dated"] == "2023-03-01/2023-04-01"


def test_refused_at_the_field_it_is_about(editor: User, checkers: Source) -> None:
    held = OutsideVerdictFactory(organisation=checkers)

    def field(**changes: Any) -> list[str]:
        given = {"organisation": checkers, "label": "False", **changes}
        with pytest.raises(ValidationError) as caught:
            record_outside_verdict(by=editor, claim=held.claim, **given)
        return list(caught.value.error_dict)

    assert field(label=" ") == ["label"]
    assert field(label="x" * 301) == ["label"]
    assert field(finding="Half true") == ["finding"]
    assert field(url="javascript:alert(1)") == ["url"]
    assert field(note="x" * 4001) == ["note"]
    assert field(organisation=SourceFactory(unnamed=True)) == ["organisation"]
    assert field(label=held.label, url=held.url, dated=held.dated) == ["label"]


def test_voided_once_with_a_reason(editor: User) -> None:
    held = OutsideVerdictFactory()
    with pytest.raises(Refusal, match="Say why"):
        void_outside_verdict(by=editor, verdict=held, reason=" ")
    assert void_outside_verdict(by=editor, verdict=held, reason="Another claim").is_void
    with pytest.raises(Refusal, match="voided before"):
        void_outside_verdict(by=editor, verdict=held, reason="Another claim")


# Readers


def test_claim_page_shows_it_as_theirs(reader: Client, checkers: Source) -> None:
    claim = ClaimFactory(published=True)
    bare = reader.get(claim.get_absolute_url()).content.decode()
    assert "What others found" not in bare
    held = OutsideVerdictFactory(
        claim=claim,
        organisation=checkers,
        label="Größtenteils <b>falsch",
        finding="refuted",
        url="https://checks.example/1",
        title="Der Frosch",
        rating="2",
        rating_best="5",
        dated=day("2023-03-09"),
    )
    page = read(reader.get(claim.get_absolute_url()).content)
    entry = page.one(f"#outside-{held.pk}")
    assert " ".join(entry.text.split()) == (
        "The Checkers: Größtenteils <b>falsch we read this as: refuted "
        "their rating: 2 (best 5) 9 March 2023 Der Frosch"
    )
    assert (entry.one("q")["dir"], entry.one("q")["lang"]) == ("auto", "und")
    assert [(link["href"], link["rel"]) for link in entry.all("a") if "rel" in link.attrs] == [
        ("https://checks.example/1", "nofollow noopener")
    ]
    head = bare.partition("</head>")[0]
    after = reader.get(claim.get_absolute_url()).content.decode()
    assert after.partition("</head>")[0] == head
    assert page.one(".status-line").text == read(bare).one(".status-line").text


def test_voided_and_private_ones_are_not_shown(reader: Client, editor: User) -> None:
    claim = ClaimFactory(published=True)
    gone = OutsideVerdictFactory(claim=claim)
    void_outside_verdict(by=editor, verdict=gone, reason="Another claim")
    assert "What others found" not in reader.get(claim.get_absolute_url()).content.decode()
    draft = OutsideVerdictFactory()
    assert OutsideVerdict.objects.visible_to(editor).count() == 2
    assert list(OutsideVerdict.objects.visible_to(editor).filter(claim=draft.claim)) == [draft]
    assert reader.get(draft.organisation.get_absolute_url()).status_code == 404


def test_latest_first_and_those_of_merged_claims_too(editor: User) -> None:
    claim = ClaimFactory()
    undated = OutsideVerdictFactory(claim=claim, dated=None)
    old = OutsideVerdictFactory(claim=claim, dated=day("2022"[:4] + "-01"))
    merged = MergeFactory(survivor=claim, duplicate=OutsideVerdictFactory().claim)
    found = find(editor, claim.pk)
    assert found is not None
    dossier = dossier_of(found, editor)
    other = OutsideVerdict.objects.get(claim=merged.merged_id)
    assert dossier.outside == [other, old, undated]


def test_history_tells_of_it_and_moves_nothing(reader: Client, editor: User) -> None:
    claim = ClaimFactory(published=True)
    held = OutsideVerdictFactory(claim=claim, note="They judged a longer version.")
    void_outside_verdict(by=editor, verdict=held, reason="Another claim")
    found = find(editor, claim.pk)
    assert found is not None
    changes = dossier_of(found, editor).changes
    assert [change.is_key for change in changes[:2]] == [True, False]
    assert [(change.what, change.why, change.new) for change in changes[:2]] == [
        ("What another organisation found was voided", "Another claim", None),
        ("What another organisation found was logged", "", None),
    ]


def test_source_page_counts_link_to_what_they_count(reader: Client, checkers: Source) -> None:
    for finding in ("refuted", "refuted", "", "supported"):
        claim = ClaimFactory(published=True)
        OutsideVerdictFactory(claim=claim, organisation=checkers, finding=finding)
    OutsideVerdictFactory(organisation=checkers, finding="supported")  # on a draft
    OutsideVerdictFactory(claim__published=True, finding="refuted")  # of somebody else
    page = read(reader.get(checkers.get_absolute_url()).content)
    links = [link for link in page.all("a") if "judge=" in link["href"]]
    assert [" ".join(link.text.split()) for link in links] == [
        "Supported 1",
        "Refuted 2",
        "in words that fit none of ours 1",
    ]
    counts = [reader.get(link["href"]).context["page"].paginator.count for link in links]
    assert counts == [1, 2, 1]
    path = reverse("claims:claim_list")
    assert reader.get(f"{path}?judge=nobody").context["page"].paginator.count == 0
    assert reader.get(f"{path}?judge={checkers.slug}").context["page"].paginator.count == 4


# The desk


def filled(client: Client, path: str, **typed: Any) -> dict[str, Any]:
    return {**form_on(client.get(path).content, path, path), **typed}


def test_logged_by_hand_once_and_undone(editor_client: Client, checkers: Source) -> None:
    claim = ClaimFactory(published=True)
    path = reverse("claims:add_outside_verdict", args=[claim.pk])
    sent = filled(
        editor_client,
        path,
        organisation="The Checkers",
        label="Pants on fire",
        finding="refuted",
        url="checks.example/1",
        dated="March 2023",
        rating="1",
    )
    done = editor_client.post(path, sent, follow=True)
    editor_client.post(path, sent, follow=True)
    held = OutsideVerdict.objects.get()
    assert (held.organisation, held.url, held.dated) == (
        checkers,
        "https://checks.example/1",
        day("2023-03"),
    )
    assert done.redirect_chain[-1] == (f"{claim.get_absolute_url()}#outside-{held.pk}", 303)
    undo = read(done.content).one("#status").one("form")["action"]
    page = editor_client.post(undo, form_on(done.content, undo, ""), follow=True)
    assert said(page) == ["Undone: the outside verdict is voided."]
    assert OutsideVerdict.objects.get().void_reason == "Undone by editor"


def test_voided_from_the_page_and_undone(editor_client: Client) -> None:
    held = OutsideVerdictFactory(claim__published=True)
    page = read(editor_client.get(held.claim.get_absolute_url()).content)
    path = reverse("claims:void_outside_verdict", args=[held.pk])
    assert path in [link["href"] for link in page.one(f"#outside-{held.pk}").all("a")]
    done = editor_client.post(path, filled(editor_client, path, reason="Misread"), follow=True)
    assert said(done) == ["Outside verdict voided."]
    undo = read(done.content).one("#status").one("form")["action"]
    back = editor_client.post(undo, form_on(done.content, undo, ""), follow=True)
    assert said(back) == ["Undone: the same verdict is logged again, as a new row."]
    new = OutsideVerdict.objects.current().get()
    assert (new.label, new.url, new.dated) == (held.label, held.url, held.dated)


def test_form_says_what_is_missing_and_keeps_the_draft(editor_client: Client) -> None:
    claim = ClaimFactory()
    path = reverse("claims:add_outside_verdict", args=[claim.pk])
    bad = editor_client.post(path, filled(editor_client, path, url="no address"))
    assert bad.status_code == 422
    assert errors(bad) == {
        "organisation": ["Say which one it is."],
        "label": ["Say what they found, in their words."],
        "url": ["Enter a valid URL."],
    }
    kept = filled(editor_client, path, label="Pants on fire", draft="save")
    editor_client.post(path, kept)
    assert form_on(editor_client.get(path).content, path, path)["label"] == ["Pants on fire"]
    assert OutsideVerdict.objects.count() == 0


def test_new_organisation_is_added_on_the_way(editor_client: Client) -> None:
    claim = ClaimFactory()
    path = reverse("claims:add_outside_verdict", args=[claim.pk])
    typed = {"organisation": "New Checkers", "label": "True"}
    asked = editor_client.post(path, filled(editor_client, path, **typed))
    assert (asked.status_code, Source.objects.filter(name="New Checkers").count()) == (422, 0)
    typed["organisation_kind"] = "organisation"
    editor_client.post(path, filled(editor_client, path, **typed))
    assert OutsideVerdict.objects.get().organisation.name == "New Checkers"
