"""The page of an article: its text with the claims in it."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from articles.models import Article, Snapshot
from claims.actions.evidence import Passage, void_appearance, void_evidence
from tests.factories import (
    AppearanceFactory,
    ArticleFactory,
    ClaimFactory,
    EvidenceFactory,
    MergeFactory,
    SnapshotFactory,
    VerdictFactory,
    passage_of,
)
from tests.pages import Element, read

pytestmark = pytest.mark.django_db

TEXT = "First line of all.\n\nHe said it could be dry. Nobody saw rain.\n\nIt rained.\n"


def get(client: Client, article: Article) -> Element:
    response = client.get(article.get_absolute_url())
    assert response.status_code == 200
    return read(response.content)


@pytest.fixture
def snapshot() -> Snapshot:
    return SnapshotFactory(text=TEXT, article=ArticleFactory(title="Weather", language="en-GB"))


def mark(snapshot: Snapshot, exact: str, text: str = "A claim", *, published: bool = True) -> int:
    """Log a claim from that passage; the id of the place."""
    claim = ClaimFactory(text=text, published=published)
    row = EvidenceFactory(claim=claim, passages=[passage_of(snapshot, exact)])
    return row.appearances.get().pk


def test_article_shows_its_whole_text_in_paragraphs(reader: Client, snapshot: Snapshot) -> None:
    mark(snapshot, "could be dry")
    prose = get(reader, snapshot.article).one(".prose")
    paragraphs = [
        paragraph.raw for paragraph in prose.all("p") if paragraph.attrs == {"dir": "auto"}
    ]
    number = AppearanceFactory._meta.model.objects.get().evidence.claim_id
    assert paragraphs == [
        "First line of all.",
        f"He said it could be dry{number}. Nobody saw rain.",
        "It rained.",
    ]


def test_article_marks_a_claim_where_it_is_made(reader: Client, snapshot: Snapshot) -> None:
    place = mark(snapshot, "could be dry", "It will be dry")
    page = get(reader, snapshot.article)
    marked = page.one("mark")
    assert (marked.text, marked["id"]) == ("could be dry", f"p-{place}")
    assert marked["class"] == "claim-mark claim-mark--none"
    reference = page.one("a.claim-ref")
    note = page.one(reference["href"])
    assert note.one(".badge").text == "Single origin"
    assert note.one(".note__claim").text == "Claim: It will be dry"
    assert page.texts("summary") == ["1 claim in this paragraph"]


def test_article_tells_the_status_in_the_reference(reader: Client, snapshot: Snapshot) -> None:
    mark(snapshot, "It rained")
    page = get(reader, snapshot.article)
    number = page.one("a.claim-ref").text
    assert page.one("a.claim-ref")["aria-label"] == f"Claim CL-{number}: Single origin"


def test_article_cuts_overlapping_claims_at_every_boundary(
    reader: Client, snapshot: Snapshot
) -> None:
    first = mark(snapshot, "said it could be", "One")
    second = mark(snapshot, "could be dry", "Two")
    page = get(reader, snapshot.article)
    assert [
        (piece.text, piece.attrs.get("id"), piece["class"].endswith("is-many"))
        for piece in page.all("mark")
    ] == [
        ("said it", f"p-{first}", False),
        ("could be", f"p-{second}", True),
        ("dry", None, False),
    ]
    assert page.texts(".note__claim") == ["Claim: One", "Claim: Two"]


def test_article_gives_every_place_its_anchor_where_two_begin_together(
    reader: Client, snapshot: Snapshot
) -> None:
    places = [mark(snapshot, "It rained"), mark(snapshot, "It rained.", "Another")]
    page = get(reader, snapshot.article)
    assert [len(page.all(f"#p-{place}")) for place in places] == [1, 1]


def test_article_notes_a_claim_in_each_paragraph_in_which_it_is_made(
    reader: Client, snapshot: Snapshot
) -> None:
    claim = ClaimFactory(published=True)
    for exact in ("could be dry", "Nobody saw rain", "It rained"):
        EvidenceFactory(claim=claim, passages=[passage_of(snapshot, exact)])
    page = get(reader, snapshot.article)
    assert page.texts("summary") == ["1 claim in this paragraph", "1 claim in this paragraph"]
    assert len({note["id"] for note in page.all(".note")}) == 2
    assert len(page.all("a.claim-ref")) == 3


def test_article_underlines_by_the_family_of_the_status(
    reader: Client, snapshot: Snapshot, chief: User
) -> None:
    claim = ClaimFactory(published=True)
    EvidenceFactory(claim=claim, passages=[passage_of(snapshot, "It rained")])
    EvidenceFactory(claim=claim, stance="denies")
    page = get(reader, snapshot.article)
    assert page.one("mark")["class"] == "claim-mark claim-mark--mixed"


def test_article_shows_a_merged_claim_as_the_one_it_became(
    reader: Client, snapshot: Snapshot, chief: User
) -> None:
    kept = ClaimFactory(text="Kept", published=True)
    gone = ClaimFactory(text="Gone", published=True)
    EvidenceFactory(claim=gone, passages=[passage_of(snapshot, "It rained")])
    MergeFactory(duplicate=gone, survivor=kept)
    VerdictFactory(claim=kept, published_by=chief)
    page = get(reader, snapshot.article)
    assert page.texts(".note__claim") == ["Claim: Kept"]
    assert page.texts(".badge") == ["Unproven"]


def test_article_leaves_out_what_is_not_public_or_voided(
    reader: Client, snapshot: Snapshot, editor: User
) -> None:
    mark(snapshot, "It rained", "Public")
    mark(snapshot, "First line", "Draft", published=False)
    voided = EvidenceFactory(
        claim=ClaimFactory(published=True), passages=[passage_of(snapshot, "Nobody saw rain")]
    )
    void_evidence(by=editor, evidence=voided, reason="Wrong.")
    moved = EvidenceFactory(
        claim=ClaimFactory(published=True), passages=[passage_of(snapshot, "He said")]
    )
    void_appearance(by=editor, appearance=moved.appearances.get(), reason="Wrong place.")
    page = get(reader, snapshot.article)
    assert page.texts("mark") == ["It rained"]
    assert page.all("#elsewhere") == []


def test_article_without_a_published_claim_is_404_for_readers(
    reader: Client, snapshot: Snapshot
) -> None:
    mark(snapshot, "It rained", published=False)
    assert reader.get(snapshot.article.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("slug", ["nothing", "%00", "x" * 3000, "%F0%9F%98%80"])
def test_article_that_is_not_there_is_404(reader: Client, slug: str) -> None:
    assert reader.get(f"/articles/{slug}/").status_code == 404


def test_article_known_by_reference_lists_what_is_logged_from_it(reader: Client) -> None:
    article = ArticleFactory(title="A report")
    claim = ClaimFactory(text="It rained", published=True)
    row = EvidenceFactory(claim=claim, passages=[Passage(article=article, exact="wet, wet")])
    page = get(reader, article)
    assert page.one(".notice").texts("strong") == ["Known by reference only"]
    assert page.one("#elsewhere").text == "Logged from this article"
    assert page.one(".claim-row__who").text == f"{row.source.name}: wet, wet"
    link = page.one(".claim-row__claim").one("a")
    assert link["href"] == f"{claim.get_absolute_url()}#evidence-{row.pk}"


def test_article_lists_apart_what_has_no_place_in_the_newest_text(
    reader: Client, snapshot: Snapshot
) -> None:
    place = mark(snapshot, "could be dry", "Old")
    newer = SnapshotFactory(article=snapshot.article, text="All is new. It rained.")
    mark(newer, "It rained", "New")
    page = get(reader, snapshot.article)
    assert page.texts("mark") == ["It rained"]
    assert page.one("#elsewhere").text == "Logged from this article, without a place in this text"
    assert page.one(f"#p-{place}").texts(".claim-row__claim") == ["Claim: Old"]


def test_article_whose_text_was_removed_is_a_tombstone(reader: Client, snapshot: Snapshot) -> None:
    mark(snapshot, "It rained")
    Snapshot.objects.filter(pk=snapshot.pk).update(text="", redaction_reason="Court order.")
    page = get(reader, snapshot.article)
    assert page.one(".tombstone").texts("p")[0] == (
        "The text of this article was removed: Court order."
    )
    assert page.all(".prose") == []
    assert len(page.one(".claim-rows").all(".claim-row")) == 1


def test_article_carries_its_language_and_keeps_hostile_text_as_text(reader: Client) -> None:
    article = ArticleFactory(title="<b>x</b>", language="ar")
    snapshot = SnapshotFactory(article=article, text="<script>alert(1)</script> قال إنه")
    mark(snapshot, "alert(1)")
    page = get(reader, article)
    assert page.one(".annotated")["lang"] == "ar"
    assert page.all("script") == []
    assert page.one("h1").text == "<b>x</b>"


def test_article_says_what_it_was_translated_from_and_what_is_noted(reader: Client) -> None:
    article = ArticleFactory(translated_from="fr", note="The date is inferred.")
    mark(SnapshotFactory(article=article, text="It rained."), "It rained")
    head = get(reader, article).one(".page-head").text
    assert "translated from French" in head
    assert head.endswith("The date is inferred.")


@pytest.mark.parametrize("size", [1, 3])
def test_article_takes_the_same_queries_for_any_number_of_claims(
    reader: Client, snapshot: Snapshot, size: int, django_assert_num_queries: object
) -> None:
    for exact in ("could be dry", "Nobody saw rain", "It rained")[:size]:
        mark(snapshot, exact)
    with django_assert_num_queries(5):
        page = get(reader, snapshot.article)
    assert len(page.all("mark")) == size


def test_article_of_200_kilobytes_takes_the_same_queries(
    reader: Client, django_assert_num_queries: object
) -> None:
    text = "\n\n".join(f"Sentence number {n} says what it says." for n in range(5_000))
    snapshot = SnapshotFactory(text=text)
    mark(snapshot, "number 4999 says")
    with django_assert_num_queries(5):
        page = get(reader, snapshot.article)
    assert page.texts("mark") == ["number 4999 says"]
