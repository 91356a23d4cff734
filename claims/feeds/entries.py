"""The entries of a feed: a change, a correction, or a claim as it stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from articles.models import Event
from articles.periods import day_in_words, in_words
from claims.choices import VerdictKind
from claims.models import Claim, Verdict
from claims.reading import wording
from claims.reading.corrections import Correction
from claims.reading.history import REDACTED, Change
from claims.reading.rows import Row

if TYPE_CHECKING:
    from claims.status import Status

LONGEST_TITLE = 300
NEVER = datetime.fromtimestamp(0, UTC)
Moments = Mapping[int, datetime]
"""By the id of a claim, when something happened to it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to be told, once. ``id`` and ``url`` are addresses on this site.

    ``updated`` moves only when the status moves, a verdict is published or words are removed:
    whoever has read an entry isn't shown it again for less.
    """

    id: str
    url: str
    title: str
    html: SafeString
    published: datetime
    updated: datetime
    claim: Claim
    status: Status


@dataclass(frozen=True, slots=True)
class Feed:
    """A list of entries, the newest first, with the page that shows the same."""

    title: str
    about: str
    page: str
    entries: Sequence[Entry]

    @property
    def updated(self) -> datetime:
        """When something last changed that matters; the beginning of time for no entries."""
        return max((entry.updated for entry in self.entries), default=NEVER)


def redactions_of(claims: Iterable[Claim]) -> dict[int, datetime]:
    """When the words of claims were removed, by one query if any were."""
    ids = {claim.pk for claim in claims if claim.redaction_reason}
    if not ids:
        return {}
    told = Event.objects.filter(claim__in=ids, subject_type="claim", verb=REDACTED)
    return dict(told.values_list("claim", "at"))


def of_changes(changes: Iterable[Change], redacted: Moments) -> list[Entry]:
    """An entry for each change, in their order."""
    return [_of_change(change, redacted) for change in changes]


def _of_change(change: Change, redacted: Moments) -> Entry:
    claim, at = change.claim, change.event.at
    anchor = f"event-{change.event.pk}"
    told = [_moved(change.old, change.after) if change.new else _stands(change.after)]
    told.append(_paragraph(f"{change.what}: {change.why}" if change.why else f"{change.what}."))
    if change.happened is not None:
        told.append(_paragraph(_("When: %(date)s") % {"date": in_words(change.happened)}))
    return Entry(
        id=f"{_permalink(claim)}#{anchor}",
        url=f"{claim.get_absolute_url()}#{anchor}",
        title=_title(change.after, claim),
        html=_joined(claim, told),
        published=at,
        updated=max(at, redacted.get(claim.pk, at)),
        claim=claim,
        status=change.after,
    )


def of_corrections(corrections: Iterable[Correction], redacted: Moments) -> list[Entry]:
    """An entry for each correction, in their order."""
    return [_of_correction(correction, redacted) for correction in corrections]


def _of_correction(correction: Correction, redacted: Moments) -> Entry:
    verdict = correction.verdict
    claim, at = verdict.claim, verdict.published_at
    assert at is not None
    told = [_moved(correction.old, correction.new)]
    withdrawn = verdict.kind == VerdictKind.WITHDRAWAL
    wrong = _("Withdrawn: %(why)s") if withdrawn else _("What was wrong: %(why)s")
    told.append(_paragraph(wrong % {"why": verdict.correction_note}))
    if not withdrawn:
        told.append(_paragraph(_("Now: %(summary)s") % {"summary": verdict.summary}))
    return Entry(
        id=f"{_permalink(claim)}#verdict-{verdict.pk}",
        url=f"{claim.get_absolute_url()}#verdict",
        title=_title(correction.new, claim),
        html=_joined(claim, told),
        published=at,
        updated=max(at, redacted.get(claim.pk, at)),
        claim=claim,
        status=correction.new,
    )


def of_claims(
    rows: Iterable[Row], verdicts: Mapping[int, Verdict], updated: Moments
) -> list[Entry]:
    """An entry for each claim as it stands now, in their order."""
    return [_of_claim(row, verdicts.get(row.claim.pk), updated[row.claim.pk]) for row in rows]


def _of_claim(row: Row, verdict: Verdict | None, updated: datetime) -> Entry:
    claim = row.claim
    assert claim.published_at is not None
    due = _("due %(day)s") if row.since.due else _("since %(day)s")
    told = [_stands(row.status, due % {"day": day_in_words(row.since.day)})]
    if verdict is not None:
        told.append(_paragraph(verdict.correction_note or verdict.summary))
    elif row.lead is not None:
        via = row.lead.via
        names = {"source": row.lead.source.name, "via": via.name if via else ""}
        who = _("%(source)s, via %(via)s") if via else _("%(source)s")
        told.append(_paragraph(who % names))
    counted = {"for": claim.for_count, "against": claim.against_count}
    told.append(_paragraph(_("%(for)s for, %(against)s against") % counted))
    return Entry(
        id=_permalink(claim),
        url=claim.get_absolute_url(),
        title=_title(row.status, claim),
        html=_joined(claim, told),
        published=claim.published_at,
        updated=updated,
        claim=claim,
        status=row.status,
    )


def _permalink(claim: Claim) -> str:
    """The address by the number alone, which no change of words can change."""
    return reverse("claims:claim_short", args=[claim.pk])


def _title(status: Status, claim: Claim) -> str:
    told = {"status": status.label, "claim": wording.wording(claim)}
    return (_("%(status)s: %(claim)s") % told)[:LONGEST_TITLE]


def _moved(old: Status | None, new: Status) -> SafeString:
    if old is None:
        return _stands(new)
    return format_html("<p><s>{}</s> → <strong>{}</strong>{}</p>", old.label, new.label, _open(new))


def _stands(status: Status, since: str = "") -> SafeString:
    rest = format_html(" {}", since) if since else ""
    return format_html("<p><strong>{}</strong>{}{}</p>", status.label, _open(status), rest)


def _open(status: Status) -> str:
    return f" ({_('not yet reviewed')})" if status.provisional else ""


def _paragraph(text: str) -> SafeString:
    return format_html('<p dir="auto">{}</p>', text)


def _joined(claim: Claim, told: Iterable[SafeString]) -> SafeString:
    words = format_html(
        '<p>{} <span lang="{}" dir="auto">{}</span></p>',
        _("Claim:"),
        claim.language,
        wording.wording(claim),
    )
    return format_html_join("", "{}", ((part,) for part in (*told, words)))
