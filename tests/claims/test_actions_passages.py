"""What a passage says is logged in one act: all of it or nothing."""

import pytest
from django.core.exceptions import ValidationError

from articles.models import Event
from articles.newcomers import NewArticle, NewSource
from articles.policy import NotAllowed
from claims.actions.passages import Hop, NewClaim, RoleThen, log_passage
from claims.models import Appearance, Claim
from tests.claims.desk import everything
from tests.factories import SnapshotFactory, SourceFactory, day, passage_of

pytestmark = pytest.mark.django_db

OFFICIALS = NewSource("unnamed", "unnamed officials")
PAPER = NewArticle(title="A scoop", publisher=NewSource("organisation", "The Paper"))


def log(by, **given):
    snapshot = SnapshotFactory()
    return log_passage(
        by=by,
        **{
            "claim": NewClaim(text="It rained", question="Did it rain?"),
            "source": OFFICIALS,
            "stated": day("2023-03-08"),
            "place": passage_of(snapshot, "It rained.", seen=True),
            "hops": [Hop(article=PAPER, basis="inferred")],
            "role": RoleThen(
                role="Officials",
                organisation=NewSource("organisation", "A Service"),
                during=day("2023-03-08"),
            ),
        }
        | given,
    )


def test_all_that_is_new_is_added_with_one_event_each(editor):
    evidence = log(editor)

    verbs = list(Event.objects.order_by("pk").values_list("verb", flat=True))
    assert verbs[verbs.index("article.captured") + 1 :] == [
        "source.added",
        "source.added",
        "role.added",
        "question.opened",
        "claim.logged",
        "source.added",
        "article.added",
        "evidence.linked",
    ]
    origin, here = Appearance.objects.order_by("pk")
    assert (origin.article.title, here.via, here.basis) == ("A scoop", origin, "inferred")
    assert evidence.claim.question.text == "Did it rain?"


def test_it_is_published_at_once_where_that_is_asked(editor):
    assert log(editor, publish=True).claim.pk == Claim.objects.published().get().pk


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"source": NewSource("person", "p" * 301)}, "source"),
        ({"claim": NewClaim(text="")}, "text"),
        ({"claim": NewClaim(text="It rained", question="q" * 501)}, "question"),
        ({"stance": "weakens"}, "note"),
        ({"stance": "gossip"}, "stance"),
        ({"hops": [Hop(article=NewArticle(title="", publisher=OFFICIALS))]}, "hops"),
    ],
)
def test_nothing_is_written_where_a_part_is_refused(editor, given, field):
    SnapshotFactory()
    before = everything()
    with pytest.raises(ValidationError) as caught:
        log(editor, **given)

    assert list(caught.value.message_dict) == [field]
    after = everything()
    assert [after[0] - before[0], after[4:9]] == [1, before[4:9]]


def test_people_without_the_permission_write_nothing(stranger):
    snapshot = SnapshotFactory()
    source = SourceFactory()
    before = everything()
    with pytest.raises(NotAllowed):
        log_passage(
            by=stranger,
            claim=NewClaim(text="It rained"),
            source=source,
            stated=day("2023-03-08"),
            place=passage_of(snapshot, "It rained."),
        )
    assert everything() == before
