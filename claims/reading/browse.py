"""The list of claims: filters as plain links with counts, search, pages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.db.models import Count, F, Q
from django.http import HttpRequest
from django.utils.translation import gettext as _

from articles.models import Article, Source
from articles.pages import asked
from claims import status
from claims.choices import ClaimKind, Finding, Stance
from claims.merges import survivors
from claims.models import Appearance, Claim, ClaimQuerySet, OutsideVerdict, Question
from claims.reading.predictions import Scoring, scored_as

if TYPE_CHECKING:
    from articles.policy import Reader

# Facets list the commonest sources and questions, and whatever is chosen.
MOST_OPTIONS = 12
OTHERWISE = "otherwise"
"""How a verdict of others is read that fits none of our findings."""


@dataclass(frozen=True, slots=True)
class Filter:
    """What the reader asked for, as it stood in the address; unknown values are kept.

    ``stance`` is the one that the source takes, ``scoring`` how its predictions can be scored.
    ``judge`` is another organisation that found something about the claims, ``reading`` how we read
    what it found (a finding, or ``OTHERWISE``).
    """

    status: str = ""
    kind: str = ""
    source: str = ""
    stance: str = ""
    scoring: str = ""
    question: str = ""
    judge: str = ""
    reading: str = ""
    article: str = ""
    q: str = ""

    @classmethod
    def of(cls, request: HttpRequest) -> Filter:
        """Read it from the query string."""
        return cls(**{name: asked(request, name) for name in asdict(cls())})

    @property
    def query(self) -> str:
        """The query string that gives this filter, in one order always."""
        return urlencode({name: value for name, value in asdict(self).items() if value})

    @property
    def count(self) -> int:
        """How many facets narrow the list; the search is none."""
        return sum(bool(value) for name, value in asdict(self).items() if name != "q")

    def with_(self, name: str, value: str) -> Filter:
        """The same with one part changed; an empty ``value`` takes it away.

        What was asked about a source goes with it.
        """
        if name == "source":
            return replace(self, source=value, stance="", scoring="")
        return replace(self, **{name: value})


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a facet: its link sets it, or takes it away when it is set."""

    label: str
    count: int
    query: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """One way to narrow the list."""

    title: str
    options: list[Option]


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
        """The claims asked for, best match first in a search, else the newest first."""
        found = self._narrowed(self.chosen).search(self.chosen.q)
        return found if found.query.order_by else found.order_by("-published_at", "-pk")

    @property
    def facets(self) -> list[Facet]:
        """Up to four facets, each counted over what the other filters leave; a query each."""
        facets = [self._statuses(), self._kinds(), self._questions(), self._sources()]
        return [facet for facet in facets if facet.options]

    def _narrowed(self, chosen: Filter) -> ClaimQuerySet:
        found = Claim.objects.visible_to(self.user).at_work().survivors().with_status()
        if chosen.status:
            found = found.filter(Q(status_code=chosen.status))
        if chosen.kind:
            found = found.filter(kind=chosen.kind)
        if chosen.question:
            found = found.filter(question=self.question) if self.question else found.none()
        if chosen.source:
            found = self._of_source(found, self.source) if self.source else found.none()
        if chosen.article:
            found = found.filter(read_in(self.article)) if self.article else found.none()
        if chosen.judge:
            judged = judged_by(self.judge, chosen.reading) if self.judge else None
            found = found.none() if judged is None else found.filter(judged)
        return found

    def _of_source(self, found: ClaimQuerySet, source: Source) -> ClaimQuerySet:
        found = found.filter(spoken_on_by(source, self.chosen.stance))
        return scored_as(found, source, self.chosen.scoring) if self.chosen.scoring else found

    def _without(self, name: str) -> ClaimQuerySet:
        """The claims left when one filter is lifted, in no order, to be counted."""
        return self._narrowed(self.chosen.with_(name, "")).search(self.chosen.q).order_by()

    def _statuses(self) -> Facet:
        grouped = self._without("status").values(code=F("status_code")).annotate(n=Count("pk"))
        counts = {row["code"]: row["n"] for row in grouped}
        options = [
            self._option("status", code, str(status.status(code, self.chosen.kind).label), n)
            for code in status.CODES
            if (n := counts.get(code, 0)) or code == self.chosen.status
        ]
        return Facet(_("Status"), options)

    def _kinds(self) -> Facet:
        counts = dict(self._without("kind").values_list("kind").annotate(n=Count("pk")))
        options = [
            self._option("kind", kind.value, str(kind.label), n)
            for kind in ClaimKind
            if (n := counts.get(kind.value, 0)) or kind == self.chosen.kind
        ]
        return Facet(_("Kind"), options)

    def _questions(self) -> Facet:
        counted = (
            Question.objects.filter(claims__in=self._without("question").values("pk"))
            .annotate(n=Count("claims"))
            .order_by("-n", "text")
            .values_list("slug", "text", "n")[:MOST_OPTIONS]
        )
        return Facet(_("Question"), self._listed("question", counted, self.question))

    def _sources(self) -> Facet:
        counted = (
            Source.objects.filter(
                evidence__claim__in=self._without("source").values("pk"),
                evidence__known__upper_inf=True,
            )
            .annotate(n=Count("evidence__claim", distinct=True))
            .order_by("-n", "name")
            .values_list("slug", "name", "n")[:MOST_OPTIONS]
        )
        return Facet(_("Source"), self._listed("source", counted, self.source))

    def _listed(
        self, name: str, rows: Iterable[tuple[str, str, int]], chosen: Source | Question | None
    ) -> list[Option]:
        """Options for rows of the database; one that was chosen is listed, even for nothing."""
        options = [self._option(name, slug, label, n) for slug, label, n in rows]
        if chosen is not None and not any(option.chosen for option in options):
            options.append(self._option(name, chosen.slug, str(chosen), 0))
        return options

    def _option(self, name: str, value: str, label: str, count: int) -> Option:
        chosen = asdict(self.chosen)[name] == value
        return Option(label, count, self.chosen.with_(name, "" if chosen else value).query, chosen)


def judged_by(source: Source, reading: str = "") -> Q:
    """Claims about which ``source`` found something, which we read as ``reading``, if given."""
    rows = OutsideVerdict.objects.current().filter(organisation=source)
    if reading:
        rows = rows.filter(finding="" if reading == OTHERWISE else reading)
    return Q(pk__in=rows.values("claim"))


def spoken_on_by(source: Source, stance: str = "") -> Q:
    """Claims on which ``source`` takes a stance or gives context at present; this one, if given."""
    spoken = {"evidence__source": source, "evidence__known__upper_inf": True}
    if stance:
        spoken["evidence__stance"] = stance
    return Q(pk__in=Claim.objects.filter(**spoken).values("pk"))


def read_in(article: Article) -> Q:
    """Claims of which something can be read in ``article`` at present, under the one kept."""
    places = Appearance.objects.current().filter(article=article, evidence__known__upper_inf=True)
    claims = places.values_list("evidence__claim", flat=True).distinct()
    return Q(pk__in=set(survivors(claims).values()))
