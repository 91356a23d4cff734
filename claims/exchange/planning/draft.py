"""What every part of a plan shares: what it adds, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.contrib.auth.models import User
from django.db import models
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _

from articles import dates
from claims.actions.bulk import Additions
from claims.exchange import keys
from claims.exchange.columns import BY_NAME, Group, Problem
from claims.exchange.parsing import Parsed
from claims.exchange.world import World
from claims.models import (
    Claim,
)

NextId = Callable[[type[models.Model]], int]

CLAIM, SOURCE, ARTICLE, QUESTION = "claim", "source", "article", "question"
EVIDENCE, PASSAGE, OUTSIDE, VERDICT = "evidence", "appearance", "outsideverdict", "verdict"
PUBLISHED, ADDRESS, TAKEN_UP = "published", "address", "taken_up"


class Draft:
    """What one record adds, and what is wrong with it; all of its problems at once.

    With problems nothing of it counts: ``take_back`` makes the world forget it.
    """

    def __init__(
        self,
        record: Parsed,
        *,
        by: User,
        world: World,
        next_id: NextId,
        resembles: Iterable[Mapping[str, Any]] = (),
    ) -> None:
        self.resembles = resembles
        self.cells = record.cells
        self.values = record.values
        self.findings = record.findings
        self.standing_in = record.standing_in
        self.problems = record.problems
        self.by = by
        self.world = world
        self.next_id = next_id
        self.new = Additions()
        self.added: list[str] = []
        self.touched: set[int] = set()
        self.speakers: set[int] = set()
        self._mark = len(world.new)

    def take_back(self) -> None:
        """Make the world forget what this record would have added."""
        self.world.back(self._mark)

    def _problem(self, column: str, fix: str, needs: str = "") -> None:
        """Note what is wrong with a cell, unless something is wrong with it already."""
        if all(problem.column != column for problem in self.problems):
            self.problems.append(Problem(column, self.cells.get(column, "").strip(), fix, needs))

    def _wrong(self, *columns: str) -> bool:
        """Whether a cell of these columns could not be read."""
        return bool(self.problems) and any(each.column in columns for each in self.problems)

    def _nothing_without(
        self, needed: str, groups: Iterable[Group], told: Callable[[], str] | None = None
    ) -> None:
        """Note the cells that say nothing without another; ``told`` says what to do about them.

        What an editor has given for all records counts where it says something.
        """
        if self._wrong(needed):
            return
        for name in self.given():
            if BY_NAME[name].group in groups and name != f"{needed}_id":
                fix = _("This says nothing without “%(column)s”. Fill that in, or empty this.")
                self._problem(name, told() if told else fix % {"column": needed}, needed)

    def given(self) -> list[str]:
        """The columns of which the record itself says something that could be read."""
        if not self.standing_in:
            return list(self.values)
        return [name for name in self.values if name not in self.standing_in]

    def _same(self, held: models.Model, *names: str) -> None:
        """Note where a cell says something else than the row that is here already."""
        for name in names:
            if name in self.values and getattr(held, name) != self.values[name]:
                self._problem(
                    name,
                    _("This is here already, and says “%(held)s”. Empty the cell, or correct it.")
                    % {"held": shown(getattr(held, name))},
                )

    def _add(self, kind: str, rows: list[Any], row: Any, *filed: keys.Key) -> None:
        rows.append(row)
        self.added.append(kind)
        self.world.file(row, *filed)

    def _identified(self, kind: str) -> Any:
        """The row that this id stands for, if an earlier record or our own site has it."""
        held = self.world.get(("id", kind, self.values.get(f"{kind}_id")))
        return held[-1] if held else None

    def _name(self, kind: str, row: models.Model | None) -> None:
        """Let later records speak of ``row`` by the id that this one gives it.

        A claim that is found by its words may bear the number that it has on another site. The
        words of no claim beside the number of one of ours are a slip.
        """
        told = self.values.get(f"{kind}_id")
        if told is None or row is None:
            return
        held = self._identified(kind)
        ours = isinstance(held, Claim) and held.public_id == told
        if held is not None and row.pk in (held.pk, self.world.tops.get(held.pk, held).pk):
            return
        if held is None or (ours and all(row is not new for new in self.new.claims)):
            self.world.file(row, ("id", kind, told))
        elif ours:
            self._problem(
                "claim_id",
                _("This is another claim here: “%(text)s”. Write its words, or empty this cell.")
                % {"text": held.text},
            )
        else:
            self._problem(f"{kind}_id", _("Another row gives this id to something else."))


def shown(value: Any) -> str:
    """A value as a person would write it into a cell."""
    match value:
        case bool():
            return _("yes") if value else _("no")
        case DateRange():
            return dates.write(value.lower, value.upper)
    return "" if value is None else str(value)
