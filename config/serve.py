"""What `make run` runs: database, migrations, files, demo, worker, web server; stops them all."""

import gc
import hashlib
import io
import logging
import os
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django
from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command, get_commands
from django.core.wsgi import get_wsgi_application
from django.db import Error as DatabaseError
from django.db import connection, transaction
from gunicorn.app.base import BaseApplication

from articles.room import with_room
from config import worker

HOST = "127.0.0.1"
DEFAULT_PORT = 8000
# Threads of one process hold each other up: eight of them render a page in three times the time
# that one takes. So one process for each core, as far as memory goes; each keeps its own pages.
MOST_PROCESSES = 4
THREADS = 8  # in all, at least: a visitor who sends slowly holds one
COLLECTED_AFTER = 20_000  # objects more than are freed; a page makes some thousands
FAULTS = (CommandError, DatabaseError, ImproperlyConfigured, OSError)


class Refusal(Exception):
    """Why nothing is served, in one line for a person."""


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn in this process, on a socket that is already ours."""

    def __init__(self, listener: socket.socket) -> None:
        self.listener = listener
        super().__init__()

    def load_config(self) -> None:
        given = {
            "bind": f"fd://{self.listener.fileno()}",
            "worker_class": "gthread",
            "workers": processes(),
            "threads": threads(),
            "timeout": 60,
            "graceful_timeout": 5,
            "loglevel": "warning",
            "reload": settings.DEBUG,
            "control_socket_disable": True,
            "post_worker_init": _begin,
            "when_ready": _stop_when_the_terminal_closes,
        }
        for name, value in given.items():
            if name in self.cfg.settings:  # older gunicorns lack some
                self.cfg.set(name, value)

    def load(self) -> Callable[..., Any]:
        return with_room(get_wsgi_application())


def processes() -> int:
    """How many processes serve: as many as there are cores, within reason."""
    return min(os.cpu_count() or 1, MOST_PROCESSES)


def threads() -> int:
    """How many threads each of them has."""
    return -(-THREADS // processes())


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    signal.signal(signal.SIGTERM, _leave)
    signal.signal(signal.SIGHUP, _leave)
    try:
        listener = _listen(os.environ.get("PORT", "").strip() or str(DEFAULT_PORT))
        django.setup()
        _prepare()
    except Refusal as refusal:
        sys.exit(str(refusal))
    except FAULTS as fault:
        sys.exit(" ".join(str(fault).split()))
    except KeyboardInterrupt:
        sys.exit(130)
    me, beside = os.getpid(), worker.start()
    try:
        _say(
            f"{settings.SITE_NAME} is at http://{HOST}:{listener.getsockname()[1]}/"
            "  (Ctrl-C ends it)"
        )
        Server(listener).run()
    finally:
        if os.getpid() == me:  # the server's processes come by here too
            worker.stop(beside)


def _listen(given: str) -> socket.socket:
    """Take the port before anything else is started."""
    if not (given.isascii() and given.isdigit() and int(given) < 2**16):
        raise Refusal(f"PORT must be a number from 1 to 65535, not {given!r}.")
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, int(given)))
        listener.listen(128)
    except PermissionError:
        raise Refusal(f"Port {given} is not for ordinary users: try PORT=8000.") from None
    except OSError:
        raise Refusal(
            f"Port {given} is taken: try another one, as in "
            f"`make run PORT={min(int(given) + 1, 65535)}`."
        ) from None
    return listener


def _prepare() -> None:
    # No pool yet: its threads would not survive the fork into workers, and it hides errors.
    options = connection.settings_dict["OPTIONS"]
    pool = options.pop("pool")
    _say("Preparing the database …")
    call_command("migrate", interactive=False, verbosity=0)
    _collect_static()
    if settings.LOCAL:
        _load_demo()
    connection.close()
    options["pool"] = pool


def _collect_static() -> None:
    """Collect and compress the static files where one of them has changed since last time."""
    if settings.DEBUG:
        return
    facts = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            fact = Path(storage.path(path)).stat()
            facts.update(f"{path}\0{fact.st_size}\0{fact.st_mtime_ns}\n".encode())
    note = settings.STATIC_ROOT / ".collected"
    if not note.exists() or note.read_text(encoding="ascii") != facts.hexdigest():
        _say("Preparing the style sheets …")
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)
        note.write_text(facts.hexdigest(), encoding="ascii")


def _load_demo() -> None:
    """Load the demo into an empty database; tell its accounts, then and at every later start."""
    note = settings.DATA_DIR / "demo-accounts.txt"
    if "load_demo" in get_commands() and not any(
        apps.get_model(name).objects.exists() for name in ("auth.User", "articles.Article")
    ):
        _say("Loading the demo …")
        said = io.StringIO()
        with transaction.atomic():  # whole or not at all, should somebody press Ctrl-C
            call_command("load_demo", stdout=said)
        note.unlink(missing_ok=True)
        note.touch(mode=0o600)
        note.write_text(said.getvalue().strip() + "\n", encoding="utf-8")
    if note.exists():
        _say(note.read_text(encoding="utf-8").strip())


def _say(line: str) -> None:
    print(line, flush=True)


def _leave(*_: object) -> None:
    raise SystemExit(0)


def _begin(_: object) -> None:
    """Leave the terminal to the master, and what is loaded for good to itself.

    Ctrl-C reaches this process too; with the master's own word on top it could end in a knot.
    """
    gc.collect()
    gc.freeze()  # or every page pays for looking through it again
    gc.set_threshold(COLLECTED_AFTER, 20, 20)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _stop_when_the_terminal_closes(_: object) -> None:
    """To gunicorn SIGHUP means: read the configuration again. To us: nobody is there any more."""
    signal.signal(signal.SIGHUP, lambda *_: os.kill(os.getpid(), signal.SIGTERM))


if __name__ == "__main__":
    logging.captureWarnings(True)
    main()
