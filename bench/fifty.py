"""The claim that every server of the comparison shows: so many pieces of evidence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from django.contrib.auth.models import Group, User
from django.db.backends.postgresql.psycopg_any import DateRange

from articles.actions import add_article, add_source, capture
from articles.choices import SourceKind
from bench.generate import Newsroom
from claims.actions.evidence import Passage, link_evidence
from claims.actions.intake import log_claim, publish_claim
from claims.actions.roles import affiliate
from claims.actions.verdicts import Grade, propose_verdict, publish_verdict
from claims.choices import ClaimKind, Confidence, Finding, Stance, VerdictKind
from claims.models import Claim

SUMMARY = "Several have said so, and nobody who was there."


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of evidence, in words that every server can show."""

    quotation: str
    source: str
    role: str
    organisation: str
    article: str
    publisher: str
    stated: date
    denies: bool


def pieces(number: int, *, seed: int = 1) -> Iterator[Piece]:
    """As many pieces as wanted, the same for the same seed."""
    room, chance = Newsroom(seed), Random(seed)
    for n in range(number):
        name = " ".join(room.names.draw(chance) for _ in range(2))
        yield Piece(
            quotation=room.claim(),
            source=f"{name} {n}",
            role="Minister of Defence",
            organisation=f"Government {n % 10}",
            article=room.claim()[:100].strip(),
            publisher=f"The {room.names.draw(chance)} Post {n % 20}",
            stated=date(2023, 3, 1) + timedelta(days=n % 28),
            denies=n % 3 == 0,
        )


def log(text: str, given: list[Piece]) -> Claim:
    """Write the claim with its evidence and a verdict, as editors would; returns it."""
    one, other = (User.objects.create_user(name) for name in ("fifty-one", "fifty-two"))
    for user in (one, other):
        user.groups.add(Group.objects.get(name="editor"))
    organisations = {
        name: add_source(by=one, kind=SourceKind.ORGANISATION, name=name)
        for name in sorted({p.organisation for p in given} | {p.publisher for p in given})
    }
    claim = publish_claim(by=one, claim=log_claim(by=one, text=text, kind=ClaimKind.EVENT))
    graded = []
    for piece in given:
        day = DateRange(piece.stated, piece.stated + timedelta(days=1))
        source = add_source(by=one, kind=SourceKind.PERSON, name=piece.source)
        affiliate(
            by=one,
            source=source,
            organisation=organisations[piece.organisation],
            role=piece.role,
            during=DateRange(date(2020, 1, 1), None),
        )
        article = add_article(
            by=one,
            title=piece.article,
            publisher=organisations[piece.publisher],
            published=day,
        )
        text = f"The minister said: {piece.quotation}. Nobody else spoke."
        snapshot = capture(by=one, article=article, text=text)
        start = snapshot.text.index(piece.quotation)
        place = Passage(
            article=article,
            snapshot=snapshot,
            start=start,
            end=start + len(piece.quotation),
            exact=piece.quotation,
            verbatim=True,
            seen=True,
        )
        evidence = link_evidence(
            by=one,
            claim=claim,
            source=source,
            stated=day,
            stance=Stance.DENIES if piece.denies else Stance.ASSERTS,
            passages=[place],
        )
        graded.append(Grade(evidence=evidence, reliability="C", credibility="3"))
    verdict = propose_verdict(
        by=one,
        claim=claim,
        kind=VerdictKind.FIRST,
        finding=Finding.CONFLICTING,
        confidence=Confidence.MODERATE,
        summary=SUMMARY,
        reasoning="They contradict each other, and there is no picture of it.",
        citations=graded[:5],
    )
    publish_verdict(by=other, verdict=verdict)
    return claim
