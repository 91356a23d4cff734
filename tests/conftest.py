"""What every test may ask for: the database, and the cast."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import Group, User
from django.db import connections
from django.test import Client
from django.utils import translation

from config import embedded
from config.database.base import DatabaseWrapper
from tests.browser import chromium

NO_BROWSER = "no browser"


def pytest_configure(config: pytest.Config) -> None:
    """Serve static files under their own names, so that no test needs collectstatic."""
    settings.STORAGES["staticfiles"] = {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
    }
    settings.MIDDLEWARE.remove("whitenoise.middleware.WhiteNoiseMiddleware")
    # Signing in is most of the time of a test that needs it; these passwords guard nothing.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run last what empties the tables; skip browser tests where there is none, except in CI.

    pytest-django orders them so, and then pytest moves the browser's tests to the front again,
    because they all have the parameter `browser_name`.
    """
    items.sort(key=_empties_tables)
    concerned = [item for item in items if item.get_closest_marker("browser")]
    if not concerned or os.environ.get("CI") == "true":
        return
    try:
        chromium.find()
    except chromium.NoChromium as none:
        for item in concerned:
            item.add_marker(pytest.mark.skip(reason=f"{NO_BROWSER}: {none}"))


def _empties_tables(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("django_db")
    return bool(marker and marker.kwargs.get("transaction")) or not {
        "transactional_db",
        "live_server",
    }.isdisjoint(getattr(item, "fixturenames", ()))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say in one line how many browser tests were skipped, and what to do about it."""
    reasons = [
        report.longrepr[2]
        for report in terminalreporter.stats.get("skipped", [])
        if isinstance(report.longrepr, tuple) and NO_BROWSER in report.longrepr[2]
    ]
    if reasons:
        told = reasons[0].partition(f"{NO_BROWSER}: ")[2]
        terminalreporter.write_line(f"{len(reasons)} browser tests were skipped: {told}.")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Keep the tests' embedded server apart from the one of `make run`, and make it fast."""
    given = connections["default"].settings_dict.get("EMBEDDED")
    if given is not None:
        given["folder"] = Path(settings.DATA_DIR) / "tests"
        given["durable"] = False


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> None:
    """Let every connection know the rows that migrations wrote, for serialized_rollback.

    Once Playwright's loop runs, Django hands this thread another connection than the one that
    set the database up and remembers them.
    """
    rows = getattr(connections["default"], "_test_serialized_contents", None)
    if rows is not None:
        DatabaseWrapper._test_serialized_contents = rows


@pytest.fixture(scope="session", autouse=True)
def embedded_server_ends() -> Iterator[None]:
    yield
    embedded.leave()


@pytest.fixture(autouse=True)
def spoken_language() -> Iterator[None]:
    """Forget the language of the last page: Django leaves it to the thread that answered."""
    yield
    translation.deactivate()


# The cast: who comes to the site in tests. `reader` and `…_client` browse, the others are users.


@pytest.fixture
def reader() -> Client:
    """Somebody without an account."""
    return Client()


def _hire(username: str, group: str) -> User:
    user = User.objects.create_user(username)
    user.groups.add(Group.objects.get(name=group))
    return user


@pytest.fixture
def editor(db: None) -> User:
    return _hire("editor", "editor")


@pytest.fixture
def second_editor(db: None) -> User:
    return _hire("second-editor", "editor")


@pytest.fixture
def chief(db: None) -> User:
    return _hire("chief", "chief")


@pytest.fixture
def stranger(db: None) -> User:
    """Somebody with an account and no role."""
    return User.objects.create_user("stranger")


def _sign_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def editor_client(editor: User) -> Client:
    return _sign_in(editor)


@pytest.fixture
def second_editor_client(second_editor: User) -> Client:
    return _sign_in(second_editor)


@pytest.fixture
def chief_client(chief: User) -> Client:
    return _sign_in(chief)


@pytest.fixture
def stranger_client(stranger: User) -> Client:
    return _sign_in(stranger)
