"""One row of the simple import, on its way through the public actions.

What is here already is found by its natural key and left as it is, so that the same row again
changes nothing:

* a claim by its exact words and language (a merged one stands for the claim that was kept),
* evidence by claim, source, stance and a date that overlaps,
* an article by its web address, else by title and publisher,
* a passage by its words.

Somebody unnamed is one source within one article; the same description elsewhere is not known to
be the same people.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import User
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles import dates
from articles.actions import add_article, add_source, edit_article, tidy
from articles.choices import ArticleKind, SourceKind
from articles.models import Article, Source
from claims.actions import upkeep
from claims.actions.evidence import Passage, add_appearance, link_evidence
from claims.actions.intake import log_claim, open_question, publish_claim
from claims.actions.matches import decide_match
from claims.choices import ClaimKind, ClaimLinkKind, MatchOutcome, Scope, Stance
from claims.exchange.columns import BY_NAME, Problem, parse
from claims.exchange.locating import NotThere, Repeated, locate
from claims.matching import ASKED, similar
from claims.models import Appearance, Claim, ClaimLink, Evidence, Question
from claims.refusals import vet

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

CLAIM = gettext_lazy("claim")
SOURCE = gettext_lazy("source")
ARTICLE = gettext_lazy("article")
EVIDENCE = gettext_lazy("evidence")
PASSAGE = gettext_lazy("passage")
ADDRESS = gettext_lazy("web address of the article")
PUBLISHED = gettext_lazy("published")

_OF_SOURCE = (
    *("source_kind", "stance", "scope", "stated", "p_low", "p_high", "interested", "note"),
    *("article_title", "article_url"),
)
_OF_ARTICLE = ("article_kind", "publisher", "article_published", "quotation", "hedge", "verbatim")


class Trial:
    """One row being taken.

    It goes on after a problem, so that all of them are told at once. Whoever calls ``write`` takes
    back what it has written when there are ``problems``.
    """

    def __init__(self, cells: Mapping[str, str], *, by: User) -> None:
        self.cells = cells
        self.by = by
        self.added: list[StrOrPromise] = []
        self.resembles: Claim | None = None
        self.values, self.problems = parse(cells)

    def write(self) -> None:
        """Add what isn't here yet, claim first."""
        claim = self._claim()
        if "source" in self.values:
            article = self._article()
            stated = self._stated(article)
            passage = self._passage(article)
            source = self._source(claim, article, stated)
            self._evidence(claim, source, stated, passage)
        else:
            self._nothing_without("source", (*_OF_SOURCE, *_OF_ARTICLE))
        if claim is not None and self.values.get("publish") and not claim.is_published:
            with self._at("publish", text="claim"):
                publish_claim(by=self.by, claim=claim)
                self.added.append(PUBLISHED)

    # What is wrong

    def _problem(self, column: str, fix: str) -> None:
        """Note what is wrong with a cell, unless something is wrong with it already."""
        if all(problem.column != column for problem in self.problems):
            self.problems.append(Problem(column, self.cells.get(column, "").strip(), fix))

    @contextmanager
    def _at(self, otherwise: str, **columns: str) -> Iterator[None]:
        """Note what an action refuses: each field's errors at its column, or ``otherwise``."""
        try:
            yield
        except ValidationError as error:
            for field, messages in _by_field(error).items():
                column = columns.get(field, field if field in BY_NAME else otherwise)
                self._problem(column, " ".join(messages))

    def _nothing_without(self, needed: str, columns: Iterable[str]) -> None:
        for column in columns:
            if column in self.values:
                self._problem(
                    column,
                    _("This says nothing without “%(column)s”. Fill that in, or empty this.")
                    % {"column": needed},
                )

    def _same(self, held: models.Model, *names: str) -> None:
        """Note where a cell says something else than the row that is here already."""
        for name in names:
            if name in self.values and getattr(held, name) != self.values[name]:
                self._problem(
                    name,
                    _("This is here already, and says “%(held)s”. Empty the cell, or correct it.")
                    % {"held": _shown(getattr(held, name))},
                )

    # Claim

    def _claim(self) -> Claim | None:
        values = self.values
        if "claim" not in values:
            return None
        language = values.get("language", "en")
        rows = Claim.objects.at_work().filter(text=values["claim"], language=language)
        found = rows.order_by("pk")
        held = found.survivors().first() or found.first()
        if held is not None:
            self._same(held, "kind", "checkable", "window", "criteria")
            if "question" in values and str(held.question or "") != values["question"]:
                self._problem(
                    "question",
                    _("This claim is here already, under the question “%(held)s”.")
                    % {"held": held.question or ""},
                )
            return _survivor(held)
        claim = None
        nearest = similar(values["claim"], user=self.by, language=language, limit=1, least=ASKED)
        with self._at("claim", text="claim"):
            claim = log_claim(
                by=self.by,
                text=values["claim"],
                kind=values.get("kind", ClaimKind.EVENT),
                language=language,
                checkable=values.get("checkable", True),
                window=values.get("window"),
                criteria=values.get("criteria", ""),
                question=self._question(),
            )
            self.added.append(CLAIM)
            for match in nearest:
                self.resembles = match.claim
                decide_match(
                    by=self.by,
                    claim=claim,
                    suggested=match.claim,
                    score=match.score,
                    method=match.method,
                    outcome=MatchOutcome.NEW,
                )
        return claim

    def _question(self) -> Question | None:
        question = None
        if "question" in self.values:
            with self._at("question", text="question"):
                question = open_question(by=self.by, text=self.values["question"])
        return question

    # Article and passage

    def _article(self) -> Article | None:
        values = self.values
        title, url = values.get("article_title", ""), values.get("article_url", "")
        if url and (held := Article.objects.filter(url=url).first()) is not None:
            return held
        if not title and not url:
            self._nothing_without("article_title", _OF_ARTICLE)
            return None
        for column in ("article_title", "publisher"):
            if column not in values:
                self._problem(column, _("This article is new: write its title and publisher."))
        if not title or "publisher" not in values:
            return None
        publisher = self._publisher(values["publisher"])
        if publisher is None:
            return None
        among = Article.objects.filter(title=title, publisher=publisher).order_by("pk")
        held = (among.filter(url="") if url else among).first()
        with self._at("article_title", title="article_title", url="article_url"):
            if held is None:
                held = self._new_article(title, url, publisher)
            elif url:
                held = edit_article(by=self.by, article=held, url=url)
                self.added.append(ADDRESS)
        return held

    def _new_article(self, title: str, url: str, publisher: Source) -> Article:
        article = add_article(
            by=self.by,
            title=title,
            publisher=publisher,
            kind=self.values.get("article_kind", ArticleKind.NEWS),
            language=self.values.get("language", "en"),
            url=url,
            published=self.values.get("article_published"),
        )
        self.added.append(ARTICLE)
        return article

    def _publisher(self, name: str) -> Source | None:
        held = _named(name)
        if held is None:
            with self._at("publisher", name="publisher"):
                held = add_source(by=self.by, kind=SourceKind.ORGANISATION, name=name)
        return held

    def _passage(self, article: Article | None) -> Passage | None:
        """The passage as an action takes it, anchored where we hold the article's text."""
        if article is None:
            return None
        quotation = tidy(self.values.get("quotation", ""))
        given = {"verbatim": self.values.get("verbatim", False), "exact": quotation}
        hedge = tidy(self.values.get("hedge", ""))
        snapshot = article.snapshots.first() if quotation else None
        if snapshot is None:
            return Passage(article=article, hedge=hedge, **given)
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
        return Passage(
            article=article,
            snapshot=snapshot,
            start=start,
            end=end,
            hedge=hedge,
            seen=True,
            **given,
        )

    # Source and evidence

    def _stated(self, article: Article | None) -> DateRange | None:
        stated = self.values.get("stated") or (article.published if article else None)
        stated = stated or self.values.get("article_published")
        if stated is None:
            self._problem("stated", _("Write when the source said so."))
        return stated

    def _source(
        self, claim: Claim | None, article: Article | None, stated: DateRange | None
    ) -> Source | None:
        name, kind = self.values["source"], self.values.get("source_kind")
        held = None if kind == SourceKind.UNNAMED else _named(name, kind)
        if held is None and kind in (None, SourceKind.UNNAMED):
            held = self._unnamed(name, claim, article, stated)
        if held is not None:
            return held
        if kind is None:
            self._problem(
                "source_kind",
                _("Nobody of that name is here yet: write person, organisation or unnamed."),
            )
            return None
        with self._at("source", name="source", kind="source_kind"):
            held = add_source(by=self.by, kind=kind, name=name)
            self.added.append(SOURCE)
        return held

    def _unnamed(
        self, name: str, claim: Claim | None, article: Article | None, stated: DateRange | None
    ) -> Source | None:
        """Somebody so described in this article, or behind this very evidence."""
        here = Q(pk__in=())
        if article is not None:
            here |= Q(appearances__article=article)
        if claim is not None and stated is not None:
            here |= Q(pk__in=self._held(claim, stated))
        rows = Evidence.objects.current().filter(
            here, source__kind=SourceKind.UNNAMED, source__name=name
        )
        row = rows.select_related("source").order_by("pk").first()
        return None if row is None else row.source

    def _held(self, claim: Claim, stated: DateRange) -> models.QuerySet[Evidence]:
        """Evidence on this claim with this stance at that date, whoever gives it."""
        return Evidence.objects.current().filter(
            claim__in=upkeep.same_claims(claim.pk),
            stance=self.values.get("stance", Stance.ASSERTS),
            stated__overlap=stated,
        )

    def _evidence(
        self,
        claim: Claim | None,
        source: Source | None,
        stated: DateRange | None,
        passage: Passage | None,
    ) -> None:
        columns = {"exact": "quotation", "article": "article_title", "span": "quotation"}
        given = self._given()
        if claim is None or source is None or stated is None:
            with self._at("source"):
                _vet_alone(Evidence(stated=stated, **given))
            return
        held = self._held(claim, stated).filter(source=source).order_by("pk")
        evidence = held.filter(stated=stated).first() or held.first()
        if evidence is None:
            with self._at("source", **columns):
                link_evidence(
                    by=self.by,
                    claim=claim,
                    source=source,
                    stated=stated,
                    passages=[] if passage is None else [passage],
                    **given,
                )
                self.added.append(EVIDENCE)
            return
        self._same(evidence, "scope", "p_low", "p_high", "interested", "note")
        if passage is not None and not self._is_there(evidence, passage):
            with self._at("quotation", **columns):
                add_appearance(by=self.by, evidence=evidence, passage=passage)
                self.added.append(PASSAGE)

    def _given(self) -> dict[str, Any]:
        values = self.values
        both = "p_low" in values and "p_high" in values
        half = not both and any(problem.column in ("p_low", "p_high") for problem in self.problems)
        return {
            "stance": values.get("stance", Stance.ASSERTS),
            "scope": values.get("scope", Scope.SAME),
            "p_low": None if half else values.get("p_low"),
            "p_high": None if half else values.get("p_high"),
            "language": values.get("language", "en"),
            "note": values.get("note", ""),
            "interested": values.get("interested", False),
        }

    def _is_there(self, evidence: Evidence, passage: Passage) -> bool:
        """Whether the passage is logged for this evidence; without words, any in the article."""
        rows = Appearance.objects.current().filter(evidence=evidence, article=passage.article)
        held = (rows.filter(exact=passage.exact) if passage.exact else rows).first()
        if held is not None:
            self._same(held, "hedge", "verbatim")
            return True
        if passage.snapshot is None and rows.filter(snapshot=None).exists():
            self._problem(
                "quotation",
                _(
                    "We don’t hold the text of this article, and another quotation of it is logged "
                    "for this evidence. Import the text first."
                ),
            )
            return True
        return False


