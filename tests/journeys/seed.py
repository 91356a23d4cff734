"""Loads an annotated article through the command and the actions, and reads it back.

The annotation says more than the model has columns for. What has none is kept in words, one line
each, where an editor would look for it: what concerns a statement in the note of its evidence, what
concerns a claim in a proposed verdict (an unverified judgment, which nobody but the desk sees), and
for a claim that can't be judged in the note of its evidence too. ``NOT_HELD`` lists what is kept
nowhere, and why.

Two decisions:

* A hop's ``basis`` is kept on the appearance that came by it, as the desk's forms do; ``observed``
  is an appearance that was ``seen``.
* A reliance that "must be checked" is a note and not a link: as a link it would take an origin
  away on a suspicion.
"""

from __future__ import annotations

import io
import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.core.management import call_command
from django.db.backends.postgresql.psycopg_any import DateRange

from articles import dates
from articles.actions import add_article, add_source, edit_source
from articles.models import Affiliation, Article, Snapshot, Source
from claims.actions.evidence import Passage, link_evidence, relate_evidence
from claims.actions.intake import log_claim, open_question
from claims.actions.merging import relate_claims
from claims.actions.roles import affiliate
from claims.actions.verdicts import propose_verdict
from claims.choices import Scope, Stance
from claims.models import Claim, ClaimLink, Evidence, EvidenceLink, Question

Entry = dict[str, Any]

NOT_HELD = {
    "file": "the name of the file; the hash of its bytes is held",
    "characters": "counted from the text",
    "offsets": "how the annotation counts: code points, as the model does",
    "questions.exclusive": "no column by decision: exclusion is a link between two claims",
    "questions.claims": "found from the claims, which name their question",
    "relation_vocabulary": "the key to the annotation's own words",
    "claims.id": "the annotation's own numbers; claims have CL-numbers",
    "claims.relations.model": "follows from the relation by the vocabulary",
    "counts": "counted",
}
NO_ROLE = "not stated"
CONFIDENCES = {"low": "low", "medium": "moderate", "high": "high"}
BASES = {
    "inferred": "inferred",
    "unknown": "inferred",
    "credited": "credited",
    "credited, undated": "credited",
    "credited, anonymous": "credited",
}


@dataclass(frozen=True)
class Seed:
    """The article and what was read in it."""

    text_file: Path
    annotation: Entry

    @classmethod
    def in_folder(cls, folder: Path) -> Seed:
        (path,) = folder.glob("*.annotation.json")
        annotation = json.loads(path.read_text(encoding="utf-8"))
        return cls(folder / annotation["file"], annotation)

    @cached_property
    def claims(self) -> dict[str, Entry]:
        return {entry["id"]: entry for entry in self.annotation["claims"]}

    @cached_property
    def source_keys(self) -> dict[str, str]:
        return {entry["name"]: key for key, entry in self.annotation["sources"].items()}

    @cached_property
    def claim_ids(self) -> dict[str, str]:
        return {entry["text"]: key for key, entry in self.claims.items()}


def period(written: str) -> DateRange:
    """The annotation writes an open end as two dots."""
    return DateRange(*dates.read(written.replace("..", "")))


def lines(pairs: Iterable[tuple[str, str | None]]) -> str:
    return "\n".join(f"{name}: {value}" for name, value in pairs if value)


def about_article(annotation: Entry) -> str:
    told = (("Date", annotation["published"]), ("Translation", annotation["translated_from"]))
    return lines((name, entry["basis"]) for name, entry in told)


