"""Claims, the questions they answer, and how they bear on each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.contrib.postgres.fields import DateRangeField
from django.contrib.postgres.indexes import HashIndex
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from articles import moment, policy
from articles.clock import ClockTimestamp
from articles.models.loaded import Loaded
from articles.validators import language_tag, storable
from claims import status
from claims.choices import ClaimKind, ClaimLinkKind, EvidenceState
from claims.models.known import Known, KnownQuerySet

if TYPE_CHECKING:
    from datetime import date

    from articles.policy import Reader
    from articles.prepared import Given


class QuestionQuerySet(models.QuerySet["Question"]):
    """What may be read of questions."""

    def visible_to(self, user: Reader) -> QuestionQuerySet:
        """Questions that a published claim answers; editors read all of them."""
        if policy.sees_drafts(user):
            return self
        return self.filter(
            Exists(Claim.objects.filter(question=OuterRef("pk"), published_at__isnull=False))
        )


class Question(Loaded):
    """Groups competing answers. Exclusivity is a link between two claims, never a flag here."""

    text = models.CharField(_("question"), max_length=500, validators=[storable])
    slug = models.CharField(_("address"), max_length=120, unique=True, validators=[storable])
    note = models.TextField(
        _("note"),
        max_length=4000,
        blank=True,
        default="",
        validators=[storable],
        help_text=_("Readers see it: why answers can stand side by side, say."),
    )

    objects = QuestionQuerySet.as_manager()

    class Meta:
        ordering = ["text", "pk"]
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        constraints = [
            models.CheckConstraint(
                name="question_text_not_blank",
                condition=Q(text__regex=r"\S"),
                violation_error_message=_("Write the question."),
            ),
            models.CheckConstraint(
                name="question_slug_not_blank",
                condition=Q(slug__regex=r"\S"),
                violation_error_message=_("It needs an address of its own."),
            ),
        ]
        indexes = [HashIndex(fields=["text"], name="question_text")]

    def __str__(self) -> str:
        return self.text

    def get_absolute_url(self) -> str:
        return reverse("claims:question", args=[self.slug])


class ClaimQuerySet(models.QuerySet["Claim"]):
    """What may be read of claims."""

    def visible_to(self, user: Reader) -> Self:
        """Published claims; editors read drafts too."""
        if policy.sees_drafts(user):
            return self
        return self.published()

    def published(self) -> Self:
        """Claims on the public record."""
        return self.filter(published_at__isnull=False)

    def survivors(self) -> Self:
        """Claims that haven't been merged into another one."""
        merged = ClaimLink.objects.current().filter(
            Q(from_claim=OuterRef("pk")) | Q(to_claim=OuterRef("pk")),
            ~Q(survivor=OuterRef("pk")),
            kind=ClaimLinkKind.SAME_AS,
        )
        return self.exclude(Exists(merged))

    def at_work(self) -> Self:
        """Claims that nobody has set aside; all published ones are."""
        return self.filter(set_aside_because="")

    def set_aside(self) -> Self:
        """Drafts that nobody works on for now."""
        return self.exclude(set_aside_because="")

    def with_status(self, on: date | Given | None = None) -> Self:
        """Add ``status_code`` (see ``status.py``) and ``since``, by the latest public verdict.

        Without a verdict a prediction is awaiting its outcome, or overdue once its window has
        closed ``on`` that day, which is today; everything else shows its evidence state.
        """
        latest = Claim.objects.filter(
            pk=OuterRef("pk"), verdicts__published_at__isnull=False
        ).order_by("-verdicts__published_at", "-verdicts__pk")
        closed = Q(kind=ClaimKind.PREDICTION, window__endswith__lte=on or moment.today())
        return self.annotate(
            verdict_kind=Subquery(latest.values("verdicts__kind")[:1]),
            verdict_finding=Subquery(latest.values("verdicts__finding")[:1]),
            verdict_at=Subquery(latest.values("verdicts__published_at")[:1]),
            status_code=Case(
                When(verdict_kind="withdrawal", then=Value(status.WITHDRAWN)),
                When(verdict_finding__isnull=False, then=F("verdict_finding")),
                When(closed, then=Value(status.OVERDUE)),
                When(kind=ClaimKind.PREDICTION, then=Value(status.AWAITING)),
                default=F("evidence_state"),
                output_field=models.CharField(),
            ),
            since=Coalesce("verdict_at", "state_since"),
        )


