"""The columns about what was found: by others, and by us."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from claims.choices import Confidence, Finding
from claims.exchange import cells
from claims.exchange.cells import OneOf, text, words
from claims.exchange.columns.kinds import Column, Group

OUTSIDE: tuple[Column, ...] = (
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
)

VERDICTS: tuple[Column, ...] = (
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
)
