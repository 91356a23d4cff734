"""Runs a benchmark in a child with a PostgreSQL of its own, which is removed in any case."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def run(module: str, arguments: Sequence[str], *, folder: Path | None = None) -> int:
    """Run ``python -m module arguments`` on an empty data folder; returns how it ended.

    A ``folder`` that is given is made where need be, and kept.
    """
    kept = folder is not None
    if folder is None:
        folder = Path(tempfile.mkdtemp(prefix="sayso-bench-"))
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o711)  # as root the server runs under another account, which must get in
    environment = {
        **{name: value for name, value in os.environ.items() if name != "DATABASE_URL"},
        "DATA_DIR": str(folder),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PYTHONPATH": str(ROOT),
    }
    child = [sys.executable, "-m", module, *arguments]
    try:
        return subprocess.run(child, cwd=ROOT, env=environment, check=False).returncode
    finally:
        if not kept:
            shutil.rmtree(folder, ignore_errors=True)
