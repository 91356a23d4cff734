"""Why so many independent origins: the reasons of ``standing.py``, naming the sources."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from articles.models import Affiliation
from claims.actions.upkeep import dependences_of, overlap, testimonies_of
from claims.models import Evidence, EvidenceLink
from claims.reading import wording
from claims.standing import Reason, ReasonKind, Standing, assess

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


@dataclass(frozen=True, slots=True)
class Origins:
    """How many reports, from how many independent origins, because …"""

    standing: Standing
    reasons: list[str]

    @property
    def interval(self) -> str:
        """From at least to at most, or one number where both agree."""
        low, high = self.standing.low, self.standing.high
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
    standing = assess(
        testimonies_of(evidence, roles),
        dependences_of(links),
    )
    return Origins(standing, [_tell(reason, named, roles) for reason in standing.reasons])


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
