"""What every kind of page is sent with, errors included; what readers never get; what is kept."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path

from config.urls import urlpatterns as real_urls
from tests.test_access import ROWS
from tests.world import ROLES, ROUTES, World, build

pytestmark = pytest.mark.django_db

ALWAYS = {
    "Content-Security-Policy": {
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    },
    "X-Content-Type-Options": {"nosniff"},
    "Referrer-Policy": {"same-origin"},
    "Cross-Origin-Opener-Policy": {"same-origin"},
    "X-Frame-Options": {"DENY"},
    "Permissions-Policy": {
        "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"
    },
}
# Sent while they are read, so that nobody knows the end, or its ETag, at the beginning; a workbook
# holds the moment at which it was made.
STREAMED = [
    *("claims:claims_as", "claims:queue_as", "claims:claim_reviews", "claims:template_xlsx"),
    *("claims:claim_csv", "claims:changes_csv", "claims:corrections_csv"),
    *("claims:sources_csv", "claims:articles_csv"),
]
NO_DATA = ("claims:api_docs", "claims:api_nowhere")
# What programs read: the public record, the same whoever asks.
PUBLIC = [
    *("claims:data_package", "claims:template_csv", "claims:share_picture"),
    *("claims:robots", "claims:sitemap", "claims:sitemap_part"),
    *(name for name in ROWS if name.startswith("claims:") and name.endswith(("_feed", "_json"))),
    *(name for name in ROWS if name.startswith("claims:api_") and name not in NO_DATA),
]
# What others may frame.
FRAMED = ["claims:embed"]
# What readers may send has a cookie against forgery; what tells the moment differs each time.
SENDING = ["claims:report"]
TELLING_TIME = ["claims:cite"]
READERS = [
    name
    for name, (permission, reading, _writing) in ROWS.items()
    if permission == "everybody" and reading[0] == "200" and ":" in name
    if name not in (*STREAMED, *PUBLIC, *FRAMED, *SENDING, *TELLING_TIME)
]
DESK = [
    name
    for name, (permission, reading, _writing) in ROWS.items()
    if permission != "everybody" and reading[2] == "200" and name not in STREAMED
]
ADMIN = [
    "admin:index",
    "admin:password_change",
    *(name for name in ROUTES if name.endswith(("_changelist", "_add")) and "admin:" in name),
]


def broken(request: HttpRequest) -> HttpResponse:
    """A view with a fault."""
    raise RuntimeError("broken on purpose")


TOKEN = re.compile(rb"[A-Za-z0-9]{64}")  # differs each time
urlpatterns = [*real_urls, path("broken/", broken)]


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield build()
        transaction.set_rollback(True)


def sent_with(response: HttpResponse) -> dict[str, set[str]]:
    """Those headers, each as the set of its parts."""
    return {
        name: {part.strip() for part in response.headers.get(name, "missing").split(";")}
        for name in ALWAYS
    }


def parts(response: HttpResponse, name: str) -> set[str]:
    """The parts of a header that is a list, in small letters."""
    return {part.strip().lower() for part in response.headers.get(name, "").split(",")} - {""}


class _Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.all: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.all.append((tag, dict(attrs)))


def whole(response: HttpResponse) -> bytes:
    """What was sent, also where it was streamed; that can be asked for once."""
    return response.getvalue()


def inline(response: HttpResponse) -> list[str]:
    """Every piece of script or style that stands in the page itself."""
    reader = _Elements()
    reader.feed(whole(response).decode())
    return [
        f"{tag} {attrs}"
        for tag, attrs in reader.all
        if tag == "style"
        or (tag == "script" and not attrs.get("src") and not _is_data(attrs))
        or any(name == "style" or name.startswith(("on", "hx-on")) for name in attrs)
    ]


def scripts(response: HttpResponse) -> int:
    """How many scripts a browser would run; data isn't run."""
    reader = _Elements()
    reader.feed(response.content.decode())
    return sum(tag == "script" and not _is_data(attrs) for tag, attrs in reader.all)


