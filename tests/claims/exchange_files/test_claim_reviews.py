"""ClaimReview in the shapes in which publishers write it."""

import json
from contextlib import suppress
from copy import deepcopy
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from claims.exchange.files import Format, Unreadable, sheets
from claims.exchange.files.reviews import COLUMNS
from tests.claims.exchange_files.reading import only, peak, reason, records, written

REVIEW: dict[str, Any] = {
    "@context": "https://schema.org",
    "@type": "ClaimReview",
    "url": "https://check.example/1",
    "headline": "No, it didn’t rain",
    "datePublished": "2024-03-09T23:30:00-05:00",
    "inLanguage": "en",
    "author": {"@type": "Organization", "name": "Check", "url": "https://check.example"},
    "claimReviewed": "It rained on Friday",
    "itemReviewed": {
        "@type": "Claim",
        "author": {"@type": "Person", "name": "Jane Doe"},
        "datePublished": "2024-03-08",
        "firstAppearance": {
            "@type": "NewsArticle",
            "headline": "Rain",
            "url": "https://news.example/rain",
            "datePublished": "2024-03-08T10:00Z",
            "publisher": {"name": "The Daily Example"},
        },
    },
    "reviewRating": {
        "@type": "Rating",
        "alternateName": "False",
        "ratingValue": 1,
        "bestRating": 5,
        "worstRating": "1",
        "ratingExplanation": "It was dry.",
    },
}
CELLS = {
    "claim": "It rained on Friday",
    "language": "en",
    "source": "Jane Doe",
    "source_kind": "person",
    "stated": "2024-03-08",
    "article_title": "Rain",
    "article_url": "https://news.example/rain",
    "publisher": "The Daily Example",
    "article_published": "2024-03-08",
    "reviewer": "Check",
    "reviewer_url": "https://check.example",
    "review_url": "https://check.example/1",
    "review_title": "No, it didn’t rain",
    "label": "False",
    "rating": "1",
    "rating_best": "5",
    "rating_worst": "1",
    "reviewed": "2024-03-09",
    "review_note": "It was dry.",
}


def named(path: Path) -> list[dict[str, str]]:
    """The records by column, without the empty cells; none has a problem."""
    found = records(path)
    assert [each.problem for each in found] == [""] * len(found)
    return [
        {name: cell for name, cell in zip(COLUMNS, each.cells, strict=True) if cell}
        for each in found
    ]


def with_(**changes: Any) -> dict[str, Any]:
    """The review with other properties; ``None`` takes one away."""
    return {key: value for key, value in {**REVIEW, **changes}.items() if value is not None}


def of(folder: Path, **changes: Any) -> list[dict[str, str]]:
    """The records of the review with these changes."""
    return named(written(folder, json.dumps(with_(**changes)), "review.json"))


def script(text: str) -> str:
    return f'<script type="application/ld+json">{text}</script>'


def schema(value: Any) -> Any:
    """The value with a prefix before every key and type."""
    match value:
        case dict():
            return {
                key if key.startswith("@") else f"schema:{key}": (
                    f"http://schema.org/{held}" if key == "@type" else schema(held)
                )
                for key, held in value.items()
            }
        case list():
            return [schema(each) for each in value]
    return value


