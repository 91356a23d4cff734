"""Copies that editors are asked about on the page of a claim."""

import pytest
from django.contrib.auth.models import User
from django.urls import reverse

from articles.models import Event
from articles.policy import NotAllowed
from claims.actions.copies import ask_again, tell_apart
from claims.models import Claim, EvidenceLink, NotACopy
from claims.refusals import Refusal
from tests.acting import user_without
from tests.claims.desk import said
from tests.factories import AppearanceFactory, ClaimFactory, EvidenceFactory, SourceFactory, day
from tests.pages import read
from tests.world import form_on

pytestmark = pytest.mark.django_db

WORDS = "The town fell on Monday after a siege of seven months, two officials said."


@pytest.fixture
def claim():
    claim = ClaimFactory(published=True)
    for number, name in enumerate(("First Paper", "Second Paper"), start=7):
        source = SourceFactory(name=name)
        held = EvidenceFactory(claim=claim, source=source, stated=day(f"2023-03-0{number}"))
        AppearanceFactory(evidence=held, snapshot__text=WORDS, exact=WORDS)
    return claim


def suggested(client, claim):
    page = client.get(claim.get_absolute_url())
    return [(s.copy.source.name, s.origin.source.name) for s in page.context["suggestions"]]


def test_editor_confirms_a_copy_and_the_interval_changes(editor_client, claim):
    assert Claim.objects.get(pk=claim.pk).origins_low == 2
    assert suggested(editor_client, claim) == [("Second Paper", "First Paper")]
    page = read(editor_client.get(claim.get_absolute_url()).content)
    told = "Second Paper may repeat First Paper: 100 % of the words are the same."
    assert told in page.one("main").text
    copy, origin = claim.evidence.get(source__name="Second Paper"), claim.evidence.first()
    sent = {"kind": "repeats", "number": f"E-{origin.pk}"}
    editor_client.post(f"/desk/evidence/{copy.pk}/relate/", sent)
    assert EvidenceLink.objects.get().from_evidence == copy
    assert Claim.objects.get(pk=claim.pk).origins_low == 1
    assert suggested(editor_client, claim) == []


def test_readers_are_not_asked(reader, stranger_client, claim):
    assert (suggested(reader, claim), suggested(stranger_client, claim)) == ([], [])
    assert b"may repeat" not in reader.get(claim.get_absolute_url()).content


def test_dismissed_copy_is_not_suggested_again_until_that_is_undone(editor_client, claim):
    copy, origin = claim.evidence.get(source__name="Second Paper"), claim.evidence.first()
    here, events = claim.get_absolute_url(), Event.objects.count()
    path = reverse("claims:tell_apart", args=[copy.pk])
    form = form_on(editor_client.get(here).content, path, here)
    told = editor_client.post(path, form, follow=True)
    assert said(told) == [
        (
            f'Not a copy: it is not suggested again. <a href="{here}'
            f'#evidence-{copy.pk}">E-{copy.pk}</a>'
        )
    ]
    assert suggested(editor_client, claim) == []
    assert (Claim.objects.get(pk=claim.pk).origins_low, Event.objects.count()) == (2, events)
    assert [(row.one, row.other) for row in NotACopy.objects.all()] == [(origin, copy)]

    (undo,) = read(told.content).one("#status").all("form")
    assert undo["action"] == path
    back = editor_client.post(path, form_on(told.content, path, here), follow=True)
    assert said(back) == ["Undone: it may be suggested again."]
    assert suggested(editor_client, claim) == [("Second Paper", "First Paper")]
    assert NotACopy.objects.count() == 0


def test_dismissed_copy_leaves_other_suggestions(editor, editor_client, claim):
    """The next likely origin is suggested, in whichever order the two were named."""
    third = EvidenceFactory(
        claim=claim, source=SourceFactory(name="Third Paper"), stated=day("2023-03-09")
    )
    AppearanceFactory(evidence=third, snapshot__text=WORDS, exact=WORDS)
    first, _second, _third = claim.evidence.order_by("pk")
    assert ("Third Paper", "First Paper") in suggested(editor_client, claim)
    tell_apart(by=editor, evidence=first, other=third)
    tell_apart(by=editor, evidence=third, other=first)
    assert suggested(editor_client, claim) == [
        ("Second Paper", "First Paper"),
        ("Third Paper", "Second Paper"),
    ]
    ask_again(by=editor, evidence=first, other=third)
    assert ("Third Paper", "First Paper") in suggested(editor_client, claim)


def test_only_two_that_may_be_related_are_told_apart(editor, editor_client, claim):
    copy, origin = claim.evidence.order_by("-pk")
    path = reverse("claims:tell_apart", args=[copy.pk])
    for other in ("", "0", str(copy.pk), "x", "9" * 30, "-1"):
        assert (other, editor_client.post(path, {"other": other}).status_code) == (other, 404)
    with pytest.raises(Refusal):
        tell_apart(by=editor, evidence=copy, other=copy)
    for act in (tell_apart, ask_again):
        with pytest.raises(NotAllowed):
            act(by=user_without("claims.add_evidencelink"), evidence=copy, other=origin)
        User.objects.filter(username__startswith="holder").delete()
    assert NotACopy.objects.count() == 0


def test_suggestions_cost_one_query_where_there_are_any(
    editor_client, claim, django_assert_max_num_queries
):
    with django_assert_max_num_queries(16):
        editor_client.get(claim.get_absolute_url())
