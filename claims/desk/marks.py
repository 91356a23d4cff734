"""What is known of each sentence of a text: the claims logged in it, and whether it was read."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from articles.models import Snapshot
from articles.sentences import Span
from claims import segments
from claims.actions.coverage import digest_of
from claims.models import Appearance, Claim, NoClaim
from claims.reading.rows import status_of
from claims.segments import Segment
from claims.status import Status

if TYPE_CHECKING:
    from articles.policy import Reader


@dataclass(frozen=True, slots=True)
class Mark:
    """A claim that is logged in a sentence."""

    claim: Claim
    status: Status


@dataclass(frozen=True, slots=True)
class Marks:
    """By the numbers of the sentences: their claims, their pieces, and which were passed over.

    ``pieces`` are the texts of the sentences, cut wherever a logged passage begins or ends.
    """

    claims: Sequence[list[Mark]]
    pieces: Sequence[list[Segment[int]]]
    passed: Sequence[bool]

    @property
    def logged(self) -> int:
        """How many sentences have a claim."""
        return sum(bool(marks) for marks in self.claims)

    @property
    def read(self) -> int:
        """How many sentences have a claim, or were found to have none."""
        return sum(bool(m) or p for m, p in zip(self.claims, self.passed, strict=True))


def marks_of(snapshot: Snapshot, spans: Sequence[Span], user: Reader) -> Marks:
    """Gather them, by a fixed number of queries."""
    rows = [
        (place.lower, place.upper, pk)
        for place, pk in Appearance.objects.visible_to(user)
        .current()
        .filter(snapshot=snapshot)
        .values_list("span", "evidence__claim")
        .order_by("span")
        if place is not None
    ]
    digests = NoClaim.objects.filter(article=snapshot.article_id)
    passed = set(digests.values_list("sentence_sha256", flat=True))
    return Marks(
        claims=_claims(rows, spans),
        pieces=segments.paragraphs(
            snapshot.text,
            [segments.Mark(*row) for row in rows],
            [(span.start, span.end) for span in spans],
        ),
        passed=[digest_of(snapshot.text[span.start : span.end]) in passed for span in spans],
    )


def _claims(rows: Sequence[tuple[int, int, int]], spans: Sequence[Span]) -> list[list[Mark]]:
    claims = Claim.objects.filter(pk__in={pk for _start, _end, pk in rows}).with_status()
    known = {claim.pk: Mark(claim, status_of(claim)) for claim in claims}
    starts, ends = [span.start for span in spans], [span.end for span in spans]
    marks: defaultdict[int, list[Mark]] = defaultdict(list)
    for start, end, pk in rows:
        for n in range(bisect_right(ends, start), bisect_left(starts, end)):
            if known[pk] not in marks[n]:
                marks[n].append(known[pk])
    return [sorted(marks[n], key=lambda mark: mark.claim.pk) for n in range(len(spans))]
