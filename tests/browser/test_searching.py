"""The list of claims while somebody types, with script and without."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.factories import ClaimFactory

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
TEXTS = ("Grain ships left Odesa", "A drone fell near Krasnodar", "Miners died in Silesia")


@pytest.fixture
def shelf() -> None:
    for text in TEXTS:
        ClaimFactory(text=text, published=True)


def test_list_follows_what_is_typed(shelf: None, page: Page) -> None:
    page.goto("/claims/?kind=event")
    box = page.get_by_role("searchbox")
    rows = page.locator("main .claim-row__claim a")
    expect(rows).to_have_count(3)
    box.press_sequentially("krasno")
    expect(rows).to_have_text([TEXTS[1]])
    expect(box).to_be_focused()
    expect(page.locator("#status")).to_have_text("1 claim")
    page.wait_for_url("**/claims/\\?kind=event&q=krasno")
    box.fill("")
    expect(rows).to_have_count(3)
    page.wait_for_url("**/claims/\\?kind=event")


def test_search_works_without_script(
    shelf: None, new_context: Callable[..., BrowserContext]
) -> None:
    page = new_context(java_script_enabled=False).new_page()
    page.goto("/claims/")
    box = page.get_by_role("searchbox")
    box.fill("krasno")
    box.press("Enter")
    expect(page.locator("main .claim-row__claim a")).to_have_text([TEXTS[1]])
    expect(page.locator("main mark")).to_have_text(["Krasnodar"])
