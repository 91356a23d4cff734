"""How a claim stands by its evidence: its state, and its independent origins as an interval.

Copies never count. ``high`` removes only known repetition; ``low`` also follows reliance and merges
whatever may be one voice. Both measure reporting, not truth. Only plain values come in and go out,
so that the rules can be tested without a database; the words for the reasons belong to the pages.

What counts
    An assertion counts when the claim follows from it (scope same or narrower); a denial when it
    rules the claim out (same or broader). Supporting, weakening and context never count.

Copies
    A testimony that `repeats` another is a copy, whatever it leads to. It is followed to its
    origins through assertions of this claim, voided ones too, and through evidence of other claims.
    * An origin that was voided counts in ``high`` as long as a live copy leads to it.
    * Evidence of another claim (an id not among the testimonies) is an origin of unknown identity:
      one in ``high`` for each such id, none in ``low``.
    * A copy of something that is here but doesn't assert this claim (a denial, context, a broader
      statement) has no origin: it counts in neither, and NO_ORIGIN says so. Anything else would
      let a repeat raise the interval.
    * A circle of copies, which the database refuses, has no origin either.

Withdrawal
    What a `withdraws` link points to counts in neither, nor does what is only its copy: following
    stops there. It holds until the link itself is voided, not when the testimony that withdrew is;
    otherwise voiding that one would raise the bounds.

Never rising
    Voiding a testimony never raises either bound, nor does withdrawing one; a repeat of any live
    testimony changes neither. (A new repeat of a *voided* origin that had no live copy brings that
    origin back into ``high``: it is a live report which leads there.) So the links of a voided
    testimony have to stay: without them its copies would pass for origins.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

STANCES = frozenset({"asserts", "denies", "supports", "weakens", "context"})
SCOPES = frozenset({"same", "broader", "narrower"})
KINDS = frozenset({"repeats", "relies_on", "responds_to", "withdraws"})


@dataclass(frozen=True, slots=True)
class Testimony:
    """One piece of evidence, as far as standing needs it.

    ``voices``: the organisations with which the source may speak with one voice at that date (its
    one-voice affiliations; for an unnamed source, any organisation). ``live``: not voided.
    """

    id: int
    source: int
    stance: str
    scope: str
    voices: frozenset[int]
    unnamed: bool
    live: bool

    def __post_init__(self) -> None:
        """Refuse an unknown word (ValueError): it would quietly make a claim look unsourced."""
        if self.stance not in STANCES or self.scope not in SCOPES:
            raise ValueError(f"no such stance or scope: {self.stance!r}, {self.scope!r}")

    @property
    def entails(self) -> bool:
        """Whether it asserts the claim, or something from which the claim follows."""
        return self.stance == "asserts" and self.scope in {"same", "narrower"}

    @property
    def rules_out(self) -> bool:
        """Whether it denies the claim, or something that follows from the claim."""
        return self.stance == "denies" and self.scope in {"same", "broader"}

    @property
    def nameless(self) -> bool:
        """Whether nothing at all is known of who it is."""
        return self.unnamed and not self.voices


@dataclass(frozen=True, slots=True)
class Dependence:
    """One live link between two pieces of evidence; either may belong to another claim."""

    from_: int
    to: int
    kind: str

    def __post_init__(self) -> None:
        """Refuse an unknown word (ValueError): a copy would pass for an origin."""
        if self.kind not in KINDS:
            raise ValueError(f"no such kind of link: {self.kind!r}")


class State(StrEnum):
    """The evidence state; never a verdict."""

    UNSOURCED = "unsourced"
    DENIED_ONLY = "denied_only"
    SINGLE_ORIGIN = "single_origin"
    CORROBORATED = "corroborated"
    CONTESTED = "contested"


class ReasonKind(StrEnum):
    """Why reports, ``high`` and ``low`` differ."""

    REPEATS = "repeats"
    SAME_SOURCE = "same_source"
    RELIES_ON = "relies_on"
    ONE_VOICE = "one_voice"
    UNNAMED_MAY_BE_SAME = "unnamed_may_be_same"
    ORIGIN_VOIDED = "origin_voided"
    ORIGIN_WITHDREW = "origin_withdrew"
    ORIGIN_ELSEWHERE = "origin_elsewhere"
    NO_ORIGIN = "no_origin"


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason, with the ids of the evidence it is about, each in ascending order.

    ==================== ===================================== =================================
    kind                 evidence                              origins
    ==================== ===================================== =================================
    repeats              live copies                           the one they lead to
    same_source          origins of one source, counted once   (none)
    relies_on            what relies                           the one it relies on
    one_voice            origins that may speak as one         (none)
    unnamed_may_be_same  unnamed origins, perhaps the same     (none)
    origin_voided        live copies left over                 the voided one
    origin_withdrew      live copies left over (may be none)   the withdrawn one
    origin_elsewhere     live copies                           the evidence of another claim
    no_origin            copies of what doesn't assert this    (none)
    ==================== ===================================== =================================
    """

    kind: ReasonKind
    evidence: tuple[int, ...]
    origins: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """What the evidence amounts to.

    ``reports``: all live assertions, copies included. ``asserting``: those of them that still lead
    to an origin, so it is 0 exactly when ``high`` is. ``denying``: live denials, but withdrawn ones
    and what is only their copy. ``orphans``: live copies, of whatever stance, with an origin that
    was voided or withdrew; they belong in the editors' queue.
    """

    state: State
    low: int
    high: int
    asserting: int
    denying: int
    reports: int
    reasons: tuple[Reason, ...]
    orphans: tuple[int, ...]


