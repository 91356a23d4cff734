"""What the desk may cost at most, in clicks and keys beyond what one has to say in words."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Locator, Page, expect

from claims.models import Claim, Evidence, Verdict
from tests.claims.desk import TEXT
from tests.factories import AppearanceFactory, EvidenceFactory, SnapshotFactory, SourceFactory

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
Enter = Callable[..., Page]


class Hand:
    """Counts what is clicked and pressed; by keyboard, the focus must never get lost."""

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0

    def click(self, what: Locator) -> None:
        what.click()
        self.count += 1

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.count += 1
            assert self.page.evaluate("document.activeElement !== document.body")

    def reach(self, what: Locator) -> None:
        """Go on by Tab, which isn't counted: how far it is depends on what one has to say."""
        for _ in range(60):
            if what.evaluate("field => field === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        pytest.fail("cannot be reached by Tab")


@pytest.fixture
def claim() -> Claim:
    """A public claim with one piece of evidence that can be cited."""
    held = EvidenceFactory(claim__published=True)
    AppearanceFactory(evidence=held)
    return held.claim


def test_verdict_by_mouse_in_four_and_two(enter: Enter, claim: Claim) -> None:
    page = enter("edna")
    page.goto(f"/desk/claims/{claim.pk}/verdict/")
    hand = Hand(page)
    page.get_by_label("In short").fill("One paper heard it.")
    hand.click(page.get_by_label("Supported"))
    hand.click(page.get_by_label("Moderate"))
    hand.click(page.locator("input[type=checkbox][name$=cite]").first)
    propose = page.get_by_role("button", name="Propose verdict")
    propose.click()  # without its reason it is impossible
    expect(page.locator(".error-summary")).to_contain_text("A verdict needs its reason.")
    assert Verdict.objects.count() == 0
    page.get_by_label("Reasoning").fill("Nobody else was there.")
    hand.click(propose)
    expect(page.get_by_role("status")).to_contain_text("roposed")
    assert hand.count <= 4
    second = enter("charlie")
    second.goto("/desk/?list=verdicts")
    hand = Hand(second)
    hand.click(second.get_by_role("link", name=claim.text).first)
    hand.click(second.get_by_role("button", name="Publish").first)
    expect(second.get_by_role("status")).to_contain_text("ublished")
    assert hand.count <= 2
    assert Verdict.objects.get().reviewer == User.objects.get(username="charlie")


def test_verdict_by_keyboard_in_four(enter: Enter, claim: Claim) -> None:
    page = enter("edna")
    page.goto(f"/desk/claims/{claim.pk}/verdict/")
    hand = Hand(page)
    hand.reach(page.get_by_label("Supported"))
    hand.press("Space")
    hand.reach(page.get_by_label("Low", exact=True))
    hand.press("Space")
    hand.reach(page.get_by_label("In short"))
    page.keyboard.type("One paper heard it.")
    hand.reach(page.get_by_label("Reasoning"))
    page.keyboard.type("Nobody else was there.")
    hand.reach(page.locator("input[type=checkbox][name$=cite]").first)
    hand.press("Space")
    hand.reach(page.get_by_role("button", name="Propose verdict"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("roposed")
    assert hand.count + 1 <= 4
    assert Verdict.objects.get().citations.count() == 1


def test_claim_without_script_in_three_clicks(enter: Enter) -> None:
    SourceFactory(person=True, name="Oleksii Reznikov")
    article = SnapshotFactory(text=TEXT).article
    page = enter("edna", java_script_enabled=False)
    page.goto(f"/desk/articles/{article.pk}/")
    hand = Hand(page)
    hand.click(page.locator("#s-3"))
    page.get_by_label("The claim, in one plain sentence").fill("Ukraine did it")
    hand.click(page.get_by_role("button", name="Save claim"))
    expect(page.get_by_role("status")).to_contain_text("Logged: CL-")
    assert hand.count <= 3
    logged = Evidence.objects.select_related("source").get()
    assert (logged.source.name, logged.stance) == ("Oleksii Reznikov", "denies")


def test_claim_by_mouse_in_three_clicks(enter: Enter) -> None:
    SourceFactory(person=True, name="Oleksii Reznikov")
    article = SnapshotFactory(text=TEXT).article
    page = enter("edna")
    page.goto(f"/desk/articles/{article.pk}/")
    hand = Hand(page)
    hand.click(page.locator("#s-3"))
    expect(page.locator("#id_text")).to_be_focused()
    page.keyboard.type("Ukraine did it")
    hand.click(page.get_by_role("button", name="Save claim"))
    expect(page.get_by_role("status")).to_contain_text("Logged: CL-")
    assert hand.count <= 3
    assert Evidence.objects.get().claim.text == "Ukraine did it"
