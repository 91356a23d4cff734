"""What stays on the record when an import is undone: found, counted, and the first of it named."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import connection, models
from django.utils.translation import gettext_lazy as _

from articles.models import Article, Source
from claims.models import Claim, ImportBatch, Question

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

NAMED = 20
"""Rows of each kind that are named."""

_KINDS: tuple[tuple[str, models.QuerySet[Any], StrOrPromise], ...] = (
    ("claim", Claim.objects.published(), _("Published claims")),
    ("source", Source.objects.all(), _("Sources")),
    ("article", Article.objects.all(), _("Articles")),
    ("question", Question.objects.all(), _("Questions")),
)
_STAYS = """
SELECT count(*), (array_agg(id ORDER BY id))[1:%(named)s] FROM {table}
 WHERE id IN (SELECT i.id::bigint FROM claims_importrow r
   CROSS JOIN LATERAL jsonb_array_elements_text(r.wrote -> %(kind)s) AS i (id)
   WHERE r.batch_id = %(batch)s AND r.state IN ('written', 'undone')) {further}
"""


@dataclass(frozen=True, slots=True)
class Remaining:
    """One kind of what stays: how much of it, and the first rows."""

    kind: str
    name: StrOrPromise
    count: int
    rows: tuple[Any, ...]

    @property
    def more(self) -> int:
        """How many of them aren't named."""
        return self.count - len(self.rows)


def remaining(batch: ImportBatch) -> list[Remaining]:
    """What an import has added that undoing it leaves in its place, or has left.

    Nothing of the record is deleted: voided evidence still says whose it was and where it could
    be read, and what was published stays public.
    """
    found = []
    for kind, among, name in _KINDS:
        further = "AND published_at IS NOT NULL" if among.model is Claim else ""
        sql = _STAYS.format(table=among.model._meta.db_table, further=further)
        with connection.cursor() as cursor:
            cursor.execute(sql, {"named": NAMED, "kind": kind, "batch": batch.pk})
            count, ids = cursor.fetchone()
        if count:
            rows = among.in_bulk(ids)
            found.append(Remaining(kind, name, count, tuple(rows[pk] for pk in ids)))
    return found
