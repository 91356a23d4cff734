"""What another organisation found about a claim: theirs, dated, and never counted as ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import MD5
from django.utils.translation import gettext_lazy as _

from articles import policy
from articles.validators import storable
from claims.choices import Finding
from claims.models.known import Known, KnownQuerySet

if TYPE_CHECKING:
    from articles.policy import Reader


class OutsideVerdictQuerySet(KnownQuerySet["OutsideVerdict"]):
    """What may be read of outside verdicts."""

    def visible_to(self, user: Reader) -> OutsideVerdictQuerySet:
        """Outside verdicts on published claims; editors read all of them."""
        if policy.sees_drafts(user):
            return self
        return self.filter(claim__published_at__isnull=False)


class OutsideVerdict(Known):
    """A review by somebody else (a ClaimReview of schema.org that isn't ours).

    Its words are theirs: ``label`` and the rating stand as they came, ``finding`` is only how we
    read the label. It moves neither the status of the claim nor its evidence state, and needs no
    second person, because it says nothing in our name.
    """

    claim = models.ForeignKey(
        "claims.Claim", models.PROTECT, related_name="outside_verdicts", verbose_name=_("claim")
    )
    organisation = models.ForeignKey(
        "articles.Source",
        models.PROTECT,
        related_name="verdicts_given",
        verbose_name=_("who found it"),
    )
    label = models.CharField(
        _("what they found, in their words"), max_length=300, validators=[storable]
    )
    finding = models.CharField(
        _("how we read it"),
        max_length=14,
        choices=Finding,
        blank=True,
        help_text=_("Empty where their words fit none of these."),
    )
    rating = models.CharField(_("rating"), max_length=40, blank=True, validators=[storable])
    rating_best = models.CharField(
        _("best rating"), max_length=40, blank=True, validators=[storable]
    )
    rating_worst = models.CharField(
        _("worst rating"), max_length=40, blank=True, validators=[storable]
    )
    title = models.CharField(
        _("title of their review"), max_length=500, blank=True, validators=[storable]
    )
    url = models.URLField(
        _("web address of their review"), max_length=2000, blank=True, validators=[storable]
    )
    dated = DateRangeField(
        _("published by them"),
        null=True,
        blank=True,
        help_text=_("A day, or the whole month or year when no more is known."),
    )
    note = models.TextField(_("note"), max_length=4000, blank=True, validators=[storable])

    objects = OutsideVerdictQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("outside verdict")
        verbose_name_plural = _("outside verdicts")
        constraints = [
            models.CheckConstraint(
                name="outsideverdict_label_not_blank",
                condition=Q(label__regex=r"\S"),
                violation_error_message=_("Say what they found, in their words."),
            ),
            models.CheckConstraint(
                name="outsideverdict_finding_known",
                condition=Q(finding__in=["", *Finding.values]),
            ),
            models.CheckConstraint(
                name="outsideverdict_dated_not_empty",
                condition=Q(dated__isnull=True) | Q(dated__isempty=False),
                violation_error_message=_("The date is empty or reversed."),
            ),
            # Hashes, because an index holds no more than 2,700 bytes of a row.
            models.UniqueConstraint(
                F("claim"),
                F("organisation"),
                MD5("url"),
                MD5("label"),
                F("dated"),
                name="outsideverdict_once",
                condition=Q(known__upper_inf=True),
                nulls_distinct=False,
                violation_error_message=_("This verdict of theirs is already logged."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.label}"
