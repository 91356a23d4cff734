"""What one passage says, logged in one act: claim, source, role, chain of documents, evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction

from articles.models import Affiliation, Article, Source
from articles.newcomers import NewArticle, NewSource, blaming, settle_article, settle_source
from claims.actions.evidence import Passage, link_evidence
from claims.actions.intake import log_claim, open_question, publish_claim
from claims.actions.roles import affiliate
from claims.choices import Basis, ClaimKind, Scope, Stance
from claims.models import Claim, Evidence

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.db.backends.postgresql.psycopg_any import DateRange


@dataclass(frozen=True, slots=True, kw_only=True)
class NewClaim:
    """A claim that the passage brings with it; ``question`` in words, an open one or a new one."""

    text: str
    kind: str = ClaimKind.EVENT
    language: str = "en"
    checkable: bool = True
    window: DateRange | None = None
    criteria: str = ""
    question: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """A document that the words came through; ``basis``: how we know that they went on from it."""

    article: Article | NewArticle
    basis: str = Basis.CREDITED
    exact: str = ""
    verbatim: bool = False
    hedge: str = ""
    seen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleThen:
    """What the source was, and where, when it said so."""

    role: str
    organisation: Source | NewSource
    during: DateRange
    one_voice: bool = False


@transaction.atomic
def log_passage(
    *,
    by: User,
    claim: Claim | NewClaim,
    source: Source | NewSource,
    stated: DateRange,
    place: Passage | Hop,
    hops: Sequence[Hop] = (),
    pieces: Sequence[Passage] = (),
    role: RoleThen | None = None,
    publish: bool = False,
    stance: str = Stance.ASSERTS,
    scope: str = Scope.SAME,
    p_low: Decimal | None = None,
    p_high: Decimal | None = None,
    language: str = "en",
    note: str = "",
    interested: bool = False,
) -> Evidence:
    """Log what one passage says, all of it or nothing: claim, source, role, chain, evidence.

    ``place`` is where we read it; ``hops`` the documents that it came through, the origin first.
    ``pieces`` are further stretches of the same quotation, which came the same way. What is new
    among all these is added on the way.
    """
    with blaming("source"):
        speaker = settle_source(by=by, source=source)
    if role is not None:
        _hold_role(by=by, source=speaker, role=role)
    about = _settle_claim(by=by, claim=claim)
    evidence = link_evidence(
        by=by,
        claim=about,
        source=speaker,
        stated=stated,
        stance=stance,
        scope=scope,
        passages=_chain(by=by, hops=hops, place=place, pieces=pieces),
        p_low=p_low,
        p_high=p_high,
        language=language,
        note=note,
        interested=interested,
        with_claim=about is not claim,
    )
    if publish:
        publish_claim(by=by, claim=about)
    return evidence


def _settle_claim(*, by: User, claim: Claim | NewClaim) -> Claim:
    if isinstance(claim, Claim):
        return claim
    question = None
    if claim.question.strip():
        with blaming("question"):
            question = open_question(by=by, text=claim.question)
    return log_claim(
        by=by,
        text=claim.text,
        kind=claim.kind,
        language=claim.language,
        checkable=claim.checkable,
        window=claim.window,
        criteria=claim.criteria,
        question=question,
    )


def _hold_role(*, by: User, source: Source, role: RoleThen) -> None:
    """Add the role unless it is held on every day of those dates."""
    with blaming("organisation"):
        organisation = settle_source(by=by, source=role.organisation)
    held = Affiliation.objects.filter(
        source=source,
        organisation=organisation,
        role__iexact=" ".join(role.role.split()),
        during__contains=role.during,
    )
    if not held.exists():
        affiliate(
            by=by,
            source=source,
            organisation=organisation,
            role=role.role,
            during=role.during,
            one_voice=role.one_voice,
        )


def _chain(
    *, by: User, hops: Sequence[Hop], place: Passage | Hop, pieces: Sequence[Passage]
) -> list[Passage]:
    """The passages from the origin to ``place``, each by way of the one before it."""
    chain: list[Passage] = []
    basis: str = Basis.CREDITED
    for number, hop in enumerate([*hops, place]):
        if isinstance(hop, Passage):
            passage = hop
        else:
            with blaming("hops" if number < len(hops) else "document"):
                article = settle_article(by=by, article=hop.article)
            passage = Passage(
                article=article,
                exact=hop.exact,
                verbatim=hop.verbatim,
                hedge=hop.hedge,
                seen=hop.seen,
            )
        chain.append(replace(passage, via=number - 1 if number else None, basis=basis))
        basis = hop.basis
    read = chain[-1]
    return [*chain, *(replace(piece, via=read.via, basis=read.basis) for piece in pieces)]
