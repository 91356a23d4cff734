"""The columns of imports and exports: one list for reading, checking, templates and docs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from articles.choices import ArticleKind, SourceKind
from claims.choices import ClaimKind, Confidence, Finding, Scope, Stance
from claims.exchange import cells
from claims.exchange.cells import OneOf, Read, text, words, yes_or_no

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

ERROR = "_error"
"""The column that a file of rejected rows has besides; reading passes over it."""


class Group(StrEnum):
    """What a column tells of."""

    CLAIM = "claim"
    SOURCE = "source"
    EVIDENCE = "evidence"
    ARTICLE = "article"
    PASSAGE = "passage"
    OUTSIDE = "outside"
    VERDICT = "verdict"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: how it is headed, what it holds, and how a cell of it is read.

    ``read`` takes a cell that isn't empty and raises ``ValueError`` or ``ValidationError`` with
    what would be right. ``known_as`` are other headings under which people keep the same.
    """

    name: str
    group: Group
    help: StrOrPromise
    example: str
    read: Read
    known_as: tuple[str, ...] = ()

    @property
    def dated(self) -> bool:
        """Whether it holds dates, whose numbers may need an order."""
        return self.read is cells.period

    @property
    def choices(self) -> list[tuple[str, StrOrPromise]]:
        """The words that a cell of it can be, with what they mean; none where it can be any."""
        if self.read is yes_or_no:
            return [("yes", _("Yes")), ("no", _("No"))]
        if isinstance(self.read, OneOf):
            return [(word.value, word.label) for word in self.read.choices]
        return []


LONGEST_FOUND = 300
"""Code points; what can be mended in the wizard is shorter."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one cell: where, what was found, and what would mend it."""

    column: str
    found: str
    fix: str

    def __str__(self) -> str:
        """In one line, as the command and the file of rejected rows say it."""
        if not self.column:
            return self.fix
        found = self.found if len(self.found) <= 80 else f"{self.found[:79]}…"
        return f"{self.column}: “{found}”: {self.fix}" if found else f"{self.column}: {self.fix}"

    @property
    def beginning(self) -> str:
        """As much of what was found as a staged record keeps: nobody is shown more of it."""
        return self.found[:LONGEST_FOUND]


