"""Claims as rows of a list: status, who said it via whom, since when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from django.db.models import Case, IntegerField, Value, When

from articles.models import Source
from articles.periods import last_day
from claims import status
from claims.choices import Stance
from claims.models import Appearance, Claim, Evidence

if TYPE_CHECKING:
    from claims.status import Status

Pieces = Sequence[tuple[str, bool]]
# Who comes first in "who via whom".
_LEADING = [Stance.ASSERTS, Stance.SUPPORTS, Stance.DENIES, Stance.WEAKENS, Stance.CONTEXT]


@dataclass(frozen=True, slots=True)
class Since:
    """Since when the status stands; for an open prediction, when it is due."""

    day: date
    due: bool


@dataclass(frozen=True, slots=True)
class Lead:
    """The first source behind a claim, and through whom it reached us."""

    source: Source
    stance: str
    via: Source | None


@dataclass(frozen=True, slots=True)
class Row:
    """One claim of a list.

    In a search ``marked`` is its text in pieces, each with whether it was looked for, and
    ``quoted`` the quotation that has a phrase.
    """

    claim: Claim
    status: Status
    since: Since
    lead: Lead | None
    marked: Pieces = ()
    quoted: Pieces = ()

    @property
    def more(self) -> int:
        """How many more pieces of evidence take the lead's side."""
        if self.lead is None or self.lead.stance == Stance.CONTEXT:
            return 0
        against = self.lead.stance in (Stance.DENIES, Stance.WEAKENS)
        return max((self.claim.against_count if against else self.claim.for_count) - 1, 0)


def status_of(claim: Claim) -> Status:
    """The status of a claim that came ``with_status()``, in the words for its kind."""
    return status.status(vars(claim)["status_code"], claim.kind)


def since_of(claim: Claim) -> Since:
    """Since when a claim that came ``with_status()`` has it."""
    code = vars(claim)["status_code"]
    if claim.window is not None and claim.window.upper is not None:
        if code == status.OVERDUE:
            return Since(claim.window.upper, due=False)
        if code == status.AWAITING and (due := last_day(claim.window)) is not None:
            return Since(due, due=True)
    moment: datetime = vars(claim)["since"]
    return Since(moment.astimezone(UTC).date(), due=False)


def rows_of(claims: Iterable[Claim]) -> list[Row]:
    """The rows for ``claims`` (``with_status()``), by two queries however many there are."""
    claims = list(claims)
    leads = _leads([claim.pk for claim in claims])
    return [Row(claim, status_of(claim), since_of(claim), leads.get(claim.pk)) for claim in claims]


def _leads(ids: list[int]) -> dict[int, Lead]:
    order = Case(
        *(When(stance=stance, then=Value(place)) for place, stance in enumerate(_LEADING)),
        output_field=IntegerField(),
    )
    leading = list(
        Evidence.objects.current()
        .filter(claim__in=ids)
        .select_related("source")
        .order_by("claim_id", order, "stated", "pk")
        .distinct("claim_id")
    )
    origins = {
        row.evidence_id: row.article.publisher
        for row in Appearance.objects.current()
        .filter(evidence__in=[row.pk for row in leading], via=None)
        .select_related("article__publisher")
        .order_by("evidence_id", "pk")
        .distinct("evidence_id")
    }
    return {row.claim_id: _lead(row, origins.get(row.pk)) for row in leading}


def _lead(evidence: Evidence, publisher: Source | None) -> Lead:
    own = publisher is None or publisher.pk == evidence.source_id
    return Lead(evidence.source, evidence.stance, None if own else publisher)
