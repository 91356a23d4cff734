"""What belongs to one editor's work and not to the record: forms sent, drafts, who is here."""

from __future__ import annotations

from django.conf import settings
from django.contrib.messages.storage.cookie import MessageDecoder, MessageEncoder
from django.db import models

from articles.clock import ClockTimestamp

MOST_KEPT = 200_000
"""Code points that the JSON of a draft may have."""


class Sending(models.Model):
    """A form that was sent and accepted: where it led, and what was told there.

    ``key`` is the digest of the form's address and its one-time token. Whoever sends the same form
    again is led there again; that the row is unique decides which of two came first.
    """

    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    key = models.CharField(max_length=64)
    content = models.CharField(max_length=64, default="")
    to = models.TextField(default="")
    told = models.JSONField(default=list, encoder=MessageEncoder, decoder=MessageDecoder)
    at = models.DateTimeField(db_default=ClockTimestamp())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["by", "key"], name="sending_once")]
        indexes = [models.Index(fields=["by", "at"], name="sending_recent")]

    def __str__(self) -> str:
        return f"{self.by} → {self.to}"


class Draft(models.Model):
    """What somebody has typed into a form and not sent yet; nobody else sees it.

    ``key`` is the form's address with the passage it is about, ``data`` the values of its controls
    by name, each a list as forms send them.
    """

    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    key = models.CharField(max_length=300)
    data = models.JSONField(default=dict)
    saved_at = models.DateTimeField(db_default=ClockTimestamp())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["by", "key"], name="draft_once")]

    def __str__(self) -> str:
        return f"{self.by}: {self.key}"


class Presence(models.Model):
    """Somebody has a form open, and was seen there at ``at``."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    key = models.CharField(max_length=300)
    at = models.DateTimeField(db_default=ClockTimestamp())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["by", "key"], name="presence_once")]
        indexes = [models.Index(fields=["key", "-at"], name="presence_of_form")]

    def __str__(self) -> str:
        return f"{self.by}: {self.key}"
