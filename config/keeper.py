"""The keeper: starts one embedded PostgreSQL, and stops it when nobody uses it any more.

Runs as a process of its own, outside Django, in its own session, so that neither Ctrl-C nor the
sudden end of a user can leave the server behind. Its state is four locks, never process numbers,
which may be another program's by now: `start.lock` (who starts or stops), `users.lock` (shared by
all users), `keeper.lock` (this process) and `server.lock` (inherited by every PostgreSQL process).
"""

import contextlib
import fcntl
import json
import locale
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, NoReturn

READY = "ready"
DATABASE = USER = "sayso"
PORT = 5432  # of the socket's name only: nothing listens on a network
SOCKETS = Path("/tmp")  # noqa: S108 (mkdtemp; $TMPDIR can be long, or closed to the account)
SOCKET_BYTES = 100  # the longest path to a socket that every system takes
POLL_SECONDS = 0.1
START_SECONDS = 90
STOP_SECONDS = 30
RESTART_SECONDS = 5  # a server that dies sooner than this after its start is given up
LOG_BYTES = 5_000_000
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "TZ": "UTC"}
CTYPES = ("C.UTF-8", "C.utf8", "en_US.UTF-8", "en_US.utf8", "UTF-8")


class KeeperError(Exception):
    """Why there is no server, in one line for a person."""


@dataclass(frozen=True, slots=True)
class PidFile:
    """What postmaster.pid says."""

    pid: int
    sockets: Path
    status: str


@dataclass(frozen=True, slots=True)
class Order:
    """What the user that started us wants."""

    home: Path
    programs: Path
    account: tuple[int, int] | None
    durable: bool


def open_lock(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)


