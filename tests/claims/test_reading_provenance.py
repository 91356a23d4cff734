"""How the page of a claim draws where its evidence comes from: origins, and ways hop by hop."""

import gzip

import pytest
from django.contrib.auth.models import User
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from articles.models import Article, Snapshot, Source
from claims.actions.evidence import Passage, void_evidence
from claims.models import Appearance, Claim
from claims.reading.chains import ways_of
from claims.reading.passages import passage_of as passage_of_row
from claims.reading.provenance import provenance_of
from tests.factories import (
    ArticleFactory,
    ClaimFactory,
    EvidenceFactory,
    EvidenceLinkFactory,
    SnapshotFactory,
    SourceFactory,
    passage_of,
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


def document(words: str, language: str = "en", **given: str) -> Snapshot:
    """A document by a publisher of its own that says just these words."""
    return SnapshotFactory(
        article=ArticleFactory(
            title=f"On {words[:12]}",
            publisher=SourceFactory(name=f"Paper of “{words[:12]}”"),
            language=language,
            **given,
        ),
        text=words,
    )


def hop(snapshot: Snapshot, **given: object) -> Passage:
    """All of a document's words as the passage."""
    return passage_of(snapshot, snapshot.text, **given)


def steps(page: Element) -> list[list[str]]:
    """Of each way and each of its steps, what is told of it."""
    return [way.texts("p.meta") for way in page.all("ol.way")]


def test_way_tells_how_each_hop_is_known_and_what_became_of_the_hedge(
    reader: Client, claim: Claim
) -> None:
    said, wire, paper, headline = (
        document(words)
        for words in ("I cannot exclude it", "It could be", "It could be so", "It is so")
    )
    row = EvidenceFactory(
        claim=claim,
        passages=[
            hop(said, hedge="cannot exclude", seen=True),
            hop(wire, hedge="could", via=0),
            hop(paper, hedge="could", via=1, basis="detected"),
            hop(headline, via=2, basis="inferred", seen=True),
        ],
    )
    page = page_of(reader, claim)
    item = page.one(f"#evidence-{row.pk}")
    assert item.texts("summary") == ["How it reached us: 4 passages"]
    assert steps(page) == [
        [
            "read by an editor quoted above hedged: cannot exclude",
            "credited in the text not yet seen hedged: could, before: cannot exclude",
            "detected by comparison not yet seen hedged: could",
            "inferred by us read by an editor hedge lost: could",
        ]
    ]
    assert item.one(".marks").texts("li")[2] == (
        "Hedge lost on the way: cannot exclude →became could →became no hedge"
    )
    assert [hop.text for hop in page.one(".chain").all("li")][1:] == [
        "Paper of “I cannot exc” 8 March 2023 cannot exclude",
        "Paper of “It could be” 8 March 2023 could",
        "Paper of “It could be ” 8 March 2023 could",
        "On It is so 8 March 2023 (inferred) no longer could",
    ]
    places = {place.article_id: place.pk for place in row.appearances.all()}
    assert [link["href"] for link in page.one("ol.way").all("a")] == [
        f"{snapshot.article.get_absolute_url()}#p-{places[snapshot.article_id]}"
        for snapshot in (said, wire, paper, headline)
    ]


def test_way_without_words_loses_no_hedge(reader: Client, claim: Claim) -> None:
    said = document("It could be")
    EvidenceFactory(
        claim=claim, passages=[hop(said, hedge="could"), Passage(article=ArticleFactory(), via=0)]
    )
    page = page_of(reader, claim)
    assert steps(page)[0][1] == "credited in the text not yet seen no words logged"
    assert "Hedge lost" not in page.text


def test_every_way_is_told_and_each_passage_once(reader: Client, claim: Claim) -> None:
    first, second, third, fourth, apart = (
        document(words) for words in ("One", "Two", "Three", "Four", "Five")
    )
    EvidenceFactory(
        claim=claim,
        passages=[
            hop(first),
            hop(second, via=0),
            hop(third, via=1),
            hop(fourth, via=0),
            hop(apart),
        ],
    )
    fold = page_of(reader, claim).one(".evidence-item").one("details")
    assert [
        part.text if part.tag != "ol" else part.texts("b")
        for part in fold.children
        if isinstance(part, Element)
    ] == [
        "How it reached us: 5 passages",
        ["Paper of “One”", "Paper of “Two”", "Paper of “Three”"],
        "Also from Paper of “One”:",
        ["Paper of “Four”"],
        "Another way:",
        ["Paper of “Five”"],
    ]


def test_another_passage_of_the_same_document_is_told_as_such(reader: Client, claim: Claim) -> None:
    text = SnapshotFactory(text="Could fall. It may fall.")
    EvidenceFactory(
        claim=claim,
        passages=[
            passage_of(text, "It may fall", hedge="may"),
            passage_of(text, "Could fall", hedge="Could", via=0),
        ],
    )
    page = page_of(reader, claim)
    assert [item.all("p")[0].text for item in page.one("ol.way").all("li")][1] == (
        f"There too: {text.article.title}"
    )
    assert steps(page)[0][1] == "credited in the text not yet seen hedged: Could, before: may"


def test_translated_words_are_marked_and_stand_beside_the_original(
    reader: Client, claim: Claim
) -> None:
    french, english = document("Il a plu", "fr"), document("It rained", "en-GB")
    row = EvidenceFactory(
        claim=claim, passages=[hop(french), hop(english, via=0, verbatim=True, seen=True)]
    )
    page = page_of(reader, claim)
    item = page.one(f"#evidence-{row.pk}")
    assert item.texts(".quote") == ["It rained", "Il a plu"]
    assert item.all("p.meta")[0].text == "Original words: Il a plu"
    assert item.all("p.meta")[0].one("q")["lang"] == "fr"
    assert "Translated from French" in item.one(".marks").texts("li")
    assert steps(page)[0][1] == (
        "credited in the text read by an editor quoted above translated from French"
    )


def test_article_that_is_a_translation_marks_its_quotations(reader: Client, claim: Claim) -> None:
    told = document("It rained", translated_from="uk")
    EvidenceFactory(claim=claim, passages=[hop(told)])
    item = page_of(reader, claim).one(".evidence-item")
    assert item.one(".marks").texts("li")[0] == "Translated from Ukrainian"
    assert [text for text in item.texts("p.meta") if "Original" in text] == []


def test_long_chain_is_cut_over_the_page_and_whole_below(reader: Client, claim: Claim) -> None:
    passages = [
        Passage(article=ArticleFactory(title=f"Hop {number}"), via=number - 1 if number else None)
        for number in range(7)
    ]
    row = EvidenceFactory(claim=claim, passages=passages)
    page = page_of(reader, claim)
    _source, first, gap, *last = page.one(".chain").all("li")
    assert (gap.text, gap.one("a")["href"]) == ("7 documents in all", f"#evidence-{row.pk}")
    assert [item.one("a")["href"] for item in (first, *last)] == [
        "/articles/hop-0/",
        "/articles/hop-5/",
        "/articles/hop-6/",
    ]
    assert len(page.one("ol.way").all("li")) == 7


def test_page_with_fifty_pieces_of_evidence_weighs_at_most_20_kilobytes(
    reader: Client, claim: Claim
) -> None:
    shared = document("Officials said that it could have rained", language="fr")
    first = None
    for number in range(50):
        own = document(f"Reporter {number} heard that it could have rained on day {number * 7919}")
        row = EvidenceFactory(
            claim=claim,
            stance="denies" if number % 5 == 0 else "asserts",
            passages=[hop(shared, hedge="could"), hop(own, via=0, seen=True)],
        )
        if first is not None and row.stance == first.stance and number % 2:
            EvidenceLinkFactory(evidence=row, other=first)
        first = first or (row if number else None)
    answer = reader.get(claim.get_absolute_url())
    assert len(gzip.compress(answer.content, 6)) <= 20_000
    assert len(read(answer.content).all(".evidence-item")) == 50


@given(st.lists(st.tuples(st.integers(-1, 11), st.integers(1, 5)), max_size=12))
def test_each_passage_stands_in_one_way_once(hops: list[tuple[int, int]]) -> None:
    rows = []
    for number, (via, article) in enumerate(hops):
        row = Appearance(
            pk=number + 1, article_id=article, via_id=via + 1 if 0 <= via < number else None
        )
        row.article = Article(pk=article, slug=f"a{article}", publisher=Source(pk=article))
        vars(row)["newest_snapshot"] = None
        rows.append(row)
    passages = {row.pk: passage_of_row(row, row) for row in rows}
    told = provenance_of(rows, ways_of(rows), passages)
    assert sorted(step.passage.appearance.pk for way in told.ways for step in way.steps) == [
        row.pk for row in rows
    ]
    drawn: set[int] = set()
    for way in told.ways:
        before = way.after
        for step in way.steps:
            came = step.passage.appearance.via_id
            assert came == (None if before is None else before.passage.appearance.pk)
            before = step
        assert way.after is None or way.after.passage.appearance.pk in drawn
        drawn.update(step.passage.appearance.pk for step in way.steps)
