"""An article's text sentence by sentence, each of them to be chosen, with what is logged in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from articles import sentences
from articles.models import Article, Snapshot
from articles.sentences import Span
from claims.desk.marks import Mark, Marks, marks_of
from claims.forms.places import Spot
from claims.segments import Segment

if TYPE_CHECKING:
    from articles.policy import Reader

LONGEST = 10_000
"""Code points of a passage, as many as a quotation may have."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence as the desk prints it; ``query`` chooses it, ``last`` ends what is chosen.

    ``pieces`` are its text, cut wherever a logged passage begins or ends; ``passed``: somebody read
    it and found no claim in it. ``start`` and ``end`` are code points of the snapshot's text.
    """

    number: int
    text: str
    query: str
    chosen: bool
    last: bool
    marks: list[Mark]
    pieces: list[Segment[int]]
    start: int
    end: int
    passed: bool


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
    read: int = 0
    all_passed: bool = False
    captures: int = 0
    elsewhere: int = 0
    keep: Mapping[str, str] = field(default_factory=dict)

    @property
    def query(self) -> str:
        """The query that chooses this passage again."""
        if self.spot is None:
            return ""
        chosen = {"start": self.spot.start, "end": self.spot.end}
        return urlencode({**self.keep, **chosen})

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
    spans = sentences.split(snapshot.text)
    of_this = asked.get("snapshot", "") in {"", str(snapshot.pk)}
    spot = spot_of(snapshot, asked) if of_this else None
    chosen = [n for n, span in enumerate(spans) if spot is not None and _overlap(span, spot)]
    links = _Links({**(keep or {}), **_old(snapshot, captures)})
    marks = marks_of(snapshot, spans, user)
    elsewhere = article.appearances.newest().filter(snapshot__isnull=False)
    return DeskText(
        article=article,
        snapshot=snapshot,
        paragraphs=_paragraphs(snapshot, spans, chosen, marks, links),
        spot=spot,
        astray=spot is None and ("start" in asked or "end" in asked),
        first=chosen[0] if chosen else None,
        last=chosen[-1] if chosen else None,
        before=links.from_one_before(spot, spans, chosen),
        after=links.to_one_after(spot, spans, chosen),
        count=len(spans),
        logged=marks.logged,
        read=marks.read,
        all_passed=bool(chosen) and all(marks.passed[n] for n in chosen),
        captures=len(captures),
        keep=links.keep,
        elsewhere=elsewhere.exclude(snapshot=snapshot).count(),
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


def _paragraphs(
    snapshot: Snapshot,
    spans: Sequence[Span],
    chosen: list[int],
    marks: Marks,
    links: _Links,
) -> list[list[Sentence]]:
    numbered = groupby(enumerate(spans), key=lambda pair: pair[1].paragraph)
    return [
        [
            Sentence(
                number=n,
                text=snapshot.text[span.start : span.end],
                query=links.to(span.start, span.end),
                chosen=n in chosen,
                last=chosen[-1:] == [n],
                marks=marks.claims[n],
                pieces=marks.pieces[n],
                start=span.start,
                end=span.end,
                passed=marks.passed[n],
            )
            for n, span in group
        ]
        for _paragraph, group in numbered
    ]


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


@dataclass(frozen=True, slots=True)
class _Links:
    """The queries that choose a passage, with what every one of them carries along."""

    keep: dict[str, str]

    def to(self, start: int, end: int) -> str:
        return urlencode({**self.keep, "start": start, "end": end})

    def from_one_before(self, spot: Spot | None, spans: Sequence[Span], chosen: list[int]) -> str:
        if spot is None or not chosen or chosen[0] == 0:
            return ""
        return self.to(spans[chosen[0] - 1].start, spot.end)

    def to_one_after(self, spot: Spot | None, spans: Sequence[Span], chosen: list[int]) -> str:
        if spot is None or not chosen or chosen[-1] + 1 == len(spans):
            return ""
        return self.to(spot.start, spans[chosen[-1] + 1].end)