def assess(testimonies: Iterable[Testimony], dependences: Iterable[Dependence]) -> Standing:
    """Weigh one claim's evidence (with that of its same-as claims, as one class).

    Order and duplicates don't matter. Raises ValueError if two different testimonies share an id.
    """
    known = _by_id(testimonies)
    links = _Links(dependences)
    entailing = {row.id for row in known.values() if row.entails}
    kept = entailing - links.withdrawn
    live = {row.id for row in known.values() if row.live}
    ways = _Ways(links.repeats, through=kept | (links.ends - known.keys() - links.withdrawn))

    reporting = live & kept
    origins = {id_ for id_ in ways.ahead_of(reporting) if id_ not in links.repeats}
    asserting = reporting & ways.behind(origins)
    elsewhere = origins - known.keys()
    high = len({known[id_].source for id_ in origins - elsewhere}) + len(elsewhere)

    firsthand = entailing - links.repeats.keys() - links.relies_on.keys()
    groups = _merged(known[id_] for id_ in firsthand)
    low = sum(1 for group in groups if not reporting.isdisjoint(group))

    denying = _denying(known, links)
    return Standing(
        state=_state(low, high, denying),
        low=low,
        high=high,
        asserting=len(asserting),
        denying=denying,
        reports=len(live & entailing),
        reasons=(
            *_copying(known, links, ways, origins),
            *_sharing_a_source(known, origins - elsewhere),
            *_relying(links, origins & live),
            *_merging(known, groups, origins),
        ),
        orphans=_orphans(known, links),
    )


def _state(low: int, high: int, denying: int) -> State:
    if high and denying:
        return State.CONTESTED
    if denying:
        return State.DENIED_ONLY
    if not high:
        return State.UNSOURCED
    return State.CORROBORATED if low >= 2 else State.SINGLE_ORIGIN


def _by_id(testimonies: Iterable[Testimony]) -> dict[int, Testimony]:
    known: dict[int, Testimony] = {}
    for row in testimonies:
        if known.setdefault(row.id, row) != row:
            raise ValueError(f"two different testimonies have the id {row.id}")
    return known


class _Links:
    """The links by kind: who repeats whom, who relies on whom, and who was withdrawn."""

    def __init__(self, dependences: Iterable[Dependence]) -> None:
        self.repeats: dict[int, set[int]] = {}
        self.relies_on: dict[int, set[int]] = {}
        self.withdrawn: set[int] = set()
        for link in dependences:
            if link.kind == "repeats":
                self.repeats.setdefault(link.from_, set()).add(link.to)
            elif link.kind == "relies_on":
                self.relies_on.setdefault(link.from_, set()).add(link.to)
            elif link.kind == "withdraws":
                self.withdrawn.add(link.to)

    @property
    def ends(self) -> set[int]:
        """Both ends of every repetition."""
        return set(self.repeats).union(*self.repeats.values())


class _Ways:
    """The ways from copies to what they copy that lead only *through* the given ids."""

    def __init__(self, repeats: Mapping[int, set[int]], through: Collection[int]) -> None:
        self._ahead: dict[int, list[int]] = defaultdict(list)
        self._behind: dict[int, list[int]] = defaultdict(list)
        for copy, copied in repeats.items():
            if copy in through:
                for original in copied:
                    self._behind[original].append(copy)
                    if original in through:
                        self._ahead[copy].append(original)

    def ahead_of(self, starts: Iterable[int]) -> set[int]:
        """The starts and all that they lead to."""
        return _reach(starts, self._ahead)

    def behind(self, ends: Iterable[int]) -> set[int]:
        """The ends and all that leads to them."""
        return _reach(ends, self._behind)


def _reach(starts: Iterable[int], edges: Mapping[int, list[int]]) -> set[int]:
    """Everything reachable; each id is visited once, so that a circle ends too."""
    seen = set(starts)
    waiting = list(seen)
    while waiting:
        for id_ in edges.get(waiting.pop(), ()):
            if id_ not in seen:
                seen.add(id_)
                waiting.append(id_)
    return seen


