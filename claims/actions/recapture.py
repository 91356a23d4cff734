"""An article is captured again: its passages are carried over, and what is lost is repaired."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from articles.actions import capture
from articles.anchoring import Change, Kept, carry, words_in
from articles.choices import CaptureMethod
from articles.history import record
from articles.models import Article, Event, Snapshot
from articles.policy import require
from articles.sentences import context
from claims.actions import upkeep
from claims.actions.evidence import void_appearance
from claims.choices import Basis
from claims.models import Appearance
from claims.refusals import Refusal, refused, vet

if TYPE_CHECKING:
    from django.contrib.auth.models import User

LONGEST = 10_000
"""Code points of a quotation."""
NOT_QUITE = Decimal("0.999")
"""The score of a passage whose words are there and whose hedge isn't."""


@dataclass(slots=True)
class Recapture:
    """What a capture did: ``known`` says that this very text was held before.

    ``hedges`` counts the passages among ``carried`` that have lost their hedge, ``reworded`` those
    of which some words changed, these included.
    """

    snapshot: Snapshot
    known: bool = False
    carried: list[Appearance] = field(default_factory=list)
    lost: list[Appearance] = field(default_factory=list)
    hedges: int = 0
    reworded: int = 0


@transaction.atomic
def recapture(
    *,
    by: User,
    article: Article,
    text: str,
    method: str = CaptureMethod.PASTED,
    raw: bytes | None = None,
    archive_url: str = "",
) -> Recapture:
    """Keep the text of an article as it stands now, and carry its passages over to it.

    The appearances stay as they are; each that is found again gets a successor in the new snapshot,
    by way of the one that was logged first. What isn't found gets none. A text that is held already
    changes nothing.
    """
    require(by, "claims.add_appearance")
    # Two at once would each carry over to its own snapshot, and neither to the newest.
    Article.objects.select_for_update(no_key=True).get(pk=article.pk)
    held = set(article.snapshots.values_list("pk", flat=True))
    snapshot = capture(
        by=by, article=article, text=text, method=method, raw=raw, archive_url=archive_url
    )
    done = Recapture(snapshot, known=snapshot.pk in held)
    if not done.known:
        _carry_over(by, done)
    return done


def _carry_over(by: User, done: Recapture) -> None:
    snapshot = done.snapshot
    anchored = Appearance.objects.newest().filter(
        article=snapshot.article_id,
        snapshot__isnull=False,
        redaction_reason="",
        evidence__known__upper_inf=True,
    )
    claims = set(anchored.values_list("evidence__claim", flat=True))
    if claims:
        upkeep.lock(*claims)
    rows = anchored.filter(evidence__claim__in=claims).select_related("evidence__claim")
    by_text: dict[int, list[Appearance]] = defaultdict(list)
    for row in rows.order_by("pk"):
        by_text[row.snapshot_id or 0].append(row)
    texts = Snapshot.objects.in_bulk(by_text)
    taken: set[tuple[int, int, int]] = set()
    for pk, olds in by_text.items():
        spans = [(old.span.lower, old.span.upper) for old in olds if old.span]
        for old, found in zip(olds, carry(texts[pk].text, snapshot.text, spans), strict=True):
            place = (old.evidence_id, found.start, found.end) if isinstance(found, Kept) else None
            if (
                not isinstance(found, Kept)
                or place is None
                or place in taken
                or found.end - found.start > LONGEST
            ):
                done.lost.append(old)
                continue
            taken.add(place)
            row = _successor(by, snapshot, old, found)
            done.carried.append(row)
            done.hedges += bool(old.hedge and not row.hedge)
            done.reworded += row.score is not None and row.score < 1


def _successor(by: User, snapshot: Snapshot, old: Appearance, found: Kept) -> Appearance:
    exact = snapshot.text[found.start : found.end]
    hedge = old.hedge if found.change is Change.NONE else words_in(exact, old.hedge)
    score = Decimal(str(found.score))
    prefix, suffix = context(snapshot.text, found.start, found.end)
    row = Appearance(
        evidence=old.evidence,
        article_id=snapshot.article_id,
        snapshot=snapshot,
        span=(found.start, found.end),
        exact=exact,
        prefix=prefix,
        suffix=suffix,
        verbatim=old.verbatim,
        hedge=hedge,
        via_id=vars(old)["root"],
        basis=Basis.REVISION,
        seen=old.seen,
        score=min(score, NOT_QUITE) if old.hedge and not hedge else score,
        recorded_by=by,
    )
    with refused():
        vet(row)
        row.save(force_insert=True)
    record(by=by, verb="appearance.carried", subject=row, claim=old.evidence.claim)
    return row


@transaction.atomic
def accept_passage(*, by: User, appearance: Appearance) -> Appearance:
    """Say that somebody has looked at a passage that was carried over with other words."""
    require(by, "claims.change_appearance")
    upkeep.lock(appearance.evidence.claim_id)
    held = Appearance.objects.select_related("evidence__claim").get(pk=appearance.pk)
    if held.is_void or held.basis != Basis.REVISION:
        raise Refusal("passage_carried_over", _("This passage was not carried over."))
    told = Event.objects.filter(
        subject_type="appearance", subject_id=held.pk, verb="appearance.checked"
    )
    if not told.exists():
        claim = held.evidence.claim
        record(by=by, verb="appearance.checked", subject=held, claim=claim, payload={})
    return held


@transaction.atomic
def give_up_passage(*, by: User, appearance: Appearance, reason: str) -> Appearance:
    """Void a passage that is gone from its article, with all from which it was carried over."""
    require(by, "claims.change_appearance")
    upkeep.lock(appearance.evidence.claim_id)
    held = Appearance.objects.get(pk=appearance.pk)
    same = Appearance.objects.carried_with(held).current()
    for row in same.exclude(pk=held.pk).order_by("-pk"):
        void_appearance(by=by, appearance=row, reason=reason)
    return void_appearance(by=by, appearance=held, reason=reason)
