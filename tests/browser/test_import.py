"""Five hundred rows with odd headings and twelve bad ones: how many clicks, keys and no script."""

import csv
import io
from collections.abc import Callable
from threading import Event as Flag
from threading import Thread

import pytest
from django.db import connection
from playwright.sync_api import FilePayload, Locator, Page, expect

from claims.exchange import walking
from claims.models import Claim, Evidence, ImportBatch, ImportRow

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
Enter = Callable[..., Page]

HEADINGS = ("No", "Statement", "Said by", "Sort of speaker", "On the day", "Station", "Colour")
BAD = [
    *(("", "Jane Doe", "person", "13/03/2023") for _ in range(3)),  # no claim
    *((f"It froze {n}", "Jane Doe", "politicain", "13/03/2023") for n in range(3)),  # no such word
    *((f"It thawed {n}", "Jane Doe", "person", "30/02/2023") for n in range(3)),  # no such day
    *((f"It blew {n} " + "x" * 1_000, "Jane Doe", "person", "2023") for n in range(3)),  # too long
]


def days(number: int) -> str:
    """A date as D/M/Y, of which most could be read as M/D/Y too."""
    return f"{number % 28 + 1:02}/{number % 12 + 1:02}/2023"


def file() -> FilePayload:
    """Five hundred records, of which 488 are right."""
    right = [
        (f"It rained {n} mm in the town of {n}", "Ada Smith", "person", days(n)) for n in range(488)
    ]
    rows = right[:200] + BAD[:6] + right[200:] + BAD[6:]
    text = io.StringIO(newline="")
    written = csv.writer(text)
    written.writerow(HEADINGS)
    written.writerows((number, *row, "North", "blue") for number, row in enumerate(rows, 1))
    return {"name": "rain.csv", "mimeType": "text/csv", "buffer": text.getvalue().encode()}


@pytest.fixture
def worker(transactional_db: None) -> object:
    """A worker beside the pages, as `make run` has one."""
    ended = Flag()

    def run() -> None:
        while not ended.wait(0.1):
            for pk in ImportBatch.objects.values_list("pk", flat=True):
                walking.work(pk, stop=ended.is_set)
        connection.close()

    thread = Thread(target=run)
    thread.start()
    yield thread
    ended.set()
    thread.join()


class Hand:
    """Counts what is clicked, or reached by Tab and pressed."""

    def __init__(self, page: Page, *, keys: bool = False) -> None:
        self.page, self.keys, self.count = page, keys, 0

    def click(self, what: Locator, key: str = "Enter") -> None:
        self.count += 1
        if self.keys:
            self.reach(what)
            self.page.keyboard.press(key)
        else:
            what.click()

    def choose(self, select: Locator, word: str) -> None:
        """Open a list of words and take one: two clicks, or the first letters and Tab."""
        self.count += 2
        if self.keys:
            self.reach(select)
            self.page.keyboard.type(word)
        else:
            select.select_option(word)
        expect(select).to_have_value(word)

    def reach(self, what: Locator) -> None:
        for _ in range(150):
            if what.evaluate("field => field === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        pytest.fail("cannot be reached by Tab")

    def give(self, control: Locator, given: FilePayload) -> None:
        """Choose a file; its dialog is the browser's own."""
        self.count += 1
        control.set_input_files([given])


def heading(page: Page, words: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(words, timeout=60_000)


def to_the_good_ones(hand: Hand) -> None:
    """From the first step to the 488 rows imported."""
    page = hand.page
    page.goto("/desk/import/")
    hand.give(page.get_by_label("Files"), file())
    hand.click(page.get_by_role("button", name="Read the files"))
    heading(page, "Which heading is which column?")
    hand.choose(page.get_by_label("Sort of speaker"), "source_kind")
    hand.click(page.get_by_label("the day:"), "Space")
    hand.click(page.get_by_role("button", name="Check 500 rows"))
    heading(page, "What the import would do")
    expect(page.locator(".sums")).to_contain_text("488 rows are new")
    expect(page.locator(".sums")).to_contain_text("12 rows are rejected")
    expect(page.locator("article.remedy")).to_have_count(4)
    assert Claim.objects.count() == 0
    hand.click(page.get_by_role("button", name="Import 488 rows"))
    heading(page, "Imported")


def undo(hand: Hand) -> None:
    page = hand.page
    hand.click(page.get_by_role("link", name="Undo this import"))
    hand.click(page.get_by_role("button", name="Undo the import"))
    heading(page, "The import was undone")


@pytest.mark.parametrize("way", ["mouse", "keyboard", "without script"])
def test_five_hundred_rows_with_twelve_bad_ones(enter: Enter, worker: object, way: str) -> None:
    page = enter("edna", java_script_enabled=way != "without script")
    hand = Hand(page, keys=way == "keyboard")
    to_the_good_ones(hand)
    assert hand.count <= 7
    assert (Claim.objects.count(), Evidence.objects.current().count()) == (488, 488)
    assert ImportRow.objects.filter(state="rejected").count() == 12
    dates = Evidence.objects.values_list("stated", flat=True)
    assert {period.lower.year for period in dates} == {2023}
    fourth = Evidence.objects.get(claim__text="It rained 3 mm in the town of 3")
    assert fourth.stated.lower.isoformat() == "2023-04-04"
    second = Evidence.objects.get(claim__text="It rained 1 mm in the town of 1")
    assert second.stated.lower.isoformat() == "2023-02-02"
    hand.count = 0
    undo(hand)
    assert hand.count <= 2
    assert Evidence.objects.current().count() == 0


def test_bad_rows_mended_in_the_wizard(enter: Enter, worker: object) -> None:
    page = enter("edna")
    hand = Hand(page)
    page.goto("/desk/import/")
    hand.give(page.get_by_label("Files"), file())
    hand.click(page.get_by_role("button", name="Read the files"))
    heading(page, "Which heading is which column?")
    hand.choose(page.get_by_label("Sort of speaker"), "source_kind")
    hand.click(page.get_by_label("the day:"))
    hand.click(page.get_by_role("button", name="Check 500 rows"))
    heading(page, "What the import would do")
    page.get_by_label("Read it as (politicain)").select_option("person")
    page.get_by_label("Read it as (30/02/2023)").fill("2023-02-28")
    hand.click(page.get_by_role("button", name="Import 488 rows"))  # answers come first
    expect(page.get_by_role("button", name="Import 494 rows")).to_be_visible(timeout=60_000)
    assert Claim.objects.count() == 0


def test_progress_keeps_the_focus_and_moves_on(enter: Enter) -> None:
    page = enter("edna")
    page.goto("/desk/import/")
    page.get_by_label("Files").set_input_files([file()])
    page.get_by_role("button", name="Read the files").click()
    stop = page.get_by_role("button", name="Stop")
    stop.focus()
    batch = ImportBatch.objects.get()
    ImportBatch.objects.update(rows_done=7)
    expect(page.locator("#progress")).to_contain_text("7 rows", timeout=10_000)
    expect(stop).to_be_focused()
    assert walking.work(batch.pk, stop=lambda: False)
    heading(page, "Which heading is which column?")
