"""The one lawful exit: personal data, or a court order, blanks words and leaves a tombstone."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from articles.history import Json, record
from articles.models import Event, Snapshot
from articles.policy import require
from claims.actions import upkeep
from claims.actions.reasons import vetted
from claims.models import Appearance, Claim
from claims.refusals import Refusal, refused

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.contrib.auth.models import User

# What the payloads of events call the words that a redaction blanks.
_WORDS_OF_CLAIM = frozenset({"text", "slug", "criteria"})
_WORDS_OF_APPEARANCE = frozenset({"exact", "prefix", "suffix", "hedge"})


@transaction.atomic
def redact(*, by: User, subject: Snapshot | Appearance | Claim, reason: str) -> Event:
    """Blank the words of a snapshot, an appearance or a claim, for good.

    Of a snapshot: its text, and the quotations anchored in it; of an appearance: its quotation,
    also where it was carried over to, or from; of a claim: its text and criteria; each with the
    payloads that held these words in the record. Hashes, positions, dates and the reason stay, and
    the chains still verify. The reason is public: it must not repeat what it is about. Returns the
    event of ``subject``, whose payload lists the blanked ``events`` as ``[chain, seq]`` and the
    ``appearances`` that went with it.

    Raises ``Refusal`` without a reason (rule ``redaction_needs_reason``), or when it was redacted
    before (``redacted_before``).
    """
    require(by, "claims.redact")
    reason = vetted(
        " ".join(reason.split()),
        rule="redaction_needs_reason",
        message=_("Say why it is redacted."),
    )
    match subject:
        case Snapshot():
            return _redact_snapshot(by, subject, reason)
        case Appearance():
            return _redact_appearance(by, subject, reason)
        case Claim():
            return _redact_claim(by, subject, reason)


def _redact_snapshot(by: User, snapshot: Snapshot, reason: str) -> Event:
    held = _lock_snapshot(snapshot)
    _only_once(held)
    rows = list(
        Appearance.objects.select_for_update()
        .filter(snapshot=held, redaction_reason="")
        .order_by("pk")
    )
    with refused():
        Snapshot.objects.filter(pk=held.pk).update(text="", redaction_reason=reason)
    blanked = _blank_appearances(rows, reason)
    payload: dict[str, Json] = {
        "reason": reason,
        "appearances": [row.pk for row in rows],
        "events": blanked,
    }
    return record(by=by, verb="snapshot.redacted", subject=held, payload=payload)


class _AnchoredMeanwhile(Exception):
    """A passage of another claim was anchored while we waited for the locks."""


def _lock_snapshot(snapshot: Snapshot) -> Snapshot:
    """Lock the claims that quote a snapshot, then the snapshot, as whoever anchors a passage does.

    This waits for them; nobody anchors a passage in it while this lasts.
    """
    while True:
        with suppress(_AnchoredMeanwhile), transaction.atomic():
            ids = _quoting(snapshot)
            upkeep.lock(*ids)
            held = Snapshot.objects.select_for_update().get(pk=snapshot.pk)
            if _quoting(snapshot) != ids:
                raise _AnchoredMeanwhile
            return held


def _quoting(snapshot: Snapshot) -> set[int]:
    quoted = Appearance.objects.filter(snapshot=snapshot)
    return set(quoted.values_list("evidence__claim_id", flat=True))


def _redact_appearance(by: User, appearance: Appearance, reason: str) -> Event:
    upkeep.lock(appearance.evidence.claim_id)
    held = Appearance.objects.select_for_update().get(pk=appearance.pk)
    _only_once(held)
    family = Appearance.objects.carried_with(held).filter(redaction_reason="")
    others = list(family.exclude(pk=held.pk).select_for_update().order_by("pk"))
    payload: dict[str, Json] = {
        "reason": reason,
        "events": _blank_appearances([held, *others], reason),
    }
    if others:
        payload["appearances"] = [row.pk for row in others]
    claim = held.evidence.claim
    for row in others:
        told: dict[str, Json] = {"reason": reason, "events": [], "with": held.pk}
        record(by=by, verb="appearance.redacted", subject=row, claim=claim, payload=told)
    return record(by=by, verb="appearance.redacted", subject=held, claim=claim, payload=payload)


def _redact_claim(by: User, claim: Claim, reason: str) -> Event:
    held = upkeep.lock(claim.pk)[claim.pk]
    _only_once(held)
    with refused():
        Claim.objects.filter(pk=held.pk).update(
            text="", slug="claim", criteria="", redaction_reason=reason
        )
    told = Event.objects.filter(subject_type="claim", subject_id=held.pk)
    payload: dict[str, Json] = {
        "reason": reason,
        "events": _blank_events(told, _WORDS_OF_CLAIM, reason),
    }
    return record(by=by, verb="claim.redacted", subject=held, claim=held, payload=payload)


def _blank_appearances(rows: Iterable[Appearance], reason: str) -> list[Any]:
    rows = list(rows)
    ids = [row.pk for row in rows]
    with refused():
        Appearance.objects.filter(pk__in=ids).update(
            exact="", prefix="", suffix="", hedge="", redaction_reason=reason
        )
    # The event that linked evidence tells of the appearances that came with it.
    told = Event.objects.filter(
        Q(subject_type="appearance", subject_id__in=ids)
        | Q(subject_type="evidence", subject_id__in=[row.evidence_id for row in rows])
    )
    return _blank_events(told, _WORDS_OF_APPEARANCE, reason)


def _blank_events(events: Iterable[Event], words: frozenset[str], reason: str) -> list[Any]:
    """Blank those ``events`` whose payload holds something under ``words``; return which."""
    holding = [event for event in events if _holds(event.payload, words)]
    with refused():
        Event.objects.filter(pk__in=[event.pk for event in holding]).update(
            payload={"redacted": reason}, salt=""
        )
    return [list(place) for place in sorted((event.chain, event.seq) for event in holding)]


def _holds(value: object, words: frozenset[str]) -> bool:
    if isinstance(value, dict):
        return any((key in words and item) or _holds(item, words) for key, item in value.items())
    return isinstance(value, list) and any(_holds(item, words) for item in value)


def _only_once(row: Snapshot | Appearance | Claim) -> None:
    if row.redaction_reason:
        raise Refusal("redacted_before", _("This has been redacted before."))
