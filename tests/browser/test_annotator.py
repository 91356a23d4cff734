"""The annotator by keyboard and mouse: how many keys a claim costs, and where the focus goes."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from claims.models import Appearance, Claim, Evidence, NoClaim
from tests.claims.desk import TEXT
from tests.factories import ClaimFactory, SnapshotFactory, SourceFactory

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


@pytest.fixture
def page(enter: Callable[..., Page]) -> Page:
    """An article on the desk of an editor, with the focus on its first sentence."""
    page = enter()
    SourceFactory(person=True, name="Oleksii Reznikov")
    SourceFactory(person=True, name="Jens Stoltenberg")
    page.goto(f"/desk/articles/{SnapshotFactory(text=TEXT).article_id}/")
    page.evaluate("window.stays = true")
    page.locator("#s-0").focus()
    return page


class Keys:
    """A keyboard that counts what is pressed on it, and never loses the focus."""

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.count += 1
            assert self.page.evaluate("document.activeElement !== document.body")


def test_claim_with_its_words_and_speaker_in_three_keys(page: Page) -> None:
    keys = Keys(page)
    keys.press("c")
    expect(page.locator("#id_text")).to_be_focused()
    page.keyboard.type("Bakhmut will fall by 15 March 2023")  # over the words that were suggested
    keys.press("Control+Enter")
    expect(page.get_by_role("status")).to_contain_text("Logged: CL-")
    expect(page.locator("#s-1")).to_be_focused()
    logged = Evidence.objects.select_related("claim", "source").get()
    place = Appearance.objects.get()
    assert keys.count <= 3
    assert (logged.source.name, logged.claim.kind) == ("Jens Stoltenberg", "prediction")
    assert logged.claim.text == "Bakhmut will fall by 15 March 2023"
    assert (place.exact, place.hedge) == (
        "“We cannot exclude that Bakhmut will fall,” said Jens Stoltenberg.",
        "cannot exclude",
    )
    assert page.evaluate("window.stays")


def test_claim_and_its_denial_without_a_page_load(page: Page) -> None:
    keys = Keys(page)
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator("#s-2")).to_be_focused()
    keys.press("c")
    expect(page.locator("#id_text")).to_be_focused()
    page.keyboard.type("The state sabotaged the pipelines")
    keys.press("Tab")
    page.keyboard.type("Jens Stoltenberg")
    keys.press("Control+Enter")
    expect(page.locator("#s-3")).to_be_focused()
    keys.press("e")
    expect(page.locator("#id_source")).to_be_focused()
    keys.press("Control+Enter")
    expect(page.get_by_role("status")).to_contain_text("1 corroborating, 1 disputing.")
    assert keys.count <= 9
    assert page.evaluate("window.stays")
    denial = Evidence.objects.select_related("source").get(stance="denies")
    assert (denial.source.name, denial.claim) == ("Oleksii Reznikov", Claim.objects.get())


def test_sentence_without_a_claim_in_one_key(page: Page) -> None:
    page.keyboard.press("j")
    page.keyboard.press("n")
    expect(page.locator("#coverage")).to_have_text("1 of 4 sentences read · 0 logged")
    expect(page.locator("#s-2")).to_be_focused()
    expect(page.locator("#s-1")).to_have_class("sentence is-passed")
    assert NoClaim.objects.count() == 1
    page.keyboard.press("n")
    expect(page.locator("#coverage")).to_have_text("2 of 4 sentences read · 0 logged")
    page.keyboard.press("z")
    expect(page.locator("#coverage")).to_have_text("1 of 4 sentences read · 0 logged")
    expect(page.locator("#s-2")).to_be_focused()
    assert NoClaim.objects.count() == 1


def test_claim_is_undone_in_one_key(page: Page) -> None:
    page.keyboard.press("c")
    expect(page.locator("#id_text")).to_be_focused()
    page.keyboard.type("Bakhmut will fall")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("status")).to_contain_text("Logged: CL-")
    page.keyboard.press("z")
    expect(page.get_by_role("status")).not_to_contain_text("Logged: CL-")
    expect(page.locator("body")).not_to_be_focused()
    assert Evidence.objects.get().is_void


def test_passage_over_two_sentences_by_keyboard(page: Page) -> None:
    page.keyboard.press("J")
    expect(page.locator(".sentence[aria-current]")).to_have_count(2)
    page.keyboard.press("c")
    expect(page.locator(".passage")).to_have_text(TEXT.split("\n")[0])
    page.keyboard.press("Escape")
    expect(page.locator("#s-0")).to_be_focused()


def test_passage_chosen_with_the_mouse(page: Page) -> None:
    sentence = page.locator("#s-2")
    at = sentence.evaluate("""link => {
        const text = link.firstChild, range = document.createRange();
        const words = "a pro-Ukrainian group";
        const start = text.data.indexOf(words), end = start + words.length;
        range.setStart(text, start); range.setEnd(text, end);
        const [first] = range.getClientRects(), last = [...range.getClientRects()].at(-1);
        return [first.left, first.top + first.height / 2, last.right, last.top + last.height / 2];
    }""")
    page.mouse.move(at[0] + 1, at[1])
    page.mouse.down()
    page.mouse.move(at[2] - 1, at[3], steps=5)
    page.mouse.up()
    expect(page.locator(".passage")).to_have_text("a pro-Ukrainian group")


def test_single_keys_can_be_switched_off(page: Page) -> None:
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.get_by_label("Single keys work").uncheck()
    page.keyboard.press("Escape")
    page.locator("#s-0").focus()
    page.keyboard.press("j")
    expect(page.locator("#s-0")).to_be_focused()
    page.reload()
    page.locator("#s-0").focus()
    page.keyboard.press("c")
    expect(page.locator("#id_text")).to_have_count(0)
    page.get_by_role("button", name="Keys").click()
    page.get_by_label("Single keys work").check()
    page.keyboard.press("Escape")
    page.locator("#s-0").focus()
    page.keyboard.press("j")
    expect(page.locator("#s-1")).to_be_focused()


def test_keys_typed_into_the_form_are_letters(page: Page) -> None:
    page.keyboard.press("c")
    expect(page.locator("#id_text")).to_be_focused()
    page.keyboard.type("jkcen?")
    assert page.locator("#id_text").input_value() == "jkcen?"
    assert NoClaim.objects.count() == 0


def test_similar_claims_are_those_of_the_last_letter(page: Page) -> None:
    here = ClaimFactory(text="Russian forces will take Bakhmut by 15 March 2023")
    page.keyboard.press("c")
    expect(page.locator("#id_text")).to_be_focused()
    with page.expect_response("**/desk/similar/?text=Russian+forces"):
        page.keyboard.type("Russian forces", delay=120)  # answers come between the letters
    expect(page.get_by_role("button", name=f"The same as CL-{here.pk}")).to_be_visible()


def test_claim_that_is_here_is_used_in_two_keys(page: Page) -> None:
    here = ClaimFactory(text="Russian forces will take Bakhmut by 15 March 2023")
    keys = Keys(page)
    page.keyboard.press("c")
    expect(page.locator("#id_text")).to_be_focused()
    page.keyboard.type("Russian tr")
    match = page.get_by_role("button", name=f"The same as CL-{here.pk}: use it")
    expect(match).to_be_visible()
    page.keyboard.type("oops will take Bakhmout")
    expect(match).to_be_visible()
    assert page.locator("#id_text").input_value() == "Russian troops will take Bakhmout"
    keys.press("ArrowDown")
    expect(match).to_be_focused()
    keys.press("Enter")
    expect(page.get_by_role("status")).to_contain_text(f"CL-{here.pk}")
    assert keys.count == 2
    assert Evidence.objects.get().claim == here
    assert page.evaluate("window.stays")
