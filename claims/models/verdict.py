"""What we found, on what it rests, and who answers for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.fields.json import KT
from django.utils.translation import gettext_lazy as _

from articles import policy
from articles.clock import ClockTimestamp
from articles.models import Event
from articles.models.loaded import Loaded
from articles.validators import storable
from claims.choices import Confidence, Credibility, Finding, Reliability, VerdictKind
from claims.models.claim import Claim
from claims.models.evidence import Evidence

if TYPE_CHECKING:
    from datetime import datetime
    from typing import Self

    from articles.policy import Reader

PUBLISHED = Q(published_at__isnull=False)
SENT_BACK = "verdict.sent_back"
_TURNS = ("verdict.proposed", "verdict.revised", SENT_BACK)


class VerdictQuerySet(models.QuerySet["Verdict"]):
    """What may be read of verdicts."""

    def visible_to(self, user: Reader) -> VerdictQuerySet:
        """Published verdicts on published claims; editors read drafts too."""
        if policy.sees_drafts(user):
            return self
        return self.published().filter(claim__published_at__isnull=False)

    def published(self) -> VerdictQuerySet:
        """Verdicts that stand or stood, in public."""
        return self.filter(PUBLISHED)

    def drafts(self) -> VerdictQuerySet:
        """Proposals that wait for a second person."""
        return self.exclude(PUBLISHED)

    def with_turn(self) -> Self:
        """Add whose turn it is with a proposal: ``turn``, the last event that handed it on, with
        ``turn_at``, ``turn_by`` and ``turn_note``.

        A proposal that was sent back waits for its author, whoever that is by now; any other one
        for a second person.
        """
        told = Event.objects.filter(
            claim=OuterRef("claim"),
            subject_type="verdict",
            subject_id=OuterRef("pk"),
            verb__in=_TURNS,
        ).order_by("-seq")
        return self.annotate(
            turn=Subquery(told.values("verb")[:1]),
            turn_at=Subquery(told.values("at")[:1]),
            turn_by=Subquery(told.values("by")[:1]),
            turn_note=Subquery(told.annotate(said=KT("payload__note")).values("said")[:1]),
        )

    def waiting(self) -> Self:
        """Proposals that a second person may publish."""
        return self.exclude(PUBLISHED).with_turn().exclude(turn=SENT_BACK)

    def sent_back(self) -> Self:
        """Proposals for which somebody asked for changes that haven't been made."""
        return self.exclude(PUBLISHED).with_turn().filter(turn=SENT_BACK)

    def as_of(self, moment: datetime) -> VerdictQuerySet:
        """Verdicts that were public at ``moment``."""
        return self.filter(published_at__lte=moment)


