"""How soon similar claims stand on the screen of somebody who is typing, in a real browser.

``python -m bench.typing`` writes generated claims into a database that it throws away, serves the
desk, and types the first ten characters of some of them into the form of an article. What counts
is the time from the tenth character to the frame that shows the list, the pause that the page
waits for included.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright's loop runs in this thread

import django
from django.conf import settings

settings.STORAGES["staticfiles"] = {
    "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
}
settings.MIDDLEWARE.remove("whitenoise.middleware.WhiteNoiseMiddleware")
django.setup()

from django.contrib.auth.models import User
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.db import connection, connections
from django.test import Client
from django.test.testcases import LiveServerThread
from django.test.utils import get_runner, setup_test_environment
from playwright.sync_api import Page, sync_playwright

from bench.generate import Newsroom
from bench.measure import FUSED, LEXICAL, line, load, turn
from config import embedded
from tests.browser import chromium
from tests.factories import SnapshotFactory, in_group

TYPED = 10  # characters
BETWEEN = 120  # milliseconds from key to key
OTHERS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
WATCH = """
(typed) => new Promise((resolve) => {
  const field = document.getElementById("id_text");
  let begun = 0;
  const after = (what) => requestAnimationFrame(() => setTimeout(() => resolve(what())));
  field.addEventListener("input", () => {
    if (field.value.length === typed) begun = performance.now();
  });
  document.addEventListener("htmx:after:swap", ({ detail }) => {
    const asked = new URL(detail.ctx.response.raw.url).searchParams.get("text");
    if (!begun || asked?.length !== typed) return;  // an answer to fewer characters
    const shown = document.querySelector("#similar li") !== null;
    after(() => (shown ? performance.now() - begun : -1));
  });
})
"""


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--claims", type=int, default=20_000)
    asked.add_argument("--typings", type=int, default=50)
    asked.add_argument("--mode", choices=(LEXICAL, FUSED, "both"), default="both")
    given = asked.parse_args()
    setup_test_environment()
    runner = get_runner(settings)(verbosity=0, interactive=False)
    made = runner.setup_databases()
    try:
        editor = in_group("editor", "editor")
        article = SnapshotFactory(by=editor).article_id
        claims = list(Newsroom().claims(given.claims))
        load(claims, by=editor)
        fitting = [text[:TYPED] for text in claims if not text[:TYPED].endswith(" ")]
        beginnings = Random(1).sample(fitting, given.typings + 1)  # the first doesn't count
        with serving() as home, at_the_desk(home, editor) as page:
            for mode in (LEXICAL, FUSED) if given.mode == "both" else (given.mode,):
                turn(mode, vectors=given.claims)
                took = [one for text in beginnings if (one := typing(page, article, text)) >= 0]
                print(
                    f"{len(claims):,} claims, {mode}: {len(took)} of {len(beginnings)} showed any"
                )
                line("from the tenth character on", sorted(took[1:]))
    finally:
        with connection.cursor() as cursor:
            cursor.execute(OTHERS)  # the server's threads may not have closed theirs yet
        connections.close_all()
        runner.teardown_databases(made)
        embedded.leave()


@contextmanager
def serving() -> Iterator[str]:
    """Serve the site; yields its address."""
    server = LiveServerThread("127.0.0.1", StaticFilesHandler)
    server.daemon = True
    server.start()
    server.is_ready.wait()
    if server.error:
        raise server.error
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.terminate()


@contextmanager
def at_the_desk(home: str, editor: User) -> Iterator[Page]:
    """Open a browser in which ``editor`` is signed in."""
    client, browser = Client(), chromium.find()
    client.force_login(editor)
    with sync_playwright() as play:
        program, arguments = browser.program, list(browser.arguments)
        opened = play.chromium.launch(executable_path=program, args=arguments)
        context = opened.new_context(base_url=home)
        session = client.cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": session, "url": home}])
        yield context.new_page()
        opened.close()


def typing(page: Page, article: int, text: str) -> float:
    """Milliseconds from the tenth character to the list; -1 where nothing resembles it."""
    page.goto(f"/desk/articles/{article}/?start=0&end=20")
    page.locator("#id_text").fill("")
    page.wait_for_load_state("networkidle")
    watch = page.evaluate_handle(f"({{ done: ({WATCH})({len(text)}) }})")
    page.keyboard.type(text, delay=BETWEEN)
    return float(page.evaluate("watch => watch.done", watch))


if __name__ == "__main__":
    main()
