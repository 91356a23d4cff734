"""The state of the whole record in a few lines: how many events and chains, and one hash of all.

The hash is the root of a Merkle tree (RFC 6962, section 2.1) over the last event of every chain, in
the order of the chains' names by code point. Whoever keeps it elsewhere can tell later whether a
copy of the record is the same. No Django but the reading of the heads.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from hashlib import sha256

from django.db import connection

_HEADS = """
SELECT DISTINCT ON (chain COLLATE "C") chain, seq, hash FROM articles_event
ORDER BY chain COLLATE "C", seq DESC
"""
_AT_ONCE = 2000


@dataclass(frozen=True, slots=True)
class Head:
    """The last event of a chain."""

    chain: str
    seq: int
    hash: str

    @property
    def line(self) -> str:
        """As it is hashed and written down."""
        return f"{self.chain},{self.seq},{self.hash}"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a copy of the record has to agree with."""

    events: int
    chains: int
    root: str

    def as_json(self) -> dict[str, int | str]:
        """As a dump holds it."""
        return asdict(self)


def heads() -> Iterator[Head]:
    """The last event of every chain, by name, as a stream."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(_HEADS)
        while rows := cursor.fetchmany(_AT_ONCE):
            for row in rows:
                yield Head(*row)


def checkpoint_of(all_heads: Iterable[Head]) -> Checkpoint:
    """The checkpoint of heads in their order; a chain has as many events as its last number."""
    tree = Tree()
    events = chains = 0
    for head in all_heads:
        chains += 1
        events += head.seq
        tree.add(head.line.encode())
    return Checkpoint(events, chains, tree.root.hex())


class Tree:
    """A Merkle tree that grows leaf by leaf and keeps only the roots of its whole subtrees."""

    def __init__(self) -> None:
        self._roots: list[tuple[int, bytes]] = []  # how many leaves it has, and its hash

    def add(self, leaf: bytes) -> None:
        """Add the next leaf."""
        size, held = 1, sha256(b"\x00" + leaf).digest()
        while self._roots and self._roots[-1][0] == size:
            held = _node(self._roots.pop()[1], held)
            size *= 2
        self._roots.append((size, held))

    @property
    def root(self) -> bytes:
        """The hash of all leaves so far."""
        if not self._roots:
            return sha256(b"").digest()
        *others, (_size, held) = self._roots
        for _others, left in reversed(others):
            held = _node(left, held)
        return held


def _node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()
