"""The columns about the claim itself."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from claims.choices import ClaimKind
from claims.exchange import cells
from claims.exchange.cells import OneOf, text, words, yes_or_no
from claims.exchange.columns.kinds import Column, Group

CLAIMS: tuple[Column, ...] = (
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
)

PUBLISHED: tuple[Column, ...] = (
    Column(
        "publish",
        Group.CLAIM,
        _("Whether to put the claim on the public record; no when empty."),
        "no",
        yes_or_no,
    ),
)
