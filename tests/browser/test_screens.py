"""Every screen, on a phone and a desk, light and dark: accessible and within its width."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page

from articles.models import Article, Source
from claims.actions.desk import assign, save_filter
from claims.actions.reviewing import ask_for_changes
from claims.desk.queues import QUEUES
from claims.models import Claim, Evidence, Question, Verdict
from tests.browser.sound import SCREENS, faults_of, faults_on
from tests.factories import (
    ChallengeFactory,
    ClaimFactory,
    EvidenceFactory,
    UserFactory,
    VerdictFactory,
)
from tests.world import captured_again

pytestmark = pytest.mark.browser


@pytest.fixture
def demo(transactional_db: None) -> None:
    call_command("load_demo", verbosity=0, force=True)


def walk(page: Page, paths: Iterable[str], screens: list[tuple[int, str]]) -> list[str]:
    found: list[str] = []
    for path in paths:
        page.goto(path)
        found += faults_on(page, path, screens)
    return found


def signed_in(new_context: Callable[..., BrowserContext], name: str) -> Page:
    user = User.objects.get(username=name)
    user.set_password("not a secret here")
    user.save(update_fields=["password"])
    page = new_context().new_page()
    page.goto("/accounts/login/")
    page.locator("input[name=username]").fill(name)
    page.locator("input[name=password]").fill("not a secret here")
    page.locator("main form button[type=submit]").click()
    page.wait_for_url(lambda url: "login" not in url)
    return page


def test_readers_screens(demo: None, page: Page) -> None:
    judged = Verdict.objects.published().values_list("claim", flat=True)[0]
    paths = [
        reverse("claims:home"),
        reverse("claims:claim_list"),
        reverse("claims:claim_list") + "?status=supported",
        reverse("claims:claim_list") + "?q=nothing+like+it+zzzz",
        Claim.objects.get(text__startswith="A pro-Ukrainian").get_absolute_url(),
        Claim.objects.get(pk=judged).get_absolute_url(),
        Article.objects.get(title__startswith="Day 378").get_absolute_url(),
        Source.objects.get(name="Oleksii Reznikov").get_absolute_url(),
        Question.objects.get(text__startswith="Who sabotaged").get_absolute_url(),
        reverse("articles:article_list"),
        reverse("articles:source_list"),
        reverse("claims:changes"),
        reverse("claims:corrections"),
        reverse("claims:data"),
        reverse("claims:method"),
        reverse("login"),
        "/nowhere/",
    ]
    assert walk(page, paths, SCREENS) == []


def with_something_in_every_queue(draft: Verdict) -> Claim:
    """Long names and long words wait beside the demo; returns a claim that readers reported."""
    chief, long = User.objects.get(username="chief"), "Oberweserdampfschifffahrtsgesellschaft" * 4
    editor = UserFactory(group="editor", first_name=long[:150], last_name="بن عبد الله")
    claim = EvidenceFactory(claim=ClaimFactory(text=f"{long} sank", published=True)).claim
    ChallengeFactory(claim=claim, body=long * 9, contact=long)
    for by in (chief, editor):
        asked = VerdictFactory(by=by, claim=ClaimFactory(text=long, published=True))
        other = editor if by == chief else chief
        ask_for_changes(by=other, verdict=asked, note=long)
        assign(by=editor, claim=asked.claim, to=by)
    assign(by=editor, claim=draft.claim, to=editor)
    moved = VerdictFactory(by=editor, published_by=chief).claim
    EvidenceFactory(claim=moved)
    ClaimFactory(prediction=True, published=True)
    save_filter(by=chief, name=long[:60], query="list=check&q=rain")
    return claim


def test_desk_screens(demo: None, new_context: Callable[..., BrowserContext]) -> None:
    claim = Claim.objects.get(text__startswith="A pro-Ukrainian")
    draft = Verdict.objects.drafts().get()
    evidence = Evidence.objects.current().filter(claim=claim)[0]
    reported = with_something_in_every_queue(draft)
    article = Article.objects.get(title__startswith="Day 378")
    lost, reworded = captured_again(evidence, User.objects.get(username="chief"))
    page = signed_in(new_context, "chief")

    def at(name: str, *args: Any, query: str = "") -> str:
        return reverse(name, args=args) + query

    paths = [
        at("claims:desk"),
        *(at("claims:desk", query=f"?list={name}") for name in (*QUEUES, "articles")),
        at("claims:desk", query="?list=check&q=nothing+like+it+zzzz&assignee=me"),
        at("claims:reports", reported.pk),
        claim.get_absolute_url(),
        at("claims:desk_article", article.pk),
        at("claims:desk_article", article.pk, query="?start=75&end=124"),
        at("claims:new_claim"),
        at("claims:edit_claim", claim.pk),
        at("claims:link_evidence", claim.pk),
        at("claims:link_evidence", claim.pk, query="?reference=1"),
        at("claims:relate_claim", claim.pk),
        at("claims:merge_claim", claim.pk),
        at("claims:propose_verdict", claim.pk),
        at("claims:review_verdict", draft.pk),
        at("claims:withdraw_claim", claim.pk),
        at("claims:void_evidence", evidence.pk),
        at("claims:add_appearance", evidence.pk),
        at("claims:relate_evidence", evidence.pk),
        at("claims:add_role", evidence.source_id),
        at("claims:edit_question", Question.objects.earliest("pk").pk),
        at("claims:import"),
        at("articles:article_new"),
        at("articles:article_edit", article.pk),
        at("claims:article_capture", article.pk),
        at("articles:source_new"),
        at("claims:desk", query="?list=lost"),
        at("claims:article_quotations", lost.article_id),
        at("claims:repair_passage", lost.pk),
        at("claims:repair_passage", lost.pk, query="?start=0&end=23"),
        at("claims:repair_passage", reworded.pk),
        at("claims:give_up_passage", lost.pk),
    ]
    found = walk(page, paths, [(320, "dark"), (1280, "light")])

    # what only comes after ticking and sending: the choice, the preview, the notice with its undo
    page.goto(at("claims:desk", query="?list=drafts"))
    for box in page.locator("#rows input[type=checkbox]").all():
        box.check()
    page.keyboard.press("?")
    page.get_by_role("dialog").wait_for()
    found += faults_of(page, "the sheet of keys")
    page.keyboard.press("Escape")
    page.locator("#set").click()
    page.get_by_label("Assignee", exact=True).first.check()
    page.locator("select[name=to]").select_option(index=1)
    found += faults_of(page, "what is set for many")
    for button, shown in (("See what changes", "#preview"), ("Apply to", ".notice")):
        page.get_by_role("button", name=button).click()
        page.locator(shown).wait_for()
        found += faults_on(page, f"many, after “{button}”", [(320, "light"), (1280, "dark")])

    # the same forms when they have been refused
    for path in (
        at("claims:desk_article", article.pk, query="?start=75&end=124"),
        at("claims:link_evidence", claim.pk, query="?reference=1"),
        at("articles:article_new"),
        at("claims:import"),
    ):
        page.goto(path)
        page.locator("main form[method=post] button[type=submit]").first.click()
        page.locator(".errorlist, .error-summary").first.wait_for()
        found += faults_on(page, f"{path} refused", [(320, "light"), (1280, "dark")])
    assert found == []
