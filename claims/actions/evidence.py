"""Evidence and where it appears: linked, extended, related, voided; never changed."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from articles.history import facts, record
from articles.models import Article, Snapshot, Source
from articles.policy import require
from articles.sentences import context
from claims.actions import upkeep
from claims.actions.reasons import vetted
from claims.choices import Basis, Scope, Stance
from claims.models import Appearance, Claim, Evidence, EvidenceLink
from claims.refusals import RULES, Refusal, refused, vet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.contrib.auth.models import User
    from django.db.backends.postgresql.psycopg_any import DateRange


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """One appearance to be written.

    ``via``: which earlier passage of the same list this one came by (its index), or an appearance
    that is stored already. ``start`` and ``end`` count code points of the snapshot's text, end
    exclusive; without a snapshot the article is known by reference only.
    """

    article: Article
    snapshot: Snapshot | None = None
    start: int | None = None
    end: int | None = None
    exact: str = ""
    verbatim: bool = False
    hedge: str = ""
    via: int | Appearance | None = None
    basis: str = Basis.CREDITED
    seen: bool = False


@transaction.atomic
def link_evidence(
    *,
    by: User,
    claim: Claim,
    source: Source,
    stated: DateRange,
    stance: str = Stance.ASSERTS,
    scope: str = Scope.SAME,
    passages: Sequence[Passage] = (),
    p_low: Decimal | None = None,
    p_high: Decimal | None = None,
    language: str = "en",
    note: str = "",
    interested: bool = False,
    with_claim: bool = False,
) -> Evidence:
    """Link one source's stance on a claim, with the places where it can be read.

    ``passages`` go from the origin outwards: a passage's ``via`` comes before it. ``p_low`` and
    ``p_high`` are probabilities from 0 to 1, for an assertion that really gives them.
    ``with_claim``: the claim was logged for this evidence, and is left with it when that is undone.
    """
    require(by, "claims.add_evidence")
    held = upkeep.lock(claim.pk)
    upkeep.hold_sources([source.pk])
    evidence = Evidence(
        claim=held[claim.pk],
        source=source,
        stance=stance,
        scope=scope,
        stated=stated,
        p_low=p_low,
        p_high=p_high,
        language=language,
        note=note.strip(),
        interested=interested,
        recorded_by=by,
    )
    with refused():
        vet(evidence)
        evidence.save(force_insert=True)
    rows: list[Appearance] = []
    for passage in passages:
        rows.append(_write(by=by, evidence=evidence, passage=passage, earlier=rows))
    moved = upkeep.refresh(claim.pk)
    payload = {
        **facts(evidence),
        "appearances": [facts(row) for row in rows],
        "standing": moved.get(claim.pk),
        **({"with_claim": True} if with_claim else {}),
    }
    record(by=by, verb="evidence.linked", subject=evidence, claim=claim, payload=payload)
    return evidence


@transaction.atomic
def add_appearance(*, by: User, evidence: Evidence, passage: Passage) -> Appearance:
    """Add another place where evidence can be read. It is no new testimony and no new origin."""
    require(by, "claims.add_appearance")
    upkeep.lock(evidence.claim_id)
    row = _write(by=by, evidence=evidence, passage=passage, earlier=[])
    record(by=by, verb="appearance.added", subject=row, claim=evidence.claim)
    return row


@transaction.atomic
def void_evidence(*, by: User, evidence: Evidence, reason: str) -> Evidence:
    """Take evidence back, with the reason. It stays on the record; its links stay too."""
    require(by, "claims.change_evidence")
    upkeep.lock(evidence.claim_id)
    held = Evidence.objects.get(pk=evidence.pk)
    _void(held, reason)
    moved = upkeep.refresh(held.claim_id)
    payload = {"reason": held.void_reason, "standing": moved.get(held.claim_id)}
    record(by=by, verb="evidence.voided", subject=held, claim=held.claim, payload=payload)
    return held


@transaction.atomic
def void_appearance(*, by: User, appearance: Appearance, reason: str) -> Appearance:
    """Take one place back, with the reason."""
    require(by, "claims.change_appearance")
    upkeep.lock(appearance.evidence.claim_id)
    held = Appearance.objects.get(pk=appearance.pk)
    _void(held, reason)
    record(
        by=by,
        verb="appearance.voided",
        subject=held,
        claim=held.evidence.claim,
        payload={"reason": held.void_reason},
    )
    return held


@transaction.atomic
def relate_evidence(
    *, by: User, evidence: Evidence, other: Evidence, kind: str, note: str = ""
) -> EvidenceLink:
    """Say that ``evidence`` repeats, relies on, responds to or withdraws ``other``."""
    require(by, "claims.add_evidencelink")
    claims = upkeep.lock_claims_copying(evidence, other)
    link = EvidenceLink(
        from_evidence=evidence, to_evidence=other, kind=kind, note=note.strip(), recorded_by=by
    )
    with refused():
        vet(link)
        link.save(force_insert=True)
    moved = upkeep.refresh(*claims)
    payload = {**facts(link), "standing": moved.get(evidence.claim_id)}
    record(by=by, verb="evidence.related", subject=link, claim=evidence.claim, payload=payload)
    return link


@transaction.atomic
def void_evidence_link(*, by: User, link: EvidenceLink, reason: str) -> EvidenceLink:
    """Take a link between two pieces of evidence back, with the reason."""
    require(by, "claims.change_evidencelink")
    claims = upkeep.lock_claims_copying(link.from_evidence, link.to_evidence)
    held = EvidenceLink.objects.select_related("from_evidence__claim").get(pk=link.pk)
    _void(held, reason)
    moved = upkeep.refresh(*claims)
    claim = held.from_evidence.claim
    payload = {"reason": held.void_reason, "standing": moved.get(claim.pk)}
    record(by=by, verb="evidence.unrelated", subject=held, claim=claim, payload=payload)
    return held


def _write(
    *, by: User, evidence: Evidence, passage: Passage, earlier: Sequence[Appearance]
) -> Appearance:
    prefix = suffix = ""
    span = None
    snapshot = passage.snapshot
    if snapshot is not None and passage.start is not None and passage.end is not None:
        span = (passage.start, passage.end)
        prefix, suffix = _surroundings(snapshot, passage.start, passage.end)
    row = Appearance(
        evidence=evidence,
        article=passage.article,
        snapshot=snapshot,
        span=span,
        exact=passage.exact,
        prefix=prefix,
        suffix=suffix,
        verbatim=passage.verbatim,
        hedge=passage.hedge.strip(),
        via=earlier[passage.via] if isinstance(passage.via, int) else passage.via,
        basis=passage.basis,
        seen=passage.seen,
        recorded_by=by,
    )
    with refused():
        vet(row)
        row.save(force_insert=True)
    return row


def _surroundings(snapshot: Snapshot, start: int, end: int) -> tuple[str, str]:
    try:
        return context(snapshot.text, start, end)
    except ValueError as error:
        rule = "appearance_quotation_in_place"
        field, message = RULES[rule]
        raise Refusal(rule, message, field) from error


def _void(row: Evidence | Appearance | EvidenceLink, reason: str) -> None:
    if row.is_void:
        raise Refusal("known_only_voided", _("This has been voided before."))
    row.void_reason = vetted(reason, rule="void_needs_reason", message=_("Say why it is voided."))
    with refused():
        row.save(update_fields=["void_reason"])
    row.refresh_from_db(fields=["known", "void_reason"])
