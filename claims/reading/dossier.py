"""All that the page of one claim prints, by a number of queries that doesn't grow with it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from articles import policy
from claims.choices import Scope, Stance
from claims.models import Claim, Evidence, EvidenceLink, OutsideVerdict
from claims.reading import held, history, wording
from claims.reading.items import Columns, Item, columns_of, items_of
from claims.reading.judgement import Judgement, judgement_of
from claims.reading.knowable import weighed
from claims.reading.origins import Origins, origins_of
from claims.reading.related import Relation, related_ids, relations_of
from claims.reading.rows import Since, since_of, status_of
from claims.status import Status

if TYPE_CHECKING:
    from articles.policy import Reader

# The timeline shows this many key changes and folds the rest of the record.
SHOWN_CHANGES = 12


@dataclass(frozen=True, slots=True)
class Dossier:
    """What a reader is told about a claim.

    ``lead`` and ``contrary`` head the page. ``hidden`` counts evidence that was logged under a
    wording that isn't public, and was merged into this claim: it counts, but the reader may not see
    it. ``outside`` is what others found; on a ``bare`` claim neither live evidence hangs nor that
    nor a link to another claim.
    """

    claim: Claim
    status: Status
    since: Since
    lead: Item | None
    contrary: Item | None
    columns: Columns
    hidden: int
    origins: Origins
    judgement: Judgement
    relations: list[Relation]
    merged: list[Claim]
    outside: list[OutsideVerdict]
    bare: bool
    changes: list[history.Change]

    @property
    def in_short(self) -> str:
        """The verdict's summary; without one, who says what."""
        if self.judgement.current is not None:
            return self.judgement.current.verdict.summary
        return _unreviewed(self.columns)

    @property
    def key_changes(self) -> list[history.Change]:
        """The newest changes of what the page says."""
        return [change for change in self.changes if change.is_key][:SHOWN_CHANGES]

    @property
    def other_changes(self) -> list[history.Change]:
        """All other entries of the record."""
        shown = {change.event.pk for change in self.key_changes}
        return [change for change in self.changes if change.event.pk not in shown]


def dossier_of(claim: Claim, user: Reader) -> Dossier:
    """Gather everything about ``claim``, which ``held.find`` gave, as ``user`` may see it.

    The evidence of claims that were merged into it counts here, so it is shown here.
    """
    own, asked = held.own_of(claim), vars(claim)
    evidence = held.evidence_on(own, user)
    links = held.links_of(own, user) if asked["is_linked"] else []
    known = held.claims_named(related_ids(links, [claim.pk]), user)
    weighed([claim, *known.values()])
    shown = [row for row in evidence if row.claim_id == claim.pk or row.claim_id in known]
    roles = held.roles_of(evidence, user)
    ties = held.ties_of(evidence, user)
    elsewhere = _elsewhere(ties, {row.pk for row in evidence}, user)
    columns = columns_of(
        items_of(
            shown,
            held.appearances_of(shown, user),
            roles,
            ties,
            about=_denied_elsewhere(shown, [known[pk] for pk in known if pk not in own]),
            elsewhere=elsewhere,
        )
    )
    outside = []
    if asked["is_judged_outside"] or len(own) > 1:
        outside = held.found_by_others(own, user)
    return Dossier(
        claim=claim,
        status=status_of(claim),
        since=since_of(claim),
        lead=_lead(columns),
        contrary=_contrary(columns),
        columns=columns,
        hidden=sum(not row.is_void for row in evidence) - sum(not row.is_void for row in shown),
        origins=origins_of(evidence, ties, roles, elsewhere | {row.pk: row for row in shown}),
        judgement=_judgement(claim, user, evidence),
        relations=relations_of(links, own, known),
        merged=[known[pk] for pk in own if pk in known],
        outside=outside,
        bare=not (links or outside or any(not row.is_void for row in evidence)),
        changes=_changes(claim, shown, user),
    )


def _elsewhere(
    ties: Iterable[EvidenceLink], here: Collection[int], user: Reader
) -> dict[int, Evidence]:
    """The evidence of other claims at the other end of the ties, as far as it may be named."""
    ends = {end for tie in ties for end in (tie.from_evidence_id, tie.to_evidence_id)}
    drafts = policy.sees_drafts(user)
    return {
        pk: row
        for pk, row in held.evidence_with_claims(ends.difference(here)).items()
        if drafts or row.claim.is_published
    }


def _denied_elsewhere(evidence: Iterable[Evidence], others: Sequence[Claim]) -> dict[int, Claim]:
    """By source, the related claim that it denies as such, for those that deny less here."""
    sources = {
        row.source_id
        for row in evidence
        if row.stance == Stance.DENIES and row.scope == Scope.NARROWER
    }
    if not sources or not others:
        return {}
    by_id = {claim.pk: claim for claim in others}
    denials = Evidence.objects.current().filter(
        claim__in=by_id, source__in=sources, stance=Stance.DENIES, scope=Scope.SAME
    )
    return {row.source_id: by_id[row.claim_id] for row in denials}


def _judgement(claim: Claim, user: Reader, evidence: Sequence[Evidence]) -> Judgement:
    verdicts = held.verdicts_of(claim, user)
    return judgement_of(claim, verdicts, held.citations_of(verdicts, evidence, user), evidence)


def _changes(claim: Claim, evidence: Iterable[Evidence], user: Reader) -> list[history.Change]:
    return history.tell(
        held.events_of(claim, user), {claim.pk: claim}, {row.pk: row for row in evidence}
    )


def _lead(columns: Columns) -> Item | None:
    """The evidence whose chain heads the page: the first assertion, else the first denial."""
    for column in (columns.support, columns.oppose, columns.context):
        if column.shown:
            return column.shown[0]
    return None


def _contrary(columns: Columns) -> Item | None:
    """The best evidence against what the page leads with; None where nothing else leads."""
    if not (columns.support.shown and columns.oppose.shown):
        return None
    return columns.oppose.shown[0]


def _unreviewed(columns: Columns) -> str:
    """Who asserts and who denies this very claim, in a sentence or two."""
    asserting, denying = (
        wording.names([item.evidence.source.name for item in column.everything if item.speaks])
        for column in (columns.support, columns.oppose)
    )
    told = {"asserting": asserting, "denying": denying}
    if asserting and denying:
        return _("Put forward by %(asserting)s; disputed by %(denying)s.") % told
    if asserting:
        return _("Put forward by %(asserting)s. Nobody is logged as disputing it.") % told
    if denying:
        return _("Disputed by %(denying)s. Nobody is logged as asserting it.") % told
    return _("Nobody is logged as asserting or denying it.")
