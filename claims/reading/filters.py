"""What a list of claims is narrowed by, as it stands in the address."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any, Self
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import HttpRequest

from articles.models import Article, Source
from articles.pages import asked
from claims.merges import survivors
from claims.models import Appearance, Claim, OutsideVerdict

OTHERWISE = "otherwise"
"""How a verdict of others is read that fits none of our findings."""


@dataclass(frozen=True, slots=True)
class InAddress:
    """What a page is asked for: words, each under its own name in the query string."""

    @classmethod
    def of(cls, request: HttpRequest) -> Self:
        """Read it from the query string."""
        return cls(**{name: asked(request, name) for name in asdict(cls())})

    @property
    def query(self) -> str:
        """The query string that asks for this, in one order always."""
        return urlencode({name: value for name, value in asdict(self).items() if value})

    def with_(self, name: str, value: str) -> Self:
        """The same with one part changed; an empty ``value`` takes it away."""
        return replace(self, **{name: value})


@dataclass(frozen=True, slots=True)
class Filter(InAddress):
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

    @property
    def count(self) -> int:
        """How many facets narrow the list; the search is none."""
        return sum(bool(value) for name, value in asdict(self).items() if name != "q")

    def with_(self, name: str, value: str) -> Self:
        """The same with one part changed; what was asked about a source goes with the source."""
        if name == "source":
            return replace(self, source=value, stance="", scoring="")
        return replace(self, **{name: value})


def judged_by(source: Source, reading: str = "") -> Q:
    """Claims about which ``source`` found something, which we read as ``reading``, if given."""
    return Q(pk__in=judged(source, reading))


def judged(source: Source, reading: str) -> QuerySet[Any, Any]:
    """The ids of those claims."""
    rows = OutsideVerdict.objects.current().filter(organisation=source)
    if reading:
        rows = rows.filter(finding="" if reading == OTHERWISE else reading)
    return rows.values("claim")


def spoken_on_by(source: Source, stance: str = "") -> Q:
    """Claims on which ``source`` takes a stance or gives context at present; this one, if given."""
    spoken = {"evidence__source": source, "evidence__known__upper_inf": True}
    if stance:
        spoken["evidence__stance"] = stance
    return Q(pk__in=Claim.objects.filter(**spoken).values("pk"))


def read_in(article: Article) -> set[int]:
    """Claims of which something can be read in ``article`` at present, under the one kept."""
    places = Appearance.objects.current().filter(article=article, evidence__known__upper_inf=True)
    claims = places.values_list("evidence__claim", flat=True).distinct()
    return set(survivors(claims).values())
