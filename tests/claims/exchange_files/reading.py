"""What the tests of the readers share: files of given bytes, and what comes of them."""

import os
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings

from claims.exchange.files import Record, Sheet, Unreadable, sheets

DATA = Path(os.environ.get("SAYSO_DATA") or settings.BASE_DIR.parent / "shared" / "data")
"""Other people's files: not ours to publish, so they lie beside the checkout, or where SAYSO_DATA
says. Where they are not there, the tests that need them are skipped."""

needs_data = pytest.mark.skipif(
    not DATA.is_dir(), reason=f"other people’s files are not at {DATA}: set SAYSO_DATA to them"
)


def written(folder: Path, raw: bytes | str, name: str = "claims.csv") -> Path:
    """A file that holds ``raw``."""
    path = folder / name
    path.write_bytes(raw.encode() if isinstance(raw, str) else raw)
    return path


def only(path: Path, encoding: str | None = None) -> Sheet:
    """The only sheet of a file."""
    (sheet,) = sheets(path, path.name, encoding=encoding)
    return sheet


def records(path: Path, encoding: str | None = None) -> list[Record]:
    """The records of the only sheet of a file."""
    return list(only(path, encoding).records())


def cells(path: Path) -> list[tuple[str, ...]]:
    """The cells of its records, none of which has a problem."""
    found = records(path)
    assert [each.problem for each in found] == [""] * len(found)
    return [each.cells for each in found]


def reason(path: Path) -> str:
    """Why a file can't be read, when its sheets are asked for or their records."""
    with pytest.raises(Unreadable) as refused:
        [list(sheet.records()) for sheet in sheets(path, path.name)]
    return str(refused.value)


def peak(read: Callable[[], object]) -> int:
    """The bytes that ``read`` has needed at once."""
    tracemalloc.start()
    try:
        read()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
