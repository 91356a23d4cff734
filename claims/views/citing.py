"""The page that says how to cite a claim, as it stands or as it stood at the end of a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from articles.models import Event
from articles.pages import asked, for_readers
from claims import status
from claims.choices import ClaimKind
from claims.citing.citation import Citation
from claims.citing.making import cited
from claims.models import Claim
from claims.reading import history
from claims.reading.entries import JUDGED
from claims.reading.rows import since_of, status_of
from claims.views.site import site_of
from claims.views.under import under_claim


@dataclass(frozen=True, slots=True)
class Stood:
    """What a claim's status was, and since when, in words and as a day."""

    label: str
    since: date


@for_readers
@under_claim
def cite(request: HttpRequest, about: Claim) -> HttpResponse:
    """Text, BibTeX and CSL-JSON; ``?day=2023-03-09`` for the end of that day, in UTC."""
    day, refused = _day(asked(request, "day"), about)
    if day is None:
        citation = _now(request, about)
    else:
        end = datetime.combine(day + timedelta(days=1), time(), UTC)
        stood = _stood(about, end)
        citation = cited(
            site_of(request),
            about,
            status=stood.label,
            since=stood.since,
            at=end - timedelta(minutes=1),
            as_of=day.isoformat(),
        )
    context = {
        "claim": about,
        "status": status_of(about),
        "citation": citation,
        "day": day,
        "typed": asked(request, "day"),
        "refused": refused,
        "first": _first(about),
        "last": _yesterday(),
    }
    return render(request, "claims/cite.html", context, status=400 if refused else 200)


def _now(request: HttpRequest, about: Claim) -> Citation:
    """The claim as it stands: no change of it is later than the moment that is named."""
    newest: datetime = Event.objects.filter(claim=about).aggregate(at=Max("at"))["at"]
    now = max(datetime.now(UTC).replace(microsecond=0), newest)
    label, since = str(status_of(about).label), since_of(about).day
    return cited(site_of(request), about, status=label, since=since, at=now)


def _day(typed: str, about: Claim) -> tuple[date | None, str]:
    """The day that was asked for, if any; else why there is none."""
    if not typed:
        return None, ""
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        return None, _("“%(typed)s” is no day. Write it as 2023-03-09.") % {"typed": typed}
    if day > _yesterday():
        return None, _("This day isn’t over yet, in UTC. Ask for an earlier one.")
    if day < _first(about):
        return None, _("The claim was not on the public record on that day.")
    return day, ""


def _first(about: Claim) -> date:
    assert about.published_at is not None
    return about.published_at.astimezone(UTC).date()


def _yesterday() -> date:
    return datetime.now(UTC).date() - timedelta(days=1)


def _stood(about: Claim, moment: datetime) -> Stood:
    """The status at ``moment``, by the record."""
    events = history.with_moves(Event.objects.filter(claim=about, at__lt=moment)).order_by("at")
    told = history.tell(events, {about.pk: about}, {})
    assert told  # it was published by then
    last, since = told[0].after, told[0].event.at
    for change in told:
        if change.after != last or change.event.verb == JUDGED:
            last, since = change.after, change.event.at
    code, day = last.code, since.astimezone(UTC).date()
    if about.kind == ClaimKind.PREDICTION and code in (status.AWAITING, status.OVERDUE):
        code = history.unjudged(about, "", moment)
        if code == status.OVERDUE and about.window is not None:
            day = max(day, about.window.upper)
    return Stood(str(status.status(code, about.kind).label), day)
