"""Asks for a worker: a job is a row, and there as soon as the transaction that wants it commits."""

from __future__ import annotations

from contextlib import suppress

from django.db import transaction
from django.utils.translation import get_language
from procrastinate import App
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.exceptions import AlreadyEnqueued

TASK = "claims.work_on_import"
QUEUE = "imports"

ASKING = App(connector=DjangoConnector())
"""By Django's own connection always, also within a worker, whose app has another one."""


def enqueue(batch: int) -> None:
    """Have a worker take up an import, unless a job of it waits already.

    The lock lets no second job of the same import begin while one is under way. What the worker
    finds wrong with a row is kept in words: those of the language that is spoken here and now.
    """
    lock = f"import-{batch}"
    job = ASKING.configure_task(
        TASK, allow_unknown=True, queue=QUEUE, lock=lock, queueing_lock=lock
    )
    with suppress(AlreadyEnqueued), transaction.atomic():
        job.defer(batch=batch, language=get_language())
