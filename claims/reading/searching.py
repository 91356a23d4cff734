"""What a search shows a reader: claims, near matches, names, and what was looked for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.db.models import Model
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from articles.models import Article, Source
from claims import merges
from claims.matching.finding import Found, find
from claims.matching.marking import marked, phrased
from claims.models import ALL, Claim, Listed, Question
from claims.reading import wording
from claims.reading.rows import Row

if TYPE_CHECKING:
    from articles.policy import Reader

MOST_NAMES = 3
"""Sources, articles and questions that are shown above the claims, of each kind."""
SHOWN = 240
"""Characters of a claim or quotation that a row shows."""


@dataclass(frozen=True, slots=True)
class Group:
    """Sources, articles or questions that a search means."""

    title: str
    rows: list[Any]


class Search:
    """What ``text`` finds of what ``user`` may see."""

    def __init__(self, text: str, user: Reader) -> None:
        self.text = text
        self.user = user
        self.found: Found = find(text)

    @cached_property
    def whole(self) -> list[int]:
        """The claims that say all of it, best first; of merged ones the one that is kept."""
        number = self.found.typed.claim
        given = self.found.ids if number is None else (number, *self.found.ids)
        return self._readable(given)

    @cached_property
    def near(self) -> list[int]:
        """The claims that come near."""
        whole = set(self.whole)
        return [pk for pk in self._readable(self.found.near) if pk not in whole]

    @property
    def ids(self) -> list[int]:
        """What is listed: the near matches only where nothing says all of it."""
        return self.whole or self.near

    @property
    def is_near(self) -> bool:
        """Whether what is listed says only some of it."""
        return not self.whole and bool(self.near)

    @property
    def cut(self) -> bool:
        """Whether there may be more claims that say all of it."""
        return self.found.cut and bool(self.whole)

    @property
    def more(self) -> bool:
        """Whether there are more claims that say all of it than are listed."""
        return self.found.more and bool(self.whole)

    @cached_property
    def groups(self) -> list[Group]:
        """Sources, articles and questions above the claims."""
        ids: dict[str, list[int]] = defaultdict(list)
        for each in self.found.names:
            ids[each.about].append(each.id)
        kinds: tuple[tuple[str, str, Any], ...] = (
            (_("Sources"), "source", Source.objects.visible_to(self.user)),
            (_("Questions"), "question", Question.objects.visible_to(self.user)),
            (_("Articles"), "article", Article.objects.visible_to(self.user)),
        )
        groups = []
        for title, about, seen in kinds:
            if ids[about]:
                held: dict[int, Model] = seen.in_bulk(ids[about])
                rows = [held[pk] for pk in ids[about] if pk in held and self._has(held[pk])]
                rows = rows[:MOST_NAMES]
                groups.append(Group(title, rows))
        return [group for group in groups if group.rows]

    @property
    def told(self) -> str:
        """What was asked, as it is repeated: in quotation marks, unless it has its own."""
        typed = self.text if self.found.typed.phrases else f"“{self.text}”"
        return wording.isolated(typed)

    def _has(self, row: object) -> bool:
        """Whether a name has the phrases that were asked for."""
        return all(phrased(str(row), [phrase]) for phrase in self.found.typed.phrases)

    def mark(self, rows: Sequence[Row]) -> list[Row]:
        """The rows with what was looked for marked, and with the quotations that have it."""
        terms = self.found.terms
        texts = [Truncator(wording.wording(row.claim)).chars(SHOWN) for row in rows]
        quotes = [Truncator(self.found.phrased.get(row.claim.pk, "")).chars(SHOWN) for row in rows]
        phrases = self.found.typed.phrases
        pieces = [
            phrased(text, phrases) or words
            for text, words in zip([*texts, *quotes], marked([*texts, *quotes], terms), strict=True)
        ]
        return [
            replace(row, marked=text, quoted=quoted if quote else [])
            for row, text, quote, quoted in zip(
                rows, pieces[: len(rows)], quotes, pieces[len(rows) :], strict=True
            )
        ]

    def _readable(self, ids: Iterable[int]) -> list[int]:
        """Those that may be seen, each once, merged ones under the one that is kept."""
        wanted = list(ids)
        rows = Listed.objects.filter(list=ALL).among(wanted)
        if not self._sees_drafts:
            rows = rows.filter(published_at__isnull=False)
        shown = dict(rows.values_list("claim_id", "shown"))
        hidden = [pk for pk, seen in shown.items() if not seen]
        kept = merges.survivors(hidden) if hidden else {}
        more = {top for pk, top in kept.items() if top != pk} - shown.keys()
        if more:
            seen = Listed.objects.visible_to(self.user).filter(list=ALL).among(more)
            shown |= dict.fromkeys(seen.values_list("claim_id", flat=True), True)
        tops = [kept.get(pk, pk) for pk in wanted if pk in shown]
        return [pk for pk in dict.fromkeys(tops) if shown.get(pk)]

    @cached_property
    def _sees_drafts(self) -> bool:
        return not Claim.objects.visible_to(self.user).query.where
