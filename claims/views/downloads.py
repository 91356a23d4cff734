"""What can be taken along as a file: any list of claims, and all our verdicts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from django.http import (
    FileResponse,
    HttpRequest,
    HttpResponse,
    JsonResponse,
    StreamingHttpResponse,
)
from django.http.response import HttpResponseBase
from django.urls import reverse

from articles.pages import for_readers
from claims.exchange.blanks import blank_csv, blank_workbook
from claims.exchange.datafeed import feed
from claims.exchange.datapackage import of_claims
from claims.exchange.exporting import TYPES, Form, as_csv, as_json_lines, as_workbook
from claims.exchange.flat import Cells, rows_of
from claims.views.public import for_programs
from claims.views.site import site_of

if TYPE_CHECKING:
    from articles.policy import Reader
    from claims.models import ClaimQuerySet

FEED_TYPE = "application/ld+json; charset=utf-8"


@for_readers
def claim_reviews(request: HttpRequest) -> HttpResponseBase:
    """All verdicts of ours that stand, as ClaimReview: the same whoever asks."""
    told = {"Content-Disposition": 'inline; filename="claimreview.json"'}
    told_by = site_of(request)
    pieces = () if request.method == "HEAD" else (piece.encode() for piece in feed(told_by))
    return StreamingHttpResponse(pieces, content_type=FEED_TYPE, headers=told)


@for_programs
def data_package(request: HttpRequest) -> HttpResponse:
    """What the columns of a CSV of claims hold, as a Frictionless Data Package."""
    address = request.build_absolute_uri(reverse("claims:claims_as", args=[Form.CSV]))
    package = of_claims(f"{address}?raw=1")
    return JsonResponse(package, json_dumps_params={"ensure_ascii": False, "indent": 1})


@for_programs
def template_csv(request: HttpRequest) -> HttpResponse:
    """An empty table to fill in."""
    return _file(blank_csv(), Form.CSV)


@for_programs
def template_xlsx(request: HttpRequest) -> HttpResponse:
    """An empty workbook to fill in, with a sheet that explains the columns."""
    return _file(blank_workbook(), Form.XLSX)


def _file(content: bytes, form: Form) -> HttpResponse:
    told = {"Content-Disposition": f'attachment; filename="claims-template.{form}"'}
    return HttpResponse(content, content_type=TYPES[form], headers=told)


def download(
    request: HttpRequest,
    claims: ClaimQuerySet,
    form: Form,
    *,
    name: str = "claims",
    user: Reader | None = None,
) -> HttpResponseBase:
    """``claims`` in that form, sent while they are read; ``?raw=1`` for a CSV as programs like it.

    As ``user`` may see them, who is whoever asks unless given. Who only asks for the headers is
    told those, and nothing is read.
    """
    told = {"Content-Disposition": f'attachment; filename="{name}.{form}"'}
    if request.method == "HEAD":
        return StreamingHttpResponse((), content_type=TYPES[form], headers=told)
    rows = rows_of(claims, request.user if user is None else user)
    if form == Form.XLSX:
        return FileResponse(as_workbook(rows), content_type=TYPES[form], headers=told)
    raw = request.GET.get("raw") == "1"
    pieces = as_csv(rows, raw=raw) if form == Form.CSV else as_json_lines(rows)
    encoded = (piece.encode() for piece in pieces)
    return StreamingHttpResponse(encoded, content_type=TYPES[form], headers=told)


def table(
    request: HttpRequest, headings: Sequence[str], rows: Iterable[Cells], *, name: str
) -> HttpResponseBase:
    """Any other rows as CSV, in the same ways."""
    told = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    pieces = as_csv(rows, raw=request.GET.get("raw") == "1", names=headings)
    encoded = () if request.method == "HEAD" else (piece.encode() for piece in pieces)
    return StreamingHttpResponse(encoded, content_type=TYPES[Form.CSV], headers=told)
