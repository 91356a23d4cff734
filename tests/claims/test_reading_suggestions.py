"""Copies that editors are asked about on the page of a claim."""

import pytest

from claims.models import Claim, EvidenceLink
from tests.factories import AppearanceFactory, ClaimFactory, EvidenceFactory, SourceFactory, day
from tests.pages import read

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


def test_suggestions_cost_no_query(editor_client, claim, django_assert_max_num_queries):
    with django_assert_max_num_queries(14):
        editor_client.get(claim.get_absolute_url())
