"""What a source predicted: how it can be scored, and the score where numbers were given.

A Brier score is the mean of (p - o)², where p is the probability that the source gave and o is 1
if the prediction came true and 0 if it did not. Nothing else of a source is scored.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import (
    Avg,
    Case,
    CharField,
    Count,
    DecimalField,
    Exists,
    F,
    OuterRef,
    Q,
    Subquery,
    TextChoices,
    Value,
    When,
)
from django.utils.translation import gettext_lazy as _

from articles.models import Source
from claims.choices import ClaimKind, Finding, Scope, Stance, VerdictKind
from claims.models import ClaimQuerySet, Evidence
from claims.models.known import KnownQuerySet


class Scoring(TextChoices):
    """Whether a prediction that a source asserted can be scored, and why not."""

    SCORED = "scored", _("Scored")
    UNNUMBERED = "unnumbered", _("No probability was given")
    UNSETTLED = "unsettled", _("It hasn’t clearly come true or failed")
    UNFIT = "unfit", _("The probability was of something broader or narrower, or given too late")


@dataclass(frozen=True, slots=True)
class Brier:
    """A mean over ``count`` predictions, from the ``best`` to the ``worst`` that it can be.

    The two are the same unless a probability was given as a range: then its better and its worse
    end bound the score.
    """

    count: int
    best: float
    worst: float

    @property
    def is_range(self) -> bool:
        """Whether a probability was given as a range."""
        return self.best != self.worst

    @property
    def interval(self) -> str:
        """``0.12``, or ``0.04\u20130.16`` where a range was given."""
        best, worst = f"{self.best:.2f}", f"{self.worst:.2f}"
        return best if best == worst else f"{best}\N{EN DASH}{worst}"


def with_scoring(claims: ClaimQuerySet, source: Source) -> ClaimQuerySet:
    """The predictions among ``claims`` (``with_status()``) that ``source`` asserts.

    With ``scoring``: each is in exactly one class.
    """
    said = _said(source)
    numbered = said.filter(p_low__isnull=False)
    settled = Q(verdict_finding__in=[Finding.SUPPORTED, Finding.REFUTED]) & ~Q(
        verdict_kind=VerdictKind.WITHDRAWAL
    )
    return claims.filter(Exists(said), kind=ClaimKind.PREDICTION).annotate(
        scoring=Case(
            When(~Exists(numbered), then=Value(Scoring.UNNUMBERED)),
            When(~Exists(_fit(source)), then=Value(Scoring.UNFIT)),
            When(settled, then=Value(Scoring.SCORED)),
            default=Value(Scoring.UNSETTLED),
            output_field=CharField(),
        )
    )


def scored_as(claims: ClaimQuerySet, source: Source, scoring: str) -> ClaimQuerySet:
    """The predictions of one class."""
    return with_scoring(claims, source).filter(Q(scoring=scoring))


def brier_of(claims: ClaimQuerySet, source: Source) -> Brier | None:
    """The score of ``source`` over ``claims`` (``with_status()``); None where nothing is scored.

    Of each prediction the first probability that it gave counts: later ones could lean on the news.
    """
    first = _fit(source).order_by("stated", "pk")
    low, high = F("given_low"), F("given_high")
    came_true = Q(verdict_finding=Finding.SUPPORTED)
    sums = (
        scored_as(claims, source, Scoring.SCORED)
        .order_by()
        .annotate(
            given_low=Subquery(first.values("p_low")[:1]),
            given_high=Subquery(first.values("p_high")[:1]),
        )
        .annotate(
            at_best=_case(came_true, (1 - high) * (1 - high), low * low),
            at_worst=_case(came_true, (1 - low) * (1 - low), high * high),
        )
        .aggregate(count=Count("pk"), best=Avg("at_best"), worst=Avg("at_worst"))
    )
    if not sums["count"]:
        return None
    return Brier(sums["count"], float(sums["best"]), float(sums["worst"]))


def _case(came_true: Q, if_true: object, if_not: object) -> Case:
    return Case(
        When(came_true, then=if_true),
        default=if_not,
        output_field=DecimalField(max_digits=9, decimal_places=6),
    )


def _said(source: Source) -> KnownQuerySet[Evidence]:
    return Evidence.objects.current().filter(
        claim=OuterRef("pk"), source=source, stance=Stance.ASSERTS
    )


def _fit(source: Source) -> KnownQuerySet[Evidence]:
    """A probability of this very prediction, given before its window closed."""
    return _said(source).filter(
        p_low__isnull=False,
        scope=Scope.SAME,
        stated__startswith__lt=OuterRef("window__endswith"),
    )
