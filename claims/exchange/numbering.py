"""The ids of what an import adds, and addresses that nobody else has."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import models

from articles.models import Article, Source
from articles.slugs import slug_of
from claims.actions.bulk import Additions
from claims.actions.rows import next_ids
from claims.exchange.parsing import Values
from claims.models import Question

OF_ONE_KIND = 8
"""More rows than one record adds to any table."""

# By which columns rows with an address of their own are named, and what they are called without.
_NAMED: Mapping[type[Any], tuple[str, tuple[str, ...]]] = {
    Source: ("source", ("source", "publisher", "reviewer")),
    Article: ("article", ("article_title",)),
    Question: ("question", ("question",)),
}


class Imagined:
    """Ids below zero, which no row has: the same for the same record."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.given = 0

    def __call__(self, model: type[models.Model]) -> int:
        self.given += 1
        return -(self.number * OF_ONE_KIND * 2 + self.given)


class Real:
    """Ids from the database, fetched ``at_once``."""

    def __init__(self, at_once: int) -> None:
        self.at_once = at_once
        self.left: dict[type[models.Model], list[int]] = defaultdict(list)

    def __call__(self, model: type[models.Model]) -> int:
        if not self.left[model]:
            self.left[model] = next_ids(model, self.at_once)[::-1]
        return self.left[model].pop()


class Slugs:
    """The addresses that new rows may not have, asked once for all that records may add."""

    def __init__(self, values: Iterable[Values]) -> None:
        told: dict[type[Any], set[str]] = defaultdict(set)
        for each in values:
            for model, (_kind, columns) in _NAMED.items():
                told[model] |= {each[name] for name in columns if name in each}
        self.taken = {model: self._taken(model, names) for model, names in told.items()}

    def free(self, new: Additions) -> None:
        """Number each address that is taken by the id of its row."""
        for model, rows in (
            (Source, new.sources),
            (Article, new.articles),
            (Question, new.questions),
        ):
            self._number(model, rows)

    def _number(self, model: type[Any], rows: Sequence[Any]) -> None:
        for row in rows:
            if row.slug in self.taken[model]:
                row.slug = f"{row.slug}-{row.pk}"
            self.taken[model].add(row.slug)

    def _taken(self, model: type[Any], names: Iterable[str]) -> set[str]:
        wanted = {slug_of(name, _NAMED[model][0]) for name in names}
        return set(model.objects.filter(slug__in=wanted).values_list("slug", flat=True))