GRAPH = {
    "@context": "https://schema.org",
    "@graph": [
        {"@type": "WebPage", "@id": "#page"},
        {**REVIEW, "author": {"@id": "#us"}, "itemReviewed": {"@id": "#claim"}},
        {**REVIEW["itemReviewed"], "@id": "#claim"},
        {**REVIEW["author"], "@id": "#us"},
    ],
}
SHAPES = {
    "single": json.dumps(REVIEW, indent=2),
    "array": json.dumps([REVIEW]),
    "line": json.dumps(REVIEW),
    "graph": json.dumps(GRAPH, indent=1),
    "graph in a list": json.dumps([GRAPH]),
    "feed": json.dumps({"@type": "DataFeed", "name": "x", "dataFeedElement": [REVIEW]}, indent=1),
    "feed of items": json.dumps(
        {
            "@context": "https://schema.org",
            "@type": "DataFeed",
            "dataFeedElement": [{"@type": "DataFeedItem", "item": [REVIEW]}, {"item": None}],
        },
        indent=1,
    ),
    "feed of one": json.dumps({"@type": "DataFeed", "dataFeedElement": {"item": REVIEW}}),
    "several types": json.dumps(with_(**{"@type": ["Review", "ClaimReview"]})),
    "prefixes": json.dumps(schema(REVIEW)),
    "page": "<!DOCTYPE html>\n<html><head>"
    + script("{broken")
    + script('{"@type": "WebSite"}')
    + script(json.dumps(REVIEW, indent=1))
    + "</head></html>",
}


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_gives_the_same_record(tmp_path: Path, shape: str) -> None:
    path = written(tmp_path, SHAPES[shape], "reviews.txt")
    sheet = only(path)
    assert (sheet.format, sheet.headings) == (Format.CLAIMREVIEW, COLUMNS)
    assert named(path) == [CELLS]
    assert [record.line for record in sheet.records()] == [1]


def test_lines_are_numbered_as_lines_and_lists_by_review(tmp_path: Path) -> None:
    line = json.dumps(REVIEW)
    lines = records(written(tmp_path, f"{line}\n\n{{broken\n{line}\n"))
    assert [each.line for each in lines] == [1, 3, 4]
    assert [each.problem != "" for each in lines] == [False, True, False]
    listed = records(written(tmp_path, f"[\n{line},\n\n{{broken}},\n{line}]"))
    assert [each.line for each in listed] == [1, 2, 3]
    assert [each.problem != "" for each in listed] == [False, True, False]


def test_work_that_is_reviewed_is_where_the_claim_appeared(tmp_path: Path) -> None:
    work = {
        "@type": "CreativeWork",
        "author": "Jane Doe",
        "datePublished": "2024-03-08",
        "url": ["https://post.example/1", "https://post.example/2"],
        "name": "A post",
    }
    (cells,) = of(tmp_path, itemReviewed=work)
    assert cells == {
        **{key: held for key, held in CELLS.items() if key not in ("source_kind", "publisher")},
        "article_title": "A post",
        "article_url": "https://post.example/1",
    }


@pytest.mark.parametrize(
    ("author", "source", "kind"),
    [
        ("Jane Doe", "Jane Doe", None),
        ([{"@type": "Person", "name": "Jane Doe"}], "Jane Doe", "person"),
        ({"@type": "NewsMediaOrganization", "name": "Daily"}, "Daily", "organisation"),
        ({"@type": ["Organization"], "name": {"@value": "Daily"}}, "Daily", "organisation"),
        ({"@type": "Person"}, None, None),
        ("https://example.org/jane", None, None),
        (None, None, None),
    ],
)
def test_author_of_the_claim_may_be_anything(
    tmp_path: Path, author: Any, source: str | None, kind: str | None
) -> None:
    (cells,) = of(tmp_path, itemReviewed={"@type": "Claim", "author": author})
    assert (cells.get("source"), cells.get("source_kind")) == (source, kind)


def test_each_of_several_authors_says_it_wherever_it_appeared(tmp_path: Path) -> None:
    item = {
        "@type": "Claim",
        "author": ["Jane Doe", {"@type": "Organization", "name": "Daily"}, "Jane Doe", ""],
        "datePublished": "2024-03-07",
        "appearance": ["https://post.example/1", "https://post.example/2"],
    }
    found = of(tmp_path, itemReviewed=item)
    assert [(each["source"], each["stated"], each["article_url"][-1]) for each in found] == [
        (name, "2024-03-07", place) for name in ("Jane Doe", "Daily") for place in "12"
    ]
    assert [each.get("label") for each in found] == ["False", None, None, None]
    assert [each.get("source_kind") for each in found] == [None, None, *["organisation"] * 2]


