"""Pages kept for readers: who is answered from the store, with what, and until when."""

import gzip
import threading
from collections.abc import Callable
from http.cookies import SimpleCookie
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from articles.actions import edit_source
from articles.models import Event
from articles.pages import MAKING
from articles.still import Query, Unchanged, tide
from claims.actions.evidence import void_evidence
from claims.models import Claim
from config import kept
from tests.factories import ClaimFactory, EvidenceFactory, SourceFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

ASKED_FOR_THE_TIDE = 1
ASKED_FOR_VERSIONS = 2


@pytest.fixture
def claim() -> Claim:
    return EvidenceFactory(claim=ClaimFactory(text="It rained", published=True)).claim


def asked(client: Client, path: str, **headers: str) -> tuple[HttpResponse, int]:
    """The answer, and the statements that it took."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    with CaptureQueriesContext(connection) as queries:
        response = client.get(path, headers=named)
    return response, len(queries)


def statements(client: Client, path: str, **headers: str) -> int:
    return asked(client, path, **headers)[1]


def at_rest(client: Client, path: str) -> int:
    """The statements it takes while nobody writes.

    The tide is that of the whole server, and other tests write into databases of their own.
    """
    return min(statements(client, path) for _try in range(20))


def moved(client: Client, path: str) -> int:
    """The statements it takes after something was written of which it tells nothing.

    Unless whatever was under way at first has ended, it can't be known that nothing changed; what
    other tests have under way counts, too.
    """

    def once() -> int:
        client.get(path)
        elsewhere(lambda: UserFactory(group=""))
        return statements(client, path)

    return min(once() for _try in range(10))


def elsewhere(act: Callable[[], Any]) -> None:
    """Do it on another connection, and commit."""

    def run() -> None:
        try:
            act()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(30)
    assert not thread.is_alive()


def test_page_is_rendered_once(reader: Client, claim: Claim) -> None:
    for path in (claim.get_absolute_url(), "/", "/claims/", "/changes/", "/sources/"):
        first = reader.get(path)
        again = reader.get(path)
        assert (path, at_rest(reader, path)) == (path, ASKED_FOR_THE_TIDE)
        assert again.content == first.content
        assert again.headers == first.headers


def test_page_that_the_reader_has_is_not_sent_again(reader: Client, claim: Claim) -> None:
    path = claim.get_absolute_url()
    etag = reader.get(path).headers["ETag"]
    for method in ("get", "head"):
        response = getattr(reader, method)(path, headers={"If-None-Match": f'"other", {etag}'})
        told = {name: response.headers.get(name) for name in ("ETag", "Cache-Control")}
        assert (response.status_code, response.content) == (304, b"")
        assert told == {"ETag": etag, "Cache-Control": "public, no-cache"}
    weak = reader.get(path, headers={"If-None-Match": f"W/{etag}"})
    assert weak.status_code == 304


def test_page_is_sent_compressed_to_those_who_take_it(reader: Client, claim: Claim) -> None:
    path = claim.get_absolute_url()
    plain = reader.get(path)
    assert "Content-Encoding" not in plain.headers
    for takes in ("gzip", "br;q=1.0, gzip;q=0.8", "deflate, gzip"):
        packed = reader.get(path, headers={"Accept-Encoding": takes})
        assert packed.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(packed.content) == plain.content
        assert packed.headers["Content-Length"] == str(len(packed.content))
        assert packed.headers["ETag"] == plain.headers["ETag"][:-1] + '-gz"'
    for refuses in ("br", "gzip;q=0", "gzip;q=0.000, br", "identity"):
        assert reader.get(path, headers={"Accept-Encoding": refuses}).content == plain.content


def test_head_is_answered_like_get(reader: Client, claim: Claim) -> None:
    path = claim.get_absolute_url()
    for _ in range(2):
        head = reader.head(path)
        got = reader.get(path)
        assert (head.headers, head.content) == (got.headers, b"")

    def heads() -> int:
        with CaptureQueriesContext(connection) as queries:
            reader.head(path)
        return len(queries)

    assert min(heads() for _try in range(20)) == ASKED_FOR_THE_TIDE


@pytest.mark.parametrize("cookie", ["sessionid", "messages"])
def test_page_for_one_person_is_never_kept(claim: Claim, cookie: str) -> None:
    path = claim.get_absolute_url()
    client = Client()
    client.get(path)
    client.cookies = SimpleCookie({cookie: "anything"})
    response = client.get(path)
    assert response.headers["Cache-Control"] == "private, no-store"
    assert response.context is not None  # rendered, and not taken from the store
    client.cookies = SimpleCookie()
    assert at_rest(client, path) == ASKED_FOR_THE_TIDE


def test_editor_and_reader_see_their_own_page(claim: Claim) -> None:
    path = claim.get_absolute_url()
    client = Client()
    before = client.get(path)
    client.force_login(UserFactory(username="Erna", group="editor"))
    assert b"Erna" in client.get(path).content
    assert client.get(path, headers={"If-None-Match": before.headers["ETag"]}).status_code == 200
    client.logout()
    assert client.get(path).content == before.content


def test_foreign_cookies_change_nothing(reader: Client, claim: Claim) -> None:
    path = claim.get_absolute_url()
    reader.get(path)
    reader.cookies = SimpleCookie({"_ga": "GA1.2.3"})
    assert reader.get(path).headers["Cache-Control"] == "public, no-cache"
    assert at_rest(reader, path) == ASKED_FOR_THE_TIDE


@pytest.mark.parametrize(
    ("other", "is_one"),
    [
        ("kind=event&q=rained+{number}", True),
        ("utm_source=x&q=rained+{number}&kind=event&fbclid=IwAR", True),
        ("q=rained+{number}&kind=estimate", False),
        ("number={number}", False),
    ],
)
def test_same_question_in_other_words_is_one_page(
    reader: Client, claim: Claim, other: str, is_one: bool
) -> None:
    # Each time another question, since what is asked twice in the same words is kept anyway;
    # several times, since the tide moves with what other tests write, too.
    taken = []
    for number in range(10):
        first = reader.get(f"/claims/?q=rained+{number}&kind=event")
        response, needed = asked(reader, "/claims/?" + other.format(number=number))
        assert (response.content == first.content) == is_one
        taken.append(needed)
    assert (min(taken) == ASKED_FOR_THE_TIDE) == is_one


def test_what_is_asked_twice_in_another_order_is_another_page(reader: Client, claim: Claim) -> None:
    reader.get("/claims/?q=rained&q=snowed")
    response = reader.get("/claims/?q=snowed&q=rained")
    assert response.content == Client().get("/claims/?q=snowed&q=rained").content


def test_pages_differ_by_language(reader: Client, claim: Claim) -> None:
    pages = {}
    for language in ("en", "fr", "en", "fr"):
        response = reader.get("/about/method/", headers={"Accept-Language": language})
        pages.setdefault(language, response.content)
        assert response.headers["Content-Language"] == language
        assert response.content == pages[language]
    assert f'<html lang="{"fr"}"'.encode() in pages["fr"]


def test_address_asks_for_a_language(reader: Client, claim: Claim) -> None:
    path, english = "/about/method/", {"Accept-Language": "en"}
    said = {}
    for _ in range(2):
        for asked_for in ("", "?hl=en", "?hl=fr", "?a=1&hl=fr", "?hl=xx", "?hl=", "?xhl=fr"):
            response = reader.get(path + asked_for, headers=english)
            said[asked_for] = response.headers["Content-Language"]
            assert f'<html lang="{said[asked_for]}"' in response.content.decode()
    assert [asked_for for asked_for, language in said.items() if language == "fr"] == [
        "?hl=fr",
        "?a=1&hl=fr",
    ]
    assert 'href="?hl=fr" lang="fr"' in reader.get(path, headers=english).content.decode()
    page = reader.get("/claims/?q=rain&hl=fr", headers=english).content.decode()
    assert 'href="?hl=en&amp;q=rain" lang="en"' in page or 'href="?q=rain&amp;hl=en"' in page


@pytest.mark.parametrize("path", ["/claims/999-nothing/", "/claims/", "/nowhere/", "/desk/"])
def test_what_is_not_there_yet_is_asked_for_again(reader: Client, path: str) -> None:
    response = reader.get(path, {"page": "99"})
    assert response.status_code in (302, 404)
    assert response.headers["Cache-Control"] == "no-cache"


def test_page_falls_when_it_would_say_something_else(
    reader: Client, claim: Claim, django_user_model: type[User]
) -> None:
    path = claim.get_absolute_url()
    before = reader.get(path).content
    elsewhere(lambda: EvidenceFactory(claim=claim, stance="denies"))
    after = reader.get(path).content
    assert (after != before, after) == (True, Client().get(path).content)


def test_claim_stands_while_others_change_and_lists_fall(reader: Client, claim: Claim) -> None:
    path = claim.get_absolute_url()
    before = reader.get(path).content, reader.get("/claims/").content
    elsewhere(lambda: ClaimFactory(text="It snowed", published=True))
    assert statements(reader, path) == ASKED_FOR_VERSIONS
    assert at_rest(reader, path) == ASKED_FOR_THE_TIDE
    after = reader.get(path).content, reader.get("/claims/").content
    assert [one == other for one, other in zip(before, after, strict=True)] == [True, False]


def test_lists_stand_while_nothing_is_told(reader: Client, claim: Claim) -> None:
    assert moved(reader, "/claims/") == ASKED_FOR_VERSIONS
    assert at_rest(reader, "/claims/") == ASKED_FOR_THE_TIDE


def test_claim_falls_with_a_source_that_it_names(reader: Client, claim: Claim) -> None:
    path = claim.get_absolute_url()
    source = claim.evidence.get().source
    assert source.name in reader.get(path).content.decode()
    by = UserFactory(group="editor")
    elsewhere(lambda: edit_source(by=by, source=source, name="Somebody else"))
    assert "Somebody else" in reader.get(path).content.decode()


def test_write_that_was_open_during_the_rendering_is_seen_when_it_is_done(
    reader: Client, claim: Claim
) -> None:
    path, paths = claim.get_absolute_url(), ("/claims/", "/changes/", "/")
    by = UserFactory(group="editor")
    source = claim.evidence.get().source
    written, read = threading.Event(), threading.Event()

    def write() -> None:
        with transaction.atomic():
            edit_source(by=by, source=source, name="Slow to commit")
            void_evidence(by=by, evidence=claim.evidence.get(), reason="Misread")
            written.set()
            assert read.wait(30)

    thread = threading.Thread(target=elsewhere, args=[write])
    thread.start()
    assert written.wait(30)
    try:
        SourceFactory(name="Quick to commit")  # its event has a higher number, and is there first
        before = {one: reader.get(one).content for one in (path, *paths)}
        assert {one: reader.get(one).content for one in before} == before
    finally:
        read.set()
        thread.join(30)
    after = {one: reader.get(one).content for one in before}
    assert after == {one: Client().get(one).content for one in before}
    assert (after[path] != before[path], after["/claims/"] != before["/claims/"]) == (True, True)


def test_lower_number_that_comes_later_is_noticed(reader: Client, claim: Claim) -> None:
    """The list was made while an event was not yet visible, and a higher one was."""
    by = UserFactory(group="editor")
    written, read = threading.Event(), threading.Event()

    def write() -> None:
        with transaction.atomic():
            edit_source(by=by, source=claim.evidence.get().source, name="Below the highest")
            written.set()
            assert read.wait(30)

    assert moved(reader, "/sources/") == ASKED_FOR_VERSIONS  # now the floor is known
    thread = threading.Thread(target=elsewhere, args=[write])
    thread.start()
    assert written.wait(30)
    SourceFactory(name="Above")
    newest = Event.objects.order_by("pk").last()
    before = reader.get("/sources/").content
    elsewhere(lambda: UserFactory(username="somebody"))  # moves the tide only
    stood = statements(reader, "/sources/")
    read.set()
    thread.join(30)
    after = reader.get("/sources/").content.decode()
    assert newest == Event.objects.order_by("pk").last()
    assert (stood, b"Below the highest" in before) == (ASKED_FOR_VERSIONS, False)
    assert "Below the highest" in after


def test_within_a_transaction_nothing_is_kept(reader: Client, claim: Claim) -> None:
    path = claim.get_absolute_url()
    with transaction.atomic():
        one = reader.get(path)
        EvidenceFactory(claim=claim, stance="denies")
        other = reader.get(path)
        transaction.set_rollback(True)
    assert one.content != other.content
    assert reader.get(path).content == one.content
    assert set(one.headers) == set(reader.get(path).headers)


def test_reader_writes_nothing(reader: Client, claim: Claim) -> None:
    with CaptureQueriesContext(connection) as queries:
        reader.get(claim.get_absolute_url())
    assert [query["sql"].split()[0] for query in queries][:2] == ["BEGIN", "SELECT"]
    assert {query["sql"].split()[0] for query in queries} == {"BEGIN", "SELECT", "WITH", "COMMIT"}


class Slow:
    """A reader's page that is made only when ``go`` is set."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.made: list[str] = []
        self.answer = kept.kept(self._make)
        self.answers: list[bytes] = []

    def _make(self, request: HttpRequest) -> HttpResponse:
        making = request.META[MAKING]
        always = Unchanged(Query("SELECT 1", ()), (1,))
        making.read, making.tide, making.unchanged = True, tide(), always
        self.made.append(request.path)
        if request.path == "/slow/":
            self.go.wait(10)
        return HttpResponse(f"All of {request.path}")

    def ask(self, path: str) -> None:
        try:
            self.answers.append(self.answer(RequestFactory().get(path)).content)
        finally:
            connection.close()

    def begin(self, number: int) -> list[threading.Thread]:
        """Ask for the slow page so many times at once, until as many are being made as may be."""
        threads = [threading.Thread(target=self.ask, args=["/slow/"]) for _ in range(number)]
        for thread in threads:
            thread.start()
        for _try in range(1000):
            if len(self.made) == kept.AT_ONCE:
                break
            threading.Event().wait(0.01)
        return threads

    def end(self, threads: list[threading.Thread]) -> None:
        self.go.set()
        for thread in threads:
            thread.join(30)


def test_those_who_wait_for_a_page_that_is_being_made_are_shown_that_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(kept, "LONGEST_TURN", 20)
    page = Slow()
    page.end(page.begin(8))
    assert page.answers == [b"All of /slow/"] * 8
    assert len(page.made) == kept.AT_ONCE


def test_slow_pages_hold_others_up_for_a_while_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "LONGEST_TURN", 0.01)
    page = Slow()
    threads = page.begin(kept.AT_ONCE)
    page.ask("/other/")
    assert page.answers == [b"All of /other/"]
    page.end(threads)
    page.ask("/slow/")
    assert page.made == [*["/slow/"] * kept.AT_ONCE, "/other/"]
