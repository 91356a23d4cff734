"""Tests of the readers of the environment, and of what is safe without being asked for."""

import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import settings

ROOT = Path(__file__).resolve().parents[2]


def settings_with(**environment: str) -> subprocess.CompletedProcess[str]:
    """Print what the settings say in a process with exactly this environment."""
    wanted = "DEBUG, LOCAL, ALLOWED_HOSTS, SECURE_SSL_REDIRECT, SESSION_COOKIE_SECURE"
    return subprocess.run(
        [sys.executable, "-c", f"from config.settings import *; print([{wanted}])"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def complaint(**environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    return done.stderr.strip()


URL = "postgresql://somebody@localhost/somewhere"


def test_local_without_database_url(tmp_path: Path) -> None:
    done = settings_with(DATA_DIR=str(tmp_path / "data"))
    assert done.stdout == "[False, True, ['localhost', '127.0.0.1', '[::1]'], False, False]\n"
    key = tmp_path / "data" / "secret_key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert len(key.read_text()) == 67


def test_safe_with_database_url() -> None:
    done = settings_with(DATABASE_URL=URL, SECRET_KEY="x", ALLOWED_HOSTS="a.example, b.example")
    assert done.stdout == "[False, False, ['a.example', 'b.example'], True, True]\n"


def test_local_where_the_embedded_database_cannot_run(tmp_path: Path) -> None:
    """Windows has no fcntl."""
    program = "import sys; sys.modules['fcntl'] = None; import manage; manage.main()"
    done = subprocess.run(
        [sys.executable, "-c", program, "check"],
        cwd=ROOT,
        env={"DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr == (
        "The embedded PostgreSQL needs Linux or macOS: "
        "set DATABASE_URL to use a PostgreSQL server of your own.\n"
    )


def test_database_url_without_key() -> None:
    assert complaint(DATABASE_URL=URL) == (
        "Set the environment variable SECRET_KEY. "
        'Make one with: python3 -c "import secrets; print(secrets.token_urlsafe(50))"'
    )


def test_database_url_without_hosts() -> None:
    assert complaint(DATABASE_URL=URL, SECRET_KEY="x") == (
        "Set the environment variable ALLOWED_HOSTS. "
        "The names this site answers to, for example: claims.example.org"
    )


def test_data_dir_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    told = complaint(DATA_DIR=str(tmp_path / "data"))
    assert told == f"DATA_DIR: {tmp_path}/data/secret_key cannot be used: File exists."


def test_made_key_twice(tmp_path: Path) -> None:
    first = settings.made_key(tmp_path / "key")
    assert settings.made_key(tmp_path / "key") == first


@pytest.mark.parametrize(
    ("value", "meant"), [("1", True), ("On", True), ("0", False), ("no", False), ("", True)]
)
def test_yes(monkeypatch: pytest.MonkeyPatch, value: str, meant: bool) -> None:
    monkeypatch.setenv("SOMETHING", value)
    assert settings.yes("SOMETHING", default=True) is meant


def test_yes_maybe(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEBUG", "maybe")
    with pytest.raises(ImproperlyConfigured, match=r"^DEBUG must be 1 or 0, not 'maybe'\.$"):
        settings.yes("DEBUG", default=False)


@pytest.mark.parametrize("value", ["ten", "-1", "1.5", "٣"])
def test_number_that_is_none(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("POOL", value)
    with pytest.raises(ImproperlyConfigured, match=r"^POOL must be a whole number, not "):
        settings.number("POOL", 1)


def test_database_url_whole() -> None:
    assert settings.database("postgres://us%40er:p%2Fw@h:6543/na%20me?sslmode=require&x=") == {
        "NAME": "na me",
        "USER": "us@er",
        "PASSWORD": "p/w",
        "HOST": "h",
        "PORT": "6543",
        "OPTIONS": {"sslmode": "require", "x": ""},
    }


def test_database_url_socket() -> None:
    given = settings.database("postgresql://%2Fvar%2Frun%2Fpostgresql/sayso")
    assert (given["HOST"], given["NAME"]) == ("/var/run/postgresql", "sayso")


@pytest.mark.parametrize(
    "url",
    ["sqlite:///x", "postgresql://host", "postgresql://host:port/name", "nonsense", "mysql://h/n"],
)
def test_database_url_nonsense(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"^DATABASE_URL must look like postgresql://"):
        settings.database(url)


def test_deployment_check_is_silent() -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT,
        env={
            "DATABASE_URL": URL,
            "SECRET_KEY": "ikFbsQyzJOYOAmwZf9gVtVq2vCBVJ0jcRkV1nJ1gyTZxqhdEMz0b",
            "ALLOWED_HOSTS": "claims.example.org",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
