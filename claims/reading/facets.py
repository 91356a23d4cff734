"""How many claims of each kind, status, question and source a list holds: counted to a limit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from articles.models import Source
from claims import status
from claims.choices import ClaimKind
from claims.models import ListedQuerySet, Question
from claims.reading.filters import Filter

MOST = 10_000
"""Claims of a list that are counted and paged through; the same however many there are."""
LOOKED_AT = 2000
"""Claims of which the commonest sources and questions are offered, the first of the list."""
MOST_OPTIONS = 12
"""Facets list the commonest sources and questions, and whatever is chosen."""

# Each claim's sources are looked up: OFFSET 0 keeps the planner from reading the whole table.
_ALL = "SELECT '', '', count(*) FROM few"
_COUNTED = {
    "status": "SELECT 'status', code, count(*) FROM few GROUP BY code",
    "kind": "SELECT 'kind', kind, count(*) FROM few GROUP BY kind",
    "question": """(
        SELECT 'question', question_id::text, count(*) FROM (SELECT * FROM few LIMIT %s) first
        WHERE question_id IS NOT NULL
        GROUP BY question_id ORDER BY 3 DESC, question_id LIMIT %s)""",
    "source": """(
        SELECT 'source', s.list::text, count(*) FROM (SELECT * FROM few LIMIT %s) first
        CROSS JOIN LATERAL (
            SELECT list FROM claims_listed l
            WHERE l.claim_id = first.claim_id AND l.list <> 0 OFFSET 0) s
        GROUP BY s.list ORDER BY 3 DESC, s.list LIMIT %s)""",
}
_CODED = ("status", "kind")
_FEW = "WITH few (claim_id, kind, question_id, code) AS MATERIALIZED ({})"


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a facet: its link sets it, or takes it away when it is set.

    There are ``count`` claims, or ``more``: at least so many.
    """

    label: str
    count: int
    query: str
    chosen: bool
    more: bool = False

    @property
    def told(self) -> str:
        """The count as it is printed."""
        return told(self.count, more=self.more)


@dataclass(frozen=True, slots=True)
class Facet:
    """One way to narrow the list."""

    title: str
    options: list[Option]


@dataclass(frozen=True, slots=True)
class Counts:
    """What was counted for a filter: all claims, and for each facet those that the others leave.

    There are ``total`` claims, or ``more``: at least so many.
    ``by``: of each facet the values (words or ids) with their numbers. ``cut``: the facets for
    which only the first claims of the list were looked at.
    """

    chosen: Filter
    total: int
    more: bool
    by: dict[str, dict[str, int]]
    cut: frozenset[str]

    @property
    def told(self) -> str:
        """How many claims, as it is printed."""
        return told(self.total, more=self.more)

    def facets(self, source: Source | None, question: Question | None) -> list[Facet]:
        """The facets in words; ``source`` and ``question`` are those that are chosen."""
        facets = [
            Facet(_("Status"), self._coded("status", self._statuses())),
            Facet(_("Kind"), self._coded("kind", [(k.value, str(k.label)) for k in ClaimKind])),
            Facet(_("Question"), self._rows("question", Question.objects.all(), question)),
            Facet(_("Source"), self._rows("source", Source.objects.all(), source)),
        ]
        return [facet for facet in facets if facet.options]

    def _statuses(self) -> list[tuple[str, str]]:
        kind = self.chosen.kind
        return [(code, str(status.status(code, kind).label)) for code in status.CODES]

    def _coded(self, name: str, words: Iterable[tuple[str, str]]) -> list[Option]:
        chosen, counts = asdict(self.chosen)[name], self.by[name]
        return [
            self._option(name, code, label, counts.get(code, 0))
            for code, label in words
            if counts.get(code) or code == chosen
        ]

    def _rows(
        self, name: str, rows: QuerySet[Any], chosen: Source | Question | None
    ) -> list[Option]:
        """Options for rows of the database; one that was chosen is listed, even for nothing."""
        counts = {int(pk): number for pk, number in self.by[name].items()}
        held = rows.in_bulk(counts)
        if chosen is not None:
            held.setdefault(chosen.pk, chosen)
        options = [
            self._option(name, row.slug, str(row), counts.get(pk, 0)) for pk, row in held.items()
        ]
        return sorted(options, key=lambda option: (-option.count, option.label))

    def _option(self, name: str, value: str, label: str, number: int) -> Option:
        chosen = asdict(self.chosen)[name] == value
        query = self.chosen.with_(name, "" if chosen else value).query
        return Option(label, number, query, chosen, name in self.cut and number > 0)


def told(number: int, *, more: bool) -> str:
    """``10,000+`` for ten thousand or more, grouped as the reader's language does."""
    grouped = number_format(number, force_grouping=True)
    return f"{grouped}+" if more else grouped


def counts_of(chosen: Filter, listed: Callable[[Filter], ListedQuerySet]) -> Counts:
    """Count the lists that ``listed`` gives for a filter: a statement for each different one."""
    wanted: dict[Filter, list[str]] = {chosen: []}
    for name in _COUNTED:
        wanted.setdefault(chosen.with_(name, ""), []).append(name)
    by: dict[str, dict[str, int]] = {name: {} for name in _COUNTED}
    cut, totals = set[str](), dict[Filter, int]()
    for each, names in wanted.items():
        counted = _count(listed(each), names)
        totals[each] = counted.pop("", {}).get("", 0)
        by |= counted
        looked_at = {name: MOST if name in _CODED else LOOKED_AT for name in names}
        cut |= {name for name, most in looked_at.items() if totals[each] > most}
    return Counts(chosen, min(totals[chosen], MOST), totals[chosen] > MOST, by, frozenset(cut))


def counted(listed: ListedQuerySet) -> int:
    """How many claims there are; ``MOST + 1`` for more."""
    return _count(listed, ()).get("", {}).get("", 0)


def _count(listed: ListedQuerySet, names: Iterable[str]) -> dict[str, dict[str, int]]:
    few: QuerySet[Any] = listed.with_code().newest_first()
    rows = few.values_list("claim_id", "kind", "question_id", "code")[: MOST + 1]
    try:
        sql, params = rows.query.sql_with_params()
    except EmptyResultSet:
        return {}
    parts = [_ALL, *(_COUNTED[name] for name in names)]
    limits = [limit for part in parts if "%s" in part for limit in (LOOKED_AT, MOST_OPTIONS)]
    statement = f"{_FEW.format(sql)} {' UNION ALL '.join(parts)}"
    counted: dict[str, dict[str, int]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(statement, [*params, *limits])
        for name, value, number in cursor.fetchall():
            counted[name][value] = number
    return counted
