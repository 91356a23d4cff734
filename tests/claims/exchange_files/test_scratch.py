"""Temporary folders: gone with whoever used them, also when that was killed."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings

from claims.exchange.files import scratch

USER = """
import time
from claims.exchange.files import scratch
with scratch.folder() as folder:
    (folder / "file").write_bytes(bytes(1000))
    print(folder, flush=True)
    time.sleep(60)
"""


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A temporary folder of our own."""
    path = tmp_path / "temporary"
    path.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(path))
    return path


@contextmanager
def reading(temporary: Path) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """A process that has a folder with a file in it."""
    environment = os.environ | {"TMPDIR": str(temporary)}
    started = subprocess.Popen(
        [sys.executable, "-c", USER],
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
        cwd=settings.BASE_DIR,
    )
    try:
        assert started.stdout is not None
        yield started, Path(started.stdout.readline().strip())
    finally:
        started.kill()
        started.communicate()


def test_folder_is_gone_after_use(temporary: Path) -> None:
    with scratch.folder() as folder:
        assert list(temporary.iterdir()) == [folder]
        (folder / "file").write_bytes(b"claim")
    assert list(temporary.iterdir()) == []


def test_folder_of_a_killed_process_is_swept_and_one_in_use_is_not(temporary: Path) -> None:
    with reading(temporary) as (process, folder), scratch.folder() as ours:
        assert scratch.sweep() == 0
        assert [each.name for each in folder.iterdir()] == ["file"]
        process.kill()
        process.wait()
        assert folder.is_dir()
        assert scratch.sweep() == 1
        assert list(temporary.iterdir()) == [ours]
        assert scratch.sweep() == 0


def test_sweep_follows_no_link(temporary: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / "file").write_bytes(b"claim")
    left = temporary / f"{scratch.PREFIX}left"
    (left / "inner").mkdir(parents=True)
    (left / "inner" / "link").symlink_to(kept)
    link = temporary / f"{scratch.PREFIX}link"
    link.symlink_to(kept)
    assert scratch.sweep() == 1
    assert list(temporary.iterdir()) == [link]
    assert (kept / "file").read_bytes() == b"claim"


def test_sweep_takes_nothing_else(temporary: Path) -> None:
    (temporary / "sayso").mkdir()
    (temporary / f"{scratch.PREFIX}file").write_bytes(b"")
    assert scratch.sweep() == 0
    assert len(list(temporary.iterdir())) == 2


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder to somebody else")
def test_sweep_leaves_the_folders_of_others(temporary: Path) -> None:
    folder = temporary / f"{scratch.PREFIX}theirs"
    folder.mkdir()
    os.chown(folder, 65534, 65534)
    assert scratch.sweep() == 0
    assert folder.is_dir()


def test_sweep_is_bounded(temporary: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scratch, "MOST_SWEPT", 2)
    for number in range(3):
        (temporary / f"{scratch.PREFIX}{number}").mkdir()
    assert [scratch.sweep(), scratch.sweep(), scratch.sweep()] == [2, 1, 0]
