"""What was published, and the exact text of it that we hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.fields import DateRangeField
from django.contrib.postgres.indexes import GinIndex, HashIndex
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from articles import policy
from articles.choices import ArticleKind, CaptureMethod
from articles.clock import ClockTimestamp
from articles.models.loaded import Loaded
from articles.models.source import Source
from articles.validators import language_tag, storable

if TYPE_CHECKING:
    from articles.policy import Reader


class ArticleQuerySet(models.QuerySet["Article"]):
    """What may be read of articles."""

    def visible_to(self, user: Reader) -> ArticleQuerySet:
        """Articles a reader can meet: those in which a published claim appears."""
        if policy.sees_drafts(user):
            return self
        appears = Article.objects.filter(
            pk=models.OuterRef("pk"),
            appearances__known__upper_inf=True,
            appearances__evidence__claim__published_at__isnull=False,
        )
        return self.filter(models.Exists(appears))

    def with_counts(self, user: Reader) -> ArticleQuerySet:
        """Add ``claim_count``, counted over what ``user`` may see."""
        live = Q(appearances__known__upper_inf=True)
        if not policy.sees_drafts(user):
            live &= Q(appearances__evidence__claim__published_at__isnull=False)
        return self.annotate(
            claim_count=models.Count("appearances__evidence__claim", filter=live, distinct=True)
        )

    def with_reading(self) -> ArticleQuerySet:
        """Add ``snapshot_count``: 0 means the article is known by reference only."""
        return self.annotate(
            snapshot_count=models.Count("snapshots", distinct=True),
        )

    def search(self, text: str) -> ArticleQuerySet:
        """Articles whose title, publisher or address holds ``text``."""
        text = text.strip().replace("\x00", "")
        if not text:
            return self
        return self.filter(
            Q(title__unaccent__icontains=text)
            | Q(publisher__name__unaccent__icontains=text)
            | Q(url__icontains=text)
        )


class Article(Loaded):
    """Any document in which something was said. It may be known only by reference."""

    kind = models.CharField(_("kind"), max_length=20, choices=ArticleKind, default=ArticleKind.NEWS)
    title = models.CharField(_("title"), max_length=500, validators=[storable])
    slug = models.CharField(_("address"), max_length=120, unique=True, validators=[storable])
    url = models.URLField(_("web address"), max_length=2000, blank=True, validators=[storable])
    publisher = models.ForeignKey(
        Source, models.PROTECT, related_name="articles", verbose_name=_("publisher")
    )
    language = models.CharField(
        _("language"), max_length=35, default="en", validators=[language_tag]
    )
    translated_from = models.CharField(
        _("translated from"),
        max_length=35,
        blank=True,
        default="",
        validators=[language_tag],
        help_text=_("The language of the original, when this is a translation."),
    )
    published = DateRangeField(
        _("published"),
        null=True,
        blank=True,
        help_text=_("A day, or the whole month or year when no more is known."),
    )
    note = models.TextField(
        _("note"),
        max_length=4000,
        blank=True,
        default="",
        validators=[storable],
        help_text=_("Readers see it: how the date is known, say, or who translated it."),
    )

    objects = ArticleQuerySet.as_manager()

    class Meta:
        ordering = ["-published", "-pk"]
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        constraints = [
            models.CheckConstraint(
                name="article_kind_known", condition=Q(kind__in=ArticleKind.values)
            ),
            models.CheckConstraint(
                name="article_title_not_blank",
                condition=Q(title__regex=r"\S"),
                violation_error_message=_("An article needs a title."),
            ),
            models.CheckConstraint(
                name="article_slug_not_blank",
                condition=Q(slug__regex=r"\S"),
                violation_error_message=_("It needs an address of its own."),
            ),
            models.CheckConstraint(
                name="article_published_not_empty",
                condition=Q(published__isnull=True) | Q(published__isempty=False),
                violation_error_message=_("The date is empty or reversed."),
            ),
            models.UniqueConstraint(
                "url",
                name="article_url_once",
                condition=~Q(url=""),
                violation_error_message=_("An article with this web address is already here."),
            ),
        ]
        indexes = [
            GinIndex(fields=["title"], name="article_title_trigram", opclasses=["gin_trgm_ops"]),
            HashIndex(fields=["title"], name="article_title"),  # an import asks for exact words
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("claims:article", args=[self.slug])


class Snapshot(Loaded):
    """The text of an article as it stood at one capture.

    Immutable, because passages are anchored in it by position; a new capture is a new row.
    PostgreSQL sets ``text_sha256`` (of the UTF-8 bytes) and refuses any change, except the
    one that redacts: the text is blanked, the hash stays, and the reason says why.
    """

    article = models.ForeignKey(
        Article, models.PROTECT, related_name="snapshots", verbose_name=_("article")
    )
    text = models.TextField(_("text"), max_length=2_000_000, validators=[storable])
    text_sha256 = models.CharField(
        _("SHA-256 of the text"), max_length=64, editable=False, db_default=""
    )
    raw_sha256 = models.CharField(
        _("SHA-256 of the file or response"), max_length=64, blank=True, default=""
    )
    archive_url = models.URLField(_("archived copy"), max_length=2000, blank=True)
    method = models.CharField(_("method"), max_length=20, choices=CaptureMethod)
    captured_at = models.DateTimeField(_("captured"), db_default=ClockTimestamp(), editable=False)
    captured_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("captured by")
    )
    redaction_reason = models.CharField(
        _("redacted because"), max_length=500, blank=True, default="", validators=[storable]
    )

    class Meta:
        ordering = ["-captured_at", "-pk"]
        get_latest_by = "captured_at"
        verbose_name = _("snapshot")
        verbose_name_plural = _("snapshots")
        constraints = [
            models.CheckConstraint(
                name="snapshot_method_known", condition=Q(method__in=CaptureMethod.values)
            ),
            models.CheckConstraint(
                name="snapshot_text_not_blank",
                condition=Q(text__regex=r"\S") | ~Q(redaction_reason=""),
                violation_error_message=_("The text is empty."),
            ),
            models.UniqueConstraint(
                fields=["article", "text_sha256"],
                name="snapshot_text_once",
                violation_error_message=_("This article already has a snapshot with this text."),
            ),
            models.UniqueConstraint(fields=["id", "article"], name="snapshot_of_article"),
        ]

    def __str__(self) -> str:
        return f"{self.article} ({self.captured_at:%Y-%m-%d})"