def _is_data(attrs: dict[str, str | None]) -> bool:
    return attrs == {"type": "application/ld+json"}


@pytest.mark.parametrize(
    "name", [*READERS, *PUBLIC, *SENDING, *TELLING_TIME, "login", "healthz", "readyz"]
)
def test_headers_of_public_pages(world: World, name: str) -> None:
    response = world.client("anonymous").get(world.path(name))
    assert (response.status_code, sent_with(response)) == (200, ALWAYS)


@pytest.mark.parametrize("name", FRAMED)
def test_headers_of_what_others_may_frame(world: World, name: str) -> None:
    """All the others forbid it: the tables of this module name every address."""
    response = world.client("anonymous").get(world.path(name))
    policy = ALWAYS["Content-Security-Policy"]
    changed = {"frame-ancestors 'none'", "script-src 'self'", "form-action 'self'"}
    now = {"frame-ancestors *", "script-src 'none'", "form-action 'none'"}
    assert sent_with(response) == {
        **ALWAYS,
        "Content-Security-Policy": policy - changed | now,
        "X-Frame-Options": {"missing"},
    }
    assert (response.status_code, response.cookies, inline(response)) == (200, {}, [])


@pytest.mark.parametrize("name", DESK)
def test_headers_of_desk_pages(world: World, name: str) -> None:
    response = world.client("editor").get(world.path(name), world.query(name))
    assert (response.status_code, sent_with(response)) == (200, ALWAYS)
    assert parts(response, "Cache-Control") >= {"no-store"}
    assert "cookie" in parts(response, "Vary")
    assert inline(response) == []


@pytest.mark.parametrize("name", ADMIN)
def test_headers_of_admin_pages(world: World, name: str) -> None:
    response = world.client("chief").get(world.path(name))
    assert response.status_code in (200, 403)
    assert sent_with(response) == ALWAYS
    assert "no-store" in parts(response, "Cache-Control")
    assert inline(response) == []


@pytest.mark.parametrize(
    ("role", "asked", "host", "status"),
    [
        ("anonymous", "GET /nowhere/", "testserver", 404),
        ("anonymous", "GET /claims/0-nothing/", "testserver", 404),
        ("anonymous", "GET /claims", "testserver", 301),
        ("anonymous", "GET /desk/", "testserver", 302),
        ("anonymous", "GET /", "elsewhere.example", 400),
        ("anonymous", "POST /claims/", "testserver", 405),
        ("anonymous", "PUT /", "testserver", 405),
        ("anonymous", "GET /broken/", "testserver", 302),
        ("no role", "GET /desk/", "testserver", 403),
        ("no role", "GET /admin/login/", "testserver", 403),
        ("editor", "GET /desk/claims/0/edit/", "testserver", 404),
        ("editor", "POST /desk/claims/new/", "testserver", 422),
        ("editor", "GET /broken/", "testserver", 500),
        ("chief", "GET /admin/nowhere/", "testserver", 404),
    ],
)
def test_headers_of_errors(world: World, role: str, asked: str, host: str, status: int) -> None:
    method, address = asked.split()
    with override_settings(ROOT_URLCONF=__name__):
        response = world.client(role).generic(method, address, HTTP_HOST=host)
    assert (response.status_code, sent_with(response)) == (status, ALWAYS)
    assert inline(response) == []
    if role == "anonymous":
        assert response.cookies == {}
    else:
        assert "no-store" in parts(response, "Cache-Control")


def test_headers_of_a_post_without_token(world: World) -> None:
    client = world.client("editor", enforce_csrf_checks=True)
    response = client.post("/desk/claims/new/", {"text": "It rained"})
    assert (response.status_code, sent_with(response)) == (403, ALWAYS)
    assert inline(response) == []


