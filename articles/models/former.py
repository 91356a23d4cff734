"""What columns of the record held before they were changed, and until when."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.clock import ClockTimestamp


class Former(models.Model):
    """The values that one change of one row took away; a trigger writes it, and nobody else.

    Most of the record is never changed. What is (how a claim stands, what we know of a source, a
    document or a role) can be shown as of any moment by these: a column held what the first change
    after that moment took away, else what it holds now. No text that may be redacted is among them.
    """

    of = models.CharField(_("table"), max_length=40)
    row_id = models.BigIntegerField(_("row"))
    until = models.DateTimeField(_("until"), db_default=ClockTimestamp())
    held = models.JSONField(_("held"))

    class Meta:
        ordering = ["pk"]
        verbose_name = _("former value")
        verbose_name_plural = _("former values")
        indexes = [models.Index(fields=["of", "row_id", "until"], name="former_of_row")]

    def __str__(self) -> str:
        return f"{self.of} {self.row_id} until {self.until}"
