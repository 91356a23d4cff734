"""Rows that are taken over as they were read are what Django would have made of them."""

from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.db.models.signals import post_init, pre_init

from articles.models import Article, Event, Source
from articles.models.loaded import Loaded
from claims.models import Appearance, Claim, Evidence
from tests.factories import EvidenceFactory

MODELS = [model for model in apps.get_models() if issubclass(model, Loaded)]


def columns(row: models.Model) -> dict[str, Any]:
    return {name: value for name, value in vars(row).items() if name != "_state"}


def as_django_makes_it(row: Any) -> models.Model:
    """The same row through Django's own door."""
    names = [field.attname for field in row._meta.concrete_fields if field.attname in vars(row)]
    make: Any = models.Model.from_db
    made: models.Model = make.__func__(type(row), "default", names, [vars(row)[n] for n in names])
    return made


def test_nobody_listens_to_the_making_of_such_rows() -> None:
    assert {Article, Source, Event, Claim, Evidence, Appearance} <= set(MODELS)
    for model in MODELS:
        assert not pre_init.has_listeners(model)
        assert not post_init.has_listeners(model)


@pytest.mark.django_db
@pytest.mark.parametrize("deferred", [(), ("known", "stance")])
def test_row_is_what_django_would_have_made(deferred: tuple[str, ...]) -> None:
    EvidenceFactory()
    row = Evidence.objects.defer(*deferred).get()
    made = as_django_makes_it(row)
    assert columns(row) == columns(made)
    assert row.get_deferred_fields() == made.get_deferred_fields() == set(deferred)
    assert not row._state.fields_cache
    assert vars(row._state) == vars(made._state)
    assert (row, hash(row)) == (made, hash(made))


@pytest.mark.django_db
def test_what_was_not_read_is_fetched_and_what_was_joined_is_there(
    django_assert_num_queries: Any,
) -> None:
    wanted = EvidenceFactory()
    with django_assert_num_queries(1):
        row = Evidence.objects.select_related("source", "claim").defer("source__name").get()
        assert row.claim.text == wanted.claim.text
    with django_assert_num_queries(1):
        assert row.source.name == wanted.source.name
    row.claim_id = 0
    assert not Evidence.claim.is_cached(row)


@pytest.mark.django_db
def test_columns_that_do_not_fit_the_values_are_refused() -> None:
    with pytest.raises(ValueError, match="shorter"):
        Source.from_db("default", ["id", "name"], [1])
