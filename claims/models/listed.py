"""Claims as lists need them: derived by triggers, written by nobody."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.expressions import RawSQL

from articles import moment, policy
from articles.models.loaded import Loaded
from claims import status
from claims.models.claim import Claim, Question

if TYPE_CHECKING:
    from articles.policy import Reader

ALL = 0
"""The list of all claims; any other is called by the id of the source that speaks on its claims."""


class ListedQuerySet(models.QuerySet["Listed"]):
    """What may be read of lists."""

    def visible_to(self, user: Reader) -> Self:
        """Published claims; editors read drafts too. What was merged or set aside isn't."""
        shown = self.filter(shown=True)
        return shown if policy.sees_drafts(user) else shown.filter(published_at__isnull=False)

    def with_code(self) -> Self:
        """Add ``code``, the status by the calendar."""
        late = When(
            Q(status=status.AWAITING, closes__lte=moment.today()), then=Value(status.OVERDUE)
        )
        return self.annotate(code=Case(late, default=F("status"), output_field=models.TextField()))

    def of_status(self, code: str) -> Self:
        """Claims that have this status today."""
        if code == status.OVERDUE:
            return self.filter(status=status.AWAITING, closes__lte=moment.today())
        if code == status.AWAITING:
            return self.filter(Q(closes__gt=moment.today()) | Q(closes=None), status=code)
        return self.filter(status=code)

    def among(self, claims: Iterable[int]) -> Self:
        """Those of ``claims``, however many these are; in their order they are read sooner."""
        ids = RawSQL("SELECT unnest(%s::bigint[])", [sorted(claims)])
        return self.filter(claim__in=ids)

    def newest_first(self) -> Self:
        """In the order of lists."""
        return self.order_by("-published_at", "-claim_id")


class Listed(Loaded):
    """A claim in a list: that of all claims, or that of a source which speaks on it at present.

    ``status`` is that of ``status.py`` without the calendar: a prediction that awaits its outcome
    is overdue from the day ``closes`` on.
    """

    pk = models.CompositePrimaryKey("claim_id", "list")
    list = models.BigIntegerField()
    claim = models.ForeignKey(
        Claim, models.DO_NOTHING, related_name="listings", db_constraint=False
    )
    published_at = models.DateTimeField(null=True)
    status = models.TextField()
    kind = models.TextField()
    question = models.ForeignKey(
        Question, models.DO_NOTHING, null=True, related_name="+", db_constraint=False
    )
    closes = models.DateField(null=True)
    shown = models.BooleanField()

    objects = ListedQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "claims_listed"

    def __str__(self) -> str:
        return f"CL-{self.claim_id} in list {self.list}"
