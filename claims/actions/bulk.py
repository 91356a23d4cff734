"""Writes what a chunk of an import adds, table by table, in one transaction with its events."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeVar

from django.contrib.auth.models import User
from django.db import connection, models, transaction
from django.db.models import DEFERRED
from psycopg.types.json import Jsonb

from articles.actions import edit_article
from articles.history import Json, facts
from articles.models import Affiliation, Article, Event, Source
from articles.policy import require
from claims.actions import upkeep
from claims.actions.intake import publish_claim
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
from claims.standing import assess

M = TypeVar("M", bound=models.Model)

_NEXT = """
SELECT nextval(s.name) FROM (SELECT pg_get_serial_sequence(%s, 'id')::regclass AS name OFFSET 0) s,
    generate_series(1, %s)
"""
_STAMPS = "SELECT id, published_at FROM claims_claim WHERE id = ANY(%s)"
_EVENT = "chain, subject_type, subject_id, claim_id, verb, by_id, payload"


@dataclass(frozen=True, slots=True)
class Additions:
    """New rows with their ids, each list in the order in which it is to be written.

    A new claim whose ``published_at`` is set is published. ``published`` and ``taken_up`` are
    claims that were here, ``addresses`` the web addresses that documents which were here get.
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


def next_ids(model: type[models.Model], number: int) -> list[int]:
    """Ids that nobody else will get."""
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [model._meta.db_table, number])
        return [row[0] for row in cursor.fetchall()]


def made(model: type[M], **values: Any) -> M:
    """A new row with these values, foreign keys as rows; what PostgreSQL stamps is not there yet.

    The same as calling ``model``, in a quarter of the time: a large import makes millions.
    """
    known, places = _blank(model)
    given = list(known)
    others = {}
    for name, value in values.items():
        if isinstance(value, models.Model):
            others[name] = value
        else:
            given[places[name]] = value
    row = model(*given)
    for name, other in others.items():
        setattr(row, name, other)
    return row


@cache
def _blank(model: type[models.Model]) -> tuple[list[Any], dict[str, int]]:
    """The values of a row of which nothing is known, in the order of its columns, and the order."""
    fields = model._meta.concrete_fields
    blank = [_beginning(each) for each in fields]
    places = {name: at for at, each in enumerate(fields) for name in (each.name, each.attname)}
    places["pk"] = places[model._meta.pk.name]
    return blank, places


def _beginning(column: models.Field[Any, Any]) -> Any:
    """What a column holds unless one says otherwise; nothing yet where PostgreSQL stamps it."""
    if column.has_default() or not column.has_db_default():
        return column.get_default()
    stamped = hasattr(column.db_default, "resolve_expression")
    return DEFERRED if stamped else column.db_default


def hold_imports() -> None:
    """Let one import write at a time: what two of them add to the same names would double."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('sayso:import', 0))")


@transaction.atomic
def add_all(*, by: User, additions: Additions, touched: Iterable[int]) -> None:
    """Write ``additions``; all of them, or none when PostgreSQL refuses one (``Refusal``).

    ``touched``: the claims that were here already and get evidence, whose state is weighed again.
    The caller holds their locks (``lock_all``) and those of their sources.
    """
    require(by, "claims.import_claims")
    if additions.published or any(claim.is_published for claim in additions.claims):
        require(by, "claims.publish_claim")
    with refused():
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
        _copy(Source, additions.sources)
        _copy(Article, additions.articles)
        _copy(Question, additions.questions)
        _copy(Claim, additions.claims)
        _copy(Evidence, additions.evidence)
        _copy(Appearance, additions.appearances)
        _copy(OutsideVerdict, additions.outside)
        _copy(Verdict, additions.verdicts)
        _copy(MatchDecision, additions.decisions)
        moved.update(upkeep.refresh_many(touched))
        _tell_evidence(told, additions, moved)
        for decision in additions.decisions:
            told.add("match.decided", decision, decision.claim_id, facts(decision))
        _tell_published(told, additions.claims)
        told.write()
        for claim in additions.published:
            publish_claim(by=by, claim=claim)
        connection.check_constraints()  # those that PostgreSQL would ask at the end only


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

    def write(self) -> None:
        """Write them into the record, in the transaction of what they tell of."""
        table = Event._meta.db_table
        with (
            connection.cursor() as cursor,
            cursor.copy(f"COPY {table} ({_EVENT}) FROM STDIN") as copy,
        ):
            for row in self.rows:
                copy.write_row(row)


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
    here = {row.source_id for rows in by_claim.values() for row in rows}
    here -= {source.pk for source in additions.sources}
    held = list(Affiliation.objects.filter(source__in=here)) if here else []
    moved: dict[int, dict[str, Json]] = {}
    for claim, rows in by_claim.items():
        after = upkeep.amounts(assess(upkeep.testimonies_of(rows, held), []), rows)
        before: dict[str, Json] = {name: getattr(new[claim], name) for name in after}
        if after != before:
            moved[claim] = {"from": before, "to": after}
            for name, value in after.items():
                setattr(new[claim], name, value)
    return moved


@cache
def columns_of(model: type[models.Model]) -> tuple[models.Field[Any, Any], ...]:
    """What is written of a row: all that PostgreSQL doesn't stamp itself."""
    return tuple(column for column in model._meta.concrete_fields if not column.has_db_default())


def _copy(model: type[models.Model], rows: Sequence[models.Model]) -> None:
    if not rows:
        return
    columns = columns_of(model)
    named = ", ".join(connection.ops.quote_name(str(column.column)) for column in columns)
    table = connection.ops.quote_name(model._meta.db_table)
    attributes = [column.attname for column in columns]
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {table} ({named}) FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row(list(_values(row, attributes)))


def _values(row: models.Model, attributes: Sequence[str]) -> Iterator[Any]:
    for name in attributes:
        value = getattr(row, name)
        yield Jsonb(value) if isinstance(value, dict) else value
