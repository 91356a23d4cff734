"""A quotation that was lost or reworded by a newer capture, beside the text as it stands now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.db.models import F

from articles.anchoring import Kept, Lost, Why, carry, suggest
from articles.models import Article, Snapshot
from claims.choices import Basis
from claims.desk.review import Excerpt, excerpt_of
from claims.desk.text import DeskText, open_text
from claims.models import Appearance, Claim
from claims.reading.rows import status_of
from claims.status import Status

if TYPE_CHECKING:
    from articles.policy import Reader


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence of the newest text that resembles what was lost; ``query`` chooses it."""

    text: str
    query: str


@dataclass(frozen=True, slots=True)
class Repair:
    """What was quoted, where it stood, and the newest text in which it is to be found.

    ``now`` is the quotation with other words, if it was carried over so; ``why`` it wasn't.
    """

    old: Excerpt
    now: Appearance | None
    lost_hedge: str
    why: Why | None
    candidates: list[Candidate]
    text: DeskText


@dataclass(frozen=True, slots=True)
class Quotation:
    """One that a newer capture lost, or left with other words."""

    appearance: Appearance
    claim: Claim
    status: Status
    is_lost: bool
    lost_hedge: str


def quotations_of(article: Article, user: Reader) -> list[Quotation]:
    """What is to be repaired in one article."""
    waiting = Appearance.objects.visible_to(user).to_repair().filter(article=article)
    rows = list(waiting.select_related("via"))
    claims = Claim.objects.filter(evidence__in=[row.evidence_id for row in rows]).with_status()
    by_evidence = {vars(claim)["of"]: claim for claim in claims.annotate(of=F("evidence"))}
    return [
        Quotation(
            appearance=row,
            claim=by_evidence[row.evidence_id],
            status=status_of(by_evidence[row.evidence_id]),
            is_lost=vars(row)["is_lost"],
            lost_hedge=_lost_hedge(row),
        )
        for row in rows
    ]


def _lost_hedge(row: Appearance) -> str:
    if row.via is None or row.hedge or vars(row)["is_lost"]:
        return ""
    return row.via.hedge


def repair_of(row: Appearance, asked: Mapping[str, str], user: Reader) -> Repair | None:
    """Gather it; ``None`` where nothing newer is held than the text that ``row`` stands in.

    ``asked`` chooses a passage of the newest text; one of another snapshot isn't taken.
    """
    newest = row.article.snapshots.order_by("-captured_at", "-pk").first()
    carried = row.basis == Basis.REVISION and row.via is not None
    here = newest is not None and row.snapshot_id == newest.pk
    if newest is None or not newest.text or row.snapshot is None or (here and not carried):
        return None
    first = row.via if row.via is not None and here else row
    fits = asked.get("snapshot", str(newest.pk)) == str(newest.pk)
    text = open_text(row.article, asked if fits else {"start": "", "end": ""}, user)
    why, candidates = (None, []) if here else _likely(row, newest)
    return Repair(
        old=excerpt_of(first),
        now=row if here else None,
        lost_hedge=first.hedge if here and not row.hedge else "",
        why=why,
        candidates=candidates,
        text=text,
    )


def _likely(row: Appearance, newest: Snapshot) -> tuple[Why | None, list[Candidate]]:
    """Why a quotation wasn't carried over, and the sentences that resemble it."""
    assert row.snapshot is not None
    assert row.span is not None
    (found,) = carry(row.snapshot.text, newest.text, [(row.span.lower, row.span.upper)])
    places = suggest(newest.text, row.exact)
    if isinstance(found, Kept):
        places = list(dict.fromkeys([(found.start, found.end), *places]))
    return (
        found.why if isinstance(found, Lost) else None,
        [
            Candidate(newest.text[start:end], urlencode({"start": start, "end": end}))
            for start, end in places
        ],
    )
