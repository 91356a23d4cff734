"""The page of a claim, with its evidence as a stream of blocks, each with a template of its own."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from wagtail import blocks
from wagtail.fields import StreamField
from wagtail.models import Page


class PieceBlock(blocks.StructBlock):
    """One piece of evidence."""

    quotation = blocks.TextBlock()
    source = blocks.CharBlock()
    role = blocks.CharBlock()
    organisation = blocks.CharBlock()
    article = blocks.CharBlock()
    publisher = blocks.CharBlock()
    stated = blocks.DateBlock()
    denies = blocks.BooleanBlock(required=False)

    class Meta:
        template = "site/piece.html"


class ClaimPage(Page):
    """A claim."""

    summary = models.TextField()
    evidence = StreamField([("piece", PieceBlock())])
    template: ClassVar[str] = "site/claim.html"
