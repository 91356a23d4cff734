"""Why so many independent origins: the reasons of ``standing.py``, naming the sources."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from articles.models import Affiliation
from claims.actions.weighing import dependences_of, overlap, testimonies_of
from claims.models import Evidence, EvidenceLink
from claims.reading import wording
from claims.reading.lineage import Group, Root, RootKind, lineage_of
from claims.standing import Reason, ReasonKind, Standing, Testimony, assess

_SAYS: dict[ReasonKind, Any] = {
    ReasonKind.REPEATS: ngettext_lazy(
        "%(who)s repeats %(origin)s: a copy adds no origin.",
        "%(who)s repeat %(origin)s: copies add no origin.",
        "count",
    ),
    ReasonKind.SAME_SOURCE: gettext_lazy("%(who)s said so more than once, and counts once."),
    ReasonKind.RELIES_ON: ngettext_lazy(
        "%(who)s relies on %(origin)s, so that the two may be one origin.",
        "%(who)s rely on %(origin)s, so that they may be one origin.",
        "count",
    ),
    ReasonKind.ONE_VOICE: gettext_lazy("%(who)s may speak with one voice%(voice)s."),
    ReasonKind.UNNAMED_MAY_BE_SAME: gettext_lazy(
        "%(who)s are not named: they may be the same people."
    ),
    ReasonKind.ORIGIN_VOIDED: ngettext_lazy(
        "%(who)s repeats %(origin)s, whose evidence we voided: an origin perhaps, not for sure.",
        "%(who)s repeat %(origin)s, whose evidence we voided: an origin perhaps, not for sure.",
        "count",
    ),
    ReasonKind.ORIGIN_WITHDREW: ngettext_lazy(
        "Taken back by %(origin)s: the copy from %(who)s no longer counts either.",
        "Taken back by %(origin)s: the copies from %(who)s no longer count either.",
        "count",
    ),
    ReasonKind.ORIGIN_ELSEWHERE: ngettext_lazy(
        "%(who)s repeats what %(origin)s said of another claim: an origin perhaps, not for sure.",
        "%(who)s repeat what %(origin)s said of another claim: an origin perhaps, not for sure.",
        "count",
    ),
    ReasonKind.NO_ORIGIN: ngettext_lazy(
        "%(who)s repeats something that does not assert this claim, and does not count.",
        "%(who)s repeat something that does not assert this claim, and do not count.",
        "count",
    ),
}
_TAKEN_BACK = gettext_lazy("Taken back by %(origin)s: it no longer counts.")
# The drawing shows so many groups, and so many copies of each origin, and folds the rest, unless
# that would fold a handful only.
_SHOWN = 8
_SPARE = 4


@dataclass(frozen=True, slots=True)
class Report:
    """A report as the drawing names it; ``evidence`` is None where the reader may not see it."""

    pk: int
    evidence: Evidence | None


@dataclass(frozen=True, slots=True)
class DrawnRoot:
    """One origin at most, with its copies: those that are shown, and those that are folded."""

    kind: RootKind
    reports: list[Report]
    relies_on: list[Report]
    shown: list[Report]
    folded: list[Report]


@dataclass(frozen=True, slots=True)
class DrawnGroup:
    """Origins that may be one; ``count`` is how many reports lead there."""

    roots: list[DrawnRoot]
    counted: bool
    count: int

    @property
    def interval(self) -> str:
        """How many origins it is, as it adds to the whole."""
        return _interval(int(self.counted), len(self.roots))


@dataclass(frozen=True, slots=True)
class Origins:
    """How many reports, from how many independent origins, because …"""

    standing: Standing
    reasons: list[str]
    groups: list[DrawnGroup]
    idle: list[Report]

    @property
    def interval(self) -> str:
        """From at least to at most, or one number where both agree."""
        return _interval(self.standing.low, self.standing.high)

    @property
    def is_drawn(self) -> bool:
        """Whether a drawing tells more than the number: not where each report is an origin."""
        return bool(self.idle) or any(
            not group.counted or (len(group.roots), group.count) != (1, 1) for group in self.groups
        )

    @property
    def shown(self) -> list[DrawnGroup]:
        """The groups that are drawn at once."""
        return self.groups[: _cut(self.groups)]

    @property
    def folded(self) -> list[DrawnGroup]:
        """The groups that are folded away."""
        return self.groups[_cut(self.groups) :]


def _cut(rows: Sequence[object]) -> int:
    return _SHOWN if len(rows) > _SHOWN + _SPARE else len(rows)


def _interval(low: int, high: int) -> str:
    return str(low) if low == high else f"{low}\N{EN DASH}{high}"


def origins_of(
    evidence: Sequence[Evidence],
    links: Iterable[EvidenceLink],
    roles: Sequence[Affiliation],
    named: Mapping[int, Evidence],
) -> Origins:
    """Weigh one claim's evidence, and say why the numbers are what they are.

    ``named`` is the evidence, of this and of other claims, that the reader may see, by id.
    """
    testimonies = testimonies_of(evidence, roles)
    standing = assess(testimonies, dependences_of(links))
    lineage = lineage_of(standing, testimonies)
    return Origins(
        standing,
        [_tell(reason, named, roles) for reason in standing.reasons],
        [_drawn(group, testimonies, named) for group in lineage.groups],
        _reports(lineage.idle, named),
    )


def _drawn(
    group: Group, testimonies: Iterable[Testimony], named: Mapping[int, Evidence]
) -> DrawnGroup:
    live = {row.id for row in testimonies if row.live}
    leading = sum(len(live & {*root.evidence, *root.copies}) for root in group.roots)
    return DrawnGroup([_drawn_root(root, named) for root in group.roots], group.counted, leading)


def _drawn_root(root: Root, named: Mapping[int, Evidence]) -> DrawnRoot:
    copies = _reports(root.copies, named)
    cut = _cut(copies)
    return DrawnRoot(
        root.kind,
        _reports(root.evidence, named),
        _reports(root.relies_on, named),
        copies[:cut],
        copies[cut:],
    )


def _reports(ids: Iterable[int], named: Mapping[int, Evidence]) -> list[Report]:
    return [Report(id_, named.get(id_)) for id_ in ids]


def _tell(reason: Reason, known: Mapping[int, Evidence], roles: Sequence[Affiliation]) -> str:
    says = _SAYS[reason.kind] if reason.evidence else _TAKEN_BACK
    rows = [known[id_] for id_ in reason.evidence if id_ in known]
    told = str(
        says
        % {
            "who": _names(reason.evidence, known),
            "count": len({row.source_id for row in rows}) or len(reason.evidence),
            "origin": _names(reason.origins, known),
            "voice": _voice(rows, roles),
        }
    )
    return wording.opened(told, rows[0].source) if rows else told


def _names(ids: Iterable[int], known: Mapping[int, Evidence]) -> str:
    return wording.names([known[id_].source.name for id_ in ids if id_ in known]) or _(
        "a source that is not public"
    )


def _voice(rows: Sequence[Evidence], roles: Sequence[Affiliation]) -> str:
    """Whose voice it may be: the organisations that each of them speaks for, or is."""
    tied: dict[str, set[int]] = {}
    for row in rows:
        tied.setdefault(row.source.name, set()).add(row.pk)
        for role in roles:
            if role.source_id == row.source_id and overlap(role.during, row.stated):
                tied.setdefault(role.organisation.name, set()).add(row.pk)
    whose = [name for name, ids in tied.items() if len(ids) == len(rows)]
    return _(", that of %(organisation)s") % {"organisation": wording.names(whose)} if whose else ""
