"""How the desk feels in a browser: keys, focus, and nothing that jumps."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from claims.models import Claim, Evidence
from tests.claims.desk import DENIAL, TEXT
from tests.factories import ClaimFactory, EvidenceFactory, SnapshotFactory, SourceFactory

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


@pytest.fixture
def page(enter: Callable[..., Page]) -> Page:
    """A page of an editor who has signed in."""
    return enter()


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.id"))


def choose(page: Page, words: str, field: str) -> None:
    """Choose a sentence by keyboard; the field that comes first has the focus afterwards."""
    page.locator("a.sentence", has_text=words).focus()
    page.keyboard.press("Enter")
    expect(page.locator(field)).to_be_focused()


def test_claim_is_logged_by_three_keys_and_its_words(page: Page) -> None:
    SourceFactory(person=True, name="Oleksii Reznikov")
    article = SnapshotFactory(text=TEXT).article
    page.goto(f"/desk/articles/{article.pk}/")
    page.evaluate("window.stays = true")

    choose(page, "It rained.", "#id_text")
    page.keyboard.type("It rained on 8 March 2023")
    page.keyboard.press("Tab")
    page.keyboard.type("Oleksii Reznikov")
    page.keyboard.press("Enter")

    expect(page.get_by_role("status")).to_contain_text("Logged: CL-")
    expect(page.locator("#s-2")).to_be_focused()
    assert page.evaluate("window.stays")
    assert page.locator("#s-1").get_attribute("class") == "sentence is-logged"
    assert Evidence.objects.get().source.name == "Oleksii Reznikov"


def test_another_sentence_brings_an_empty_form(page: Page) -> None:
    SourceFactory(person=True, name="Oleksii Reznikov")
    article = SnapshotFactory(text=TEXT).article
    page.goto(f"/desk/articles/{article.pk}/")

    choose(page, "It rained.", "#id_text")
    page.locator("#id_text").fill("It rained")
    page.locator("#id_source").fill("Jane Doe")
    choose(page, DENIAL, "#id_text")

    assert page.locator("#id_text").input_value() == ""
    assert page.locator("#id_source").input_value() == "Oleksii Reznikov"
    expect(page.locator(".passage")).to_have_text(DENIAL)
    marked = page.locator(".sentence[aria-current]")
    expect(marked).to_have_count(1)
    expect(marked).to_have_text(DENIAL)


def test_what_is_refused_comes_back_with_the_focus_on_what_is_wrong(page: Page) -> None:
    article = SnapshotFactory(text=TEXT).article
    page.goto(f"/desk/articles/{article.pk}/")

    choose(page, "It rained.", "#id_text")
    page.keyboard.type("It rained")
    page.get_by_role("button", name="Save claim").click()

    expect(page.locator(".error-summary")).to_be_focused()
    assert page.locator("#id_text").input_value() == "It rained"
    assert page.url.endswith("?start=67&end=77")
    page.get_by_role("link", name="Who says so").click()
    assert focused(page) == "id_source"
    assert Claim.objects.count() == 0


def test_form_sent_twice_in_haste_is_logged_once(page: Page) -> None:
    SourceFactory(person=True, name="Oleksii Reznikov")
    article = SnapshotFactory(text=TEXT).article
    page.goto(f"/desk/articles/{article.pk}/")

    choose(page, "It rained.", "#id_text")
    page.locator("#id_text").fill("It rained")
    page.locator("#id_source").fill("Oleksii Reznikov")
    page.get_by_role("button", name="Save claim").dblclick()

    expect(page.get_by_role("status")).to_contain_text("Logged: CL-")
    page.wait_for_load_state("networkidle")
    assert Claim.objects.count() == 1


def test_choosing_in_a_long_text_does_not_move_it(page: Page) -> None:
    article = SnapshotFactory(
        text="\n\n".join(f"Sentence {n} ends here." for n in range(300))
    ).article
    page.goto(f"/desk/articles/{article.pk}/")
    sentence = page.locator("#s-200")
    sentence.scroll_into_view_if_needed()
    before = page.evaluate("scrollY")

    sentence.click()
    expect(page.locator("#id_text")).to_be_focused()
    assert page.evaluate("scrollY") == before


def test_evidence_is_linked_inside_the_page_of_the_claim(page: Page) -> None:
    SourceFactory(person=True, name="Oleksii Reznikov")
    claim = EvidenceFactory(claim__published=True).claim
    SnapshotFactory(text=TEXT, article__title="Day 378")
    page.goto(claim.get_absolute_url())
    page.evaluate("window.stays = true")

    page.get_by_role("link", name="Link evidence").click()
    expect(page.locator("#article-search")).to_be_focused()
    page.locator("#desk-slot").get_by_role("link", name="Day 378").click()
    choose(page, "It’s not our action", "#id_source")
    page.locator("#id_source").fill("")
    page.get_by_role("button", name="Link evidence").click()
    expect(page.locator(".error-summary")).to_be_focused()

    page.locator("#id_source").fill("Oleksii Reznikov")
    page.get_by_label("Denies").check()
    page.get_by_role("button", name="Link evidence").click()
    expect(page.get_by_role("status")).to_contain_text("1 corroborating, 1 disputing.")

    linked = Evidence.objects.get(stance="denies")
    expect(page.locator(f"#evidence-{linked.pk}")).to_be_focused()
    expect(page.locator(".evidence-col--oppose")).to_contain_text("Oleksii Reznikov")
    expect(page.locator("#desk-slot")).to_be_empty()
    assert page.evaluate("window.stays")
    assert page.url.endswith(claim.get_absolute_url())


def test_two_claims_are_merged_by_keyboard_and_the_focus_stays(page: Page) -> None:
    kept, other = ClaimFactory(text="It rained"), ClaimFactory(text="There was rain")
    page.goto(f"/desk/claims/{other.pk}/merge/")
    page.locator("#id_other").focus()
    page.keyboard.type(f"CL-{kept.pk}")
    page.get_by_label("the other one").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("heading", name="Merge these two?")).to_be_focused()
    page.get_by_role("button", name="Merge CL-").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Claims merged.")
    expect(page.locator("#main")).to_be_focused()
    page.get_by_role("button", name="Undo").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Undone")
    expect(page.locator("#main")).to_be_focused()


def test_evidence_panel_is_sent_by_its_key(page: Page) -> None:
    SourceFactory(person=True, name="Oleksii Reznikov")
    claim = EvidenceFactory(claim__published=True).claim
    article = SnapshotFactory(text=TEXT).article
    start = TEXT.index(DENIAL)
    spot = f"article={article.pk}&start={start}&end={start + len(DENIAL)}"
    page.goto(f"/desk/claims/{claim.pk}/evidence/?{spot}")
    page.locator("#id_source").fill("Oleksii Reznikov")
    page.locator("#id_source").press("Control+Enter")
    expect(page.get_by_role("status")).to_contain_text("1 corroborating, 1 disputing.")
    expect(page.locator("body")).not_to_be_focused()
    assert claim.evidence.count() == 2
