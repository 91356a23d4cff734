"""Who speaks, publishes or judges: found by name, or new."""

from __future__ import annotations

from typing import Any, cast

from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _

from articles.choices import SourceKind
from articles.models import Article, Source
from articles.slugs import slug_of
from claims.actions.rows import made
from claims.actions.weighing import overlap
from claims.choices import (
    Stance,
)
from claims.exchange import keys
from claims.exchange.planning.draft import SOURCE, Draft
from claims.models import (
    Claim,
)


class SourcePlan(Draft):
    """The sources of a record."""

    def _organisation(self, name: str) -> Source:
        """Who publishes or judges: somebody known, or a new organisation."""
        held = next(self.world.named(name), None)
        return held or self._new_source(name, SourceKind.ORGANISATION)

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
        if held is not None and kind is None and not self._spoke(held, claim, stated):
            held = self._behind(name, claim, stated) or held
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
        if kind != SourceKind.UNNAMED and "; " in name:
            self._problem("source", _("These are several sources: give each a row of its own."))
            return None
        return self._speaker(name, kind, article)

    def _speaker(self, name: str, kind: str, article: Article | None) -> Source:
        values = self.values
        if kind == SourceKind.UNNAMED and "source_wikidata" in values:
            self._problem(
                "source_wikidata",
                _("An unnamed source can't carry a Wikidata id or another identifier."),
            )
        for other in self.world.get(("wikidata", values.get("source_wikidata"))):
            self._problem(
                "source_wikidata",
                _("“%(name)s” has this Wikidata id already. Write that name, or another id.")
                % {"name": other.name},
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
        if source.wikidata:
            filed.append(("wikidata", source.wikidata))
        self._add(SOURCE, self.new.sources, source, *filed)
        return source

    def _unnamed(
        self, name: str, claim: Claim | None, article: Article | None, stated: DateRange | None
    ) -> Source | None:
        """Somebody so described in this article, or behind this very evidence, even if voided."""
        if article is not None:
            for source in self.world.get(("unnamed", name, article.pk)):
                return cast(Source, source)
        return self._behind(name, claim, stated) or self._behind(name, claim, stated, "gone")

    def _spoke(self, source: Source, claim: Claim | None, stated: DateRange | None) -> bool:
        """Whether ``source`` is known to have said this very thing."""
        if claim is None or stated is None:
            return False
        held = ("evidence", claim.pk, source.pk, self.values.get("stance", Stance.ASSERTS))
        return any(overlap(row.stated, stated) for row in self.world.get(held))

    def _behind(
        self, name: str, claim: Claim | None, stated: DateRange | None, kept: str = "held"
    ) -> Source | None:
        """Somebody unnamed, so described, who is known to have said this very thing.

        They stay the ones who are meant when somebody of that name comes in later.
        """
        if claim is None or stated is None:
            return None
        held = (kept, claim.pk, self.values.get("stance", Stance.ASSERTS), name)
        for row in self.world.get(held):
            if overlap(row.stated, stated):
                return cast(Source, row.source)
        return None
