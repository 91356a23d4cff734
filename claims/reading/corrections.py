"""Corrections: verdicts that took an earlier one back, and what was wrong with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import BooleanField, Case, F, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce

from articles.models import Event
from claims import status
from claims.choices import VerdictKind
from claims.models import Verdict
from claims.reading.history import state_before, unjudged, verdict_code
from claims.status import Status


@dataclass(frozen=True, slots=True)
class Correction:
    """One correction. ``stood`` is how long readers were told what it takes back.

    ``changed``: the rating is another one, and not only what was said about it.

    As of ``before`` the page of the claim is the last version that said so.
    """

    verdict: Verdict
    old: Status
    new: Status
    stood: timedelta
    changed: bool
    before: datetime


def corrections() -> QuerySet[Verdict]:
    """Published corrections and withdrawals, newest first, to be paged.

    ``changed``: the rating became another one; a withdrawal leaves none.
    """
    same = Q(before_finding=F("finding"), kind=VerdictKind.CORRECTION) & ~Q(
        before_kind=VerdictKind.WITHDRAWAL
    )
    before = (
        Verdict.objects.published()
        .filter(claim=OuterRef("claim"), published_at__lt=OuterRef("published_at"))
        .order_by("-published_at", "-pk")
    )
    told = Event.objects.filter(claim=OuterRef("claim"), at__lt=OuterRef("published_at"))
    return (
        Verdict.objects.published()
        .filter(
            kind__in=[VerdictKind.CORRECTION, VerdictKind.WITHDRAWAL],
            claim__published_at__isnull=False,
        )
        .select_related("claim", "author", "reviewer")
        .annotate(
            before_finding=Subquery(before.values("finding")[:1]),
            told_before=Subquery(told.order_by("-seq").values("at")[:1]),
            before_kind=Subquery(before.values("kind")[:1]),
            before_state=state_before("claim", "published_at"),
            stood=F("published_at")
            - Coalesce(Subquery(before.values("published_at")[:1]), F("claim__published_at")),
        )
        .annotate(changed=Case(When(same, then=False), default=True, output_field=BooleanField()))
        .order_by("-published_at", "-pk")
    )


def tell(verdict: Verdict) -> Correction:
    """One of ``corrections()``: the statuses before and after, and how long the old one stood."""
    told = vars(verdict)
    claim = verdict.claim
    moment = verdict.published_at or verdict.created_at
    old = verdict_code(told["before_kind"], told["before_finding"]) or unjudged(
        claim, told["before_state"] or "unsourced", moment
    )
    new = verdict_code(verdict.kind, verdict.finding)
    return Correction(
        verdict=verdict,
        old=status.status(old, claim.kind),
        new=status.status(new, claim.kind),
        stood=told["stood"],
        changed=told["changed"],
        before=told["told_before"],
    )
