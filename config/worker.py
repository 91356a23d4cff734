"""Keeps a worker running beside the server of `make run`, and ends it with the server.

A process of its own, in its own session and without Django. Both it and the worker end when their
standard input is closed, which happens however the server comes to its end.
"""

import os
import select
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# The server has made all checks; without them a worker is there in a second.
COMMAND = [sys.executable, str(ROOT / "manage.py"), "work", "--skip-checks", "--until-closed"]
POLL_SECONDS = 0.2
STOP_SECONDS = 10
MOST_STARTS = 8
"""How often in a row a worker may end early, each time waited for twice as long, before we quit."""
EARLY_SECONDS = 60


def start() -> subprocess.Popen[bytes]:
    """Start the process that keeps a worker; ``stop`` ends it."""
    return subprocess.Popen(
        [sys.executable, "-m", "config.worker"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        start_new_session=True,  # Ctrl-C in the terminal is for the server
    )


def stop(keeper: "subprocess.Popen[bytes]") -> None:
    """End it and its worker, and return when they have ended."""
    assert keeper.stdin is not None
    keeper.stdin.close()
    try:
        keeper.wait(STOP_SECONDS + 5)
    except subprocess.TimeoutExpired:
        keeper.kill()
        keeper.wait()


def main() -> None:
    """Start workers, one after another, until nobody is there any more."""
    early = 0
    while early < MOST_STARTS:
        started = time.monotonic()
        worker = subprocess.Popen(COMMAND, cwd=ROOT)  # with our own standard input
        while worker.poll() is None:
            if _is_closed(POLL_SECONDS):
                _end(worker)
                return
        if time.monotonic() - started > EARLY_SECONDS:
            early = 0
        early += 1
        if _is_closed(min(2.0**early / 2, 30)):
            return
    print("The worker ends as soon as it is started: imports wait.", file=sys.stderr)
    while not _is_closed(60):
        pass


def _is_closed(seconds: float) -> bool:
    """Wait, and tell whether the other end of our standard input was closed meanwhile."""
    ready, _, _ = select.select([sys.stdin], [], [], seconds)
    return bool(ready) and os.read(sys.stdin.fileno(), 1) == b""


def _end(worker: "subprocess.Popen[bytes]") -> None:
    worker.terminate()
    try:
        worker.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        worker.kill()
        worker.wait()


if __name__ == "__main__":
    main()
