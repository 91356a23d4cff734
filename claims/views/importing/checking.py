"""The third step of an import: all that would happen, and answers to what stands in the way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from articles.door import DeskRequest, desk, see
from articles.refusals import CHANGED_SINCE
from claims.choices import ImportState, MatchOutcome, RowState
from claims.exchange import answering, previewing, running, telling
from claims.exchange.answering import Answers
from claims.exchange.columns import BY_NAME
from claims.exchange.parsing import Parser
from claims.exchange.previewing import PAGE, Remedy, Value
from claims.models import Claim, ImportBatch, ImportRow
from claims.refusals import Refusal
from claims.views.importing.forms import version_in
from claims.views.importing.steps import CHECK, PERMISSION, added, batch_of, steps

MOST_ANSWERS = 500
"""Values that one form answers for."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """What a new claim may be the same as: a claim that is here, or an earlier record."""

    place: int
    text: str
    percent: int
    claim: Claim | None
    line: int | None
    chosen: bool

    @property
    def offered(self) -> bool:
        """Whether it is still there: a claim may have been set aside since it was found."""
        return self.claim is not None or self.line is not None


@dataclass(frozen=True, slots=True)
class Resembling:
    """A record whose claim is new, and what it may be the same as."""

    row: ImportRow
    text: str
    language: str
    likenesses: tuple[Likeness, ...]

    @property
    def other(self) -> bool:
        """Whether it is taken for another claim."""
        return not any(like.chosen and like.offered for like in self.likenesses)


@desk(PERMISSION)
def import_check(request: DeskRequest, pk: int) -> HttpResponse:
    """Show what the import would do; have it checked anew with answers, or have it done."""
    batch = batch_of(pk)
    if request.method == "POST":
        answers, version = _answers(request.POST, batch), version_in(request.POST)
        wanted = answers.dates or answers.values or answers.same
        try:
            if wanted or "import" not in request.POST:
                answering.answer(by=request.user, batch=batch, version=version, answers=answers)
                if "import" in request.POST:
                    told = _("Your answers are being checked first. Nothing is imported yet.")
                    messages.info(request, told)
            else:
                running.run(by=request.user, batch=batch, version=version)
        except Refusal as refusal:
            return _refused(request, batch, refusal)
        return see("claims:import_batch", pk)
    if batch.state != ImportState.CHECKED:
        return see("claims:import_batch", pk)
    return _page(request, batch)


@desk(PERMISSION, "GET", "HEAD")
def import_rejected(request: DeskRequest, pk: int) -> HttpResponse:
    """Give the rejected records as a file, to be repaired and imported alone."""
    batch = batch_of(pk)
    response = StreamingHttpResponse(
        telling.rejected(batch), content_type="text/csv; charset=utf-8"
    )
    response.headers["Content-Disposition"] = f'attachment; filename="rejected-{pk}.csv"'
    return cast(HttpResponse, response)


def _refused(request: DeskRequest, batch: ImportBatch, refusal: Refusal) -> HttpResponse:
    batch.refresh_from_db()
    told = " ".join(refusal.messages)
    if batch.state != ImportState.CHECKED:
        messages.warning(request, told)
        return see("claims:import_batch", batch.pk)
    status = 409 if refusal.rule == CHANGED_SINCE else 422
    return _page(request, batch, told=told, status=status)


def _answers(data: QueryDict, batch: ImportBatch) -> Answers:
    """What was answered. The values found come back as the browser wrote them, by lines."""
    values: dict[str, dict[str, str]] = {}
    dates = {}
    for number in range(MOST_ANSWERS):
        name = data.get(f"column-{number}", "")
        if name not in BY_NAME:
            continue
        if order := data.get(f"order-{number}", ""):
            dates[name] = order
        found = data.get(f"found-{number}", "").replace("\r\n", "\n")
        instead = data.get(f"instead-{number}", "").strip()
        if found and (instead or f"empty-{number}" in data):
            values.setdefault(name, {})[found] = "" if f"empty-{number}" in data else instead
    return Answers(dates=dates, values=values, same=_same(data, batch))


def _same(data: QueryDict, batch: ImportBatch) -> dict[int, int]:
    """Which records speak of a claim that is known, where that differs from what was chosen."""
    asked = {
        int(name[5:]): data[name]
        for name in data
        if name.startswith("same-") and name[5:].isascii() and name[5:].isdigit()
    }
    rows = ImportRow.objects.filter(batch=batch, pk__in=[pk for pk in asked if pk < 2**62])
    same = {}
    for row in rows:
        told = asked[row.pk]
        place = int(told) if told in [str(n) for n in range(len(row.resembles))] else -1
        before = [like.get("choice") == MatchOutcome.SAME for like in row.resembles]
        if place != (before.index(True) if True in before else -1):
            same[row.pk] = place
    return same


def _page(
    request: DeskRequest, batch: ImportBatch, *, told: str = "", status: int | None = None
) -> HttpResponse:
    asked = request.GET.get("page", "")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1
    found, count = previewing.remedies(batch, page=max(1, number))
    remedies = Paginator(range(count), PAGE).get_page(number)
    sheets = {sheet.position: sheet.name for sheet in batch.sheets.all()}
    context = {
        "batch": batch,
        "told": told,
        "steps": steps(batch, CHECK),
        "added": added(batch),
        "new": batch.counts.get("new", 0),
        "unchanged": batch.counts.get("unchanged", 0),
        "rejected": batch.counts.get("rejected", 0),
        "remedies": list(_numbered(found, sheets)),
        "remedies_page": remedies,
        "remedies_count": count,
        "firsts": previewing.first_rows(batch),
        **_resembling(request, batch),
    }
    return render(request, "desk/import/check.html", context, status=status)


@dataclass(frozen=True, slots=True)
class Row:
    """A value that is wrong, with the number of its controls and the lines where it stands."""

    number: int
    value: Value
    lines: str


def _numbered(
    remedies: Iterable[Remedy], sheets: Mapping[int, str]
) -> Iterator[tuple[Remedy, list[Row]]]:
    """Each remedy with its values, of which no two on the page have one number."""
    number = 0
    for remedy in remedies:
        rows = []
        for value in remedy.values:
            rows.append(Row(number, value, _lines(value, sheets)))
            number += 1
        yield remedy, rows


def _lines(value: Value, sheets: Mapping[int, str]) -> str:
    told = [
        str(line) if len(sheets) < 2 else f"{sheets.get(position, '')} {line}"
        for position, line in value.lines
    ]
    return ", ".join(told) + (" …" if value.times > len(told) else "")


def _resembling(request: DeskRequest, batch: ImportBatch) -> dict[str, Any]:
    """Records whose claims may be here already, or earlier in the file: a page of them."""
    rows = ImportRow.objects.filter(batch=batch, state__in=[RowState.NEW, RowState.UNCHANGED])
    page: Page[ImportRow] = Paginator(rows.exclude(resembles=[]).order_by("number"), PAGE).get_page(
        request.GET.get("like")
    )
    likes = [like for row in page for like in row.resembles]
    claims = (
        Claim.objects.visible_to(request.user)
        .at_work()
        .in_bulk([like["claim"] for like in likes if like["claim"] is not None])
    )
    numbers = [like["record"] for like in likes if like["record"] is not None]
    lines = dict(
        ImportRow.objects.filter(batch=batch, number__in=numbers).values_list("number", "line")
    )
    parsers = {sheet.pk: Parser(sheet.mapping, sheet.answers) for sheet in batch.sheets.all()}
    told = []
    for row in page:
        values = parsers[row.sheet_id].record(row.raw).values
        told.append(
            Resembling(
                row,
                str(values.get("claim", "")),
                str(values.get("language", "en")),
                tuple(
                    _likeness(place, like, claims, lines)
                    for place, like in enumerate(row.resembles)
                ),
            )
        )
    return {"resembling": told, "resembling_page": page, "resembling_count": page.paginator.count}


def _likeness(
    place: int, like: dict[str, Any], claims: dict[int, Claim], lines: dict[int, int]
) -> Likeness:
    return Likeness(
        place=place,
        text=like["text"],
        percent=round(like["score"] * 100),
        claim=claims.get(like["claim"]) if like["claim"] is not None else None,
        line=lines.get(like["record"]) if like["record"] is not None else None,
        chosen=like.get("choice") == MatchOutcome.SAME,
    )
