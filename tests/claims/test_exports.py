"""Claims as files: the columns of an import, only what one may see, in constant queries."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from articles.models import Event
from claims.actions.evidence import void_evidence
from claims.exchange import flat
from claims.exchange.columns import COLUMNS
from claims.exchange.exporting import as_csv, as_json_lines, as_workbook, headings
from claims.exchange.files import sheets
from claims.exchange.formulas import bare, guarded
from claims.models import Claim
from tests import world as worlds
from tests.claims.imports import check, problems_of, run, sheet_in
from tests.factories import (
    AppearanceFactory,
    ArticleFactory,
    ClaimFactory,
    EvidenceFactory,
    MergeFactory,
    OutsideVerdictFactory,
    QuestionFactory,
    SnapshotFactory,
    SourceFactory,
    VerdictFactory,
    day,
)

pytestmark = pytest.mark.django_db
NOBODY = AnonymousUser()


def rows(user: Any, **which: Any) -> list[dict[str, str]]:
    """The rows as an export has them, without the cells that are empty."""
    found = flat.rows_of(Claim.objects.filter(**which), user)
    return [{name: cell for name, cell in cells.items() if cell} for cells in found]


def table(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def column(content: bytes, name: str) -> list[str]:
    head, *body = table(content)
    return [row[head.index(name)] for row in body]


# What stands in a row


def test_row_tells_claim_source_evidence_article_and_passage(editor: User) -> None:
    claim = ClaimFactory(
        published=True,
        text="It rained",
        question=QuestionFactory(text="Did it rain?"),
        window=day("2023-03"),
        criteria="A wet gauge",
    )
    source = SourceFactory(person=True, name="Ada", aliases=["A.", "Adda"], wikidata="Q7259")
    evidence = EvidenceFactory(claim=claim, source=source, p_low="0.55", p_high="0.6", note="Wet")
    article = ArticleFactory(
        title="Rain",
        url="https://paper.example/rain",
        publisher=SourceFactory(name="The Paper"),
        published=day("2023-03-08"),
    )
    snapshot = SnapshotFactory(article=article, text="She says that it could have rained.")
    AppearanceFactory(
        evidence=evidence, snapshot=snapshot, exact="it could have rained", hedge="could"
    )
    assert rows(NOBODY) == [
        {
            "claim": "It rained",
            "claim_id": claim.public_id,
            "kind": "event",
            "language": "en",
            "checkable": "yes",
            "window": "2023-03",
            "criteria": "A wet gauge",
            "question": "Did it rain?",
            "publish": "yes",
            "source": "Ada",
            "source_kind": "person",
            "source_aliases": "A.; Adda",
            "source_wikidata": "Q7259",
            "stance": "asserts",
            "scope": "same",
            "stated": "2023-03-07",
            "p_low": "0.55",
            "p_high": "0.6",
            "interested": "no",
            "note": "Wet",
            "article_title": "Rain",
            "article_url": "https://paper.example/rain",
            "article_kind": "news",
            "article_language": "en",
            "publisher": "The Paper",
            "article_published": "2023-03-08",
            "quotation": "it could have rained",
            "hedge": "could",
            "verbatim": "no",
        }
    ]


def test_each_place_each_evidence_and_each_verdict_of_others_has_one_row() -> None:
    claim = ClaimFactory(published=True)
    twice = EvidenceFactory(claim=claim)
    for text in ("It was wet here.", "It was wet there."):
        AppearanceFactory(evidence=twice, snapshot=SnapshotFactory(text=text), exact=text[:10])
    EvidenceFactory(claim=claim, stance="denies", source=SourceFactory(person=True, name="Bea"))
    void_evidence(by=claim.logged_by, evidence=EvidenceFactory(claim=claim), reason="Wrong")
    OutsideVerdictFactory(claim=claim, label="True")
    ClaimFactory(published=True)
    told = [(row.get("stance"), row.get("quotation"), row.get("label")) for row in rows(NOBODY)]
    assert told == [
        ("asserts", "It was wet", None),
        ("asserts", "It was wet", None),
        ("denies", None, None),
        (None, None, "True"),
        (None, None, None),
    ]


def test_what_hangs_on_a_merged_claim_stands_under_the_one_that_was_kept(chief: User) -> None:
    kept, merged = ClaimFactory(published=True), ClaimFactory(published=True)
    EvidenceFactory(claim=merged, source=SourceFactory(person=True, name="Bea"))
    OutsideVerdictFactory(claim=merged, label="True")
    MergeFactory(duplicate=merged, survivor=kept)
    told = rows(NOBODY, pk=kept.pk)
    assert [(row["claim"], row.get("source"), row.get("label")) for row in told] == [
        (kept.text, "Bea", None),
        (kept.text, None, "True"),
    ]


def test_our_verdict_is_the_one_that_stands_and_its_reasons_are_told_once(chief: User) -> None:
    claim = ClaimFactory(published=True)
    EvidenceFactory(claim=claim)
    EvidenceFactory(claim=claim, stance="denies")
    verdict = VerdictFactory(claim=claim, published_by=chief, summary="Nobody knows.")
    VerdictFactory(claim=claim, kind="update", summary="A proposal")
    judged = verdict.published_at.date().isoformat()
    names = ("our_finding", "judged", "summary", "confidence", "reasoning")
    assert [[row.get(name, "") for name in names] for row in rows(chief)] == [
        ["insufficient", judged, "Nobody knows.", "moderate", verdict.reasoning],
        ["insufficient", judged, "Nobody knows.", "moderate", ""],
    ]


def test_every_column_is_filled_or_is_for_files_only() -> None:
    editor = worlds.build().users["editor"]
    filled = {name for cells in flat.rows_of(Claim.objects.all(), editor) for name in cells}
    of_files = {"source_id", "article_id"}
    assert {column.name for column in COLUMNS} - filled - of_files == set()


# Who sees what


def test_readers_get_no_drafts_and_editors_do(editor_client: Client, reader: Client) -> None:
    EvidenceFactory(claim=ClaimFactory(text="Hidden"))
    EvidenceFactory(claim=ClaimFactory(text="Open", published=True))
    found = [column(who.get("/claims.csv").getvalue(), "claim") for who in (reader, editor_client)]
    assert found == [["Open"], ["Hidden", "Open"]]


def test_evidence_of_a_draft_that_was_merged_stays_hidden() -> None:
    kept, draft = ClaimFactory(published=True), ClaimFactory()
    EvidenceFactory(claim=draft)
    MergeFactory(duplicate=draft, survivor=kept)
    assert [row.get("source") for row in rows(NOBODY, pk=kept.pk)] == [None]


# Filters


def test_file_holds_all_that_the_filter_finds(reader: Client) -> None:
    question = QuestionFactory(text="Did it rain?")
    source = SourceFactory(person=True, name="Ada")
    one = ClaimFactory(published=True, text="One", question=question)
    two = ClaimFactory(published=True, text="Two", kind="quantity")
    evidence = EvidenceFactory(claim=two, source=source)
    snapshot = SnapshotFactory(text="It was wet.")
    AppearanceFactory(evidence=evidence, snapshot=snapshot, exact="wet")
    merged = ClaimFactory(published=True, text="Merged")
    AppearanceFactory(evidence=EvidenceFactory(claim=merged), snapshot=snapshot, exact="It was wet")
    MergeFactory(duplicate=merged, survivor=one)
    found = {
        query: sorted(set(column(reader.get(f"/claims.csv?{query}").getvalue(), "claim")))
        for query in (
            "",
            f"question={question.slug}",
            f"source={source.slug}",
            f"article={snapshot.article.slug}",
            "kind=quantity",
            "q=two",
            "status=nothing",
            "article=nowhere",
        )
    }
    assert found == {
        "": ["One", "Two"],
        f"question={question.slug}": ["One"],
        f"source={source.slug}": ["Two"],
        f"article={snapshot.article.slug}": ["One", "Two"],
        "kind=quantity": ["Two"],
        "q=two": ["Two"],
        "status=nothing": [],
        "article=nowhere": [],
    }


def test_queue_of_the_desk_is_a_file_too(editor_client: Client) -> None:
    ClaimFactory(text="A draft")
    ClaimFactory(text="Another draft", kind="quantity")
    ClaimFactory(text="Open", published=True)
    asked = {"list": "drafts", "kind": "quantity"}
    assert column(editor_client.get("/desk/claims.csv", asked).getvalue(), "claim") == [
        "Another draft"
    ]
    assert editor_client.get("/desk/claims.csv", {"list": "nothing"}).status_code == 404


@pytest.mark.parametrize("name", ["claim_list", "question", "source", "article"])
def test_page_leads_to_its_files(reader: Client, name: str) -> None:
    world = worlds.build()
    query = {
        "claim_list": "?kind=event",
        "question": f"?question={world.question.slug}",
        "source": f"?source={world.minister.slug}",
        "article": f"?article={world.article.slug}",
    }[name]
    page = world.path(f"claims:{name}") + ("?kind=event" if name == "claim_list" else "")
    content = reader.get(page).content.decode()
    for form in ("csv", "xlsx", "jsonl"):
        address = f"/claims.{form}{query}"
        assert f'href="{address}"' in content
        response = reader.get(address)
        assert (response.status_code, bool(response.getvalue())) == (200, True)


# Forms


SHOWN = [{"claim": "=1+1", "note": "+2"}, {"claim": "'=1", "quotation": "two\nlines", "p_low": "0"}]


def test_csv_is_for_spreadsheets_and_raw_for_programs() -> None:
    names = headings()
    safe, raw = "".join(as_csv(SHOWN)), "".join(as_csv(SHOWN, raw=True))
    assert (safe[0], raw[0]) == ("\ufeff", "c")
    assert [row[names.index("claim")] for row in table(safe.encode())[1:]] == ["'=1+1", "''=1"]
    assert [row[names.index("claim")] for row in table(raw.encode())[1:]] == ["=1+1", "'=1"]
    assert table(safe.encode())[0] == names


@given(st.text() | st.text(alphabet="'=+-@\t\rx"))
def test_guard_is_taken_away_exactly_where_it_was_put(cell: str) -> None:
    assert bare(guarded(cell)) == cell
    assert guarded(cell)[:1] not in tuple("=+-@\t\r")


def test_json_lines_hold_what_is_not_empty() -> None:
    lines = "".join(as_json_lines(SHOWN)).splitlines()
    assert [json.loads(line) for line in lines] == SHOWN


def test_workbook_holds_text_only_and_goes_on_in_another_sheet() -> None:
    odd = ["=1+1", "#N/A", "2023-03-07", "0.50", "true", " x ", "a\x01\uffffb", "+1", "@x"]
    with as_workbook([{"claim": text} for text in odd], sheet_rows=5) as file:
        book = openpyxl.load_workbook(file)
    cells = [row[0] for sheet in book.worksheets for row in sheet.iter_rows(min_row=2)]
    assert [(cell.value, cell.data_type) for cell in cells] == [
        (text.replace("\x01\uffff", ""), "s") for text in odd
    ]
    assert book.sheetnames == ["claims", "claims 2", "claims 3"]
    assert {tuple(cell.value for cell in sheet[1]) for sheet in book} == {tuple(headings())}


def test_workbook_without_rows_has_its_headings() -> None:
    with as_workbook([]) as file:
        book = openpyxl.load_workbook(file)
    assert [cell.value for cell in book.active[1]] == headings()


@pytest.mark.parametrize("form", ["csv", "xlsx", "jsonl"])
def test_our_readers_read_each_form_the_same(
    tmp_path: Path, editor_client: Client, editor: User, form: str
) -> None:
    worlds_rows(editor)
    path = tmp_path / f"claims.{form}"
    path.write_bytes(editor_client.get(f"/claims.{form}").getvalue())
    (sheet,) = sheets(path, path.name)
    records = list(sheet.records())
    assert [record.problem for record in records] == [""] * len(records)
    found = [dict(zip(sheet.headings, record.cells, strict=True)) for record in records]
    names = headings()
    assert [{name: cell for name, cell in row.items() if cell} for row in found] == [
        {name: row[name] for name in names if row.get(name)}
        for row in flat.rows_of(Claim.objects.order_by("pk"), editor)
    ]


def worlds_rows(editor: User) -> None:
    """Claims that look like formulas, with evidence."""
    for text in ("=SUM(A1)", "'-1", "@here", "It rained, “they” say"):
        EvidenceFactory(claim=ClaimFactory(text=text, published=True), note="a\nb")


# Back in


def test_export_imports_again_as_nothing_new(editor: User, editor_client: Client) -> None:
    worlds_rows(editor)
    claim = ClaimFactory(text="It rained in March", published=True)
    for text in ("It was wet here.", "It was wet there. It was wet there."):
        evidence = EvidenceFactory(claim=claim, source=SourceFactory(unnamed=True, name="a farmer"))
        AppearanceFactory(evidence=evidence, snapshot=SnapshotFactory(text=text), exact=text[:16])
    ada = SourceFactory(person=True, name="Ada")
    merged = ClaimFactory(text="Rain fell in March", published=True)
    EvidenceFactory(claim=claim, source=ada, note="One")
    EvidenceFactory(claim=merged, source=ada, note="Other")
    OutsideVerdictFactory(claim=merged, label="True")
    MergeFactory(duplicate=merged, survivor=claim)
    EvidenceFactory(claim=claim, source=ada, stated=day("2023-04"))
    events = Event.objects.count()
    report = run(sheet_in(editor_client.get("/claims.csv").getvalue()), by=editor)
    assert (report.new, report.unchanged, report.rejected) == (0, len(report.rows), [])
    assert Event.objects.count() == events


def test_everything_the_desk_has_imports_again_as_nothing_new() -> None:
    """Quotations that a newer text lost or has twice, redrafted verdicts, drafts and all."""
    world = worlds.build()
    editor = world.users["editor"]
    rows = flat.rows_of(Claim.objects.at_work().survivors(), editor)
    report = check(sheet_in("".join(as_csv(rows)).encode()), by=editor)
    assert [row.problems for row in report.rejected] == []
    assert (report.new, report.unchanged) == (0, len(report.rows))


def test_edited_claim_of_an_export_is_no_new_claim(editor: User) -> None:
    """Its number tells that it is meant to be the one that is here."""
    ClaimFactory(text="It rained")
    raw = "".join(as_csv(flat.rows_of(Claim.objects.all(), editor)))
    report = check(sheet_in(raw.replace("It rained", "It reined").encode()), by=editor)
    (problem,) = (problem for row in report.rejected for problem in problems_of(row))
    assert (problem.column, problem.fix) == (
        "claim_id",
        "This is another claim here: “It rained”. Write its words, or empty this cell.",
    )


def test_export_of_another_site_imports_again_as_nothing_new(editor: User) -> None:
    """Its numbers are those of other claims here."""
    for text in ("It rained", "It snowed", "It was dry"):
        EvidenceFactory(claim=ClaimFactory(text=text))
    told = list(flat.rows_of(Claim.objects.all(), editor))
    numbers = [cells["claim_id"] for cells in told]
    for cells, number in zip(told, [*numbers[1:], numbers[0]], strict=True):
        cells["claim_id"] = number
    report = check(sheet_in("".join(as_csv(told)).encode()), by=editor)
    assert (report.new, report.unchanged, len(report.rejected)) == (0, 3, 0)


# Size


@pytest.mark.parametrize("count", [2, 40])
def test_queries_do_not_grow_with_the_rows(
    count: int, editor: User, django_assert_num_queries: Callable[..., Any]
) -> None:
    for _number in range(count):
        evidence = EvidenceFactory(claim=ClaimFactory(published=True))
        AppearanceFactory(evidence=evidence, snapshot=SnapshotFactory(), exact="it could be dry")
    assert editor.has_perm("claims.view_claim")
    with django_assert_num_queries(8):
        assert len(list(flat.rows_of(Claim.objects.all(), editor))) == count


def test_claims_are_read_some_at_a_time(monkeypatch: pytest.MonkeyPatch, editor: User) -> None:
    monkeypatch.setattr(flat, "AT_ONCE", 2)
    ids = [ClaimFactory().pk for _number in range(5)]
    assert list(flat.chunks_of(Claim.objects.order_by("-pk"))) == [ids[:2], ids[2:4], ids[4:]]
