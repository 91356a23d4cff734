"""How the page of a claim draws where its evidence comes from: origins, and ways hop by hop."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from claims.actions.evidence import void_evidence
from claims.models import Claim
from tests.factories import (
    ClaimFactory,
    EvidenceFactory,
    EvidenceLinkFactory,
    SourceFactory,
)
from tests.pages import Element, read

pytestmark = pytest.mark.django_db


@pytest.fixture
def claim() -> Claim:
    return ClaimFactory(text="It rained", published=True)


def page_of(client: Client, claim: Claim) -> Element:
    response = client.get(claim.get_absolute_url())
    assert response.status_code == 200
    return read(response.content)


def groups(page: Element) -> list[tuple[str, list[str]]]:
    """Each group of the drawing: what its head says, and its lines from top to bottom."""
    return [
        (
            item.one(".lineage__head").text,
            [line.text.partition(",")[0] for line in item.all("li") if line.all("a")],
        )
        for drawing in page.all("ol.lineage__groups")
        for item in drawing.children
        if isinstance(item, Element)
    ]


def test_drawing_shows_ten_copies_as_one_origin(reader: Client, claim: Claim) -> None:
    first = EvidenceFactory(claim=claim, source=SourceFactory(name="Reuters"))
    copies = [
        EvidenceFactory(claim=claim, source=SourceFactory(name=f"Outlet {number}"))
        for number in range(10)
    ]
    for copy in copies:
        EvidenceLinkFactory(evidence=copy, other=first)
    other = EvidenceFactory(claim=claim, source=SourceFactory(name="Le Monde"))
    page = page_of(reader, claim)
    assert groups(page) == [
        (
            "1 origin 11 reports",
            [
                f"E-{first.pk} Reuters",
                *(f"E-{copy.pk} Outlet {number}" for number, copy in enumerate(copies)),
            ],
        ),
        ("1 origin 1 report", [f"E-{other.pk} Le Monde"]),
    ]
    tree = page.one(".lineage").all("ul.tree")[1]
    assert tree["aria-label"] == "Copies"
    assert tree.all("a")[0]["href"] == f"#evidence-{copies[0].pk}"


def test_drawing_says_what_each_group_adds_to_the_whole(
    reader: Client, claim: Claim, editor: User
) -> None:
    voided, one, two, relying, copy, lost = (
        EvidenceFactory(
            claim=claim, source=SourceFactory(unnamed=name in ("some", "others"), name=name)
        )
        for name in ("Anna", "some", "others", "Bert", "Carl", "Dora")
    )
    EvidenceLinkFactory(evidence=copy, other=voided)
    EvidenceLinkFactory(evidence=relying, other=one, kind="relies_on")
    denial = EvidenceFactory(claim=claim, stance="denies")
    EvidenceLinkFactory(evidence=lost, other=denial)
    void_evidence(by=editor, evidence=voided, reason="Wrong Anna.")
    page = page_of(reader, claim)
    assert page.one(".origins").texts("dd") == ["5", "1–4"]
    assert groups(page) == [
        (
            "1–3 origins 3 reports",
            [f"E-{one.pk} some", f"E-{two.pk} others", f"E-{relying.pk} Bert"],
        ),
        ("0–1 origin 1 report", [f"E-{voided.pk} Anna", f"E-{copy.pk} Carl"]),
    ]
    assert [line.text for line in page.one(".lineage").all("span.meta")][1:4] == [
        f"relies on E-{one.pk}",
        "1 report",
        "voided by us",
    ]
    assert page.one(".lineage").texts("summary") == ["1 report counts nowhere"]


@pytest.mark.parametrize("published", [True, False])
def test_drawing_names_an_origin_elsewhere_only_if_it_is_public(
    reader: Client, claim: Claim, published: bool
) -> None:
    elsewhere = EvidenceFactory(
        claim=ClaimFactory(published=published), source=SourceFactory(name="Der Spiegel")
    )
    copy = EvidenceFactory(claim=claim, source=SourceFactory(name="Le Monde"))
    EvidenceLinkFactory(evidence=copy, other=elsewhere)
    page = page_of(reader, claim)
    root = page.one(".lineage").all("li")[1]
    named = (
        f"E-{elsewhere.pk} Der Spiegel, 7 March 2023"
        if published
        else "evidence that is not public"
    )
    assert root.text == f"{named} about another claim E-{copy.pk} Le Monde, 7 March 2023"
    assert [link["href"] for link in root.all("a")] == [
        *([f"{elsewhere.claim.get_absolute_url()}#evidence-{elsewhere.pk}"] if published else []),
        f"#evidence-{copy.pk}",
    ]


def test_drawing_folds_what_is_too_much_to_read(reader: Client, claim: Claim) -> None:
    first = EvidenceFactory(claim=claim)
    for _ in range(13):
        EvidenceLinkFactory(evidence=EvidenceFactory(claim=claim), other=first)
        EvidenceFactory(claim=claim)
    drawing = page_of(reader, claim).one(".lineage")
    assert drawing.texts("summary") == ["5 more copies", "6 more origins"]


def test_nothing_is_drawn_where_every_report_is_an_origin(reader: Client, claim: Claim) -> None:
    for _ in range(3):
        EvidenceFactory(claim=claim)
    assert page_of(reader, claim).all(".lineage") == []