COLUMNS: tuple[Column, ...] = (
    Column(
        "claim",
        Group.CLAIM,
        _("What is said to be so, in one plain sentence."),
        "The Old Bridge will reopen in 2024",
        words(1000),
        (
            "statement",
            "claim text",
            "claimreviewed",
            "claim reviewed",
            "assertion",
            "affirmation",
            "text",
        ),
    ),
    Column(
        "claim_id",
        Group.CLAIM,
        _("The claim’s id in your file, to speak of it in other rows, or ours, such as CL-17."),
        "bridge-2024",
        words(200),
        ("claim no", "claim number", "cl"),
    ),
    Column(
        "kind",
        Group.CLAIM,
        _("The kind of claim; event when empty."),
        "prediction",
        OneOf(ClaimKind),
        ("claim kind", "claim type", "type of claim", "type"),
    ),
    Column(
        "language",
        Group.CLAIM,
        _("The language of the claim; en when empty."),
        "en",
        cells.language,
        ("lang", "claim language", "inlanguage", "locale"),
    ),
    Column(
        "checkable",
        Group.CLAIM,
        _("Whether evidence could settle it; yes when empty."),
        "yes",
        yes_or_no,
    ),
    Column(
        "window",
        Group.CLAIM,
        _("When it is said to happen; a prediction settles when its window closes."),
        "2024",
        cells.period,
        ("when", "time window", "period"),
    ),
    Column(
        "criteria",
        Group.CLAIM,
        _("What would settle it; a prediction is not published without."),
        "Cars cross it on any day of 2024",
        text(4000),
        ("settles when", "resolution criteria", "settled by"),
    ),
    Column(
        "question",
        Group.CLAIM,
        _("The question that it answers, the same words for each answer."),
        "When will the Old Bridge reopen?",
        words(500),
        ("topic question", "research question"),
    ),
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
    Column(
        "stance",
        Group.EVIDENCE,
        _("What the source does with the claim; asserts when empty."),
        "asserts",
        OneOf(Stance),
    ),
    Column(
        "scope",
        Group.EVIDENCE,
        _("Whether the source spoke of this very claim; same when empty."),
        "same",
        OneOf(Scope),
    ),
    Column(
        "stated",
        Group.EVIDENCE,
        _("When the source said so; the day of the article when empty."),
        "2024-03-07",
        cells.period,
        (
            "said on",
            "date stated",
            "claim date",
            "date of claim",
            "statement date",
            "date",
            "date said",
        ),
    ),
    Column(
        "p_low",
        Group.EVIDENCE,
        _("The probability that the source gave, at least, from 0 to 1."),
        "0.6",
        cells.probability,
        ("probability low", "probability", "at least"),
    ),
    Column(
        "p_high",
        Group.EVIDENCE,
        _("The probability that the source gave, at most."),
        "0.8",
        cells.probability,
        ("probability high", "at most"),
    ),
    Column(
        "interested",
        Group.EVIDENCE,
        _("Whether the source gains or loses by being believed; no when empty."),
        "yes",
        yes_or_no,
        ("interested party",),
    ),
    Column(
        "note",
        Group.EVIDENCE,
        _("A note on the evidence; supports and weakens need one."),
        "She works for the builder",
        text(4000),
        ("notes", "comment", "comments", "remark", "remarks"),
    ),
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
    Column(
        "reviewer",
        Group.OUTSIDE,
        _("An organisation that has judged the claim; its verdict stays its own."),
        "Example Check",
        words(300),
        (
            "fact checker",
            "factchecker",
            "author",
            "review author",
            "checked by",
            "organisation",
            "organization",
        ),
    ),
    Column(
        "label",
        Group.OUTSIDE,
        _("How that organisation worded its verdict."),
        "Half true",
        words(300),
        (
            "verdict",
            "rating label",
            "alternatename",
            "alternativename",
            "textual rating",
            "rating",
            "ruling",
            "alternate name",
        ),
    ),
    Column(
        "finding",
        Group.OUTSIDE,
        _("How we read that label; empty when it fits none of ours."),
        "conflicting",
        OneOf(Finding),
    ),
    Column(
        "rating",
        Group.OUTSIDE,
        _("The number that the organisation gave, as it stands."),
        "3",
        words(40),
        ("ratingvalue", "rating value", "score"),
    ),
    Column(
        "rating_best",
        Group.OUTSIDE,
        _("The best number of its scale."),
        "5",
        words(40),
        ("bestrating", "best rating"),
    ),
    Column(
        "rating_worst",
        Group.OUTSIDE,
        _("The worst number of its scale."),
        "1",
        words(40),
        ("worstrating", "worst rating"),
    ),
    Column(
        "review_url",
        Group.OUTSIDE,
        _("Where that organisation’s verdict can be read."),
        "https://check.example/bridge",
        cells.address,
        (
            "review link",
            "fact check url",
            "factcheck url",
            "fact check link",
            "check url",
            "url",
            "link",
        ),
    ),
    Column(
        "review_title",
        Group.OUTSIDE,
        _("How it is headed there."),
        "Will the bridge open in time?",
        words(500),
        ("fact check title", "review headline", "title", "headline"),
    ),
    Column(
        "reviewed",
        Group.OUTSIDE,
        _("When that organisation published its verdict."),
        "2024-03-10",
        cells.period,
        (
            "review date",
            "datepublished",
            "date reviewed",
            "fact check date",
            "verdict date",
            "date checked",
        ),
    ),
    Column(
        "review_note",
        Group.OUTSIDE,
        _("What that organisation gave as its reason."),
        "The builder says otherwise",
        text(4000),
        ("reviewbody", "review body", "explanation", "review note", "justification"),
    ),
    Column(
        "our_finding",
        Group.VERDICT,
        _("What we found ourselves: a proposal, which a second person publishes."),
        "supported",
        OneOf(Finding),
        ("verdict finding",),
    ),
    Column(
        "judged",
        Group.VERDICT,
        _("When we reached that verdict, if it was before it came here."),
        "2024-11-02",
        cells.period,
        ("verdict dated",),
    ),
    Column(
        "summary",
        Group.VERDICT,
        _("Our own verdict in short; it needs one."),
        "Cars crossed it in October",
        words(400),
        ("in short", "verdict summary"),
    ),
    Column(
        "reasoning",
        Group.VERDICT,
        _("The reasons of our own verdict; the summary when empty."),
        "The city’s counters saw them",
        text(20_000),
        ("reasons", "verdict reasoning"),
    ),
    Column(
        "confidence",
        Group.VERDICT,
        _("How sure we are of our own verdict; moderate when empty."),
        "high",
        OneOf(Confidence),
    ),
    Column(
        "publish",
        Group.CLAIM,
        _("Whether to put the claim on the public record; no when empty."),
        "no",
        yes_or_no,
    ),
)
BY_NAME: Mapping[str, Column] = {column.name: column for column in COLUMNS}


def as_markdown() -> str:
    """The columns as the table that the documentation shows."""
    rows = [f"| `{column.name}` | {column.help} | {column.example} |" for column in COLUMNS]
    return "\n".join(["| column | what it holds | example |", "|---|---|---|", *rows])