class Verdict(Loaded):
    """A finding, written by one person and published by another, then frozen.

    Append-only: a new finding is a new row, and a correction says what was wrong. A withdrawal
    takes the claim back without a finding of its own. ``dated`` keeps the day of a verdict that
    was reached before it came to us; ``published_at`` is always the database's own clock.
    """

    claim = models.ForeignKey(
        Claim, models.PROTECT, related_name="verdicts", verbose_name=_("claim")
    )
    kind = models.CharField(
        _("kind"), max_length=12, choices=VerdictKind, default=VerdictKind.FIRST
    )
    finding = models.CharField(_("finding"), max_length=14, choices=Finding, blank=True)
    confidence = models.CharField(_("confidence"), max_length=10, choices=Confidence, blank=True)
    summary = models.CharField(
        _("in short"),
        max_length=400,
        validators=[storable],
        help_text=_("Two or three lines that a reader sees first."),
    )
    reasoning = models.TextField(_("reasoning"), max_length=20_000, validators=[storable])
    correction_note = models.TextField(
        _("what was wrong"), max_length=4000, blank=True, validators=[storable]
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="verdicts_written",
        verbose_name=_("author"),
    )
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="verdicts_published",
        verbose_name=_("published by"),
    )
    without_second_person = models.BooleanField(_("without second person"), default=False)
    created_at = models.DateTimeField(_("proposed"), db_default=ClockTimestamp(), editable=False)
    published_at = models.DateTimeField(_("published"), null=True, blank=True, editable=False)
    dated = DateRangeField(_("dated"), null=True, blank=True)
    cited: models.ManyToManyField[Evidence, Citation] = models.ManyToManyField(
        Evidence, through="claims.Citation", related_name="verdicts"
    )

    objects = VerdictQuerySet.as_manager()

    class Meta:
        ordering = ["-published_at", "-pk"]
        verbose_name = _("verdict")
        verbose_name_plural = _("verdicts")
        permissions = [("publish_verdict", "Can publish somebody else's verdict")]
        constraints = [
            models.CheckConstraint(
                name="verdict_kind_known", condition=Q(kind__in=VerdictKind.values)
            ),
            models.CheckConstraint(
                name="verdict_finding_known",
                condition=Q(finding__in=["", *Finding.values]),
            ),
            models.CheckConstraint(
                name="verdict_confidence_known",
                condition=Q(confidence__in=["", *Confidence.values]),
            ),
            models.CheckConstraint(
                name="verdict_finding_unless_withdrawal",
                condition=Q(kind=VerdictKind.WITHDRAWAL, finding="")
                | ~Q(kind=VerdictKind.WITHDRAWAL) & ~Q(finding="") & ~Q(confidence=""),
                violation_error_message=_("Choose a finding and how sure you are."),
            ),
            models.CheckConstraint(
                name="verdict_reason_not_blank",
                condition=Q(summary__regex=r"\S", reasoning__regex=r"\S"),
                violation_error_message=_("A verdict needs its reason."),
            ),
            models.CheckConstraint(
                name="verdict_correction_says_what",
                condition=~Q(kind__in=[VerdictKind.CORRECTION, VerdictKind.WITHDRAWAL])
                | Q(correction_note__regex=r"\S"),
                violation_error_message=_("Say what was wrong."),
            ),
            models.CheckConstraint(
                name="verdict_second_person",
                condition=Q(published_at__isnull=True, reviewer__isnull=True)
                | Q(published_at__isnull=False, reviewer__isnull=False)
                & (~Q(reviewer=F("author")) | Q(without_second_person=True)),
                violation_error_message=_("Somebody else must publish what you proposed."),
            ),
            models.UniqueConstraint(
                fields=["claim"],
                name="verdict_one_draft",
                condition=Q(published_at__isnull=True),
                violation_error_message=_("This claim already has a proposed verdict."),
            ),
            models.UniqueConstraint(
                fields=["claim"],
                name="verdict_one_first",
                condition=Q(kind=VerdictKind.FIRST),
                violation_error_message=_("This claim already has a first verdict."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["claim", "-published_at"], name="verdict_latest", condition=PUBLISHED
            ),
            models.Index(fields=["-published_at"], name="verdict_recent", condition=PUBLISHED),
        ]

    def __str__(self) -> str:
        return f"{self.get_finding_display() or self.get_kind_display()}: {self.claim}"

    @property
    def is_draft(self) -> bool:
        """Whether it still waits for a second person."""
        return self.published_at is None


class Citation(Loaded):
    """Evidence that a verdict rests on, graded in that verdict (STANAG 2511)."""

    verdict = models.ForeignKey(
        Verdict, models.PROTECT, related_name="citations", verbose_name=_("verdict")
    )
    evidence = models.ForeignKey(
        Evidence, models.PROTECT, related_name="citations", verbose_name=_("evidence")
    )
    reliability = models.CharField(
        _("reliability of the source"), max_length=1, choices=Reliability, default=Reliability.F
    )
    credibility = models.CharField(
        _("credibility of the information"),
        max_length=1,
        choices=Credibility,
        default=Credibility.UNKNOWN,
    )
    note = models.TextField(_("note"), max_length=2000, blank=True, validators=[storable])

    class Meta:
        ordering = ["pk"]
        verbose_name = _("citation")
        verbose_name_plural = _("citations")
        constraints = [
            models.CheckConstraint(
                name="citation_reliability_known", condition=Q(reliability__in=Reliability.values)
            ),
            models.CheckConstraint(
                name="citation_credibility_known", condition=Q(credibility__in=Credibility.values)
            ),
            models.UniqueConstraint(
                fields=["verdict", "evidence"],
                name="citation_once",
                violation_error_message=_("The verdict already cites this evidence."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reliability}{self.credibility} {self.evidence}"
