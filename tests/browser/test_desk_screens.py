"""The desk in the states that come only by doing: accessible and within its width everywhere."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect

from articles.models import Article, Draft
from articles.working import be_here
from claims.actions.intake import edit_claim
from claims.actions.verdicts import Grade
from claims.desk.queues import QUEUES
from tests.browser.sound import faults_on
from tests.claims.desk import DENIAL, TEXT
from tests.factories import (
    AppearanceFactory,
    ClaimFactory,
    EvidenceFactory,
    SnapshotFactory,
    SourceFactory,
    VerdictFactory,
)
from tests.sql import until

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
Enter = Callable[..., Page]
AGAIN = "“It isn’t our action,” Reznikov said. It rained. It may rain again."


@pytest.fixture
def article(transactional_db: None) -> Article:
    """An article whose one sentence is quoted for a claim, and which names two known people."""
    SourceFactory(person=True, name="Oleksii Reznikov")
    SourceFactory(person=True, name="Jens Stoltenberg")
    snapshot = SnapshotFactory(text=TEXT, article__title="Day 378")
    held = EvidenceFactory(claim=ClaimFactory(text="It rained in Stockholm", published=True))
    AppearanceFactory(evidence=held, snapshot=snapshot, exact="It rained.")
    return snapshot.article


def choose(page: Page, words: str, field: str = "#id_text") -> None:
    page.locator("a.sentence", has_text=words).focus()
    page.keyboard.press("Enter")
    expect(page.locator(field)).to_be_focused()


def test_annotator(enter: Enter, article: Article) -> None:
    ClaimFactory(text="Russian forces will take Bakhmut by 15 March 2023")
    page = enter()
    page.goto(f"/desk/articles/{article.pk}/")
    found = faults_on(page, "nothing chosen")

    choose(page, "Bakhmut")
    for fold in page.locator("#passage .folds > details").all():
        fold.evaluate("fold => fold.open = true")
    found += faults_on(page, "the composer, unfolded")

    page.locator("#id_text").fill("")
    page.keyboard.type("Russian troops will take Bakhmout")
    expect(page.locator("#similar li")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    found += faults_on(page, "with similar claims")
    until(lambda: Draft.objects.count() == 1)

    page.reload()
    expect(page.get_by_role("button", name="Discard draft")).to_be_visible()
    found += faults_on(page, "with a draft")

    page.locator("#id_source").fill("")
    page.get_by_role("button", name="Save claim").click()
    expect(page.locator(".error-summary")).to_be_focused()
    found += faults_on(page, "refused")

    page.locator("#s-0").focus()
    page.keyboard.press("?")
    page.get_by_role("dialog").wait_for()
    found += faults_on(page, "with the keys")
    page.get_by_label("Single keys work").uncheck()
    found += faults_on(page, "with the keys switched off")
    page.keyboard.press("Escape")

    page.locator("#id_source").fill("Jens Stoltenberg")
    page.get_by_role("button", name="Save claim").click()
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    found += faults_on(page, "logged, with its undo")

    choose(page, "It rained.")
    page.get_by_text("1 claim is logged here").click()
    page.get_by_role("link", name="Link as evidence instead").click()
    expect(page.get_by_role("button", name="Link evidence")).to_be_visible()
    found += faults_on(page, "a passage that is logged, as evidence")
    assert found == []


def test_text_where_nothing_is_claimed(enter: Enter) -> None:
    page = enter()
    page.goto(f"/desk/articles/{SnapshotFactory(text=TEXT).article_id}/")
    page.locator("#s-0").focus()
    page.keyboard.press("n")
    expect(page.locator("#coverage")).to_contain_text("1 of 4 sentences read")
    assert faults_on(page, "read") == []


def test_evidence_panel(enter: Enter, article: Article) -> None:
    page = enter()
    page.goto(article.appearances.get().evidence.claim.get_absolute_url())
    page.get_by_role("link", name="Link evidence").click()
    expect(page.locator("#article-search")).to_be_focused()
    found = faults_on(page, "no article chosen")
    page.locator("#desk-slot").get_by_role("link", name="Day 378").click()
    expect(page.locator("#desk-slot a.sentence").first).to_be_visible()
    found += faults_on(page, "an article, no sentence chosen")
    choose(page, "It’s not our action", "#id_source")
    page.locator("#id_source").fill("")
    page.get_by_role("button", name="Link evidence").click()
    expect(page.locator(".error-summary")).to_be_focused()
    found += faults_on(page, "refused")
    page.locator("#id_source").fill("Oleksii Reznikov")
    page.get_by_label("Denies").check()
    page.get_by_role("button", name="Link evidence").click()
    expect(page.get_by_role("status")).to_contain_text("1 corroborating, 1 disputing.")
    found += faults_on(page, "linked, with its undo")
    assert found == []


def test_suggested_copies(enter: Enter) -> None:
    words = "The minister said on Tuesday that the town had been dry for seven weeks."
    first = EvidenceFactory(claim__published=True)
    second = EvidenceFactory(claim=first.claim)
    for held in (first, second):
        AppearanceFactory(evidence=held, snapshot=SnapshotFactory(text=words), exact=words)
    page = enter()
    page.goto(first.claim.get_absolute_url())
    confirm = page.get_by_role("button", name="It repeats it")
    expect(confirm).to_be_visible()
    found = faults_on(page, "suggested")
    confirm.click()
    expect(confirm).to_have_count(0)
    found += faults_on(page, "confirmed")
    assert found == []


def test_claim_that_two_edit(enter: Enter, chief: User) -> None:
    claim = ClaimFactory(text="It rained.")
    path = f"/desk/claims/{claim.pk}/edit/"
    page = enter()
    page.goto(path)
    be_here(by=chief, key=path)
    page.locator("#id_text").fill("It hailed.")
    expect(page.locator("[data-drafts-here]")).to_have_text("chief is editing this")
    found = faults_on(page, "somebody else is here")
    edit_claim(by=chief, claim=claim, text="It snowed.")
    page.get_by_role("button", name="Save claim").click()
    expect(page.locator(".conflict")).to_be_focused()
    found += faults_on(page, "both texts")
    assert found == []


def test_queues_with_nothing_in_them(enter: Enter, article: Article) -> None:
    page = enter()
    found = []
    for name in QUEUES:
        page.goto(f"/desk/?list={name}&q=nothing+like+it")
        expect(page.locator("#rows")).to_contain_text("No claim fits")
        found += faults_on(page, name, [(320, "dark"), (1280, "light")])
    page.goto("/desk/?list=reports")
    expect(page.locator("#rows")).to_contain_text("No report is open")
    found += faults_on(page, "no reports")
    assert found == []


def test_review(enter: Enter, article: Article, chief: User) -> None:
    held = article.appearances.get().evidence
    verdict = VerdictFactory(claim=held.claim, citations=[Grade(evidence=held)])
    page = enter()
    page.goto(f"/desk/verdicts/{verdict.pk}/")
    for fold in page.locator("main details").all():
        fold.evaluate("fold => fold.open = true")
    found = faults_on(page, "unfolded")
    page.get_by_role("button", name="Send back to").click()
    expect(page.locator(".error-summary")).to_be_focused()
    found += faults_on(page, "refused")
    page.get_by_label("What should change").fill("Cite the second voice.")
    page.get_by_role("button", name="Send back to").click()
    expect(page.get_by_role("status")).to_contain_text("Sent back")
    found += faults_on(page, "sent back")
    page.goto(f"/desk/claims/{held.claim_id}/verdict/")
    page.get_by_label("Reasoning").fill("")
    page.locator("main form .btn--primary").click()
    expect(page.locator(".error-summary")).to_be_visible()
    found += faults_on(page, "a verdict without its reason")
    assert found == []


def test_article_captured_again(enter: Enter, article: Article) -> None:
    for words, hedge in ((DENIAL, ""), ("cannot exclude that Bakhmut will fall", "cannot exclude")):
        first = article.snapshots.get()
        held = EvidenceFactory(claim=ClaimFactory(published=True))
        AppearanceFactory(evidence=held, snapshot=first, exact=words, hedge=hedge)
    page = enter()
    page.goto(f"/desk/articles/{article.pk}/capture/")
    page.get_by_role("button", name="Keep this capture").click()
    expect(page.locator(".error-summary")).to_be_visible()
    found = faults_on(page, "a capture refused")
    page.locator("#id_text").fill(AGAIN)
    page.get_by_role("button", name="Keep this capture").click()
    expect(page.get_by_role("status")).not_to_be_empty()
    found += faults_on(page, "what the new text lacks")
    page.goto(f"/desk/articles/{article.pk}/quotations/")
    found += faults_on(page, "the quotations lost")
    page.locator("main .claim-rows a").first.press("Enter")
    expect(page.locator("#passage-title")).to_be_visible()
    found += faults_on(page, "a passage to repair")
    page.locator("a.sentence").first.press("Enter")
    expect(page.get_by_role("button", name="It stands here")).to_be_visible()
    found += faults_on(page, "its new place")
    page.get_by_role("link", name="It is gone").click()
    found += faults_on(page, "given up")
    assert found == []


def test_merge_before_and_after(enter: Enter, article: Article) -> None:
    one = article.appearances.get().evidence.claim
    other = ClaimFactory(text="Rain fell on Stockholm")
    page = enter()
    page.goto(f"/desk/claims/{one.pk}/merge/")
    page.get_by_role("button", name="See what will happen").click()
    expect(page.locator(".error-summary")).to_be_visible()
    found = faults_on(page, "refused")
    page.goto(f"/desk/claims/{one.pk}/merge/?other=CL-{other.pk}&keep=this")
    found += faults_on(page, "to be confirmed")
    page.get_by_role("button", name=f"Merge CL-{other.pk}").click()
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    found += faults_on(page, "merged, with its undo")
    assert found == []


SEEN = """marks => marks.filter(mark =>
    getComputedStyle(mark).color !== getComputedStyle(document.body).backgroundColor).length"""


def test_marked_words_are_seen_in_forced_colours(enter: Enter, article: Article) -> None:
    held = article.appearances.get()
    verdict = VerdictFactory(claim=held.evidence.claim, citations=[Grade(evidence=held.evidence)])
    page = enter()
    page.emulate_media(forced_colors="active", color_scheme="dark")
    for path in (f"/desk/articles/{article.pk}/", f"/desk/verdicts/{verdict.pk}/"):
        page.goto(path)
        assert page.locator("main mark").evaluate_all(SEEN) == 1


def test_long_claim_is_folded_and_can_be_read(enter: Enter) -> None:
    text = "It rained on the town and on the hills around it, all day. " * 16
    claim = ClaimFactory(text=text.strip())
    page = enter()
    page.goto(f"/desk/claims/{claim.pk}/relate/")
    expect(page.get_by_role("link", name="It rained on the town")).to_have_text(f"{text[:239]}…")
    whole = page.locator(".whole p")
    expect(whole).to_be_hidden()
    page.get_by_text("The whole claim").click()
    expect(whole).to_be_visible()
    expect(whole).to_have_text(text.strip())
    assert faults_on(page, "unfolded") == []
