"""Tests of the addresses for whoever keeps the site running."""

import pytest
from django.db import NotSupportedError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client


def test_healthz_without_database(client: Client) -> None:
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"alive\n")


@pytest.mark.django_db
def test_readyz_migrated(client: Client) -> None:
    response = client.get("/readyz")
    assert (response.status_code, response.content) == (200, b"ready\n")


@pytest.mark.django_db
def test_database_too_old(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection.features, "minimum_database_version", (99,))
    with pytest.raises(NotSupportedError, match=r"^PostgreSQL 99 or later is required"):
        connection.check_database_version_supported()


def test_oldest_database() -> None:
    assert connection.features.minimum_database_version == (15,)


@pytest.mark.django_db
def test_readyz_not_migrated(client: Client) -> None:
    MigrationRecorder(connection).record_unapplied("sessions", "0001_initial")
    response = client.get("/readyz")
    assert (response.status_code, response.content) == (503, b"migrations are waiting\n")


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_health_takes_no_post(client: Client, path: str) -> None:
    assert client.post(path).status_code == 405
