"""The read API: what it gives agrees with the pages, with its own description, and holds still."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any, get_args

import pytest
import schemathesis
from django.contrib.auth.models import User
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.db.models import Model
from django.test import Client
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode

from claims import status
from claims.actions.evidence import void_evidence
from claims.actions.merging import merge_claims
from claims.actions.redaction import redact
from claims.actions.verdicts import Grade
from claims.api import shapes
from claims.choices import ClaimKind, ClaimLinkKind, Finding, VerdictKind
from claims.models import Claim
from claims.reading.browse import Filter
from claims.reading.corrected import Asked
from claims.views.api.described import parameters
from config.wsgi import application
from tests.factories import (
    AffiliationFactory,
    AppearanceFactory,
    ArticleFactory,
    ClaimFactory,
    ClaimLinkFactory,
    EvidenceFactory,
    EvidenceLinkFactory,
    OutsideVerdictFactory,
    QuestionFactory,
    SnapshotFactory,
    SourceFactory,
    VerdictFactory,
    day,
)
from tests.pages import Element, read

pytestmark = pytest.mark.django_db
HOME = "http://testserver"
BOUNDED = settings(
    max_examples=10,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
LISTS = ("claims", "sources", "articles", "questions", "changes", "corrections")


def get(client: Client, address: str) -> Any:
    response = client.get(address)
    assert response.status_code == 200, response.content
    assert response.headers["Content-Type"] == "application/json; charset=utf-8"
    return json.loads(response.content)


def problem(client: Client, address: str) -> dict[str, Any]:
    response = client.get(address)
    assert response.headers["Content-Type"] == "application/problem+json"
    told = json.loads(response.content)
    assert told["status"] == response.status_code
    return told


def page(client: Client, address: str) -> Element:
    response = client.get(address)
    assert response.status_code == 200
    return read(response.content)


@pytest.fixture
def told(editor: User, chief: User) -> Claim:
    """A claim with something of everything."""
    ada = SourceFactory(person=True, name="Ada", description="A minister.", by=editor)
    paper = SourceFactory(name="The Paper")
    question = QuestionFactory(text="Did it rain?")
    claim = ClaimFactory(published=True, text="It rained", question=question)
    article = ArticleFactory(title="Rain", publisher=paper, url="https://paper.example/rain")
    snapshot = SnapshotFactory(article=article, text="Ada said that it could have rained.")
    evidence = EvidenceFactory(claim=claim, source=ada)
    AppearanceFactory(
        evidence=evidence,
        snapshot=snapshot,
        exact="it could have rained",
        hedge="could",
        seen=True,
    )
    AffiliationFactory(source=ada, organisation=paper, role="Columnist", during=day("2023-03"))
    denial = EvidenceFactory(
        claim=claim, source=SourceFactory(unnamed=True, name="a clerk"), stance="denies"
    )
    EvidenceLinkFactory(evidence=denial, other=evidence, kind="responds_to")
    wrong = EvidenceFactory(claim=claim, source=SourceFactory(name="Wire"))
    void_evidence(by=editor, evidence=wrong, reason="Misread.")
    for kind, finding, note in (
        (VerdictKind.FIRST, Finding.REFUTED, ""),
        (VerdictKind.CORRECTION, Finding.SUPPORTED, "We misread the gauge."),
    ):
        VerdictFactory(
            claim=claim,
            kind=kind,
            finding=finding,
            correction_note=note,
            citations=[Grade(evidence=evidence)],
            published_by=chief,
        )
    OutsideVerdictFactory(claim=claim, organisation=SourceFactory(name="Checkers"), label="Meh")
    other = ClaimFactory(published=True, text="It was dry", question=question)
    ClaimLinkFactory(claim=claim, other=other, kind=ClaimLinkKind.CONTRADICTS)
    return claim


def test_claim_says_what_its_page_says(reader: Client, told: Claim) -> None:
    held = get(reader, f"/api/claims/{told.pk}")
    shown = page(reader, told.get_absolute_url())
    assert (held["id"], held["text"], held["url"]) == (
        told.public_id,
        "It rained",
        HOME + told.get_absolute_url(),
    )
    assert shown.one(".status-line").one(".badge").text == held["status"]["label"] == "Supported"
    assert held["status"] == {"code": "supported", "label": "Supported", "reviewed": True}
    assert shown.all(".lede")[0].text == f"In short: {held['in_short']}"
    by_id = {entry["id"]: entry for entry in held["evidence"]}
    items = [li for li in shown.all("li") if li.attrs.get("id", "").startswith("evidence-")]
    assert {f"E-{li['id'].removeprefix('evidence-')}" for li in items} == set(by_id)
    assert [entry["why"] for entry in held["changes"] if entry["verb"] == "verdict.published"] == [
        "We misread the gauge.",
        "One voice is not enough.",
    ]
    assert [
        (verdict["kind"], verdict["status"]["label"], verdict["what_was_wrong"])
        for verdict in held["verdicts"]
    ] == [
        ("correction", "Supported", "We misread the gauge."),
        ("first", "Refuted", None),
    ]
    assert [(each["organisation"]["name"], each["label"]) for each in held["outside_verdicts"]] == [
        ("Checkers", "Meh")
    ]
    assert [
        (each["relation"], [c["text"] for c in each["claims"]]) for each in held["related"]
    ] == [("Can’t be true together with", ["It was dry"])]


def test_evidence_tells_who_said_what_where(reader: Client, told: Claim) -> None:
    held = get(reader, f"/api/claims/{told.pk}")
    ada, clerk, wire = held["evidence"]
    assert (ada["source"]["name"], ada["stance"], ada["stated"]) == (
        "Ada",
        "asserts",
        {"first": "2023-03-07", "last": "2023-03-07", "text": "2023-03-07"},
    )
    (role,) = ada["roles"]
    assert (role["role"], role["organisation"]["name"], role["during"]["text"]) == (
        "Columnist",
        "The Paper",
        "2023-03",
    )
    (passage,) = ada["passages"]
    assert (passage["quotation"], passage["hedge"], passage["seen"]) == (
        "it could have rained",
        "could",
        True,
    )
    assert passage["url"] == f"{passage['article']['url']}#p-{passage['id']}"
    assert passage["article"]["original_url"] == "https://paper.example/rain"
    assert (clerk["source"]["kind"], clerk["stance"]) == ("unnamed", "denies")
    assert clerk["ties"] == [
        {"relation": "responds_to", "words": "Responds to", "evidence": ada["id"]}
    ]
    assert (wire["void_reason"], wire["voided_at"] is None) == ("Misread.", False)
    cited = held["verdicts"][0]["cites"]
    assert [each["evidence"] for each in cited] == [ada["id"]]


def test_lists_agree_with_what_they_list(reader: Client, told: Claim) -> None:
    for row in get(reader, "/api/claims")["items"]:
        whole = get(reader, f"/api/claims/{row['id'].removeprefix('CL-')}")
        assert {name: whole[name] for name in row} == row
    for kind in ("sources", "articles", "questions"):
        for row in get(reader, f"/api/{kind}")["items"]:
            whole = get(reader, f"/api/{kind}/{row['slug']}")
            common = row.keys() & whole.keys()
            assert {name: whole[name] for name in common} == {name: row[name] for name in common}
            assert {"slug", "url"} < common
            beside = row["url"].removesuffix("/") + ".json"
            assert get(reader, beside.removeprefix(HOME)) == whole


def test_page_of_a_claim_reads_all_that_it_tells_at_once(
    reader: Client, editor_client: Client, told: Claim, monkeypatch: pytest.MonkeyPatch
) -> None:
    evidence = told.evidence.order_by("pk")[0]
    first = evidence.appearances.get()
    AppearanceFactory(
        evidence=evidence,
        snapshot=SnapshotFactory(text="Ada said it could."),
        exact="it could",
        via=first,
        basis="detected",
    )
    later: list[object] = []

    def read_later(row: Model, *_args: object, fields: object = None, **_given: object) -> None:
        later.append((type(row).__name__, fields))

    monkeypatch.setattr(Model, "refresh_from_db", read_later)
    address = told.get_absolute_url()
    for client in (reader, editor_client):
        for path in (address, f"{address}?known_by=2030-01-01", f"{address[:-1]}.json"):
            client.get(path)
        assert later == []


@pytest.mark.django_db
@pytest.mark.parametrize("form", ["json", "csv"])
def test_number_of_a_claim_leads_to_its_data(reader: Client, told: Claim, form: str) -> None:
    draft = ClaimFactory()
    answer = reader.get(f"/claims/{told.pk}.{form}?raw=1")
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"{told.get_absolute_url()[:-1]}.{form}?raw=1"
    assert reader.get(f"/claims/{draft.pk}.{form}").status_code == 404


def test_json_stands_beside_each_page(reader: Client, told: Claim) -> None:
    address = told.get_absolute_url().removesuffix("/")
    assert get(reader, f"{address}.json") == get(reader, f"/api/claims/{told.pk}")
    for name in ("claims", "sources", "articles", "changes", "corrections"):
        beside, at_api = get(reader, f"/{name}.json"), get(reader, f"/api/{name}")
        assert beside == at_api
    narrowed = get(reader, "/claims.json?status=supported&q=rained")
    assert [row["text"] for row in narrowed["items"]] == ["It rained"]


def entries_of(shown: Element, kind: str) -> list[Element]:
    """The entries of that kind in the timelines of a page."""
    entries = [entry for timeline in shown.all("ol.timeline") for entry in timeline.all("li")]
    return [entry for entry in entries if entry["id"].startswith(kind)]


def test_changes_and_corrections_are_those_of_the_pages(reader: Client, told: Claim) -> None:
    entries = entries_of(page(reader, "/changes/"), "event-")
    held = get(reader, "/api/changes")["items"]
    assert [f"event-{entry['id']}" for entry in held] == [entry["id"] for entry in entries]
    assert [[entry[k]["label"] for k in ("old", "new") if entry[k]] for entry in held] == [
        entry.texts(".badge") for entry in entries
    ]
    entries = entries_of(page(reader, "/corrections/"), "verdict-")
    (only,) = get(reader, "/api/corrections")["items"]
    assert [f"verdict-{only['id']}"] == [entry["id"] for entry in entries]
    assert (only["old"]["label"], only["new"]["label"], only["what_was_wrong"]) == (
        "Refuted",
        "Supported",
        "We misread the gauge.",
    )
    assert 0 < only["stood_seconds"] < 60


def test_article_tells_where_claims_stand_in_its_text(reader: Client, told: Claim) -> None:
    (row,) = get(reader, "/api/articles")["items"]
    held = get(reader, f"/api/articles/{row['slug']}")
    (mark,) = held["passages"]
    assert held["captured"]["text"][mark["start"] : mark["end"]] == mark["quotation"]
    assert (mark["claim"], mark["quotation"]) == (told.public_id, "it could have rained")
    assert [claim["id"] for claim in held["claims"]] == [told.public_id]


def test_question_tells_who_says_what_of_each_answer(reader: Client, told: Claim) -> None:
    assert told.question is not None
    held = get(reader, f"/api/questions/{told.question.slug}")
    assert [
        (answer["text"], [(stand["source"]["name"], stand["stance"]) for stand in answer["stands"]])
        for answer in held["answers"]
    ] == [("It rained", [("Ada", "asserts"), ("a clerk", "denies")]), ("It was dry", [])]
    (pair,) = held["exclusive"]
    assert {pair["one"], pair["other"]} == {answer["id"] for answer in held["answers"]}


def test_source_counts_lead_to_what_they_count(reader: Client, told: Claim) -> None:
    held = get(reader, "/api/sources/ada")
    for count in held["claims_by_status"] + held["claims_by_kind"]:
        listed = get(reader, count["url"].removeprefix(HOME))["items"]
        assert len(listed) == count["count"]
    (said,) = get(reader, held["statements_url"].removeprefix(HOME))["items"]
    assert (said["claim"]["id"], said["stance"], said["quotation"]) == (
        told.public_id,
        "Asserts",
        "it could have rained",
    )


def pages(client: Client, address: str) -> Iterator[list[str]]:
    """The pages of a list by the links from one to the next."""
    for _page in range(20):
        held = get(client, address)
        yield [row.get("text") or row.get("name") or str(row.get("id")) for row in held["items"]]
        if held["next"] is None:
            return
        address = held["next"].removeprefix(HOME)
    pytest.fail("the list never ends")


def test_pages_neither_repeat_nor_miss_what_comes_in_between(reader: Client) -> None:
    for number in range(5):
        EvidenceFactory(claim=ClaimFactory(published=True, text=f"It rained {number}"))
    walk = pages(reader, "/api/claims?limit=2&q=rained")
    assert next(walk) == ["It rained 4", "It rained 3"]
    EvidenceFactory(claim=ClaimFactory(published=True, text="It rained 5"))
    assert list(walk) == [["It rained 2", "It rained 1"], ["It rained 0"]]
    for name in ("sources", "changes"):
        whole = [row for rows in pages(reader, f"/api/{name}?limit=100") for row in rows]
        for limit in (1, 2, 5):
            walked = [row for rows in pages(reader, f"/api/{name}?limit={limit}") for row in rows]
            assert (name, limit, walked) == (name, limit, whole)


def test_every_filter_of_the_page_is_a_parameter() -> None:
    assert parameters()["claims"] == {*asdict(Filter()), "limit", "cursor"}
    assert parameters()["corrections"] == {*asdict(Asked()), "limit", "cursor"} - {"whose"}


def test_filters_are_those_of_the_page(reader: Client, told: Claim) -> None:
    assert told.question is not None
    for query in (
        "status=supported",
        "status=unsourced",
        "kind=event",
        "source=ada",
        "source=ada&stance=denies",
        f"question={told.question.slug}",
        "article=rain",
        "judge=checkers",
        "judge=checkers&reading=otherwise",
        "q=dry",
        "status=supported&kind=quantity",
    ):
        listed = page(reader, f"/claims/?{query}").all(".claim-row__claim")
        shown = [row.text.removeprefix("Claim: ") for row in listed]
        assert [row["text"] for row in get(reader, f"/api/claims?{query}")["items"]] == shown


@pytest.mark.parametrize(
    ("address", "status", "where", "words"),
    [
        ("/api/claims?limit=0", 400, ["limit"], "greater than or equal to 1"),
        ("/api/claims?limit=101", 400, ["limit"], "less than or equal to 100"),
        ("/api/claims?limit=many", 400, ["limit"], "valid integer"),
        ("/api/claims?status=true", 400, ["status"], "'supported'"),
        ("/api/claims?kind=", 400, ["kind"], "'event'"),
        ("/api/claims?cursor=17", 400, ["cursor"], "match pattern"),
        ("/api/sources?cursor=1-1", 400, ["cursor"], "match pattern"),
        ("/api/claims?sort=text", 400, ["sort"], "known are: article, cursor, judge"),
        ("/api/claims/1?limit=3", 400, ["limit"], "known are: none"),
        ("/claims.json?page=2", 400, ["page"], "known are: article"),
        ("/api/claims?source=nobody", 404, [], "No source here is called “nobody”."),
        ("/api/claims/0", 404, [], "nothing at this address"),
        (f"/api/claims/{'9' * 30}", 404, [], "nothing at this address"),
        ("/api/claims/CL-1", 404, [], "nothing at this address"),
        ("/api/sources/nobody", 404, [], "nothing at this address"),
        ("/api/nowhere/at/all", 404, [], "nothing at this address"),
    ],
)
def test_what_is_not_understood_is_said_in_plain_words(
    reader: Client, address: str, status: int, where: list[str], words: str
) -> None:
    told = problem(reader, address)
    assert (told["status"], [fault["where"] for fault in told["errors"]]) == (status, where)
    assert words in told["detail"] + " ".join(fault["what"] for fault in told["errors"])


def test_drafts_are_given_to_nobody(editor_client: Client, told: Claim) -> None:
    draft = EvidenceFactory(
        claim=ClaimFactory(text="Hidden words", question=QuestionFactory(text="Hidden question?")),
        source=SourceFactory(name="Hidden source"),
    ).claim
    VerdictFactory(claim=told, kind=VerdictKind.UPDATE, summary="Hidden proposal")
    assert problem(editor_client, f"/api/claims/{draft.pk}")["status"] == 404
    assert editor_client.get(f"{draft.get_absolute_url()[:-1]}.json").status_code == 404
    for address in (*(f"/api/{name}" for name in LISTS), f"/api/claims/{told.pk}"):
        assert "Hidden" not in json.dumps(get(editor_client, address))


def test_removed_words_are_gone(reader: Client, chief: User, told: Claim) -> None:
    redact(by=chief, subject=told, reason="A court said so")
    held = get(reader, f"/api/claims/{told.pk}")
    assert (held["text"], held["removed_because"]) == (None, "A court said so")


def test_merged_claim_gives_the_one_that_is_kept(reader: Client, editor: User, told: Claim) -> None:
    other = ClaimFactory(published=True, text="Rain fell")
    merge_claims(by=editor, duplicate=other, survivor=told)
    assert get(reader, f"/api/claims/{other.pk}")["id"] == told.public_id
    answer = reader.get(f"{other.get_absolute_url()[:-1]}.json")
    assert answer.headers["Location"] == f"{told.get_absolute_url()[:-1]}.json"


def test_head_tells_the_same_without_the_body(reader: Client, told: Claim) -> None:
    for address in ("/api/claims", f"/api/claims/{told.pk}", "/api/openapi.json"):
        asked, whole = reader.head(address), reader.get(address)
        assert (asked.status_code, asked.content) == (200, b"")
        assert asked.headers["Content-Type"] == whole.headers["Content-Type"]
        assert (
            reader.get(address, headers={"If-None-Match": whole.headers["ETag"]}).status_code == 304
        )


def test_answers_are_in_the_language_of_the_site(reader: Client, told: Claim) -> None:
    french = {"Accept-Language": "fr"}
    for address in (f"/api/claims/{told.pk}", "/api/changes", "/api/claims?source=x"):
        assert reader.get(address, headers=french).content == reader.get(address).content


def rows(client: Client, address: str) -> list[dict[str, str]]:
    answer = client.get(address)
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))


def test_tables_hold_what_the_lists_hold(reader: Client, told: Claim) -> None:
    for name, key in (
        ("changes", "url"),
        ("corrections", "url"),
        ("sources", "slug"),
        ("articles", "slug"),
    ):
        listed = get(reader, f"/api/{name}?limit=100")["items"]
        assert [row[key] for row in rows(reader, f"/{name}.csv")] == [row[key] for row in listed]
    (correction,) = rows(reader, "/corrections.csv?raw=1")
    assert (correction["claim_id"], correction["old"], correction["new"]) == (
        told.public_id,
        "Refuted",
        "Supported",
    )
    first, *_rest = rows(reader, f"{told.get_absolute_url()[:-1]}.csv")
    assert (first["claim"], first["source"], first["our_finding"]) == (
        "It rained",
        "Ada",
        "supported",
    )


def test_docs_name_every_operation_and_shape(reader: Client) -> None:
    described = get_described(reader)
    shown = page(reader, "/api/")
    assert shown.texts("h2")[:-1] == list(described["paths"])
    named = {
        name
        for name, shape in described["components"]["schemas"].items()
        if shape["type"] == "object" and not name.startswith("Listed")
    }
    assert {details["id"] for details in shown.all("details")} == named
    assert [link["href"] for link in shown.all("link") if link["rel"] == "service-desc"] == [
        "/api/openapi.json"
    ]


def get_described(client: Client) -> Any:
    answer = client.get("/api/openapi.json")
    assert answer.status_code == 200
    return json.loads(answer.content)


def test_description_says_what_every_field_means(reader: Client) -> None:
    described = get_described(reader)
    assert (described["openapi"], described["servers"]) == ("3.1.0", [{"url": HOME}])
    schemas = described["components"]["schemas"]
    clear = {"id", "text", "url", "items", "slug", "name", "note", "kind", "title", "language"}
    unsaid = [
        (name, field)
        for name, shape in schemas.items()
        for field, told in shape.get("properties", {}).items()
        if "description" not in json.dumps(told)
        and "$ref" not in json.dumps(told)
        and field not in clear
    ]
    assert unsaid == []


@pytest.mark.parametrize("size", [1, 4])
def test_lists_take_the_same_queries_for_any_number(
    reader: Client, chief: User, size: int, django_assert_max_num_queries: Any
) -> None:
    for _ in range(size):
        claim = ClaimFactory(published=True, question=QuestionFactory())
        AppearanceFactory(evidence=EvidenceFactory(claim=claim))
        VerdictFactory(claim=claim, published_by=chief)
    for address, queries in (
        ("/api/claims", 3),
        ("/api/claims?source=x", 1),
        ("/api/sources", 1),
        ("/api/articles", 1),
        ("/api/questions", 1),
        ("/api/changes", 2),
        ("/api/corrections", 1),
    ):
        with django_assert_max_num_queries(queries):
            reader.get(address)


# Nothing is against the description of an operation that takes a slug and no more.
FREE = {"article", "question", "source"}
CASES = [
    *((name, GenerationMode.POSITIVE) for name in sorted(parameters())),
    *((name, GenerationMode.NEGATIVE) for name in sorted(parameters().keys() - FREE)),
]


@pytest.fixture
def connected() -> Iterator[None]:
    """Leave the connection open between requests, as Django's own test client does."""
    kept = (request_started, request_finished)
    for signal in kept:
        signal.disconnect(close_old_connections)
    yield
    for signal in kept:
        signal.connect(close_old_connections)


@pytest.mark.usefixtures("connected")
@pytest.mark.parametrize(("name", "mode"), CASES)
def test_api_answers_as_it_describes(told: Claim, name: str, mode: GenerationMode) -> None:
    """Whatever its description allows or forbids: schemathesis asks, and compares the answers."""
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", application)
    operation = schema.find_operation_by_id(name)

    @BOUNDED
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: schemathesis.Case) -> None:
        case.call_and_validate(headers={"Accept-Encoding": "identity"})  # it unpacks nothing

    ask()


def test_description_lists_every_status_and_kind() -> None:
    """They stand there once more, for the types: an answer with another one would be an error."""
    assert sorted(get_args(shapes.Code)) == sorted(status.CODES)
    assert sorted(get_args(shapes.Kind)) == sorted(ClaimKind.values)
