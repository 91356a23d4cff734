"""Evidence as the claim page prints it: quotation, speaker and role, chain, scope, ties."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from articles.models import Affiliation, Article
from claims.actions.weighing import overlap
from claims.choices import INFERENCES, EvidenceLinkKind, Scope, Stance
from claims.models import Appearance, Claim, Evidence, EvidenceLink
from claims.reading import chains, wording
from claims.reading.chains import Hop
from claims.reading.passages import Passage, passage_of
from claims.reading.provenance import Provenance, original_of, provenance_of, translated_from

# A column shows this many and folds the rest, unless that would fold a handful only.
SHOWN = 8
SPARE = 4
# The chain over the page names so many documents; the ways of the evidence name them all.
MOST_HOPS = 4

_SUPPORTING = (Stance.ASSERTS, Stance.SUPPORTS)
_OPPOSING = (Stance.DENIES, Stance.WEAKENS)


@dataclass(frozen=True, slots=True)
class Tie:
    """How this evidence hangs on another: ``Repeats`` E-3. ``other`` is None if not public.

    ``taken_back``: the other one withdraws this one.
    """

    words: str
    kind: str
    other: Evidence | None
    here: bool
    taken_back: bool


@dataclass(frozen=True, slots=True)
class Item:
    """One piece of evidence. ``about`` is the claim that a narrower denial really denies.

    ``translated`` is the language from which the words of ``quote`` were translated, ``original``
    where we have these very words in it.
    """

    evidence: Evidence
    roles: tuple[Affiliation, ...]
    quote: Passage | None
    translated: str
    original: Appearance | None
    provenance: Provenance
    chain: tuple[Hop, ...]
    first_hand: bool | None
    unseen: list[Article]
    scope: str
    about: Claim | None
    ties: tuple[Tie, ...]
    copy: bool

    @property
    def said(self) -> str:
        """``Something narrower denied by Oleksii Reznikov``."""
        return wording.said(self.evidence)

    @property
    def hops(self) -> list[Hop | None]:
        """The chain for a heading: of a long one its ends, and None for what is left out."""
        if len(self.chain) <= MOST_HOPS:
            return list(self.chain)
        return [self.chain[0], None, *self.chain[-2:]]

    @property
    def inferred(self) -> bool:
        """Whether the stance is our inference and not the source's own."""
        return self.evidence.stance in INFERENCES

    @property
    def taken_back(self) -> bool:
        """Whether it was withdrawn by evidence that says so."""
        return any(tie.taken_back for tie in self.ties)

    @property
    def bears(self) -> bool:
        """Whether it speaks for or against this very claim; the same rule as standing.py's."""
        bearing = Scope.NARROWER if self.evidence.stance == Stance.ASSERTS else Scope.BROADER
        return self.evidence.scope in (Scope.SAME, bearing)

    @property
    def speaks(self) -> bool:
        """Whether it still speaks for or against this very claim."""
        return self.bears and not self.taken_back

    @property
    def told_by(self) -> str:
        """Who describes an unnamed source: the publisher of the first document."""
        if not self.chain or not self.evidence.source.is_unnamed:
            return ""
        return self.chain[0].article.publisher.name

    @property
    def weight(self) -> tuple[object, ...]:
        """What comes first in a column: origins that speak about this very claim, then by date."""
        evidence = self.evidence
        return (
            self.taken_back,
            self.copy,
            not self.bears,
            self.inferred,
            not self.first_hand,
            evidence.stated.lower or date.min,
            evidence.pk,
        )


@dataclass(frozen=True, slots=True)
class Column:
    """One side of the page: the first items, and those that are folded away."""

    shown: list[Item]
    folded: list[Item]

    @property
    def count(self) -> int:
        return len(self.shown) + len(self.folded)

    @property
    def everything(self) -> list[Item]:
        return self.shown + self.folded


@dataclass(frozen=True, slots=True)
class Columns:
    """All evidence of a claim, sorted by what it does with the claim."""

    support: Column
    oppose: Column
    context: Column
    voided: list[Item]


def columns_of(items: Iterable[Item]) -> Columns:
    """Sort the items into their columns, the weightiest first."""
    live = sorted((item for item in items if not item.evidence.is_void), key=lambda i: i.weight)
    voided = [item for item in items if item.evidence.is_void]
    return Columns(
        _column([item for item in live if item.evidence.stance in _SUPPORTING]),
        _column([item for item in live if item.evidence.stance in _OPPOSING]),
        _column([item for item in live if item.evidence.stance == Stance.CONTEXT]),
        voided,
    )


