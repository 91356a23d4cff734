"""The admin in a browser: nothing against the CSP, no accessibility faults, and its boxes work."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from playwright.sync_api import BrowserContext, Page, expect

from claims.actions.verdicts import Grade
from claims.models import Appearance, Evidence, Verdict
from tests.admin_pages import page as address
from tests.admin_pages import staff
from tests.browser.sound import faults_of
from tests.factories import (
    AppearanceFactory,
    ChallengeFactory,
    ClaimFactory,
    ClaimLinkFactory,
    EvidenceFactory,
    EvidenceLinkFactory,
    SnapshotFactory,
    SourceFactory,
    VerdictFactory,
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


def enter(context: BrowserContext, user: User, home: str) -> None:
    """Bring the session of ``user``, who is staff now, into the browser."""
    client: Client = staff(user)
    cookie = client.cookies["sessionid"]
    context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": home}])


def test_every_kind_of_page_is_sound(
    page: Page, screen: str, live_server: Any, chief: User, editor: User
) -> None:
    claim = ClaimFactory(text="A pro-Ukrainian group sabotaged the pipelines", published=True)
    evidence = EvidenceFactory(claim=claim)
    place = AppearanceFactory(evidence=evidence)
    verdict = VerdictFactory(claim=claim, by=editor, citations=[Grade(evidence=evidence)])
    ClaimLinkFactory(claim=claim)
    EvidenceLinkFactory(evidence=evidence)
    ChallengeFactory(claim=claim)
    enter(page.context, chief, live_server.url)
    found = []
    for path in [
        "/admin/",
        address("claims_claim"),
        address("claims_claim", "add"),
        address("claims_claim", "change", claim.pk),
        address("claims_claim", "history", claim.pk),
        address("claims_claim", "withdraw", claim.pk),
        address("claims_evidence"),
        address("claims_evidence", "add", claim=claim.pk),
        address("claims_evidence", "change", evidence.pk),
        address("claims_evidence", "void", evidence.pk),
        address("claims_appearance", "change", place.pk),
        address("claims_claimlink", "add"),
        address("claims_verdict", "change", verdict.pk),
        address("claims_verdict", "publish", verdict.pk),
        address("articles_source", "change", evidence.source_id),
        address("articles_article", "add"),
        address("articles_article", "change", place.article_id),
        address("articles_snapshot", "change", place.snapshot_id),
        address("articles_event"),
        address("auth_user", "change", editor.pk),
        address("auth_user", "add"),
    ]:
        page.goto(path)
        found += faults_of(page, path)
    assert found == []


def test_form_with_errors_is_sound(page: Page, screen: str, live_server: Any, editor: User) -> None:
    claim = ClaimFactory()
    snapshot = SnapshotFactory()
    enter(page.context, editor, live_server.url)
    page.goto(address("claims_evidence", "add", claim=claim.pk))
    page.get_by_label("Quotation").first.fill("It snowed.")
    page.get_by_label("Stated").fill("2023-03-08/2023-03-01")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".errornote")).to_be_visible()
    assert faults_of(page, "evidence") == []
    page.goto(address("claims_evidence", "void", EvidenceFactory().pk))
    page.get_by_role("button", name="Void it").click()
    expect(page.locator(".errornote")).to_be_visible()
    assert (faults_of(page, "void"), snapshot.appearances.count()) == ([], 0)


def test_evidence_is_linked_and_voided_by_hand(page: Page, live_server: Any, editor: User) -> None:
    claim = ClaimFactory(text="Bakhmut will fall")
    source = SourceFactory(name="Oleksii Reznikov")
    snapshot = SnapshotFactory(text="“It’s not our action,” Reznikov said.")
    enter(page.context, editor, live_server.url)
    page.goto(address("claims_claim", "change", claim.pk))
    page.get_by_role("link", name="Link evidence").click()
    _choose(page, "Who says so", "Rezn", "Oleksii Reznikov")
    page.get_by_label("Stance").select_option("denies")
    page.get_by_label("Stated").fill("8 March 2023")
    _choose(page, "Article", "Artic", str(snapshot.article))
    page.get_by_label("Quotation").first.fill("It’s not our action")
    page.locator("[name=_continue]").click()
    expect(page.get_by_role("heading", name=re.compile("Oleksii Reznikov denies"))).to_be_visible()
    evidence, place = Evidence.objects.get(), Appearance.objects.get()
    assert (evidence.claim, evidence.source, place.snapshot) == (claim, source, snapshot)
    page.get_by_role("link", name="Void…").click()
    page.get_by_label("Reason").fill("Misread.")
    page.get_by_role("button", name="Void it").click()
    expect(page.get_by_text("Voided. It stays on the record.")).to_be_visible()
    evidence.refresh_from_db()
    assert evidence.void_reason == "Misread."


def _choose(page: Page, label: str, text: str, name: str) -> None:
    """Type into a search-as-you-type box, reached by its label, and take what it finds."""
    # The select itself is a combobox too, until its script has put another one before it.
    page.locator(".select2-selection").and_(page.get_by_role("combobox", name=label)).first.click()
    expect(page.locator(".select2-search__field")).to_be_focused()
    page.keyboard.type(text)
    found = page.get_by_role("option", name=name)
    expect(found).to_be_visible()
    assert faults_of(page, "open") == []
    found.click()


def test_source_is_added_from_the_form_that_needs_it(
    page: Page, live_server: Any, editor: User
) -> None:
    enter(page.context, editor, live_server.url)
    page.goto(address("articles_article", "add"))
    with page.expect_popup() as opened:
        page.locator("#add_id_publisher").click()
    popup = opened.value
    popup.get_by_label("Kind").select_option("organisation")
    popup.get_by_label("Name").fill("Worldcrunch")
    popup.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#select2-id_publisher-container")).to_contain_text("Worldcrunch")


def test_verdict_is_published_without_script(
    new_context: Any, live_server: Any, editor: User, chief: User
) -> None:
    evidence = EvidenceFactory(claim=ClaimFactory(published=True))
    verdict = VerdictFactory(claim=evidence.claim, by=editor, citations=[Grade(evidence=evidence)])
    context = new_context(java_script_enabled=False)
    enter(context, chief, live_server.url)
    page = context.new_page()
    page.goto(address("claims_verdict", "change", verdict.pk))
    page.get_by_role("link", name="Publish…").click()
    page.get_by_role("button", name="Publish the verdict").click()
    expect(page.get_by_text("The verdict is published.")).to_be_visible()
    assert Verdict.objects.get().reviewer == chief