def test_error_page_tells_nothing_of_the_fault(world: World) -> None:
    with override_settings(ROOT_URLCONF=__name__):
        response = world.client("chief").get("/broken/")
    page = response.content.decode()
    assert [
        word for word in ("broken on purpose", "Traceback", "RuntimeError") if word in page
    ] == []


@pytest.mark.parametrize("name", [*READERS, *TELLING_TIME])
def test_reader_pages_need_no_script_and_no_cookie(world: World, name: str) -> None:
    """The list alone has a script: it follows what is typed, which can be sent without."""
    response = world.client("anonymous").get(world.path(name))
    wanted = (200, {}, name == "claims:claim_list")
    assert (response.status_code, response.cookies, scripts(response)) == wanted
    assert inline(response) == []


@pytest.mark.parametrize("name", READERS)
def test_reader_pages_can_be_kept_and_differ_by_who_asks(world: World, name: str) -> None:
    address = world.path(name)
    response = world.client("anonymous").get(address)
    assert parts(response, "Vary") == {"accept-encoding", "accept-language", "cookie"}
    assert "no-store" not in parts(response, "Cache-Control")
    held = {"If-None-Match": response.headers["ETag"]}
    assert world.client("anonymous").get(address, headers=held).status_code == 304
    assert "no-store" in parts(world.client("editor").get(address), "Cache-Control")


@pytest.mark.parametrize("name", PUBLIC)
def test_what_programs_read_is_the_same_whoever_asks(world: World, name: str) -> None:
    address = world.path(name)
    answers = [world.client(role).get(address) for role in ROLES]
    assert len({answer.content for answer in answers}) == 1
    for answer in answers:
        assert (answer.status_code, answer.cookies) == (200, {})
        assert "public" in parts(answer, "Cache-Control")
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
    held = {"If-None-Match": answers[0].headers["ETag"]}
    again = world.client("editor").get(address, headers=held)
    assert (again.status_code, again.content) == (304, b"")


FORMS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "jsonl": "application/x-ndjson; charset=utf-8",
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("name", "file"), [(STREAMED[0], "claims"), (STREAMED[1], "drafts")])
def test_headers_of_files(world: World, name: str, file: str, form: str) -> None:
    path = world.path(name, form=form)
    for method in ("get", "head"):
        response = getattr(world.client("editor"), method)(path, world.query(name))
        assert (response.status_code, sent_with(response), response.cookies) == (200, ALWAYS, {})
        assert response.headers["Content-Type"] == FORMS[form]
        assert response.headers["Content-Disposition"] == f'attachment; filename="{file}.{form}"'
        assert "no-store" in parts(response, "Cache-Control")
        assert bool(response.getvalue()) is (method == "get")


@pytest.mark.parametrize("form", FORMS)
def test_files_for_readers_can_be_kept_and_set_no_cookie(world: World, form: str) -> None:
    response = world.client("anonymous").get(world.path("claims:claims_as", form=form))
    assert (response.status_code, sent_with(response), response.cookies) == (200, ALWAYS, {})
    assert parts(response, "Vary") == {"cookie", "accept-language"}
    assert "no-store" not in parts(response, "Cache-Control")
    assert response.getvalue()


def test_headers_of_the_template(world: World) -> None:
    for form in ("csv", "xlsx"):
        response = world.client("anonymous").get(world.path(f"claims:template_{form}"))
        assert (response.status_code, sent_with(response), response.cookies) == (200, ALWAYS, {})
        assert response.headers["Content-Type"] == FORMS[form]
        name = f"claims-template.{form}"
        assert response.headers["Content-Disposition"] == f'attachment; filename="{name}"'


@pytest.mark.parametrize("role", ["anonymous", "editor"])
def test_headers_of_the_feed(world: World, role: str) -> None:
    path = world.path("claims:claim_reviews")
    for method in ("get", "head"):
        response = getattr(world.client(role), method)(path)
        assert (response.status_code, sent_with(response), response.cookies) == (200, ALWAYS, {})
        assert response.headers["Content-Type"] == "application/ld+json; charset=utf-8"
        assert bool(response.getvalue()) is (method == "get")


