"""Serves pages under load, beside bare views and other servers, and prints how fast.

python -m bench.serve
python -m bench.serve --no-peers --rounds 3 --seconds 2
python -m bench.serve --claims 10000

In a throwaway embedded PostgreSQL, with the settings of ``make run``: gunicorn, one process for
each core, eight threads in all. All servers run at once, and one is asked at a time, in turns, so
that whatever else the machine does meets them alike. What counts is the median of the rounds. The
other servers need requirements/bench.txt, and run with the same number of processes and threads.
"""

from __future__ import annotations

import argparse
import sys

from bench import throwaway


def parser() -> argparse.ArgumentParser:
    """What can be asked for."""
    made = argparse.ArgumentParser(prog="bench.serve", description=__doc__)
    made.formatter_class = argparse.RawDescriptionHelpFormatter
    made.add_argument("--pieces", type=int, default=50, help="of evidence on the page of the claim")
    made.add_argument("--claims", type=int, default=0, help="others, for the lists (bench.fill)")
    made.add_argument("--rounds", type=int, default=5)
    made.add_argument("--seconds", type=float, default=2.0, help="of each measure in each round")
    made.add_argument("--connections", type=int, default=8)
    made.add_argument("--seed", type=int, default=1)
    made.add_argument("--no-peers", action="store_true", help="without Wagtail and Datasette")
    return made


def main() -> int:
    """Measure in a child that has a database of its own."""
    parser().parse_args()
    return throwaway.run("bench.rates", sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
