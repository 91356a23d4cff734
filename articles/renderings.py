"""Keeps rendered pages in the memory of one process, the least used go first."""

from __future__ import annotations

import gzip
import time
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import date
from hashlib import md5
from threading import Lock

from articles.still import Making, Unchanged

# Seconds after which a page is made anew in any case: names of accounts, and what the search by
# meaning has learnt, change without a word in the record.
OLDEST = 600
MOST = 20_000
_OVERHEAD = 1_000  # bytes that a rendering takes beside its body, about
_ALREADY_SMALL = 200


@dataclass(slots=True)
class Rendering:
    """One answer, and what it was made of.

    ``body`` is compressed if ``packed``. ``tide`` is what PostgreSQL could see when it was last
    known to stand; ``unchanged`` finds out whether it stands when that has moved on; ``day`` is
    the day in UTC on which it says what it says.
    """

    body: bytes
    packed: bool
    etag: str
    headers: dict[str, str]
    tide: str
    unchanged: Unchanged | None
    day: date
    made: float = field(default_factory=time.monotonic)

    @classmethod
    def of(cls, page: bytes, headers: dict[str, str], making: Making) -> Rendering:
        """The rendering of ``page``, named as its view names it, else as Django would."""
        body, packed = _packed(page)
        etag = headers.get("ETag", "").strip('"') or md5(page, usedforsecurity=False).hexdigest()
        return cls(body, packed, etag, headers, making.tide, making.unchanged, making.day)

    @property
    def size(self) -> int:
        """What it takes of the memory, in bytes."""
        return len(self.body) + _OVERHEAD

    def stands(self, tide: str, today: date) -> bool:
        """Whether a new rendering would say the same; ``tide`` was asked for just now.

        What it was made of only ever grows, so that what is unchanged a moment after ``tide`` was
        unchanged then.
        """
        if self.day != today or time.monotonic() - self.made > OLDEST:
            return False
        if tide != self.tide:
            if self.unchanged is None or not self.unchanged.holds():
                return False
            self.tide = tide
        return True


def _packed(body: bytes) -> tuple[bytes, bool]:
    """``body`` compressed, if that makes it smaller, and whether it is."""
    if len(body) < _ALREADY_SMALL:
        return body, False
    small = gzip.compress(body, 5, mtime=0)
    return (small, True) if len(small) < len(body) else (body, False)


class Store:
    """Renderings by what was asked for, at most ``room`` bytes of them; threads may share it."""

    def __init__(self, room: int, most: int = MOST) -> None:
        self.room, self.most = room, most
        self.used = 0
        self._held: OrderedDict[Hashable, Rendering] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._held)

    def get(self, key: Hashable) -> Rendering | None:
        """What is kept for ``key``; whether it still stands is another question."""
        with self._lock:
            found = self._held.get(key)
            if found is not None:
                self._held.move_to_end(key)
            return found

    def put(self, key: Hashable, rendering: Rendering) -> None:
        """Keep it, and let go of the least used until everything fits."""
        with self._lock:
            self._drop(key)
            if rendering.size > self.room:
                return
            self._held[key] = rendering
            self.used += rendering.size
            while self.used > self.room or len(self._held) > self.most:
                self._drop(next(iter(self._held)))

    def _drop(self, key: Hashable) -> None:
        gone = self._held.pop(key, None)
        if gone is not None:
            self.used -= gone.size
