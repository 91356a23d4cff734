"""How fast imports are, beside a bare COPY and django-import-export, in a throwaway PostgreSQL.

    python -m bench.import --rows 10000 100000 1000000

Needs the packages of requirements/bench.txt. Each size runs in a process of its own, so that its
peak memory is its own.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def parser() -> argparse.ArgumentParser:
    """What can be asked for."""
    made = argparse.ArgumentParser(prog="bench.import", description=__doc__)
    made.formatter_class = argparse.RawDescriptionHelpFormatter
    made.add_argument("--rows", type=int, nargs="+", default=[10_000], help="generated rows")
    made.add_argument("--peer-rows", type=int, default=2_000, help="rows for django-import-export")
    made.add_argument("--seed", type=int, default=1, help="of the generated rows")
    return made


def main() -> int:
    """Measure each size in a child with a data folder of its own, removed in any case."""
    given = parser().parse_args()
    for rows in given.rows:
        folder = Path(tempfile.mkdtemp(prefix="sayso-bench-"))
        folder.chmod(0o711)  # as root the server runs under another account, which must get in
        environment = {
            **{name: value for name, value in os.environ.items() if name != "DATABASE_URL"},
            "DATA_DIR": str(folder),
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "PYTHONPATH": str(ROOT),
        }
        numbers = [str(rows), str(given.peer_rows), str(given.seed)]
        child = [sys.executable, "-m", "bench.importing", *numbers]
        try:
            done = subprocess.run(child, cwd=ROOT, env=environment, check=False)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        if done.returncode:
            return done.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main())
