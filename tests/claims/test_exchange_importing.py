"""The simple import: all errors of a row at once, and the same file again changes nothing."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db.backends.postgresql.psycopg_any import DateRange, NumericRange

from articles.models import Article, Event, Source
from articles.policy import NotAllowed
from claims.actions.evidence import void_evidence
from claims.actions.intake import publish_claim
from claims.exchange.columns import COLUMNS, Problem
from claims.exchange.running import check as run_check
from claims.exchange.running import choose_columns
from claims.models import (
    Appearance,
    Claim,
    Evidence,
    ImportBatch,
    ImportRow,
    ImportSheet,
    MatchDecision,
    Question,
)
from tests.claims.imports import Report, check, checked, go, problems_of, run, sheet_in
from tests.claims.imports import sheet_of as table
from tests.factories import (
    ArticleFactory,
    ClaimFactory,
    EvidenceFactory,
    MergeFactory,
    SnapshotFactory,
    SourceFactory,
    day,
)

pytestmark = pytest.mark.django_db

RAIN = {
    "claim": "It rained on Tuesday",
    "source": "Ada",
    "source_kind": "person",
    "stated": "2023-03-07",
}
REPORT = {"article_title": "Rain", "publisher": "The Daily", "article_published": "2023-03-08"}


def counts(report: Report) -> tuple[int, int, int]:
    return report.new, report.unchanged, len(report.rejected)


def added(report: Report) -> list[list[str]]:
    return [row.added for row in report.rows]


def problems(report: Report) -> dict[str, str]:
    (row,) = report.rows
    return {problem.column: problem.fix for problem in problems_of(row)}


def rows() -> dict[str, int]:
    return {
        model.__name__: model._default_manager.count()
        for model in (Source, Article, Question, Claim, Evidence, Appearance, Event)
    }


# What may be here already

BAKHMUT = "Russian forces will take Bakhmut between 8 and 15 March 2023"
BAKHMOUT = "Russian troops will take Bakhmout between 8 and 15 March"


def test_claim_that_resembles_one_that_is_here_is_taken_with_a_warning(editor: User) -> None:
    here = ClaimFactory(text=BAKHMUT)
    told = table({**RAIN, "claim": BAKHMOUT}, RAIN)
    dry = check(told, by=editor)
    assert [[like["claim"] for like in row.resembles] for row in dry.rows] == [[here.pk], []]
    assert MatchDecision.objects.count() == 0
    done = run(told, by=editor)
    assert (counts(done), counts(done)) == ((2, 0, 0), counts(dry))
    decision = MatchDecision.objects.get()
    assert (decision.claim.text, decision.suggested, decision.outcome) == (BAKHMOUT, here, "new")
    assert [row.resembles for row in run(told, by=editor).rows] == [[], []]


def test_claims_that_resemble_each_other_within_one_file(editor: User) -> None:
    told = table({**RAIN, "claim": BAKHMUT}, {**RAIN, "claim": BAKHMOUT})
    found = [[like["text"] for like in row.resembles] for row in check(told, by=editor).rows]
    assert found == [[], [BAKHMUT]]


# Good rows


def test_row_of_all_columns_is_held_as_written(editor: User) -> None:
    report = run(table({column.name: column.example for column in COLUMNS}), by=editor)
    assert added(report) == [
        [
            *("question", "claim", "source", "article", "source", "evidence", "appearance"),
            *("source", "outsideverdict", "verdict"),
        ]
    ]
    claim = Claim.objects.get()
    assert (claim.text, claim.kind, claim.language, claim.checkable, claim.window) == (
        "The Old Bridge will reopen in 2024",
        "prediction",
        "en",
        True,
        DateRange(date(2024, 1, 1), date(2025, 1, 1)),
    )
    assert claim.criteria == "Cars cross it on any day of 2024"
    assert str(claim.question) == "When will the Old Bridge reopen?"
    assert claim.question.slug == "when-will-the-old-bridge-reopen"
    assert (claim.is_published, claim.logged_by) == (False, editor)
    evidence = claim.evidence.get()
    assert (evidence.source.name, evidence.source.kind) == ("Jane Doe", "person")
    assert (evidence.stance, evidence.scope, evidence.stated) == (
        "asserts",
        "same",
        day("2024-03-07"),
    )
    assert (evidence.p_low, evidence.p_high) == (Decimal("0.6"), Decimal("0.8"))
    assert (evidence.interested, evidence.note) == (True, "She works for the builder")
    appearance = evidence.appearances.get()
    assert (appearance.exact, appearance.hedge, appearance.verbatim) == (
        "“It will probably open in the autumn,” she said",
        "probably",
        True,
    )
    assert (appearance.snapshot, appearance.span, appearance.seen) == (None, None, False)
    article = appearance.article
    assert (article.title, article.url, article.kind) == (
        "Bridge to open this year, engineer says",
        "https://news.example/bridge",
        "news",
    )
    assert (article.publisher.name, article.publisher.kind) == ("The Daily Example", "organisation")
    assert article.published == day("2024-03-08")


def test_same_file_again_changes_nothing(editor: User) -> None:
    full = {column.name: column.example for column in COLUMNS} | {"publish": "yes"}
    unnamed = RAIN | REPORT | {"source": "a farmer", "source_kind": "unnamed"}
    again = unnamed | {"article_title": "More rain"}
    given = table(full, RAIN, RAIN | REPORT, unnamed, again, {"claim": "It will rain"})
    first = run(given, by=editor)
    assert counts(first) == (6, 0, 0)
    before = rows()
    assert counts(run(given, by=editor)) == (0, 6, 0)
    assert counts(check(given, by=editor)) == (0, 6, 0)
    assert rows() == before


def test_claim_alone_needs_no_source(editor: User) -> None:
    assert added(run(table({"claim": "It rained"}), by=editor)) == [["claim"]]
    assert Claim.objects.get().kind == "event"


def test_date_of_the_article_stands_in_for_the_date_stated(editor: User) -> None:
    run(table(RAIN | REPORT | {"stated": ""}), by=editor)
    assert Evidence.objects.get().stated == day("2023-03-08")


def test_quotation_is_anchored_in_the_newest_snapshot(editor: User) -> None:
    article = ArticleFactory(title="Rain", publisher__name="The Daily")
    SnapshotFactory(article=article, text="It may be dry. Ada saw rain, she said.")
    newest = SnapshotFactory(article=article, text="Correction. Ada saw rain, she said.")
    run(table(RAIN | REPORT | {"quotation": "Ada saw rain", "hedge": "SAW"}), by=editor)
    appearance = Appearance.objects.get()
    assert (appearance.snapshot, appearance.seen) == (newest, True)
    assert appearance.span == NumericRange(12, 24)
    assert (appearance.exact, appearance.hedge) == ("Ada saw rain", "SAW")


def test_composed_text_finds_a_decomposed_quotation(editor: User) -> None:
    article = ArticleFactory(title="Rain", publisher__name="The Daily")
    SnapshotFactory(article=article, text="Il a plu au café hier.")
    run(table(RAIN | REPORT | {"quotation": "au cafe\u0301 hier"}), by=editor)
    assert Appearance.objects.get().exact == "au café hier"


def test_article_is_found_by_its_address_first(editor: User) -> None:
    held = ArticleFactory(url="https://a.example/1", title="Rain", publisher__name="The Daily")
    row = RAIN | REPORT | {"article_title": "Another title", "article_url": held.url}
    assert added(run(table(row), by=editor)) == [["claim", "source", "evidence", "appearance"]]
    assert Appearance.objects.get().article == held


def test_article_without_address_is_given_it(editor: User) -> None:
    held = ArticleFactory(title="Rain", publisher__name="The Daily")
    row = RAIN | REPORT | {"article_url": "https://a.example/1"}
    assert added(run(table(row), by=editor)) == [
        ["claim", "address", "source", "evidence", "appearance"]
    ]
    held.refresh_from_db()
    assert held.url == "https://a.example/1"


def test_article_of_another_address_is_another_article(editor: User) -> None:
    ArticleFactory(title="Rain", publisher__name="The Daily", url="https://a.example/1")
    row = RAIN | REPORT | {"article_url": "https://a.example/2"}
    assert added(run(table(row), by=editor)) == [
        ["claim", "article", "source", "evidence", "appearance"]
    ]


def test_second_passage_joins_the_evidence(editor: User) -> None:
    run(table(RAIN | REPORT), by=editor)
    report = run(table(RAIN | REPORT | {"article_title": "Again"}), by=editor)
    assert added(report) == [["article", "appearance"]]
    assert Evidence.objects.get().appearances.count() == 2


def test_overlapping_date_is_the_same_evidence(editor: User) -> None:
    run(table(RAIN | {"stated": "2023-03"}), by=editor)
    assert added(run(table(RAIN), by=editor)) == [[]]
    assert added(run(table(RAIN | {"stated": "2023-04"}), by=editor)) == [["evidence"]]


def test_voided_evidence_does_not_stand_in_for_new(editor: User) -> None:
    run(table(RAIN), by=editor)
    void_evidence(by=editor, evidence=Evidence.objects.get(), reason="Somebody else said so")
    assert added(run(table(RAIN), by=editor)) == [["evidence"]]


def test_source_is_found_by_another_spelling(editor: User) -> None:
    held = SourceFactory(name="Ada Byron", person=True, aliases=["Ada"])
    run(table(RAIN | {"source_kind": ""}), by=editor)
    assert Evidence.objects.get().source == held


def test_unnamed_source_is_one_within_an_article_only(editor: User) -> None:
    farmer = RAIN | REPORT | {"source": "a farmer", "source_kind": "unnamed"}
    dry = farmer | {"claim": "It was dry on Monday"}
    elsewhere = dry | {"claim": "It snowed", "article_title": "Snow"}
    run(table(farmer, dry, elsewhere), by=editor)
    sources = [row.source_id for row in Evidence.objects.order_by("pk")]
    assert sources[0] == sources[1] != sources[2]


def test_merged_claim_stands_for_the_one_that_was_kept(editor: User) -> None:
    kept = ClaimFactory(text="Rain fell on Tuesday")
    gone = ClaimFactory(text=RAIN["claim"])
    MergeFactory(duplicate=gone, survivor=kept)
    assert added(run(table(RAIN), by=editor)) == [["source", "evidence"]]
    assert Evidence.objects.get().claim == kept


def test_evidence_of_a_merged_claim_is_found(editor: User) -> None:
    run(table(RAIN), by=editor)
    MergeFactory(duplicate=Claim.objects.get(), survivor=ClaimFactory())
    assert added(run(table(RAIN), by=editor)) == [[]]


def test_claim_in_another_language_is_another_claim(editor: User) -> None:
    run(table(RAIN, RAIN | {"language": "de"}), by=editor)
    assert Claim.objects.count() == 2


def test_publish_puts_the_claim_on_the_record(editor: User) -> None:
    assert added(run(table(RAIN), by=editor)) == [["claim", "source", "evidence"]]
    assert added(run(table(RAIN | {"publish": "yes"}), by=editor)) == [["published"]]
    assert Claim.objects.get().is_published is True
    assert added(run(table(RAIN | {"publish": "no"}), by=editor)) == [[]]


# Rejected rows


def test_good_rows_are_taken_and_bad_ones_reported(editor: User) -> None:
    report = run(table(RAIN, {"claim": "It snowed", "kind": "evnt"}, {"claim": "Hail"}), by=editor)
    assert counts(report) == (2, 0, 1)
    assert [row.line for row in report.rejected] == [3]
    assert [claim.text for claim in Claim.objects.order_by("pk")] == [RAIN["claim"], "Hail"]


def test_all_that_is_wrong_with_a_row_is_told_at_once(editor: User) -> None:
    article = ArticleFactory(title="Rain", publisher__name="The Daily")
    SnapshotFactory(article=article, text="Ada saw rain.")
    report = run(
        table(
            RAIN
            | REPORT
            | {
                "claim": "x" * 1_001,
                "kind": "evnt",
                "stance": "weakens",
                "p_low": "0.5",
                "quotation": "Ada saw snow",
            }
        ),
        by=editor,
    )
    assert problems(report) == {
        "kind": (
            "Write one of: event, quantity, responsibility, cause, prediction, intention, "
            "authenticity, assessment, position."
        ),
        "claim": "Write at most 1000 characters.",
        "quotation": "These words are not in the article. Copy them from its text.",
        "note": "“Supports” and “weakens” are your inference: say in the note why.",
        "p_low": "Probabilities run from 0 to 1, the lower one first, both or none. "
        "Only an assertion can carry a probability.",
    }
    assert rows()["Claim"] == rows()["Evidence"] == 0


def test_rejected_row_leaves_nothing_behind(editor: User) -> None:
    before = rows()
    full = {column.name: column.example for column in COLUMNS}
    report = run(table(full | {"hedge": "never"}), by=editor)
    assert problems(report) == {"hedge": "The hedge must be words of the quotation."}
    assert rows() == before


def test_problem_says_what_was_found(editor: User) -> None:
    (row,) = run(table(RAIN | {"stated": "8/3/2023"}), by=editor).rejected
    assert [(problem.column, problem.found) for problem in problems_of(row)] == [
        ("stated", "8/3/2023")
    ]


def test_ragged_row_is_one_clear_error(editor: User) -> None:
    report = run(sheet_in(b"claim,kind\nIt rained\nIt snowed,event,more\nHail,event\n"), by=editor)
    assert [(row.line, problems_of(row)) for row in report.rejected] == [
        (2, [Problem("", "", "The row has 1 cells, and there are 2 headings.")]),
        (3, [Problem("", "", "The row has 3 cells, and there are 2 headings.")]),
    ]
    assert [claim.text for claim in Claim.objects.all()] == ["Hail"]


def test_quotation_that_is_not_there_is_told_what_is(editor: User) -> None:
    article = ArticleFactory(title="Rain", publisher__name="The Daily")
    SnapshotFactory(article=article, text="“It’s rain,” said Ada. It rained. It rained.")
    row = RAIN | REPORT
    assert problems(run(table(row | {"quotation": '"It\'s rain," said Ada'}), by=editor)) == {
        "quotation": "These words are not in the article, but ““It’s rain,” said Ada” is."
    }
    assert problems(run(table(row | {"quotation": "It rained."}), by=editor)) == {
        "quotation": "These words are at 2 places in the article. Quote more of them."
    }
    assert rows()["Appearance"] == 0


def test_second_quotation_needs_the_text(editor: User) -> None:
    run(table(RAIN | REPORT | {"quotation": "It rained"}), by=editor)
    report = run(table(RAIN | REPORT | {"quotation": "It poured"}), by=editor)
    assert problems(report) == {
        "quotation": "We don’t hold the text of this article, and another quotation of it is "
        "logged for this evidence. Import the text first."
    }


def test_new_article_needs_title_and_publisher(editor: User) -> None:
    needs = "This article is new: write its title and publisher."
    row = RAIN | {"article_url": "https://a.example/1"}
    assert problems(run(table(row), by=editor)) == {"article_title": needs, "publisher": needs}
    assert problems(run(table(RAIN | {"article_title": "Rain"}), by=editor)) == {"publisher": needs}


def test_address_that_is_none_is_told_at_its_column(editor: User) -> None:
    row = RAIN | REPORT | {"article_url": "news dot example"}
    assert problems(run(table(row), by=editor)) == {
        "article_url": "Write a web address that begins with http:// or https://."
    }


def test_new_source_needs_its_kind(editor: User) -> None:
    assert problems(run(table(RAIN | {"source_kind": ""}), by=editor)) == {
        "source_kind": "Nobody of that name is here yet: write person, organisation or unnamed."
    }


def test_source_needs_a_date(editor: User) -> None:
    assert problems(run(table(RAIN | {"stated": ""}), by=editor)) == {
        "stated": "Write when the source said so."
    }


def test_cells_that_hang_on_an_empty_one_are_told(editor: User) -> None:
    lonely = "This says nothing without “source”. Fill that in, or empty this."
    row = {"claim": "It rained", "stance": "denies", "quotation": "It didn’t", "p_low": "0.5"}
    assert problems(run(table(row), by=editor)) == {
        "stance": lonely,
        "p_low": lonely,
        "quotation": lonely,
    }
    undocumented = (
        "This says nothing without the document: write its “article_title” or its “article_url” "
        "too, or empty this."
    )
    row = RAIN | {"quotation": "It rained", "publisher": "The Daily"}
    assert problems(run(table(row), by=editor)) == {
        "quotation": undocumented,
        "publisher": undocumented,
    }


def test_value_for_all_records_counts_only_where_it_says_something(editor: User) -> None:
    content = b"claim,source,stated,article_title\nIt rained,Ada,2023,Rain\nIt snowed,,,\n"
    batch = checked(editor, content)
    sheet = batch.sheets.get()
    fixed = {
        "publisher": "The Daily",
        "source_kind": "person",
        "stance": "denies",
        "reviewer": "Check",
        "article_language": "pt",
    }
    choose_columns(by=editor, sheet=sheet, mapping=sheet.mapping, answers={"fixed": fixed})
    batch = go(run_check(by=editor, batch=batch))
    assert [row.added for row in ImportRow.objects.filter(batch=batch).order_by("number")] == [
        ["claim", "source", "article", "source", "evidence", "appearance"],
        ["claim"],
    ]


def test_several_sources_in_one_cell_are_told(editor: User) -> None:
    told = "These are several sources: give each a row of its own."
    assert problems(run(table(RAIN | {"source": "Ada; Bob"}), by=editor)) == {"source": told}
    unnamed = RAIN | {"source": "officials; not named", "source_kind": "unnamed"}
    assert counts(run(table(unnamed), by=editor)) == (1, 0, 0)


def test_claim_that_is_here_otherwise_is_not_changed(editor: User) -> None:
    ClaimFactory(text=RAIN["claim"], kind="event", window=day("2023-03-07"))
    before = rows()
    row = RAIN | {"kind": "cause", "window": "2023-03-08", "criteria": "A wet gauge"}
    says = "This is here already, and says “{}”. Empty the cell, or correct it."
    assert problems(run(table(row | {"question": "Did it rain?"}), by=editor)) == {
        "kind": says.format("event"),
        "window": says.format("2023-03-07"),
        "criteria": says.format(""),
        "question": "This claim is here already, under the question “”.",
    }
    assert rows() == before


def test_evidence_that_is_here_otherwise_is_not_changed(editor: User) -> None:
    run(table(RAIN | {"interested": "yes", "note": "Her roof leaks"}), by=editor)
    before = rows()
    row = RAIN | {"scope": "narrower", "interested": "no", "note": "Her roof leaks"}
    assert problems(run(table(row), by=editor)) == {
        "scope": "This is here already, and says “same”. Empty the cell, or correct it.",
        "interested": "This is here already, and says “yes”. Empty the cell, or correct it.",
    }
    assert rows() == before


def test_prediction_is_published_with_its_terms_only(editor: User) -> None:
    row = RAIN | {"kind": "prediction", "publish": "yes"}
    assert problems(run(table(row), by=editor)) == {
        "window": "A prediction needs a window that closes and criteria before it is published."
    }
    assert rows()["Claim"] == 0


def test_half_a_probability_is_refused(editor: User) -> None:
    assert problems(run(table(RAIN | {"p_low": "0.5"}), by=editor)) == {
        "p_low": "Probabilities run from 0 to 1, the lower one first, both or none."
    }
    assert problems(run(table(RAIN | {"p_low": "0.5", "p_high": "x"}), by=editor)) == {
        "p_high": "Write a probability from 0 to 1 with three decimals at most, such as 0.55."
    }


STRANGE = (
    *("%s %(x)s {x} \\", "'; DROP TABLE claims_claim; --", "<script>alert(1)</script>"),
    *("[1,2)", "empty", "-infinity", "1e999", "0000-00-00", "2023-02-30/2022", "/", "NaN %"),
    *("\u202eRTL\u202c \u200b", "🏳️‍🌈" * 40, "a\u2028b\x0bc", "\ufeff", "é" * 1_001, "x" * 20_000),
)


@pytest.mark.parametrize("cell", STRANGE)
def test_strange_cells_never_break_the_run(cell: str, editor: User) -> None:
    examples = {column.name: column.example for column in COLUMNS}
    worded = ("claim", "criteria", "question", "source", "note", "publisher", "article_title")
    placed = ("article_url", "quotation", "hedge")
    report = check(
        table(
            dict.fromkeys(examples, cell),
            examples | dict.fromkeys(worded, cell),
            examples | dict.fromkeys(placed, cell) | {"claim": "Another claim"},
        ),
        by=editor,
    )
    assert len(report.rows) == 3
    assert all(row.added or row.problems for row in report.rows)
    assert rows()["Event"] == 0


# The trial run


def test_trial_tells_what_the_run_does_and_writes_nothing(editor: User) -> None:
    given = table(RAIN, RAIN | REPORT, RAIN | {"stated": "x"}, {"claim": "Hail"})
    before = rows()
    tried = check(given, by=editor)
    assert rows() == before
    done = run(given, by=editor)
    assert added(tried) == added(done)
    assert [row.problems for row in tried.rejected] == [row.problems for row in done.rejected]
    assert not any(kept.objects.exists() for kept in (ImportBatch, ImportSheet, ImportRow))


def test_rows_beyond_one_commit_are_all_taken(editor: User, settings: Any) -> None:
    settings.IMPORT_AT_ONCE = 2
    report = run(table(*({"claim": f"It rained on day {n}"} for n in range(5))), by=editor)
    assert counts(report) == (5, 0, 0)
    assert Claim.objects.count() == 5


def test_import_needs_its_permission(stranger: User, editor: User) -> None:
    for act in (check, run):
        with pytest.raises(NotAllowed):
            act(table(RAIN), by=stranger)
    assert rows()["Claim"] == rows()["Event"] == 0


def test_every_row_leaves_the_events_of_its_actions(editor: User) -> None:
    run(table(RAIN | REPORT | {"publish": "yes"}), by=editor)
    assert sorted(Event.objects.values_list("verb", flat=True)) == [
        "article.added",
        "claim.logged",
        "claim.published",
        "evidence.linked",
        "source.added",
        "source.added",
    ]


def test_published_claim_takes_more_evidence(editor: User) -> None:
    claim = EvidenceFactory(claim__text=RAIN["claim"]).claim
    publish_claim(by=editor, claim=claim)
    run(table(RAIN), by=editor)
    claim.refresh_from_db()
    assert (claim.for_count, claim.evidence_state) == (2, "corroborated")