def _column(items: list[Item]) -> Column:
    cut = SHOWN if len(items) > SHOWN + SPARE else len(items)
    return Column(items[:cut], items[cut:])


def items_of(
    evidence: Sequence[Evidence],
    appearances: Iterable[Appearance],
    roles: Iterable[Affiliation],
    links: Iterable[EvidenceLink],
    *,
    about: Mapping[int, Claim],
    elsewhere: Mapping[int, Evidence],
) -> list[Item]:
    """The items of one page.

    ``appearances`` come ``with_places``. ``about``: by source, the claim that it denies as such
    elsewhere. ``elsewhere``: the evidence of other claims that may be named, by id.
    """
    by_evidence: dict[int, list[Appearance]] = defaultdict(list)
    for appearance in appearances:
        by_evidence[appearance.evidence_id].append(appearance)
    by_source: dict[int, list[Affiliation]] = defaultdict(list)
    for role in roles:
        by_source[role.source_id].append(role)
    here = {row.pk: row for row in evidence}
    ties = _ties(links, here, elsewhere)
    copies = {link.from_evidence_id for link in links if link.kind == EvidenceLinkKind.REPEATS}
    return [
        _item(
            row,
            by_evidence[row.pk],
            tuple(role for role in by_source[row.source_id] if overlap(role.during, row.stated)),
            ties=tuple(ties[row.pk]),
            about=about.get(row.source_id) if _denies_less(row) else None,
            copy=row.pk in copies,
        )
        for row in evidence
    ]


def _denies_less(row: Evidence) -> bool:
    return row.stance == Stance.DENIES and row.scope == Scope.NARROWER


def _item(
    row: Evidence,
    appearances: list[Appearance],
    roles: tuple[Affiliation, ...],
    *,
    ties: tuple[Tie, ...],
    about: Claim | None,
    copy: bool,
) -> Item:
    best = sorted(
        chains.newest_of(appearances).values(),
        key=lambda a: (not a.exact, not a.verbatim, not a.seen, chains.first_of(a)),
    )
    by_id = {a.pk: a for a in appearances}
    passages = {a.pk: passage_of(a, by_id.get(chains.first_of(a), a)) for a in best}
    shown = best[0] if best else None
    ways = chains.ways_of(appearances)
    way = next((way[: way.index(shown)] for way in ways if shown in way), [])
    own = {row.source_id, *(role.organisation_id for role in roles)}
    unseen = chains.unseen_originals(appearances, ways)
    return Item(
        evidence=row,
        roles=roles,
        quote=None if shown is None else passages[shown.pk],
        translated="" if shown is None else translated_from(shown, way),
        original=None if shown is None else original_of(shown, way),
        provenance=provenance_of(appearances, ways, passages),
        chain=chains.chain_of(own, ways),
        first_hand=chains.is_first_hand(own, appearances, ways),
        unseen=[article for article in unseen if article.pk != best[0].article_id],
        scope=wording.scope_of(row),
        about=about,
        ties=ties,
        copy=copy,
    )


def _ties(
    links: Iterable[EvidenceLink], here: Mapping[int, Evidence], elsewhere: Mapping[int, Evidence]
) -> dict[int, list[Tie]]:
    """What each piece of evidence hangs on, and what it was answered or withdrawn by."""
    ties: dict[int, list[Tie]] = defaultdict(list)
    for link in links:
        one, other = link.from_evidence_id, link.to_evidence_id
        if one in here:
            known = here.get(other) or elsewhere.get(other)
            words = wording.tie(link.kind, outward=True)
            ties[one].append(Tie(words, link.kind, known, here=other in here, taken_back=False))
        if other in here and link.kind in (
            EvidenceLinkKind.RESPONDS_TO,
            EvidenceLinkKind.WITHDRAWS,
        ):
            known = here.get(one) or elsewhere.get(one)
            words = wording.tie(link.kind, outward=False)
            back = link.kind == EvidenceLinkKind.WITHDRAWS
            ties[other].append(Tie(words, link.kind, known, here=one in here, taken_back=back))
    return ties
