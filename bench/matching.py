"""How quickly and how well similar claims are found, in a throwaway embedded PostgreSQL.

Speed:    python -m bench.matching --claims 20000 200000
Quality:  python -m bench.matching --queries FILE --docs FILE --qrels FILE [--baselines]
Both in both modes, where the extra is installed; --mode lexical takes one.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from bench import throwaway


def parser() -> argparse.ArgumentParser:
    """What can be asked for."""
    made = argparse.ArgumentParser(prog="bench.matching", description=__doc__)
    made.formatter_class = argparse.RawDescriptionHelpFormatter
    made.add_argument("--claims", type=int, nargs="+", default=[20_000], help="generated claims")
    made.add_argument("--seed", type=int, default=1, help="of the generated claims")
    made.add_argument("--asked", type=int, default=300, help="queries of each kind")
    made.add_argument("--queries", type=Path, help="TSV, CSV or JSONL, or a folder of them")
    made.add_argument("--docs", type=Path, help="the same")
    made.add_argument("--qrels", type=Path, help="as TREC writes them, or query, document, grade")
    made.add_argument("--baselines", action="store_true", help="ts_rank and trigrams beside it")
    made.add_argument("--mode", choices=("lexical", "fused", "both"), default="both")
    return made


def main() -> int:
    """Measure in a child that has a database of its own."""
    given = parser().parse_args()
    if len({given.queries is None, given.docs is None, given.qrels is None}) > 1:
        parser().error("--queries, --docs and --qrels belong together")
    arguments = [os.path.abspath(each) if Path(each).exists() else each for each in sys.argv[1:]]  # noqa: PTH100
    return throwaway.run("bench.measure", arguments)


if __name__ == "__main__":
    sys.exit(main())
