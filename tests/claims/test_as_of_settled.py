"""A page as of a moment never changes: it waits for whoever began to write before that moment."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event as Signal

import pytest
from django.db import connection, transaction
from django.test import Client

from articles import travel
from articles.moment import Then
from claims.models import Claim
from tests.claims.test_as_of_machine import at, clock
from tests.factories import ClaimFactory, EvidenceFactory, SourceFactory

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def writes(claim: Claim, written: Signal, commit: Signal) -> None:
    """Link evidence, and commit when told."""
    try:
        with transaction.atomic():
            EvidenceFactory(claim=claim, source=SourceFactory(name="Le Monde"))
            written.set()
            commit.wait(20)
    finally:
        connection.close()


def test_moment_waits_for_who_began_before_it(reader: Client) -> None:
    claim = ClaimFactory(published=True)
    EvidenceFactory(claim=claim)
    written, commit = Signal(), Signal()
    with ThreadPoolExecutor(1) as pool:
        writer = pool.submit(writes, claim, written, commit)
        try:
            assert written.wait(20)
            path = at(claim.get_absolute_url(), clock())
            early = reader.get(path)
        finally:
            commit.set()
        writer.result(20)
    assert (early.status_code, early["Retry-After"]) == (503, "5")
    assert b"settled yet" in early.content
    settled = reader.get(path)
    assert settled.status_code == 200
    assert b"Le Monde" in settled.content
    assert reader.get(path).content == settled.content


def test_moment_waits_no_longer_than_the_writer(
    reader: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever waits sees what came of it, although his page is of one moment."""
    monkeypatch.setattr(travel, "LONGEST_WAIT", 20.0)
    claim = ClaimFactory(published=True)
    written, commit = Signal(), Signal()
    with ThreadPoolExecutor(2) as pool:
        writer = pool.submit(writes, claim, written, commit)
        assert written.wait(20)
        path = at(claim.get_absolute_url(), clock())

        def read() -> bytes:
            try:
                return Client().get(path).content
            finally:
                connection.close()

        page = pool.submit(read)
        commit.set()
        writer.result(20)
        assert b"Le Monde" in page.result(20)


def test_moment_before_a_writer_began_is_settled(reader: Client) -> None:
    claim = ClaimFactory(published=True)
    path = at(claim.get_absolute_url(), clock())
    written, commit = Signal(), Signal()
    with ThreadPoolExecutor(1) as pool:
        writer = pool.submit(writes, claim, written, commit)
        try:
            assert written.wait(20)
            then = reader.get(path)
        finally:
            commit.set()
        writer.result(20)
    assert (then.status_code, b"Le Monde" in then.content) == (200, False)
    assert reader.get(path).content == then.content


def test_page_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(travel, "LONGEST_STATEMENT", 50)
    with connection.cursor() as cursor:
        with pytest.raises(travel.TooLong), travel.going_back(Then(clock())):
            cursor.execute("SELECT pg_sleep(20)")
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone() == ("0",)
