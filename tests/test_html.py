"""Every page is valid HTML: it parses without an error, and its elements stand where they may.

html5lib tells the errors of syntax (https://html.spec.whatwg.org/multipage/parsing.html). What may
stand in what, and which attributes must be there, is the part of the content models of
https://html.spec.whatwg.org/multipage/dom.html#content-models that our elements need.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.db import transaction
from django.test import Client

from articles.models import Article, Source
from claims.models import Claim, Question
from tests.test_access import ROWS
from tests.test_headers import PUBLIC, STREAMED
from tests.world import ROLES, World, build

pytestmark = pytest.mark.django_db

# Elements that hold no other block, be it as a child or further down.
PHRASING_ONLY = {
    *("p", "h1", "h2", "h3", "h4", "h5", "h6", "span", "em", "strong", "small", "q", "cite"),
    *("code", "time", "mark", "sup", "sub", "b", "i", "bdi", "abbr", "label", "button", "output"),
    *("data", "kbd"),
}
BLOCKS = {
    *("address", "article", "aside", "blockquote", "details", "div", "dl", "fieldset", "figure"),
    *("footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "main", "nav", "ol"),
    *("p", "pre", "section", "table", "ul", "search", "dialog", "summary", "li", "dt", "dd"),
}
INTERACTIVE = {"a", "button", "details", "input", "select", "textarea", "label", "iframe"}
ONLY_IN = {
    "li": {"ul", "ol", "menu"},
    "dt": {"dl", "div"},
    "dd": {"dl", "div"},
    "summary": {"details"},
    "legend": {"fieldset"},
    "figcaption": {"figure"},
    "option": {"select", "optgroup", "datalist"},
    "tr": {"table", "thead", "tbody", "tfoot"},
    "td": {"tr"},
    "th": {"tr"},
    "caption": {"table"},
}
ONLY_HOLDS = {
    "ul": {"li", "template"},
    "ol": {"li", "template"},
    "dl": {"dt", "dd", "div", "template"},
    "tr": {"td", "th", "template"},
    "select": {"option", "optgroup", "hr"},
}
NEEDS = {"img": {"alt", "src"}, "a": {"href"}, "iframe": {"title"}}
REFERENCES = ("for", "aria-labelledby", "aria-describedby", "aria-controls", "list", "form")
HTML = "{http://www.w3.org/1999/xhtml}"


def errors_in(page: str) -> list[str]:
    """What is wrong with the page, in one line each."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=True)
    tree = parser.parse(page)
    found = [f"line {place[0]}: {code} {given}" for place, code, given in parser.errors]
    ids = Counter(element.attrib["id"] for element in tree.iter() if "id" in element.attrib)
    found += [f"id {name} stands {count} times" for name, count in ids.items() if count > 1]
    for element, above in _with_ancestors(tree, ()):
        found += _misplaced(element, above)
        attributes = element.attrib
        found += [
            f"{_name(element)} without {name}"
            for name in NEEDS.get(_name(element), set()) - attributes.keys()
        ]
        found += [
            f"{_name(element)} has {kind}={name}, and nothing is called so"
            for kind in REFERENCES
            for name in attributes.get(kind, "").split()
            if name not in ids
        ]
    names = Counter(_name(element) for element in tree.iter())
    found += [f"{names[one]} {one}" for one in ("title", "main", "h1") if names[one] != 1]
    return found


def _name(element: Element) -> str:
    """In SVG the name has the namespace still."""
    return str(element.tag).removeprefix(HTML)


def _with_ancestors(
    element: Element, above: tuple[str, ...]
) -> Iterator[tuple[Element, tuple[str, ...]]]:
    yield element, above
    for child in element:
        if isinstance(child.tag, str):
            yield from _with_ancestors(child, (*above, _name(element)))


def _misplaced(element: Element, above: tuple[str, ...]) -> Iterator[str]:
    name, parent = _name(element), above[-1] if above else ""
    if name in BLOCKS and (held := PHRASING_ONLY.intersection(above)):
        yield f"{name} in {', '.join(sorted(held))}"
    if name in INTERACTIVE - {"label", "details"} and {"a", "button"}.intersection(above):
        yield f"{name} in {'a' if 'a' in above else 'button'}"
    if name in ("form", "label", "main") and name in above:
        yield f"{name} in {name}"
    if name in ("header", "footer", "main") and {"header", "footer"}.intersection(above):
        yield f"{name} in a header or footer"
    if parent in ONLY_HOLDS and name not in ONLY_HOLDS[parent]:
        yield f"{name} directly in {parent}"
    if name in ONLY_IN and parent not in ONLY_IN[name]:
        yield f"{name} directly in {parent}"


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield build()
        transaction.set_rollback(True)


NO_PAGES = {
    *(*STREAMED, *PUBLIC, "healthz", "readyz", "admin:jsi18n"),
    *("claims:import_template", "claims:import_rejected"),
    "admin:auth_user_password_change",  # Django's own, which puts a list into a paragraph
}
PAGES = [
    (name, role)
    for name, (_permission, reading, _writing) in ROWS.items()
    for role, status in zip(ROLES, reading, strict=True)
    if status == "200" and role != "no role" and name not in NO_PAGES
]


@pytest.mark.parametrize(("name", "role"), PAGES)
def test_page_is_valid(world: World, name: str, role: str) -> None:
    response = world.client(role).get(world.path(name), world.query(name))
    assert response.headers["Content-Type"].startswith("text/html")
    assert errors_in(response.content.decode()) == []


def test_pages_of_the_demo_are_valid(reader: Client) -> None:
    """They have of everything more than one."""
    call_command("load_demo", verbosity=0, force=True)
    rows = [
        row
        for model in (Claim, Question, Source, Article)
        for row in model.objects.visible_to(AnonymousUser())
    ]
    assert len(rows) > 60
    pages = {
        path: errors_in(reader.get(path, follow=True).content.decode())
        for path in [
            *(row.get_absolute_url() for row in rows),
            *("/", "/claims/", "/claims/?q=pipelines+sabotage", "/changes/", "/corrections/"),
        ]
    }
    assert {path: errors for path, errors in pages.items() if errors} == {}


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ("<p>a<div>b</div></p>", "unexpected-end-tag"),
        ("<span><div>a</div></span>", "div in span"),
        ("<b><i>a</b></i>", "adoption-agency"),
        ("<ul><a href=a>a</a></ul>", "a directly in ul"),
        ("<a href=a><button>a</button></a>", "button in a"),
        ("<i id=a></i><i id=a></i>", "id a stands 2 times"),
        ("<label for=b>a</label>", "nothing is called so"),
        ("<i class=a class=b></i>", "duplicate-attribute"),
        ("<img src=a>", "img without alt"),
        ("<h1>a</h1>", "2 h1"),
        ("<p>&nosuch;</p>", "entity"),
        ("<form><form></form></form>", "form"),
    ],
)
def test_errors_are_found(body: str, error: str) -> None:
    page = "<!doctype html><html lang=en><head><title>a</title></head><body>%s</body></html>"
    right = "<main><h1>a</h1><p id=b aria-labelledby=b>b</p></main>"
    assert errors_in(page % right) == []
    assert error in str(errors_in(page % (right + body.replace("for=b", "for=c"))))
