"""What a column is: its name and group, how a cell of it is read, and what is wrong with one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from claims.exchange import cells
from claims.exchange.cells import OneOf, Read, yes_or_no

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

ERROR = "_error"
"""The column that a file of rejected rows has besides; reading passes over it."""


class Group(StrEnum):
    """What a column tells of."""

    CLAIM = "claim"
    SOURCE = "source"
    EVIDENCE = "evidence"
    ARTICLE = "article"
    PASSAGE = "passage"
    OUTSIDE = "outside"
    VERDICT = "verdict"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: how it is headed, what it holds, and how a cell of it is read.

    ``read`` takes a cell that isn't empty and raises ``ValueError`` or ``ValidationError`` with
    what would be right. ``known_as`` are other headings under which people keep the same.
    """

    name: str
    group: Group
    help: StrOrPromise
    example: str
    read: Read
    known_as: tuple[str, ...] = ()

    @property
    def dated(self) -> bool:
        """Whether it holds dates, whose numbers may need an order."""
        return self.read is cells.period

    @property
    def choices(self) -> list[tuple[str, StrOrPromise]]:
        """The words that a cell of it can be, with what they mean; none where it can be any."""
        if self.read is yes_or_no:
            return [("yes", _("Yes")), ("no", _("No"))]
        if isinstance(self.read, OneOf):
            return [(word.value, word.label) for word in self.read.choices]
        return []


LONGEST_FOUND = 300
"""Code points; what can be mended in the wizard is shorter."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one cell: where, what was found, and what would mend it.

    ``needs`` is the column without which the cell says nothing, whatever stands in it.
    """

    column: str
    found: str
    fix: str
    needs: str = ""

    def __str__(self) -> str:
        """In one line, as the command and the file of rejected rows say it."""
        if not self.column:
            return self.fix
        found = self.found if len(self.found) <= 80 else f"{self.found[:79]}…"
        return f"{self.column}: “{found}”: {self.fix}" if found else f"{self.column}: {self.fix}"

    @property
    def beginning(self) -> str:
        """As much of what was found as a staged record keeps: nobody is shown more of it."""
        return self.found[:LONGEST_FOUND]
