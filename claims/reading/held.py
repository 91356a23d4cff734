"""The rows that the page of one claim is made of, each kind by a query that is written once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING

from django.db.models import BigIntegerField, DateField, Exists, F, OuterRef, Q, Subquery

from articles import moment
from articles.models import Affiliation, Event
from articles.prepared import Given, IsOneOf, Prepared
from claims.actions import weighing
from claims.choices import ClaimLinkKind
from claims.merges import absorbed
from claims.models import (
    Appearance,
    Challenge,
    Citation,
    Claim,
    ClaimLink,
    Evidence,
    EvidenceLink,
    OutsideVerdict,
    Verdict,
)
from claims.models.claim import ClaimQuerySet
from claims.reading import chains, history

if TYPE_CHECKING:
    from articles.policy import Reader

_LARGEST = BigIntegerField.MAX_BIGINT


def _found(user: Reader) -> ClaimQuerySet:
    merges = (
        ClaimLink.objects.current()
        .filter(
            Q(from_claim=OuterRef("pk")) | Q(to_claim=OuterRef("pk")), kind=ClaimLinkKind.SAME_AS
        )
        .exclude(survivor=OuterRef("pk"))
    )
    links = ClaimLink.objects.current().filter(
        Q(from_claim=OuterRef("pk")) | Q(to_claim=OuterRef("pk"))
    )
    outside = OutsideVerdict.objects.visible_to(user).current().filter(claim=OuterRef("pk"))
    reports = Challenge.objects.filter(claim=OuterRef("pk"), closed_at__isnull=False)
    return (
        Claim.objects.visible_to(user)
        .with_status(Given("today", DateField()))
        .select_related("question")
        .annotate(
            merged_to=Subquery(merges.values("survivor")[:1]),
            is_linked=Exists(links),
            is_judged_outside=Exists(outside),
            is_reported=Exists(reports),
        )
        .filter(pk=Given("id", BigIntegerField()))
        .order_by()
    )


def _unread(source: str) -> list[str]:
    """What a page that names a source doesn't tell of it."""
    return [f"{source}__{name}" for name in ("description", "wikidata", "identifiers")]


_FOUND = Prepared(_found)
_EVIDENCE = Prepared(
    lambda _user: (
        Evidence.objects.filter(IsOneOf("claim", "claims"))
        .select_related("source")
        .defer(*_unread("source"))
        .order_by("pk")
    )
)
_LINKS = Prepared(
    lambda _user: ClaimLink.objects.current().filter(
        Q(IsOneOf("from_claim", "claims")) | Q(IsOneOf("to_claim", "claims"))
    )
)
_ROLES = Prepared(
    lambda _user: (
        Affiliation.objects.filter(IsOneOf("source", "sources"))
        .select_related("organisation")
        .defer(*_unread("organisation"))
        .order_by("-during")
    )
)
_TIES = Prepared(lambda _user: weighing.ties_of(Given("ids", BigIntegerField())))
_APPEARANCES = Prepared(
    lambda _user: (
        chains.with_places(Appearance.objects.current())
        .filter(IsOneOf("evidence", "evidence"))
        .defer("known", "span", "void_reason", *_unread("article__publisher"))
        .order_by("pk")
    )
)
_OUTSIDE = Prepared(
    lambda user: (
        OutsideVerdict.objects.visible_to(user)
        .current()
        .filter(IsOneOf("claim", "claims"))
        .select_related("organisation")
        .order_by(F("dated").desc(nulls_last=True), "pk")
    )
)
_VERDICTS = Prepared(
    lambda user: (
        Verdict.objects.visible_to(user)
        .filter(IsOneOf("claim", "claims"))
        .select_related("author", "reviewer")
        .order_by("-published_at", "-pk")
    )
)
_CITATIONS = Prepared(
    lambda user: Citation.objects.filter(
        IsOneOf("verdict", "verdicts"), evidence__in=Evidence.objects.visible_to(user)
    )
)
_EVENTS = Prepared(
    lambda _user: (
        history.with_moves(Event.objects.filter(claim=Given("claim", BigIntegerField())))
        .defer("salt", "digest", "prev_hash", "hash")
        .order_by("-at", "-pk")
    )
)


def find(user: Reader, pk: int) -> Claim | None:
    """The claim with its status and ``merged_to``: the id of a claim it was merged into.

    Also with ``is_linked``, ``is_judged_outside`` and ``is_reported``: most claims are nothing of
    that, and need not be asked about it.
    """
    if pk > _LARGEST:
        return None
    found = _FOUND.rows(user, id=pk, today=moment.today())
    return found[0] if found else None


def evidence_on(claims: Sequence[int], user: Reader) -> list[Evidence]:
    """All evidence on the claims, voided or not, with its sources."""
    return _EVIDENCE.rows(user, claims=claims)


def evidence_with_claims(ids: Collection[int]) -> dict[int, Evidence]:
    """Evidence by id, with its sources and the claims that it is on; mostly there is none."""
    if not ids:
        return {}
    return Evidence.objects.select_related("source", "claim").in_bulk(ids)


def own_of(claim: Claim) -> list[int]:
    """The claim and all that were merged into it."""
    return list(absorbed([claim.pk])) if vars(claim)["is_linked"] else [claim.pk]


def links_of(claims: Sequence[int], user: Reader) -> list[ClaimLink]:
    """The live links from or to the claims."""
    return _LINKS.rows(user, claims=claims)


def claims_named(ids: Collection[int], user: Reader) -> dict[int, Claim]:
    """Claims by id, with their status, as far as ``user`` may see them."""
    return Claim.objects.visible_to(user).with_status().in_bulk(ids) if ids else {}


def roles_of(evidence: Iterable[Evidence], user: Reader) -> list[Affiliation]:
    """All roles that the sources ever had, with the organisations, the latest first."""
    sources = list({row.source_id for row in evidence})
    return _ROLES.rows(user, sources=sources) if sources else []


def ties_of(evidence: Iterable[Evidence], user: Reader) -> list[EvidenceLink]:
    """The live links into or out of the evidence, and on from there to what it repeats."""
    ids = [row.pk for row in evidence]
    return _TIES.rows(user, ids=ids) if ids else []


def appearances_of(evidence: Iterable[Evidence], user: Reader) -> list[Appearance]:
    """The live appearances of the evidence, with their places."""
    ids = [row.pk for row in evidence]
    return _APPEARANCES.rows(user, evidence=ids) if ids else []


def found_by_others(claims: Sequence[int], user: Reader) -> list[OutsideVerdict]:
    """What other organisations found about the claims, the latest first."""
    return _OUTSIDE.rows(user, claims=claims)


def verdicts_of(claim: Claim, user: Reader) -> list[Verdict]:
    """The verdicts on the claim, the newest first."""
    return _VERDICTS.rows(user, claims=[claim.pk])


def citations_of(
    verdicts: Iterable[Verdict], evidence: Iterable[Evidence], user: Reader
) -> list[Citation]:
    """What the verdicts cite and ``user`` may see; mostly of the evidence that is at hand."""
    ids = [verdict.pk for verdict in verdicts]
    found = _CITATIONS.rows(user, verdicts=ids) if ids else []
    known = {row.pk: row for row in evidence}
    known |= evidence_with_claims({row.evidence_id for row in found} - known.keys())
    for row in found:
        row.evidence = known[row.evidence_id]
    return found


def events_of(claim: Claim, user: Reader) -> list[Event]:
    """The events of the claim with what they moved, the newest first."""
    return _EVENTS.rows(user, claim=claim.pk)
