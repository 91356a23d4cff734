"""Temporary folders for files being read; what a killed process left of them is swept."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from fcntl import LOCK_EX, LOCK_NB, flock
from itertools import islice
from pathlib import Path

PREFIX = "sayso-reading-"
MOST_SEEN = 100_000
"""Entries of the temporary folder that are looked at in one sweep."""
MOST_SWEPT = 100
"""Folders that are removed in one sweep."""


@contextmanager
def folder() -> Iterator[Path]:
    """A temporary folder for as long as it is needed.

    It is locked meanwhile, and the system opens the lock of a process however that ends. Where
    folders can't be locked it is like any other, and no sweep takes it.
    """
    path, lock = _locked()
    try:
        yield path
    finally:
        try:
            shutil.rmtree(path)
        finally:
            os.close(lock)


def sweep() -> int:
    """Remove the folders whose processes are gone; returns how many there were.

    Only real folders of our own user, directly in the temporary folder; no link in them is
    followed.
    """
    swept = 0
    with os.scandir(tempfile.gettempdir()) as entries:
        for entry in islice(entries, MOST_SEEN):
            if entry.name.startswith(PREFIX) and swept < MOST_SWEPT:
                with suppress(OSError):  # in use, not ours, or swept by another one
                    swept += _swept(entry.path)
    return swept


def _swept(path: str) -> bool:
    lock = _opened(path)
    try:
        if os.fstat(lock).st_uid != os.geteuid():
            return False
        flock(lock, LOCK_EX | LOCK_NB)
        shutil.rmtree(path)  # which opens folder by folder, and never through a link
    finally:
        os.close(lock)
    return True


def _locked() -> tuple[Path, int]:
    """A new folder, and its lock; another one where a sweep came between the two."""
    while True:
        path = tempfile.mkdtemp(prefix=PREFIX)
        with suppress(FileNotFoundError):
            lock = _opened(path)
            with suppress(OSError):
                flock(lock, LOCK_EX)
            if Path(path).is_dir():
                return Path(path), lock
            os.close(lock)


def _opened(path: str) -> int:
    return os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
