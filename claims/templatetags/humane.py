"""Numbers and times of an import for people: grouped figures, how soon, kinds of rows."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import template
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

register = template.Library()


@register.filter
def grouped(number: Any) -> str:
    """A whole number in groups of three: ``12,345``."""
    return number_format(int(number or 0), force_grouping=True)


@register.filter
def whole(number: float) -> str:
    """A rate without its fraction, where it isn't a small one."""
    return number_format(f"{number:.{0 if number >= 10 else 1}f}", force_grouping=True)


@register.filter
def how_soon(left: timedelta) -> str:
    """A stretch of time to wait for: ``12 seconds``, ``3 minutes``, ``2 hours``."""
    seconds = int(left.total_seconds())
    if seconds < 60:
        return ngettext("%(n)d second", "%(n)d seconds", seconds) % {"n": seconds}
    minutes = round(seconds / 60)
    if minutes < 90:
        return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    hours = round(minutes / 60)
    return ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}


@register.filter
def kind_of_row(kind: str) -> str:
    """The name of a kind of row that an import adds."""
    names = {
        "claim": _("Claim"),
        "source": _("Source"),
        "article": _("Article"),
        "evidence": _("Evidence"),
        "appearance": _("Passage"),
        "outsideverdict": _("Verdict of others"),
        "verdict": _("Proposed verdict"),
    }
    return names.get(kind, kind)
