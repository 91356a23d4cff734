"""Finds reviews in JSON-LD and reads its properties, in whatever shape they are written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

_DEEPEST = 12
_AROUND = (
    *("@graph", "dataFeedElement", "item", "itemListElement", "mainEntity", "mainEntityOfPage"),
    *("hasPart", "review", "reviews", "subjectOf", "claimReview"),
)


@dataclass(slots=True)
class Node:
    """An object whose keys are without prefixes, and which notes what nobody asks of it."""

    held: dict[str, Any]
    known: Mapping[str, Any] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)
    path: str = ""
    inner: list[Node] = field(default_factory=list)

    def get(self, *names: str) -> list[Any]:
        """The values of the first property that has any, always as a list."""
        found: list[Any] = []
        for name in names:
            self.asked.add(name)
            found = found or [each for each in listed(self.held.get(name)) if each not in ("", {})]
        return found

    def nodes(self, *names: str) -> list[Any]:
        """Like ``get``, with objects as nodes, and those that are only named looked up."""
        found: list[Any] = []
        for value in self.get(*names):
            target = value
            if isinstance(value, dict) and set(value) <= {"@id", "@type"} and "@id" in value:
                target = self.known.get(str(value["@id"]), value)
            if isinstance(target, dict) and "@value" not in target:
                node = Node(plain(target), self.known, path=f"{self.path}{names[0]}.")
                self.inner.append(node)
                found.append(node)
            else:
                found.append(value)
        return found

    def text(self, *names: str) -> str:
        """The first text of the first property that has one."""
        for name in names:
            if found := next(filter(None, map(text_of, self.get(name))), ""):
                return found
        return ""

    def left(self) -> Iterator[str]:
        """The properties that nobody has asked for, by their paths."""
        for name, value in self.held.items():
            if name not in self.asked and not name.startswith("@") and value not in ("", None):
                yield f"{self.path}{name}"
        for node in self.inner:
            yield from node.left()


def listed(value: Any) -> list[Any]:
    """``value`` as a list, whether it is one or not."""
    if value is None:
        return []
    if isinstance(value, list):
        return [each for each in value if each is not None]
    return [value]


def text_of(value: Any) -> str:
    """The text that a value is, or says in one of the usual properties."""
    match value:
        case str():
            return value.strip()
        case Node():
            return value.text("name", "headline", "text", "url", "@id")
        case dict():
            keys = ("@value", "name", "alternateName", "url", "@id")
            return next((text_of(value[key]) for key in keys if value.get(key)), "")
        case list():
            return next(filter(None, map(text_of, value)), "")
    return ""


def plain(value: Mapping[str, Any]) -> dict[str, Any]:
    """An object with its keys as schema.org has them: ``schema:url`` is ``url``."""
    return {short(key) if not key.startswith("@") else key: held for key, held in value.items()}


def short(name: str) -> str:
    """A name without the address or the prefix before it."""
    return re.split(r"[/#:]", name)[-1]


def types(value: Mapping[str, Any]) -> set[str]:
    """What an object says that it is."""
    given = listed(value.get("@type", value.get("type")))
    return {short(each) for each in given if isinstance(each, str)}


def find(value: Any, depth: int = 0) -> Iterator[Mapping[str, Any]]:
    """The reviews in a value: itself, or in the lists, graphs and feeds around them."""
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        for each in value:
            yield from find(each, depth + 1)
    elif isinstance(value, dict):
        if "ClaimReview" in types(value):
            yield value
            return
        for key, held in value.items():
            if key in _AROUND or short(key) in _AROUND:
                yield from find(held, depth + 1)


def named_in(value: Any, depth: int = 0) -> dict[str, Any]:
    """The objects of a graph by their ids, which others in it may only name."""
    known: dict[str, Any] = {}
    if depth > 3:
        return known
    for each in listed(value):
        if isinstance(each, dict):
            if isinstance(name := each.get("@id"), str) and len(each) > 1:
                known[name] = each
            known |= named_in(each.get("@graph"), depth + 1)
    return known
