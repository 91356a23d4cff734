"""The columns about whoever says so."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from articles.choices import SourceKind
from claims.exchange import cells
from claims.exchange.cells import OneOf, text, words
from claims.exchange.columns.kinds import Column, Group

SOURCES: tuple[Column, ...] = (
    Column(
        "source",
        Group.SOURCE,
        _("Who says so, or a description of somebody unnamed. Empty: the claim alone."),
        "Jane Doe",
        words(300),
        (
            "speaker",
            "claimant",
            "who",
            "said by",
            "claim author",
            "person",
            "politician",
            "claimed by",
            "originator",
        ),
    ),
    Column(
        "source_id",
        Group.SOURCE,
        _("The source’s id in your file, to speak of it in other rows."),
        "doe",
        words(200),
        ("speaker id", "claimant id"),
    ),
    Column(
        "source_kind",
        Group.SOURCE,
        _("What the source is; needed when nobody of that name is here yet."),
        "person",
        OneOf(SourceKind),
        ("speaker kind", "source type", "speaker type", "claimant type"),
    ),
    Column(
        "source_aliases",
        Group.SOURCE,
        _("Other spellings of a new source’s name, divided by semicolons."),
        "J. Doe; Jane A. Doe",
        cells.names(300),
        ("aliases", "also known as"),
    ),
    Column(
        "source_description",
        Group.SOURCE,
        _("Who a new source is."),
        "An engineer",
        text(2000),
        ("speaker description", "job title", "speaker s job title"),
    ),
    Column(
        "source_wikidata",
        Group.SOURCE,
        _("The Wikidata id of a new source."),
        "Q83364",
        cells.wikidata,
        ("wikidata", "wikidata id", "qid"),
    ),
)
