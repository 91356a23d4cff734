"""How the admin's lists and pages print what isn't plain text."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.contrib import admin
from django.db.models import Count, OuterRef, Subquery
from django.urls import reverse
from django.utils.html import format_html

from articles.periods import moment_in_words

if TYPE_CHECKING:
    from django.db import models
    from django_stubs_ext import StrOrPromise


def link(name: str, text: object, *args: object, **query: object) -> str:
    """A link to the admin page ``name``, such as ``claims_claim_change``."""
    address = reverse(f"admin:{name}", args=args)
    return format_html(
        '<a href="{}">{}</a>', f"{address}?{urlencode(query)}" if query else address, text
    )


def moment(name: str, label: StrOrPromise) -> Callable[[Any, Any], str]:
    """A column that tells a moment to the minute, in UTC; empty where there is none."""

    @admin.display(description=label, ordering=name)
    def told(self: Any, row: Any) -> str:
        when = getattr(row, name)
        return moment_in_words(when) if when else ""

    return told


def text_of(text: str, language: str = "") -> str:
    """A text with its paragraphs, in its own language and direction."""
    return format_html('<div class="verbatim" dir="auto" lang="{}">{}</div>', language, text)


def details_of(payload: object) -> str:
    """What an event holds, as JSON laid out in lines."""
    laid_out = json.dumps(payload, ensure_ascii=False, indent=2, sort_keys=True)
    return format_html('<pre class="details" dir="auto">{}</pre>', laid_out)


def counted(rows: models.Manager[Any], path: str, **given: Any) -> Subquery:
    """How many rows hang on a row by ``path``; reckoned for the rows shown only."""
    return Subquery(
        rows.filter(pk=OuterRef("pk"))
        .order_by()
        .values("pk")
        .annotate(n=Count(path, **given))
        .values("n")
    )
