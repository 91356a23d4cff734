"""What templates print claims with: badges, dates in words, claims and people by name."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

from django import template
from django.contrib.auth.models import User
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import get_language_info, ngettext
from django.utils.translation import gettext as _

from articles import moment as moments
from articles import periods, policy
from articles.moments import moment_query
from claims.models import Claim
from claims.reading import wording as words
from claims.reading.rows import Since
from claims.status import Status

register = template.Library()


@register.inclusion_tag("components/status_badge.html")
def status_badge(status: Status, size: str = "", note: str = "") -> dict[str, Any]:
    """The only way to print a status: ``{% status_badge row.status %}``, ``size="lg"``,
    ``note="hidden"``.
    """
    return {"status": status, "size": size, "note": note}


@register.filter
def period(value: DateRange | None) -> SafeString | str:
    """A range of days as a ``time`` element: ``{{ evidence.stated|period }}``."""
    return periods.period_tag(value)


@register.filter
def period_words(value: DateRange | None) -> str:
    """The same as plain text."""
    return periods.in_words(value)


@register.filter
def day(value: date | None) -> SafeString | str:
    """A day, or the day of a moment in UTC."""
    return "" if value is None else periods.day_tag(value)


@register.filter
def moment(value: datetime | None) -> SafeString | str:
    """A moment to the minute, in UTC."""
    return "" if value is None else periods.moment_tag(value)


@register.simple_tag
def then() -> moments.Then | None:
    """The other moment that the page tells of, also where an include gets nothing else."""
    return moments.asked()


@register.filter
def then_words(value: moments.Then) -> str:
    """``9 March 2023, 18:10 UTC``, ``the end of 9 March 2023 (UTC)``; seconds where it has some."""
    if value.is_whole_day:
        return _("the end of %(day)s (UTC)") % {"day": periods.day_in_words(value.at.date())}
    if value.at.second or value.at.microsecond:
        day = periods.day_in_words(value.at.date())
        return f"{day}, {value.at:%H:%M:%S} UTC"
    return periods.moment_in_words(value.at)


@register.filter
def then_tag(value: moments.Then) -> SafeString:
    """The same as a ``time`` element."""
    return format_html(
        '<time datetime="{}">{}</time>',
        value.at.isoformat().replace("+00:00", "Z"),
        then_words(value),
    )


@register.filter
def as_of(value: datetime | None) -> str:
    """The query of a page as of a moment: ``{{ claim.get_absolute_url }}?{{ moment|as_of }}``."""
    return moment_query(value)


@register.filter
def since(value: Since) -> SafeString:
    """``since 8 March 2023``, ``due 15 March 2023``."""
    text = _("due %(day)s") if value.due else _("since %(day)s")
    return format_html(text.replace("%(day)s", "{}"), periods.day_tag(value.day))


@register.filter
def since_short(value: Since) -> SafeString:
    """The same with the month cut short, for narrow columns."""
    text = _("due %(day)s") if value.due else _("since %(day)s")
    return format_html(text.replace("%(day)s", "{}"), periods.short_day_tag(value.day))


@register.filter
def last_day(value: DateRange | None) -> date | None:
    """The last day of a period that ends."""
    return None if value is None else periods.last_day(value)


@register.filter
def how_long(value: timedelta) -> str:
    """A stretch of time, roughly: ``3 days``, ``5 hours``, ``less than a minute``."""
    if value.days:
        return ngettext("%(count)s day", "%(count)s days", value.days) % {"count": value.days}
    hours, minutes = value.seconds // 3600, value.seconds // 60
    if hours:
        return ngettext("%(count)s hour", "%(count)s hours", hours) % {"count": hours}
    if not minutes:
        return _("less than a minute")
    return ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": minutes}


@register.filter
def wording(claim: Claim) -> str:
    """The sentence of a claim; where it was redacted, that it was."""
    return words.wording(claim)


@register.simple_tag
def quoted(exact: str, language: str, most: int = 240) -> SafeString:
    """A quotation within a line, cut at ``most`` characters: ``{% quoted quote.exact "en" %}``.

    The browser's quotation marks, but for words that hold some of their own: those say enough.
    """
    said = words.unquoted(exact)
    tag = "span" if words.is_marked(said) else "q"
    cut = Truncator(said).chars(most)
    return format_html('<{0} class="serif" lang="{1}" dir="auto">{2}</{0}>', tag, language, cut)


@register.filter
def language(tag: str) -> str:
    """The name of a language by its tag; the tag itself where it has no name here."""
    try:
        return str(get_language_info(tag)["name_translated"])
    except KeyError:
        return tag


@register.filter
def person(user: User) -> str:
    """The name an editor answers with."""
    return words.person(user)


@register.filter
def percent(value: Any) -> str:
    """A probability from 0 to 1 in per cent, without needless digits."""
    return number_format(f"{value * 100:.1f}".rstrip("0").rstrip("."))


@register.simple_tag(takes_context=True)
def may(context: template.Context, permission: str) -> bool:
    """Whether the reader of this page may do that: ``{% may "claims.add_evidence" as adds %}``."""
    request = context.get("request")
    return request is not None and policy.may(request.user, permission)


@register.filter
def way_back(tags: str) -> dict[str, Any]:
    """What the button in a notice sends, and where to; see ``articles.door.notice_back``."""
    to, _mark, given = tags.removeprefix("back-").partition("?")
    return {"to": to, "given": parse_qsl(given)}
