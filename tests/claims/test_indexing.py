"""What search engines are told."""

from datetime import datetime
from xml.etree import ElementTree

import pytest
from django.contrib.auth.models import User
from django.test import Client

from articles.models import Event
from claims.actions.merging import merge_claims
from claims.models import Claim
from claims.views import indexing
from tests.factories import (
    AppearanceFactory,
    ClaimFactory,
    EvidenceFactory,
    QuestionFactory,
    VerdictFactory,
)

pytestmark = pytest.mark.django_db
HOME = "http://testserver"
SPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
PAGES = ["/", "/claims/", "/changes/", "/corrections/", "/data/", "/api/", "/about/method/"]


def listed(client: Client, address: str) -> dict[str, str | None]:
    """The addresses of a sitemap, each with when it last changed."""
    response = client.get(address)
    assert response.status_code == 200
    root = ElementTree.fromstring(response.content)
    return {
        (each.findtext(f"{SPACE}loc") or "").removeprefix(HOME): each.findtext(f"{SPACE}lastmod")
        for each in root
    }


@pytest.fixture
def claim(chief: User, editor: User) -> Claim:
    claim = ClaimFactory(published=True, question=QuestionFactory(text="Rain & <snow>?"))
    AppearanceFactory(evidence=EvidenceFactory(claim=claim))
    VerdictFactory(claim=claim, published_by=chief)
    merge_claims(by=editor, duplicate=ClaimFactory(published=True), survivor=claim)
    EvidenceFactory()  # of a draft
    return claim


def test_sitemap_names_every_public_page(reader: Client, claim: Claim) -> None:
    evidence = claim.evidence.get()
    article = evidence.appearances.get().article
    assert claim.question is not None
    rows = [claim, evidence.source, article.publisher, article, claim.question]
    found = listed(reader, "/sitemap.xml")
    assert list(found) == PAGES + [row.get_absolute_url() for row in rows]
    assert [reader.get(address).status_code for address in found] == [200] * len(found)


def test_lastmod_is_the_last_change_that_matters(reader: Client, claim: Claim) -> None:
    EvidenceFactory(claim=claim)  # moves nothing: there is a verdict
    at = Event.objects.filter(verb="verdict.published").latest("at").at
    told = listed(reader, "/sitemap.xml")[claim.get_absolute_url()]
    assert told is not None
    assert datetime.fromisoformat(told) == at.replace(microsecond=0)


def test_large_sitemap_comes_in_parts(
    reader: Client, claim: Claim, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = listed(reader, "/sitemap.xml")
    monkeypatch.setattr(indexing, "MOST", 3)
    monkeypatch.setattr(indexing, "BLOCK", claim.pk // 9 + 1)  # numbers go on from test to test
    parts = listed(reader, "/sitemap.xml")
    found: dict[str, str | None] = {}
    for part in parts:
        found |= listed(reader, part)
    assert found == whole


@pytest.mark.parametrize("part", ["nothing-0", f"claims-{'9' * 30}"])
def test_part_that_is_not_there_is_404(reader: Client, part: str) -> None:
    assert reader.get(f"/sitemap-{part}.xml").status_code == 404


def test_robots_are_led_to_the_sitemap_and_away_from_the_desk(reader: Client) -> None:
    response = reader.get("/robots.txt")
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert response.content.decode() == (
        "User-agent: *\nDisallow: /desk/\nDisallow: /admin/\nDisallow: /accounts/\n\n"
        "Sitemap: http://testserver/sitemap.xml\n"
    )
