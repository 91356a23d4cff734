"""Imports at work: files as they came, their records, and how far the import has come.

The desk's own working state and no part of the record: it has no events, is overwritten, and goes
when it is of no use any more. What an import writes is on the record like anything else.
"""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from articles.clock import ClockTimestamp
from articles.validators import storable
from claims.choices import ImportState, RowState


class ImportBatch(models.Model):
    """One import of one or more files.

    Records are walked in the order of their numbers, to be checked and again to be imported:
    ``rows_done`` is the number of the last one that this walk has dealt with, and so the place
    where it goes on after whatever stopped it. ``counts`` tells of the same walk, as {"new",
    "unchanged", "rejected": how many records, "added": {kind: how many rows}}. A worker took this
    walk up at ``walk_at``, after record ``walk_from``, which is what its speed is reckoned from.
    ``version`` goes up whenever an editor changes how the files are to be read. ``attempts`` counts
    how often a worker has taken up the work at hand without getting anywhere.
    """

    name = models.CharField(_("name"), max_length=200, validators=[storable])
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="imports", verbose_name=_("by")
    )
    state = models.CharField(
        _("state"), max_length=12, choices=ImportState, default=ImportState.UPLOADING
    )
    created_at = models.DateTimeField(_("created"), db_default=ClockTimestamp(), editable=False)
    checked_at = models.DateTimeField(_("checked"), null=True, blank=True)
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    rows_total = models.IntegerField(_("records"), default=0)
    rows_done = models.IntegerField(_("records dealt with"), default=0)
    counts = models.JSONField(default=dict)
    walk_at = models.DateTimeField(null=True, blank=True)
    walk_from = models.IntegerField(default=0)
    cancel_wanted = models.BooleanField(default=False)
    fault = models.TextField(_("fault"), default="", blank=True)
    version = models.IntegerField(default=1)
    attempts = models.IntegerField(default=0)

    class Meta:
        default_permissions = ()
        ordering = ["-pk"]
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        constraints = [
            models.CheckConstraint(
                name="importbatch_state_known", condition=Q(state__in=ImportState.values)
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ImportFile(models.Model):
    """A file of an import as it was uploaded; ``sha256`` and ``size`` (bytes) are of the whole.

    ``encoding`` is what an editor chose where the guess was wrong.
    """

    batch = models.ForeignKey(
        ImportBatch, models.PROTECT, related_name="files", verbose_name=_("import"), db_index=False
    )
    position = models.IntegerField()
    name = models.CharField(_("name"), max_length=200, validators=[storable])
    size = models.BigIntegerField(_("size"), default=0)
    sha256 = models.CharField(_("SHA-256"), max_length=64, default="", blank=True)
    encoding = models.CharField(_("encoding"), max_length=40, default="", blank=True)

    class Meta:
        default_permissions = ()
        ordering = ["position"]
        verbose_name = _("imported file")
        verbose_name_plural = _("imported files")
        constraints = [
            models.UniqueConstraint(fields=["batch", "position"], name="importfile_position_once"),
        ]

    def __str__(self) -> str:
        return self.name


class ImportPart(models.Model):
    """One megabyte of a file, or what is left: any worker can read it, without a shared folder."""

    file = models.ForeignKey(ImportFile, models.PROTECT, related_name="parts", db_index=False)
    position = models.IntegerField()
    content = models.BinaryField()

    class Meta:
        default_permissions = ()
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["file", "position"], name="importpart_position_once"),
        ]

    def __str__(self) -> str:
        return f"{self.file_id}, {self.position}"


class ImportSheet(models.Model):
    """One table in a file: a CSV has one, a workbook several.

    ``mapping`` has one of our columns for each of ``headings``, or "" for what is left out.
    ``answers`` are {"dates": {column: "DMY", "MDY" or "YMD"}, "values": {column: {found: value}},
    "fixed": {column: value of all records}}; ``samples`` are the first records as they stand.
    ``encoding`` is what text was read in, guessed or chosen.
    """

    batch = models.ForeignKey(
        ImportBatch, models.PROTECT, related_name="sheets", verbose_name=_("import"), db_index=False
    )
    file = models.ForeignKey(
        ImportFile, models.PROTECT, related_name="sheets", verbose_name=_("file")
    )
    position = models.IntegerField()
    name = models.TextField(_("name"))
    format = models.CharField(_("format"), max_length=12)
    encoding = models.CharField(_("encoding"), max_length=40, default="", blank=True)
    headings = ArrayField(models.TextField(), default=list)
    notes = ArrayField(models.TextField(), default=list)
    mapping = ArrayField(models.TextField(blank=True), default=list)
    answers = models.JSONField(default=dict)
    rows = models.IntegerField(_("records"), default=0)
    samples = models.JSONField(default=list)

    class Meta:
        default_permissions = ()
        ordering = ["position"]
        verbose_name = _("sheet")
        verbose_name_plural = _("sheets")
        constraints = [
            models.UniqueConstraint(fields=["batch", "position"], name="importsheet_position_once"),
        ]

    def __str__(self) -> str:
        return self.name


class ImportRow(models.Model):
    """One record of a sheet, staged: ``raw`` is as it stands in the file, in line ``line``.

    ``problems`` are [{"column", "found", "fix"}], with "needs" where a cell says nothing without
    that column, ``added`` the kinds of what it adds, ``wrote`` {kind: ids} what it added,
    ``resembles`` what its claim may be the same as, as ``exchange/resembling.py`` tells it. What
    ``unreadable`` says no answer of the editor can change: the record itself is damaged.
    """

    batch = models.ForeignKey(ImportBatch, models.PROTECT, related_name="rows", db_index=False)
    sheet = models.ForeignKey(ImportSheet, models.PROTECT, related_name="+", db_index=False)
    number = models.IntegerField()
    line = models.IntegerField()
    raw = ArrayField(models.TextField(blank=True))
    state = models.CharField(max_length=12, choices=RowState, db_default=RowState.STAGED)
    unreadable = models.BooleanField(db_default=False)
    problems = models.JSONField(default=list)
    added = ArrayField(models.TextField(), default=list)
    wrote = models.JSONField(default=dict)
    resembles = models.JSONField(default=list)

    class Meta:
        default_permissions = ()
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(
                name="importrow_state_known", condition=Q(state__in=RowState.values)
            ),
            models.UniqueConstraint(fields=["batch", "number"], name="importrow_number_once"),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id}, {self.number}"


class ImportMemory(models.Model):
    """How a sheet with these headings was read last time, to be offered again.

    ``headings_key`` is the SHA-256 of the folded headings in their order.
    """

    headings_key = models.CharField(max_length=64)
    mapping = ArrayField(models.TextField(blank=True), default=list)
    answers = models.JSONField(default=dict)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=ClockTimestamp())

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["headings_key"], name="importmemory_headings_once"),
        ]

    def __str__(self) -> str:
        return self.headings_key


class ImportPlan(models.Model):
    """What a record will add, for the records of later chunks to find; ``key``: what they ask by.

    A check keeps all that it planned; an import only which row an id in the file stands for.
    """

    batch = models.ForeignKey(ImportBatch, models.PROTECT, related_name="+", db_index=False)
    key = models.CharField(max_length=32)
    data = models.JSONField()

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["batch", "key"], name="importplan_of_key")]

    def __str__(self) -> str:
        return f"{self.batch_id}, {self.key}"
