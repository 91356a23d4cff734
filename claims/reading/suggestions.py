"""What may be a copy among the evidence of a claim, for editors to confirm."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from articles.policy import may
from claims.choices import EvidenceLinkKind
from claims.copies import Report, likenesses
from claims.models import Evidence, NotACopy
from claims.reading.dossier import Dossier
from claims.reading.items import Item

if TYPE_CHECKING:
    from articles.policy import Reader

_SETTLED = {EvidenceLinkKind.REPEATS, EvidenceLinkKind.RELIES_ON}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """That ``copy`` may repeat ``origin``, and why it looks so."""

    copy: Evidence
    origin: Evidence
    why: str


def suggestions_of(user: Reader, dossier: Dossier) -> list[Suggestion]:
    """The suggestions for those who may relate evidence; nobody else is asked."""
    if not may(user, "claims.add_evidencelink"):
        return []
    columns = dossier.columns
    items = [*columns.support.everything, *columns.oppose.everything]
    rows = {item.evidence.pk: item.evidence for item in items}
    reports = [_report(item) for item in items]
    settled = {
        frozenset({item.evidence.pk, tie.other.pk})
        for item in items
        for tie in item.ties
        if tie.other is not None and tie.kind in _SETTLED
    }
    found = likenesses(reports, settled)
    if found:  # most claims have nothing alike: they cost no query
        told_apart = NotACopy.objects.filter(one__in=rows, other__in=rows)
        pairs = {frozenset(pair) for pair in told_apart.values_list("one", "other")}
        found = likenesses(reports, settled | pairs) if pairs else found
    return [
        Suggestion(rows[one.copy], rows[one.origin], _why(one.share, one.credit)) for one in found
    ]


def _report(item: Item) -> Report:
    place = item.quote.appearance if item.quote else None
    names = {item.evidence.source.name, *item.evidence.source.aliases}
    if place is not None:
        names.add(place.article.publisher.name)
    return Report(
        id=item.evidence.pk,
        source=item.evidence.source_id,
        stance=item.evidence.stance,
        stated=item.evidence.stated.lower or date.min,
        words=place.exact if place else "",
        around=f"{place.prefix} {place.suffix}" if place else "",
        names=frozenset(name for name in names if not item.evidence.source.is_unnamed),
    )


def _why(share: float, credit: str) -> str:
    if credit:
        return _("its words credit %(name)s") % {"name": credit}
    return _("%(share)s %% of the words are the same") % {"share": round(share * 100)}
