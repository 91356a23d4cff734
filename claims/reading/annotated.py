"""An article with the claims in it marked, paragraph by paragraph."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from articles import sentences
from articles.models import Article, Snapshot
from claims.merges import survivors
from claims.models import Appearance, Claim
from claims.reading.rows import status_of
from claims.segments import Mark, Segment, paragraphs
from claims.status import Status

if TYPE_CHECKING:
    from articles.policy import Reader


@dataclass(frozen=True, slots=True)
class Note:
    """A claim in the margin of the paragraph in which it is made."""

    claim: Claim
    status: Status
    anchor: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of text as printed. ``family`` is that of the innermost claim that covers it."""

    text: str
    family: str
    many: bool
    places: list[int]
    notes: list[Note]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph with the notes that stand beside it."""

    pieces: list[Piece]
    notes: list[Note]

    @property
    def text(self) -> str:
        return "".join(piece.text for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class Mention:
    """A claim of this article that has no place in the text we show."""

    appearance: Appearance
    claim: Claim
    status: Status


@dataclass(frozen=True, slots=True)
class Reading:
    """An article as its page prints it; without a snapshot it is known by reference only."""

    article: Article
    snapshot: Snapshot | None
    paragraphs: list[Paragraph]
    elsewhere: list[Mention]
    claims: list[Claim]


def reading_of(article: Article, user: Reader) -> Reading:
    """The newest text of ``article`` with the claims that ``user`` may see."""
    snapshot = article.snapshots.order_by("-captured_at", "-pk").first()
    appearances = list(
        Appearance.objects.visible_to(user)
        .newest()
        .filter(article=article, evidence__known__upper_inf=True)
        .select_related("evidence__source")
        .order_by("pk")
    )
    kept = survivors({row.evidence.claim_id for row in appearances})
    known = Claim.objects.visible_to(user).with_status().in_bulk(set(kept.values()))
    claim_of = {
        row.pk: claim
        for row in appearances
        if (claim := known.get(kept[row.evidence.claim_id])) is not None
    }
    placed = [row for row in appearances if _is_placed(row, snapshot) and row.pk in claim_of]
    there = {row.pk for row in placed}
    return Reading(
        article=article,
        snapshot=snapshot,
        paragraphs=[] if snapshot is None else _paragraphs(snapshot.text, placed, claim_of),
        elsewhere=[
            Mention(row, claim_of[row.pk], status_of(claim_of[row.pk]))
            for row in appearances
            if row.pk in claim_of and row.pk not in there
        ],
        claims=list(dict.fromkeys(claim_of.values())),
    )


def _is_placed(row: Appearance, snapshot: Snapshot | None) -> bool:
    return snapshot is not None and bool(snapshot.text) and row.snapshot_id == snapshot.pk


def _paragraphs(
    text: str, placed: Iterable[Appearance], claim_of: Mapping[int, Claim]
) -> list[Paragraph]:
    marks = [Mark(row.span.lower, row.span.upper, row.pk) for row in placed if row.span]
    return [
        _paragraph(number, group, claim_of)
        for number, group in enumerate(paragraphs(text, marks, _bounds(text)))
    ]


def _bounds(text: str) -> list[tuple[int, int]]:
    """Where the paragraphs are: the same ones as on the desk, where sentences are chosen."""
    grouped = groupby(sentences.split(text), key=lambda span: span.paragraph)
    spans = [list(group) for _number, group in grouped]
    return [(group[0].start, group[-1].end) for group in spans]


def _paragraph(number: int, group: list[Segment[int]], claim_of: Mapping[int, Claim]) -> Paragraph:
    """``number`` keeps the anchors of notes apart: a claim may be made in several paragraphs."""
    claims = {claim_of[key].pk: claim_of[key] for piece in group for key in piece.marks}
    notes = {pk: Note(claim, status_of(claim), f"n-{number}-{pk}") for pk, claim in claims.items()}
    pieces = []
    for piece in group:
        ending = dict.fromkeys(claim_of[key].pk for key in piece.ends)
        covering = list(dict.fromkeys(claim_of[key].pk for key in piece.marks))
        pieces.append(
            Piece(
                text=piece.text,
                family=notes[covering[-1]].status.family if covering else "",
                many=len(covering) > 1,
                places=list(piece.starts),
                notes=[notes[pk] for pk in ending],
            )
        )
    return Paragraph(pieces, list(notes.values()))
