"""What looks like a copy and is none, as somebody has said."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from articles.clock import ClockTimestamp
from claims.models.evidence import Evidence


class NotACopy(models.Model):
    """Two pieces of evidence of which somebody has said that neither repeats the other.

    The lower number comes first. The desk's own working state: it only ends a suggestion, and
    counts no origin more or less. No event tells of it, and it goes when somebody thinks otherwise.
    """

    one = models.ForeignKey(Evidence, models.PROTECT, related_name="+", verbose_name=_("evidence"))
    other = models.ForeignKey(
        Evidence, models.PROTECT, related_name="+", verbose_name=_("other evidence")
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("said by")
    )
    at = models.DateTimeField(_("said"), db_default=ClockTimestamp(), editable=False)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("suggested copy that is none")
        verbose_name_plural = _("suggested copies that are none")
        constraints = [
            models.CheckConstraint(name="notacopy_lower_first", condition=Q(one__lt=F("other"))),
            models.UniqueConstraint(fields=["one", "other"], name="notacopy_once"),
        ]

    def __str__(self) -> str:
        return f"{self.one_id} {self.other_id}"
