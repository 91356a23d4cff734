"""Loads an example of docs/examples: its article, tables, roles, chains, links and verdicts.

Everything goes through the public actions and the importer. What is here already is left as it is,
so that loading again changes nothing.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Q

from articles import dates
from articles.actions import AlreadyHere, add_source, take_in
from articles.choices import CaptureMethod, SourceKind
from articles.models import Affiliation, Snapshot, Source
from claims.actions.evidence import Passage, add_appearance, relate_evidence
from claims.actions.merging import merge_claims, relate_claims
from claims.actions.roles import affiliate
from claims.actions.verdicts import Grade, propose_verdict, publish_verdict
from claims.choices import SYMMETRIC_LINKS, Basis, RowState
from claims.exchange import importing
from claims.exchange.columns import Problem
from claims.exchange.files import Sheet, Unreadable, sheets
from claims.exchange.locating import locate
from claims.models import Claim, ClaimLink, Evidence, EvidenceLink

Entry = dict[str, Any]


class Spoilt(Exception):
    """The example itself is wrong: which rows of its table were rejected, and why."""


@dataclass(frozen=True, slots=True)
class People:
    """The accounts that act, by the names that the example gives them."""

    editor: User
    chief: User

    def called(self, name: str) -> User:
        """The account of that name. Raises ``AttributeError``."""
        user: User = getattr(self, name)
        return user


class Example:
    """One folder of an example, read once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        path = folder / f"{folder.name}.toml"
        self.data: Entry = tomllib.loads(path.read_text(encoding="utf-8"))

    @cached_property
    def claims(self) -> dict[str, str]:
        """The words of its claims, by their short names."""
        return dict(self.data["claims"])

    @transaction.atomic
    def load(self, people: People) -> None:
        """Add all of it that isn't here yet.

        Raises ``Spoilt``, ``ValidationError`` or ``NotAllowed``; nothing is written then.
        """
        self._add_sources(people.editor)
        snapshot = self._take_in(people.editor)
        known, *later = self.data["tables"]
        self._import_claims(known, people.editor)
        for name in self.claims:
            self._judge(name, people, early=True)
        for table in later:
            self._import_claims(table, people.editor)
        for entry in self.data["roles"]:
            self._affiliate(entry, people.editor)
        for entry in self.data["passages"]:
            self._add_passage(entry, snapshot, people.editor)
        for entry in self.data["evidence_links"]:
            self._relate_evidence(entry, people.editor)
        for entry in self.data["claim_links"]:
            self._relate_claims(entry, people.editor)
        for entry in self.data["merges"]:
            self._merge(entry, people.editor)
        for name in self.claims:
            self._judge(name, people)

    # What came in

    def _add_sources(self, by: User) -> None:
        sheet = self._sheet("sources.csv")
        for record in sheet.records():
            row = dict(zip(sheet.headings, record.cells, strict=True))
            if not Source.objects.filter(kind=row["kind"], name=row["name"]).exists():
                add_source(
                    by=by,
                    kind=row["kind"],
                    name=row["name"],
                    aliases=row["aliases"].split("|"),
                    wikidata=row["wikidata"],
                    description=row["description"],
                )

    def _take_in(self, by: User) -> Snapshot:
        about = dict(self.data["article"])
        raw = (self.folder / about.pop("file")).read_bytes()
        about["publisher"] = self._source(about["publisher"])
        about["published"] = _period(about["published"])
        try:
            return take_in(
                by=by, text=raw.decode("utf-8"), method=CaptureMethod.FILE, raw=raw, **about
            )
        except AlreadyHere as already:
            return already.article.snapshots.latest()

    def _import_claims(self, name: str, by: User) -> None:
        rejected = [
            f"{name}, line {row.line}: {'; '.join(str(Problem(**each)) for each in row.problems)}"
            for row in importing.run(self._sheet(name), by=by)
            if row.state == RowState.REJECTED
        ]
        if rejected:
            raise Spoilt("\n".join(rejected))

    def _sheet(self, name: str) -> Sheet:
        """One of its tables. Raises ``Spoilt``."""
        try:
            (sheet,) = sheets(self.folder / name, name)
        except Unreadable as fault:
            raise Spoilt(f"{name}: {fault}") from None
        return sheet

    # What hangs on it

    def _affiliate(self, entry: Entry, by: User) -> None:
        source = self._evidence(entry).source if "claim" in entry else self._source(entry["source"])
        organisation = self._source(entry["organisation"])
        during = _period(entry["during"])
        held = Affiliation.objects.filter(source=source, organisation=organisation)
        if not held.filter(during__overlap=during).exists():
            affiliate(
                by=by,
                source=source,
                organisation=organisation,
                role=entry["role"],
                during=during,
                one_voice=entry.get("one_voice", False),
            )

    def _add_passage(self, entry: Entry, snapshot: Snapshot, by: User) -> None:
        evidence = self._evidence(entry)
        rows = evidence.appearances.current()
        if rows.filter(article=snapshot.article, exact=entry["exact"]).exists():
            return
        start = locate(snapshot.text, entry["exact"])
        passage = Passage(
            article=snapshot.article,
            snapshot=snapshot,
            start=start,
            end=start + len(entry["exact"]),
            exact=entry["exact"],
            hedge=entry.get("hedge", ""),
            via=rows.get(article__title=entry["via"]),
            basis=entry.get("basis", Basis.CREDITED),
            seen=True,
        )
        add_appearance(by=by, evidence=evidence, passage=passage)

    def _relate_evidence(self, entry: Entry, by: User) -> None:
        first, other = self._evidence(entry["from"]), self._evidence(entry["to"])
        held = EvidenceLink.objects.current().filter(from_evidence=first, to_evidence=other)
        if not held.filter(kind=entry["kind"]).exists():
            relate_evidence(
                by=by, evidence=first, other=other, kind=entry["kind"], note=entry.get("note", "")
            )

    def _relate_claims(self, entry: Entry, by: User) -> None:
        first, other = self._claim(entry["claim"]), self._claim(entry["other"])
        between = Q(from_claim=first, to_claim=other)
        if entry["kind"] in SYMMETRIC_LINKS:
            between |= Q(from_claim=other, to_claim=first)
        if not ClaimLink.objects.current().filter(between, kind=entry["kind"]).exists():
            relate_claims(
                by=by, claim=first, other=other, kind=entry["kind"], note=entry.get("note", "")
            )

    def _merge(self, entry: Entry, by: User) -> None:
        gone, kept = self._claim(entry["duplicate"]), self._claim(entry["survivor"])
        if Claim.objects.survivors().filter(pk=gone.pk).exists():
            merge_claims(by=by, duplicate=gone, survivor=kept, note=entry.get("note", ""))

    def _judge(self, name: str, people: People, *, early: bool = False) -> None:
        """Add the verdicts on a claim beyond those that it has, in their order."""
        entries = [entry for entry in self.data["verdicts"] if entry["claim"] == name]
        if early:
            entries = [entry for entry in entries if entry.get("early")]
        if not entries:
            return
        claim = self._claim(name)
        for entry in entries[claim.verdicts.count() :]:
            citations = [
                Grade(
                    evidence=self._evidence({"claim": name, **cited}),
                    reliability=cited["reliability"],
                    credibility=cited["credibility"],
                    note=cited.get("note", ""),
                )
                for cited in entry["citations"]
            ]
            verdict = propose_verdict(
                by=people.called(entry["by"]),
                claim=claim,
                citations=citations,
                **{
                    field: entry[field]
                    for field in ("kind", "finding", "confidence", "summary", "reasoning")
                },
                correction_note=entry.get("correction_note", ""),
            )
            if "published_by" in entry:
                publish_verdict(by=people.called(entry["published_by"]), verdict=verdict)

    # What an entry names

    def _claim(self, name: str) -> Claim:
        return Claim.objects.filter(text=self.claims[name]).earliest("pk")

    def _evidence(self, entry: Entry) -> Evidence:
        rows = Evidence.objects.current().select_related("source")
        rows = rows.filter(claim=self._claim(entry["claim"]), source__name=entry["source"])
        if "stance" in entry:
            rows = rows.filter(stance=entry["stance"])
        return rows.get()

    @staticmethod
    def _source(name: str) -> Source:
        return Source.objects.exclude(kind=SourceKind.UNNAMED).filter(name=name).earliest("pk")


def _period(written: str) -> DateRange:
    return DateRange(*dates.read(written))
