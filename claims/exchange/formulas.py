"""Keeps a spreadsheet from running a cell as a formula, and takes that back again. No Django."""

from __future__ import annotations

import re

_RUN = "=+\\-@\t\r\n＝＋－＠"  # noqa: RUF001 (some spreadsheets take the wide ones too)
_GUARDED = re.compile(f"'+[{_RUN}]")
_TO_GUARD = re.compile(f"'*[{_RUN}]")


def guarded(cell: str) -> str:
    """``cell`` with an apostrophe before it where a spreadsheet might run it.

    One that already begins like a guarded cell gets another, so that ``bare`` gives back every
    cell as it was.
    """
    return f"'{cell}" if _TO_GUARD.match(cell) else cell


def bare(cell: str) -> str:
    """``cell`` without the apostrophe that ``guarded`` put there."""
    return cell[1:] if _GUARDED.match(cell) else cell