def test_date_of_a_claim_that_nobody_is_said_to_have_made_is_left_out(tmp_path: Path) -> None:
    review = with_(itemReviewed={"@type": "Claim", "datePublished": "2024-03-07"})
    path = written(tmp_path, json.dumps(review))
    (cells,) = named(path)
    assert (cells.get("stated"), cells["reviewed"]) == (None, CELLS["reviewed"])
    assert only(path).notes == (
        "There is no place for these, so they are left out: itemReviewed.datePublished.",
    )


def test_publisher_of_a_work_without_a_title_is_left_out(tmp_path: Path) -> None:
    work = {"@type": "CreativeWork", "publisher": {"name": "Daily"}, "author": "Jane Doe"}
    path = written(tmp_path, json.dumps(with_(itemReviewed=work)))
    (cells,) = named(path)
    assert (cells["source"], cells.get("publisher")) == ("Jane Doe", None)
    assert only(path).notes == (
        "There is no place for these, so they are left out: itemReviewed.publisher.",
    )


def test_more_speakers_and_places_than_we_read_are_a_problem(tmp_path: Path) -> None:
    many = {"author": [f"A{n}" for n in range(40)], "appearance": [f"P{n}" for n in range(26)]}
    item = {"@type": "Claim", **many}
    first, other = records(written(tmp_path, json.dumps([with_(itemReviewed=item), REVIEW])))
    assert (first.problem, other.problem) == (
        "The review has more than 1,000 speakers and places of a claim.",
        "",
    )


@pytest.mark.parametrize("count", [1, 2, 4, 7])
def test_feed_with_a_review_on_each_line_is_no_json_lines(tmp_path: Path, count: int) -> None:
    held = ",\n".join([json.dumps(REVIEW)] * count)
    feed = f'{{"@type": "DataFeed", "dataFeedElement": [\n{held}\n]}}\n'
    for text in (feed, f"[\n{held}\n]"):
        found = records(written(tmp_path, text))
        assert [(each.line, each.problem) for each in found] == [
            (number, "") for number in range(1, count + 1)
        ]


@pytest.mark.parametrize(
    ("rating", "found"),
    [
        ("Falso", ("Falso", None, None)),
        (4, (None, "4", None)),
        ("4.5", (None, "4.5", None)),
        ({"ratingValue": "False"}, ("False", None, None)),
        ({"ratingValue": "1/5", "alternateName": "False"}, ("False", "1/5", None)),
        ({"ratingValue": 6.0, "bestRating": 5, "name": "Pants"}, ("Pants", "6.0", "5")),
        ([{"alternateName": "False"}, {"ratingValue": 1, "bestRating": 7}], ("False", "1", "7")),
        (["Mixed", 3], ("Mixed", "3", None)),
        ({"ratingValue": -1, "bestRating": -1, "alternateName": ["A", "B"]}, ("A", "-1", "-1")),
        (None, (None, None, None)),
    ],
)
def test_rating_is_kept_as_it_is(tmp_path: Path, rating: Any, found: tuple[Any, ...]) -> None:
    (cells,) = of(tmp_path, reviewRating=rating)
    assert (cells.get("label"), cells.get("rating"), cells.get("rating_best")) == found


def test_rating_out_of_range_is_told(tmp_path: Path) -> None:
    ratings = [{"ratingValue": value, "bestRating": 5, "worstRating": 1} for value in (5, 6, 0)]
    path = written(tmp_path, json.dumps([with_(reviewRating=each) for each in ratings]))
    assert only(path).notes == ("Ratings outside their own scale: 2, the first in review 2.",)


def test_every_appearance_is_a_record_and_the_first_has_the_review(tmp_path: Path) -> None:
    item = {
        "@type": "Claim",
        "author": {"@type": "Person", "name": "Jane Doe"},
        "firstAppearance": "https://post.example/1",
        "appearance": [
            {"@type": "CreativeWork", "url": "https://post.example/1"},
            {"@id": "https://post.example/2"},
            "https://post.example/3",
            "A leaflet",
        ],
    }
    first, *others = of(tmp_path, itemReviewed=item)
    assert first["article_url"] == "https://post.example/1"
    assert first["review_url"] == "https://check.example/1"
    said = {key: CELLS[key] for key in ("claim", "language", "source", "source_kind")}
    assert others == [
        {**said, "article_url": "https://post.example/2"},
        {**said, "article_url": "https://post.example/3"},
        {**said, "article_title": "A leaflet"},
    ]


