"""Starts the servers on the database that it is given, asks them in turns; see serve.py."""

from __future__ import annotations

import contextlib
import json
import os
import platform
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import django

django.setup()

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from articles.moment import written
from bench import fifty, load
from bench.load import Page, Run
from bench.serve import parser
from config.serve import processes, threads

TITLE = "A pipeline was blown up by people who had rented a yacht"
PATIENCE = 60  # seconds until a server answers
WORKERS, THREADS = processes(), threads()
GUNICORN = [
    *(sys.executable, "-m", "gunicorn", "--worker-class", "gthread"),
    *(
        "--workers",
        str(WORKERS),
        "--threads",
        str(THREADS),
        "--log-level",
        "warning",
    ),
]
WARM = 0.5  # seconds before each measure that don't count
# Which is compared with which, and the least that the first must be of the second.
BARS = (
    ("afresh", "template alone", 0.5),
    ("as of a moment, afresh", "afresh", 0.5),
    ("repeated", "empty view", 0.6),
    ("revalidated", "empty view", 0.6),
    *(
        (ours, peer, 3.0)
        for ours in ("afresh", "repeated", "revalidated")
        for peer in ("Wagtail page", "Datasette row")
    ),
)


@contextlib.contextmanager
def served(command: list[str], port: int, **environment: str) -> Iterator[int]:
    """Run a server until the end; gives its port as soon as it answers there."""
    server = subprocess.Popen(command, env={**os.environ, **environment})
    try:
        deadline = time.monotonic() + PATIENCE
        while True:
            with contextlib.suppress(OSError), socket.create_connection((load.HOST, port), 1):
                break
            if server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{command[:4]} does not answer")
            time.sleep(0.1)
        yield port
    finally:
        server.terminate()
        server.wait(PATIENCE)


def free_port() -> int:
    """A port that nobody has."""
    with socket.socket() as probe:
        probe.bind((load.HOST, 0))
        return int(probe.getsockname()[1])


def ours(servers: contextlib.ExitStack, **environment: str) -> int:
    """Our server, told so by the environment."""
    port = free_port()
    command = [sys.executable, "-m", "bench.server", str(port)]
    return servers.enter_context(served(command, port, **environment))


