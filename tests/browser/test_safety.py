"""In a browser: drafts save themselves, sessions end without loss, keys undo what was done."""

import re
from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group, User
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from articles.models import Draft
from articles.working import be_here
from claims.actions.intake import edit_claim
from claims.models import Claim, Evidence
from tests.browser.sound import faults_of
from tests.claims.desk import TEXT
from tests.factories import ClaimFactory, SnapshotFactory, SourceFactory, VerdictFactory
from tests.sql import until
from tests.world import PASSWORD

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


@pytest.fixture
def page(enter: Callable[..., Page]) -> Page:
    return enter()


def until_draft(text: str) -> None:
    """Wait until that much has been kept."""
    until(lambda: [row.data.get("text") for row in Draft.objects.all()] == [[text]])


def test_draft_saves_itself_and_is_there_again(page: Page) -> None:
    page.goto("/desk/claims/new/")
    page.locator("#id_text").press_sequentially("It rained")
    expect(page.locator("[data-drafts-said]")).to_contain_text("Draft saved")
    page.locator("#id_text").press_sequentially(" on Monday")
    until_draft("It rained on Monday")

    page.goto("/desk/")
    page.goto("/desk/claims/new/")
    expect(page.locator("#id_text")).to_have_value("It rained on Monday")
    assert faults_of(page, "now") == []
    page.get_by_role("button", name="Discard draft").click()
    expect(page.get_by_role("status")).to_have_text("Draft dropped.")
    expect(page.locator("#id_text")).to_have_value("")


def test_log_form_in_the_page_keeps_its_draft(page: Page) -> None:
    SourceFactory(person=True, name="Oleksii Reznikov")
    article = SnapshotFactory(text=TEXT).article
    page.goto(f"/desk/articles/{article.pk}/")
    page.locator("a.sentence", has_text="It rained.").press("Enter")
    expect(page.locator("#id_text")).to_be_focused()
    page.keyboard.type("It rained on 8 March")
    until_draft("It rained on 8 March")
    page.locator("a.sentence").first.press("Enter")
    expect(page.locator("#id_text")).to_have_value("")
    page.locator("a.sentence", has_text="It rained.").press("Enter")
    expect(page.locator("#id_text")).to_have_value("It rained on 8 March")
    page.locator("#id_source").fill("Oleksii Reznikov")
    page.get_by_role("button", name="Save claim").click()
    expect(page.get_by_role("status")).to_contain_text("Logged: CL-")
    assert Draft.objects.count() == 0

    page.get_by_role("button", name="Undo").focus()
    assert faults_of(page, "now") == []
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Undone: the evidence is voided.")
    assert Evidence.objects.current().count() == 0


def test_session_that_ended_while_typing_loses_nothing(page: Page) -> None:
    page.goto("/desk/claims/new/")
    Session.objects.all().delete()
    page.locator("#id_text").press_sequentially("It rained")
    expect(page.get_by_role("status")).to_contain_text("What you typed is kept in this browser")
    sign_in(page, "/accounts/login/?next=/desk/claims/new/")
    expect(page.locator("#id_text")).to_have_value("It rained")
    expect(page.get_by_role("status")).to_contain_text("What you had typed is back.")


