"""Whatever is sent: never an answer of 500 or above, nothing half-written, scripts stay text."""

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any, ClassVar
from urllib.parse import quote, urlencode

import pytest
from django.contrib.admin import site
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import include, path, reverse

from articles.models import Article, Event
from claims import record
from claims.actions.challenges import close_challenge
from claims.actions.desk import assign, save_filter
from claims.actions.evidence import void_appearance, void_evidence
from claims.actions.merging import void_claim_link
from claims.actions.redaction import redact
from claims.actions.reviewing import ask_for_changes
from claims.actions.verdicts import Grade, discard_verdict, propose_withdrawal, publish_verdict
from claims.choices import ClaimKind, Finding, VerdictKind
from claims.desk.queues import QUEUES
from claims.history_check import check
from claims.models import ClaimLink, EvidenceLink
from tests.factories import (
    AffiliationFactory,
    AppearanceFactory,
    ArticleFactory,
    ChallengeFactory,
    ClaimFactory,
    ClaimLinkFactory,
    EvidenceFactory,
    EvidenceLinkFactory,
    QuestionFactory,
    SnapshotFactory,
    SourceFactory,
    UserFactory,
    VerdictFactory,
    day,
)
from tests.test_access import FILLED, ROWS, address, sent
from tests.world import ROUTES, World, build, counts

pytestmark = pytest.mark.django_db
SEED = 20230308
MARKUP = "<zq onmouseover=zq()>\"'><script>zq()</script></textarea></title>{{7*7}}"

