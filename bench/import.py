"""How fast imports are, beside a bare COPY and django-import-export, in a throwaway PostgreSQL.

    python -m bench.import --rows 10000 100000 1000000

Needs the packages of requirements/bench.txt. Each size runs in a process of its own, so that its
peak memory is its own.
"""

from __future__ import annotations

import argparse
import sys

from bench import throwaway


def parser() -> argparse.ArgumentParser:
    """What can be asked for."""
    made = argparse.ArgumentParser(prog="bench.import", description=__doc__)
    made.formatter_class = argparse.RawDescriptionHelpFormatter
    made.add_argument("--rows", type=int, nargs="+", default=[10_000], help="generated rows")
    made.add_argument("--peer-rows", type=int, default=2_000, help="rows for django-import-export")
    made.add_argument("--seed", type=int, default=1, help="of the generated rows")
    return made


def main() -> int:
    """Measure each size in a child that has a database of its own."""
    given = parser().parse_args()
    for rows in given.rows:
        numbers = [str(rows), str(given.peer_rows), str(given.seed)]
        if failed := throwaway.run("bench.importing", numbers):
            return failed
    return 0


if __name__ == "__main__":
    sys.exit(main())
