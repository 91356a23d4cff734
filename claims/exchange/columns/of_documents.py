"""The columns about where it can be read: the document, and the words in it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from articles.choices import ArticleKind
from claims.exchange import cells
from claims.exchange.cells import OneOf, text, words, yes_or_no
from claims.exchange.columns.kinds import Column, Group

ARTICLES: tuple[Column, ...] = (
    Column(
        "article_title",
        Group.ARTICLE,
        _("The document in which it can be read."),
        "Bridge to open this year, engineer says",
        words(500),
        ("article", "headline", "title", "document"),
    ),
    Column(
        "article_id",
        Group.ARTICLE,
        _("The document’s id in your file, to speak of it in other rows."),
        "bridge-report",
        words(200),
    ),
    Column(
        "article_url",
        Group.ARTICLE,
        _("Its web address. An article is found by it, else by title and publisher."),
        "https://news.example/bridge",
        cells.address,
        (
            "link",
            "url",
            "article link",
            "web address",
            "first appearance",
            "appearance",
            "source url",
            "href",
        ),
    ),
    Column(
        "article_kind",
        Group.ARTICLE,
        _("The kind of a new article; news when empty."),
        "news",
        OneOf(ArticleKind),
        ("article type", "document kind", "document type", "medium"),
    ),
    Column(
        "article_language",
        Group.ARTICLE,
        _("The language of a new article; that of the claim when empty."),
        "en",
        cells.language,
    ),
    Column(
        "publisher",
        Group.ARTICLE,
        _("Who published it."),
        "The Daily Example",
        words(300),
        ("outlet", "newspaper", "medium", "published by", "publication", "site", "media"),
    ),
    Column(
        "article_published",
        Group.ARTICLE,
        _("When a new article was published."),
        "2024-03-08",
        cells.period,
        ("published", "published on", "article date", "publication date", "date published"),
    ),
)

PASSAGES: tuple[Column, ...] = (
    Column(
        "quotation",
        Group.PASSAGE,
        _("The exact words. Where we hold the article’s text, they must be at one place in it."),
        "“It will probably open in the autumn,” she said",
        text(10_000),
        ("quote", "exact words", "exact quote", "citation", "verbatim quote", "passage", "excerpt"),
    ),
    Column(
        "hedge",
        Group.PASSAGE,
        _("The words of the quotation that weaken it."),
        "probably",
        text(200),
    ),
    Column(
        "verbatim",
        Group.PASSAGE,
        _("Whether these are the source’s own words; no when empty."),
        "yes",
        yes_or_no,
    ),
)
