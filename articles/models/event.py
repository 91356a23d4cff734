"""The record of changes: one row for every change, hash-chained, never altered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from articles import policy
from articles.clock import ClockTimestamp
from articles.models.loaded import Loaded

if TYPE_CHECKING:
    from articles.policy import Reader


class EventQuerySet(models.QuerySet["Event"]):
    """What may be read of the record."""

    def visible_to(self, user: Reader) -> EventQuerySet:
        """Events of published claims; editors read all of them."""
        if policy.sees_drafts(user):
            return self
        return self.filter(claim__published_at__isnull=False)


class Event(Loaded):
    """One change: what was done to what, by whom, when, and the hash that ties it to the last.

    Each claim has a chain of its own (``claim/17``), so that writers of different claims never
    wait for each other; sources, articles and questions have theirs. A trigger assigns ``seq``,
    ``at``, ``salt``, ``digest``, ``prev_hash`` and ``hash`` at insertion, whoever writes the row.
    ``digest`` is salted and covers the payload only, so that a lawful redaction can blank the
    payload while the chain stays verifiable.
    """

    chain = models.CharField(max_length=60)
    seq = models.PositiveIntegerField(db_default=0)
    subject_type = models.CharField(_("what"), max_length=40)
    subject_id = models.BigIntegerField(_("which"))
    claim = models.ForeignKey(
        "claims.Claim",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="events",
        verbose_name=_("claim"),
    )
    verb = models.CharField(_("done"), max_length=40)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("at"), db_default=ClockTimestamp())
    payload = models.JSONField(_("details"), default=dict)
    salt = models.CharField(max_length=64, db_default="")
    digest = models.CharField(max_length=64, db_default="")
    prev_hash = models.CharField(max_length=64, db_default="")
    hash = models.CharField(max_length=64, db_default="")

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("event")
        verbose_name_plural = _("events")
        constraints = [
            models.UniqueConstraint(fields=["chain", "seq"], name="event_chain_seq"),
        ]
        indexes = [
            models.Index(fields=["claim", "-seq"], name="event_of_claim"),
            models.Index(fields=["-at"], name="event_recent"),
        ]

    def __str__(self) -> str:
        return f"{self.chain} #{self.seq} {self.verb}"
