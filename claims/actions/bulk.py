"""Writes what a chunk of an import adds, table by table, in one transaction with its events."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import User
from django.db import connection, models, transaction

from articles.actions import edit_article
from articles.history import Json, facts
from articles.models import Affiliation, Article, Event, Source
from articles.policy import require
from claims.actions import upkeep, weighing
from claims.actions.behind import Copier, copying
from claims.actions.intake import publish_claim
from claims.actions.rows import copy_rows
from claims.actions.setting_aside import take_up
from claims.models import (
    Appearance,
    Claim,
    Evidence,
    MatchDecision,
    OutsideVerdict,
    Question,
    Verdict,
)
from claims.refusals import refused

_STAMPS = "SELECT id, published_at FROM claims_claim WHERE id = ANY(%s)"
_EVENT = "chain, subject_type, subject_id, claim_id, verb, by_id, payload"


@dataclass(frozen=True, slots=True)
class Additions:
    """New rows with their ids, each list in the order in which it is to be written.

    A new claim whose ``published_at`` is set is published. ``published`` and ``taken_up`` are
    claims that were here, ``addresses`` the web addresses that documents which were here get,
    ``touched`` the claims that get evidence, whose state is weighed again.
    """

    sources: list[Source] = field(default_factory=list)
    articles: list[Article] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    evidence: list[Evidence] = field(default_factory=list)
    appearances: list[Appearance] = field(default_factory=list)
    outside: list[OutsideVerdict] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)
    decisions: list[MatchDecision] = field(default_factory=list)
    published: list[Claim] = field(default_factory=list)
    taken_up: list[Claim] = field(default_factory=list)
    addresses: list[tuple[Article, str]] = field(default_factory=list)
    touched: set[int] = field(default_factory=set)


def hold_imports() -> None:
    """Let one import write at a time: what two of them add to the same names would double."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('sayso:import', 0))")


@transaction.atomic
def add_all(*, by: User, parts: Iterable[Additions]) -> None:
    """Write ``parts`` in their order, or nothing when PostgreSQL refuses any of it (``Refusal``).

    A part is asked for while the one before is still being written, so that planning it costs no
    time of its own. The caller holds the locks of the claims and sources that were here already
    (``lock_all``).
    """
    require(by, "claims.import_claims")
    with refused(), copying() as copier:
        for part in parts:
            _add(by, part, copier)
        connection.check_constraints()  # those that PostgreSQL would ask at the end only


def _add(by: User, additions: Additions, copier: Copier) -> None:
    if additions.published or any(claim.is_published for claim in additions.claims):
        require(by, "claims.publish_claim")
    for article, url in additions.addresses:
        edit_article(by=by, article=article, url=url)
    told = Told(by)
    for claim in additions.taken_up:
        take_up(by=by, claim=claim)
    told.simple("source.added", additions.sources)
    told.simple("article.added", additions.articles)
    told.simple("question.opened", additions.questions)
    for claim in additions.claims:
        told.add("claim.logged", claim, claim.pk, _as_logged(claim))
    moved = _weigh_new(additions)
    copy_rows(copier, Source, additions.sources)
    copy_rows(copier, Article, additions.articles)
    copy_rows(copier, Question, additions.questions)
    copy_rows(copier, Claim, additions.claims)
    copy_rows(copier, Evidence, additions.evidence)
    copy_rows(copier, Appearance, additions.appearances)
    copy_rows(copier, OutsideVerdict, additions.outside)
    copy_rows(copier, Verdict, additions.verdicts)
    copy_rows(copier, MatchDecision, additions.decisions)
    here = {claim.pk for claim in additions.claims}
    moved.update(upkeep.refresh_many(additions.touched - here))
    _tell_evidence(told, additions, moved)
    for decision in additions.decisions:
        told.add("match.decided", decision, decision.claim_id, facts(decision))
    _tell_published(told, additions.claims)
    told.write(copier)
    for claim in additions.published:
        publish_claim(by=by, claim=claim)


