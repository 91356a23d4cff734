"""Pages as of another moment: accessible on every screen, and two clicks away."""

from datetime import UTC, datetime

import pytest
from django.core.management import call_command
from django.db import connection
from playwright.sync_api import Page, expect

from articles.models import Article, Source
from articles.moment import written
from claims.models import Claim, Question
from tests.browser.sound import SCREENS
from tests.browser.test_screens import walk

pytestmark = pytest.mark.browser


@pytest.fixture
def moment(transactional_db: None) -> datetime:
    """When the demo was there."""
    call_command("load_demo", verbosity=0, force=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        loaded: datetime = cursor.fetchone()[0]
    return loaded.astimezone(UTC)


def test_screens_as_of_another_moment(moment: datetime, page: Page) -> None:
    claim = Claim.objects.get(text__startswith="A pro-Ukrainian").get_absolute_url()
    question = Question.objects.get(text__startswith="Who sabotaged").get_absolute_url()
    paths = [
        claim,
        question,
        "/claims/",
        Article.objects.get(title__startswith="Day 378").get_absolute_url(),
        Source.objects.get(name="Oleksii Reznikov").get_absolute_url(),
        "/changes/",
    ]
    as_of = [f"{path}?as_of={written(moment)}" for path in paths]
    known_by = [f"{path}?known_by=2023-03-08" for path in (claim, question)]
    refused = [f"{claim}?as_of=yesterday", f"{claim}?as_of=2023-03-09", "/data/?as_of=2023-03-09"]
    assert walk(page, [*as_of, *known_by, *refused], SCREENS) == []


def test_version_before_and_back_to_now(moment: datetime, page: Page) -> None:
    claim = Claim.objects.get(text__startswith="A pro-Ukrainian")
    page.goto(claim.get_absolute_url())
    page.get_by_role("link", name="The page before this").first.click()
    expect(page.locator("aside.then")).to_contain_text("This is what the site said then.")
    page.get_by_role("link", name="What it says now").click()
    assert page.url.endswith(claim.get_absolute_url())
    expect(page.locator("aside.then")).to_have_count(0)
