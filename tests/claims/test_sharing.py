"""What other sites take from a claim: linked data, OpenGraph, the picture."""

import io
import json
import re
from pathlib import Path
from typing import Any

import extruct
import pytest
from django.contrib.auth.models import User
from django.test import Client
from PIL import Image

from articles.models import Article
from claims.actions.merging import merge_claims
from claims.actions.redaction import redact
from claims.actions.verdicts import Grade, propose_withdrawal, publish_verdict
from claims.choices import Finding
from claims.exchange.datafeed import Site, feed
from claims.models import Claim
from claims.pictures import lettering
from claims.pictures.drawing import FAMILIES, INK, INK_2, PAPER, Picture, png
from claims.pictures.lettering import Cut, drawable
from claims.pictures.showing import picture_of
from tests.factories import (
    AppearanceFactory,
    ArticleFactory,
    ClaimFactory,
    ClaimLinkFactory,
    EvidenceFactory,
    QuestionFactory,
    SnapshotFactory,
    SourceFactory,
    VerdictFactory,
    day,
)
from tests.pages import read

pytestmark = pytest.mark.django_db
HOME = "http://testserver"
TOKENS = Path(__file__).resolve().parents[2] / "static/css/tokens.css"


def linked(client: Client, address: str) -> list[dict[str, Any]]:
    """The JSON-LD of a page, as a search engine takes it."""
    response = client.get(address)
    assert response.status_code == 200
    held = extruct.extract(response.content.decode(), HOME, syntaxes=["json-ld"], errors="strict")
    return held["json-ld"]


@pytest.fixture
def said() -> Claim:
    """A claim that Ada asserted in two articles."""
    claim = ClaimFactory(published=True, text="It </script><b>rained & poured")
    evidence = EvidenceFactory(claim=claim, source=SourceFactory(person=True, name="Ada"))
    for number in (1, 2):
        article = ArticleFactory(title=f"Rain {number}", published=day(f"2023-03-0{9 - number}"))
        snapshot = SnapshotFactory(article=article, text=f"It rained, {number}.")
        AppearanceFactory(evidence=evidence, snapshot=snapshot, exact="It rained")
    return claim


def judge(claim: Claim, chief: User, finding: str = Finding.SUPPORTED) -> None:
    graded = Grade(evidence=claim.evidence.earliest("pk"))
    VerdictFactory(claim=claim, finding=finding, citations=[graded], published_by=chief)


def test_claim_without_a_verdict_is_a_claim(reader: Client, said: Claim) -> None:
    assert linked(reader, said.get_absolute_url()) == [
        {
            "@context": "https://schema.org",
            "@type": "Claim",
            "identifier": said.public_id,
            "text": "It </script><b>rained & poured",
            "inLanguage": "en",
            "author": {
                "@type": "Person",
                "name": "Ada",
                "url": f"{HOME}{said.evidence.get().source.get_absolute_url()}",
            },
            "datePublished": "2023-03-07",
            "firstAppearance": work("Rain 2", "2023-03-07"),
            "appearance": [work("Rain 1", "2023-03-08")],
            "url": f"{HOME}{said.get_absolute_url()}",
        }
    ]


def work(title: str, published: str) -> dict[str, Any]:
    return {
        "@type": "NewsArticle",
        "headline": title,
        "inLanguage": "en",
        "publisher": {
            "@type": "Organization",
            "name": Article.objects.get(title=title).publisher.name,
        },
        "datePublished": published,
    }


def test_claim_with_our_verdict_is_the_review_of_the_feed(
    reader: Client, chief: User, said: Claim
) -> None:
    judge(said, chief)
    (held,) = linked(reader, said.get_absolute_url())
    (review,) = json.loads("".join(feed(Site("Sayso", HOME))))["dataFeedElement"]
    assert held == {"@context": "https://schema.org", **review}
    page = read(reader.get(said.get_absolute_url()).content)
    assert (held["@type"], held["claimReviewed"]) == ("ClaimReview", said.text)
    assert page.one("h1").text == f"Claim: {held['claimReviewed']}"
    assert page.one(".status-line").one(".badge").text == held["reviewRating"]["alternateName"]
    assert page.all(".lede")[0].one("bdi").text == held["reviewRating"]["ratingExplanation"]


def test_latest_verdict_is_the_one_that_is_told(reader: Client, chief: User, said: Claim) -> None:
    judge(said, chief)
    VerdictFactory(claim=said, kind="update", finding="insufficient", published_by=chief)
    VerdictFactory(claim=said, kind="update", finding="conflicting")  # only proposed
    (held,) = linked(reader, said.get_absolute_url())
    assert held["reviewRating"]["alternateName"] == "Unproven"


