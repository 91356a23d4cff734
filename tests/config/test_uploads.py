"""What is too large is refused before it is kept; what isn’t goes through a file on the disk."""

from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from claims.models import ImportBatch, ImportPart
from config import uploads
from tests.claims.imports import good, table
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def send(client: Client, content: bytes) -> Any:
    return client.post("/desk/import/", {"file": SimpleUploadedFile("rain.csv", content)})


def test_request_that_is_too_large(editor_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "MOST_BYTES", 0)
    monkeypatch.setattr(uploads, "BESIDE", 1_000)
    refused = send(editor_client, b"x" * 1_000)
    assert refused.status_code == 413
    assert "The files of an import may have 2 GB together" in refused.content.decode()
    assert ImportBatch.objects.count() == 0
    assert send(editor_client, b"x" * 10).status_code == 303


@pytest.mark.parametrize("path", ["/desk/import/", "/accounts/login/"])
def test_visitor_has_nothing_large_kept(client: Client, path: str) -> None:
    content = SimpleUploadedFile("rain.csv", b"x" * uploads.BESIDE)
    answer = client.post(path, {"file": content})
    assert answer.status_code == 413
    assert "Sign in, and send it again" in answer.content.decode()


def test_reader_who_may_not_import_has_nothing_large_kept(client: Client) -> None:
    client.force_login(UserFactory())
    answer = client.post(
        "/accounts/login/", {"file": SimpleUploadedFile("a", b"x" * uploads.BESIDE)}
    )
    assert answer.status_code == 413


def test_too_many_files_at_once(editor_client: Client) -> None:
    files = [SimpleUploadedFile(f"{n}.csv", b"claim\nIt rained\n") for n in range(101)]
    assert editor_client.post("/desk/import/", {"file": files}).status_code == 413


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
