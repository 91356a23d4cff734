"""Data for machines inside a page."""

from __future__ import annotations

import json
from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe

register = template.Library()
# Nothing in it can end the element or open another one; JSON reads the same.
_ESCAPED = {ord(letter): f"\\u{ord(letter):04x}" for letter in "<>&\u2028\u2029"}


@register.filter
def data_block(held: dict[str, Any]) -> SafeString:
    """``held`` as JSON-LD in a script element, which no browser runs: it is data by its type."""
    text = json.dumps(held, ensure_ascii=False, separators=(",", ":")).translate(_ESCAPED)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308 (escaped)