class Claim(Loaded):
    """A proposition in one plain sentence, whoever asserts or denies it.

    Once published, its wording, kind, window and criteria are frozen: another reading is
    another claim. The last six columns are the evidence state as computed by ``standing.py``,
    stored in the transaction that changed the evidence; nothing else is denormalised.
    """

    text = models.CharField(
        _("claim, in one plain sentence"), max_length=1000, validators=[storable]
    )
    slug = models.CharField(_("address"), max_length=120, validators=[storable])
    language = models.CharField(
        _("language"), max_length=35, default="en", validators=[language_tag]
    )
    kind = models.CharField(_("kind"), max_length=16, choices=ClaimKind, default=ClaimKind.EVENT)
    checkable = models.BooleanField(
        _("checkable"),
        default=True,
        help_text=_("A recommendation or a matter of taste can be logged, but not judged."),
    )
    window = DateRangeField(
        _("window"),
        null=True,
        blank=True,
        help_text=_("When it is said to happen. A prediction settles when its window closes."),
    )
    criteria = models.TextField(
        _("criteria"),
        max_length=4000,
        blank=True,
        validators=[storable],
        help_text=_("What would settle it, decided before it is settled."),
    )
    question = models.ForeignKey(
        Question,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="claims",
        verbose_name=_("question"),
    )
    logged_at = models.DateTimeField(_("logged"), db_default=ClockTimestamp(), editable=False)
    logged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        editable=False,
        verbose_name=_("logged by"),
    )
    published_at = models.DateTimeField(_("published"), null=True, blank=True, editable=False)
    set_aside_because = models.CharField(
        _("set aside because"),
        max_length=500,
        blank=True,
        default="",
        db_default="",
        editable=False,
        validators=[storable],
    )
    redaction_reason = models.CharField(
        _("redacted because"),
        max_length=500,
        blank=True,
        default="",
        editable=False,
        validators=[storable],
    )

    evidence_state = models.CharField(
        _("evidence"),
        max_length=16,
        choices=EvidenceState,
        default=EvidenceState.UNSOURCED,
        editable=False,
    )
    state_since = models.DateTimeField(db_default=ClockTimestamp(), editable=False)
    origins_low = models.PositiveIntegerField(
        _("independent origins, at least"), default=0, editable=False
    )
    origins_high = models.PositiveIntegerField(
        _("independent origins, at most"), default=0, editable=False
    )
    for_count = models.PositiveIntegerField(_("for"), default=0, editable=False)
    against_count = models.PositiveIntegerField(_("against"), default=0, editable=False)

    objects = ClaimQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("claim")
        verbose_name_plural = _("claims")
        permissions = [
            ("publish_claim", "Can put a claim on the public record"),
            ("merge_claim", "Can merge claims and take a merge back"),
            ("import_claims", "Can import claims in bulk"),
            ("redact", "Can redact personal data"),
        ]
        constraints = [
            models.CheckConstraint(name="claim_kind_known", condition=Q(kind__in=ClaimKind.values)),
            models.CheckConstraint(
                name="claim_text_not_blank",
                condition=Q(text__regex=r"\S") | ~Q(redaction_reason=""),
                violation_error_message=_("Write the claim in one plain sentence."),
            ),
            models.CheckConstraint(
                name="claim_slug_not_blank",
                condition=Q(slug__regex=r"\S"),
                violation_error_message=_("It needs an address of its own."),
            ),
            models.CheckConstraint(
                name="claim_window_not_empty",
                condition=Q(window__isnull=True) | Q(window__isempty=False),
                violation_error_message=_("The window is empty or reversed."),
            ),
            models.CheckConstraint(
                name="claim_prediction_has_terms",
                condition=~Q(kind=ClaimKind.PREDICTION)
                | Q(published_at__isnull=True)
                | Q(window__isnull=False, window__upper_inf=False)
                & (Q(criteria__regex=r"\S") | ~Q(redaction_reason="")),
                violation_error_message=_(
                    "A prediction needs a window that closes and criteria before it is published."
                ),
            ),
            models.CheckConstraint(
                name="claim_set_aside_is_draft",
                condition=Q(set_aside_because="") | Q(published_at__isnull=True),
                violation_error_message=_("This claim was set aside: take it up first."),
            ),
            models.CheckConstraint(
                name="claim_state_known", condition=Q(evidence_state__in=EvidenceState.values)
            ),
            models.CheckConstraint(
                name="claim_origins_in_order", condition=Q(origins_low__lte=F("origins_high"))
            ),
        ]
        indexes = [
            models.Index(fields=["-published_at", "-id"], name="claim_recent"),
            models.Index(fields=["logged_at", "id"], name="claim_logged"),
            models.Index(fields=["question"], name="claim_of_question"),
            HashIndex(fields=["text"], name="claim_text"),  # an import asks for exact words
            models.Index(
                fields=["-id"], name="claim_set_aside", condition=~Q(set_aside_because="")
            ),
        ]

    def __str__(self) -> str:
        return self.text

    def get_absolute_url(self) -> str:
        return reverse("claims:claim", args=[self.pk, self.slug])

    @property
    def public_id(self) -> str:
        """The id that people quote, such as ``CL-17``."""
        return f"CL-{self.pk}"

    @property
    def is_published(self) -> bool:
        """Whether it is on the public record."""
        return self.published_at is not None

    @property
    def is_set_aside(self) -> bool:
        """Whether nobody works on this draft for now."""
        return self.set_aside_because != ""


