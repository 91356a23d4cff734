"""Uploads files that were made to harm, to the whole site, and watches what that costs it.

python -m bench.hostile [--only NAME…] [--large MB] [--folder FOLDER]

Serves the site as `make run` does, on an empty data folder, and takes all of it away again. For
each file: what an editor reads in the end, how much the web server and the worker grew at most,
and the slowest answer to others meanwhile. Ends with 1 where one of the two grew by 100 MB or
others got no answer. Linux only.
"""

from __future__ import annotations

import argparse
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from bench.made_to_harm import MB, Hostile, files, held
from bench.reading_pages import Page
from bench.serving import Site, Watch, disk, site

MOST = 100 * MB
"""Bytes by which a process may grow."""
PATIENCE = 600.0
"""Seconds until an import must wait for a person."""


def main() -> int:
    """Print a row for each file."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    asked = _parser().parse_args()
    chosen = [*files(large=asked.large * MB), *_found(asked.folder)]
    if asked.only:
        chosen = [each for each in chosen if each.name in asked.only]
    failed = False
    with site() as served:
        _try(served, chosen[0] if chosen[0].size < MB else files(large=MB)[0])  # warms it up
        print(
            f"{'file':<28}{'MB':>6}{'s':>6}{'web':>6}{'worker':>8}{'child':>7}{'database':>10}"
            f"{'slowest':>9}  what an editor reads"
        )
        for each in chosen:
            begun = time.monotonic()
            with Watch(served) as watch:
                told = _try(served, each)
            grown = {role: watch.growth(role) for role in ("web", "worker", "child", "database")}
            bad = max(grown["web"], grown["worker"]) >= MOST or watch.bad > 0
            failed = failed or bad
            figures = "".join(
                f"{grown[role] / MB:>{width}.0f}"
                for role, width in (("web", 6), ("worker", 8), ("child", 7), ("database", 10))
            )
            print(
                f"{each.name:<28}{each.size / MB:>6.0f}{time.monotonic() - begun:>6.0f}{figures}"
                f"{watch.slowest:>9.2f}  {'BAD ' if bad else ''}{told}",
                flush=True,
            )
        left = disk(served.folder / "tmp")
        print(f"left in the folder for temporary files: {left} bytes")
    return int(failed or left > 0)


def _parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="bench.hostile", description=__doc__)
    made.formatter_class = argparse.RawDescriptionHelpFormatter
    made.add_argument("--only", nargs="+", metavar="NAME", help="these files alone")
    made.add_argument("--large", type=int, default=200, help="MB of the largest that is read")
    made.add_argument("--folder", type=Path, help="files to be tried besides")
    return made


def _found(folder: Path | None) -> Iterator[Hostile]:
    if folder is not None:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                name = "-".join(path.relative_to(folder).parts)
                yield held(name, path.read_bytes())


def _try(served: Site, file: Hostile) -> str:
    """What an editor reads once the file was read and checked, or once it was refused."""
    try:
        status, to, text = served.upload(file.name, file.size, file.content())
    except OSError as fault:
        return f"no answer: {fault}"
    if status != 303:
        return f"{status}: {Page(text).told}"
    onward, page = _when_done(served, to)
    told = [page.told]
    if onward.endswith("/columns/"):
        _status, _to, text = served.send(onward, {**page.fields, "check": "1"})
        onward, page = _when_done(served, to)
        told.append(page.told)
    served.send(f"{to}discard/", {})
    return " — ".join(told)


def _when_done(served: Site, to: str) -> tuple[str, Page]:
    """The page at which an import waits for a person; it is stopped when that takes too long."""
    begun = time.monotonic()
    while time.monotonic() - begun < PATIENCE:
        _status, onward, text = served.ask("GET", to)
        page = Page(served.get(onward)[1] if onward else text)
        if not page.busy:
            return onward, page
        time.sleep(0.1)
    served.send(f"{to}cancel/", {})
    return "", Page("<h1>It goes on and on")


if __name__ == "__main__":
    sys.exit(main())
