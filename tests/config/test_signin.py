"""A form that is sent after the session has ended comes back to whoever had typed it."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from articles.models import Draft
from articles.models.working import MOST_KEPT
from claims.models import Claim
from tests.claims.desk import TEXT, place, said
from tests.factories import SnapshotFactory
from tests.pages import read
from tests.world import PASSWORD, form_on

pytestmark = pytest.mark.django_db

NEW = "/desk/claims/new/"
LOGIN = "/accounts/login/"


@pytest.fixture(autouse=True)
def passwords(editor: User, chief: User) -> None:
    for user in editor, chief:
        user.set_password(PASSWORD)
        user.save()


def typed(client: Client, here: str = NEW, action: str = NEW, **given: str) -> dict[str, Any]:
    return {**form_on(client.get(here).content, action, here.partition("?")[0]), **given}


def late(editor: User, filled: dict[str, Any], action: str = NEW) -> tuple[Client, Any]:
    """Send a form in a browser whose session has ended."""
    browser = Client()
    return browser, browser.post(action, filled)


def sign_in(browser: Client, page: Any, username: str, password: str = PASSWORD) -> Any:
    form = form_on(page.content, LOGIN, LOGIN)
    return browser.post(LOGIN, {**form, "username": username, "password": password}, follow=True)


@pytest.fixture
def signed_in(editor: User, passwords: None) -> Client:
    client = Client()
    client.force_login(editor)
    return client


def test_editor_is_back_at_the_form_with_everything_in_it(signed_in: Client, editor: User) -> None:
    browser, page = late(editor, typed(signed_in, text="It rained", uncheckable="on"))
    assert (page.status_code, Claim.objects.count(), Draft.objects.count()) == (401, 0, 0)
    assert "You were signed out" in read(page.content).one("div.notice").text

    wrong = sign_in(browser, page, "editor", "guess")
    assert wrong.status_code == 200
    back = sign_in(browser, wrong, "editor")

    assert back.redirect_chain == [(NEW, 302)]
    assert said(back) == ["What you had typed is back. Look at it, then save it."]
    form = form_on(back.content, NEW, NEW)
    assert (form["text"], form["uncheckable"]) == (["It rained"], ["on"])
    assert Claim.objects.count() == 0  # nothing is sent that one hasn't looked at
    assert browser.post(NEW, form).status_code == 303
    assert (Claim.objects.get().text, Draft.objects.count()) == ("It rained", 0)


def test_passage_is_chosen_again(signed_in: Client, editor: User) -> None:
    snapshot = SnapshotFactory(text=TEXT)
    spot = place(snapshot)
    here = reverse("claims:desk_article", args=[snapshot.article_id])
    log = reverse("claims:log_claim", args=[snapshot.article_id])
    chosen = f"{here}?start={spot['start']}&end={spot['end']}"
    browser, page = late(editor, typed(signed_in, chosen, log, text="It was us"), log)
    back = sign_in(browser, page, "editor")
    assert form_on(back.content, log, here)["text"] == ["It was us"]


def test_somebody_else_who_signs_in_gets_nothing(signed_in: Client, editor: User) -> None:
    browser, page = late(editor, typed(signed_in, text="It rained"))
    back = sign_in(browser, page, "chief")
    assert said(back) == [
        "What was typed before was typed by somebody else. It is not shown to you."
    ]
    assert Draft.objects.count() == 0
    assert "It rained" not in browser.get(NEW).content.decode()


@pytest.mark.parametrize("whose", ["", "1", "1:forged", None])
def test_form_that_we_did_not_print_is_not_kept(
    signed_in: Client, editor: User, whose: str | None
) -> None:
    filled = typed(signed_in, text="It rained")
    filled = {**filled, "whose": whose} if whose is not None else {"text": "It rained"}
    _browser, page = late(editor, filled)
    assert (page.status_code, page["Location"]) == (302, f"{LOGIN}?next={NEW}")


def test_what_is_too_long_is_not_kept(signed_in: Client, editor: User) -> None:
    _browser, page = late(editor, typed(signed_in, text="x" * MOST_KEPT))
    assert page.status_code == 302


def test_forged_or_damaged_package_is_ignored(editor: User) -> None:
    for kept in ("", "x", "a:b:c"):
        browser = Client()
        given = {"username": "editor", "password": PASSWORD, "kept": kept}
        assert browser.post(LOGIN, given)["Location"] == "/"
    assert Draft.objects.count() == 0


def test_htmx_is_led_to_sign_in_and_keeps_its_page(signed_in: Client, editor: User) -> None:
    filled = typed(signed_in, text="It rained")
    response = Client().post(NEW, filled, headers={"HX-Request": "true"})
    assert (response.status_code, response["Location"]) == (302, f"{LOGIN}?next={NEW}")
