"""The columns of rows that are never changed, only voided once."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from django.conf import settings
from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.clock import FromNowOn
from articles.models.loaded import Loaded
from articles.validators import storable

if TYPE_CHECKING:
    from datetime import datetime

M = TypeVar("M", bound=models.Model)


class KnownQuerySet(models.QuerySet[M]):
    """Rows by when we held them to be so."""

    def current(self) -> KnownQuerySet[M]:
        """Rows that nobody has voided."""
        return self.filter(known__upper_inf=True)

    def as_of(self, moment: datetime) -> KnownQuerySet[M]:
        """Rows that stood at ``moment``."""
        return self.filter(known__contains=moment)


class Known(Loaded):
    """Columns for transaction time.

    ``known`` starts when the row is written and ends when it is voided; a trigger stamps both
    with the database's clock, so that "what did we say on that day" can't be forged.
    """

    known = DateTimeRangeField(_("known"), editable=False, db_default=FromNowOn())
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        editable=False,
        verbose_name=_("recorded by"),
    )
    void_reason = models.CharField(
        _("voided because"),
        max_length=500,
        blank=True,
        default="",
        editable=False,
        validators=[storable],
    )

    class Meta:
        abstract = True

    @property
    def is_void(self) -> bool:
        """Whether the row was voided."""
        return bool(self.void_reason)
