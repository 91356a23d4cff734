"""The places where a piece of evidence can be read, hop by hop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.postgres.fields import IntegerRangeField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Lower, StrIndex
from django.db.models.lookups import GreaterThan
from django.utils.translation import gettext_lazy as _

from articles import policy
from articles.models import Event, Snapshot
from articles.validators import storable
from claims.choices import Basis
from claims.models.evidence import Evidence
from claims.models.known import Known, KnownQuerySet

if TYPE_CHECKING:
    from articles.policy import Reader


class AppearanceQuerySet(KnownQuerySet["Appearance"]):
    """What may be read of appearances."""

    def visible_to(self, user: Reader) -> AppearanceQuerySet:
        """Appearances of evidence on published claims; editors read all of them."""
        if policy.sees_drafts(user):
            return self
        return self.filter(evidence__claim__published_at__isnull=False)

    def newest(self) -> AppearanceQuerySet:
        """Live appearances; of a passage that was carried over, only where it is now.

        All that were carried over lead to the one that was logged first: ``root`` is its id.
        """
        root = Case(When(basis=Basis.REVISION, via__isnull=False, then=F("via")), default=F("pk"))
        later = Appearance.objects.filter(
            known__upper_inf=True,
            basis=Basis.REVISION,
            via=OuterRef("root"),
            pk__gt=OuterRef("pk"),
        )
        return self.filter(known__upper_inf=True).annotate(root=root).exclude(Exists(later))

    def carried_with(self, row: Appearance) -> AppearanceQuerySet:
        """``row``, and the same passage in the other snapshots of its article; voided ones too."""
        first = row.via_id if row.basis == Basis.REVISION and row.via_id else row.pk
        same = self.filter(evidence=row.evidence_id, article=row.article_id)
        return same.filter(Q(pk=first) | Q(via=first, basis=Basis.REVISION))

    def to_repair(self) -> AppearanceQuerySet:
        """Passages that are not in the newest text of their article, or with other words.

        ``is_lost`` tells the one from the other. With other words it waits until somebody has
        looked at it. Those that are lost come first.
        """
        newest = Snapshot.objects.filter(article=OuterRef("article"))
        newest = newest.order_by("-captured_at", "-pk")
        looked_at = Event.objects.filter(
            subject_type="appearance", subject_id=OuterRef("pk"), verb="appearance.checked"
        )
        anchored = self.newest().filter(
            snapshot__isnull=False, redaction_reason="", evidence__known__upper_inf=True
        )
        held = anchored.annotate(
            newest_snapshot=Subquery(newest.values("pk")[:1]),
            newest_at=Subquery(newest.values("captured_at")[:1]),
            newest_redacted=Subquery(newest.values("redaction_reason")[:1]),
            is_lost=Case(
                When(snapshot=F("newest_snapshot"), then=False),
                default=True,
                output_field=models.BooleanField(),
            ),
        ).filter(newest_redacted="")
        changed = Q(basis=Basis.REVISION, score__lt=1) & ~Exists(looked_at)
        waiting = held.filter(Q(is_lost=True) | changed)
        return waiting.order_by("-is_lost", "article", "span", "pk")


class Appearance(Known):
    """One article in which a piece of evidence can be read, via the appearance it came by.

    With a snapshot the passage is anchored: ``span`` counts Unicode code points from 0, end
    exclusive, and PostgreSQL refuses a quotation that isn't exactly there. Hedges live here and
    not on the evidence, so that their loss along the chain shows.
    """

    evidence = models.ForeignKey(
        Evidence, models.PROTECT, related_name="appearances", verbose_name=_("evidence")
    )
    article = models.ForeignKey(
        "articles.Article",
        models.PROTECT,
        related_name="appearances",
        verbose_name=_("article"),
    )
    snapshot = models.ForeignKey(
        "articles.Snapshot",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="appearances",
        verbose_name=_("snapshot"),
    )
    span = IntegerRangeField(_("position"), null=True, blank=True)
    exact = models.TextField(_("quotation"), max_length=10_000, blank=True, validators=[storable])
    prefix = models.CharField(max_length=64, blank=True, validators=[storable])
    suffix = models.CharField(max_length=64, blank=True, validators=[storable])
    verbatim = models.BooleanField(
        _("verbatim"), default=False, help_text=_("The source's own words, not a paraphrase.")
    )
    hedge = models.CharField(
        _("hedge"),
        max_length=200,
        blank=True,
        validators=[storable],
        help_text=_("The words in the quotation that weaken it, such as “could” or “likely”."),
    )
    via = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="onward",
        verbose_name=_("via"),
    )
    basis = models.CharField(_("basis"), max_length=12, choices=Basis, default=Basis.CREDITED)
    seen = models.BooleanField(
        _("seen"), default=False, help_text=_("An editor has read this very document.")
    )
    score = models.DecimalField(
        _("score"),
        max_digits=4,
        decimal_places=3,
        null=True,
        blank=True,
        help_text=_("For a detected or carried-over passage: similarity from 0 to 1."),
    )
    redaction_reason = models.CharField(
        _("redacted because"),
        max_length=500,
        blank=True,
        default="",
        editable=False,
        validators=[storable],
    )

    objects = AppearanceQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("appearance")
        verbose_name_plural = _("appearances")
        constraints = [
            models.CheckConstraint(
                name="appearance_basis_known", condition=Q(basis__in=Basis.values)
            ),
            models.CheckConstraint(
                name="appearance_span_with_snapshot",
                condition=Q(snapshot__isnull=True, span__isnull=True)
                | Q(snapshot__isnull=False, span__isnull=False, span__isempty=False),
                violation_error_message=_("A passage needs its snapshot and its position."),
            ),
            models.CheckConstraint(
                name="appearance_span_not_empty",
                condition=Q(span__isnull=True) | Q(span__startswith__gte=0),
                violation_error_message=_("The position of the passage is empty."),
            ),
            models.CheckConstraint(
                name="appearance_hedge_in_quotation",
                condition=Q(hedge="")
                | Q(GreaterThan(StrIndex(Lower("exact"), Lower("hedge")), Value(0))),
                violation_error_message=_("The hedge must be words of the quotation."),
            ),
            models.CheckConstraint(
                name="appearance_score_in_range",
                condition=Q(score__isnull=True) | Q(score__gte=0, score__lte=1),
                violation_error_message=_("A score runs from 0 to 1."),
            ),
            models.UniqueConstraint(fields=["id", "evidence"], name="appearance_of_evidence"),
            models.UniqueConstraint(
                fields=["evidence", "article", "snapshot", "span"],
                name="appearance_once",
                condition=Q(known__upper_inf=True),
                nulls_distinct=False,
                violation_error_message=_("This passage is already logged for this evidence."),
            ),
        ]
        indexes = [
            GinIndex(SearchVector("exact", config="sayso"), name="appearance_words"),
        ]

    def __str__(self) -> str:
        return f"{self.article}: {self.exact[:60]}"
