"""Writes a feed as Atom (RFC 4287) or JSON Feed 1.1."""

from __future__ import annotations

import json
import re
from enum import StrEnum
from typing import Any

from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language
from django.utils.xmlutils import SimplerXMLGenerator

from claims.exchange.datafeed import LICENCE, Site
from claims.feeds.entries import Entry, Feed

JSON_FEED = "https://jsonfeed.org/version/1.1"
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class FeedForm(StrEnum):
    """How a feed is written, by the ending of its name."""

    ATOM = "atom"
    JSON = "json"


TYPES = {
    FeedForm.ATOM: "application/atom+xml; charset=utf-8",
    FeedForm.JSON: "application/feed+json; charset=utf-8",
}


def write(feed: Feed, form: FeedForm, site: Site, address: str) -> str:
    """The feed as it is sent; ``address`` is its own, from the root of the site."""
    return (_atom if form == FeedForm.ATOM else _json)(feed, site, address)


class _Atom(Atom1Feed):
    """Django's, but for what it leaves open: when an empty feed changed, the text as content."""

    def __init__(self, feed: Feed, site: Site, address: str) -> None:
        self.of = feed
        super().__init__(
            title=_clean(f"{feed.title} · {site.name}"),
            link=site.url + feed.page,
            description=None,
            subtitle=_clean(feed.about),
            language=get_language(),
            author_name=_clean(site.name),
            author_link=f"{site.url}/",
            feed_url=site.url + address,
            feed_guid=site.url + address,
            feed_copyright=LICENCE,
        )
        for entry in feed.entries:
            self.add_item(
                title=_clean(entry.title),
                link=site.url + entry.url,
                description="",  # what we say is its content
                unique_id=site.url + entry.id,
                pubdate=entry.published,
                updateddate=entry.updated,
                categories=(entry.status.code, entry.claim.kind),
                html=_clean(entry.html),
            )

    def latest_post_date(self) -> Any:
        return self.of.updated

    def add_root_elements(self, handler: SimplerXMLGenerator) -> None:
        super().add_root_elements(handler)
        handler.addQuickElement("link", "", {"rel": "license", "href": LICENCE})

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, {**item, "description": None})
        handler.addQuickElement("content", item["html"], {"type": "html"})


def _atom(feed: Feed, site: Site, address: str) -> str:
    return _Atom(feed, site, address).writeString("utf-8")


def _json(feed: Feed, site: Site, address: str) -> str:
    held = {
        "version": JSON_FEED,
        "title": f"{feed.title} · {site.name}",
        "description": feed.about,
        "home_page_url": site.url + feed.page,
        "feed_url": site.url + address,
        "language": get_language(),
        "authors": [{"name": site.name, "url": f"{site.url}/"}],
        "_sayso": {"about": f"{site.url}/data/", "licence": LICENCE},
        "items": [_item(entry, site) for entry in feed.entries],
    }
    return json.dumps(held, ensure_ascii=False, separators=(",", ":"))


def _item(entry: Entry, site: Site) -> dict[str, Any]:
    return {
        "id": site.url + entry.id,
        "url": site.url + entry.url,
        "title": entry.title,
        "content_html": entry.html,
        "date_published": entry.published.isoformat(),
        "date_modified": entry.updated.isoformat(),
        "tags": [entry.status.code, entry.claim.kind],
        "_sayso": {"claim": entry.claim.public_id, "status": entry.status.code},
    }


def _clean(text: str) -> str:
    """``text`` without the characters that no XML may hold."""
    return _NOT_IN_XML.sub("", text)
