"""What is too large is refused before it is kept; what isn’t goes through a file on the disk."""

from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from claims.models import ImportBatch, ImportPart
from config import uploads
from tests.claims.imports import good, table

pytestmark = pytest.mark.django_db


def send(client: Client, content: bytes) -> Any:
    return client.post("/desk/import/", {"file": SimpleUploadedFile("rain.csv", content)})


def test_request_that_is_too_large(editor_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "MOST_BYTES", 0)
    monkeypatch.setattr(uploads, "BESIDE", 1_000)
    assert send(editor_client, b"x" * 1_000).status_code == 400
    assert ImportBatch.objects.count() == 0
    assert send(editor_client, b"x" * 10).status_code == 303


def test_large_file_goes_through_the_disk(
    editor_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = table(good(60_000))
    assert len(content) > settings.FILE_UPLOAD_MAX_MEMORY_SIZE
    seen = []
    real = uploads.Bounded.new_file

    def noted(self: uploads.Bounded, *args: Any, **kwargs: Any) -> None:
        seen.append([type(handler).__name__ for handler in self.request.upload_handlers])
        real(self, *args, **kwargs)

    monkeypatch.setattr(uploads.Bounded, "new_file", noted)
    assert send(editor_client, content).status_code == 303
    assert seen == [["Bounded", "MemoryFileUploadHandler", "TemporaryFileUploadHandler"]]
    sizes = [len(part.content) for part in ImportPart.objects.order_by("position")]
    assert sum(sizes) == len(content)
    assert max(sizes) == 1024 * 1024
