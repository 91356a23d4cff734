"""Tests of the browser's own ground: it starts, and its guard sees what it must."""

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Guard

pytestmark = pytest.mark.browser

FAULTY = """<!doctype html><html lang="en"><title>Faulty</title>
<script>document.title = "run"</script>
<img src="http://example.org/picture.png" alt="">
<img src="/static/missing.png" alt="">
<script src="/static/faulty.js"></script>
"""


def test_healthz_in_browser(page: Page, screen: str) -> None:
    page.goto("/healthz")
    assert page.locator("body").inner_text() == "alive\n"


def test_guard_faulty_page(page: Page, guard: Guard) -> None:
    policy = "default-src 'none'; script-src 'self'; img-src 'self' http://example.org"
    page.route(
        "**/faulty",
        lambda route: route.fulfill(
            body=FAULTY, content_type="text/html", headers={"Content-Security-Policy": policy}
        ),
    )
    page.route(
        "**/faulty.js",
        lambda route: route.fulfill(
            body="console.error('said'); missing();", content_type="text/javascript"
        ),
    )
    page.route("**/missing.png", lambda route: route.fulfill(status=404))
    page.goto("/faulty")
    assert page.title() == "Faulty"
    kinds = sorted(fault.partition(":")[0] for fault in guard.faults)
    assert kinds == ["404", "another host", "console", "console", "script"]
    guard.faults.clear()


def test_pages_set_no_cookie(page: Page) -> None:
    page.goto("/readyz")
    assert page.context.cookies() == []
