"""The queues in a browser: keys only while the list has the focus, focus that stays, no script."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from claims.models import Assignment, Claim
from tests.factories import ClaimFactory, VerdictFactory

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
LIST = "/desk/?list=drafts"


@pytest.fixture
def claims(db: None) -> list[Claim]:
    """Three drafts in the order of their list."""
    return [ClaimFactory(text=f"It rained on day {n}") for n in (3, 2, 1)][::-1]


def link_of(page: Page, claim: Claim):
    return page.locator(f"#claim-{claim.pk}")


def test_keys_move_select_and_set(enter: Callable[..., Page], claims: list[Claim]) -> None:
    page = enter()
    page.goto(LIST)
    link_of(page, claims[0]).focus()
    for key, focused in (("j", 1), ("j", 2), ("j", 2), ("k", 1)):
        page.keyboard.press(key)
        expect(link_of(page, claims[focused])).to_be_focused()
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("#picked")).to_have_text("2 selected")
    expect(link_of(page, claims[2])).to_be_focused()
    page.keyboard.press("s")
    expect(page.get_by_role("heading", name="2 claims selected")).to_be_focused()

    page.get_by_label("Publish").check()
    page.get_by_role("button", name="See what changes").click()
    expect(page.locator("#preview")).to_be_focused()
    expect(page.locator("#preview")).to_have_text("2 change")
    page.get_by_role("button", name="Publish 2 claims").click()
    expect(page.get_by_role("status")).to_contain_text("2 changed.")
    expect(page.locator("#done")).to_be_focused()
    assert Claim.objects.published().count() == 2


def test_claim_is_taken_on_by_one_key_and_keeps_the_focus(
    enter: Callable[..., Page], claims: list[Claim]
) -> None:
    page = enter()
    page.goto(LIST)
    link_of(page, claims[1]).focus()
    page.keyboard.press("a")
    expect(page.get_by_role("status")).to_contain_text(f"{claims[1].public_id} is yours.")
    expect(link_of(page, claims[1])).to_be_focused()
    assert Assignment.objects.get().claim == claims[1]

    page.goto("/desk/?list=mine")
    page.get_by_role("button", name="Let go").click()
    expect(page.get_by_role("status")).to_contain_text("Nobody looks after")
    expect(page.locator("#rows")).to_be_focused()
    page.goto(LIST)
    link_of(page, claims[1]).focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{claims[1].get_absolute_url()}")


def test_keys_rest_outside_the_list_and_when_switched_off(
    enter: Callable[..., Page], claims: list[Claim]
) -> None:
    page = enter()
    page.goto(LIST)
    page.locator("#by-q").focus()
    page.keyboard.type("jax?")
    assert page.locator("#by-q").input_value() == "jax?"
    expect(page.locator("#picked")).to_have_text("0 selected")

    link_of(page, claims[0]).focus()
    page.keyboard.press("Control+x")
    expect(page.locator("#picked")).to_have_text("0 selected")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.get_by_label("Use these keys").uncheck()
    page.get_by_role("button", name="Close").click()
    expect(link_of(page, claims[0])).to_be_focused()
    page.keyboard.press("x")
    expect(page.locator("#picked")).to_have_text("0 selected")
    assert page.evaluate("localStorage.getItem('keys')") == "off"

    page.reload()
    page.get_by_role("button", name="Keys").click()
    expect(page.get_by_label("Use these keys")).not_to_be_checked()
    page.get_by_label("Use these keys").check()
    page.keyboard.press("Escape")
    link_of(page, claims[0]).focus()
    page.keyboard.press("x")
    expect(page.locator("#picked")).to_have_text("1 selected")


def test_queue_works_without_script(enter: Callable[..., Page], claims: list[Claim]) -> None:
    page = enter(java_script_enabled=False)
    page.goto(LIST)
    expect(page.get_by_role("button", name="Keys")).to_be_hidden()
    page.get_by_role("button", name="Assign to me").first.click()
    expect(page.get_by_role("status")).to_contain_text("is yours.")
    for claim in claims:
        page.get_by_label(f"Select {claim.public_id}").check()
    page.get_by_role("button", name="Set…").click()
    page.get_by_label("Assignee", exact=True).first.check()
    page.locator("select[name=to]").select_option(label="ed")
    page.get_by_role("button", name="See what changes").click()
    expect(page.locator("#preview")).to_have_text("2 change, 1 is skipped")
    page.get_by_role("button", name="Apply to 2 claims").click()
    expect(page.get_by_role("status")).to_contain_text("2 changed, 1 skipped.")
    expect(page.locator("#done")).to_be_focused()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("status")).to_contain_text("Undone: 2 changed.")
    assert Assignment.objects.count() == 1

    page.get_by_label("Keep this list as").fill("Rain")
    page.get_by_role("button", name="Keep", exact=True).click()
    page.goto("/desk/")
    page.get_by_role("link", name="Rain", exact=True).click()
    assert page.url.endswith(LIST)


def test_proposal_is_sent_back_in_two_steps(enter: Callable[..., Page]) -> None:
    verdict = VerdictFactory()
    page = enter()
    page.goto(f"/desk/verdicts/{verdict.pk}/")
    page.get_by_text("Ask for changes").click()
    page.get_by_label("What should change").fill("Cite the second voice.")
    page.get_by_role("button", name="Send back to").click()
    expect(page.get_by_role("status")).to_contain_text("Sent back to factory-editor.")
    expect(page.get_by_text("Cite the second voice.")).to_be_visible()
