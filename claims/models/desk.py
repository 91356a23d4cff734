"""The desk's own working state: who looks after which claim, and lists that an editor keeps.

None of it is part of the record: it has no events, and goes when it is of no use any more.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from articles.clock import ClockTimestamp
from articles.validators import storable
from claims.models.claim import Claim


class Assignment(models.Model):
    """One editor looks after a claim, whatever waits to be done about it."""

    claim = models.OneToOneField(
        Claim,
        models.PROTECT,
        primary_key=True,
        related_name="assignment",
        verbose_name=_("claim"),
    )
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="assignments",
        verbose_name=_("assignee"),
    )
    assigned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=_("assigned by"),
    )
    assigned_at = models.DateTimeField(_("assigned"), db_default=ClockTimestamp(), editable=False)

    class Meta:
        default_permissions = ()
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")

    def __str__(self) -> str:
        return f"{self.claim_id}: {self.assignee}"


class SavedFilter(models.Model):
    """A list of the desk as one editor keeps it: ``query`` is what stands in its address."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="saved_filters",
        verbose_name=_("owner"),
    )
    name = models.CharField(_("name"), max_length=60, validators=[storable])
    query = models.CharField(max_length=1500, validators=[storable])

    class Meta:
        default_permissions = ()
        ordering = ["name", "pk"]
        verbose_name = _("saved filter")
        verbose_name_plural = _("saved filters")
        constraints = [
            models.CheckConstraint(
                name="savedfilter_name_not_blank",
                condition=Q(name__regex=r"\S"),
                violation_error_message=_("Give it a name."),
            ),
            models.UniqueConstraint(
                fields=["owner", "name"],
                name="savedfilter_name_once",
                violation_error_message=_("You keep another list of this name."),
            ),
        ]

    def __str__(self) -> str:
        return self.name