def lock_all(claims: Iterable[int], sources: Iterable[int]) -> None:
    """Lock what is here already and about to get evidence: claims, then the roles of sources."""
    wanted = sorted(set(claims))
    if wanted:
        upkeep.lock(*wanted)
    upkeep.hold_sources(sources)


class Told:
    """The events of many changes, written at once in their order."""

    def __init__(self, by: User) -> None:
        self.by = by.pk
        self.rows: list[tuple[Any, ...]] = []

    def add(self, verb: str, row: models.Model, claim: int | None, payload: Any) -> None:
        """Tell of one change, in the chain of ``claim`` or else of the row itself."""
        kind = str(row._meta.model_name)
        chain = f"{kind}/{row.pk}" if claim is None else f"claim/{claim}"
        self.rows.append((chain, kind, row.pk, claim, verb, self.by, json.dumps(payload)))

    def simple(self, verb: str, rows: Iterable[models.Model]) -> None:
        """Tell of rows that are on no claim."""
        for row in rows:
            self.add(verb, row, None, facts(row))

    def write(self, copier: Copier) -> None:
        """Have them written into the record, in the transaction of what they tell of."""
        if self.rows:
            copier.copy(f"COPY {Event._meta.db_table} ({_EVENT}) FROM STDIN", self.rows)


def _as_logged(claim: Claim) -> dict[str, Json]:
    """A claim as it is before anything hangs on it."""
    return {**facts(claim), "published_at": None}


def _tell_evidence(told: Told, additions: Additions, moved: dict[int, dict[str, Json]]) -> None:
    """Evidence with the places where it can be read; the last of a claim tells what it moved."""
    places: dict[int, list[Appearance]] = defaultdict(list)
    new = {row.pk for row in additions.evidence}
    for place in additions.appearances:
        if place.evidence_id in new:
            places[place.evidence_id].append(place)
        else:
            told.add("appearance.added", place, place.evidence.claim_id, facts(place))
    last = {row.claim_id: row.pk for row in additions.evidence}
    for row in additions.evidence:
        payload: dict[str, Json] = {
            **facts(row),
            "appearances": [facts(place) for place in places[row.pk]],
            "standing": moved.get(row.claim_id) if last[row.claim_id] == row.pk else None,
        }
        told.add("evidence.linked", row, row.claim_id, payload)
    for verdict in additions.outside:
        told.add("outsideverdict.recorded", verdict, verdict.claim_id, facts(verdict))
    for proposed in additions.verdicts:
        payload = {**facts(proposed), "citations": []}
        told.add("verdict.proposed", proposed, proposed.claim_id, payload)


def _tell_published(told: Told, claims: Sequence[Claim]) -> None:
    new = [claim for claim in claims if claim.is_published]
    if not new:
        return
    with connection.cursor() as cursor:
        cursor.execute(_STAMPS, [[claim.pk for claim in new]])
        stamped = dict(cursor.fetchall())
    for claim in new:
        claim.published_at = stamped[claim.pk]
        payload = facts(claim, "text", "kind", "window", "criteria", "published_at")
        told.add("claim.published", claim, claim.pk, payload)


def _weigh_new(additions: Additions) -> dict[int, dict[str, Json]]:
    """Give new claims the state that their evidence amounts to; returns what that moved."""
    by_claim: dict[int, list[Evidence]] = defaultdict(list)
    new = {claim.pk: claim for claim in additions.claims}
    for row in additions.evidence:
        if row.claim_id in new:
            by_claim[row.claim_id].append(row)
    several = {row.source_id for rows in by_claim.values() if len(rows) > 1 for row in rows}
    several -= {source.pk for source in additions.sources}
    held = list(Affiliation.objects.filter(source__in=several)) if several else []
    moved: dict[int, dict[str, Json]] = {}
    for claim, rows in by_claim.items():
        after = weighing.weighed(rows, held)
        before: dict[str, Json] = {name: getattr(new[claim], name) for name in after}
        if after != before:
            moved[claim] = {"from": before, "to": after}
            for name, value in after.items():
                setattr(new[claim], name, value)
    return moved
