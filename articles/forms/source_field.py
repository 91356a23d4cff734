"""The field for who speaks or publishes."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from articles.choices import SourceKind
from articles.forms.lookups import MOST_PICKS, LookupField, LookupWidget, Typed
from articles.models import Source
from articles.newcomers import NewSource

MOST_OFFERED = 300
_HANDLE = re.compile(r"(?:^|· ?)S-([0-9]{1,18})\Z", re.IGNORECASE)


class SourceField(LookupField[Source]):
    """Who speaks or publishes: a ``Source``, or a ``NewSource`` when one says what it is.

    A name that isn't here is never added silently: a slip of the pen would become a source. A
    description of unnamed people is never taken for people described alike before: one says which.
    """

    default_error_messages = {
        "required": _("Say who it is. Somebody unnamed is described: “unnamed US officials”."),
        "several": _("“%(typed)s” is here already. The same? Pick it. Another? Say what it is."),
        "unknown": _("No source is called “%(typed)s” yet. Pick one, or say what it is to add it."),
        "kind": _("Choose what the new source is."),
    }

    def __init__(
        self, *, kinds: Sequence[str] = tuple(SourceKind.values), list_id: str = "", **given: Any
    ) -> None:
        new = {
            SourceKind.PERSON: _("new: a person"),
            SourceKind.ORGANISATION: _("new: an organisation"),
            SourceKind.UNNAMED: _("new: unnamed"),
        }
        self.kinds = kinds
        if SourceKind.UNNAMED not in kinds:
            given.setdefault("error_messages", {"required": _("Say which one it is.")})
        offered = [("", _("known here")), *((kind, new[SourceKind(kind)]) for kind in kinds)]
        attrs = {"autocomplete": "off", "spellcheck": "false"}
        if list_id:
            attrs["list"] = list_id
        super().__init__(widget=LookupWidget(kinds=offered, attrs=attrs), **given)

    def rows(self) -> models.QuerySet[Source]:
        return Source.objects.filter(kind__in=self.kinds)

    def named(self, text: str) -> list[Source]:
        if handle := _HANDLE.search(text):
            return list(self.rows().filter(pk=int(handle[1])))
        name = " ".join(text.split())
        exact = Q(name__iexact=name) | Q(aliases__contains=[name])
        return list(self.rows().filter(exact)[:MOST_PICKS])

    def similar(self, text: str) -> models.QuerySet[Source]:
        return self.rows().filter(pk__in=Source.objects.search(text).order_by().values("pk"))

    def told(self, row: Source) -> str:
        told = f"{row.name} · {row.get_kind_display()}"
        if row.is_unnamed:
            told += f" · S-{row.pk}"
        return f"{told} · {row.description[:80]}" if row.description else told

    def new(self, typed: Typed) -> NewSource | None:
        if not typed.kind or _HANDLE.search(typed.text):
            return None
        if typed.kind not in self.kinds:
            raise self._error("kind")
        return NewSource(typed.kind, " ".join(typed.text.split()))

    def is_certain(self, row: Source, text: str) -> bool:
        return not row.is_unnamed or _HANDLE.search(text) is not None

    def one_of_that_kind(self, found: list[Source], typed: Typed) -> Source | None:
        same = [row for row in found if row.kind == typed.kind and not row.is_unnamed]
        return same[0] if same else None

    def suggest_from(self, text: str, speaks: Callable[[str], bool]) -> Source | None:
        """Offer the named sources that ``text`` names, and return the one that it credits.

        ``speaks`` says whether the text credits a spelling with the words; where it credits none,
        or more than one, nobody is returned, for a wrong speaker is worse than none.
        """
        found = named_in(text, self.rows())
        credited = [source for source in found if any(map(speaks, _spellings(source)))]
        speaker = credited[0] if len(credited) == 1 else None
        others = [source for source in found if source != speaker]
        self.offer(others, asks=gettext("Suggested: named in this passage"))
        return speaker


def as_typed(source: Source) -> str:
    """The words by which a ``SourceField`` finds this very source again."""
    same = Source.objects.filter(name__iexact=source.name).exclude(pk=source.pk)
    if source.is_unnamed or same.exists():
        return f"{source.name} · S-{source.pk}"
    return source.name


def known_sources(*kinds: str) -> list[str]:
    """The words for the newest sources, to be offered while somebody types."""
    newest = Source.objects.filter(kind__in=kinds or SourceKind.values).order_by("-pk")
    return [
        f"{name} · S-{pk}" if kind == SourceKind.UNNAMED else name
        for pk, name, kind in newest.values_list("pk", "name", "kind")[:MOST_OFFERED]
    ]


def named_in(text: str, among: models.QuerySet[Source]) -> list[Source]:
    """The named sources whose name, alias or last name stands in ``text``, the longest first.

    Only words with a capital are looked up, because only they can be part of a name.
    """
    words = sorted({word for word in re.findall(r"[^\W\d_]{3,}", text) if word[0].isupper()})
    if not words:
        return []
    pattern = rf"\m({'|'.join(words[:60])})\M"
    maybe = among.exclude(kind=SourceKind.UNNAMED).filter(
        Q(name__regex=pattern) | Q(aliases__overlap=words)
    )
    rated = [(_longest_in(text, source), source) for source in maybe[:200]]
    rated = [pair for pair in rated if pair[0]]
    rated.sort(key=lambda pair: (-pair[0], pair[1].pk))
    return [source for _length, source in rated[:MOST_PICKS]]


def _longest_in(text: str, source: Source) -> int:
    """How long the longest spelling of ``source`` is that stands in ``text``; 0 for none."""
    found = [
        name for name in _spellings(source) if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text)
    ]
    return max((len(name) for name in found), default=0)


def _spellings(source: Source) -> list[str]:
    """The names by which a text may call ``source``: a person by the last one alone too."""
    names = [source.name, *source.aliases]
    if source.kind == SourceKind.PERSON:
        names.append(source.name.split()[-1])
    return names
