"""What readers take along: its pages are accessible, and a frame shows its claim."""

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect

from claims.models import Claim
from tests.browser.sound import SCREENS, faults_on
from tests.factories import (
    ClaimFactory,
    EvidenceFactory,
    SourceFactory,
    UserFactory,
    VerdictFactory,
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


@pytest.fixture
def claims() -> list[Claim]:
    """One that was judged, and one whose words are absurd."""
    chief: User = UserFactory(group="chief")
    judged = EvidenceFactory(
        claim=ClaimFactory(published=True, text="It rained on the whole town"),
        source=SourceFactory(unnamed=True, name="unnamed officials of the town"),
    ).claim
    VerdictFactory(claim=judged, published_by=chief)
    long = ClaimFactory(
        published=True,
        text="Oberweserdampfschifffahrtsgesellschaft" * 9 + " سقط المطر",
        language="ar",
    )
    return [judged, long]


def test_reuse_screens(claims: list[Claim], page: Page) -> None:
    found = []
    for number, claim in enumerate(claims):
        for name in ("", "cite/", "cite/?day=2001-01-01", "embed/", "report/", "report/?sent=1"):
            page.goto(f"{claim.get_absolute_url()}{name}")
            screens = [(300, "light"), (600, "dark")] if name == "embed/" else SCREENS
            found += faults_on(page, f"{number} {name}", screens)
    page.goto("/api/")
    found += faults_on(page, "/api/")
    claim = claims[0]
    page.goto(f"{claim.get_absolute_url()}report/")
    page.get_by_role("button", name="Send the report").click()
    page.locator(".error-summary").wait_for()
    found += faults_on(page, "report refused")
    assert found == []


def test_frame_shows_the_claim_on_another_site(claims: list[Claim], page: Page) -> None:
    """The other site is the same one under another name, so that no packet leaves."""
    page.goto(f"{claims[0].get_absolute_url()}")
    frame = page.locator("textarea.cite__form").input_value()
    page.route(
        "**/elsewhere",
        lambda route: route.fulfill(
            body=f"<!doctype html><html lang=en><title>Elsewhere</title>{frame}",
            content_type="text/html",
        ),
    )
    page.goto("/elsewhere")
    inside = page.frame_locator("iframe")
    expect(inside.locator("h1")).to_have_text("Claim: It rained on the whole town")
    expect(inside.locator(".badge")).to_have_text("Unproven")
