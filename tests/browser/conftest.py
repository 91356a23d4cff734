"""A Chromium for the tests, and a guard that lets no page break a promise unseen."""

import os
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test import Client
from playwright.sync_api import (
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    Response,
    WebError,
    expect,
)
from pytest_django.live_server_helper import LiveServer

from tests.browser import chromium
from tests.browser.sound import SCREENS
from tests.world import PASSWORD

# Playwright's loop runs in the test's own thread, and the ORM there is meant.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

# How long to wait for what a page is to show: a busy machine is slow, and what's wrong stays wrong.
expect.set_options(timeout=15_000)
PATIENCE = 10.0
"""Seconds that the server may need for what it was asked last."""
AT_WORK = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'
"""
GIVE_WAY_LAST = """
SELECT set_config('deadlock_timeout', '1min', false) FROM pg_roles
WHERE rolname = current_user AND rolsuper
"""
PAGES_AND_CALLS = ("document", "fetch", "xhr")


class Guard:
    """Collects what no page may do; a test fails on it when it ends.

    That is: a script error, anything on the console that is an error or against the CSP, a
    request to another host, a style sheet, script, font or picture that is missing, and any
    answer of 500 or above. Pages and calls may answer 4xx: a test can be about that.
    """

    def __init__(self, home: str) -> None:
        self.home = urlsplit(home).netloc
        self.faults: list[str] = []

    def watch(self, context: BrowserContext) -> None:
        context.on("console", self._on_console)
        context.on("weberror", self._on_error)
        context.on("request", self._on_request)
        context.on("response", self._on_response)

    def _on_console(self, message: ConsoleMessage) -> None:
        text = message.text
        if message.type == "error" and not text.startswith("Failed to load resource:"):
            self.faults.append(f"console: {text}")
        elif "Content Security Policy" in text:
            self.faults.append(f"CSP: {text}")

    def _on_error(self, error: WebError) -> None:
        self.faults.append(f"script: {error.error}")

    def _on_request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in ("about", "blob", "data") and parts.netloc != self.home:
            self.faults.append(f"another host: {request.url}")

    def _on_response(self, response: Response) -> None:
        call = response.request.resource_type in PAGES_AND_CALLS
        if response.status >= (500 if call else 400):
            self.faults.append(f"{response.status}: {response.url}")


@pytest.fixture(autouse=True)
def rows_of_migrations(
    django_db_serialized_rollback: None, transactional_db: None
) -> Iterator[None]:
    """Put back what migrations wrote (the roles): each of these tests empties all tables.

    Not while the server still writes for a page that is closed: the two would wait for each other.
    A request can also lie between two of its queries, unseen. PostgreSQL ends the one of two that
    notices first that they wait for each other; that is to be the request, not the emptying.
    """
    with connection.cursor() as cursor:
        cursor.execute("RESET deadlock_timeout")
    yield
    deadline = time.monotonic() + PATIENCE
    with connection.cursor() as cursor:
        cursor.execute(GIVE_WAY_LAST)
        while time.monotonic() < deadline:
            cursor.execute(AT_WORK)
            if cursor.fetchone() == (0,):
                return
            time.sleep(0.05)


@pytest.fixture
def guard(live_server: LiveServer) -> Iterator[Guard]:
    guard = Guard(live_server.url)
    yield guard
    assert guard.faults == []


@pytest.fixture
def new_context(
    new_context: Callable[..., BrowserContext], guard: Guard, live_server: LiveServer
) -> Callable[..., BrowserContext]:
    """Make a watched browser context, at home on the live server: page.goto("/").

    As in new_context(java_script_enabled=False); `page` and `context` come from here too.
    """

    def make(**given: Any) -> BrowserContext:
        context = new_context(**{"base_url": live_server.url, **given})
        guard.watch(context)
        return context

    return make


@pytest.fixture
def enter(
    transactional_db: None, new_context: Callable[..., BrowserContext], live_server: LiveServer
) -> Callable[..., Page]:
    """Open a browser of somebody who is signed in: enter("edna", java_script_enabled=False).

    Somebody who isn't here yet is hired as an editor; ``group="chief"`` as something else. Each
    call opens a browser of its own.
    """

    def enter(name: str = "ed", group: str = "editor", **given: Any) -> Page:
        user = User.objects.filter(username=name).first()
        if user is None:
            user = User.objects.create_user(name, password=PASSWORD)
            user.groups.add(Group.objects.get(name=group))
        client = Client()
        client.force_login(user)
        context = new_context(**given)
        session = client.cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        return context.new_page()

    return enter


@pytest.fixture(params=SCREENS, ids=lambda screen: f"{screen[0]}px-{screen[1]}")
def screen(request: pytest.FixtureRequest, page: Page) -> str:
    """Run the test on a phone and a desk, light and dark; the value names which."""
    width, scheme = request.param
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    return f"{width}px-{scheme}"


@pytest.fixture(scope="session")
def base_url() -> None:
    """Replace the plugin's own, which pytest 9 warns about; each test has its live server."""


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {
        **browser_context_args,
        "viewport": {"width": 1280, "height": 900},
        "locale": "en-GB",
        "timezone_id": "UTC",
    }


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    try:
        browser = chromium.find()
    except chromium.NoChromium as none:
        pytest.fail(str(none), pytrace=False)
    return {
        **browser_type_launch_args,
        "executable_path": browser.program,
        "args": list(browser.arguments),
        "env": {**os.environ, **browser.environment},
    }
