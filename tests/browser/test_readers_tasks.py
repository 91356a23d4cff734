"""What readers come for: so many clicks, without an account, and pages that weigh little."""

import csv
import gzip
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import F
from django.test import Client
from playwright.sync_api import BrowserContext, Page, expect

from articles.models import Event
from claims.models import Claim, Verdict
from tests.factories import ClaimFactory, EvidenceFactory, UserFactory, VerdictFactory

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
HEAVIEST_PAGE = 20_000
"""Bytes of the HTML of a claim, as it is sent."""


class Visitor:
    """Somebody without an account who has one window and counts clicks."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.clicks = 0

    def click(self, name: str, role: str = "link") -> None:
        self.page.get_by_role(role, name=name, exact=True).first.click()  # type: ignore[arg-type]
        self.clicks += 1


@pytest.fixture(params=["with script", "without script"])
def visitor(request: pytest.FixtureRequest, new_context: Callable[..., BrowserContext]) -> Visitor:
    return Visitor(new_context(java_script_enabled=request.param == "with script").new_page())


def last_month() -> datetime:
    """Some moment of the month before this one."""
    return datetime.now(UTC).replace(day=1) - timedelta(days=2)


@pytest.fixture
def claim() -> Claim:
    """A claim whose verdict was corrected last month."""
    claim = EvidenceFactory(claim=ClaimFactory(text="It rained", published=True)).claim
    for kind in ("first", "correction"):
        chief = UserFactory(group="chief")
        note = "We had it wrong." if kind == "correction" else ""
        VerdictFactory(claim=claim, kind=kind, correction_note=note, published_by=chief)
    back = datetime.now(UTC) - last_month()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # no triggers
        Event.objects.update(at=F("at") - back)
        Verdict.objects.update(published_at=F("published_at") - back)
        Claim.objects.update(published_at=F("published_at") - back)
    return claim


def test_last_months_corrections_in_one_click(visitor: Visitor, claim: Claim) -> None:
    visitor.page.goto("/")
    visitor.click("Last month’s corrections")
    expect(visitor.page.locator("ol.timeline")).to_contain_text("We had it wrong.")
    month = visitor.page.locator("h2").filter(has_text=f"{last_month():%B %Y}")
    expect(month.first).to_be_visible()
    assert visitor.clicks == 1


def test_a_claim_is_followed_in_one_click(visitor: Visitor, claim: Claim) -> None:
    visitor.page.goto(claim.get_absolute_url())
    link = visitor.page.get_by_role("link", name="Atom", exact=True)
    feed = visitor.page.request.get(str(link.get_attribute("href")))
    visitor.clicks += 1
    assert (feed.status, feed.headers["content-type"].partition(";")[0]) == (
        200,
        "application/atom+xml",
    )
    assert "It rained" in feed.text()
    assert visitor.clicks == 1


def test_a_claim_is_cited_as_of_a_day_in_two_clicks(visitor: Visitor, claim: Claim) -> None:
    day: date = last_month().date() + timedelta(days=1)
    visitor.page.goto(claim.get_absolute_url())
    visitor.click("Cite as of a date, BibTeX, CSL-JSON")
    visitor.page.get_by_label("Cite as of a day").fill(day.isoformat())
    visitor.click("Cite as of this day", role="button")
    text = visitor.page.get_by_role("textbox", name="Text", exact=True)
    expect(text).to_have_value(re.compile(rf"“It rained”.*\?as_of={day.isoformat()}$", re.DOTALL))
    assert visitor.clicks == 2


@pytest.mark.parametrize("begins", ["the claim", "the front page"])
def test_rows_are_had_as_csv_in_two_clicks(visitor: Visitor, claim: Claim, begins: str) -> None:
    visitor.page.goto(claim.get_absolute_url() if begins == "the claim" else "/")
    if begins == "the front page":
        visitor.click("Claims")
    with visitor.page.expect_download() as downloading:
        visitor.click("CSV")
    rows = list(csv.reader(Path(downloading.value.path()).read_text("utf-8-sig").splitlines()))
    assert len(rows) > 1
    assert any("It rained" in cell for cell in rows[1])
    assert visitor.clicks <= 2


def test_pages_of_claims_weigh_little(transactional_db: None) -> None:
    call_command("load_demo", verbosity=0, force=True)
    reader = Client(headers={"Accept-Encoding": "gzip"})
    heavy = {}
    for claim in Claim.objects.published():
        page = reader.get(claim.get_absolute_url())
        sent = page.content if "Content-Encoding" in page.headers else gzip.compress(page.content)
        if len(sent) > HEAVIEST_PAGE:
            heavy[str(claim)] = len(sent)
    assert heavy == {}
