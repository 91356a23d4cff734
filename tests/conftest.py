"""What every test may ask for: the database, and the cast."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections

from config import embedded


def pytest_configure(config: pytest.Config) -> None:
    """Serve static files under their own names, so that no test needs collectstatic."""
    settings.STORAGES["staticfiles"] = {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
    }
    settings.MIDDLEWARE.remove("whitenoise.middleware.WhiteNoiseMiddleware")
    # Signing in is most of the time of a test that needs it; these passwords guard nothing.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Keep the tests' embedded server apart from the one of `make run`, and make it fast."""
    given = connections["default"].settings_dict.get("EMBEDDED")
    if given is not None:
        given["folder"] = Path(settings.DATA_DIR) / "tests"
        given["durable"] = False


@pytest.fixture(scope="session", autouse=True)
def embedded_server_ends() -> Iterator[None]:
    yield
    embedded.leave()


# The cast: reader, editor, chief.
