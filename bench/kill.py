"""Kills the worker of an import again and again, and counts what is lost, doubled or orphaned.

python -m bench.kill --rows 100000 --kills 50

In a throwaway embedded PostgreSQL. The import is read, checked and written meanwhile; each worker
gets SIGKILL at a moment chosen by chance, and the next one has to find by itself what to do.
"""

from __future__ import annotations

import argparse
import sys

from bench import throwaway


def parser() -> argparse.ArgumentParser:
    """What can be asked for."""
    made = argparse.ArgumentParser(prog="bench.kill", description=__doc__)
    made.formatter_class = argparse.RawDescriptionHelpFormatter
    made.add_argument("--rows", type=int, default=2_000, help="records of the file")
    made.add_argument("--kills", type=int, default=10)
    made.add_argument("--longest", type=float, default=1.0, help="seconds until one is killed")
    made.add_argument("--seed", default="kill", help="of the moments")
    return made


def main() -> int:
    """Kill in a child that has a database of its own."""
    parser().parse_args()
    return throwaway.run("bench.killing", sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
