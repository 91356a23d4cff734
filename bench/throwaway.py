"""Runs a benchmark in a child with a PostgreSQL of its own, which is removed unless it is kept."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LEFT_OUT = {"DATABASE_URL", "PYTHONDONTWRITEBYTECODE"}
"""What would have us measure another database, or compile every module at each start."""


def run(module: str, arguments: Sequence[str]) -> int:
    """Run ``python -m module arguments`` on an empty data folder; returns how it ended."""
    with _folder(None) as (child, environment):
        command = [*child, module, *arguments]
        return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


@dataclass(frozen=True, slots=True)
class Child:
    """A benchmark that answers line by line."""

    process: subprocess.Popen[str]

    def say(self, line: str) -> None:
        """Tell it something."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()

    def said(self) -> str:
        """Its next line. Raises ``EOFError`` where it ended instead."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise EOFError("the benchmark ended")
        return line.strip()


@contextmanager
def talking(module: str, arguments: Sequence[str], *, folder: Path | None) -> Iterator[Child]:
    """Run it so that one can talk with it; a ``folder`` that is given is made and kept."""
    with _folder(folder) as (child, environment):
        process = subprocess.Popen(
            [*child, module, *arguments],
            cwd=ROOT,
            env=environment,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        try:
            yield Child(process)
        finally:
            assert process.stdin is not None
            process.stdin.close()
            process.wait()


@contextmanager
def _folder(kept: Path | None) -> Iterator[tuple[list[str], dict[str, str]]]:
    """The beginning of a command, and its environment, with a data folder."""
    folder = kept or Path(tempfile.mkdtemp(prefix="sayso-bench-"))
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o711)  # as root the server runs under another account, which must get in
    environment = {
        **{name: value for name, value in os.environ.items() if name not in LEFT_OUT},
        "DATA_DIR": str(folder),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PYTHONPATH": str(ROOT),
    }
    try:
        yield [sys.executable, "-m"], environment
    finally:
        if kept is None:
            shutil.rmtree(folder, ignore_errors=True)
