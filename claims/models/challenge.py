"""A reader's error report and its public outcome."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from articles.clock import ClockTimestamp
from articles.validators import storable
from claims.choices import ChallengeOutcome
from claims.models.claim import Claim
from claims.models.verdict import Verdict


class ReportSent(models.Model):
    """That somebody reported an error lately: nobody may flood the desk. No part of the record.

    ``sender`` is a keyed hash of the day and the network address: nobody can be found by it, and a
    day later it compares with nothing. Rows go after two days.
    """

    sender = models.CharField(max_length=64)
    at = models.DateTimeField(db_default=ClockTimestamp())

    class Meta:
        indexes = [models.Index(fields=["at"], name="reportsent_recent")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"


class Challenge(models.Model):
    """Somebody says that we are wrong; what we answered stands beside it.

    ``contact`` is for the desk only and never leaves it.
    """

    claim = models.ForeignKey(
        Claim, models.PROTECT, related_name="challenges", verbose_name=_("claim")
    )
    body = models.TextField(_("report"), max_length=5000, validators=[storable])
    contact = models.CharField(_("contact"), max_length=300, blank=True, validators=[storable])
    received_at = models.DateTimeField(_("received"), db_default=ClockTimestamp(), editable=False)
    outcome = models.CharField(
        _("outcome"), max_length=12, choices=ChallengeOutcome, default=ChallengeOutcome.OPEN
    )
    answer = models.TextField(_("answer"), max_length=5000, blank=True, validators=[storable])
    answered_by = models.ForeignKey(
        Verdict,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="answers",
        verbose_name=_("answered by the verdict"),
    )
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True, editable=False)

    class Meta:
        ordering = ["-received_at", "-pk"]
        verbose_name = _("challenge")
        verbose_name_plural = _("challenges")
        constraints = [
            models.CheckConstraint(
                name="challenge_outcome_known", condition=Q(outcome__in=ChallengeOutcome.values)
            ),
            models.CheckConstraint(
                name="challenge_body_not_blank",
                condition=Q(body__regex=r"\S"),
                violation_error_message=_("Say what is wrong."),
            ),
            models.CheckConstraint(
                name="challenge_closed_with_answer",
                condition=Q(outcome=ChallengeOutcome.OPEN, closed_at__isnull=True)
                | ~Q(outcome=ChallengeOutcome.OPEN)
                & Q(closed_at__isnull=False, answer__regex=r"\S"),
                violation_error_message=_("A closed report needs an outcome and an answer."),
            ),
        ]

    def __str__(self) -> str:
        return self.body[:60]
