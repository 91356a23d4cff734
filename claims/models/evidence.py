"""One source takes one stance on one claim at one date, and how such testimonies depend."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from articles import policy
from articles.validators import language_tag, storable
from claims.choices import EvidenceLinkKind, Scope, Stance
from claims.models.known import Known, KnownQuerySet

if TYPE_CHECKING:
    from articles.policy import Reader

CURRENT = Q(known__upper_inf=True)


class EvidenceQuerySet(KnownQuerySet["Evidence"]):
    """What may be read of evidence."""

    def visible_to(self, user: Reader) -> EvidenceQuerySet:
        """Evidence on published claims; editors read all of it."""
        if policy.sees_drafts(user):
            return self
        return self.filter(claim__published_at__isnull=False)


class Evidence(Known):
    """A testimony (asserts, denies), an editor's inference (supports, weakens) or context.

    A denial is a stance and an estimate a pair of probabilities: neither is a kind of claim.
    """

    claim = models.ForeignKey(
        "claims.Claim", models.PROTECT, related_name="evidence", verbose_name=_("claim")
    )
    source = models.ForeignKey(
        "articles.Source",
        models.PROTECT,
        related_name="evidence",
        verbose_name=_("who says so"),
    )
    stance = models.CharField(_("stance"), max_length=12, choices=Stance, default=Stance.ASSERTS)
    scope = models.CharField(
        _("speaks about"),
        max_length=12,
        choices=Scope,
        default=Scope.SAME,
        help_text=_("Denying something narrower than this claim doesn't deny this claim."),
    )
    stated = DateRangeField(
        _("stated"), help_text=_("A day, or the whole month or year when no more is known.")
    )
    p_low = models.DecimalField(
        _("probability, at least"), max_digits=4, decimal_places=3, null=True, blank=True
    )
    p_high = models.DecimalField(
        _("probability, at most"), max_digits=4, decimal_places=3, null=True, blank=True
    )
    language = models.CharField(
        _("language"), max_length=35, default="en", validators=[language_tag]
    )
    note = models.TextField(_("note"), max_length=4000, blank=True, validators=[storable])
    interested = models.BooleanField(
        _("interested party"),
        default=False,
        help_text=_("The source gains or loses by being believed."),
    )

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        ordering = ["stated", "pk"]
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        constraints = [
            models.CheckConstraint(
                name="evidence_stance_known", condition=Q(stance__in=Stance.values)
            ),
            models.CheckConstraint(
                name="evidence_scope_known", condition=Q(scope__in=Scope.values)
            ),
            models.CheckConstraint(
                name="evidence_stated_not_empty",
                condition=Q(stated__isempty=False),
                violation_error_message=_("The date is empty or reversed."),
            ),
            models.CheckConstraint(
                name="evidence_inference_has_note",
                condition=~Q(stance__in=[Stance.SUPPORTS, Stance.WEAKENS]) | Q(note__regex=r"\S"),
                violation_error_message=_(
                    "“Supports” and “weakens” are your inference: say in the note why."
                ),
            ),
            models.CheckConstraint(
                name="evidence_probability_in_order",
                condition=Q(p_low__isnull=True, p_high__isnull=True)
                | Q(p_low__isnull=False, p_high__isnull=False)
                & Q(p_low__gte=0, p_low__lte=F("p_high"), p_high__lte=1),
                violation_error_message=_(
                    "Probabilities run from 0 to 1, the lower one first, both or none."
                ),
            ),
            models.CheckConstraint(
                name="evidence_probability_of_assertion",
                condition=Q(p_low__isnull=True) | Q(stance=Stance.ASSERTS),
                violation_error_message=_("Only an assertion can carry a probability."),
            ),
            ExclusionConstraint(
                name="evidence_once",
                expressions=[
                    (F("claim"), RangeOperators.EQUAL),
                    (F("source"), RangeOperators.EQUAL),
                    (F("stance"), RangeOperators.EQUAL),
                    (F("stated"), RangeOperators.OVERLAPS),
                ],
                condition=CURRENT,
                violation_error_message=_(
                    "This source already takes this stance on this claim at that date."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.get_stance_display().lower()} {self.claim}"


class EvidenceLink(Known):
    """One piece of evidence hangs on another: a copy, a reliance, a reply, a retraction."""

    from_evidence = models.ForeignKey(
        Evidence, models.PROTECT, related_name="links_out", verbose_name=_("evidence")
    )
    to_evidence = models.ForeignKey(
        Evidence, models.PROTECT, related_name="links_in", verbose_name=_("other evidence")
    )
    kind = models.CharField(_("relation"), max_length=12, choices=EvidenceLinkKind)
    note = models.TextField(_("note"), max_length=2000, blank=True, validators=[storable])

    objects = KnownQuerySet["EvidenceLink"].as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("link between evidence")
        verbose_name_plural = _("links between evidence")
        constraints = [
            models.CheckConstraint(
                name="evidencelink_kind_known", condition=Q(kind__in=EvidenceLinkKind.values)
            ),
            models.CheckConstraint(
                name="evidencelink_not_itself",
                condition=~Q(from_evidence=F("to_evidence")),
                violation_error_message=_("Evidence can't depend on itself."),
            ),
            models.UniqueConstraint(
                fields=["from_evidence", "to_evidence", "kind"],
                name="evidencelink_once",
                condition=CURRENT,
                violation_error_message=_("These two are already linked like that."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_evidence_id} {self.kind} {self.to_evidence_id}"
