"""Who speaks and who publishes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower, Upper
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from articles import policy
from articles.choices import SourceKind
from articles.models.loaded import Loaded
from articles.validators import storable, wikidata_id

if TYPE_CHECKING:
    from datetime import date

    from articles.policy import Reader


class SourceQuerySet(models.QuerySet["Source"]):
    """What may be read of sources."""

    def visible_to(self, user: Reader) -> SourceQuerySet:
        """Sources a reader can meet: behind a published claim, its publishers, its other judges."""
        if policy.sees_drafts(user):
            return self
        return self.filter(
            models.Exists(self._spoke())
            | models.Exists(self._published())
            | models.Exists(self._found())
        )

    def with_counts(self, user: Reader) -> SourceQuerySet:
        """Add ``claim_count`` and ``article_count``, counted over what ``user`` may see."""
        live = Q(evidence__known__upper_inf=True)
        if not policy.sees_drafts(user):
            live &= Q(evidence__claim__published_at__isnull=False)
        return self.annotate(
            claim_count=models.Count("evidence__claim", filter=live, distinct=True),
            article_count=models.Count("articles", distinct=True),
        )

    def search(self, text: str) -> SourceQuerySet:
        """Sources whose name or an alias holds ``text``; everything for an empty one."""
        text = text.strip().replace("\x00", "")
        if not text:
            return self
        return self.filter(
            Q(name__unaccent__icontains=text)
            | Q(aliases__icontains=text)
            | Q(name__trigram_word_similar=text)
        ).order_by(Lower("name"), "pk")

    @staticmethod
    def _spoke() -> models.QuerySet[Any]:
        return Source.objects.filter(
            pk=models.OuterRef("pk"), evidence__claim__published_at__isnull=False
        )

    @staticmethod
    def _found() -> models.QuerySet[Any]:
        return Source.objects.filter(
            pk=models.OuterRef("pk"),
            verdicts_given__known__upper_inf=True,
            verdicts_given__claim__published_at__isnull=False,
        )

    @staticmethod
    def _published() -> models.QuerySet[Any]:
        return Source.objects.filter(
            pk=models.OuterRef("pk"),
            articles__appearances__evidence__claim__published_at__isnull=False,
        )


class Source(Loaded):
    """A person, an organisation, or somebody known only by a description.

    Publishers and speakers share the table because the same newspaper publishes and asserts.
    An unnamed source is first class: its name is its description ("unnamed US intelligence
    officials"), and it may not carry an identity that would name it after all.
    """

    kind = models.CharField(_("kind"), max_length=20, choices=SourceKind)
    name = models.CharField(
        _("name"),
        max_length=300,
        validators=[storable],
        help_text=_("For an unnamed source: how it is described."),
    )
    slug = models.CharField(_("address"), max_length=120, unique=True, validators=[storable])
    aliases = ArrayField(
        models.CharField(max_length=300, validators=[storable]),
        verbose_name=_("other spellings"),
        default=list,
        blank=True,
    )
    description = models.TextField(
        _("description"), blank=True, max_length=2000, validators=[storable]
    )
    wikidata = models.CharField(
        _("Wikidata id"), max_length=14, blank=True, validators=[wikidata_id]
    )
    identifiers = models.JSONField(_("other identifiers"), default=dict, blank=True)

    objects = SourceQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        constraints = [
            models.CheckConstraint(
                name="source_kind_known",
                condition=Q(kind__in=SourceKind.values),
            ),
            models.CheckConstraint(
                name="source_name_not_blank",
                condition=Q(name__regex=r"\S"),
                violation_error_message=_("A source needs a name or a description."),
            ),
            models.CheckConstraint(
                name="source_slug_not_blank",
                condition=Q(slug__regex=r"\S"),
                violation_error_message=_("It needs an address of its own."),
            ),
            models.CheckConstraint(
                name="source_unnamed_has_no_identity",
                condition=~Q(kind=SourceKind.UNNAMED) | Q(wikidata="", identifiers={}),
                violation_error_message=_(
                    "An unnamed source can't carry a Wikidata id or another identifier."
                ),
            ),
            models.UniqueConstraint(
                "wikidata",
                name="source_wikidata_once",
                condition=~Q(wikidata=""),
                violation_error_message=_("Another source already has this Wikidata id."),
            ),
        ]
        indexes = [
            GinIndex(fields=["name"], name="source_name_trigram", opclasses=["gin_trgm_ops"]),
            GinIndex(fields=["aliases"], name="source_aliases"),
            models.Index(Upper("name"), name="source_name_any_case"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("claims:source", args=[self.slug])

    @property
    def is_unnamed(self) -> bool:
        """Whether this is known only by a description."""
        return self.kind == SourceKind.UNNAMED


class AffiliationQuerySet(models.QuerySet["Affiliation"]):
    """What may be read of roles."""

    def on(self, day: date) -> AffiliationQuerySet:
        """Roles held on ``day``."""
        return self.filter(during__contains=day)


class Affiliation(Loaded):
    """The role a source had in an organisation, at that time and not today."""

    source = models.ForeignKey(
        Source, models.PROTECT, related_name="affiliations", verbose_name=_("source")
    )
    organisation = models.ForeignKey(
        Source, models.PROTECT, related_name="members", verbose_name=_("organisation")
    )
    role = models.CharField(_("role"), max_length=200, validators=[storable])
    during = DateRangeField(_("during"))
    one_voice = models.BooleanField(
        _("speaks for the organisation"),
        default=False,
        help_text=_("Two sources that speak for one organisation count as one origin."),
    )

    objects = AffiliationQuerySet.as_manager()

    class Meta:
        ordering = ["source", "-during"]
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        constraints = [
            ExclusionConstraint(
                name="affiliation_no_overlap",
                expressions=[
                    (F("source"), RangeOperators.EQUAL),
                    (F("organisation"), RangeOperators.EQUAL),
                    (F("during"), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_(
                    "This source already has a role in that organisation during these dates."
                ),
            ),
            models.CheckConstraint(
                name="affiliation_not_with_itself",
                condition=~Q(source=F("organisation")),
                violation_error_message=_("A source can't have a role in itself."),
            ),
            models.CheckConstraint(
                name="affiliation_during_not_empty",
                condition=Q(during__isempty=False),
                violation_error_message=_("The dates are empty or reversed."),
            ),
            models.CheckConstraint(
                name="affiliation_role_not_blank",
                condition=Q(role__regex=r"\S"),
                violation_error_message=_("Name the role."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role}, {self.organisation}"