def unlined(text: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for line in text.splitlines():
        name, _colon, value = line.partition(": ")
        found[name].append(value)
    return found


def one(found: dict[str, list[str]], name: str) -> str:
    return "".join(found.get(name, []))


def import_article(seed: Seed, by: User) -> str:
    """The command's answer."""
    publisher = seed.annotation["sources"]["publisher"]
    out = io.StringIO()
    call_command(
        "import_article",
        str(seed.text_file),
        by=by.username,
        title=seed.annotation["title"],
        publisher=publisher["name"],
        publisher_kind=publisher["kind"],
        language=seed.annotation["language"],
        translated_from=seed.annotation["translated_from"]["value"],
        published=seed.annotation["published"]["value"],
        note=about_article(seed.annotation),
        stdout=out,
    )
    return out.getvalue().strip()


class Loader:
    """Adds what isn't here yet, by the public actions."""

    def __init__(self, seed: Seed, by: User) -> None:
        self.seed, self.by = seed, by
        self.sources: dict[str, Source] = {}
        self.questions: dict[str, Question] = {}
        self.claims: dict[str, Claim] = {}
        self.evidence: dict[str, Evidence] = {}

    def load(self) -> None:
        annotation = self.seed.annotation
        import_article(self.seed, self.by)
        for key, entry in annotation["sources"].items():
            self.sources[key] = self._source(entry)
        self.article = Article.objects.get(
            title=annotation["title"], publisher=self.sources["publisher"]
        )
        self.snapshot = self.article.snapshots.get()
        for key in annotation["sources"]:
            self._role(key)
        for key, entry in annotation["questions"].items():
            self.questions[key] = open_question(
                by=self.by, text=entry["text"], note=entry.get("note", "")
            )
        for key, entry in self.seed.claims.items():
            self.claims[key] = self._claim(entry)
        for key, entry in self.seed.claims.items():
            for statement in entry["statements"]:
                self.evidence[f"{key}:{statement['source']}"] = self._evidence(entry, statement)
            self._verdict(key, entry)
        self._relations()
        self._statement_links()

    def _source(self, entry: Entry) -> Source:
        held = Source.objects.filter(kind=entry["kind"], name=entry["name"]).first()
        more = {"aliases": entry.get("aliases", []), "description": entry.get("note", "")}
        if held is None:
            return add_source(by=self.by, kind=entry["kind"], name=entry["name"], **more)
        return edit_source(by=self.by, source=held, **more)

    def _role(self, key: str) -> None:
        """The role at all dates at which the source speaks here; others aren't annotated."""
        entry = self.seed.annotation["sources"][key]
        if "one_voice_with" not in entry:
            return
        spoke = [period(self.seed.annotation["published"]["value"])]
        for claim in self.seed.claims.values():
            spoke += [period(row["stated"]) for row in claim["statements"] if row["source"] == key]
        during = DateRange(min(each.lower for each in spoke), max(each.upper for each in spoke))
        source, other = self.sources[key], self.sources[entry["one_voice_with"]]
        role = entry.get("role", NO_ROLE)
        given = {"source": source, "organisation": other, "role": role, "during": during}
        if not Affiliation.objects.filter(**given, one_voice=True).exists():
            affiliate(by=self.by, **given, one_voice=True)

    def _claim(self, entry: Entry) -> Claim:
        held = Claim.objects.filter(text=entry["text"]).first()
        if held is not None:
            return held
        return log_claim(
            by=self.by,
            text=entry["text"],
            kind=entry["kind"],
            checkable=not entry["checkability"].startswith("not checkable"),
            window=period(entry["window"]) if entry["window"] else None,
            criteria=entry["criteria"] or "",
            question=self.questions[entry["question"]] if entry["question"] else None,
        )

    # Statements

    def _evidence(self, claim: Entry, entry: Entry) -> Evidence:
        held = Evidence.objects.current().filter(
            claim=self.claims[claim["id"]],
            source=self.sources[entry["source"]],
            stance=entry["stance"],
            stated=period(entry["stated"]),
        )
        if held.exists():
            return held.get()
        odds = (entry["probability"] or {}).get("range", [None, None])
        return link_evidence(
            by=self.by,
            claim=self.claims[claim["id"]],
            source=self.sources[entry["source"]],
            stance=entry["stance"],
            scope=self._scope(claim["id"], entry),
            stated=period(entry["stated"]),
            p_low=None if odds[0] is None else Decimal(str(odds[0])),
            p_high=None if odds[1] is None else Decimal(str(odds[1])),
            note=self._note(claim, entry),
            passages=self._passages(entry),
        )

    def _scope(self, key: str, entry: Entry) -> str:
        """Who denies a claim, and also one that entails it, denies the narrower one."""
        entailing = {
            other
            for other, claim in self.seed.claims.items()
            for relation in claim["relations"]
            if (relation["relation"], relation["to"]) == ("entails", key)
        }
        also = {
            other
            for other in entailing
            for row in self.seed.claims[other]["statements"]
            if (row["source"], row["stance"]) == (entry["source"], "denies")
        }
        return Scope.NARROWER if entry["stance"] == Stance.DENIES and also else Scope.SAME

    def _note(self, claim: Entry, entry: Entry) -> str:
        odds = entry["probability"] or {}
        origin = entry["chain"][-1]["basis"]
        stated = period(entry["stated"])
        written = dates.write(stated.lower, stated.upper)
        return lines(
            [
                ("Attribution", entry["attribution"]),
                ("Speech", entry["speech"]),
                ("Hedge", entry["hedge"]),
                ("Stated", entry["stated"] if written != entry["stated"] else None),
                ("Vocabulary", odds.get("vocabulary")),
                ("Reading", odds.get("whose_reading")),
                ("Origin", origin if origin != BASES[origin] else None),
                ("Note", entry["note"]),
                *(
                    (f"Drift at {place['start']}", place.get("drift"))
                    for place in entry["appearances"]
                ),
                *self._unchecked(f"{claim['id']}:{entry['source']}"),
                *(() if self.claims[claim["id"]].checkable else self._about(claim)),
            ]
        )

    def _unchecked(self, key: str) -> list[tuple[str, str]]:
        return [
            ("To check", f"{link['kind']} {link['to']}: {link['basis']}")
            for link in self.seed.annotation["statement_links"]
            if link["frm"] == key and link["kind"] == "relies_on"
        ]

    def _passages(self, entry: Entry) -> list[Passage]:
        """The chain from its origin, and then every passage of the article, via its last hop."""
        read, *hops = entry["chain"]
        assert (read["document"], read["basis"]) == ("seed", "observed")
        passages: list[Passage] = []
        basis = "credited"
        for number, hop in enumerate(reversed(hops)):
            passages.append(
                Passage(
                    article=self._document(hop),
                    via=number - 1 if number else None,
                    basis=basis,
                )
            )
            basis = BASES[hop["basis"]]
        via = len(passages) - 1 if passages else None
        passages += [
            Passage(
                article=self.article,
                snapshot=self.snapshot,
                start=place["start"],
                end=place["end"],
                exact=place["exact"],
                verbatim=place["verbatim"],
                hedge=place["hedge"],
                via=via,
                basis=basis,
                seen=True,
            )
            for place in entry["appearances"]
        ]
        return passages

    def _document(self, hop: Entry) -> Article:
        given = {"title": hop["document"], "publisher": self.sources[hop["source"]]}
        held = Article.objects.filter(**given).first()
        return held or add_article(by=self.by, kind="other", **given)

    # Judgments

    def _about(self, entry: Entry) -> list[tuple[str, str | None]]:
        later = entry["later"]
        return [
            ("Judged", None if later["verdict"] else later["confidence"]),
            ("From memory", later["text"]),
            ("To resolve", entry["to_resolve"]),
            ("Checkability", entry["checkability"]),
            ("Claim", entry["note"]),
            *(
                ("Relation", said(entry["id"], relation))
                for relation in entry["relations"]
                if self._kept_as(relation) is None
            ),
        ]

    def _verdict(self, key: str, entry: Entry) -> None:
        later, claim = entry["later"], self.claims[key]
        if later["verdict"] is None or claim.verdicts.exists():
            return
        propose_verdict(
            by=self.by,
            claim=claim,
            kind="first",
            finding=later["verdict"],
            confidence=CONFIDENCES[later["confidence"]],
            summary=(later["text"] or "From memory")[:400],
            reasoning=lines(self._about(entry)),
        )

    # Links

    def _kept_as(self, relation: Entry) -> tuple[str, bool] | None:
        """The kind of link between claims, and whether it is turned round; none for the others."""
        model = self.seed.annotation["relation_vocabulary"][relation["relation"]]
        assert relation["model"] == model
        table, _dot, kind = model.partition(".")
        if table != "ClaimLink":
            return None
        return kind.removesuffix(" (reversed)"), kind.endswith("(reversed)")

    def _relations(self) -> None:
        notes: dict[tuple[str, str, str], list[str]] = defaultdict(list)
        for key, entry in self.seed.claims.items():
            for relation in entry["relations"]:
                kept = self._kept_as(relation)
                if kept is None:
                    continue
                kind, turned = kept
                first, other = (relation["to"], key) if turned else (key, relation["to"])
                if kind == "contradicts":
                    first, other = sorted((first, other))
                notes[kind, first, other].append(said(key, relation))
        for (kind, first, other), told in notes.items():
            ends = {"from_claim": self.claims[first], "to_claim": self.claims[other]}
            if not ClaimLink.objects.current().filter(kind=kind, **ends).exists():
                relate_claims(
                    by=self.by,
                    claim=self.claims[first],
                    other=self.claims[other],
                    kind=kind,
                    note="\n".join(told),
                )

    def _statement_links(self) -> None:
        for link in self.seed.annotation["statement_links"]:
            if link["kind"] == "responded_to_by":
                self._respond(link["to"], link["frm"], link.get("note", ""))
        for key, entry in self.seed.claims.items():
            for relation in entry["relations"]:
                if relation["relation"] == "responds_to":
                    (own,) = entry["statements"]
                    (about,) = (
                        row
                        for row in self.seed.claims[relation["to"]]["statements"]
                        if row["stance"] == "asserts"
                    )
                    self._respond(
                        f"{key}:{own['source']}",
                        f"{relation['to']}:{about['source']}",
                        relation["note"],
                    )

    def _respond(self, first: str, other: str, note: str) -> None:
        ends = {"from_evidence": self.evidence[first], "to_evidence": self.evidence[other]}
        if not EvidenceLink.objects.current().filter(kind="responds_to", **ends).exists():
            relate_evidence(
                by=self.by,
                evidence=self.evidence[first],
                other=self.evidence[other],
                kind="responds_to",
                note=note,
            )


def said(key: str, relation: Entry) -> str:
    return f"{key} {relation['relation']} {relation['to']}: {relation['note']}".strip()


class Reader:
    """What the database holds of it, in the words of the annotation."""

    def __init__(self, seed: Seed) -> None:
        self.seed = seed

    def annotation(self) -> Entry:
        snapshot = Snapshot.objects.get()
        article = snapshot.article
        return {
            "sha256": snapshot.raw_sha256,
            "title": article.title,
            "published": article.published,
            "language": article.language,
            "translated_from": article.translated_from,
            "note": article.note,
            "sources": {
                self.seed.source_keys[source.name]: self._source(source)
                for source in Source.objects.all()
            },
            "questions": sorted(Question.objects.values_list("text", "note")),
            "claims": {
                self.seed.claim_ids[claim.text]: self._claim(claim) for claim in Claim.objects.all()
            },
            "relations": sorted(self._relations()),
            "statement_links": sorted(self._links()),
        }

    def _source(self, source: Source) -> Entry:
        role = source.affiliations.first()
        return {
            "kind": source.kind,
            "name": source.name,
            "aliases": source.aliases,
            "note": source.description,
            "wikidata": source.wikidata,
            "role": role.role if role and role.role != NO_ROLE else "",
            "one_voice_with": self.seed.source_keys[role.organisation.name] if role else "",
        }

    def _claim(self, claim: Claim) -> Entry:
        verdict = claim.verdicts.first()
        about = unlined(verdict.reasoning if verdict else claim.evidence.get().note)
        return {
            "kind": claim.kind,
            "checkable": claim.checkable,
            "checkability": one(about, "Checkability"),
            "window": claim.window,
            "criteria": claim.criteria,
            "question": str(claim.question or ""),
            "to_resolve": one(about, "To resolve"),
            "note": one(about, "Claim"),
            "later": {
                "verdict": verdict.finding if verdict else "",
                "confidence": verdict.confidence if verdict else CONFIDENCES[one(about, "Judged")],
                "text": one(about, "From memory"),
            },
            "statements": [self._statement(row) for row in claim.evidence.order_by("pk")],
        }

    def _statement(self, evidence: Evidence) -> Entry:
        note = unlined(evidence.note)
        places = list(evidence.appearances.exclude(snapshot=None).order_by("pk"))
        odds: Entry | None = None
        if evidence.p_low is not None:
            odds = {
                "range": [float(evidence.p_low), float(evidence.p_high or 0)],
                "vocabulary": one(note, "Vocabulary"),
                "whose_reading": one(note, "Reading"),
            }
        return {
            "source": self.seed.source_keys[evidence.source.name],
            "stance": evidence.stance,
            "hedge": one(note, "Hedge"),
            "probability": odds,
            "stated": one(note, "Stated")
            or dates.write(evidence.stated.lower, evidence.stated.upper),
            "stated_range": evidence.stated,
            "attribution": one(note, "Attribution"),
            "speech": one(note, "Speech"),
            "note": one(note, "Note"),
            "to_check": note.get("To check", []),
            "appearances": [
                {
                    "start": place.span.lower,
                    "end": place.span.upper,
                    "exact": place.exact,
                    "prefix": place.prefix[-32:],
                    "suffix": place.suffix[:32],
                    "verbatim": place.verbatim,
                    "hedge": place.hedge,
                    "drift": one(note, f"Drift at {place.span.lower}"),
                }
                for place in places
            ],
            "chains": [self._chain(place, one(note, "Origin")) for place in places],
        }

    def _chain(self, place: Any, origin: str) -> list[Entry]:
        chain = []
        basis = "observed" if place.seen else ""
        while place is not None:
            publisher = self.seed.source_keys[place.article.publisher.name]
            document = place.article.title if place.snapshot is None else "seed"
            chain.append({"document": document, "source": publisher, "basis": basis})
            basis, place = place.basis, place.via
        if origin:
            chain[-1]["basis"] = origin
        return chain

    def _relations(self) -> Iterable[tuple[str, str, str, str]]:
        """Between claims: its kind, from, to; and each line of what the annotation says of it."""
        ids = self.seed.claim_ids
        for link in ClaimLink.objects.current():
            ends = (ids[link.from_claim.text], ids[link.to_claim.text])
            for line in link.note.splitlines():
                yield (link.kind, *ends, line)
        for claim in Claim.objects.all():
            verdict = claim.verdicts.first()
            for line in unlined(verdict.reasoning if verdict else "").get("Relation", []):
                yield "", "", "", line

    def _links(self) -> Iterable[tuple[str, str, str, str]]:
        for link in EvidenceLink.objects.current():
            yield link.kind, self._key(link.from_evidence), self._key(link.to_evidence), link.note

    def _key(self, evidence: Evidence) -> str:
        claim = self.seed.claim_ids[evidence.claim.text]
        return f"{claim}:{self.seed.source_keys[evidence.source.name]}"


def expected(seed: Seed) -> Entry:
    """The annotation itself, in the shape that ``Reader`` gives it."""
    told = seed.annotation
    return {
        "sha256": told["sha256"],
        "title": told["title"],
        "published": period(told["published"]["value"]),
        "language": told["language"],
        "translated_from": told["translated_from"]["value"],
        "note": about_article(told),
        "sources": {
            key: {
                "kind": entry["kind"],
                "name": entry["name"],
                "aliases": entry.get("aliases", []),
                "note": entry.get("note", ""),
                "wikidata": entry.get("wikidata") or "",
                "role": entry.get("role", ""),
                "one_voice_with": entry.get("one_voice_with", ""),
            }
            for key, entry in told["sources"].items()
        },
        "questions": sorted(
            (entry["text"], entry.get("note", "")) for entry in told["questions"].values()
        ),
        "claims": {key: _expected_claim(seed, entry) for key, entry in seed.claims.items()},
        "relations": sorted(_expected_relations(seed)),
        "statement_links": sorted(_expected_links(seed)),
    }


def _expected_claim(seed: Seed, entry: Entry) -> Entry:
    later = entry["later"]
    return {
        "kind": entry["kind"],
        "checkable": not entry["checkability"].startswith("not checkable"),
        "checkability": entry["checkability"],
        "window": period(entry["window"]) if entry["window"] else None,
        "criteria": entry["criteria"] or "",
        "question": seed.annotation["questions"][entry["question"]]["text"]
        if entry["question"]
        else "",
        "to_resolve": entry["to_resolve"],
        "note": entry["note"] or "",
        "later": {
            "verdict": later["verdict"] or "",
            "confidence": CONFIDENCES[later["confidence"]],
            "text": later["text"],
        },
        "statements": [_expected_statement(seed, entry["id"], row) for row in entry["statements"]],
    }


def _expected_statement(seed: Seed, key: str, row: Entry) -> Entry:
    return {
        **{name: row[name] for name in ("source", "stance", "hedge", "probability", "stated")},
        **{name: row[name] for name in ("attribution", "speech")},
        "stated_range": period(row["stated"]),
        "note": row["note"] or "",
        "to_check": [
            f"relies_on {link['to']}: {link['basis']}"
            for link in seed.annotation["statement_links"]
            if (link["frm"], link["kind"]) == (f"{key}:{row['source']}", "relies_on")
        ],
        "appearances": [{"drift": "", **place} for place in row["appearances"]],
        "chains": [row["chain"] for _place in row["appearances"]],
    }


def _expected_relations(seed: Seed) -> Iterable[tuple[str, str, str, str]]:
    for key, entry in seed.claims.items():
        for relation in entry["relations"]:
            table, _dot, kind = relation["model"].partition(".")
            if table != "ClaimLink":
                yield "", "", "", said(key, relation)
                continue
            ends = [key, relation["to"]]
            if kind.endswith("(reversed)"):
                ends.reverse()
            kind = kind.removesuffix(" (reversed)")
            if kind == "contradicts":
                ends.sort()
            yield (kind, ends[0], ends[1], said(key, relation))


def _expected_links(seed: Seed) -> Iterable[tuple[str, str, str, str]]:
    for link in seed.annotation["statement_links"]:
        if link["kind"] == "responded_to_by":
            yield "responds_to", link["to"], link["frm"], link.get("note", "")
    yield (
        "responds_to",
        "C29:kremlin",
        "C26:us_officials_nyt",
        next(
            relation["note"]
            for relation in seed.claims["C29"]["relations"]
            if relation["relation"] == "responds_to"
        ),
    )