def _named(name: str, kind: str | None = None) -> Source | None:
    """The source of that name or spelling, of that kind or of any but unnamed."""
    among = Source.objects.exclude(kind=SourceKind.UNNAMED).order_by("pk")
    if kind is not None:
        among = among.filter(kind=kind)
    return among.filter(name__iexact=name).first() or among.filter(aliases__contains=[name]).first()


def _survivor(claim: Claim) -> Claim:
    """The claim that ``claim`` has been merged into, at last; itself when it hasn't."""
    while True:
        link = (
            ClaimLink.objects.current()
            .filter(Q(from_claim=claim) | Q(to_claim=claim), kind=ClaimLinkKind.SAME_AS)
            .exclude(survivor=claim)
            .select_related("survivor")
            .first()
        )
        if link is None or link.survivor is None:
            return claim
        claim = link.survivor


def _vet_alone(evidence: Evidence) -> None:
    """Ask about evidence whose claim, source or date is not known, but about nothing of those."""
    try:
        vet(evidence)
    except ValidationError as error:
        told = {
            field: messages
            for field, messages in _by_field(error).items()
            if field not in ("claim", "source", "recorded_by", "stated")
        }
        if told:
            raise ValidationError(told) from None


def _by_field(error: ValidationError) -> dict[str, list[str]]:
    if hasattr(error, "error_dict"):
        return dict(error.message_dict)
    return {NON_FIELD_ERRORS: error.messages}


def _shown(value: Any) -> str:
    match value:
        case bool():
            return _("yes") if value else _("no")
        case DateRange():
            return dates.write(value.lower, value.upper)
    return "" if value is None else str(value)


def _not_there(likely: str) -> str:
    if not likely:
        return _("These words are not in the article. Copy them from its text.")
    return _("These words are not in the article, but “%(likely)s” is.") % {"likely": likely}
