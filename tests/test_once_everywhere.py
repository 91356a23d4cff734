"""Every form of the desk that is sent twice acts once, and leads to the same place twice."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from articles.working import new_token
from tests.test_access import FILLED, FORMLESS, ROWS
from tests.world import World, build, counts, undone

pytestmark = pytest.mark.django_db

# They lead nowhere.
TOKENLESS = {"articles:drafts", "claims:together"}
SENT = [
    name
    for name, (permission, _reading, writing) in ROWS.items()
    if "." in permission and writing[2] == "303"
]


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield build()
        transaction.set_rollback(True)


def form_of(world: World, name: str) -> dict[str, Any]:
    """What a browser sends from the page that has the form, filled in."""
    if name in FORMLESS:  # the form comes after another one was sent
        return {**FILLED[name](world), "once": new_token()}
    return {**world.form(name), **FILLED[name](world)}


def test_every_form_of_the_desk_is_tried(world: World) -> None:
    desk = {name for name, (permission, *_rest) in ROWS.items() if "." in permission}
    accepting = {name for name in desk if ROWS[name][2][2] != "405"}
    assert accepting - set(SENT) == TOKENLESS


@pytest.mark.parametrize("name", SENT)
def test_form_sent_twice_acts_once(world: World, name: str) -> None:
    with undone():
        client, path = world.client("editor"), world.path(name)
        filled = form_of(world, name)
        first = client.post(path, filled)
        after = counts()
        second = client.post(path, filled)
        assert (first.status_code, second.status_code) == (303, 303)
        assert second.headers["Location"] == first.headers["Location"]
        assert counts() == after
