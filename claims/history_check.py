"""Checks an exported record of changes, chain by chain, against its own hashes.

Each event tells the digest of its salt and payload, and a hash of that digest, of all its other
columns and of the hash before it; PostgreSQL computes both when the event is written. Whoever
changes, drops, swaps or inserts events afterwards leaves hashes that don't fit together.

What a chain can't tell by itself, because what is left of it fits together: that its last events
were cut off or others added there, that all of it was deleted, or that it was written anew from
some event on, with fresh hashes. That takes a copy of its last hash, kept where whoever changes
the record can't reach it.

A redaction blanks a payload and its salt; the digest stays, so that the chain still fits together.
Each must be told of by an event whose verb ends in ``.redacted``.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from hashlib import sha256
from itertools import groupby
from json import loads
from operator import attrgetter
from typing import Any

ORIGIN = "0" * 64  # the hash before the first event
NEARBY = 100  # how far from its place an event is looked for, in numbers of its chain


@dataclass(frozen=True, slots=True)
class Entry:
    """One event, every column exactly as PostgreSQL prints it.

    ``at`` is in UTC with six decimals (``2023-03-08T09:30:00.000000Z``), ``payload`` is what
    ``payload::text`` gives: the digest is of these very characters.
    """

    chain: str
    seq: int
    subject_type: str
    subject_id: int
    claim_id: int | None
    verb: str
    by_id: int
    at: str
    payload: str
    salt: str
    digest: str
    prev_hash: str
    hash: str

    @property
    def place(self) -> tuple[str, int]:
        """Where it stands: its chain and its number there."""
        return self.chain, self.seq

    @property
    def is_redacted(self) -> bool:
        """Whether its payload was blanked; only then has it no salt."""
        return not self.salt


class FaultKind(StrEnum):
    """What is wrong at one place of a chain."""

    CHANGED = "changed"
    PAYLOAD = "payload"
    MOVED = "moved"
    MISSING = "missing"
    DOUBLED = "doubled"
    BROKEN = "broken"
    UNTOLD = "untold"


MEANINGS = {
    FaultKind.CHANGED: "a column was changed after it was written",
    FaultKind.PAYLOAD: "its payload was changed after it was written",
    FaultKind.MOVED: "it was written as another number of this chain",
    FaultKind.MISSING: "an event before it is missing",
    FaultKind.DOUBLED: "another event has its number",
    FaultKind.BROKEN: "the event before it is not the one that it was written after",
    FaultKind.UNTOLD: "its payload was blanked, and no redaction tells of it",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, and at which event."""

    chain: str
    seq: int
    kind: FaultKind

    def __str__(self) -> str:
        return f"{self.chain} #{self.seq}: {MEANINGS[self.kind]}"


@dataclass(frozen=True, slots=True)
class Report:
    """How much was checked, and everything that was wrong, in the order of chain and number."""

    chains: int
    events: int
    redacted: int
    faults: tuple[Fault, ...]


def digest_of(entry: Entry) -> str:
    """What PostgreSQL made of salt and payload, in hexadecimal."""
    return sha256((entry.salt + entry.payload).encode()).hexdigest()


def hash_of(entry: Entry) -> str:
    """What PostgreSQL made of the columns, the digest and the hash before, in hexadecimal."""
    parts = (
        entry.prev_hash,
        entry.chain,
        entry.seq,
        entry.subject_type,
        entry.subject_id,
        "-" if entry.claim_id is None else entry.claim_id,
        entry.verb,
        entry.by_id,
        entry.at,
        entry.digest,
    )
    return sha256("\n".join(map(str, parts)).encode()).hexdigest()


def check(entries: Iterable[Entry]) -> Report:
    """Check the whole record, given in the order of chain and number.

    It is read as a stream: only the places of redactions are kept. Where an event itself is wrong,
    that alone is told of it, and nothing of how the next one follows it.
    """
    chains = events = 0
    faults: list[Fault] = []
    blanked: set[tuple[str, int]] = set()
    told: set[tuple[str, int]] = set()
    for chain, rows in groupby(entries, key=attrgetter("chain")):
        chains += 1
        seq = 0
        hash_: str | None = ORIGIN
        for row in rows:
            events += 1
            wrong = _own_fault(row)
            fault = wrong or _place_fault(row, seq, hash_)
            if fault is not None:
                faults.append(Fault(chain, row.seq, fault))
            if row.is_redacted:
                blanked.add(row.place)
            if wrong is None:
                told.update(_told_by(row))
            seq = row.seq
            hash_ = row.hash if wrong in (None, FaultKind.PAYLOAD) else None
    faults.extend(Fault(*place, FaultKind.UNTOLD) for place in blanked - told)
    order = sorted(faults, key=attrgetter("chain", "seq", "kind"))
    return Report(chains, events, len(blanked), tuple(order))


def _own_fault(row: Entry) -> FaultKind | None:
    """What an event shows by itself."""
    if row.hash != hash_of(row):
        moved = any(row.hash == hash_of(replace(row, seq=seq)) for seq in _around(row.seq))
        return FaultKind.MOVED if moved else FaultKind.CHANGED
    if row.is_redacted:
        return None if _is_tombstone(row.payload) else FaultKind.PAYLOAD
    # A salt has 64 characters: a shorter one could have lent some of them to the payload.
    if len(row.salt) != len(ORIGIN) or row.digest != digest_of(row):
        return FaultKind.PAYLOAD
    return None


def _place_fault(row: Entry, seq: int, hash_: str | None) -> FaultKind | None:
    """How an event follows number ``seq``, of that hash; None where that can't be trusted."""
    if row.seq == seq:
        return FaultKind.DOUBLED
    if row.seq != seq + 1:
        return FaultKind.MISSING
    if hash_ is not None and row.prev_hash != hash_:
        return FaultKind.BROKEN
    return None


def _around(seq: int) -> Iterator[int]:
    """The numbers that an event may have had, the nearest first."""
    for far in range(1, NEARBY + 1):
        yield seq - far
        yield seq + far


def _is_tombstone(payload: str) -> bool:
    held: Any = loads(payload)
    return (
        isinstance(held, dict)
        and held.keys() == {"redacted"}
        and isinstance(held["redacted"], str)
        and bool(held["redacted"].strip())
    )


def _told_by(row: Entry) -> Iterator[tuple[str, int]]:
    """The places that a redaction says it blanked."""
    if row.verb.endswith(".redacted"):
        held: Any = loads(row.payload)
        places = held.get("events") if isinstance(held, dict) else None
        for place in places if isinstance(places, list) else ():
            match place:
                case [str(chain), int(seq)]:
                    yield chain, seq
