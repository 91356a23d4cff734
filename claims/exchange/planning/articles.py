"""The document of a record, and where in it the words stand."""

from __future__ import annotations

from typing import Any, cast

from django.db.backends.postgresql.psycopg_any import NumericRange
from django.utils.translation import gettext as _

from articles.actions import tidy
from articles.choices import ArticleKind
from articles.models import Article
from articles.sentences import context
from articles.slugs import slug_of
from claims.actions.rows import made
from claims.exchange import keys
from claims.exchange.columns import Group
from claims.exchange.locating import NotThere, Repeated, locate
from claims.exchange.planning.draft import ADDRESS, ARTICLE
from claims.exchange.planning.sources import SourcePlan


class ArticlePlan(SourcePlan):
    """The document in which a record can be read."""

    def _article(self) -> Article | None:
        article = self._known_article() or self._new_article()
        self._name(ARTICLE, article)
        return article

    def _known_article(self) -> Article | None:
        values = self.values
        if url := values.get("article_url"):
            for article in self.world.get(("url", url)):
                assert isinstance(article, Article)
                return article
        if "article_title" not in values and "article_url" not in values:
            return cast(Article | None, self._identified(ARTICLE))
        if "article_title" in values and "publisher" in values:
            publisher = next(self.world.named(values["publisher"]), None)
            among = (
                self.world.get(("title", values["article_title"], publisher.pk))
                if publisher
                else []
            )
            held: Article | None = next((row for row in among if not url or not row.url), None)
            if held is not None and url:
                held.url = url
                self.new.addresses.append((held, url))
                self.added.append(ADDRESS)
                self.world.file(held, ("url", url))
            return held
        return None

    def _new_article(self) -> Article | None:
        values = self.values
        if "article_title" not in values and "article_url" not in values:
            if "article_id" in values and not self._wrong("article_title", "article_url"):
                self._problem("article_id", _("No row before this one has this id."))
            elif not self._wrong("article_title", "article_url"):
                self._nothing_without("article_title", (Group.ARTICLE, Group.PASSAGE), _of_nothing)
            return None
        missing = [name for name in ("article_title", "publisher") if name not in values]
        for column in missing:
            self._problem(column, _("This article is new: write its title and publisher."))
        if missing:
            return None
        publisher = self._organisation(values["publisher"])
        title, url = values["article_title"], values.get("article_url", "")
        article = made(
            Article,
            pk=self.next_id(Article),
            kind=values.get("article_kind", ArticleKind.NEWS),
            title=title,
            slug=slug_of(title, "article"),
            url=url,
            publisher=publisher,
            language=values.get("article_language") or values.get("language", "en"),
            published=values.get("article_published"),
        )
        filed: list[keys.Key] = [("title", title, publisher.pk)]
        if url:
            filed.append(("url", url))
        self._add(ARTICLE, self.new.articles, article, *filed)
        return article

    def _place(self, article: Article) -> dict[str, Any] | None:
        """Where in the article the words stand, as columns of an appearance."""
        given = self._told()
        quotation = given["exact"]
        if given["hedge"].lower() not in quotation.lower():
            self._problem("hedge", _("The hedge must be words of the quotation."))
        snapshot = self.world.newest_text(article) if quotation else None
        if snapshot is None:
            return given
        try:
            start = locate(snapshot.text, quotation)
        except NotThere as none:
            self._problem("quotation", _not_there(none.likely))
            return None
        except Repeated as several:
            self._problem(
                "quotation",
                _("These words are at %(times)d places in the article. Quote more of them.")
                % {"times": several.times},
            )
            return None
        end = start + len(quotation)
        prefix, suffix = context(snapshot.text, start, end)
        anchored = {"span": NumericRange(start, end), "prefix": prefix, "suffix": suffix}
        return {**given, **anchored, "snapshot": snapshot, "seen": True}

    def _told(self) -> dict[str, Any]:
        """The passage as the record tells it."""
        return {
            "exact": tidy(self.values.get("quotation", "")),
            "hedge": tidy(self.values.get("hedge", "")).strip(),
            "verbatim": self.values.get("verbatim", False),
        }


def _not_there(likely: str) -> str:
    if not likely:
        return _("These words are not in the article. Copy them from its text.")
    return _("These words are not in the article, but “%(likely)s” is.") % {"likely": likely}


def _of_nothing() -> str:
    return _(
        "This says nothing without the document: write its “article_title” or its "
        "“article_url” too, or empty this."
    )
