"""The columns of the simple import: each reads its own example, and says what would be right."""

from datetime import date
from decimal import Decimal

import pytest
from django.conf import settings
from django.db.backends.postgresql.psycopg_any import DateRange

from claims.exchange.columns import BY_NAME, COLUMNS, Problem, as_markdown
from claims.exchange.parsing import Parser, Values
from claims.exchange.parsing import parse as parsed


def parse(cells: dict[str, str]) -> tuple[Values, list[Problem]]:
    record = parsed(cells)
    return record.values, record.problems


def fix(column: str, cell: str) -> str:
    values, problems = parse({"claim": "It rained", column: cell})
    assert column not in values
    (problem,) = problems
    assert (problem.column, problem.found) == (column, cell)
    return problem.fix


def test_examples_of_all_columns_are_one_good_row() -> None:
    values, problems = parse({column.name: column.example for column in COLUMNS})
    assert problems == []
    assert list(values) == [column.name for column in COLUMNS]


def test_empty_cells_have_no_value() -> None:
    cells = {column.name: " \r\n" for column in COLUMNS} | {"claim": " It  rained\n"}
    assert parse(cells) == ({"claim": "It rained"}, [])


def test_line_ends_in_cells_are_settled() -> None:
    assert parse({"claim": "a", "note": "one\r\ntwo\rthree\n"})[0]["note"] == "one\ntwo\nthree"


def test_words_are_read_whatever_their_case() -> None:
    values, _problems = parse({"claim": "a", "kind": "Responsibility", "checkable": "NO"})
    assert (values["kind"], values["checkable"]) == ("responsibility", False)


def test_unknown_word_lists_the_known_ones() -> None:
    assert fix("stance", "affirms") == (
        "Write one of: asserts, denies, supports, weakens, context."
    )
    assert fix("source_kind", "company") == "Write one of: person, organisation, unnamed."
    assert fix("publish", "perhaps") == "Write yes or no."


def test_language_is_a_tag() -> None:
    assert parse({"claim": "a", "language": "pt-BR"})[0]["language"] == "pt-BR"
    assert fix("language", "Português") == (
        "Write the language as a tag such as “en”, “fr” or “pt-BR”."
    )


@pytest.mark.parametrize(
    ("cell", "first", "beyond"),
    [
        ("2023-03-08", date(2023, 3, 8), date(2023, 3, 9)),
        ("2023-03", date(2023, 3, 1), date(2023, 4, 1)),
        ("2023", date(2023, 1, 1), date(2024, 1, 1)),
        ("2023-03-08/2023-03-15", date(2023, 3, 8), date(2023, 3, 16)),
        ("/2023-03-08", None, date(2023, 3, 9)),
    ],
)
def test_dates_are_as_precise_as_written(
    cell: str, first: date | None, beyond: date | None
) -> None:
    assert parse({"claim": "a", "window": cell})[0]["window"] == DateRange(first, beyond)


@pytest.mark.parametrize(
    "cell",
    ["2023-02-30", "0000-00-00", "13/13/2023", "8/3/23", "2023-03-15/2023-03-08", "soon", "/"],
)
def test_what_is_no_date_is_shown_one(cell: str) -> None:
    assert fix("stated", cell) == (
        "Write a date such as 2023-03-08, 2023-03 or 2023, or two of them, the earlier first, "
        "such as 2023-03-08/2023-03-15."
    )


@pytest.mark.parametrize(
    ("cell", "value"),
    [("0.55", "0.55"), ("0,55", "0.55"), ("55 %", "0.55"), ("1", "1"), ("0", "0")],
)
def test_probability_is_read_as_it_is_written(cell: str, value: str) -> None:
    assert parse({"claim": "a", "p_low": cell})[0]["p_low"] == Decimal(value)


@pytest.mark.parametrize(
    "cell", ["likely", "1.01", "-0.1", "55", "nan", "Infinity", "1e400", "0.0001", "%", "1,000.5"]
)
def test_what_is_no_probability_is_shown_one(cell: str) -> None:
    assert fix("p_high", cell) == (
        "Write a probability from 0 to 1 with three decimals at most, such as 0.55."
    )


def test_all_cells_of_a_row_are_told_at_once() -> None:
    _values, problems = parse({"kind": "evnt", "window": "soon", "p_low": "2", "publish": "si"})
    assert [problem.column for problem in problems] == [
        "kind",
        "window",
        "p_low",
        "publish",
    ]


def test_problem_names_column_found_and_fix() -> None:
    assert str(Problem("kind", "evnt", "Write one of: event.")) == (
        "kind: “evnt”: Write one of: event."
    )
    assert str(Problem("claim", "", "Fill it in.")) == "claim: Fill it in."
    assert str(Problem("", "", "The row is ragged.")) == "The row is ragged."
    assert str(Problem("claim", "x" * 81, "No.")) == f"claim: “{'x' * 79}…”: No."


def test_columns_are_documented_as_they_are() -> None:
    guide = (settings.BASE_DIR / "docs" / "examples" / "README.md").read_text(encoding="utf-8")
    assert as_markdown() in guide
    assert list(BY_NAME) == [column.name for column in COLUMNS]


@pytest.mark.parametrize(
    ("cell", "order", "day"),
    [
        ("8/3/2023", "DMY", date(2023, 3, 8)),
        ("8/3/2023", "MDY", date(2023, 8, 3)),
        ("13.3.2023", "", date(2023, 3, 13)),
        ("3-13-2023", "", date(2023, 3, 13)),
        ("9-9-2020", "", date(2020, 9, 9)),
        ("2023/3/8", "", date(2023, 3, 8)),
        ("2023-03-08T23:30:00+02:00", "", date(2023, 3, 8)),
        ("2023-03-08 00:00:00", "", date(2023, 3, 8)),
        ("March 8, 2023", "", date(2023, 3, 8)),
    ],
)
def test_numbers_of_dates_are_read_in_the_order_that_is_told(
    cell: str, order: str, day: date
) -> None:
    record = parsed({"stated": cell}, {"dates": {"stated": order}})
    assert (record.problems, record.values["stated"].lower) == ([], day)


def test_date_that_can_be_read_in_two_ways_is_asked_about() -> None:
    assert fix("stated", "8/3/2023") == (
        "Say for this column whether the day or the month comes first, or write 2023-03-08."
    )


def test_answers_of_the_editor_change_cells() -> None:
    answers = {"values": {"stance": {"says no": "denies"}}, "fixed": {"language": "fr"}}
    record = parsed({"claim": "Il pleut", "stance": "says no"}, answers)
    assert record.values == {"claim": "Il pleut", "language": "fr", "stance": "denies"}


def test_of_two_headings_for_one_column_the_first_that_is_filled_counts() -> None:
    parser = Parser(["claim", "note", "", "note"])
    assert parser.record(["a", "one", "-", "two"]).values["note"] == "one"
    assert parser.record(["a", " ", "-", "two"]).values["note"] == "two"