def test_evidence_of_a_merged_claim_is_told_as_in_the_feed(
    reader: Client, chief: User, editor: User, said: Claim
) -> None:
    earlier = ClaimFactory(published=True, text="Rain fell")
    EvidenceFactory(claim=earlier, source=SourceFactory(name="Bert"), stated=day("2023-03-01"))
    hidden = ClaimFactory(text="A draft")
    EvidenceFactory(claim=hidden, source=SourceFactory(name="Carl"), stated=day("2023-02-01"))
    for duplicate in (earlier, hidden):
        merge_claims(by=editor, duplicate=duplicate, survivor=said)
    judge(said, chief)
    (held,) = linked(reader, said.get_absolute_url())
    (review,) = json.loads("".join(feed(Site("Sayso", HOME))))["dataFeedElement"]
    assert held == {"@context": "https://schema.org", **review}
    assert held["itemReviewed"]["author"]["name"] == "Bert"


def test_nothing_is_linked_that_was_withdrawn_or_removed_or_is_a_draft(
    reader: Client, editor_client: Client, editor: User, chief: User, said: Claim
) -> None:
    draft = ClaimFactory(text="A draft")
    assert linked(editor_client, draft.get_absolute_url()) == []
    withdrawal = propose_withdrawal(by=editor, claim=said, reason="Another day.")
    publish_verdict(by=chief, verdict=withdrawal)
    assert linked(reader, said.get_absolute_url()) == []
    blank = ClaimFactory(published=True)
    redact(by=chief, subject=blank, reason="Private")
    blank.refresh_from_db()
    assert linked(reader, blank.get_absolute_url()) == []


def test_no_other_page_has_linked_data(reader: Client, chief: User) -> None:
    claim = ClaimFactory(published=True, question=QuestionFactory())
    evidence = EvidenceFactory(claim=claim)
    appearance = AppearanceFactory(evidence=evidence)
    VerdictFactory(claim=claim, published_by=chief)
    ClaimLinkFactory(claim=claim, other=ClaimFactory(published=True))
    assert claim.question is not None
    pages = [
        *("/", "/claims/", "/changes/", "/corrections/", "/data/", "/about/method/"),
        *("/articles/", "/sources/", claim.question.get_absolute_url()),
        *(evidence.source.get_absolute_url(), appearance.article.get_absolute_url()),
    ]
    assert [linked(reader, address) for address in pages] == [[] for _page in pages]


def test_linked_data_cannot_end_its_element(reader: Client, said: Claim) -> None:
    page = reader.get(said.get_absolute_url()).content.decode()
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert re.findall("[<>&\u2028\u2029]", block) == []
    assert json.loads(block)["text"] == said.text


def open_graph(client: Client, address: str) -> dict[str, str]:
    metas = read(client.get(address).content).all("meta")
    return {meta["property"]: meta["content"] for meta in metas if "property" in meta.attrs}


def test_link_to_a_claim_is_shown_with_its_status_first(
    reader: Client, chief: User, said: Claim
) -> None:
    judge(said, chief)
    told = open_graph(reader, said.get_absolute_url())
    assert told["og:title"] == f"Supported: {said.text}"
    assert told["og:image:alt"] == f"Supported: {said.text}"
    assert told["og:url"] == HOME + said.get_absolute_url()
    answer = reader.get(told["og:image"].removeprefix(HOME))
    assert answer.headers["Content-Type"] == told["og:image:type"]
    picture = Image.open(io.BytesIO(answer.content))
    size = (int(told["og:image:width"]), int(told["og:image:height"]))
    assert (picture.format, picture.size) == ("PNG", size)


def test_picture_has_another_address_when_the_status_has_changed(
    reader: Client, chief: User, said: Claim
) -> None:
    before = open_graph(reader, said.get_absolute_url())["og:image"]
    assert open_graph(reader, said.get_absolute_url())["og:image"] == before
    judge(said, chief)
    after = open_graph(reader, said.get_absolute_url())["og:image"]
    assert after != before
    assert after.partition("?")[0] == before.partition("?")[0]


def test_draft_has_no_picture(editor_client: Client) -> None:
    draft = ClaimFactory()
    assert editor_client.get(f"{draft.get_absolute_url()}share.png").status_code == 404
    assert "og:image" not in open_graph(editor_client, draft.get_absolute_url())