def test_several_claims_of_one_review_each_have_it(tmp_path: Path) -> None:
    items = [
        {"@type": "Claim", "text": "It rained", "author": "Jane"},
        {"@type": "Claim", "text": "It snowed", "author": "John"},
    ]
    for changes in (
        {"claimReviewed": ["It rained", "It snowed"], "itemReviewed": items},
        {"claimReviewed": None, "itemReviewed": items},
    ):
        found = of(tmp_path, **changes)
        assert [(each["claim"], each["source"], each["label"]) for each in found] == [
            ("It rained", "Jane", "False"),
            ("It snowed", "John", "False"),
        ]


def test_review_without_a_claim_is_a_problem(tmp_path: Path) -> None:
    path = written(tmp_path, json.dumps(with_(claimReviewed="", itemReviewed=None)))
    (record,) = records(path)
    assert record.problem == "The review doesn’t say which claim it is about (claimReviewed)."


def test_what_has_no_column_is_told(tmp_path: Path) -> None:
    review = deepcopy(REVIEW)
    review["itemReviewed"]["image"] = "https://news.example/1.png"
    review["author"]["logo"] = {"url": "x"}
    review["keywords"] = ["rain"]
    (note,) = only(written(tmp_path, json.dumps(review))).notes
    assert note == (
        "There is no place for these, so they are left out: keywords, author.logo, "
        "itemReviewed.image."
    )


def test_dates_that_are_none_are_kept(tmp_path: Path) -> None:
    for told, kept in (("9-9-2020", "9-9-2020"), ("2020-09-09 10:00:00", "2020-09-09")):
        (cells,) = of(tmp_path, datePublished=told)
        assert cells["reviewed"] == kept


def test_page_without_a_review_is_refused(tmp_path: Path) -> None:
    assert reason(written(tmp_path, "<html><body>It rained</body></html>")) == (
        "The file holds no ClaimReview."
    )


def test_malformed_review_in_a_page_is_a_problem(tmp_path: Path) -> None:
    page = "<html>" + script('{"@type": "ClaimReview",}') + script(json.dumps(REVIEW)) + "<p>"
    assert [each.problem != "" for each in records(written(tmp_path, page))] == [True, False]


def test_feed_that_breaks_off_keeps_what_came_before(tmp_path: Path) -> None:
    text = json.dumps({"@type": "DataFeed", "dataFeedElement": [REVIEW, REVIEW]}, indent=1)
    found = records(written(tmp_path, text[:-200]))
    assert [each.problem != "" for each in found] == [False, True]


def test_long_feed_in_one_line_takes_little_memory(tmp_path: Path) -> None:
    element = json.dumps({"@type": "DataFeedItem", "item": [REVIEW]})
    start = '{"@context": "https://schema.org", "@type": "DataFeed", "dataFeedElement": ['

    def needed(count: int) -> int:
        path = written(tmp_path, start + ", ".join([element] * count) + '], "name": "x"}')
        return peak(lambda: sum(1 for _ in only(path).records()))

    assert needed(6_000) < needed(3_000) + 500_000


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["@type", "@id", "@value", "name", "url", "author", "text", "item"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=8,
)


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from([key for key in REVIEW if key[0] != "@"]), JSON))
def test_no_shape_breaks_the_reader(changes: dict[str, Any]) -> None:
    with TemporaryDirectory() as folder, suppress(Unreadable):
        path = written(Path(folder), json.dumps({**REVIEW, **changes}))
        for sheet in sheets(path, "reviews.json"):
            for record in sheet.records():
                assert record.problem or len(record.cells) == len(sheet.headings)