def test_text_that_is_too_long_for_a_draft_says_so_and_outlives_the_session(page: Page) -> None:
    long = "It rained. " * 20_000
    path = f"/desk/articles/{SnapshotFactory().article_id}/capture/"
    told = "too long to be kept as a draft"
    page.goto(path)
    page.locator("#id_text").fill("It rained.")
    until_draft("It rained.")
    page.locator("#id_text").fill(long)
    expect(page.get_by_role("status")).to_contain_text(told)
    expect(page.locator("[data-drafts-said]")).to_contain_text(told)
    assert faults_of(page, "now") == []
    page.locator("#id_text").fill("It rained all day.")
    until_draft("It rained all day.")
    page.locator("#id_text").fill(long)
    expect(page.get_by_role("status")).to_contain_text(told)
    Session.objects.all().delete()
    page.locator("#id_text").press_sequentially("!")
    expect(page.get_by_role("status")).to_contain_text("What you typed is kept in this browser")
    sign_in(page, f"/accounts/login/?next={path}")
    expect(page.get_by_role("status")).to_contain_text("too long")
    assert sorted(page.locator("#id_text").input_value()) == sorted(f"{long}!")
    expect(page.locator("[data-drafts-said]")).to_contain_text(told)
    Session.objects.all().delete()
    page.get_by_role("button", name="Keep this capture").click()
    sign_in(page)
    expect(page.locator("#id_text")).to_have_value(re.compile(r"It rained\."))
    assert sorted(page.locator("#id_text").input_value()) == sorted(f"{long}!")
    expect(page.locator("[data-drafts-said]")).to_contain_text(told)
    page.get_by_role("button", name="Keep this capture").click()
    expect(page).to_have_url(re.compile(r"/desk/articles/\d+/$"))
    assert Draft.objects.count() == 0
    page.goto(path)
    expect(page.locator("#id_text")).to_have_value("")


def test_what_should_change_is_kept_beside_the_other_forms(enter: Callable[..., Page]) -> None:
    page = enter(group="chief")
    verdict = VerdictFactory()
    page.goto(f"/desk/verdicts/{verdict.pk}/")
    page.get_by_text("Ask for changes", exact=True).click()
    page.get_by_label("What should change").press_sequentially("Cite the gauge.")
    until(lambda: [row.data.get("note") for row in Draft.objects.all()] == [["Cite the gauge."]])
    page.reload()
    expect(page.get_by_label("What should change")).to_have_value("Cite the gauge.")
    assert faults_of(page, "now") == []
    page.get_by_role("button", name="Discard draft").click()
    expect(page.get_by_role("status")).to_have_text("Draft dropped.")


def test_session_that_ended_loses_nothing_without_script(
    enter: Callable[..., Page],
) -> None:
    page = enter(java_script_enabled=False)
    page.goto("/desk/claims/new/")
    Session.objects.all().delete()
    page.locator("#id_text").fill("It rained")
    page.get_by_role("button", name="Save claim", exact=True).click()
    expect(page.locator(".notice")).to_contain_text("You were signed out")
    sign_in(page)
    expect(page.locator("#id_text")).to_have_value("It rained")
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_role("status")).to_have_text("Draft saved. Nobody else sees it.")
    page.get_by_role("button", name="Save claim", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("Logged: CL-")
    assert Claim.objects.get().text == "It rained"


def test_conflict_takes_the_focus_and_others_are_named(page: Page) -> None:
    chief = User.objects.create_user("chief")
    chief.groups.add(Group.objects.get(name="chief"))
    claim = ClaimFactory(text="It rained.")
    path = f"/desk/claims/{claim.pk}/edit/"
    page.goto(path)
    be_here(by=chief, key=path)
    page.locator("#id_text").fill("It hailed.")
    expect(page.locator("[data-drafts-here]")).to_have_text("chief is editing this")
    edit_claim(by=chief, claim=claim, text="It snowed.")
    page.get_by_role("button", name="Save claim").click()
    expect(page.locator(".conflict")).to_be_focused()
    expect(page.locator(".conflict mark")).to_have_text(["snowed", "hailed"])
    assert faults_of(page, "now") == []
    page.keyboard.press("Tab")  # to the table, which scrolls
    page.keyboard.press("Tab")
    expect(page.get_by_role("radio", name="Take mine")).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("radio", name="Take this")).to_be_checked()
    expect(page.locator("#id_text")).to_have_value("It hailed.")
    page.get_by_role("button", name="Save claim").click()
    expect(page.get_by_role("status")).to_contain_text("Claim saved.")
    assert Claim.objects.get().text == "It snowed."


def sign_in(page: Page, path: str = "") -> None:
    if path:
        page.goto(path)
    page.locator("#id_username").fill("ed")
    page.locator("#id_password").fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Sign in").click()
