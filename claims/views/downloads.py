"""A list of claims as a file to take along: for readers' lists and the desk's alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import FileResponse, HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase

from claims.exchange.exporting import TYPES, Form, as_csv, as_json_lines, as_workbook
from claims.exchange.flat import rows_of

if TYPE_CHECKING:
    from claims.models import ClaimQuerySet


def download(
    request: HttpRequest, claims: ClaimQuerySet, form: Form, *, name: str = "claims"
) -> HttpResponseBase:
    """``claims`` in that form, sent while they are read; ``?raw=1`` for a CSV as programs like it.

    Who only asks for the headers is told those, and nothing is read.
    """
    told = {"Content-Disposition": f'attachment; filename="{name}.{form}"'}
    if request.method == "HEAD":
        return StreamingHttpResponse((), content_type=TYPES[form], headers=told)
    rows = rows_of(claims, request.user)
    if form == Form.XLSX:
        return FileResponse(as_workbook(rows), content_type=TYPES[form], headers=told)
    raw = request.GET.get("raw") == "1"
    pieces = as_csv(rows, raw=raw) if form == Form.CSV else as_json_lines(rows)
    encoded = (piece.encode() for piece in pieces)
    return StreamingHttpResponse(encoded, content_type=TYPES[form], headers=told)
