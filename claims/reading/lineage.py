"""Which report goes back to which origin: what ``standing.py`` found, arranged to be drawn.

Plain values come in and go out. The arrangement follows the reasons of the standing and nothing
else, so that the drawing can't tell another story than the numbers: each live report stands in it
exactly once, it has as many roots as there are origins at most, and as many counted groups as
there are at least.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from claims.standing import Reason, ReasonKind, Standing, Testimony

_COPYING = (ReasonKind.REPEATS, ReasonKind.ORIGIN_VOIDED, ReasonKind.ORIGIN_ELSEWHERE)
_MERGING = (ReasonKind.ONE_VOICE, ReasonKind.UNNAMED_MAY_BE_SAME, ReasonKind.SAME_SOURCE)


class RootKind(StrEnum):
    """What an origin is."""

    OWN = "own"
    RELYING = "relying"
    VOIDED = "voided"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class Root:
    """One origin at most: a source with all that it said of its own, and the copies of that.

    ``evidence``, ``copies`` and ``relies_on`` are ids, ascending. Of a voided origin or one of
    another claim ``evidence`` is no live report of this claim.
    """

    kind: RootKind
    evidence: tuple[int, ...]
    copies: tuple[int, ...] = ()
    relies_on: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Origins that may be one. ``counted``: it is one for sure, and not only perhaps."""

    roots: tuple[Root, ...]
    counted: bool


@dataclass(frozen=True, slots=True)
class Lineage:
    """All live reports of a claim. ``idle`` are those that count in neither number."""

    groups: tuple[Group, ...]
    idle: tuple[int, ...]


def lineage_of(standing: Standing, testimonies: Iterable[Testimony]) -> Lineage:
    """Arrange the reports of one claim, which ``assess`` gave ``standing``."""
    known = {row.id: row for row in testimonies}
    reports = {row.id for row in known.values() if row.live and row.entails}
    parents, idle = _placed(standing.reasons, reports)
    copies: dict[int, list[int]] = defaultdict(list)
    for copy, origin in sorted(parents.items()):
        copies[origin].append(copy)

    relying = _relying(standing.reasons)
    own = reports - parents.keys() - idle
    origins = own | {
        origin
        for reason in standing.reasons
        if reason.kind in _COPYING
        for origin in reason.origins
    }
    keys = {id_: _key(id_, known) for id_ in origins}
    roots = {
        key: _root(sorted(ids), own, known, copies, relying)
        for key, ids in _by_key(origins, keys).items()
    }
    groups = _grouped(standing.reasons, known, roots, keys, parents)
    return Lineage(
        tuple(sorted(groups, key=lambda group: (not group.counted, group.roots[0].evidence))),
        tuple(sorted(idle)),
    )


def _placed(reasons: Iterable[Reason], reports: set[int]) -> tuple[dict[int, int], set[int]]:
    """Each copy with the one origin that it is drawn under, and what counts nowhere.

    A copy of several stands under the surest: a live origin before a voided one.
    """
    reasons = list(reasons)
    parents: dict[int, int] = {}
    for kind in _COPYING:
        for reason in reasons:
            if reason.kind == kind:
                for copy in reason.evidence:
                    parents.setdefault(copy, reason.origins[0])
    idle: set[int] = set()
    for reason in reasons:
        if reason.kind == ReasonKind.ORIGIN_WITHDREW:
            idle |= (set(reason.evidence) | set(reason.origins)) & reports
        elif reason.kind == ReasonKind.NO_ORIGIN:
            idle |= set(reason.evidence)
    return parents, idle - parents.keys()


def _relying(reasons: Iterable[Reason]) -> dict[int, list[int]]:
    """What each origin relies on."""
    relying: dict[int, list[int]] = defaultdict(list)
    for reason in reasons:
        if reason.kind == ReasonKind.RELIES_ON:
            for id_ in reason.evidence:
                relying[id_].append(reason.origins[0])
    return relying


def _key(id_: int, known: Mapping[int, Testimony]) -> tuple[str, int]:
    """What makes two origins one: the source. Evidence of another claim is always one of its own.

    Sources and evidence are numbered apart, hence the word.
    """
    return ("source", known[id_].source) if id_ in known else ("evidence", id_)


def _by_key(
    ids: Iterable[int], keys: Mapping[int, tuple[str, int]]
) -> dict[tuple[str, int], list[int]]:
    found: dict[tuple[str, int], list[int]] = defaultdict(list)
    for id_ in sorted(ids):
        found[keys[id_]].append(id_)
    return found


def _root(
    ids: list[int],
    own: set[int],
    known: Mapping[int, Testimony],
    copies: Mapping[int, list[int]],
    relying: Mapping[int, list[int]],
) -> Root:
    if ids[0] not in known:
        kind = RootKind.ELSEWHERE
    elif own.isdisjoint(ids):
        kind = RootKind.VOIDED
    elif all(id_ in relying for id_ in ids if id_ in own):
        kind = RootKind.RELYING
    else:
        kind = RootKind.OWN
    return Root(
        kind,
        tuple(ids),
        tuple(sorted(copy for id_ in ids for copy in copies.get(id_, ()))),
        tuple(sorted({on for id_ in ids for on in relying.get(id_, ())})),
    )


def _grouped(
    reasons: Iterable[Reason],
    known: Mapping[int, Testimony],
    roots: Mapping[tuple[str, int], Root],
    keys: Mapping[int, tuple[str, int]],
    parents: Mapping[int, int],
) -> list[Group]:
    """Put roots together that may be one voice, and beside them what relies on them."""
    sets = _Sets()
    for reason in reasons:
        if reason.kind in _MERGING:
            sets.join(_key(id_, known) for id_ in reason.evidence)
    # What relies is none of its own in the lower number: it is put where it leads to, one place
    # only, however many it relies on, so that it joins no two groups.
    placed: dict[tuple[str, int], tuple[str, int]] = {}
    for key, root in roots.items():
        if root.kind == RootKind.RELYING:
            to = [keys.get(parents.get(on, on)) for on in root.relies_on]
            placed[key] = next((other for other in to if other is not None), key)
    members: dict[tuple[str, int], list[Root]] = defaultdict(list)
    for key, root in roots.items():
        members[sets.of(_followed(key, placed))].append(root)
    return [
        Group(
            tuple(sorted(group, key=lambda root: (root.kind != RootKind.OWN, root.evidence))),
            counted=any(root.kind == RootKind.OWN for root in group),
        )
        for group in members.values()
    ]


def _followed(
    key: tuple[str, int], placed: Mapping[tuple[str, int], tuple[str, int]]
) -> tuple[str, int]:
    """Where reliance ends; in a circle, at its least member, the same for all of them."""
    way = [key]
    while (after := placed.get(way[-1], way[-1])) != way[-1]:
        if after in way:
            return min(way[way.index(after) :])
        way.append(after)
    return way[-1]


class _Sets:
    """Keys that belong together, directly or through others."""

    def __init__(self) -> None:
        self._up: dict[tuple[str, int], tuple[str, int]] = {}

    def of(self, key: tuple[str, int]) -> tuple[str, int]:
        """The key that stands for all that belong with this one."""
        while (up := self._up.get(key, key)) != key:
            key = up
        return key

    def join(self, keys: Iterable[tuple[str, int]]) -> None:
        """Say that these belong together."""
        first, *others = (self.of(key) for key in keys)
        for other in others:
            if (top := self.of(first)) != (end := self.of(other)):
                self._up[end] = top
