"""The columns of the simple import: one list that drives reading, checking, template and docs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles import dates
from articles.choices import ArticleKind, SourceKind
from articles.validators import language_tag
from claims.choices import ClaimKind, Scope, Stance

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

ERROR = "_error"
"""The column that a file of rejected rows has besides; reading passes over it."""

_YES = frozenset({"yes", "y", "true", "1"})
_NO = frozenset({"no", "n", "false", "0"})


@dataclass(frozen=True, slots=True)
class Column:
    """One column: how it is headed, what it holds, and how a cell of it is read.

    ``read`` takes a cell that isn't empty and raises ``ValueError`` or ``ValidationError`` with
    what would be right.
    """

    name: str
    help: StrOrPromise
    example: str
    read: Callable[[str], Any] = str
    required: bool = False


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one cell: where, what was found, and what would mend it."""

    column: str
    found: str
    fix: str

    def __str__(self) -> str:
        """In one line, as the command and the file of rejected rows say it."""
        if not self.column:
            return self.fix
        found = self.found if len(self.found) <= 80 else f"{self.found[:79]}…"
        return f"{self.column}: “{found}”: {self.fix}" if found else f"{self.column}: {self.fix}"


def one_line(cell: str) -> str:
    """``cell`` with single spaces, as claims, names and titles are kept."""
    return " ".join(cell.split())


def one_of(choices: type[TextChoices]) -> Callable[[str], str]:
    """A reader of the words of ``choices``, whatever their case."""

    def read(cell: str) -> str:
        word = "_".join(cell.casefold().split())
        if word not in choices.values:
            raise ValueError(_("Write one of: %(words)s.") % {"words": ", ".join(choices.values)})
        return word

    return read


def yes_or_no(cell: str) -> bool:
    """Whether ``cell`` says yes."""
    word = cell.casefold()
    if word not in _YES | _NO:
        raise ValueError(_("Write yes or no."))
    return word in _YES


def period(cell: str) -> DateRange:
    """A day, month, year or stretch, as precise as it is written."""
    try:
        return DateRange(*dates.read(cell))
    except ValueError:
        raise ValueError(
            _(
                "Write a date such as 2023-03-08, 2023-03 or 2023, or two of them, the earlier "
                "first, such as 2023-03-08/2023-03-15."
            )
        ) from None


def probability(cell: str) -> Decimal:
    """A number from 0 to 1 with at most three decimals, or a percentage."""
    hint = _("Write a probability from 0 to 1 with three decimals at most, such as 0.55.")
    try:
        value = Decimal(cell.removesuffix("%").strip().replace(",", "."))
    except InvalidOperation:
        raise ValueError(hint) from None
    if not value.is_finite():
        raise ValueError(hint)
    value = value / 100 if cell.endswith("%") else value
    if not 0 <= value <= 1 or value != round(value, 3):
        raise ValueError(hint)
    return value


def language(cell: str) -> str:
    """A language tag."""
    language_tag(cell)
    return cell


COLUMNS: tuple[Column, ...] = (
    Column(
        "claim",
        gettext_lazy("What is said to be so, in one plain sentence."),
        "The Old Bridge will reopen in 2024",
        one_line,
        required=True,
    ),
    Column(
        "kind",
        gettext_lazy("The kind of claim; event when empty."),
        "prediction",
        one_of(ClaimKind),
    ),
    Column(
        "language",
        gettext_lazy("The language of the claim; en when empty."),
        "en",
        language,
    ),
    Column(
        "checkable",
        gettext_lazy("Whether evidence could settle it; yes when empty."),
        "yes",
        yes_or_no,
    ),
    Column(
        "window",
        gettext_lazy("When it is said to happen; a prediction settles when its window closes."),
        "2024",
        period,
    ),
    Column(
        "criteria",
        gettext_lazy("What would settle it; a prediction is not published without."),
        "Cars cross it on any day of 2024",
    ),
    Column(
        "question",
        gettext_lazy("The question that it answers, the same words for each answer."),
        "When will the Old Bridge reopen?",
        one_line,
    ),
    Column(
        "source",
        gettext_lazy("Who says so, or a description of somebody unnamed. Empty: the claim alone."),
        "Jane Doe",
        one_line,
    ),
    Column(
        "source_kind",
        gettext_lazy("What the source is; needed when nobody of that name is here yet."),
        "person",
        one_of(SourceKind),
    ),
    Column(
        "stance",
        gettext_lazy("What the source does with the claim; asserts when empty."),
        "asserts",
        one_of(Stance),
    ),
    Column(
        "scope",
        gettext_lazy("Whether the source spoke of this very claim; same when empty."),
        "same",
        one_of(Scope),
    ),
    Column(
        "stated",
        gettext_lazy("When the source said so; the day of the article when empty."),
        "2024-03-07",
        period,
    ),
    Column(
        "p_low",
        gettext_lazy("The probability that the source gave, at least, from 0 to 1."),
        "0.6",
        probability,
    ),
    Column(
        "p_high",
        gettext_lazy("The probability that the source gave, at most."),
        "0.8",
        probability,
    ),
    Column(
        "interested",
        gettext_lazy("Whether the source gains or loses by being believed; no when empty."),
        "yes",
        yes_or_no,
    ),
    Column(
        "note",
        gettext_lazy("A note on the evidence; supports and weakens need one."),
        "She works for the builder",
    ),
    Column(
        "article_title",
        gettext_lazy("The document in which it can be read."),
        "Bridge to open this year, engineer says",
        one_line,
    ),
    Column(
        "article_url",
        gettext_lazy("Its web address. An article is found by it, else by title and publisher."),
        "https://news.example/bridge",
    ),
    Column(
        "article_kind",
        gettext_lazy("The kind of a new article; news when empty."),
        "news",
        one_of(ArticleKind),
    ),
    Column(
        "publisher",
        gettext_lazy("Who published it."),
        "The Daily Example",
        one_line,
    ),
    Column(
        "article_published",
        gettext_lazy("When a new article was published."),
        "2024-03-08",
        period,
    ),
    Column(
        "quotation",
        gettext_lazy(
            "The exact words. Where we hold the article’s text, they must be at one place in it."
        ),
        "“It will probably open in the autumn,” she said",
    ),
    Column(
        "hedge",
        gettext_lazy("The words of the quotation that weaken it."),
        "probably",
    ),
    Column(
        "verbatim",
        gettext_lazy("Whether these are the source’s own words; no when empty."),
        "yes",
        yes_or_no,
    ),
    Column(
        "publish",
        gettext_lazy("Whether to put the claim on the public record; no when empty."),
        "no",
        yes_or_no,
    ),
)
BY_NAME: Mapping[str, Column] = {column.name: column for column in COLUMNS}


def parse(cells: Mapping[str, str]) -> tuple[dict[str, Any], list[Problem]]:
    """The values of the cells that could be read, and what is wrong with the others."""
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for column in COLUMNS:
        cell = cells.get(column.name, "").replace("\r\n", "\n").replace("\r", "\n").strip()
        if not cell:
            if column.required:
                problems.append(Problem(column.name, "", _("This cell can’t be empty.")))
            continue
        try:
            values[column.name] = column.read(cell)
        except ValidationError as error:
            problems.append(Problem(column.name, cell, " ".join(error.messages)))
        except ValueError as error:
            problems.append(Problem(column.name, cell, str(error)))
    return values, problems


def as_markdown() -> str:
    """The columns as the table that the documentation shows."""
    rows = [f"| `{column.name}` | {column.help} | {column.example} |" for column in COLUMNS]
    return "\n".join(["| column | what it holds | example |", "|---|---|---|", *rows])