def wagtail(servers: contextlib.ExitStack, content: str) -> Page:
    """The same claim as a page of Wagtail, in a database of its own in the same PostgreSQL."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE DATABASE peer")
    given = connection.get_connection_params()
    url = f"postgresql://{given['user']}@{quote(given['host'], safe='')}/peer"
    environment = {"PEER_DATABASE_URL": url}
    subprocess.run(
        [sys.executable, "-m", "bench.others.wagtail"],
        input=content,
        text=True,
        env={**os.environ, **environment},
        check=True,
    )
    port = free_port()
    command = [*GUNICORN, "--bind", f"{load.HOST}:{port}", "bench.others.site.wsgi:application"]
    servers.enter_context(served(command, port, **environment))
    return Page(port, "/claim/")


def datasette(servers: contextlib.ExitStack, content: str) -> Page:
    """The same claim as one row of a table, its evidence in a column as lines of text."""
    path = Path(settings.DATA_DIR) / "claims.db"
    given = json.loads(content)
    lines = "\n".join(" · ".join(map(str, piece.values())) for piece in given["pieces"])
    with contextlib.closing(sqlite3.connect(path)) as database, database:
        database.execute("CREATE TABLE claims (id INTEGER PRIMARY KEY, title, summary, evidence)")
        values = (given["title"], given["summary"], lines)
        database.execute("INSERT INTO claims VALUES (1, ?, ?, ?)", values)
    port = free_port()
    command = [sys.executable, "-m", "datasette", "serve", "-i", str(path), "-p", str(port)]
    servers.enter_context(served(command, port))
    return Page(port, "/claims/claims/1")


def pages(
    servers: contextlib.ExitStack, *, pieces: int, seed: int, peers: bool, lists: bool
) -> dict[str, Page]:
    """Everything that is measured, by its name."""
    given = list(fifty.pieces(pieces, seed=seed))
    claim = fifty.log(TITLE, given)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    path = claim.get_absolute_url()
    then = f"{path}?as_of={written(datetime.now(UTC))}"
    keeping, fresh = ours(servers), ours(servers, KEPT_MEGABYTES="0")
    etag = load.once(Page(keeping, path))[0]["etag"]
    found = {
        "empty view": Page(keeping, "/bench/empty/"),
        "template alone": Page(keeping, f"/bench/template/{claim.pk}/"),
        "afresh": Page(fresh, path),
        "as of a moment, afresh": Page(fresh, then),
        "repeated": Page(keeping, path),
        "revalidated": Page(
            keeping, path, 304, (("Accept-Encoding", "gzip"), ("If-None-Match", etag))
        ),
    }
    if lists:
        found["list of claims, afresh"] = Page(fresh, "/claims/")
        found["list of claims, repeated"] = Page(keeping, "/claims/")
        found["search, afresh"] = Page(fresh, f"/claims/?q={quote(TITLE)}")
    if peers:
        content = json.dumps(
            {
                "title": TITLE,
                "summary": fifty.SUMMARY,
                "pieces": [asdict(piece) for piece in given],
            },
            default=str,
        )
        found["Wagtail page"] = wagtail(servers, content)
        found["Datasette row"] = datasette(servers, content)
    return found


def check(found: dict[str, Page]) -> None:
    """See that the template by itself prints what the page does. Raises ``RuntimeError``."""
    bare = (("Accept-Encoding", "identity"),)
    one, other = (
        load.once(Page(found[name].port, found[name].path, headers=bare))[1]
        for name in ("template alone", "afresh")
    )
    if abs(len(one) - len(other)) > len(other) // 100:
        raise RuntimeError(f"the template prints {len(one)} bytes, the page has {len(other)}")


def measure(
    found: dict[str, Page], *, rounds: int, seconds: float, connections: int
) -> dict[str, list[Run]]:
    """Ask for each page in turns."""
    runs: dict[str, list[Run]] = {name: [] for name in found}
    for number in range(rounds):
        for name, page in found.items():
            load.run(page, seconds=WARM, connections=connections)
            runs[name].append(load.run(page, seconds=seconds, connections=connections))
        print(f"round {number + 1} of {rounds}, load {os.getloadavg()[0]:.1f}", flush=True)
    return runs


def tell(runs: dict[str, list[Run]]) -> None:
    """Print the medians, and how they compare with the bars."""
    rates = {name: load.median([run.rate for run in of]) for name, of in runs.items()}
    print(f"\n{'':<28}{'requests/s':>11}{'p50 ms':>9}{'p95 ms':>9}{'bytes':>9}")
    for name, of in runs.items():
        at = [load.median([run.at(part) for run in of]) for part in (0.5, 0.95)]
        print(f"{name:<28}{rates[name]:>11,.0f}{at[0]:>9.1f}{at[1]:>9.1f}{of[0].size:>9,}")
    print()
    for one, other, least in BARS:
        if other in rates:
            ratios = [a.rate / b.rate for a, b in zip(runs[one], runs[other], strict=True)]
            ratio = load.median(ratios)
            verdict = "met" if ratio >= least else "MISSED"
            print(f"{one} / {other}: {ratio:.2f} (bar {least}: {verdict})")


def ceiling() -> float:
    """How many answers a second the load tool can take, from a server that does nothing else."""
    port = free_port()
    command = [sys.executable, "-m", "bench.nothing", str(port)]
    with served(command, port):
        return load.run(Page(port, "/"), seconds=2, connections=WORKERS * THREADS).rate


def main() -> None:
    """Fill, start, ask, tell."""
    asked = parser().parse_args()
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    if asked.claims:
        command = [sys.executable, "-m", "bench.fill", str(asked.claims), str(asked.seed)]
        subprocess.run(command, check=True)
    print(
        f"Python {platform.python_version()}, Django {django.__version__}, {os.cpu_count()} cores"
    )
    print(f"gunicorn: {WORKERS} processes, {THREADS} threads each; {asked.connections} connections")
    print(f"the load tool takes {ceiling():,.0f} answers a second at most", flush=True)
    with contextlib.ExitStack() as servers:
        found = pages(
            servers,
            pieces=asked.pieces,
            seed=asked.seed,
            peers=not asked.no_peers,
            lists=bool(asked.claims),
        )
        check(found)
        runs = measure(
            found, rounds=asked.rounds, seconds=asked.seconds, connections=asked.connections
        )
    tell(runs)


if __name__ == "__main__":
    main()
