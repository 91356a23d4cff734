"""The ways by which a piece of evidence reached us, hop by hop, with what each did to the hedge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from claims.choices import Basis
from claims.models import Appearance
from claims.reading import chains
from claims.reading.passages import Passage


@dataclass(frozen=True, slots=True)
class Step:
    """One document on the way, or another passage of the same (``again``).

    ``known`` says in words how we know that it came by the step before. ``before`` is the hedge
    of the last step whose words we have: ``lost`` if these words have none any more, ``changed``
    if another one. ``translated`` is the language that its words were translated from.
    """

    passage: Passage
    known: str
    again: bool
    before: str
    before_language: str
    lost: bool
    changed: bool
    translated: str


@dataclass(frozen=True, slots=True)
class Way:
    """Documents in the order in which the words passed through them.

    ``after`` is where it leaves a way that comes before it; None if it begins with an origin.
    """

    after: Step | None
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Provenance:
    """All ways, the longest first; each passage stands in exactly one of them, once."""

    ways: tuple[Way, ...]

    @property
    def main(self) -> Way | None:
        """The longest way."""
        return self.ways[0] if self.ways else None

    @property
    def count(self) -> int:
        """How many passages there are."""
        return sum(len(way.steps) for way in self.ways)

    @property
    def loses_hedge(self) -> bool:
        """Whether words that were hedged became words that are not."""
        return any(step.lost for way in self.ways for step in way.steps)

    @property
    def drift(self) -> list[Step]:
        """The steps of the first way that loses its hedge where the hedge became another."""
        for way in self.ways:
            if any(step.lost for step in way.steps):
                return [step for step in way.steps if step.changed or step.lost]
        return []


def provenance_of(
    appearances: Sequence[Appearance], along: chains.Ways, passages: Mapping[int, Passage]
) -> Provenance:
    """The ways of one piece of evidence; ``passages`` by the id of where each passage is now."""
    firsts = {row.pk: row for row in appearances}
    steps: dict[int, Step] = {}
    ways = []
    for rows in along:
        start = next(place for place, row in enumerate(rows) if row.pk not in steps)
        for place in range(start, len(rows)):
            steps[rows[place].pk] = _step(rows[: place + 1], firsts, passages)
        after = steps[rows[start - 1].pk] if start else None
        ways.append(Way(after, tuple(steps[row.pk] for row in rows[start:])))
    return Provenance(tuple(ways))


def original_of(row: Appearance, earlier: Sequence[Appearance]) -> Appearance | None:
    """The words that those of ``row`` are a translation of, where an ``earlier`` step has them."""
    if not row.exact:
        return None
    others = (
        other for other in reversed(earlier) if other.exact and not _is_same_language(other, row)
    )
    return next(others, None)


def translated_from(row: Appearance, earlier: Sequence[Appearance]) -> str:
    """The language that the words of ``row`` were translated from; empty if they weren't."""
    if not row.exact:
        return ""
    if row.article.translated_from:
        return row.article.translated_from
    worded = next((other for other in reversed(earlier) if other.exact), None)
    if worded is None or _is_same_language(worded, row):
        return ""
    return worded.article.language


def _is_same_language(one: Appearance, other: Appearance) -> bool:
    return _primary(one.article.language) == _primary(other.article.language)


def _primary(tag: str) -> str:
    return tag.partition("-")[0].casefold()


def _step(
    way: Sequence[Appearance], firsts: Mapping[int, Appearance], passages: Mapping[int, Passage]
) -> Step:
    """The last of ``way``, which leads there from its origin."""
    *earlier, row = way
    worded = next((other for other in reversed(earlier) if other.exact), None)
    before = worded.hedge if worded is not None else ""
    first = firsts.get(chains.first_of(row), row)
    return Step(
        passage=passages[row.pk],
        known=_known(first, bool(earlier)),
        again=bool(earlier) and earlier[-1].article_id == row.article_id,
        before=before,
        before_language=worded.article.language if worded is not None else "",
        lost=bool(before and row.exact and not row.hedge),
        changed=bool(before and row.hedge) and before.casefold() != row.hedge.casefold(),
        translated=translated_from(row, earlier),
    )


def _known(first: Appearance, came: bool) -> str:
    """How a hop is known: by the basis of the passage as it was logged."""
    if first.basis == Basis.INFERRED:
        return _("inferred by us")
    if first.basis == Basis.DETECTED:
        return _detected(first.score)
    return _("credited in the text") if came else ""


def _detected(score: Decimal | None) -> str:
    if score is None:
        return _("detected by comparison")
    return _("detected by comparison, %(percent)s %% alike") % {"percent": round(score * 100)}
