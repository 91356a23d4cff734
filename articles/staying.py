"""Keeps a reader in the moment of a page: its links lead to pages of the same moment."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import parse_qs

from django.urls import Resolver404, resolve

from articles.moment import AS_OF, KNOWN_BY, Then

# Everything on our pages is printed by our templates, which escape: an attribute ends at its quote.
_LINK = re.compile(r'<a\s[^<>]*?\bhref="(?P<to>[^"]*)"[^<>]*>')
_FORM = re.compile(r'<form\s[^<>]*?\baction="(?P<to>[^"]*)"[^<>]*>')
LEAVES = "data-now"
"""The attribute of a link or form that leads out of the moment."""


def stay(html: str, path: str, then: Then) -> str:
    """``html``, the page at ``path``, with the moment added to every link to a page that has it.

    One place for all templates, also those to come. Links that name a moment stay as they are.
    """

    def link(found: re.Match[str]) -> str:
        tag, to = found.group(), found["to"]
        if LEAVES in tag or not _stays(to, path, then):
            return tag
        return tag.replace(f'href="{to}"', f'href="{_with(to, then)}"', 1)

    def form(found: re.Match[str]) -> str:
        tag, to = found.group(), found["to"]
        if LEAVES in tag or 'method="get"' not in tag or not _stays(to, path, then):
            return tag
        return f'{tag}<input type="hidden" name="{then.name}" value="{then.written}">'

    return _FORM.sub(form, _LINK.sub(link, html))


def _stays(to: str, path: str, then: Then) -> bool:
    address, _hash, _fragment = to.partition("#")
    where, _question, query = address.partition("?")
    asked = parse_qs(query.replace("&amp;", "&"), keep_blank_values=True)
    if not address or AS_OF in asked or KNOWN_BY in asked:
        return False
    return then.name in moments_of(where or path)


def moved(to: str, path: str, then: Then) -> str:
    """The address to which the page at ``path`` leads on, in the same moment."""
    return _with(to, then, "&") if _stays(to, path, then) else to


def _with(to: str, then: Then, joint: str = "&amp;") -> str:
    address, hash_, fragment = to.partition("#")
    joined = joint if "?" in address else "?"
    return f"{address}{joined}{then.name}={then.written}{hash_}{fragment}"


@lru_cache(maxsize=4096)
def moments_of(path: str) -> frozenset[str]:
    """The parameters by which the page at ``path`` tells of other moments; none elsewhere."""
    if not path.startswith("/"):
        return frozenset()
    try:
        return frozenset(getattr(resolve(path).func, "moments", ()))
    except Resolver404:
        return frozenset()