def test_unchanged_picture_is_not_drawn_again(reader: Client, said: Claim) -> None:
    address = f"{said.get_absolute_url()}share.png"
    etag = reader.get(address).headers["ETag"]
    png.cache_clear()
    again = reader.get(address, headers={"If-None-Match": etag})
    assert (again.status_code, again.content, png.cache_info().misses) == (304, b"", 0)
    shown = Claim.objects.with_status().get(pk=said.pk)
    assert etag == f'"{picture_of(shown).version}"'


def a_picture(**given: Any) -> Picture:
    return Picture(
        **{
            "site": "Sayso",
            "family": "support",
            "icon": "check",
            "status": "Supported",
            "provisional": False,
            "remark": "",
            "label": "Claim:",
            "words": "It rained",
            "instead": "Claim CL-17",
            "foot": "CL-17",
            **given,
        }
    )


def colours(picture: Picture) -> set[tuple[int, int, int]]:
    """The colours that are much of the picture."""
    image = Image.open(io.BytesIO(png(picture)))
    found = image.getcolors(image.width * image.height)
    return {colour for count, colour in found if count > 2_000}


def rgb(colour: str) -> tuple[int, int, int]:
    return (int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16))


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("provisional", [True, False])
def test_badge_is_solid_only_for_a_verdict(family: str, provisional: bool) -> None:
    fill, _on, _line = map(rgb, FAMILIES[family])
    drawn = colours(a_picture(family=family, provisional=provisional, words="I"))
    solid = not provisional and fill != rgb(PAPER)
    assert (fill in drawn - {rgb(PAPER)}) is solid


def test_colours_are_those_of_the_pages() -> None:
    css = TOKENS.read_text("utf-8")

    def light(token: str) -> str:
        value = re.search(rf"--{token}: (?:light-dark\()?(#[0-9a-f]+|var\(--[a-z0-9-]+\))", css)
        assert value is not None
        told = value.group(1)
        if told.startswith("var"):
            return light(told[6:-1])
        return told if len(told) == 7 else "#" + "".join(2 * each for each in told[1:])

    assert (light("paper"), light("ink"), light("ink-2")) == (PAPER, INK, INK_2)
    assert {
        family: (light(family), light(f"on-{family}"), light(f"{family}-line"))
        for family in FAMILIES
    } == FAMILIES


@pytest.mark.parametrize(
    ("words", "drawn"),
    [
        ("It  rained\n today", "It rained today"),
        ("Łódź, Čeština, Erdoğan, Đorđe", "Łódź, Čeština, Erdoğan, Đorđe"),
        ("Бахмут – “Київ” Ґ", "Бахмут – “Київ” Ґ"),
        ("e\u0301te\u0301", "été"),
        ("A rocket 🚀 rose", "A rocket rose"),
        ("سقط المطر", None),
        ("ירד גשם", None),
        ("下雨了", None),
        ("It rained in 東京", None),
        ("Ελλάδα", None),
    ],
)
def test_words_are_drawn_as_far_as_our_fonts_have_their_letters(
    words: str, drawn: str | None
) -> None:
    """No box ever stands for a letter: all of them, or none."""
    assert drawable(words, Cut.BOLD) == drawn


def test_picture_of_a_claim_in_another_script_says_where_its_words_are(said: Claim) -> None:
    claim = ClaimFactory(published=True, text="سقط المطر", language="ar")
    shown = picture_of(Claim.objects.with_status().get(pk=claim.pk))
    assert shown.instead == f"Claim {claim.public_id}. Its words (Arabic) are on its page."
    other = a_picture(words="下雨了", instead=shown.instead)
    assert png(a_picture(words=shown.words, instead=shown.instead)) == png(other)
    assert png(other) != png(a_picture(words="下雨了", instead="Another"))


@pytest.mark.parametrize("words", ["I", "It rained " * 60, "W" * 600, "Ж" * 60 + " " + "ł" * 70])
def test_words_stay_inside_their_box(words: str) -> None:
    box = (1056, 234)
    found = lettering.fill(drawable(words, Cut.BOLD) or "", Cut.BOLD, range(66, 33, -4), box, 1.16)
    assert max(lettering.width(line, Cut.BOLD, found.size) for line in found.lines) <= box[0]
    assert len(found.lines) * found.size * 1.16 <= box[1]
    whole = " ".join(found.lines).replace(" ", "")
    assert words.replace(" ", "").startswith(whole.removesuffix("…"))
    assert whole == words.replace(" ", "") or whole.endswith("…")
