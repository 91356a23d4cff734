"""What one record adds to what is here: the same for a check and for an import.

What is here already is found by its natural key and left as it is, so that the same record again
changes nothing:

* a claim by its exact words and language (a merged one stands for the claim that was kept),
* evidence by claim, source, stance and a date that overlaps,
* an article by its web address, else by title and publisher,
* a passage by its words, an outside verdict by organisation, label, address and date.

Somebody unnamed is one source within one article; the same description elsewhere is not known to
be the same people.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, cast

from django.contrib.auth.models import User
from django.db import models
from django.db.backends.postgresql.psycopg_any import DateRange, NumericRange
from django.utils.translation import gettext as _

from articles import dates
from articles.actions import tidy
from articles.choices import ArticleKind, SourceKind
from articles.models import Article, Source
from articles.policy import may
from articles.sentences import context
from articles.slugs import slug_of
from claims.actions.bulk import Additions, made
from claims.choices import (
    INFERENCES,
    Basis,
    ClaimKind,
    Confidence,
    MatchOutcome,
    Scope,
    Stance,
    VerdictKind,
)
from claims.exchange import world as keys
from claims.exchange.columns import BY_NAME, Group, Problem
from claims.exchange.locating import NotThere, Repeated, locate
from claims.exchange.parsing import Parsed
from claims.exchange.world import PLANNED, World
from claims.models import (
    Appearance,
    Claim,
    Evidence,
    MatchDecision,
    OutsideVerdict,
    Question,
    Verdict,
)

NextId = Callable[[type[models.Model]], int]

CLAIM, SOURCE, ARTICLE, QUESTION = "claim", "source", "article", "question"
EVIDENCE, PASSAGE, OUTSIDE, VERDICT = "evidence", "appearance", "outsideverdict", "verdict"
PUBLISHED, ADDRESS, TAKEN_UP = "published", "address", "taken_up"

_OF_EVIDENCE = ("scope", "p_low", "p_high", "interested", "note")
_OF_PASSAGE = ("hedge", "verbatim")
_ABOUT_CLAIM = (Group.EVIDENCE, Group.PASSAGE, Group.OUTSIDE, Group.VERDICT)


class Plan:
    """What one record adds, and what is wrong with it; all of its problems at once.

    With problems nothing of it counts: ``take_back`` makes the world forget it.
    """

    def __init__(
        self,
        record: Parsed,
        *,
        by: User,
        world: World,
        next_id: NextId,
        resembles: Iterable[Mapping[str, Any]] = (),
    ) -> None:
        self.resembles = resembles
        self.cells = record.cells
        self.values = record.values
        self.findings = record.findings
        self.problems = record.problems
        self.by = by
        self.world = world
        self.next_id = next_id
        self.new = Additions()
        self.added: list[str] = []
        self.touched: set[int] = set()
        self.speakers: set[int] = set()
        self._mark = len(world.new)

    def take_back(self) -> None:
        """Make the world forget what this record would have added."""
        self.world.back(self._mark)

    def make(self) -> None:
        """Plan the record, claim first."""
        values = self.values
        claim = self._claim()
        spoken = "source" in values or "source_id" in values
        if not spoken:
            self._nothing_without(SOURCE, (Group.SOURCE, Group.EVIDENCE, Group.PASSAGE))
        article = self._article()
        if spoken:
            self._testimony(claim, article)
        self._outside(claim)
        self._verdict(claim)
        if claim is not None and values.get("publish"):
            self._publish(claim)
        if not values and not self.problems:
            self._problem(CLAIM, _("This row says nothing that we have a column for."))

    # What is wrong

    def _problem(self, column: str, fix: str) -> None:
        """Note what is wrong with a cell, unless something is wrong with it already."""
        if all(problem.column != column for problem in self.problems):
            self.problems.append(Problem(column, self.cells.get(column, "").strip(), fix))

    def _wrong(self, *columns: str) -> bool:
        """Whether a cell of these columns could not be read."""
        return any(problem.column in columns for problem in self.problems)

    def _nothing_without(self, needed: str, groups: Iterable[Group]) -> None:
        if self._wrong(needed):
            return
        for name in self.values:
            if BY_NAME[name].group in groups and name != f"{needed}_id":
                self._problem(
                    name,
                    _("This says nothing without “%(column)s”. Fill that in, or empty this.")
                    % {"column": needed},
                )

    def _same(self, held: models.Model, *names: str) -> None:
        """Note where a cell says something else than the row that is here already."""
        for name in names:
            if name in self.values and getattr(held, name) != self.values[name]:
                self._problem(
                    name,
                    _("This is here already, and says “%(held)s”. Empty the cell, or correct it.")
                    % {"held": shown(getattr(held, name))},
                )

    def _add(self, kind: str, rows: list[Any], row: Any, *filed: keys.Key) -> None:
        rows.append(row)
        self.added.append(kind)
        self.world.file(row, *filed)

    def _identified(self, kind: str) -> Any:
        """The row that this id stands for, if an earlier record or our own site has it."""
        held = self.world.get(("id", kind, self.values.get(f"{kind}_id")))
        return held[-1] if held else None

    def _name(self, kind: str, row: models.Model | None) -> None:
        """Let later records speak of ``row`` by the id that this one gives it."""
        told = self.values.get(f"{kind}_id")
        if told is None or row is None:
            return
        held = self._identified(kind)
        if held is None:
            self.world.file(row, ("id", kind, told))
        elif held.pk == row.pk or self.world.tops.get(held.pk, held).pk == row.pk:
            return
        elif isinstance(held, Claim) and held.public_id == told:
            self._problem(
                "claim_id",
                _("This is another claim here: “%(text)s”. Write its words, or empty this cell.")
                % {"text": held.text},
            )
        else:
            self._problem(f"{kind}_id", _("Another row gives this id to something else."))

    # Claim

    def _claim(self) -> Claim | None:
        values = self.values
        if "claim" not in values:
            return self._claim_by_id()
        held = self.world.get(keys.claim_key(values))
        if held:
            claim = self.world.top(held[0])
            self._same(held[0], "kind", "checkable", "window", "criteria")
            told = str(held[0].question or "")
            if values.get("question", told) != told:
                self._problem(
                    "question",
                    _("This claim is here already, under the question “%(held)s”.")
                    % {"held": told},
                )
            self._take_up(claim)
        else:
            claim = self._new_claim()
        self._name(CLAIM, claim)
        return claim

    def _take_up(self, claim: Claim) -> None:
        """Work on a claim again that was set aside: by an import that was undone, say."""
        if claim.is_set_aside and not self.world.get(("up", claim.pk)):
            self._add(TAKEN_UP, self.new.taken_up, claim, ("up", claim.pk))
            self.touched.add(claim.pk)

    def _claim_by_id(self) -> Claim | None:
        """The claim of another row, or one of ours."""
        values = self.values
        held = self._identified(CLAIM)
        if held is not None:
            self._same(held, "kind", "language", "checkable", "window", "criteria")
            self._take_up(self.world.top(held))
            return self.world.top(held)
        groups = {BY_NAME[name].group for name in values}
        if "claim_id" in values:
            self._problem("claim_id", _("No row before this one, and no claim here, has this id."))
        elif groups & {Group.CLAIM, *_ABOUT_CLAIM} and not self._wrong(CLAIM):
            self._problem(CLAIM, _("This cell can’t be empty."))
        return None

    def _new_claim(self) -> Claim:
        values = self.values
        claim = made(
            Claim,
            pk=self.next_id(Claim),
            text=values["claim"],
            slug=slug_of(values["claim"], "claim"),
            kind=values.get("kind", ClaimKind.EVENT),
            language=values.get("language", "en"),
            checkable=values.get("checkable", True),
            window=values.get("window"),
            criteria=values.get("criteria", ""),
            question=self._question(),
            logged_by=self.by,
        )
        self._add(CLAIM, self.new.claims, claim, keys.claim_key(values))
        for like in self.resembles:
            if like["claim"] is not None:
                self.new.decisions.append(
                    made(
                        MatchDecision,
                        pk=self.next_id(MatchDecision),
                        claim=claim,
                        suggested_id=like["claim"],
                        score=like["score"],
                        method=like["method"],
                        outcome=MatchOutcome.NEW,
                        decided_by=self.by,
                    )
                )
        return claim

    def _question(self) -> Question | None:
        told = self.values.get("question")
        if told is None:
            return None
        for question in self.world.get(("question", told)):
            assert isinstance(question, Question)
            return question
        question = made(Question, pk=self.next_id(Question), text=told)
        self._add(QUESTION, self.new.questions, question, ("question", told))
        return question

    def _publish(self, claim: Claim) -> None:
        if claim.is_published:
            return
        if not may(self.by, "claims.publish_claim"):
            self._problem("publish", _("Your account may not publish claims."))
        if claim.kind == ClaimKind.PREDICTION and (
            claim.window is None or claim.window.upper is None or not claim.criteria.strip()
        ):
            self._problem(
                "window",
                _("A prediction needs a window that closes and criteria before it is published."),
            )
        if not any(claim is row for row in self.new.claims):
            self.new.published.append(claim)
            self.touched.add(claim.pk)
        claim.published_at = PLANNED
        self.added.append(PUBLISHED)

    # Article and passage

    def _article(self) -> Article | None:
        article = self._known_article() or self._new_article()
        self._name(ARTICLE, article)
        return article

    def _known_article(self) -> Article | None:
        values = self.values
        if url := values.get("article_url"):
            for article in self.world.get(("url", url)):
                assert isinstance(article, Article)
                return article
        if "article_title" not in values and "article_url" not in values:
            return cast(Article | None, self._identified(ARTICLE))
        if "article_title" in values and "publisher" in values:
            publisher = next(self.world.named(values["publisher"]), None)
            among = (
                self.world.get(("title", values["article_title"], publisher.pk))
                if publisher
                else []
            )
            held: Article | None = next((row for row in among if not url or not row.url), None)
            if held is not None and url:
                held.url = url
                self.new.addresses.append((held, url))
                self.added.append(ADDRESS)
                self.world.file(held, ("url", url))
            return held
        return None

    def _new_article(self) -> Article | None:
        values = self.values
        if "article_title" not in values and "article_url" not in values:
            if "article_id" in values and not self._wrong("article_title", "article_url"):
                self._problem("article_id", _("No row before this one has this id."))
            elif not self._wrong("article_title", "article_url"):
                self._nothing_without("article_title", (Group.ARTICLE, Group.PASSAGE))
            return None
        missing = [name for name in ("article_title", "publisher") if name not in values]
        for column in missing:
            self._problem(column, _("This article is new: write its title and publisher."))
        if missing:
            return None
        publisher = self._organisation(values["publisher"])
        title, url = values["article_title"], values.get("article_url", "")
        article = made(
            Article,
            pk=self.next_id(Article),
            kind=values.get("article_kind", ArticleKind.NEWS),
            title=title,
            slug=slug_of(title, "article"),
            url=url,
            publisher=publisher,
            language=values.get("article_language") or values.get("language", "en"),
            published=values.get("article_published"),
        )
        filed: list[keys.Key] = [("title", title, publisher.pk)]
        if url:
            filed.append(("url", url))
        self._add(ARTICLE, self.new.articles, article, *filed)
        return article

    def _organisation(self, name: str) -> Source:
        """Who publishes or judges: somebody known, or a new organisation."""
        held = next(self.world.named(name), None)
        return held or self._new_source(name, SourceKind.ORGANISATION)

    def _place(self, article: Article) -> dict[str, Any] | None:
        """Where in the article the words stand, as columns of an appearance."""
        given = self._told()
        quotation = given["exact"]
        if given["hedge"].lower() not in quotation.lower():
            self._problem("hedge", _("The hedge must be words of the quotation."))
        snapshot = self.world.newest_text(article) if quotation else None
        if snapshot is None:
            return given
        try:
            start = locate(snapshot.text, quotation)
        except NotThere as none:
            self._problem("quotation", _not_there(none.likely))
            return None
        except Repeated as several:
            self._problem(
                "quotation",
                _("These words are at %(times)d places in the article. Quote more of them.")
                % {"times": several.times},
            )
            return None
        end = start + len(quotation)
        prefix, suffix = context(snapshot.text, start, end)
        anchored = {"span": NumericRange(start, end), "prefix": prefix, "suffix": suffix}
        return {**given, **anchored, "snapshot": snapshot, "seen": True}

    def _told(self) -> dict[str, Any]:
        """The passage as the record tells it."""
        return {
            "exact": tidy(self.values.get("quotation", "")),
            "hedge": tidy(self.values.get("hedge", "")).strip(),
            "verbatim": self.values.get("verbatim", False),
        }

    # Source and evidence

    def _testimony(self, claim: Claim | None, article: Article | None) -> None:
        values = self.values
        groups = {BY_NAME[name].group for name in values}
        about = claim is not None or groups & {Group.EVIDENCE, Group.PASSAGE}
        if not about and not self._wrong(CLAIM):
            self._name(SOURCE, self._source(None, article, None))
            return
        stated = values.get("stated") or (article.published if article else None)
        stated = stated or values.get("article_published")
        if stated is None and not self._wrong("stated", "article_published"):
            self._problem("stated", _("Write when the source said so."))
        source = self._source(claim, article, stated)
        self._name(SOURCE, source)
        place = None
        if article is not None:
            logged = claim and source and stated and self._logged(claim, source, stated, article)
            place = self._told() if logged else self._place(article)
        self._vet_evidence()
        if claim is not None and source is not None and stated is not None:
            self._evidence(claim, source, stated, article, place)

    def _source(
        self, claim: Claim | None, article: Article | None, stated: DateRange | None
    ) -> Source | None:
        values = self.values
        if "source" not in values:
            named = cast(Source | None, self._identified(SOURCE))
            if named is None:
                self._problem("source_id", _("No row before this one has this id."))
            return named
        name, kind = values["source"], values.get("source_kind")
        held = None
        if kind != SourceKind.UNNAMED:
            among = self.world.named(name)
            held = next((row for row in among if kind in (None, row.kind)), None)
        if held is None and kind in (None, SourceKind.UNNAMED):
            held = self._unnamed(name, claim, article, stated)
        if held is not None:
            return held
        if kind is None:
            if not self._wrong("source_kind"):
                self._problem(
                    "source_kind",
                    _("Nobody of that name is here yet: write person, organisation or unnamed."),
                )
            return None
        return self._speaker(name, kind, article)

    def _speaker(self, name: str, kind: str, article: Article | None) -> Source:
        values = self.values
        if kind == SourceKind.UNNAMED and "source_wikidata" in values:
            self._problem(
                "source_wikidata",
                _("An unnamed source can't carry a Wikidata id or another identifier."),
            )
        return self._new_source(
            name,
            kind,
            article,
            aliases=list(values.get("source_aliases", ())),
            description=values.get("source_description", ""),
            wikidata=values.get("source_wikidata", ""),
        )

    def _new_source(
        self, name: str, kind: str, article: Article | None = None, **more: Any
    ) -> Source:
        source = made(
            Source,
            pk=self.next_id(Source),
            kind=kind,
            name=name,
            slug=slug_of(name, "source"),
            **more,
        )
        filed: list[keys.Key] = []
        if kind != SourceKind.UNNAMED:
            filed.append(keys.source_key(name))
            filed.extend(("alias", alias) for alias in source.aliases)
        self._add(SOURCE, self.new.sources, source, *filed)
        return source

    def _unnamed(
        self, name: str, claim: Claim | None, article: Article | None, stated: DateRange | None
    ) -> Source | None:
        """Somebody so described in this article, or behind this very evidence."""
        if article is not None:
            for source in self.world.get(("unnamed", name, article.pk)):
                return cast(Source, source)
        if claim is not None and stated is not None:
            stance = self.values.get("stance", Stance.ASSERTS)
            for row in self.world.get(("held", claim.pk, stance, name)):
                if overlap(row.stated, stated):
                    return cast(Source, row.source)
        return None

    def _vet_evidence(self) -> None:
        """What a testimony may not say, whoever gives it."""
        values = self.values
        stance = values.get("stance", Stance.ASSERTS)
        low, high = values.get("p_low"), values.get("p_high")
        unexplained = not values.get("note", "").strip() and not self._wrong("note")
        if stance in INFERENCES and unexplained:
            self._problem(
                "note",
                _("“Supports” and “weakens” are your inference: say in the note why."),
            )
        if self._wrong("p_low", "p_high"):
            return
        wrong = []
        if (low is None) != (high is None) or (low is not None and low > high):
            wrong.append(_("Probabilities run from 0 to 1, the lower one first, both or none."))
        if low is not None and stance != Stance.ASSERTS:
            wrong.append(_("Only an assertion can carry a probability."))
        if wrong:
            self._problem("p_low", " ".join(wrong))

    def _held(self, claim: Claim, source: Source, stated: DateRange) -> Evidence | None:
        """The evidence that is here already; of several, by a merge, the one that says the same."""
        filed = ("evidence", claim.pk, source.pk, self.values.get("stance", Stance.ASSERTS))
        held = [row for row in self.world.get(filed) if overlap(row.stated, stated)]
        held.sort(key=lambda row: (row.stated != stated, not self._agrees(row, *_OF_EVIDENCE)))
        return held[0] if held else None

    def _logged(self, claim: Claim, source: Source, stated: DateRange, article: Article) -> bool:
        """Whether these words are logged for this evidence, wherever a newer text has them."""
        evidence = self._held(claim, source, stated)
        exact = self._told()["exact"]
        if evidence is None or not exact:
            return False
        places = self.world.get(("appearance", evidence.pk, article.pk))
        return any(row.exact == exact for row in places)

    def _agrees(self, held: models.Model, *names: str) -> bool:
        """Whether the record says nothing else of these columns than the row that is here."""
        return all(
            getattr(held, name) == self.values.get(name, getattr(held, name)) for name in names
        )

    def _evidence(
        self,
        claim: Claim,
        source: Source,
        stated: DateRange,
        article: Article | None,
        place: dict[str, Any] | None,
    ) -> None:
        values = self.values
        stance = values.get("stance", Stance.ASSERTS)
        evidence = self._held(claim, source, stated)
        if evidence is None:
            evidence = made(
                Evidence,
                pk=self.next_id(Evidence),
                claim=claim,
                source=source,
                stance=stance,
                scope=values.get("scope", Scope.SAME),
                stated=stated,
                p_low=values.get("p_low"),
                p_high=values.get("p_high"),
                language=values.get("language", "en"),
                note=values.get("note", "").strip(),
                interested=values.get("interested", False),
                recorded_by=self.by,
            )
            more: list[keys.Key] = []
            if source.is_unnamed:
                more.append(("held", claim.pk, stance, source.name))
            filed = ("evidence", claim.pk, source.pk, stance)
            self._add(EVIDENCE, self.new.evidence, evidence, filed, *more)
            self.touched.add(claim.pk)
            self.speakers.add(source.pk)
        else:
            self._same(evidence, *_OF_EVIDENCE)
        if article is not None and place is not None:
            self._appearance(evidence, article, place)

    def _appearance(self, evidence: Evidence, article: Article, place: dict[str, Any]) -> None:
        filed = ("appearance", evidence.pk, article.pk)
        rows = self.world.get(filed)
        exact = place["exact"]
        same = [row for row in rows if not exact or row.exact == exact]
        if same:
            self._same(min(same, key=lambda row: not self._agrees(row, *_OF_PASSAGE)), *_OF_PASSAGE)
            return
        if "snapshot" not in place and any(row.snapshot_id is None for row in rows):
            self._problem(
                "quotation",
                _(
                    "We don’t hold the text of this article, and another quotation of it is logged "
                    "for this evidence. Import the text first."
                ),
            )
            return
        row = made(
            Appearance,
            pk=self.next_id(Appearance),
            evidence=evidence,
            article=article,
            basis=Basis.CREDITED,
            recorded_by=self.by,
            **place,
        )
        more: list[keys.Key] = []
        if evidence.source.is_unnamed:
            more.append(("unnamed", evidence.source.name, article.pk))
        self._add(PASSAGE, self.new.appearances, row, filed)
        for key in more:
            self.world.file(evidence.source, key)
        self.touched.add(evidence.claim_id)

    # Verdicts

    def _outside(self, claim: Claim | None) -> None:
        """What another organisation found."""
        values = self.values
        if "reviewer" not in values or "label" not in values:
            needed = "label" if "reviewer" in values else "reviewer"
            given = any(BY_NAME[name].group == Group.OUTSIDE for name in values)
            if given and not self._wrong("reviewer", "label"):
                self._problem(
                    needed, _("A verdict of somebody else needs who gave it, and its words.")
                )
            return
        reviewer = self._organisation(values["reviewer"])
        if claim is None:
            return
        finding = values.get("finding", self.findings.get(values["label"].casefold(), ""))
        filed = keys.outside_key_of(values, claim.pk, reviewer.pk)
        if held := self.world.get(filed):
            self._same(held[0], "finding")
            return
        row = made(
            OutsideVerdict,
            pk=self.next_id(OutsideVerdict),
            claim=claim,
            organisation=reviewer,
            label=values["label"],
            finding=finding,
            rating=values.get("rating", ""),
            rating_best=values.get("rating_best", ""),
            rating_worst=values.get("rating_worst", ""),
            title=values.get("review_title", ""),
            url=values.get("review_url", ""),
            dated=values.get("reviewed"),
            note=values.get("review_note", ""),
            recorded_by=self.by,
        )
        self._add(OUTSIDE, self.new.outside, row, filed)
        self.touched.add(claim.pk)

    def _verdict(self, claim: Claim | None) -> None:
        """What we found ourselves: a proposal, which somebody else publishes."""
        values = self.values
        if "our_finding" not in values:
            self._nothing_without("our_finding", (Group.VERDICT,))
            return
        if "summary" not in values and not self._wrong("summary"):
            self._problem("summary", _("A verdict needs its reason in short."))
        if claim is None or "summary" not in values:
            return
        if not claim.checkable:
            self._problem("our_finding", _("This claim is not checkable, so it can't be judged."))
        if held := self.world.get(("verdict", claim.pk)):
            told = values["summary"], values["our_finding"]
            if all((row.summary, row.finding) != told for row in held):
                self._problem("summary", _("This claim has a verdict already. Change it there."))
            return
        row = made(
            Verdict,
            pk=self.next_id(Verdict),
            claim=claim,
            kind=VerdictKind.FIRST,
            finding=values["our_finding"],
            confidence=values.get("confidence", Confidence.MODERATE),
            summary=values["summary"],
            reasoning=values.get("reasoning") or values["summary"],
            author=self.by,
            dated=values.get("judged"),
        )
        self._add(VERDICT, self.new.verdicts, row, ("verdict", claim.pk))
        self.touched.add(claim.pk)


def overlap(one: DateRange, other: DateRange) -> bool:
    """Whether two stretches share a day; either end may be open."""
    return (one.upper is None or other.lower is None or other.lower < one.upper) and (
        other.upper is None or one.lower is None or one.lower < other.upper
    )


def shown(value: Any) -> str:
    """A value as a person would write it into a cell."""
    match value:
        case bool():
            return _("yes") if value else _("no")
        case DateRange():
            return dates.write(value.lower, value.upper)
    return "" if value is None else str(value)


def _not_there(likely: str) -> str:
    if not likely:
        return _("These words are not in the article. Copy them from its text.")
    return _("These words are not in the article, but “%(likely)s” is.") % {"likely": likely}
