"""Refuses a request that is too large before its first byte is kept, and says so."""

from __future__ import annotations

from typing import IO, Any

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.defaults import bad_request

from claims.exchange.staging import MOST_BYTES, PERMISSION

BESIDE = 16 * 1024 * 1024
"""Bytes of what a form may send beside the files of an import."""


class Bounded(FileUploadHandler):
    """The first handler: those behind it write files that aren't small to the disk as they come.

    The longest that a page of ours takes is an import, and only from those who may import: all
    that is sent is read before anybody asks who may see the page.
    """

    def handle_raw_input(
        self,
        input_data: IO[bytes],
        META: dict[str, str],  # noqa: N803 (as Django calls it)
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> tuple[Any, Any] | None:
        """Raises ``RequestDataTooBig``, by what the request says of its own length."""
        if content_length > BESIDE:
            user = getattr(self.request, "user", None)
            files = MOST_BYTES if user is not None and user.has_perm(PERMISSION) else 0
            if content_length > files + BESIDE:
                raise RequestDataTooBig
        return None

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Leave it to the next handler."""
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave it to the next handler."""


def refused(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer what can't be understood, and what is more than is taken."""
    if not isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
        return bad_request(request, exception)
    return render(request, "413.html", status=413)
