"""The steps of an import in all of their states: accessible, and within their width everywhere."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect

from claims.choices import ImportState
from claims.exchange import running
from claims.models import Claim, ImportBatch
from tests.browser.sound import faults_on
from tests.claims.imports import checked, go, good, imported, table, uploaded
from tests.factories import ClaimFactory, EvidenceFactory

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
Enter = Callable[..., Page]

LONG = "Oberweserdampfschifffahrtsgesellschaft" * 9
ARABIC = "أعيد فتح الجسر القديم أمام السيارات في شهر أكتوبر"
HEADINGS = ("Statement", "Said by", "sort", "Said on", "Fact checker", "Verdict", "Remarks")
ROWS = [
    ("The bridge is open", "Jane Doe", "person", "03/04/2023", "Example Check", "False", ""),
    (ARABIC, "بن عبد الله", "person", "04/04/2023", "Example Check", "Half a truth", ARABIC),
    (LONG, LONG[:290], "persn", "soon", "Example Check", LONG[:290], LONG),
    ("x" * 20_000, "Jane Doe", "y" * 20_000, "", "", "", "z" * 20_000),
    ("", "Jane Doe", LONG, "2023-02-30", "", "", ""),
    ("Swans were counted on the lake", "Jane Doe", "person", "2023", "", "", ""),
]


@pytest.fixture
def page(enter: Enter) -> Page:
    """Somebody at the desk."""
    return enter("edna")


@pytest.fixture
def edna(page: Page) -> User:
    return User.objects.get(username="edna")


def go_to(page: Page, batch: ImportBatch, step: str = "") -> None:
    page.goto(f"/desk/import/{batch.pk}/{step}")


def test_files(page: Page, edna: User) -> None:
    page.goto("/desk/import/")
    found = faults_on(page, "nothing imported yet")
    imported(edna, table(good(2)))
    ImportBatch.objects.update(name=LONG[:200])
    uploaded(edna, b"")
    page.goto("/desk/import/")
    page.locator("summary", has_text="What each column holds").click()
    found += faults_on(page, "with imports, unfolded")
    page.get_by_role("button", name="Read the files").click()
    expect(page.locator(".error-summary")).to_be_focused()
    found += faults_on(page, "nothing chosen")
    assert found == []


def test_reading_and_unreadable(page: Page, edna: User) -> None:
    batch = running.start(by=edna, batch=uploaded(edna, b""))
    go_to(page, batch)
    expect(page.locator("#progress")).to_contain_text("Waiting for a worker")
    found = faults_on(page, "being read")
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Stopped")
    found += faults_on(page, "stopped")
    page.get_by_role("button", name="Go on").click()
    expect(page.locator("#progress")).to_be_visible()
    go(batch)
    expect(page.get_by_role("heading", level=1)).to_have_text("This can’t be read")
    found += faults_on(page, "unreadable")
    assert found == []


def test_columns(page: Page, edna: User) -> None:
    odd = "claim\nZażółć gęślą\n".encode("windows-1250")
    batch = go(running.start(by=edna, batch=uploaded(edna, table(ROWS, HEADINGS), odd)))
    go_to(page, batch, "columns/")
    found = faults_on(page, "suggested")
    page.get_by_role("button", name="Use our suggestion").click()
    expect(page.get_by_label("False 1")).to_have_value("refuted")
    for summary in page.locator("main summary").all():
        summary.click()
    found += faults_on(page, "unfolded")
    page.get_by_label("Statement").select_option("source")
    page.locator("[name=s1-fixed-language]").fill("no language at all")
    page.get_by_role("button", name="Check 7 rows").click()
    expect(page.locator(".error-summary")).to_be_focused()
    found += faults_on(page, "refused")
    assert found == []


def test_columns_of_a_very_wide_table(page: Page, edna: User) -> None:
    wide = table([["x"] * 320], [f"heading {n}" for n in range(320)])
    batch = go(running.start(by=edna, batch=uploaded(edna, wide)))
    go_to(page, batch, "columns/")
    assert faults_on(page, "very wide", [(320, "dark")]) == []


def test_check(page: Page, edna: User) -> None:
    ClaimFactory(text="Swans were counted on the lake in March")
    more = [(f"It rained {n}", f"{n}" * 200 + LONG, "person", "", "", "", "") for n in range(60)]
    batch = go(running.start(by=edna, batch=uploaded(edna, table([*ROWS, *more], HEADINGS))))
    go_to(page, batch, "columns/")
    page.get_by_label("sort").select_option("source_kind")
    page.get_by_role("button", name="Check 66 rows").click()
    expect(page.locator("#progress")).to_be_visible()
    go(batch)
    expect(page.get_by_role("heading", level=1)).to_have_text("What the import would do")
    found = faults_on(page, "checked")
    go_to(page, batch, "check/?page=2")
    found += faults_on(page, "the second page")
    ImportBatch.objects.update(version=99)
    page.get_by_role("button", name="Check again").click()
    expect(page.locator(".error-summary")).to_be_focused()
    found += faults_on(page, "changed meanwhile")
    assert found == []


def test_check_with_nothing_to_import(page: Page, edna: User) -> None:
    imported(edna, table(good(2)))
    go_to(page, checked(edna, table(good(2))), "check/")
    expect(page.locator("main")).to_contain_text("All of it is here already")
    assert faults_on(page, "nothing new") == []


def test_import_and_undo(page: Page, edna: User) -> None:
    bad = [("It froze", "Jane Doe", "person", "soon")]
    batch = running.run(by=edna, batch=checked(edna, table([*good(60), *bad])))
    ImportBatch.objects.update(rows_done=20)
    go_to(page, batch)
    expect(page.locator("#progress")).to_contain_text("20 of 61 rows")
    found = faults_on(page, "being imported")
    ImportBatch.objects.update(state=ImportState.FAILED, fault=f"It broke off. {LONG}")
    go_to(page, batch)
    found += faults_on(page, "broken off")
    ImportBatch.objects.update(state=ImportState.IMPORTING, rows_done=0)
    go(batch)
    Claim.objects.filter(text="It rained on day 3").update(text=LONG)
    go_to(page, batch)
    found += faults_on(page, "imported")
    EvidenceFactory(claim=Claim.objects.latest("pk"))
    page.get_by_role("link", name="Undo this import").click()
    expect(page.locator(".notice")).to_contain_text("Other evidence was linked")
    found += faults_on(page, "built upon")
    assert found == []


def test_undo(page: Page, edna: User) -> None:
    batch = imported(edna, table(good(3)))
    go_to(page, batch, "undo/")
    found = faults_on(page, "to be undone")
    page.get_by_role("button", name="Undo the import").click()
    expect(page.locator("#progress")).to_be_visible()
    found += faults_on(page, "being undone")
    go(batch)
    expect(page.get_by_role("heading", level=1)).to_have_text("The import was undone")
    found += faults_on(page, "undone")
    assert found == []