# What people and machines type where something else is meant. `bytes` go out as they are.
TEXTS: list[str | bytes] = [
    *("", " ", "\t\n\r", "\x00", "a\x00b", "\x00" * 500, "\x01\x02\x1b[31m", "\x7f\x80\x9f"),
    *(
        b"\xff\xfe",
        b"\xc0\x80",
        b"\xed\xa0\x80",
        b"a\xed\xbf\xbfb",
        b"\xf4\x90\x80\x80",
        b"\xe2\x82",
    ),
    *(
        "\ufeff",
        "\ufffe\uffff",
        "\u202egnp.exe",
        "\u200b\u200d\u2060",
        "\u2028\u2029",
        "a" + "\u0301" * 300,
    ),
    *(
        "🏳️‍🌈" * 40,
        "ﬀ" * 200,
        "ß" * 300,
        "İ" * 300,
        "\u0627" * 400,
        "\U0001d518" * 400,
        "e\u0301" * 200,
    ),
    *("a" * 10_000, "word " * 2_000, "\n" * 10_000, "é" * 10_000, "(" * 5_000, "&" * 3_000),
    *("'; DROP TABLE claims_claim; --", "' OR 1=1 --", '"', "\\", "\\'", "%", "_", "%s %n %(x)s"),
    *(MARKUP, "javascript:zq()", "data:text/html,<zq>", "{% load x %}{{ settings }}", "${7*7}"),
    *("../../../etc/passwd", "C:\\nul", "file:///etc/passwd", "\r\nSet-Cookie: zq=1", "/" * 300),
    *("(a+)+$" * 50, "[[:alpha:", "a & | ! ( ) : * <->", ":*", "!!", 'websearch "open', "-" * 99),
    *(
        "NaN",
        "Infinity",
        "-Infinity",
        "1e400",
        "-1",
        "0",
        "1.5",
        "0x10",
        "1_000",
        "٣",
        "²",
        "½",
        "1,5",
    ),
    *(
        "9" * 18,
        "9" * 19,
        "9" * 40,
        "9" * 5_000,
        "-" + "9" * 19,
        "2147483648",
        "9223372036854775808",
    ),
    *("true", "null", "None", "undefined", "[]", "{}", '{"a": {"a": {"a": []}}}', "[" * 2_000),
    *("0000-00-00", "2023-02-30", "2023-13-01", "0001-01-01", "9999-12-31", "10000-01-01", "9999"),
    *("2023-03-09/2023-03-01", "2023-03-08/", "/2023-03-08", "/", "31 December 9999", "0", "1 BC"),
    *(
        "29 February 2023",
        "March",
        "3/8/2023",
        "8.3.2023",
        "2023-W10",
        "12:00",
        "infinity",
        "today",
    ),
    *(
        "CL-0",
        "CL-" + "9" * 18,
        "CL-" + "9" * 30,
        "CL-²",
        "E-0",
        "E-" + "9" * 18,
        "x · S-" + "9" * 18,
    ),
    *(
        "http://[",
        "http://[::1",
        "https://" + "a" * 3_000,
        "http://a.example\x00",
        "https://\u0130.example",
    ),
    *("http:", "//zq", "ftp://a", "https://a.example:99999", "https://user:pw@a.example/?q=<zq>"),
    *(
        "en-",
        "x" * 36,
        "../",
        "en\n",
        "Q0",
        "Q" + "9" * 30,
        "person",
        "organisation",
        "this",
        "other",
    ),
]
HEADERS: list[dict[str, str]] = [
    {"HX-Request": "true", "HX-Target": "<zq>", "HX-Trigger": "\\", "HX-Prompt": "%00"},
    {"HX-Request": "maybe", "HX-Current-URL": "http://[", "HX-Current-URL-URI-AutoEncoded": "true"},
    {"HX-Request": "true", "HX-Current-URL": "%ED%A0%80", "HX-Boosted": "1", "HX-Source": "a#"},
    {"HX-Triggering-Event": "{" * 500, "HX-Triggering-Event-URI-AutoEncoded": "true"},
    {"Accept-Language": "xx-" + "y" * 300 + ";q=zq", "Accept": "*;q=,,", "Accept-Encoding": "zq"},
    {"Accept-Language": "../../fr", "Range": "bytes=9-1", "If-Match": "zq"},
    {"If-Modified-Since": "0000-00-00", "If-None-Match": 'W/"' + "a" * 5_000},
    {"If-Unmodified-Since": "Thu, 99 Foo 99999 99:99:99 GMT", "If-None-Match": '*,,"'},
    {"Cookie": "sessionid=%00; csrftoken=<zq>; django_language=../..; messages=zq:1:zq"},
    {"Referer": "http://[", "Origin": "null", "X-Forwarded-For": "zq" * 999, "X-Real-IP": "%"},
    {"X-Forwarded-Host": "zq.example", "X-HTTP-Method-Override": "DELETE", "User-Agent": "\x7f"},
    {"Host": "zq.example"},
    {"Host": "[::1"},
]
NAMES = [
    *("q", "page", "list", "status", "kind", "source", "question", "start", "end", "snapshot"),
    *("article", "reference", "saved", "after", "other", "keep", "next", "sort", "order", "o", "p"),
    *("id__regex", "text__iregex", "claim__known__overlap", "e", "all", "_popup", "_to_field"),
    *(
        "_facets",
        "_changelist_filters",
        "page[]",
        "q[a][b]",
        "__class__",
        "app_label",
        "model_name",
    ),
    *("field_name", "term", "zq", ""),
]
SEGMENTS = [
    *("0", "-1", "9" * 18, "9" * 19, "9" * 5_000, "1e3", "1.0", "²", "%D9%A3", "%00", "a%00b"),
    *(
        "%ED%A0%80",
        "%FF%FE",
        "%C0%80",
        "..",
        "%2e%2e%2f",
        "%2F",
        "%0d%0aSet-Cookie:zq=1",
        "a" * 10_000,
    ),
    *("%E2%80%AE", "%3Czq%3E", "'%22", "%25", "%25s", "*", ";", "1-%00", "1-" + "a" * 5_000),
]
BODIES: list[tuple[bytes, str]] = [
    (b"", "application/x-www-form-urlencoded"),
    (b"\xff" * 2_000, "application/x-www-form-urlencoded"),
    (b"text=1", "application/x-www-form-urlencoded; charset=utf-16"),
    (b"text=%2B", "application/x-www-form-urlencoded; charset=zq"),
    (b"&".join(b"a%d=1" % n for n in range(1_500)), "application/x-www-form-urlencoded"),
    (b"text=" + b"a" * 2_700_000, "application/x-www-form-urlencoded"),
    (b"[" * 10_000, "application/json"),
    (b'{"text": {"text": []}}', "application/json; charset=utf-7"),
    (b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>", "text/xml"),
    (b"zq", "multipart/form-data"),
    (b"zq", "multipart/form-data; boundary="),
    (b"--b\r\nzq\r\n--b--", "multipart/form-data; boundary=b"),
    (b"--b\r\nContent-Disposition: form-data; name=text", "multipart/form-data; boundary=b"),
    (
        b'--b\r\nContent-Disposition: form-data; name=text; filename="\x00"\r\n\r\n\xff\r\n--b--',
        "multipart/form-data; boundary=b",
    ),
    (
        (
            b'--b\r\nContent-Disposition: form-data; name="file"; filename="../zq"\r\n'
            b"Content-Transfer-Encoding: base64\r\n\r\n!!!\r\n--b--\r\n"
        ),
        "multipart/form-data; boundary=b",
    ),
    (
        (
            b'--b\r\nContent-Disposition: form-data; name="text"\r\n'
            b"Content-Type: text/plain; charset=zq\r\n\r\n\xff\r\n--b--\r\n"
        ),
        "multipart/form-data; boundary=b",
    ),
    (
        b"".join(
            b'--b\r\nContent-Disposition: form-data; name="f%d"; filename="f"\r\n\r\nx\r\n' % n
            for n in range(150)
        )
        + b"--b--\r\n",
        "multipart/form-data; boundary=b",
    ),
    (b"text=1", "multipart/form-data; boundary=\xc3\xa9"),
    (b"text=1", "x" * 5_000),
]
FILES = [
    *(
        b"",
        b"\x00",
        b"\xff\xfea\x00",
        b"PK\x03\x04zq",
        b"\xed\xa0\x80",
        b"claim\n",
        b"claim,claim\na,b",
    ),
    *(
        b'claim\n"open',
        b"claim,source\n" + b"," * 5_000,
        b"a" * 200_000,
        b"\n" * 5_000,
        b"claim;\n;",
    ),
    *(
        b"claim,zq\n1,2",
        b"claim\n" + b"x\n" * 1_200,
        b"claim,stated\nx,0000-00-00",
        b"claim,p_low\nx,NaN",
    ),
    *(b"claim,source,source_kind,stated\n\x01,\xe2\x80\xae,person,9999-12-31", b"x" * 1_100_000),
    b"claim,source,source_kind,stated,window,url\n" + MARKUP.encode() + b",a,b,c,d,e",
]
# What these do can be done once only: it is taken back after it was looked at. Their right forms
# are followed to the end in another test.
ONCE = {
    "login",
    "claims:article_capture",
    "claims:publish_claim",
    "claims:withdraw_claim",
    "claims:merge_claim",
    "claims:set_aside_claim",
    "claims:take_up_claim",
    "claims:void_claim_link",
    "claims:void_evidence",
    "claims:void_evidence_link",
    "claims:void_appearance",
    "claims:void_outside_verdict",
    "claims:repair_passage",
    "claims:give_up_passage",
    "claims:accept_passage",
    "claims:publish_verdict",
    "claims:discard_verdict",
    *(name for name in FILLED if name.startswith("admin:")),
}
READ = [name for name, (_p, reading, _w) in ROWS.items() if reading[2] in ("200", "302", "303")]
SEND = [name for name in FILLED if "logout" not in name]
UPLOADS = ("articles:article_new", "claims:article_capture", "claims:import")
PARTS = 4


@dataclass
class Sent:
    """One request."""

    name: str
    method: str
    path: str
    body: bytes = b""
    content_type: str = "application/x-www-form-urlencoded"
    headers: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        told = f"{self.method} {self.path[:150]} {self.body[:300]!r} {self.content_type[:60]}"
        return f"{told} {str(self.headers)[:200] if self.headers else ''}"


def raw(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode()


def encoded(pairs: list[tuple[str, Any]]) -> bytes:
    return urlencode([(raw(name), raw(value)) for name, value in pairs]).encode()


def readings(world: World, dice: random.Random) -> Iterator[Sent]:
    """Every page that can be read, with queries and headers that make no sense."""
    for name in READ:
        path = address(world, name)
        held = [(key, str(value)) for key, value in world.query(name).items()]
        for _time in range(5):
            pairs = list(held) if dice.random() < 0.5 else []
            for _more in range(dice.randint(1, 4)):
                pairs.append((dice.choice(NAMES), dice.choice(TEXTS)))
            dice.shuffle(pairs)
            yield Sent(name, "GET", f"{path}?{encoded(pairs)[:20_000].decode()}")
        for page in dice.sample(["-1", "0", "last", "9" * 20, "1.5", "%00"], 3):
            yield Sent(name, "GET", f"{path}?page={page}")
        for headers in dice.sample(HEADERS, 4):
            yield Sent(name, dice.choice(["GET", "HEAD"]), path, headers=headers)
        yield Sent(name, "GET", f"{path}?%ff=%00&&=&%ED%A0%80;=;" + "&a=b" * 2_000)


def addresses(dice: random.Random) -> Iterator[Sent]:
    """Every route with something in it, that something replaced."""
    for name, route in ROUTES.items():
        if "<" not in route or name.startswith("admin:"):
            continue
        for segment in dice.sample(SEGMENTS, 9):
            path = "/" + "/".join(segment if "<" in part else part for part in route.split("/"))
            yield Sent(name, dice.choice(["GET", "POST"]), path)
    for segment in SEGMENTS:
        for begins in ("/", "/admin/", "/static/", "/accounts/login/?next="):
            yield Sent("none", "GET", begins + segment)


def forms(world: World, dice: random.Random) -> Iterator[Sent]:
    """Every form, sent as it should be but for one to three fields."""
    for name in SEND:
        path, filled = address(world, name), sent(world, name)
        right = [
            (key, value)
            for key, held in filled.items()
            if key not in ("file", "csrfmiddlewaretoken")
            for value in (held if isinstance(held, list) else [held])
        ]
        for _time in range(22):
            pairs = list(right)
            for _more in range(dice.randint(1, 3)):
                _spoil(pairs, dice)
            yield Sent(name, "POST", path, encoded(pairs), headers=_htmx(dice))
        for body, kind in dice.sample(BODIES, 6):
            yield Sent(name, "POST", path, body, kind)


def _spoil(pairs: list[tuple[str, Any]], dice: random.Random) -> None:
    """Change one thing: mostly a value; else a field is doubled, dropped, renamed or added."""
    way = dice.random()
    if not pairs or way < 0.05:
        pairs.append((dice.choice(NAMES), dice.choice(TEXTS)))
        return
    place = dice.randrange(len(pairs))
    key, value = pairs[place]
    if way < 0.75:
        pairs[place] = (key, dice.choice(TEXTS))
    elif way < 0.85:
        pairs.append((key, dice.choice([value, dice.choice(TEXTS)])))
    elif way < 0.93:
        del pairs[place]
    else:
        pairs[place] = (key + dice.choice(["[]", "[0]", ".a", "_pick", "_kind", "\x00"]), value)


def _htmx(dice: random.Random) -> dict[str, str]:
    return dice.choice(HEADERS[:4]) if dice.random() < 0.2 else {}


def uploads(world: World, dice: random.Random) -> Iterator[Sent]:
    """Every form that takes a file, with files that make no sense, under names that make none."""
    for name in UPLOADS:
        filled = {**sent(world, name), "text": [""]}
        for content in FILES:
            body = b"".join(
                b'--b\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'
                % (raw(key), raw(value))
                for key, held in filled.items()
                if key not in ("file", "csrfmiddlewaretoken")
                for value in (held if isinstance(held, list) else [held])
            )
            called = dice.choice([b"a.csv", b"", b"../../a", b"\xff", b"a" * 5_000, b"<zq>.csv"])
            body += (
                b'--b\r\nContent-Disposition: form-data; name="file"; filename="%s"\r\n'
                b"Content-Type: text/csv\r\n\r\n%s\r\n--b--\r\n" % (called, content)
            )
            yield Sent(name, "POST", address(world, name), body, "multipart/form-data; boundary=b")


def admin_forms(world: World, dice: random.Random) -> Iterator[Sent]:
    """The admin's lists and add forms."""
    for name in ROUTES:
        if not name.startswith("admin:") or not name.endswith(("_changelist", "_add")):
            continue
        path = world.path(name)
        for _time in range(6):
            pairs = [(dice.choice(NAMES), dice.choice(TEXTS)) for _n in range(dice.randint(1, 3))]
            yield Sent("admin", "GET", f"{path}?{encoded(pairs)[:20_000].decode()}")
        if name.endswith("_add"):
            page = world.client("chief").get(path)
            if page.status_code != 200:
                continue
            right = admin_form(page.content)
            for _time in range(14):
                pairs = list(right)
                for place in range(len(pairs)):
                    if dice.random() < 0.4 and not pairs[place][0].endswith("_FORMS"):
                        pairs[place] = (pairs[place][0], dice.choice(TEXTS))
                _spoil(pairs, dice)
                yield Sent("admin", "POST", path, encoded(pairs))


class _Fields(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.held: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "csrfmiddlewaretoken")
        if tag in ("input", "select", "textarea") and name != "csrfmiddlewaretoken":
            self.held.append((name, given.get("value", "")))


def admin_form(html: bytes) -> list[tuple[str, str]]:
    reader = _Fields()
    reader.feed(html.decode())
    return reader.held


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield build()
        transaction.set_rollback(True)


def settle() -> None:
    """Ask of the database now what it would ask at the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


# The desk's working state, which is no part of the record.
WORKING = {
    *("articles_draft", "articles_presence", "articles_sending"),
    *("claims_assignment", "claims_listed", "claims_noclaim", "claims_notacopy"),
    *("claims_reportsent", "claims_savedfilter"),
    *("claims_importbatch", "claims_importfile", "claims_importmemory"),
    *("claims_importpart", "claims_importplan", "claims_importrow", "claims_importsheet"),
}

# What has no event, because readers write it; its answer has one.
UNTOLD = {"claims:report": {"claims_challenge"}}


def faults_of(world: World, one: Sent) -> list[str]:
    """What is wrong with the answer to one request and with what it left behind."""
    client = world.client("chief" if one.name == "admin" else "editor")
    sign = transaction.savepoint()
    before = counts() if one.method == "POST" else {}
    given = {f"HTTP_{key.upper().replace('-', '_')}": value for key, value in one.headers.items()}
    response = client.generic(one.method, one.path, one.body, one.content_type, **given)
    found = []
    if response.status_code >= 500:
        transaction.savepoint_rollback(sign)
        return [f"{response.status_code}"]
    if b"<zq" in response.getvalue() and not response.headers.get("Content-Type", "").startswith(
        ("text/csv", "text/plain", "application/x-ndjson", "application/ld+json")
    ):
        found.append("markup came back as markup")
    if "\n" in str(response.headers.get("Location", "")) or "zq" in response.cookies:
        found.append("a header was split")
    signs_in = response.headers.get("Location", "").startswith(
        ("/accounts/login/", "/admin/login/")
    )
    if signs_in and "Cookie" not in one.headers and one.name not in ("none", "admin/login/"):
        found.append("was asked by nobody")
    if before:
        settle()
        wrote = {table for table, count in counts().items() if count != before[table]}
        if wrote and response.status_code not in (302, 303):
            found.append(f"answered {response.status_code} and wrote {sorted(wrote)}")
        told = WORKING | UNTOLD.get(one.name, set())
        if wrote - told and "articles_event" not in wrote and one.name != "admin":
            found.append(f"wrote {sorted(wrote)} without an event")
    if one.name in ONCE and response.status_code < 400:
        transaction.savepoint_rollback(sign)
    else:
        transaction.savepoint_commit(sign)
    return found


KINDS: dict[str, Callable[[World, random.Random], Iterator[Sent]]] = {
    "readings": readings,
    "addresses": lambda world, dice: addresses(dice),
    "forms": forms,
    "uploads": uploads,
    "admin": admin_forms,
}


def requests_of(kind: str, world: World) -> list[Sent]:
    """The requests of a kind: always the same ones."""
    return list(KINDS[kind](world, random.Random(f"{SEED} {kind}")))


@pytest.mark.parametrize(
    ("kind", "part"),
    [
        *(("readings", part) for part in range(2)),
        ("addresses", 0),
        *(("forms", part) for part in range(PARTS)),
        ("uploads", 0),
        ("admin", 0),
    ],
)
def test_no_request_breaks_anything(world: World, kind: str, part: int) -> None:
    all_of_them = requests_of(kind, world)
    parts = {"readings": 2, "forms": PARTS}.get(kind, 1)
    wrong = [
        f"{fault}: {one}" for one in all_of_them[part::parts] for fault in faults_of(world, one)
    ]
    report = check(record.entries())
    assert (wrong, report.faults, record.orphans()) == ([], (), [])


def test_requests_are_many_and_always_the_same(world: World) -> None:
    def all_of_them() -> dict[str, list[str]]:
        """Every request in words, but for the tokens, which are made anew for each form."""
        return {
            kind: [re.sub("[0-9a-f]{64}", "token", str(one)) for one in requests_of(kind, world)]
            for kind in KINDS
        }

    once = all_of_them()
    assert all_of_them() == once
    assert 2_700 <= sum(map(len, once.values())) <= 5_500


def test_right_forms_are_taken(world: World) -> None:
    """The forms that are spoiled above are right before: what is refused is refused for that."""
    answers = {}
    for name in SEND:
        sign = transaction.savepoint()
        response = world.client("editor").post(address(world, name), sent(world, name))
        answers[name] = (response.status_code in (200, 302, 303), record.orphans())
        transaction.savepoint_rollback(sign)
    assert answers == dict.fromkeys(SEND, (True, []))


def _breaks(request: HttpRequest) -> HttpResponse:
    raise RuntimeError


def _writes(request: HttpRequest) -> HttpResponse:
    UserFactory()
    return HttpResponse(status=422)


def _echoes(request: HttpRequest) -> HttpResponse:
    return HttpResponse(request.GET["q"])


urlpatterns = [
    path("breaks/", _breaks),
    path("writes/", _writes),
    path("echoes/", _echoes),
    path("", include("config.urls")),
]


@pytest.mark.parametrize(
    ("one", "faults"),
    [
        (Sent("admin", "GET", "/breaks/"), ["500"]),
        (
            Sent("admin", "POST", "/writes/"),
            ["answered 422 and wrote ['auth_user']"],
        ),
        (Sent("admin", "GET", "/echoes/?q=<zq>"), ["markup came back as markup"]),
        (Sent("admin", "GET", "/claims/?q=<zq>"), []),
    ],
)
def test_faults_would_be_seen(world: World, one: Sent, faults: list[str]) -> None:
    with override_settings(ROOT_URLCONF=__name__):
        assert faults_of(world, one) == faults


@pytest.mark.parametrize(
    "address",
    [
        *("javascript:zq()", "JaVaScRiPt:zq()", "java\tscript:zq()", " javascript:zq()"),
        *("data:text/html,<zq>", "vbscript:zq", "//zq.example", "/zq", "file:///zq"),
    ],
)
def test_address_of_an_article_is_of_the_web(world: World, address: str) -> None:
    filled = {**sent(world, "articles:article_new"), "url": address}
    response = world.client("editor").post("/desk/articles/new/", filled)
    held = Article.objects.order_by("-pk").values_list("url", flat=True).first()
    assert (response.status_code, held.partition("://")[0]) in [(422, ""), (303, "https")]


def marked(name: str) -> str:
    """Markup that says where it was written."""
    return f"zq-{name} {MARKUP}"


@dataclass
class Marked:
    """Rows with markup in every text they hold, the names of those texts, and where they show."""

    names: set[str]
    pages: dict[str, list[str]]


def with_markup() -> Marked:
    """A row of each kind, with markup wherever a text can be written."""
    names: set[str] = set()

    def mark(name: str) -> str:
        names.add(name)
        return marked(name)

    chief = UserFactory(username=mark("reviewer"), group="chief", is_staff=True)
    author = UserFactory(username=mark("author"), group="editor", is_staff=True)
    paper = SourceFactory(name=mark("publisher"), description=mark("description"), by=author)
    person = SourceFactory(person=True, name=mark("source"), aliases=[mark("alias")])
    AffiliationFactory(source=person, organisation=paper, role=mark("role"))
    article = ArticleFactory(title=mark("title"), publisher=paper)
    exact = f"{mark('quotation')} {mark('hedge')}"
    text = f"{mark('before')}\n\n{exact}\n\n{mark('after')}"
    snapshot = SnapshotFactory(article=article, text=text)
    question = QuestionFactory(text=mark("question"))
    claim = ClaimFactory(
        text=mark("claim"),
        kind=ClaimKind.PREDICTION,
        criteria=mark("criteria"),
        window=day("2023-04"),
        question=question,
        published=True,
    )
    evidence = EvidenceFactory(claim=claim, source=person, note=mark("note"))
    appearance = AppearanceFactory(
        evidence=evidence, snapshot=snapshot, exact=exact, hedge=marked("hedge")
    )
    spare = AppearanceFactory(evidence=evidence, snapshot=snapshot, exact=marked("before"))
    void_appearance(by=author, appearance=spare, reason=mark("place-void"))
    other = EvidenceFactory(claim=claim, source=paper, stance="denies")
    EvidenceLinkFactory(evidence=other, other=evidence, kind="repeats", note=mark("link-note"))
    gone = EvidenceFactory(claim=claim, source=SourceFactory(person=True))
    void_evidence(by=author, evidence=gone, reason=mark("evidence-void"))
    rival = ClaimFactory(text=mark("rival"), question=question, published=True)
    ClaimLinkFactory(claim=claim, other=rival, note=mark("claim-link-note"))
    undone_link = ClaimLinkFactory(claim=claim, other=rival, kind="entails")
    void_claim_link(by=author, link=undone_link, reason=mark("claim-link-void"))
    grades = [Grade(evidence=evidence, note=mark("citation"))]
    for kind, number in ((VerdictKind.FIRST, 1), (VerdictKind.CORRECTION, 2)):
        VerdictFactory(
            by=author,
            claim=claim,
            kind=kind,
            finding=Finding.SUPPORTED,
            summary=mark(f"summary-{number}"),
            reasoning=mark(f"reasoning-{number}"),
            correction_note=mark("correction") if number == 2 else "",
            citations=grades,
            published_by=chief,
        )
    dropped = VerdictFactory(by=author, claim=rival)
    discard_verdict(by=author, verdict=dropped, reason=mark("discarded"))
    withdrawn = ClaimFactory(text=mark("withdrawn"), published=True)
    proposal = propose_withdrawal(by=author, claim=withdrawn, reason=mark("withdrawal"))
    publish_verdict(by=chief, verdict=proposal)
    blanked = ClaimFactory(published=True)
    redact(by=chief, subject=blanked, reason=mark("redaction"))
    blanked.refresh_from_db()
    emptied = SnapshotFactory(text="It is private.")
    AppearanceFactory(
        evidence=EvidenceFactory(claim=rival, source=person), snapshot=emptied, exact="private"
    )
    redact(by=chief, subject=emptied, reason=mark("text-redaction"))
    draft = VerdictFactory(
        by=author, claim=rival, summary=mark("draft"), citations=[Grade(evidence=other)][:0]
    )
    ask_for_changes(by=chief, verdict=draft, note=mark("asked-for"))
    ChallengeFactory(claim=claim, body=mark("challenge"), contact=mark("contact"))
    answered = ChallengeFactory(claim=claim)
    close_challenge(by=author, challenge=answered, outcome="rejected", answer=mark("answer"))
    assign(by=author, claim=rival, to=chief)
    save_filter(by=author, name=mark("kept")[:60], query="list=check")
    pages = {
        "anonymous": [
            *map(reverse, ("claims:home", "claims:claim_list", "claims:changes")),
            *map(reverse, ("claims:corrections", "articles:article_list", "articles:source_list")),
            *(row.get_absolute_url() for row in (claim, rival, withdrawn, blanked, article)),
            *(row.get_absolute_url() for row in (emptied.article, person, paper, question)),
            f"/claims/?{urlencode({key: mark('asked') for key in ('q', 'status', 'source')})}",
            f"/accounts/login/?{urlencode({'next': marked('next')})}",
            f"/{quote(marked('nowhere'))}/",
        ],
        "editor": [
            *(reverse(f"claims:{name}", args=[claim.pk]) for name in OF_CLAIMS),
            f"{reverse('claims:desk_article', args=[article.pk])}?start=0&end={len(text)}",
            *(reverse(name, args=[article.pk]) for name in OF_ARTICLES),
            reverse("articles:source_edit", args=[person.pk]),
            reverse("claims:add_role", args=[person.pk]),
            *(reverse(f"claims:{name}", args=[evidence.pk]) for name in OF_EVIDENCE),
            f"{reverse('claims:link_evidence', args=[claim.pk])}?reference=1&article={article.pk}",
            f"{reverse('claims:link_evidence', args=[claim.pk])}?q={quote(marked('asked'))}",
            reverse("claims:void_appearance", args=[appearance.pk]),
            reverse("claims:void_claim_link", args=[ClaimLink.objects.current().first().pk]),
            reverse("claims:void_evidence_link", args=[EvidenceLink.objects.first().pk]),
            reverse("claims:review_verdict", args=[draft.pk]),
            reverse("claims:desk"),
            *(f"{reverse('claims:desk')}?list={name}" for name in (*QUEUES, "articles")),
            reverse("claims:reports", args=[claim.pk]),
            claim.get_absolute_url(),
        ],
        "admin": [
            *admin_pages(),
            reverse(
                "admin:articles_event_change",
                args=[Event.objects.get(verb="verdict.discarded").pk],
            ),
        ],
    }
    return Marked(names, pages)


OF_CLAIMS = (
    *("edit_claim", "withdraw_claim", "link_evidence", "relate_claim", "merge_claim"),
    "propose_verdict",
)
OF_ARTICLES = ("articles:article_edit", "claims:article_capture")
OF_EVIDENCE = ("void_evidence", "relate_evidence", "add_appearance")


def admin_pages() -> Iterator[str]:
    """The list of every table in the admin, and the page and history of each of its first rows."""
    for model in site._registry:
        about = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        yield reverse(f"{about}_changelist")
        for row in model._default_manager.order_by("-pk")[:8]:
            yield reverse(f"{about}_change", args=[row.pk])
            yield reverse(f"{about}_history", args=[row.pk])


def elements(html: str) -> list[tuple[str, dict[str, str | None]]]:
    class Reader(HTMLParser):
        found: ClassVar[list[tuple[str, dict[str, str | None]]]] = []

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            self.found.append((tag, dict(attrs)))

    Reader.found = []
    Reader().feed(html)
    return Reader.found


OUR_SCRIPTS = ("/static/", "/admin/jsi18n/")


def alive(html: str) -> list[str]:
    """What of the markup has become more than text."""
    return [
        f"<{tag} {attrs}>"
        for tag, attrs in elements(html)
        if tag == "zq"
        or (tag == "script" and not _is_ours(attrs))
        or any(name.startswith("on") for name in attrs)
        or any((attrs.get(name) or "").startswith("javascript:") for name in ("href", "action"))
    ]


def _is_ours(script: dict[str, str | None]) -> bool:
    """One of our files, or data, which isn't run."""
    is_data = script == {"type": "application/ld+json"}
    return is_data or (script.get("src") or "").startswith(OUR_SCRIPTS)


def test_markup_in_any_field_stays_text_on_every_page(db: None) -> None:
    rows = with_markup()
    clients = {
        "anonymous": Client(),
        "editor": Client(),
        "admin": Client(),
    }
    clients["editor"].force_login(User.objects.get(username=marked("author")))
    clients["admin"].force_login(User.objects.create_superuser(marked("keeper")))
    seen: set[str] = set()
    statuses = set()
    for role, addresses_ in rows.pages.items():
        for page in addresses_:
            response = clients[role].get(page)
            html = response.content.decode()
            statuses.add((response.status_code, page if response.status_code != 200 else ""))
            assert (page, alive(html)) == (page, [])
            seen |= {name for name in rows.names if f"zq-{name} &lt;zq" in html}
    assert statuses == {(200, ""), (404, f"/{quote(marked('nowhere'))}/")}
    assert sorted(rows.names - seen) == []
