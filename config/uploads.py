"""Refuses a request that is too large before its first byte is kept."""

from __future__ import annotations

from typing import IO, Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

from claims.exchange.staging import MOST_BYTES

BESIDE = 16 * 1024 * 1024
"""Bytes of what a form may send beside its files."""


class Bounded(FileUploadHandler):
    """The first handler: those behind it write files that aren't small to the disk as they come.

    The longest that a page of ours takes is an import.
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
        if content_length > MOST_BYTES + BESIDE:
            raise RequestDataTooBig
        return None

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Leave it to the next handler."""
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave it to the next handler."""
