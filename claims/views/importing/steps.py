"""Where an import stands among its four steps, and what is counted of it in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from articles.door import DeskRequest, SeeOther, see
from claims.choices import AT_WORK, ImportState
from claims.exchange.staging import PERMISSION
from claims.models import ImportBatch

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

__all__ = ["PERMISSION", "Step", "added", "batch_of", "editable", "onward", "steps"]

FILE, COLUMNS, CHECK, IMPORT = range(1, 5)
NAMES: dict[int, StrOrPromise] = {
    FILE: _("File"),
    COLUMNS: _("Columns"),
    CHECK: _("Check"),
    IMPORT: _("Import"),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One of the four steps: its address where one can go there now, and whether one is there."""

    number: int
    name: StrOrPromise
    url: str = ""
    here: bool = False


def batch_of(pk: int) -> ImportBatch:
    """The import; whoever may import sees those of the others too."""
    return get_object_or_404(ImportBatch.objects.select_related("by"), pk=pk)


def editable(batch: ImportBatch) -> bool:
    """Whether its columns can be chosen: it was read, nothing was imported, nobody is at work."""
    waits = (ImportState.COLUMNS, ImportState.CHECKED)
    stopped = batch.state == ImportState.CANCELLED and batch.started_at is None
    return batch.state in waits or (stopped and batch.rows_total > 0)


def onward(batch: ImportBatch) -> str:
    """The address at which the import waits for somebody; nothing where its own page is that."""
    waits = {ImportState.COLUMNS: "import_columns", ImportState.CHECKED: "import_check"}
    name = waits.get(ImportState(batch.state))
    return reverse(f"claims:{name}", args=[batch.pk]) if name else ""


def home(request: DeskRequest, batch: ImportBatch) -> SeeOther:
    """Lead to the step at which the import is."""
    return see("claims:import_batch", batch.pk)


def steps(batch: ImportBatch | None, here: int) -> list[Step]:
    """The four steps, of which one is ``here``; before there is an import only the first."""
    urls = {FILE: reverse("claims:import")}
    if batch is not None:
        if editable(batch):
            urls[COLUMNS] = reverse("claims:import_columns", args=[batch.pk])
        if batch.state == ImportState.CHECKED:
            urls[CHECK] = reverse("claims:import_check", args=[batch.pk])
        if batch.started_at is not None:
            urls[IMPORT] = reverse("claims:import_batch", args=[batch.pk])
    return [
        Step(number, name, "" if number == here else urls.get(number, ""), number == here)
        for number, name in NAMES.items()
    ]


def step_of(batch: ImportBatch) -> int:
    """The step that the import's own page stands for."""
    if batch.started_at is not None:
        return IMPORT
    if batch.state in AT_WORK:
        return FILE if batch.state == ImportState.READING else CHECK
    return COLUMNS if batch.rows_total else FILE


def added(batch: ImportBatch) -> list[str]:
    """How many rows of each kind are added, in words."""
    counts = batch.counts.get("added", {})
    told = {
        "claim": ngettext("%(n)s claim", "%(n)s claims", counts.get("claim", 0)),
        "question": ngettext("%(n)s question", "%(n)s questions", counts.get("question", 0)),
        "source": ngettext("%(n)s source", "%(n)s sources", counts.get("source", 0)),
        "article": ngettext("%(n)s article", "%(n)s articles", counts.get("article", 0)),
        "evidence": ngettext(
            "%(n)s piece of evidence", "%(n)s pieces of evidence", counts.get("evidence", 0)
        ),
        "appearance": ngettext("%(n)s passage", "%(n)s passages", counts.get("appearance", 0)),
        "outsideverdict": ngettext(
            "%(n)s verdict of others", "%(n)s verdicts of others", counts.get("outsideverdict", 0)
        ),
        "verdict": ngettext(
            "%(n)s proposed verdict", "%(n)s proposed verdicts", counts.get("verdict", 0)
        ),
        "published": ngettext(
            "%(n)s claim is published", "%(n)s claims are published", counts.get("published", 0)
        ),
        "taken_up": ngettext(
            "%(n)s claim is taken up again",
            "%(n)s claims are taken up again",
            counts.get("taken_up", 0),
        ),
        "address": ngettext(
            "%(n)s article gets its web address",
            "%(n)s articles get their web address",
            counts.get("address", 0),
        ),
    }
    return [
        text % {"n": number_format(counts[kind], force_grouping=True)}
        for kind, text in told.items()
        if counts.get(kind)
    ]
