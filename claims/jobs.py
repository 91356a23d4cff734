"""What workers do: work on imports, and take up again what a dead worker left behind."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from threading import Event
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import override
from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateEvent, ProcrastinateJob
from procrastinate.exceptions import ConnectorException

from claims.choices import AT_WORK
from claims.exchange import walking
from claims.exchange.holding import held
from claims.exchange.queue import ASKING, QUEUE, TASK, enqueue
from claims.models import ImportBatch

BEGINNING = timedelta(seconds=0.3)
"""How long a job may be under way without holding its import yet.

One that takes longer is called for a second time, and does the work all the same: whoever comes
second finds the import held, and leaves it.
"""

BUSY = Event()
"""Set while this process works on an import, and so can take up no other."""


@app.task(name=TASK, queue=QUEUE, pass_context=True)
def work_on_import(context: JobContext, batch: int, language: str | None = None) -> None:
    """Read, check, import or undo, whatever this import waits for, in whoever asked's language."""
    BUSY.set()
    try:
        with override(language or settings.LANGUAGE_CODE):
            walking.work(batch, stop=context.should_abort)
    finally:
        BUSY.clear()


def rescue() -> int:
    """Have every import that is left without a worker taken up again; returns how many.

    A killed worker leaves its job under way for ever, but no lock on the import. Another one may
    have ended between two jobs, or was no worker but a command.
    """
    taken = held()
    begun = ProcrastinateEvent.objects.filter(
        job=OuterRef("pk"), type="started", at__gt=timezone.now() - BEGINNING
    )
    ours = ProcrastinateJob.objects.filter(task_name=TASK)
    left = [
        (pk, args)
        for pk, args in ours.filter(~Exists(begun), status="doing").values_list("pk", "args")
        if args["batch"] not in taken
    ]
    batches = set(ImportBatch.objects.filter(state__in=AT_WORK).values_list("pk", flat=True))
    for pk, args in left:
        with suppress(ConnectorException), transaction.atomic():  # it has just come to its end
            _call_anew(pk, args, wanted=args["batch"] in batches)
    waiting = {
        args["batch"]
        for args in ours.filter(status__in=["todo", "doing"]).values_list("args", flat=True)
    }
    forgotten = sorted(batches - waiting - taken)
    for batch in forgotten:
        enqueue(batch)
    return len(left) + len(forgotten)


def _call_anew(job: int, args: Mapping[str, Any], *, wanted: bool) -> None:
    """Have a new job instead of one that a dead worker left: workers hear of new ones at once."""
    ASKING.job_manager.retry_job_by_id(job, retry_at=timezone.now())
    ASKING.job_manager.cancel_job_by_id(job, delete_job=True)
    if wanted:
        with override(args.get("language")):
            enqueue(args["batch"])