def try_lock(lock: int, kind: int) -> bool:
    try:
        fcntl.flock(lock, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def read_pid_file(home: Path) -> PidFile:
    lines = (home / "cluster" / "postmaster.pid").read_text(encoding="utf-8").splitlines()
    return PidFile(int(lines[0]), Path(lines[4]), lines[7].strip() if len(lines) > 7 else "")


class Keeper:
    """One server and what it takes to run it."""

    def __init__(self, order: Order) -> None:
        self.order = order
        self.cluster = order.home / "cluster"
        self.log = order.home / "server.log"
        self.server_lock = open_lock(order.home / "server.lock")
        self.process: subprocess.Popen[bytes] | None = None
        self.sockets: Path | None = None

    def start(self) -> None:
        self._end_leftovers()
        if not self._is_complete():
            self._make_cluster()
        self._start_server()

    def stop(self, *, gently: bool = True) -> None:
        """Stop the server the fast way (open transactions are undone), then less gently."""
        if self.process is not None:
            _stop(self.process.send_signal, self.has_died, gently=gently)
            self.process.wait()
        if self.sockets is not None:
            _remove_sockets(self.sockets)

    def has_died(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def _end_leftovers(self) -> None:
        """Clear what an earlier server left when its keeper was killed, alive or not."""
        if not self._is_free():
            self._stop_orphan()
        with contextlib.suppress(OSError, ValueError, IndexError):
            old = read_pid_file(self.order.home)
            if _answers(old.sockets / f".s.PGSQL.{PORT}"):
                raise KeeperError(f"another server, process {old.pid}, is using {self.cluster}")
            if old.sockets != self.sockets:
                _remove_sockets(old.sockets)
        for path in (self.cluster, self.sockets or self.cluster):
            for left in path.glob(".s.PGSQL.*"):
                left.unlink()
        (self.cluster / "postmaster.pid").unlink(missing_ok=True)

    def _stop_orphan(self) -> None:
        """Stop a server whose keeper was killed; its lock says that it lives, or some of it."""

        def send(sign: int) -> None:
            with contextlib.suppress(OSError, ValueError, IndexError):
                os.kill(read_pid_file(self.order.home).pid, sign)

        if not _stop(send, self._is_free):
            raise KeeperError(f"an older server in {self.order.home} does not stop")

    def _is_complete(self) -> bool:
        if not self.cluster.exists() or not any(self.cluster.iterdir()):
            return False
        try:
            made_by = (self.cluster / "PG_VERSION").read_text(encoding="ascii").strip()
        except FileNotFoundError:
            raise KeeperError(
                f"{self.cluster} is only half a database: move it away or delete it, and try again"
            ) from None
        version = self._run("postgres", "--version").split()[-1]
        if made_by != version.partition(".")[0]:
            raise KeeperError(
                f"{self.cluster} was made by PostgreSQL {made_by}, and this is {version}: "
                f"move it away, or set DATABASE_URL to a server of that version"
            )
        return True

    def _make_cluster(self) -> None:
        """Make the data folder beside its place and move it there whole: never half of it."""
        parent = Path(tempfile.mkdtemp(prefix="making-", dir=self.order.home))
        try:
            making = parent / "cluster"
            making.mkdir(mode=0o700)
            if self.order.account is not None:
                parent.chmod(0o711)
                os.chown(making, *self.order.account)
            self._run(
                "initdb",
                f"--pgdata={making}",
                f"--username={USER}",
                "--auth=trust",  # the socket's folder is closed to others
                "--encoding=UTF8",
                "--locale=C",
                f"--lc-ctype={_find_ctype()}",  # full text search asks it what a letter is
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--no-instructions",
                *([] if self.order.durable else ["--no-sync"]),
            )
            self._run(
                "postgres",
                "--single",
                "-D",
                str(making),
                "postgres",
                answer=f"CREATE DATABASE {DATABASE};\n",
            )
            making.rename(self.cluster)
        finally:
            _remove_tree(parent)

    def _start_server(self) -> None:
        if self.sockets is None:
            self.sockets = self._find_sockets()
        options = {
            "listen_addresses": "",
            "unix_socket_directories": f'"{self.sockets}"',
            "unix_socket_permissions": "0700",
            "port": str(PORT),
            "timezone": "UTC",
            "log_timezone": "UTC",
            "log_min_messages": "fatal",
            "shared_buffers": f"{_buffers()}MB" if self.order.durable else "64MB",
        }
        if not self.order.durable:
            options |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        if self.log.exists() and self.log.stat().st_size > LOG_BYTES:
            self.log.replace(self.log.with_suffix(".log.1"))
        with self.log.open("ab") as log:
            said_before = log.tell()
            self.process = self._launch(
                "postgres",
                "-D",
                str(self.cluster),
                *(part for name, value in options.items() for part in ("-c", f"{name}={value}")),
                output=log,
            )
        if not _wait_until(lambda: self.has_died() or self._is_ready(), START_SECONDS):
            raise KeeperError(f"it was not ready after {START_SECONDS} seconds, see {self.log}")
        if self.has_died():
            said = self.log.read_bytes()[said_before:].decode(errors="replace")
            raise KeeperError(_reason(said))

    def _is_ready(self) -> bool:
        with contextlib.suppress(OSError, ValueError, IndexError):
            return read_pid_file(self.order.home).status == "ready"
        return False

    def _is_free(self) -> bool:
        """Whether no process of any server of this folder lives: they all inherit the lock."""
        probe = open_lock(self.order.home / "server.lock")
        try:
            return try_lock(probe, fcntl.LOCK_EX)
        finally:
            os.close(probe)

    def _find_sockets(self) -> Path:
        """Keep the socket in the data folder, unless its path is too long or too odd for that."""
        home = str(self.cluster)
        if len(os.fsencode(home)) <= SOCKET_BYTES - 20 and set(home).isdisjoint(',"\n@'):
            return self.cluster
        sockets = Path(tempfile.mkdtemp(prefix="sayso-", dir=SOCKETS))
        if self.order.account is not None:
            os.chown(sockets, *self.order.account)
        return sockets

    def _run(self, program: str, *arguments: str, answer: str = "") -> str:
        with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as asked:
            asked.write(answer.encode())
            asked.seek(0)
            code = self._launch(program, *arguments, output=said, answers=asked).wait()
            said.seek(0)
            text = said.read().decode(errors="replace")
        if code != 0:
            raise KeeperError(_reason(text))
        return text

    def _launch(
        self,
        program: str,
        *arguments: str,
        output: IO[bytes],
        answers: IO[bytes] | None = None,
    ) -> subprocess.Popen[bytes]:
        os.set_inheritable(self.server_lock, True)
        fcntl.flock(self.server_lock, fcntl.LOCK_EX)
        uid, gid = self.order.account or (None, None)
        try:
            return subprocess.Popen(
                [str(self.order.programs / program), *arguments],
                stdin=answers or subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                pass_fds=(self.server_lock,),
                user=uid,
                group=gid,
                extra_groups=None if uid is None else [],
                cwd="/",
                env=ENVIRONMENT,
            )
        finally:
            # Our own copy must not count: only what the child inherited keeps the lock.
            os.close(self.server_lock)
            self.server_lock = open_lock(self.order.home / "server.lock")


def _stop(send: Callable[[int], None], ended: Callable[[], bool], *, gently: bool = True) -> bool:
    signs = [signal.SIGINT, signal.SIGQUIT, signal.SIGKILL]
    for sign in signs if gently else signs[1:]:
        send(sign)
        if _wait_until(ended, STOP_SECONDS):
            return True
    return False


def _buffers() -> int:
    """Megabytes for what PostgreSQL keeps of the tables: an eighth of the memory, within reason.

    It takes them as it needs them, so that a small record stays small.
    """
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2**20
    return min(max(memory // 8, 64), 512)


def _wait_until(happens: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not happens():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def _remove_sockets(folder: Path) -> None:
    """Remove a folder of sockets that a keeper made; the data folder is none."""
    if folder.parent == SOCKETS:
        with contextlib.suppress(OSError):
            for path in folder.glob(".s.PGSQL.*"):
                path.unlink()
            folder.rmdir()


def _answers(path: Path) -> bool:
    with contextlib.closing(socket.socket(socket.AF_UNIX)) as probe:
        try:
            probe.connect(str(path))
        except OSError:
            return False
    return True


def _find_ctype() -> str:
    for name in CTYPES:
        with contextlib.suppress(locale.Error):
            locale.setlocale(locale.LC_CTYPE, name)
            return name
    return "C"


def _reason(text: str) -> str:
    """Pick from PostgreSQL's messages the one that says why."""
    if "No space left on device" in text:
        return "the disk is full"
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    told = [
        line.split(mark, 1)[1].strip()
        for line in lines
        for mark in ("PANIC:", "FATAL:", "ERROR:", "error:")
        if mark in line
    ]
    return told[0] if told else (lines[-1] if lines else "it said nothing")


def _remove_tree(folder: Path) -> None:
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir() and not path.is_symlink():
            path.rmdir()
        else:
            path.unlink()
    folder.rmdir()


def _keep(keeper: Keeper) -> None:
    """Watch until the last user has gone, or the folder has; start a killed server again."""
    home = keeper.order.home
    users = open_lock(home / "users.lock")
    start = open_lock(home / "start.lock")
    started = time.monotonic()
    while True:
        time.sleep(POLL_SECONDS)
        if not _is_at(users, home / "users.lock"):
            keeper.stop(gently=False)  # there is nowhere to write to any more
            return
        if keeper.has_died():
            if time.monotonic() - started < RESTART_SECONDS:
                return
            started = time.monotonic()
            keeper.start()
        # Users come and go under the lock `start`: while we have it, there is no new one.
        if try_lock(start, fcntl.LOCK_EX):
            if try_lock(users, fcntl.LOCK_EX):
                fcntl.flock(users, fcntl.LOCK_UN)
                keeper.stop()
                return
            fcntl.flock(start, fcntl.LOCK_UN)


def _is_at(lock: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(lock), path.stat())
    except FileNotFoundError:
        return False


def _tell(line: str) -> None:
    with contextlib.suppress(BrokenPipeError):  # the user that started us has ended meanwhile
        os.write(1, f"{line}\n".encode(errors="replace"))


def _stop_on_signal(*_: object) -> NoReturn:
    raise SystemExit


def main() -> None:
    """Start the server, say `ready` or why not on standard output, and keep it."""
    given = json.loads(sys.argv[1])
    account = None if given["account"] is None else (given["account"][0], given["account"][1])
    order = Order(Path(given["home"]), Path(given["programs"]), account, given["durable"])
    os.umask(0o077)
    signal.signal(signal.SIGTERM, _stop_on_signal)
    lock = open_lock(order.home / "keeper.lock")
    fcntl.flock(lock, fcntl.LOCK_EX)
    keeper = Keeper(order)
    try:
        try:
            keeper.start()
        except (KeeperError, OSError) as error:
            _tell(" ".join(str(error).split()))
            return
        _tell(READY)
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1)
        os.dup2(silence, 2)
        _keep(keeper)
    finally:
        keeper.stop()


if __name__ == "__main__":
    main()