class ClaimLink(Known):
    """How one claim bears on another; symmetric kinds are stored once, lower id first.

    A ``same_as`` link names the ``survivor``: the other claim's address leads there, and the
    class of claims so linked shares its evidence, counts and origins.
    """

    from_claim = models.ForeignKey(
        Claim, models.PROTECT, related_name="links_out", verbose_name=_("claim")
    )
    to_claim = models.ForeignKey(
        Claim, models.PROTECT, related_name="links_in", verbose_name=_("other claim")
    )
    kind = models.CharField(_("relation"), max_length=16, choices=ClaimLinkKind)
    survivor = models.ForeignKey(
        Claim,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="absorbed",
        verbose_name=_("kept claim"),
    )
    note = models.TextField(_("note"), max_length=2000, blank=True, validators=[storable])

    objects = KnownQuerySet["ClaimLink"].as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("link between claims")
        verbose_name_plural = _("links between claims")
        constraints = [
            models.CheckConstraint(
                name="claimlink_kind_known", condition=Q(kind__in=ClaimLinkKind.values)
            ),
            models.CheckConstraint(
                name="claimlink_not_itself",
                condition=~Q(from_claim=F("to_claim")),
                violation_error_message=_("A claim can't be linked to itself."),
            ),
            models.CheckConstraint(
                name="claimlink_symmetric_once",
                condition=~Q(kind__in=["same_as", "contradicts"]) | Q(from_claim__lt=F("to_claim")),
            ),
            models.CheckConstraint(
                name="claimlink_survivor_of_two",
                condition=~Q(kind="same_as") & Q(survivor__isnull=True)
                | Q(kind="same_as", survivor__isnull=False)
                & (Q(survivor=F("from_claim")) | Q(survivor=F("to_claim"))),
                violation_error_message=_("One of the two claims must be kept."),
            ),
            models.UniqueConstraint(
                fields=["from_claim", "to_claim", "kind"],
                name="claimlink_once",
                condition=Q(known__upper_inf=True),
                violation_error_message=_("These two claims are already linked like that."),
            ),
            models.UniqueConstraint(
                Case(
                    When(survivor=F("from_claim"), then=F("to_claim")),
                    default=F("from_claim"),
                ),
                name="claimlink_merged_once",
                condition=Q(known__upper_inf=True, kind="same_as"),
                violation_error_message=_("This claim has already been merged into another."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_claim_id} {self.kind} {self.to_claim_id}"

    @property
    def merged_id(self) -> int | None:
        """The claim that gave way, for a ``same_as`` link."""
        if self.survivor_id is None:
            return None
        return self.to_claim_id if self.survivor_id == self.from_claim_id else self.from_claim_id
