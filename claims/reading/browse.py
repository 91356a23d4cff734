"""The list of claims: narrowed by filters and words, counted to a limit, in pages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.db.models import F, Func, Value
from django.utils.translation import gettext as _

from articles.models import Article, Source
from claims import status
from claims.choices import ClaimKind, Finding, Stance
from claims.models import ALL, Claim, ClaimQuerySet, Listed, ListedQuerySet, Question
from claims.reading.facets import MOST, Counts, Facet, Option, counted, counts_of
from claims.reading.filters import OTHERWISE, Filter, judged, judged_by, read_in, spoken_on_by
from claims.reading.predictions import Scoring, scored_as
from claims.reading.rows import Row, rows_of
from claims.reading.searching import Search

if TYPE_CHECKING:
    from articles.policy import Reader

_LIFTED = ("status", "kind", "source", "question", "article", "judge", "q")
NEARBY = 10
"""Near matches that follow those that say all of it."""

__all__ = ["MOST", "OTHERWISE", "Browse", "Filter", "judged_by", "spoken_on_by"]


class Browse:
    """The claims that ``user`` may see, narrowed by ``chosen``."""

    def __init__(self, user: Reader, chosen: Filter) -> None:
        self.user = user
        self.chosen = chosen

    @cached_property
    def source(self) -> Source | None:
        """The source asked for, if there is one and it may be seen."""
        if not self.chosen.source:
            return None
        return Source.objects.visible_to(self.user).filter(slug=self.chosen.source).first()

    @cached_property
    def judge(self) -> Source | None:
        """The organisation whose verdicts are asked for, if there is one and it may be seen."""
        if not self.chosen.judge:
            return None
        return Source.objects.visible_to(self.user).filter(slug=self.chosen.judge).first()

    @cached_property
    def question(self) -> Question | None:
        """The question asked for, if there is one and it may be seen."""
        if not self.chosen.question:
            return None
        return Question.objects.visible_to(self.user).filter(slug=self.chosen.question).first()

    @cached_property
    def article(self) -> Article | None:
        """The article asked for, if there is one and it may be seen."""
        if not self.chosen.article:
            return None
        return Article.objects.visible_to(self.user).filter(slug=self.chosen.article).first()

    @property
    def unknown(self) -> list[str]:
        """What was asked for and doesn't exist, in words."""
        chosen = self.chosen
        found = []
        if chosen.status and chosen.status not in status.CODES:
            found.append(_("No status is called “%(value)s”.") % {"value": chosen.status})
        if chosen.kind and chosen.kind not in ClaimKind.values:
            found.append(_("No kind of claim is called “%(value)s”.") % {"value": chosen.kind})
        if chosen.source and self.source is None:
            found.append(_("No source here is called “%(value)s”.") % {"value": chosen.source})
        if chosen.stance and chosen.stance not in Stance.values:
            found.append(_("No stance is called “%(value)s”.") % {"value": chosen.stance})
        if chosen.scoring and chosen.scoring not in Scoring.values:
            found.append(_("Nothing is scored as “%(value)s”.") % {"value": chosen.scoring})
        if chosen.judge and self.judge is None:
            found.append(_("No source here is called “%(value)s”.") % {"value": chosen.judge})
        if chosen.reading and chosen.reading not in (*Finding.values, OTHERWISE):
            found.append(_("No finding is called “%(value)s”.") % {"value": chosen.reading})
        if chosen.article and self.article is None:
            found.append(_("No article here is called “%(value)s”.") % {"value": chosen.article})
        if chosen.question and self.question is None:
            found.append(_("No question here is called “%(value)s”.") % {"value": chosen.question})
        return found

    @property
    def claims(self) -> ClaimQuerySet:
        """All claims asked for, best match first in a search, else the newest first."""
        found = Claim.objects.with_status()
        if self.chosen.q:
            ids = list(self.ids)
            place = Func(Value(ids), F("pk"), function="array_position")
            return found.filter(pk__in=ids).order_by(place)
        listed = self._listed(self.chosen).values("claim_id")
        return found.filter(pk__in=listed).order_by("-published_at", "-pk")

    @cached_property
    def ids(self) -> Sequence[int]:
        """The claims asked for, in the same order, to be cut into pages."""
        listed = self._listed(self.chosen)
        if self.search is not None:
            return self.fitting(self.search.ids)
        return listed.newest_first().values_list("claim_id", flat=True)  # type: ignore[return-value]

    def fitting(self, ids: Iterable[int]) -> list[int]:
        """Those of ``ids`` that fit the filters, words apart, in their order."""
        wanted = list(ids)
        if not self.chosen.count:
            return wanted
        listed = self._listed(self.chosen.with_("q", "")).among(wanted)
        kept = set(listed.values_list("claim_id", flat=True))
        return [pk for pk in wanted if pk in kept]

    @property
    def nearby(self) -> list[int]:
        """Claims that come near, to follow the last of those that say all of it."""
        if self.search is None or not self.search.whole:
            return []
        return self.fitting(self.search.near)[:NEARBY]

    @property
    def lifts(self) -> list[Option]:
        """What to take away, and how many claims there are then: one filter, or else all."""
        chosen = self.chosen
        on = [name for name, value in asdict(chosen).items() if value and name in _LIFTED]
        if len(on) < 2 and "q" in on:
            return []
        single = [self._lift(self._worded(name), self._without(name)) for name in on]
        lifts = [lift for lift in single if lift is not None]
        if not lifts and len(on) > 2 and "q" in on:
            both = (
                self._lift(_("the filters"), Filter(q=chosen.q)),
                self._lift(self._worded("q"), chosen.with_("q", "")),
            )
            lifts = [lift for lift in both if lift is not None]
        return lifts

    def _without(self, name: str) -> Filter:
        without = self.chosen.with_(name, "")
        return without.with_("reading", "") if name == "judge" else without

    def _lift(self, label: str, without: Filter) -> Option | None:
        number = counted(self._listed(without))
        more = number > MOST
        option = Option(label, min(number, MOST), without.query, chosen=False, more=more)
        return option if number else None

    def _worded(self, name: str) -> str:
        """What a filter is called, for a person."""
        chosen = self.chosen
        match name:
            case "status" if chosen.status in status.CODES:
                return str(status.status(chosen.status, chosen.kind).label)
            case "kind" if chosen.kind in ClaimKind.values:
                return str(ClaimKind(chosen.kind).label)
            case "q":
                return _("“%(words)s”") % {"words": chosen.q}
            case _:
                rows = {"source": self.source, "question": self.question, "judge": self.judge}
                row = {**rows, "article": self.article}.get(name)
                return str(row) if row is not None else asdict(chosen)[name]

    def fetch(self, ids: Iterable[int]) -> list[Claim]:
        """These claims with their status, in their order."""
        wanted = list(ids)
        held = Claim.objects.with_status().in_bulk(wanted)
        return [held[pk] for pk in wanted]

    def rows(self, ids: Iterable[int]) -> list[Row]:
        """These claims as rows, in a search with what was looked for marked."""
        rows = rows_of(self.fetch(ids))
        return rows if self.search is None else self.search.mark(rows)

    @property
    def named(self) -> Claim | None:
        """The claim whose number is all that was typed, if it may be seen."""
        if self.search is None or self.search.found.typed.claim is None or self.chosen.count:
            return None
        seen = Claim.objects.visible_to(self.user)
        return seen.filter(pk=self.search.found.typed.claim).first()

    @property
    def lasting(self) -> list[tuple[str, str]]:
        """What a new search keeps: the filters that are on."""
        chosen = asdict(self.chosen.with_("q", ""))
        return [(name, value) for name, value in chosen.items() if value]

    @cached_property
    def counts(self) -> Counts:
        """How many claims there are, up to a limit, and how many of each facet."""
        return counts_of(self.chosen, self._listed)

    @property
    def facets(self) -> list[Facet]:
        """Up to four facets, each counted over what the other filters leave."""
        return self.counts.facets(self.source, self.question)

    @cached_property
    def search(self) -> Search | None:
        """What the words find, if words were given."""
        return Search(self.chosen.q, self.user) if self.chosen.q else None

    def _listed(self, chosen: Filter) -> ListedQuerySet:
        """The rows of the list that is asked for, in no order."""
        found = Listed.objects.visible_to(self.user)
        if chosen.source:
            found = self._of_source(found, self.source) if self.source else found.none()
        else:
            found = found.filter(list=ALL)
        if chosen.status:
            found = found.of_status(chosen.status)
        if chosen.kind:
            found = found.filter(kind=chosen.kind)
        if chosen.question:
            found = found.filter(question=self.question) if self.question else found.none()
        if chosen.article:
            found = found.among(read_in(self.article) if self.article else ())
        if chosen.judge:
            given: Any = judged(self.judge, chosen.reading) if self.judge else ()
            found = found.filter(claim__in=given)
        if chosen.q and self.search is not None:
            found = found.among(self.search.ids)
        return found

    def _of_source(self, found: ListedQuerySet, source: Source) -> ListedQuerySet:
        found = found.filter(list=source.pk)
        if self.chosen.stance:
            spoken: Any = Claim.objects.filter(spoken_on_by(source, self.chosen.stance))
            found = found.filter(claim__in=spoken.values("pk"))
        if self.chosen.scoring:
            scored: Any = scored_as(Claim.objects.with_status(), source, self.chosen.scoring)
            found = found.filter(claim__in=scored.values("pk"))
        return found
