"""An article's text sentence by sentence, each of them to be chosen, with what is logged in it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from articles import sentences
from articles.models import Article, Snapshot
from articles.sentences import Span
from claims.forms.places import Spot
from claims.models import Appearance, Claim
from claims.reading.rows import status_of
from claims.status import Status

if TYPE_CHECKING:
    from articles.policy import Reader

LONGEST = 10_000
"""Code points of a passage, as many as a quotation may have."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A claim that is logged in a sentence."""

    claim: Claim
    status: Status


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence as the desk prints it; ``query`` chooses it, ``last`` ends what is chosen."""

    number: int
    text: str
    query: str
    chosen: bool
    last: bool
    marks: list[Mark]


@dataclass(frozen=True, slots=True)
class DeskText:
    """A snapshot's text, the passage that was chosen in it, and what is around that.

    ``spot`` is ``None`` while nothing is chosen; ``astray`` says that what was asked for isn't in
    this text; ``first`` and ``last`` are the numbers of the chosen sentences; ``before`` and
    ``after`` are the queries that take in one more.
    """

    article: Article
    snapshot: Snapshot | None
    paragraphs: list[list[Sentence]]
    spot: Spot | None = None
    astray: bool = False
    first: int | None = None
    last: int | None = None
    before: str = ""
    after: str = ""
    count: int = 0
    logged: int = 0
    captures: int = 0
    elsewhere: int = 0

    @property
    def chosen_marks(self) -> list[Mark]:
        """The claims that are logged in the chosen sentences, each once."""
        marks = [m for p in self.paragraphs for s in p if s.chosen for m in s.marks]
        return list({mark.claim.pk: mark for mark in marks}.values())


def number(text: str | None) -> int | None:
    """A whole number that the database can hold, ``None`` for anything else."""
    if text is None or not (text.isascii() and text.isdigit()) or len(text) > 18:
        return None
    return int(text)


def open_text(
    article: Article,
    asked: Mapping[str, str],
    user: Reader,
    *,
    keep: Mapping[str, str] | None = None,
) -> DeskText:
    """Read an article as ``asked``: ``snapshot`` (the newest without it), ``start`` and ``end``.

    ``keep`` is what every link on the page carries along.
    """
    captures = list(article.snapshots.values_list("pk", flat=True))
    snapshot = _snapshot(article, asked, captures)
    if snapshot is None:
        return DeskText(article, None, [])
    asked_for = "start" in asked or "end" in asked
    of_this = asked.get("snapshot", "") in {"", str(snapshot.pk)}
    spot = spot_of(snapshot, asked) if of_this else None
    spans = sentences.split(snapshot.text)
    marks = _marks(snapshot, spans, user)
    chosen = [n for n, span in enumerate(spans) if spot is not None and _overlap(span, spot)]
    links = _Links({**(keep or {}), **_old(snapshot, captures)})
    written = [
        Sentence(
            number=n,
            text=snapshot.text[span.start : span.end],
            query=links.to(span.start, span.end),
            chosen=n in chosen,
            last=chosen[-1:] == [n],
            marks=marks[n],
        )
        for n, span in enumerate(spans)
    ]
    paragraphs = [
        [written[n] for n, _span in group]
        for _p, group in groupby(enumerate(spans), key=lambda pair: pair[1].paragraph)
    ]
    live = article.appearances.current()
    return DeskText(
        article=article,
        snapshot=snapshot,
        paragraphs=paragraphs,
        spot=spot,
        astray=asked_for and spot is None,
        first=chosen[0] if chosen else None,
        last=chosen[-1] if chosen else None,
        before=links.to(spans[chosen[0] - 1].start, spot.end)
        if spot and chosen and chosen[0]
        else "",
        after=(
            links.to(spot.start, spans[chosen[-1] + 1].end)
            if spot and chosen and chosen[-1] + 1 < len(spans)
            else ""
        ),
        count=len(spans),
        logged=sum(bool(sentence.marks) for sentence in written),
        captures=len(captures),
        elsewhere=live.filter(snapshot__isnull=False).exclude(snapshot=snapshot).count(),
    )


def sentence_after(text: DeskText) -> int | None:
    """The number of the sentence that comes after the chosen ones."""
    last = text.last
    return last + 1 if last is not None and last + 1 < text.count else None


def spot_of(snapshot: Snapshot, asked: Mapping[str, str]) -> Spot | None:
    """The passage that was asked for; ``None`` where there is none in this text."""
    start, end = number(asked.get("start")), number(asked.get("end"))
    if start is None or end is None or not start < end <= len(snapshot.text):
        return None
    spot = Spot(snapshot, start, end)
    return spot if end - start <= LONGEST and spot.text.strip() else None


def _snapshot(article: Article, asked: Mapping[str, str], captures: list[int]) -> Snapshot | None:
    wanted = number(asked.get("snapshot"))
    if wanted not in captures:
        wanted = captures[0] if captures else None
    snapshot = None if wanted is None else article.snapshots.get(pk=wanted)
    if snapshot is not None:
        snapshot.article = article
    return snapshot


def _old(snapshot: Snapshot, captures: list[int]) -> dict[str, str]:
    return {} if snapshot.pk == captures[0] else {"snapshot": str(snapshot.pk)}


def _overlap(span: Span, spot: Spot) -> bool:
    return span.start < spot.end and spot.start < span.end


def _marks(snapshot: Snapshot, spans: Sequence[Span], user: Reader) -> defaultdict[int, list[Mark]]:
    """The claims logged in each sentence, by its number."""
    rows = list(
        Appearance.objects.visible_to(user)
        .current()
        .filter(snapshot=snapshot)
        .values_list("span", "evidence__claim")
        .order_by("span")
    )
    claims = Claim.objects.filter(pk__in={claim for _s, claim in rows}).with_status()
    known = {claim.pk: Mark(claim, status_of(claim)) for claim in claims}
    starts, ends = [span.start for span in spans], [span.end for span in spans]
    marks: defaultdict[int, list[Mark]] = defaultdict(list)
    for place, pk in rows:
        if place is None:
            continue
        for n in range(bisect_right(ends, place.lower), bisect_left(starts, place.upper)):
            if known[pk] not in marks[n]:
                marks[n].append(known[pk])
    return marks


@dataclass(frozen=True, slots=True)
class _Links:
    keep: dict[str, str]

    def to(self, start: int, end: int) -> str:
        return urlencode({**self.keep, "start": start, "end": end})
