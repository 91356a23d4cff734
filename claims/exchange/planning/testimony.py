"""What a source does with a claim, and where it can be read."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _

from articles.models import Article, Source
from claims.actions.rows import made
from claims.actions.weighing import overlap
from claims.choices import (
    INFERENCES,
    Basis,
    Scope,
    Stance,
)
from claims.exchange import keys
from claims.exchange.columns import BY_NAME, Group
from claims.exchange.planning.articles import ArticlePlan
from claims.exchange.planning.draft import CLAIM, EVIDENCE, PASSAGE, SOURCE
from claims.models import (
    Appearance,
    Claim,
    Evidence,
)

_OF_EVIDENCE = ("scope", "p_low", "p_high", "interested", "note")
_OF_PASSAGE = ("hedge", "verbatim")


class TestimonyPlan(ArticlePlan):
    """The evidence of a record."""

    def _testimony(self, claim: Claim | None, article: Article | None) -> None:
        values = self.values
        groups = {BY_NAME[name].group for name in self.given()}
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
