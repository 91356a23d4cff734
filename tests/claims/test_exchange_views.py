"""The import in the browser: choose, check, import; nothing is written before the last step."""

import base64
import re

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from articles.models import Event
from claims.exchange.columns import COLUMNS
from claims.models import Claim
from claims.views import importing
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

GOOD = "claim,source,source_kind,stated\nIt rained,Ada,person,2023-03-07\nIt snowed,,,\n"
BAD = GOOD + "<i>Hail</i>,Ada,person,7.3.2023\n"
URL = "/desk/import/"


def choose(client: Client, raw: str | bytes) -> HttpResponse:
    content = raw.encode() if isinstance(raw, str) else raw
    return client.post(URL, {"file": SimpleUploadedFile("claims.csv", content)})


def carried(response: HttpResponse) -> str:
    found = re.search(r'name="checked" value="([^"]*)"', response.content.decode())
    assert found is not None
    return found[1]


def text(response: HttpResponse) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", response.content.decode()))


def test_page_lists_every_column(editor_client: Client) -> None:
    response = editor_client.get(URL)
    assert response.status_code == 200
    assert re.findall(r"<code>(\w+)</code>", response.content.decode()) == [
        column.name for column in COLUMNS
    ]


def test_file_is_checked_and_nothing_written(editor_client: Client) -> None:
    response = choose(editor_client, BAD)
    assert response.status_code == 200
    assert "2 new, 0 unchanged, 1 rejected. Nothing has been written yet." in text(response)
    assert "Import 2 rows" in text(response)
    assert "Download 1 rejected row" in text(response)
    assert "Line 4 &lt;i&gt;Hail&lt;/i&gt; stated 7.3.2023 Say for this column whether" in text(
        response
    )
    assert "2 It rained claim, source, evidence 3 It snowed claim" in text(response)
    assert Claim.objects.count() == Event.objects.count() == 0


def test_checked_file_is_imported(editor_client: Client, editor: User) -> None:
    checked = carried(choose(editor_client, BAD))
    response = editor_client.post(reverse("claims:import_checked"), {"checked": checked})
    assert (response.status_code, response.headers["Location"]) == (303, URL)
    assert "Imported: 2 new, 0 unchanged, 1 rejected." in text(editor_client.get(URL))
    assert [claim.logged_by for claim in Claim.objects.all()] == [editor, editor]


def test_same_file_again_offers_nothing_to_import(editor_client: Client) -> None:
    for _time in range(2):
        checked = carried(choose(editor_client, GOOD))
        editor_client.post(reverse("claims:import_checked"), {"checked": checked})
    assert Claim.objects.count() == 2
    again = text(choose(editor_client, GOOD))
    assert "0 new, 2 unchanged, 0 rejected." in again
    assert "All of it is here already: there is nothing to import." in again
    assert not re.search(r"Import \d", again)


def test_file_without_a_good_row_is_told(editor_client: Client) -> None:
    told = text(choose(editor_client, "claim,kind\nIt rained,evnt\n"))
    assert "No row can be imported as it is. Mend the file and choose it again." in told
    assert not re.search(r"Import \d", told)


def test_rejected_rows_come_back_as_a_file(editor_client: Client) -> None:
    checked = carried(choose(editor_client, BAD))
    response = editor_client.post(reverse("claims:import_rejects"), {"checked": checked})
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert response.headers["Content-Disposition"] == 'attachment; filename="rejected-rows.csv"'
    lines = response.content.decode("utf-8-sig").splitlines()
    assert lines[0] == "_error,claim,source,source_kind,stated"
    assert lines[1].endswith(",<i>Hail</i>,Ada,person,7.3.2023")
    assert Claim.objects.count() == 0