@pytest.mark.parametrize("name", [*READERS, *DESK])
def test_page_that_answers_htmx_otherwise_says_so(world: World, name: str) -> None:
    client, address = world.client("editor"), world.path(name)
    plain = client.get(address, world.query(name))
    before = TOKEN.sub(b"", whole(plain))
    for asked in ({}, {"HX-Target": "section#desk-slot"}, {"HX-Target": "section#passage"}):
        htmx = client.get(address, world.query(name), headers={"HX-Request": "true", **asked})
        same = TOKEN.sub(b"", whole(htmx)) == before
        assert same or {"hx-request", "hx-target"} <= parts(plain, "Vary") & parts(htmx, "Vary")


PRODUCTION = """
import json, logging, django
from django.conf import settings
settings.STORAGES["staticfiles"] = {
    "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
}
settings.MIDDLEWARE.remove("whitenoise.middleware.WhiteNoiseMiddleware")
django.setup()
from django.test import Client
host = {"HTTP_HOST": "claims.example"}
page = Client().get("/accounts/login/", secure=True, **host)
plain = Client().get("/accounts/login/", **host)
alive = Client().get("/healthz", **host)
logging.disable(logging.CRITICAL)
stranger = Client().get("/", secure=True, HTTP_HOST="elsewhere.example")
cookie = page.cookies["csrftoken"]
print(json.dumps({
    "page": [page.status_code, dict(page.headers)],
    "plain": [plain.status_code, dict(plain.headers)],
    "alive": alive.status_code,
    "stranger": [stranger.status_code, dict(stranger.headers)],
    "csrf": [bool(cookie["secure"]), bool(cookie["httponly"]), cookie["samesite"]],
    "session": [
        settings.SESSION_COOKIE_SECURE,
        settings.SESSION_COOKIE_HTTPONLY,
        settings.SESSION_COOKIE_SAMESITE,
    ],
    "debug": settings.DEBUG,
}))
"""


@pytest.fixture(scope="module")
def production(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a site with a DATABASE_URL answers, without its database being asked."""
    given = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": "postgresql://sayso@127.0.0.1:1/sayso",
        "SECRET_KEY": "k" * 50,
        "ALLOWED_HOSTS": "claims.example",
        "DATA_DIR": str(tmp_path_factory.mktemp("data")),
    }
    ran = subprocess.run(
        [sys.executable, "-c", PRODUCTION],
        env=given,
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    return json.loads(ran.stdout)


def test_production_sends_every_header_and_hsts(production: dict[str, Any]) -> None:
    status, headers = production["page"]
    assert status == 200
    assert {name: {p.strip() for p in headers[name].split(";")} for name in ALWAYS} == ALWAYS
    assert headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert production["debug"] is False


def test_production_cookies_travel_by_https_only(production: dict[str, Any]) -> None:
    assert production["csrf"] == [True, True, "Lax"]
    assert production["session"] == [True, True, "Lax"]


def test_production_leads_to_https(production: dict[str, Any]) -> None:
    status, headers = production["plain"]
    assert (status, headers["Location"]) == (301, "https://claims.example/accounts/login/")
    assert {name: {p.strip() for p in headers[name].split(";")} for name in ALWAYS} == ALWAYS
    assert production["alive"] == 200


def test_production_refuses_other_hosts(production: dict[str, Any]) -> None:
    status, headers = production["stranger"]
    assert status == 400
    assert {name: {p.strip() for p in headers[name].split(";")} for name in ALWAYS} == ALWAYS


def test_health_is_never_kept(client: Client) -> None:
    for address in ("/healthz", "/readyz"):
        assert "no-store" in parts(client.get(address), "Cache-Control")
