"""What an editor decided about a claim that was shown as similar."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from articles.clock import ClockTimestamp
from claims.choices import MatchMethod, MatchOutcome
from claims.models.claim import Claim


class MatchDecision(models.Model):
    """An editor was shown a claim as similar, and said what it is: kept to learn from.

    ``claim`` is the one that was logged or used: after "the same" that is the suggested one
    itself, unless both were there already. Rows are never changed or deleted.
    """

    claim = models.ForeignKey(
        Claim, models.PROTECT, related_name="match_decisions", verbose_name=_("claim")
    )
    suggested = models.ForeignKey(
        Claim, models.PROTECT, related_name="times_suggested", verbose_name=_("similar claim")
    )
    score = models.FloatField(_("score"))
    method = models.CharField(_("method"), max_length=12, choices=MatchMethod)
    outcome = models.CharField(_("decision"), max_length=12, choices=MatchOutcome)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        editable=False,
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided"), db_default=ClockTimestamp(), editable=False)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("decision about a similar claim")
        verbose_name_plural = _("decisions about similar claims")
        constraints = [
            models.CheckConstraint(
                name="matchdecision_score_in_range",
                condition=Q(score__gte=0, score__lte=1),
                violation_error_message=_("A score runs from 0 to 1."),
            ),
            models.CheckConstraint(
                name="matchdecision_method_known", condition=Q(method__in=MatchMethod.values)
            ),
            models.CheckConstraint(
                name="matchdecision_outcome_known", condition=Q(outcome__in=MatchOutcome.values)
            ),
            models.CheckConstraint(
                name="matchdecision_unlike_itself",
                condition=Q(outcome=MatchOutcome.SAME) | ~Q(claim=F("suggested")),
                violation_error_message=_("A claim is no variant of itself."),
            ),
            models.UniqueConstraint(
                fields=["claim", "suggested"],
                name="matchdecision_once",
                condition=~Q(claim=F("suggested")),
                violation_error_message=_("It is already decided how these two relate."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.claim_id} {self.outcome} {self.suggested_id}"
