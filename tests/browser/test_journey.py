"""The main job, in a browser: an article comes in, a claim is logged, disputed, judged and read."""

from collections.abc import Callable, Iterator

import pytest
from django.contrib.auth.models import Group, User
from playwright.sync_api import BrowserContext, Page, expect

from claims.models import Claim, Verdict

pytestmark = pytest.mark.browser

PASSWORDS = {"edna": "three sharp pencils", "charlie": "two pairs of eyes"}
TEXT = """Reports on the pipelines

The New York Times, citing unnamed officials, wrote that a pro-Ukrainian group had blown up Nord \
Stream. “It’s not our action,” Ukraine’s defence minister, Oleksii Reznikov, said in Stockholm.

The Kremlin dismissed the story as well."""
CLAIM = "A pro-Ukrainian group blew up the Nord Stream pipelines"
SENTENCE = "The New York Times, citing unnamed officials"
DENIAL = "“It’s not our action,”"


@pytest.fixture
def staff(transactional_db: None) -> None:
    for name, group in (("edna", "editor"), ("charlie", "chief")):
        user = User.objects.create_user(name, password=PASSWORDS[name])
        user.groups.add(Group.objects.get(name=group))


@pytest.fixture(params=[True, False], ids=["script", "no-script"])
def scripted(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture
def enter(
    staff: None, scripted: bool, new_context: Callable[..., BrowserContext]
) -> Iterator[Callable[[str], Page]]:
    """Sign somebody in, in a browser of their own."""
    contexts = []

    def enter(name: str) -> Page:
        context = new_context(java_script_enabled=scripted)
        contexts.append(context)
        page = context.new_page()
        page.goto("/accounts/login/?next=/desk/")
        page.get_by_label("Username").fill(name)
        page.get_by_label("Password").fill(PASSWORDS[name])
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        return page

    yield enter
    for context in contexts:
        context.close()


def focused(page: Page) -> str:
    """What has the focus, as a tag name."""
    return str(page.evaluate("document.activeElement.tagName"))


def take_in_article(page: Page) -> None:
    page.goto("/desk/articles/new/")
    page.locator("input[name=title]").fill("Reports on the pipelines")
    page.locator("input[name=publisher]").fill("The Courier")
    page.locator("select[name=publisher_kind]").select_option("organisation")
    page.locator("input[name=published]").fill("8 March 2023")
    page.locator("textarea[name=text]").fill(TEXT)
    page.get_by_role("button", name="Add article").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Reports on the pipelines")


def choose(page: Page, beginning: str) -> None:
    """Choose the sentence that begins like that."""
    page.locator("a.sentence", has_text=beginning).first.click()
    expect(page.locator("textarea[name=text]")).to_be_visible()


def log_claim(page: Page) -> None:
    choose(page, SENTENCE)
    page.locator("textarea[name=text]").fill(CLAIM)
    page.locator("input[name=source]").fill("unnamed officials")
    page.locator("select[name=source_kind]").select_option("unnamed")
    page.locator("summary", has_text="Second-hand").click()
    page.locator("input[name=via-0-document]").fill("Intelligence on the pipelines")
    page.locator("input[name=via-0-publisher]").fill("The New York Times")
    page.locator("select[name=via-0-publisher_kind]").select_option("organisation")
    page.get_by_role("button", name="Save and publish").click()
    expect(page.get_by_role("status")).to_contain_text("CL-")


def link_denial(page: Page, claim: Claim) -> None:
    choose(page, DENIAL)
    page.locator("summary", has_text="Link to a claim").click()
    page.locator("input[name=existing]").fill(claim.public_id)
    page.locator("input[name=source]").fill("Oleksii Reznikov")
    page.locator("select[name=source_kind]").select_option("person")
    page.get_by_label("Denies").check()
    page.get_by_label("Something narrower").check()
    page.get_by_role("button", name="Save claim").click()
    expect(page.get_by_role("status")).to_contain_text("1 disputing")


def test_main_job(
    enter: Callable[[str], Page],
    new_context: Callable[..., BrowserContext],
    scripted: bool,
) -> None:
    editor = enter("edna")
    take_in_article(editor)
    log_claim(editor)
    if scripted:
        assert focused(editor) != "BODY"
    claim = Claim.objects.get()
    assert (claim.text, claim.is_published) == (CLAIM, True)

    loads: list[str] = []
    editor.on("framenavigated", lambda frame: loads.append(frame.url))
    editor.on("domcontentloaded", lambda page: loads.append("loaded"))
    link_denial(editor, claim)
    if scripted:
        assert "loaded" not in loads  # the address may change; the page is not loaded again
        assert focused(editor) != "BODY"
    claim.refresh_from_db()
    assert (claim.for_count, claim.against_count) == (1, 1)

    editor.goto(f"/desk/claims/{claim.pk}/verdict/")
    editor.get_by_label("Unproven").check()
    editor.get_by_label("Moderate").check()
    editor.get_by_label("In short").fill("One paper heard it from officials whom it does not name.")
    editor.get_by_label("Reasoning").fill("Nothing was shown, and nobody else confirms it.")
    first = editor.locator("input[type=checkbox][name$=cite]").first
    first.check()
    editor.locator("select[name$=reliability]").first.select_option("C")
    editor.locator("select[name$=credibility]").first.select_option("3")
    editor.get_by_role("button", name="Propose verdict").click()
    verdict = Verdict.objects.get()
    assert verdict.is_draft

    # its author is refused, kindly, and also when the button is forced
    editor.goto(f"/desk/verdicts/{verdict.pk}/")
    expect(editor.locator("main")).to_contain_text("omebody else")
    expect(editor.get_by_role("button", name="Publish")).to_have_count(0)
    token = editor.locator("input[name=csrfmiddlewaretoken]").first.input_value()
    forced = editor.request.post(
        f"/desk/verdicts/{verdict.pk}/publish/",
        form={"csrfmiddlewaretoken": token, "seen": "0"},
        headers={"Referer": editor.url},
    )
    assert forced.status in (403, 409, 422)
    assert Verdict.objects.get().is_draft

    chief = enter("charlie")
    chief.goto(f"/desk/verdicts/{verdict.pk}/")
    chief.get_by_role("button", name="Publish").first.click()
    expect(chief.get_by_role("status")).to_contain_text("ublished")
    verdict.refresh_from_db()
    assert verdict.reviewer == User.objects.get(username="charlie")

    reader = new_context(java_script_enabled=scripted)
    page = reader.new_page()
    answer = page.goto(f"/claims/{claim.pk}/")
    assert answer is not None
    assert answer.status == 200
    main = page.locator("main")
    expect(main.get_by_role("heading", level=1)).to_contain_text(CLAIM)
    expect(main.locator(".badge").first).to_contain_text("Unproven")
    chain = main.locator("ol.chain")
    expect(chain).to_contain_text("unnamed officials")
    expect(chain).to_contain_text("The New York Times")
    expect(chain).to_contain_text("Reports on the pipelines")
    expect(main.locator(".evidence-col--support")).to_contain_text("unnamed officials")
    dispute = main.locator(".evidence-col--oppose")
    expect(dispute).to_contain_text("Oleksii Reznikov")
    expect(dispute).to_contain_text("It’s not our action")
    expect(dispute).to_contain_text("narrower")
    expect(main.locator(".origins")).to_contain_text("independent origin")
    expect(main.locator("ol.timeline").first).to_contain_text("First verdict")
    expect(main.locator(".verdict")).to_contain_text("charlie")
    expect(main.locator(".verdict table")).to_contain_text("unnamed officials")
    assert page.locator('script:not([type="application/ld+json"])').count() == 0
    assert reader.cookies() == []
    reader.close()
