"""How quickly readers browse and search, at several sizes of the record, each in PostgreSQL.

    python -m bench.browse --claims 10000 1000000 --keep FOLDER

FOLDER keeps a database for each size (made by COPY where it isn't there yet: half an hour for a
million claims); without it they are thrown away. Every page is rendered afresh by this process.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
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


def measure(claims: int, seed: int, asked: int, keep: Path | None) -> dict[str, list[float]]:
    """Milliseconds of pages by their kind, ascending, at one size."""
    with tempfile.TemporaryDirectory() as name:
        told = Path(name) / "told.json"
        folder = None if keep is None else keep.resolve() / str(claims)
        numbers = [str(claims), str(seed), str(asked), str(told)]
        if throwaway.run("bench.browsing", numbers, folder=folder):
            raise SystemExit(1)
        held: dict[str, list[float]] = json.loads(told.read_text())
        return held


def quantile(took: list[float], part: float) -> float:
    """The value below which that part of the values is."""
    return took[min(len(took) - 1, int(len(took) * part))]


def main() -> int:
    """Measure each size, then print them side by side."""
    given = parser().parse_args()
    runs = [measure(claims, given.seed, given.asked, given.keep) for claims in given.claims]
    sizes = "".join(f"{claims:>28,}" for claims in given.claims)
    print(f"{'p50 / p95 / p99 in ms':<32}{sizes}   p95, last to first")
    for kind in runs[0]:
        cells = [[quantile(run[kind], part) for part in (0.5, 0.95, 0.99)] for run in runs]
        told = "".join(f"{'  '.join(f'{each:6.0f}' for each in cell):>28}" for cell in cells)
        print(f"{kind:<32}{told}   {cells[-1][1] / cells[0][1]:8.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
