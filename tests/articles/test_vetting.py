"""What a row may not be comes out all at once, each at its field."""

import pytest
from django.core.exceptions import ValidationError

from articles.actions import add_source
from articles.models import Source
from articles.refusals import vet
from claims.actions.evidence import link_evidence
from tests.factories import ClaimFactory, EvidenceFactory, SourceFactory, day

pytestmark = pytest.mark.django_db


def test_fields_and_constraints_are_told_together(editor):
    with pytest.raises(ValidationError) as caught:
        add_source(by=editor, kind="unnamed", name="x" * 301, wikidata="Q1")
    assert set(caught.value.message_dict) == {"name", "wikidata"}
    assert Source.objects.count() == 0


def test_a_violated_constraint_names_its_field(editor):
    held = EvidenceFactory()
    with pytest.raises(ValidationError) as caught:
        link_evidence(by=editor, claim=held.claim, source=held.source, stated=held.stated)
    assert caught.value.message_dict == {
        "source": ["This source already takes this stance on this claim at that date."]
    }


def test_two_violated_constraints_are_both_told(editor):
    with pytest.raises(ValidationError) as caught:
        link_evidence(
            by=editor,
            claim=ClaimFactory(),
            source=SourceFactory(),
            stated=day("2023-03-08"),
            stance="weakens",
            p_low="0.9",
            p_high="0.1",
        )
    assert caught.value.message_dict == {
        "note": ["“Supports” and “weakens” are your inference: say in the note why."],
        "p_low": [
            "Probabilities run from 0 to 1, the lower one first, both or none.",
            "Only an assertion can carry a probability.",
        ],
    }


def test_constraints_of_a_good_row_are_asked_about_at_once(db, django_assert_num_queries):
    row = Source(kind="person", name="Ada", slug="ada")
    with django_assert_num_queries(4):  # is the slug free? and one question, in a savepoint
        vet(row)
