"""The columns about what a source does with a claim, and when."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from claims.choices import Scope, Stance
from claims.exchange import cells
from claims.exchange.cells import OneOf, text, yes_or_no
from claims.exchange.columns.kinds import Column, Group

EVIDENCE: tuple[Column, ...] = (
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
)
