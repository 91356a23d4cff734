"""How far an article has been read: the sentences in which an editor found no claim."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from articles.clock import ClockTimestamp


class NoClaim(models.Model):
    """A sentence that was read and holds no claim worth logging.

    It is known by the hash of its words and not by its place, so that it stays read when the
    article is captured again. The desk's own working state: no event tells of it, it goes when
    somebody thinks otherwise, and readers never see it.
    """

    article = models.ForeignKey(
        "articles.Article", models.PROTECT, related_name="+", verbose_name=_("article")
    )
    sentence_sha256 = models.CharField(_("SHA-256 of the sentence"), max_length=64)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("read by")
    )
    at = models.DateTimeField(_("read"), db_default=ClockTimestamp(), editable=False)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("sentence without a claim")
        verbose_name_plural = _("sentences without a claim")
        constraints = [
            models.CheckConstraint(
                name="noclaim_is_a_hash", condition=Q(sentence_sha256__regex=r"^[0-9a-f]{64}$")
            ),
            models.UniqueConstraint(
                fields=["article", "sentence_sha256"], name="noclaim_sentence_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.article_id} {self.sentence_sha256[:8]}"
