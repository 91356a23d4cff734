"""What narrows a list of the desk: kind, status, question, source, assignee and words."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlencode

from django.db.models import Q

from articles.pages import LONGEST_SEARCH
from claims.matching.finding import find
from claims.models import Claim, ClaimQuerySet

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.contrib.auth.models import User

ME, NOBODY = "me", "nobody"


@dataclass(frozen=True, slots=True)
class Sieve:
    """A filter as it stands in the address; ``question`` and ``source`` are words of theirs.

    What no claim can have finds nothing.
    """

    kind: str = ""
    status: str = ""
    question: str = ""
    source: str = ""
    assignee: str = ""
    q: str = ""

    @classmethod
    def of(cls, given: Mapping[str, str]) -> Sieve:
        """Read it from a query string; without NUL, cut off beyond all reason."""
        return cls(**{name: _plain(given.get(name, "")) for name in asdict(cls())})

    @property
    def given(self) -> dict[str, str]:
        """What is asked for, without what is left open."""
        return {name: value for name, value in asdict(self).items() if value}

    def narrow(self, claims: ClaimQuerySet, user: User) -> ClaimQuerySet:
        """Those of ``claims`` (``with_status()``) that fit, in their order."""
        if self.kind:
            claims = claims.filter(kind=self.kind)
        if self.status:
            claims = claims.filter(Q(status_code=self.status))
        if self.question:
            claims = claims.filter(question__text__unaccent__icontains=self.question)
        if self.source:
            spoken_on = Claim.objects.filter(
                evidence__source__name__unaccent__icontains=self.source,
                evidence__known__upper_inf=True,
            )
            claims = claims.filter(pk__in=spoken_on.values("pk"))
        if self.assignee == NOBODY:
            claims = claims.filter(assignment__isnull=True)
        elif self.assignee:
            name = user.get_username() if self.assignee == ME else self.assignee
            claims = claims.filter(assignment__assignee__username=name)
        if self.q:
            claims = claims.filter(pk__in=find(self.q).best)
        return claims


def address_of(name: str, sieve: Sieve, page: int = 1) -> str:
    """The query string of a list, in one order always."""
    paged = {"page": page} if page > 1 else {}
    return urlencode({"list": name, **sieve.given, **paged})


def known_address(query: str, names: Mapping[str, object]) -> str:
    """The query string of a list of the desk made of what was sent; empty where it is none."""
    given = {name: values[0] for name, values in parse_qs(query[:4000]).items()}
    if given.get("list") not in names:
        return ""
    page = given.get("page", "")
    number = int(page) if page.isascii() and page.isdigit() and len(page) < 7 else 1
    return address_of(given["list"], Sieve.of(given), number)


def _plain(value: str) -> str:
    return " ".join(value.replace("\x00", " ").split())[:LONGEST_SEARCH]
