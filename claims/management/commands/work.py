"""Works: `manage.py work` does what no page waits for, such as imports, until it is ended."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import os
import signal
import sys
import threading
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser
from django.db import Error as DatabaseError
from django.db import close_old_connections
from procrastinate import App
from procrastinate.contrib.django import app
from procrastinate.contrib.django.utils import connector_params
from procrastinate.psycopg_connector import PsycopgConnector

from claims.exchange.holding import held
from claims.jobs import BUSY, rescue

LOOK_SECONDS = 0.5
"""How often a worker that has nothing to do looks for work that another one left behind."""
GLANCES = 5
"""How often it sees in between whether somebody has let go of an import."""
CONNECTIONS = 3

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    """One worker: one job at a time, as many workers side by side as are wanted."""

    help = (
        "Does what no page waits for, such as imports, until it is told to end (SIGTERM, Ctrl-C). "
        "Run as many as you like, beside the web server; one that is killed loses nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="do what waits, and end then")
        parser.add_argument(
            "--until-closed",
            action="store_true",
            help="end when standard input is closed, and so with the program at its other end",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        gc.freeze()  # all that was loaded stays
        if options["until_closed"]:
            threading.Thread(target=_end_when_closed, daemon=True).start()
        connector = PsycopgConnector(kwargs=connector_params(), min_size=1, max_size=CONNECTIONS)
        with app.replace_connector(connector) as workers:
            if not asyncio.run(_work(workers, wait=not options["once"])):
                raise CommandError("The worker stopped: see its log.")


async def _work(workers: App, *, wait: bool) -> bool:
    """Work until told to end; returns whether that is why it ended."""
    async with workers.open_async():
        await _look()
        worker = asyncio.create_task(
            workers.run_worker_async(
                wait=wait,
                concurrency=1,
                delete_jobs="always",
                fetch_job_polling_interval=LOOK_SECONDS,
                shutdown_graceful_timeout=0,  # it is asked to stop after the records at hand
            )
        )
        looking = asyncio.create_task(_keep_looking())
        done, _pending = await asyncio.wait((worker, looking), return_when=asyncio.FIRST_COMPLETED)
        for task in (worker, looking):
            task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await worker
        return worker in done


async def _keep_looking() -> None:
    while True:
        try:
            await _pause()
            if not BUSY.is_set():
                await _look()
        except DatabaseError:
            logger.exception("Work that others left could not be looked for")
            await asyncio.sleep(LOOK_SECONDS)


async def _pause() -> None:
    """Wait until it is time to look: sooner where somebody has let go of an import."""
    taken = set() if BUSY.is_set() else await asyncio.to_thread(_held)
    for _ in range(GLANCES):
        await asyncio.sleep(LOOK_SECONDS / GLANCES)
        if taken and not BUSY.is_set() and taken - await asyncio.to_thread(_held):
            return


def _held() -> set[int]:
    """What is held, over a connection that stays open until work was looked for."""
    try:
        return held()
    except DatabaseError:
        close_old_connections()
        raise


async def _look() -> None:
    await asyncio.to_thread(_rescue)


def _rescue() -> None:
    try:
        rescue()
    finally:
        close_old_connections()


def _end_when_closed() -> None:
    sys.stdin.buffer.read()
    os.kill(os.getpid(), signal.SIGTERM)
