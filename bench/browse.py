"""How quickly readers browse and search, at several sizes of the record, each in PostgreSQL.

    python -m bench.browse --claims 10000 1000000 --keep FOLDER

FOLDER keeps a database for each size (made by COPY where it isn't there yet: half an hour for a
million claims); without it they are thrown away. Every page is rendered afresh by this process.
"""

from __future__ import annotations

import argparse
import json
import sys
from contextlib import ExitStack
from pathlib import Path

from bench import throwaway


def parser() -> argparse.ArgumentParser:
    """What can be asked for."""
    made = argparse.ArgumentParser(prog="bench.browse", description=__doc__)
    made.formatter_class = argparse.RawDescriptionHelpFormatter
    made.add_argument("--claims", type=int, nargs="+", default=[10_000], help="generated claims")
    made.add_argument("--seed", type=int, default=1, help="of the generated record")
    made.add_argument("--asked", type=int, default=60, help="pages of each kind")
    made.add_argument("--keep", type=Path, help="folder of the databases")
    return made


def measure(given: argparse.Namespace) -> list[dict[str, list[float]]]:
    """Milliseconds of pages by their kind, ascending, at each size.

    The sizes take turns, page by page of each kind, so that whatever else the machine does falls on
    all of them.
    """
    with ExitStack() as stack:
        children = []
        for claims in given.claims:
            folder = None if given.keep is None else given.keep.resolve() / str(claims)
            numbers = [str(claims), str(given.seed), str(given.asked)]
            talking = throwaway.talking("bench.browsing", numbers, folder=folder)
            children.append(stack.enter_context(talking))
        ready = [json.loads(child.said()) for child in children]
        kinds: list[str] = ready[0]
        took: list[dict[str, list[float]]] = [{kind: [] for kind in kinds} for _ in children]
        for place in range(given.asked):
            for kind in kinds:
                for child, held in zip(children, took, strict=True):
                    child.say(json.dumps([kind, place]))
                    held[kind].append(float(child.said()))
        return [{kind: sorted(held[kind]) for kind in kinds} for held in took]


def quantile(took: list[float], part: float) -> float:
    """The value below which that part of the values is."""
    return took[min(len(took) - 1, int(len(took) * part))]


def main() -> int:
    """Measure each size, then print them side by side."""
    given = parser().parse_args()
    runs = measure(given)
    sizes = "".join(f"{claims:>28,}" for claims in given.claims)
    print(f"{'p50 / p95 / p99 in ms':<32}{sizes}   p95, last to first")
    for kind in runs[0]:
        cells = [[quantile(run[kind], part) for part in (0.5, 0.95, 0.99)] for run in runs]
        told = "".join(f"{'  '.join(f'{each:6.0f}' for each in cell):>28}" for cell in cells)
        print(f"{kind:<32}{told}   {cells[-1][1] / cells[0][1]:8.2f}")
    for name, searched in (("all lists", False), ("all searches", True)):
        ends = [
            quantile(
                sorted(
                    each
                    for kind, took in run.items()
                    if kind.startswith("search") == searched
                    for each in took
                ),
                0.95,
            )
            for run in runs
        ]
        told = "".join(f"{end:>28.0f}" for end in ends)
        print(f"{name:<32}{told}   {ends[-1] / ends[0]:8.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
