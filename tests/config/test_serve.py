"""Tests of `make run`'s program: it serves, it ends, it leaves nothing behind."""

import os
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.config.test_embedded import ROOT, eventually, folder, processes_of

__all__ = ["folder"]


# One process runs them all: they share a data folder, whose first start takes longest.
pytestmark = pytest.mark.xdist_group("serve")


@pytest.fixture(scope="module")
def first_start() -> Iterator[tuple[Path, list[str]]]:
    """A data folder that was served once, and what was said then."""
    parent = Path(tempfile.mkdtemp(prefix="sayso-tests-"))
    parent.chmod(0o711)
    server = start(parent / "data")
    address, said = wait_for_address(server)
    page = get(f"{address}accounts/login/")
    style = re.search(r'href="/(static/css/base\.[0-9a-f]{12}\.css)"', page)
    assert style is not None
    with urllib.request.urlopen(f"{address}{style[1]}", timeout=30) as answer:
        assert answer.headers["Cache-Control"] == "max-age=315360000, public, immutable"
    os.killpg(server.pid, signal.SIGINT)
    server.communicate(timeout=60)
    yield parent / "data", said
    shutil.rmtree(parent)


@pytest.fixture
def data(first_start: tuple[Path, list[str]]) -> Path:
    return first_start[0]


def start(data: Path, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "config.serve"],
        cwd=ROOT,
        env={**os.environ, "DATA_DIR": str(data), "PORT": "0", **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def wait_for_address(server: subprocess.Popen[str]) -> tuple[str, list[str]]:
    """Return the address that it prints, and what it printed before."""
    assert server.stdout is not None
    said = []
    for line in server.stdout:
        if found := re.search(r" is at (http://\S+) ", line):
            return found[1], said
        said.append(line.strip())
    raise AssertionError("\n".join(said))


def get(url: str) -> str:
    with urllib.request.urlopen(url, timeout=30) as answer:
        return answer.read().decode()


def is_gone(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return True
    return False


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_serve_until_told_to_stop(data: Path, sign: signal.Signals) -> None:
    server = start(data)
    address, _ = wait_for_address(server)
    assert get(f"{address}readyz") == "ready\n"
    os.killpg(server.pid, sign)
    said = server.communicate(timeout=60)[0]
    assert (server.returncode, said) == (0, "")
    assert is_gone(server.pid)
    assert processes_of(data) == []


def test_serve_first(first_start: tuple[Path, list[str]]) -> None:
    data, said = first_start
    assert said[:3] == [
        "Preparing the database …",
        "Preparing the style sheets …",
        "Loading the demo …",
    ]
    accounts = data / "demo-accounts.txt"
    assert said[3:] == [line.strip() for line in accounts.read_text().splitlines()]
    assert [line.split()[0] for line in said[4:]] == ["editor", "chief"]
    assert stat.S_IMODE(accounts.stat().st_mode) == 0o600


def test_serve_again_is_ready_at_once(first_start: tuple[Path, list[str]]) -> None:
    data, said = first_start
    server = start(data)
    address, said_again = wait_for_address(server)
    assert said_again == ["Preparing the database …", *said[3:]]  # no demo, no style sheets
    assert get(f"{address}claims/").count("<h1") == 1
    os.killpg(server.pid, signal.SIGINT)
    server.communicate(timeout=60)


def test_serve_killed_leaves_nothing(data: Path) -> None:
    server = start(data)
    wait_for_address(server)
    server.kill()
    server.communicate(timeout=60)
    eventually(lambda: is_gone(server.pid) and processes_of(data) == [])


def children(pid: int) -> dict[int, str]:
    listing = subprocess.run(
        ["ps", "-ww", "-eo", "pid=,ppid=,stat=,args="], capture_output=True, text=True, check=True
    ).stdout
    rows = [line.split(None, 3) for line in listing.splitlines()]
    return {int(row[0]): row[3] for row in rows if int(row[1]) == pid and "Z" not in row[2]}


def workers_of(server: int) -> dict[int, str]:
    """The workers beside a server, by way of the processes that keep them."""
    keepers = [pid for pid, args in children(server).items() if args.endswith("config.worker")]
    return {pid: args for keeper in keepers for pid, args in children(keeper).items()}


def test_worker_lives_and_ends_with_the_server(data: Path) -> None:
    server = start(data)
    wait_for_address(server)
    eventually(lambda: len(workers_of(server.pid)) == 1)
    ((first, args),) = workers_of(server.pid).items()
    assert args.endswith("manage.py work --skip-checks --until-closed")
    os.kill(first, signal.SIGKILL)
    found: list[int] = []

    def is_followed() -> bool:
        found[:] = workers_of(server.pid)
        return len(found) == 1 and first not in found

    eventually(is_followed)
    (second,) = found
    os.killpg(server.pid, signal.SIGINT)
    assert server.communicate(timeout=60)[0] == ""
    with pytest.raises(ProcessLookupError):
        os.kill(second, 0)
    assert processes_of(data) == []


def test_serve_interrupted_while_preparing(folder: Path) -> None:
    server = start(folder.parent / "data")
    assert server.stdout is not None
    eventually(lambda: processes_of(folder.parent) != [])
    os.killpg(server.pid, signal.SIGINT)
    said = server.communicate(timeout=60)[0]
    assert "Traceback" not in said
    assert server.returncode == 130
    eventually(lambda: processes_of(folder.parent) == [])


def test_port_taken(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        server = start(folder.parent / "data", PORT=str(port))
        said = server.communicate(timeout=60)[0]
    assert (server.returncode, said) == (
        1,
        f"Port {port} is taken: try another one, as in `make run PORT={port + 1}`.\n",
    )
    assert not (folder.parent / "data").exists()


@pytest.mark.parametrize("port", ["abc", "-1", "65536", "80 80", "٨٠"])
def test_port_that_is_none(folder: Path, port: str) -> None:
    server = start(folder.parent / "data", PORT=port)
    said = server.communicate(timeout=60)[0]
    assert (server.returncode, said) == (
        1,
        f"PORT must be a number from 1 to 65535, not {port!r}.\n",
    )


def test_half_made_data_folder(folder: Path) -> None:
    cluster = folder.parent / "data" / "database" / "cluster"
    (cluster / "base").mkdir(parents=True)
    (folder.parent / "data").chmod(0o711)
    server = start(folder.parent / "data")
    said = server.communicate(timeout=60)[0]
    assert server.returncode == 1
    assert said == (
        "Preparing the database …\n"
        f"The embedded PostgreSQL did not start: {cluster} is only half a database: "
        "move it away or delete it, and try again\n"
    )


def test_database_that_is_not_there(folder: Path) -> None:
    server = start(
        folder.parent / "data", LOCAL="1", DATABASE_URL="postgresql://x@127.0.0.1:1/nowhere"
    )
    said = server.communicate(timeout=60)[0].splitlines()
    assert server.returncode == 1
    assert len(said) == 2
    assert "Connection refused" in said[1]