def test_template_is_an_empty_file(editor_client: Client) -> None:
    response = editor_client.get(reverse("claims:import_template"))
    assert response.content.decode("utf-8-sig").strip() == ",".join(
        column.name for column in COLUMNS
    )
    told = text(choose(editor_client, response.content))
    assert "The file has headings and no rows." in told


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (b"", "The file is empty."),
        (b"claim\nIt \0 rained\n", "Line 2 holds a NUL character"),
        (b"claim\nIl a neig\xe9\n", "Line 2 is not in UTF-8."),
        (b"claim\nIt \xed\xa0\x80\n", "Line 2 is not in UTF-8."),
        (b"PK\x03\x04....", "This is a workbook. Save it as CSV (UTF-8)."),
        (b"claim,kind\n" + b"x" * 500_000, "has a cell of more than 20,000 characters"),
        (b"claim\n" + b"a\n" * 1_001, "The file has 1001 rows, more than 1,000. Divide it."),
        (b"claim\n" + b"a," * 600_000, "The file is larger than 1 MB."),
        (b"claim,claim\na,b\n", "These headings stand there more than once: claim."),
        (b"text\na\n", "Unknown: “text”."),
    ],
)
def test_file_that_is_no_table_is_told_at_the_field(
    raw: bytes, told: str, editor_client: Client
) -> None:
    response = choose(editor_client, raw)
    assert response.status_code == 422
    assert told in text(response)
    assert 'href="#id_file"' in response.content.decode()


def test_no_file_is_told_at_the_field(editor_client: Client) -> None:
    response = editor_client.post(URL)
    assert (response.status_code, "This field is required." in text(response)) == (422, True)


@pytest.mark.parametrize(
    ("checked", "told"),
    [
        ("", "This field is required."),
        ("é", "The file was damaged. Choose it again."),
        ("====", "The file was damaged. Choose it again."),
        (base64.b64encode(b"\0").decode(), "Line 1 holds a NUL character"),
        (base64.b64encode(b"claim\n" + b"a\n" * 1_001).decode(), "The file has 1001 rows"),
    ],
)
@pytest.mark.parametrize("name", ["claims:import_checked", "claims:import_rejects"])
def test_what_the_page_carried_is_read_again(
    name: str, checked: str, told: str, editor_client: Client
) -> None:
    response = editor_client.post(reverse(name), {"checked": checked})
    assert response.status_code == 422
    assert told in text(response)
    assert Claim.objects.count() == 0


def test_carried_file_keeps_every_byte(editor_client: Client) -> None:
    raw = b'\xef\xbb\xbfclaim;note\r\n"It ""rained""\nand snowed";\r\n\tIt hailed;\r\n'
    assert base64.b64decode(carried(choose(editor_client, raw))) == raw


def test_long_reports_are_cut(editor_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "SHOWN", 2)
    rows = "".join(f"Claim {n},\n" for n in range(3)) + "".join(f"Bad {n},x\n" for n in range(4))
    told = text(choose(editor_client, "claim,kind\n" + rows))
    assert "2 more rows were rejected; they are in the file that you can download." in told
    assert "1 more row is right." in told


@pytest.mark.parametrize("role", ["reader", "stranger", "editor", "chief"])
@pytest.mark.parametrize(
    ("name", "method", "open_to_editors"),
    [
        ("import", "get", 200),
        ("import", "post", 422),
        ("import_checked", "get", 405),
        ("import_checked", "post", 422),
        ("import_rejects", "get", 405),
        ("import_rejects", "post", 422),
        ("import_template", "get", 200),
        ("import_template", "post", 405),
    ],
)
def test_import_is_open_to_those_who_may(
    name: str, method: str, open_to_editors: int, role: str
) -> None:
    client = Client()
    if role != "reader":
        client.force_login(UserFactory(group="" if role == "stranger" else role))
    response = getattr(client, method)(reverse(f"claims:{name}"))
    if role == "reader":
        assert response.status_code == 302
    elif open_to_editors == 405 or role in ("editor", "chief"):
        assert response.status_code == open_to_editors
    else:
        assert response.status_code == 403


def test_import_pages_are_never_stored(editor_client: Client) -> None:
    assert editor_client.get(URL).headers["Cache-Control"] == "no-store"
    assert choose(editor_client, GOOD).headers["Cache-Control"] == "no-store"
