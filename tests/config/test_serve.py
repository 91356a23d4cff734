"""Tests of `make run`'s program: it serves, it ends, it leaves nothing behind."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.config.test_embedded import ROOT, eventually, folder, processes_of

__all__ = ["folder"]


@pytest.fixture(scope="module", autouse=True)
def collected(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """One folder of collected static files for the servers that aren't about them."""
    root = tmp_path_factory.mktemp("static")
    os.environ["STATIC_ROOT"] = str(root)
    yield root
    del os.environ["STATIC_ROOT"]


@pytest.fixture(scope="module")
def data() -> Iterator[Path]:
    """One data folder for the tests that need one that works; its first start takes longest."""
    parent = Path(tempfile.mkdtemp(prefix="sayso-tests-"))
    parent.chmod(0o711)
    yield parent / "data"
    shutil.rmtree(parent)


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


def test_serve_again_is_ready_at_once(folder: Path) -> None:
    data = folder.parent / "data"
    root = str(folder.parent / "static")
    first = start(data, STATIC_ROOT=root)
    address, said = wait_for_address(first)
    assert said[:2] == ["Preparing the database …", "Preparing the style sheets …"]
    page = get(f"{address}accounts/login/")
    style = re.search(r'href="/(static/css/base\.[0-9a-f]{12}\.css)"', page)
    assert style is not None
    with urllib.request.urlopen(f"{address}{style[1]}", timeout=30) as answer:
        assert answer.headers["Cache-Control"] == "max-age=315360000, public, immutable"
    os.killpg(first.pid, signal.SIGINT)
    first.communicate(timeout=60)

    second = start(data, STATIC_ROOT=root)
    _, said_again = wait_for_address(second)
    assert said_again == ["Preparing the database …", *said[3:]]  # no demo, no style sheets
    os.killpg(second.pid, signal.SIGINT)
    second.communicate(timeout=60)


def test_serve_killed_leaves_nothing(data: Path) -> None:
    server = start(data)
    wait_for_address(server)
    server.kill()
    server.communicate(timeout=60)
    eventually(lambda: is_gone(server.pid) and processes_of(data) == [])


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