def _denying(known: Mapping[int, Testimony], links: _Links) -> int:
    """Count the live denials that were not withdrawn and are not only copies of withdrawn ones."""
    ids = known.keys() | links.ends
    ways = _Ways(links.repeats, through=ids - links.withdrawn)
    standing = ways.behind(ids - links.withdrawn - links.repeats.keys())
    return sum(1 for row in known.values() if row.live and row.rules_out and row.id in standing)


def _orphans(known: Mapping[int, Testimony], links: _Links) -> tuple[int, ...]:
    """Find the live copies that lead to what was voided or withdrawn."""
    voided = {row.id for row in known.values() if not row.live} - links.repeats.keys()
    left_over = _Ways(links.repeats, through=links.ends).behind(voided | links.withdrawn)
    there = (left_over - links.withdrawn) & known.keys()
    return tuple(sorted(id_ for id_ in there if known[id_].live))


def _merged(rows: Iterable[Testimony]) -> list[list[int]]:
    """Put together what may be one voice, directly or through others.

    Voided and withdrawn rows are given too: a bridge that is gone must not raise the count.
    """
    rows = list(rows)
    edges: dict[int, list[int]] = defaultdict(list)
    for sharing in _by_voice(rows).values():
        for one, other in pairwise(sharing):
            edges[one.id].append(other.id)
            edges[other.id].append(one.id)
    groups = []
    placed: set[int] = set()
    for row in rows:
        if row.id not in placed:
            group = _reach([row.id], edges)
            placed |= group
            groups.append(sorted(group))
    return sorted(groups)


def _by_voice(rows: Iterable[Testimony]) -> dict[int | None, list[Testimony]]:
    """Who may speak with which voice; None is the voice of everybody of whom nothing is known."""
    speaking: dict[int | None, list[Testimony]] = defaultdict(list)
    for row in rows:
        for voice in row.voices | {row.source}:
            speaking[voice].append(row)
        if row.nameless:
            speaking[None].append(row)
    return speaking


def _copying(
    known: Mapping[int, Testimony], links: _Links, ways: _Ways, origins: set[int]
) -> Iterable[Reason]:
    """Say what became of every copy, origin by origin."""
    reports = {row.id for row in known.values() if row.live and row.entails}
    unexplained = (reports & links.repeats.keys()) - links.withdrawn
    for origin in sorted(origins | links.withdrawn):
        copies = tuple(sorted((ways.behind([origin]) & reports) - {origin}))
        unexplained.difference_update(copies)
        if origin in links.withdrawn:
            if copies or origin in reports:
                yield Reason(ReasonKind.ORIGIN_WITHDREW, copies, (origin,))
        elif origin not in known:
            yield Reason(ReasonKind.ORIGIN_ELSEWHERE, copies, (origin,))
        elif not known[origin].live:
            yield Reason(ReasonKind.ORIGIN_VOIDED, copies, (origin,))
        elif copies:
            yield Reason(ReasonKind.REPEATS, copies, (origin,))
    if unexplained:
        yield Reason(ReasonKind.NO_ORIGIN, tuple(sorted(unexplained)))


def _sharing_a_source(known: Mapping[int, Testimony], origins: set[int]) -> Iterable[Reason]:
    by_source: dict[int, list[int]] = defaultdict(list)
    for id_ in sorted(origins):
        by_source[known[id_].source].append(id_)
    for ids in by_source.values():
        if len(ids) > 1:
            yield Reason(ReasonKind.SAME_SOURCE, tuple(ids))


def _relying(links: _Links, origins: set[int]) -> Iterable[Reason]:
    by_target: dict[int, list[int]] = defaultdict(list)
    for id_ in sorted(origins):
        for target in links.relies_on.get(id_, ()):
            by_target[target].append(id_)
    for target, ids in sorted(by_target.items()):
        yield Reason(ReasonKind.RELIES_ON, tuple(ids), (target,))


def _merging(
    known: Mapping[int, Testimony], groups: list[list[int]], origins: set[int]
) -> Iterable[Reason]:
    """Say which origins may be one; name a bridge that is gone only where nothing else ties."""
    for group in groups:
        counted = [known[id_] for id_ in group if id_ in origins]
        if len(counted) > 1:
            whole = len(_merged(counted)) == 1
            rows = counted if whole else [known[id_] for id_ in group]
            found = {
                Reason(
                    ReasonKind.UNNAMED_MAY_BE_SAME
                    if all(row.unnamed for row in sharing)
                    else ReasonKind.ONE_VOICE,
                    tuple(row.id for row in sharing),
                )
                for sharing in _by_voice(rows).values()
                if len({row.source for row in sharing}) > 1
            }
            yield from sorted(found, key=lambda reason: (reason.kind, reason.evidence))
