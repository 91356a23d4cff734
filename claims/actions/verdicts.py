"""Verdicts: proposed by one person, published by another, then frozen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from articles.actions import require_unchanged
from articles.history import Json, facts, newest_event, record
from articles.policy import require
from claims.actions import upkeep
from claims.actions.reasons import vetted
from claims.choices import Credibility, Reliability, VerdictKind
from claims.models import Citation, Claim, Evidence, Verdict
from claims.refusals import Refusal, refused, vet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.contrib.auth.models import User
    from django.db.backends.postgresql.psycopg_any import DateRange


CHANGED_SINCE = "verdict_changed_since"


@dataclass(frozen=True, slots=True, kw_only=True)
class Grade:
    """One piece of evidence that a verdict rests on, graded in that verdict (STANAG 2511)."""

    evidence: Evidence
    reliability: str = Reliability.F
    credibility: str = Credibility.UNKNOWN
    note: str = ""


@transaction.atomic
def propose_verdict(
    *,
    by: User,
    claim: Claim,
    kind: str,
    finding: str,
    confidence: str,
    summary: str,
    reasoning: str,
    correction_note: str = "",
    citations: Sequence[Grade] = (),
    dated: DateRange | None = None,
) -> Verdict:
    """Propose what we find. Nobody but the desk sees it until a second person publishes it.

    ``dated`` is the day of a verdict that was reached before it came to us.
    """
    require(by, "claims.add_verdict")
    held = upkeep.lock(claim.pk)[claim.pk]
    verdict = Verdict(
        claim=held,
        kind=kind,
        finding=finding,
        confidence=confidence,
        summary=" ".join(summary.split()),
        reasoning=reasoning.strip(),
        correction_note=correction_note.strip(),
        author=by,
        dated=dated,
    )
    with refused():
        vet(verdict)
        verdict.save(force_insert=True)
    _cite(verdict, citations)
    record(
        by=by, verb="verdict.proposed", subject=verdict, claim=held, payload=_with_grades(verdict)
    )
    return verdict


@transaction.atomic
def revise_verdict(
    *,
    by: User,
    verdict: Verdict,
    finding: str,
    confidence: str,
    summary: str,
    reasoning: str,
    kind: str,
    correction_note: str = "",
    citations: Sequence[Grade] = (),
    seen: int | None = None,
) -> Verdict:
    """Rewrite a proposal. Whoever does becomes its author, and somebody else publishes it.

    ``seen`` is the version that was read, see ``require_unchanged``.
    """
    require(by, "claims.change_verdict")
    upkeep.lock(verdict.claim_id)
    held = Verdict.objects.select_for_update().get(pk=verdict.pk)
    if not held.is_draft:
        raise Refusal("verdict_frozen", _("This verdict has been published and is frozen."))
    require_unchanged(held, seen, claim=held.claim_id)
    held.kind = kind
    held.finding = finding
    held.confidence = confidence
    held.summary = " ".join(summary.split())
    held.reasoning = reasoning.strip()
    held.correction_note = correction_note.strip()
    held.author = by
    with refused():
        vet(held)
        held.save(
            update_fields=[
                "kind",
                "finding",
                "confidence",
                "summary",
                "reasoning",
                "correction_note",
                "author",
            ]
        )
    with refused():
        held.citations.all().delete()
    _cite(held, citations)
    record(
        by=by, verb="verdict.revised", subject=held, claim=held.claim, payload=_with_grades(held)
    )
    return held


@transaction.atomic
def discard_verdict(*, by: User, verdict: Verdict, reason: str) -> None:
    """Drop a proposal, with the reason. The record keeps what had been proposed."""
    require(by, "claims.delete_verdict")
    upkeep.lock(verdict.claim_id)
    held = Verdict.objects.select_for_update().get(pk=verdict.pk)
    if not held.is_draft:
        raise Refusal("verdict_frozen", _("This verdict has been published and is frozen."))
    why = vetted(reason, rule="discard_needs_reason", message=_("Say why the proposal is dropped."))
    payload = {**_with_grades(held), "reason": why}
    record(by=by, verb="verdict.discarded", subject=held, claim=held.claim, payload=payload)
    with refused():
        held.citations.all().delete()
        held.delete()


@transaction.atomic
def publish_verdict(
    *, by: User, verdict: Verdict, alone: bool = False, seen: int | None = None
) -> Verdict:
    """Publish what somebody else proposed. The database stamps the moment.

    ``seen`` is ``newest_event_of`` the proposal as the publisher read it: one that was revised
    since is refused (rule ``CHANGED_SINCE``), because nobody would have checked it.
    ``alone`` publishes one's own proposal, marked so on every page; only where the setting
    ``SAYSO_ALLOW_SOLO_VERDICTS`` allows it. Raises ``Refusal`` with the rule that stands against
    it: ``verdict_second_person``, ``verdict_cites_evidence``, ``verdict_prediction_still_open`` ...
    """
    require(by, "claims.publish_verdict")
    upkeep.lock(verdict.claim_id)
    held = Verdict.objects.select_for_update().select_related("claim").get(pk=verdict.pk)
    if not held.is_draft:
        raise Refusal("verdict_frozen", _("This verdict has been published before."))
    if seen is not None and seen != newest_event_of(held):
        raise Refusal(
            CHANGED_SINCE, _("This proposal was revised since you read it. Read it again.")
        )
    if Verdict.objects.sent_back().filter(pk=held.pk).exists():
        told = _("Somebody asked for changes: its author has to propose it again.")
        raise Refusal("verdict_sent_back", told)
    own = held.author_id == by.pk
    if own and not (alone and settings.SAYSO_ALLOW_SOLO_VERDICTS):
        raise Refusal("verdict_second_person", _("Somebody else must publish what you proposed."))
    held.reviewer = by
    held.without_second_person = own
    held.published_at = held.created_at  # the database stamps its own clock over it
    with refused():
        held.save(update_fields=["reviewer", "without_second_person", "published_at"])
    held.refresh_from_db(fields=["published_at"])
    record(
        by=by, verb="verdict.published", subject=held, claim=held.claim, payload=_with_grades(held)
    )
    return held


def newest_event_of(verdict: Verdict) -> int:
    """The id of the last event about a verdict: it changes whenever the proposal does."""
    newest = newest_event(verdict, claim=verdict.claim_id)
    return newest.pk if newest else 0


@transaction.atomic
def propose_withdrawal(*, by: User, claim: Claim, reason: str) -> Verdict:
    """Propose to take a claim back: it stays readable, marked as withdrawn, with the reason."""
    return propose_verdict(
        by=by,
        claim=claim,
        kind=VerdictKind.WITHDRAWAL,
        finding="",
        confidence="",
        summary=reason[:400],
        reasoning=reason,
        correction_note=reason,
    )


def _cite(verdict: Verdict, citations: Sequence[Grade]) -> None:
    allowed = set(upkeep.same_claims(verdict.claim_id))
    for grade in citations:
        if grade.evidence.claim_id not in allowed:
            raise Refusal("citation_of_this_claim", _("Cite evidence of this claim."), "citations")
        row = Citation(
            verdict=verdict,
            evidence=grade.evidence,
            reliability=grade.reliability,
            credibility=grade.credibility,
            note=grade.note.strip(),
        )
        with refused():
            vet(row)
            row.save(force_insert=True)


def _with_grades(verdict: Verdict) -> dict[str, Json]:
    names = ("evidence", "reliability", "credibility", "note")
    return {
        **facts(verdict),
        "citations": [facts(row, *names) for row in verdict.citations.order_by("pk")],
    }
