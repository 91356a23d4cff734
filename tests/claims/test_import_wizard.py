"""The four steps of an import by their addresses, without a browser: what each shows and does."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from articles.models import Event
from claims.actions.setting_aside import set_aside
from claims.exchange import running, staging
from claims.exchange.columns import COLUMNS
from claims.models import Claim, Evidence, ImportBatch, ImportPart, ImportRow, ImportSheet
from claims.views.importing import progress
from tests.claims.imports import checked, go, good, imported, table, uploaded
from tests.factories import ClaimFactory, EvidenceFactory, UserFactory

pytestmark = pytest.mark.django_db

URL = "/desk/import/"
ODD = ("What they said", "Speaker", "sort", "Said on")


def upload(client: Client, *contents: bytes, name: str = "rain.csv") -> HttpResponse:
    files = [SimpleUploadedFile(name, content) for content in contents]
    return client.post(URL, {"file": files})


def read(client: Client, *contents: bytes) -> ImportBatch:
    """An import whose files were uploaded in the browser and read by a worker."""
    assert upload(client, *contents).status_code == 303
    return go(ImportBatch.objects.latest("pk"))


def at(batch: ImportBatch, step: str = "") -> str:
    return f"{URL}{batch.pk}/{step}/" if step else f"{URL}{batch.pk}/"


def text(response: HttpResponse) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", response.content.decode()))


def columns(batch: ImportBatch, **given: Any) -> dict[str, Any]:
    """What the page of columns sends when nothing is changed on it."""
    told: dict[str, Any] = {"version": batch.version, "check": "1"}
    for sheet in batch.sheets.all():
        for place, name in enumerate(sheet.mapping):
            told[f"s{sheet.position}-column-{place}"] = name
    return {**told, **given}


# 1 File


def test_first_step_lists_every_column_and_import(editor_client: Client, editor: User) -> None:
    imported(editor, table(good(2)))
    response = editor_client.get(URL)
    page = response.content.decode()
    assert response.status_code == 200
    found = re.findall(r"<dt><code>(\w+)</code>", page)
    assert found == [column.name for column in COLUMNS]
    assert "Imports so far 1" in text(response)
    assert at(ImportBatch.objects.get()) in page


def test_upload_is_kept_in_parts_and_read_by_a_worker(
    editor_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(staging, "PART", 50)
    content = table(good(5))
    response = upload(editor_client, content, content)
    batch = ImportBatch.objects.get()
    assert (response.status_code, response.headers["Location"]) == (303, at(batch))
    assert (batch.state, batch.name) == ("reading", "rain.csv and 1 more")
    parts = ImportPart.objects.filter(file__position=1).order_by("position")
    assert b"".join(bytes(part.content) for part in parts) == content
    page = editor_client.get(at(batch))
    assert "The files are being read" in text(page)
    assert '<noscript><meta http-equiv="refresh" content="2"></noscript>' in page.content.decode()
    assert go(batch).rows_total == 10
    assert editor_client.get(at(batch)).headers["Location"] == at(batch, "columns")


def test_nothing_chosen_is_told_at_the_field(editor_client: Client) -> None:
    response = editor_client.post(URL, {})
    assert (response.status_code, "Choose a file first." in text(response)) == (422, True)
    assert 'href="#id_file"' in response.content.decode()


def test_too_much_is_refused_and_nothing_kept(
    editor_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(staging, "MOST_BYTES", 20)
    response = upload(editor_client, table(good(5)))
    assert response.status_code == 422
    assert "An import takes 2 GB at most. Divide it." in text(response)
    assert (ImportBatch.objects.count(), ImportPart.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ("", [column.name for column in COLUMNS]),
        ("?for=nothing", [column.name for column in COLUMNS]),
        (
            "?for=verdicts",
            [column.name for column in COLUMNS if column.group in ("claim", "outside")],
        ),
    ],
)
def test_template_has_the_headings(editor_client: Client, asked: str, names: list[str]) -> None:
    response = editor_client.get(f"{URL}template/{asked}")
    assert response.content.decode("utf-8-sig").strip() == ",".join(names)
    batch = read(editor_client, response.content)
    assert (batch.state, batch.rows_total) == ("unreadable", 0)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\x03\x04....",
        b"\x1f\x8b\x08\x00",
        b"%PDF-1.4 x",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    ],
)
def test_unreadable_file_says_what_to_do(editor_client: Client, content: bytes) -> None:
    batch = read(editor_client, content)
    page = text(editor_client.get(at(batch)))
    assert "This can’t be read" in page
    assert "Nothing was written. Mend the file and upload it again." in page
    assert batch.fault.startswith("rain.csv: ")
    assert "Or read rain.csv as" not in page
    dropped = editor_client.post(at(batch, "discard"))
    assert (dropped.status_code, dropped.headers["Location"]) == (303, URL)
    assert ImportBatch.objects.count() == 0


def test_a_million_columns_are_refused(editor_client: Client) -> None:
    batch = read(editor_client, b"a," * 1_000_000 + b"\n1\n")
    assert batch.state == "unreadable"
    assert "This can’t be read" in text(editor_client.get(at(batch)))


# 2 Columns


def test_columns_are_suggested_with_samples(editor_client: Client) -> None:
    batch = read(editor_client, table(good(5), ODD))
    response = editor_client.get(at(batch, "columns"))
    page = response.content.decode()
    assert "It rained on day 0" in page
    assert "Check 5 rows" in text(response)
    selected = re.findall(r'<option value="(\w+)" selected>', page)
    assert selected == ["source", "stated"]


def test_columns_chosen_are_checked_and_remembered(editor_client: Client) -> None:
    batch = read(editor_client, table(good(5), ODD))
    given = {"s1-column-0": "claim", "s1-column-2": "source_kind", "s1-column-3": "stated"}
    response = editor_client.post(at(batch, "columns"), columns(batch, **given))
    assert (response.status_code, response.headers["Location"]) == (303, at(batch))
    batch = go(batch)
    assert (batch.state, batch.counts["new"]) == ("checked", 5)
    assert Claim.objects.count() == Event.objects.count() == 0
    again = read(editor_client, table(good(1), ODD))
    assert again.sheets.get().mapping == ["claim", "source", "source_kind", "stated"]


def test_one_column_for_two_headings_is_told_at_the_second(editor_client: Client) -> None:
    batch = read(editor_client, table(good(1)))
    given = columns(batch, **{"s1-column-1": "claim"})
    response = editor_client.post(at(batch, "columns"), given)
    assert response.status_code == 422
    assert "source : “claim” is this column already." in text(response)
    assert 'href="#id_s1-column-1"' in response.content.decode()


def test_order_of_day_and_month_is_asked_and_kept(editor_client: Client) -> None:
    rows = [("It rained", "Jane Doe", "person", "03/04/2023")]
    batch = read(editor_client, table(rows))
    page = text(editor_client.get(at(batch, "columns")))
    assert "What comes first in 03/04/2023? the day: 3 April 2023" in page
    assert "the day: 3 April 2023" in page
    assert "the month: 4 March 2023" in page
    editor_client.post(at(batch, "columns"), columns(batch, **{"s1-order-3": "DMY"}))
    assert go(batch).counts["new"] == 1
    assert "3 April 2023" in text(editor_client.get(at(batch, "check")))


def test_value_of_all_rows(editor_client: Client) -> None:
    batch = read(editor_client, table([("Il a plu",)], ("claim",)))
    wrong = columns(batch, **{"s1-fixed-language": "not a language"})
    response = editor_client.post(at(batch, "columns"), wrong)
    assert response.status_code == 422
    assert 'value="not a language"' in response.content.decode()
    right = columns(batch, **{"s1-fixed-language": "fr", "s1-fixed-kind": "quantity"})
    editor_client.post(at(batch, "columns"), right)
    assert batch.sheets.get().answers == {"fixed": {"language": "fr", "kind": "quantity"}}
    assert go(batch).counts["new"] == 1


def labelled(editor_client: Client) -> ImportBatch:
    rows = [
        *(("It rained", "Example Check", "False") for _ in range(2)),
        ("It snowed", "Example Check", "Half a truth"),
    ]
    return read(editor_client, table(rows, ("claim", "reviewer", "label")))


def test_labels_are_told_with_counts_and_suggestions(editor_client: Client) -> None:
    batch = labelled(editor_client)
    page = text(editor_client.get(at(batch, "columns")))
    assert "False 2 Perhaps: Refuted." in page
    assert "Half a truth 1" in page


def test_all_suggestions_at_once_then_one_label_by_hand(editor_client: Client) -> None:
    batch = labelled(editor_client)
    given = columns(batch, suggestions="1")
    del given["check"]
    response = editor_client.post(at(batch, "columns"), given)
    assert response.headers["Location"] == at(batch, "columns") + "#labels"
    assert ImportSheet.objects.get().answers["findings"] == {"false": "refuted"}
    batch.refresh_from_db()
    assert batch.state == "columns"
    page = editor_client.get(at(batch, "columns")).content.decode()
    name = re.findall(r'name="(s1-finding-\w+)"', page)[1]
    known = re.findall(r'name="(s1-finding-\w+)"', page)[0]
    given = columns(batch, **{known: "refuted", name: "none"})
    editor_client.post(at(batch, "columns"), given)
    assert ImportSheet.objects.get().answers["findings"] == {"false": "refuted", "half a truth": ""}


def test_labels_that_the_choice_leads_to_are_asked_before_the_check(editor_client: Client) -> None:
    rows = [("It rained", "Example Check", "False")]
    batch = read(editor_client, table(rows, ("claim", "reviewer", "they found")))
    given = columns(batch, **{"s1-column-2": "label"})
    response = editor_client.post(at(batch, "columns"), given)
    assert response.headers["Location"] == at(batch, "columns")
    batch.refresh_from_db()
    assert batch.state == "columns"
    assert "What do their labels mean?" in text(editor_client.get(at(batch, "columns")))
    editor_client.post(at(batch, "columns"), columns(batch))
    assert go(batch).counts["new"] == 1


def test_two_who_choose_columns(editor_client: Client) -> None:
    batch = read(editor_client, table(good(1), ODD))
    first = columns(batch, **{"s1-column-0": "claim"})
    late = columns(batch, **{"s1-column-0": "question"})
    del first["check"]
    assert editor_client.post(at(batch, "columns"), first).status_code == 303
    response = editor_client.post(at(batch, "columns"), late)
    assert response.status_code == 409
    assert "Somebody else has changed meanwhile" in text(response)
    selected = re.findall(r'<option value="(\w+)" selected>', response.content.decode())
    assert selected == ["question", "source", "stated"]
    assert ImportSheet.objects.get().mapping[0] == "claim"
    batch.refresh_from_db()
    late["version"] = batch.version
    assert editor_client.post(at(batch, "columns"), late).status_code == 303
    assert ImportSheet.objects.get().mapping[0] == "question"


def test_encoding_is_chosen_where_it_was_guessed(editor_client: Client) -> None:
    batch = read(editor_client, "claim\nZażółć gęślą\n".encode("windows-1250"))
    page = text(editor_client.get(at(batch, "columns")))
    assert "The file is not in UTF-8." in page
    assert encodings_shown(editor_client, batch) == ["windows-1252"]
    file = batch.files.get()
    given = {"file": file.pk, "encoding": "windows-1250"}
    assert editor_client.post(at(batch, "encoding"), given).status_code == 303
    go(batch)
    assert "Zażółć gęślą" in text(editor_client.get(at(batch, "columns")))
    assert encodings_shown(editor_client, batch) == ["windows-1250"]


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (b"claim\nIt rained\n", "utf-8"),
        ("\ufeffclaim\nIt rained\n".encode("utf-16-le"), "utf-16"),
        (b'{"claim": "It rained"}\n', "utf-8"),
    ],
)
def test_encoding_shown_is_the_one_that_was_found(
    editor_client: Client, content: bytes, encoding: str
) -> None:
    assert encodings_shown(editor_client, read(editor_client, content)) == [encoding]


def test_encoding_of_what_could_not_be_read_is_nobodys_guess(editor_client: Client) -> None:
    batch = read(editor_client, b"claim\n")
    page = editor_client.get(at(batch)).content.decode()
    assert re.findall(r"<option selected>([\w-]+)", page) == []
    assert '<option value="">choose</option>' in page


def encodings_shown(editor_client: Client, batch: ImportBatch) -> list[str]:
    page = editor_client.get(at(batch, "columns")).content.decode()
    return re.findall(r"<option selected>([\w-]+)", page)


@pytest.mark.parametrize("given", [{}, {"file": "x"}, {"file": "9" * 30}, {"file": "0"}])
def test_encoding_of_no_file(editor_client: Client, given: dict[str, str]) -> None:
    batch = read(editor_client, table(good(1)))
    assert editor_client.post(at(batch, "encoding"), given).status_code == 404


def test_several_sheets_have_sections_of_their_own(editor_client: Client) -> None:
    batch = read(editor_client, table(good(1)), table(good(2), ODD))
    page = editor_client.get(at(batch, "columns")).content.decode()
    assert re.findall(r'name="(s\d)-column-0"', page) == ["s1", "s2"]


def test_very_wide_table_has_a_page(editor_client: Client) -> None:
    headings = ["claim", *(f"heading {n}" for n in range(700))]
    batch = read(editor_client, table([["It rained", *["x"] * 700]], headings))
    response = editor_client.get(at(batch, "columns"))
    assert "401 more headings are left out" in text(response)
    editor_client.post(at(batch, "columns"), {**columns(batch), "s1-fixed-kind": "event"})
    assert go(batch).counts["new"] == 1


# 3 Check


BAD = [
    ("It hailed", "Jane Doe", "persn", "2023"),
    ("It froze", "Jane Doe", "person", "soon"),
    ("", "Jane Doe", "person", "2023"),
    ("It thawed", "Jane Doe", "person", "03/04/2023"),
]


def test_check_tells_all_that_would_happen(editor_client: Client, editor: User) -> None:
    batch = checked(editor, table([*good(3), *BAD]))
    response = editor_client.get(at(batch, "check"))
    page = text(response)
    assert "3 rows are new 0 rows are here already 4 rows are rejected" in page
    assert "It would add: 3 claims, 1 source, 3 pieces of evidence." in page
    assert "Nothing has been written yet." in page
    assert "What is wrong, by what mends it 4" in page
    assert "source_kind Write one of: person" in page
    assert "persn 1 time line 5" in page
    assert "What comes first in 03/04/2023 and the like? the day: 3 April 2023" in page
    assert "Import 3 rows" in page
    assert "Claim line 2 claim It rained on day 0" in page
    assert Claim.objects.count() == Event.objects.count() == 0


def numbers(page: str) -> dict[str, str]:
    """The numbers of the controls, by the column that they are about."""
    return {name: number for number, name in re.findall(r'name="column-(\d+)" value="(\w+)"', page)}


def test_answers_have_the_rows_checked_again(editor_client: Client, editor: User) -> None:
    batch = checked(editor, table([*good(3), *BAD[:2]]))
    page = editor_client.get(at(batch, "check")).content.decode()
    kind, stated = numbers(page)["source_kind"], numbers(page)["stated"]
    given = {
        "version": batch.version,
        f"column-{kind}": "source_kind",
        f"found-{kind}": "persn",
        f"instead-{kind}": "person",
        f"column-{stated}": "stated",
        f"found-{stated}": "soon",
        f"instead-{stated}": " 2023 ",
        "import": "1",  # answers come first, whichever button was pressed
    }
    response = editor_client.post(at(batch, "check"), given)
    assert (response.status_code, response.headers["Location"]) == (303, at(batch))
    batch = go(batch)
    assert (batch.state, batch.counts["new"], batch.counts["rejected"]) == ("checked", 5, 0)
    assert Claim.objects.count() == 0
    assert batch.sheets.get().answers["values"] == {
        "source_kind": {"persn": "person"},
        "stated": {"soon": "2023"},
    }


def test_what_hangs_on_an_empty_cell_leads_back_to_the_columns(
    editor_client: Client, editor: User
) -> None:
    rows = [*good(1), ("It snowed", "", "", "2023")]
    batch = checked(editor, table(rows))
    response = editor_client.get(at(batch, "check"))
    page = text(response)
    assert "stated This says nothing without “source”." in page
    assert "Back to the columns : choose the heading that is source , or leave out stated" in page
    assert "Read it as" not in page
    assert numbers(response.content.decode()) == {}
    assert response.content.decode().count(f'<a href="{at(batch, "columns")}">') == 2


def test_order_answered_on_the_check(editor_client: Client, editor: User) -> None:
    batch = checked(editor, table([*good(1), BAD[3]]))
    page = editor_client.get(at(batch, "check")).content.decode()
    number = numbers(page)["stated"]
    given = {"version": batch.version, f"column-{number}": "stated", f"order-{number}": "MDY"}
    editor_client.post(at(batch, "check"), given)
    assert go(batch).counts["rejected"] == 0


def test_answers_to_an_older_check_are_not_taken(editor_client: Client, editor: User) -> None:
    batch = checked(editor, table([*good(1), BAD[0]]))
    for sent in ({"import": "1"}, {"column-0": "kind", "found-0": "a\r\nb", "instead-0": "event"}):
        response = editor_client.post(at(batch, "check"), {"version": batch.version + 1, **sent})
        assert response.status_code == 409
        assert "Somebody else has changed meanwhile" in text(response)
    assert Claim.objects.count() == 0


def resembling(editor: User) -> ImportBatch:
    claim = ClaimFactory(text="The Old Bridge over the river will reopen to cars in October 2024")
    assert claim.pk
    rows = [
        ("The Old Bridge over the river will reopen to cars in October", "Ada", "person", "2023"),
        ("Nine hundred swans were counted on Lake Geneva in March", "Ada", "person", "2023"),
        ("Nine hundred swans were counted on Lake Geneva in May", "Bob", "person", "2023"),
    ]
    return checked(editor, table(rows))


def test_likeness_is_shown_and_another_claim_by_default(
    editor_client: Client, editor: User
) -> None:
    batch = resembling(editor)
    page = text(editor_client.get(at(batch, "check")))
    claim = Claim.objects.get()
    assert "Here already, perhaps 2" in page
    assert f"The same as {claim.public_id} The Old Bridge" in page
    assert "The same as line 3 Nine hundred swans" in page
    assert batch.counts["added"]["claim"] == 3


def test_claim_set_aside_since_the_check_is_not_offered(
    editor_client: Client, editor: User
) -> None:
    batch = resembling(editor)
    claim = Claim.objects.get()
    row = batch.rows.exclude(resembles=[]).order_by("number")[0]
    same = {"version": batch.version, "again": "1", f"same-{row.pk}": "0"}
    editor_client.post(at(batch, "check"), same)
    batch = go(batch)
    set_aside(by=editor, claim=claim, reason="Entered twice")
    page = editor_client.get(at(batch, "check"))
    assert "The same as CL-" not in text(page)
    assert f'name="same-{row.pk}" value="new" checked' in page.content.decode()


def test_claims_taken_for_the_same_are_used(editor_client: Client, editor: User) -> None:
    batch = resembling(editor)
    known = Claim.objects.get()
    rows = list(batch.rows.exclude(resembles=[]).order_by("number"))
    given = {f"same-{row.pk}": "0" for row in rows}
    editor_client.post(at(batch, "check"), {"version": batch.version, "again": "1", **given})
    batch = go(batch)
    assert batch.counts["added"]["claim"] == 1
    page = editor_client.get(at(batch, "check")).content.decode()
    assert len(re.findall(r'name="same-\d+" value="0" checked', page)) == 2
    editor_client.post(at(batch, "check"), {"version": batch.version, "import": "1"})
    batch = go(batch)
    assert (batch.state, batch.counts["added"]["claim"]) == ("done", 1)
    assert sorted(Evidence.objects.values_list("claim__text", "source__name")) == [
        ("Nine hundred swans were counted on Lake Geneva in March", "Ada"),
        ("Nine hundred swans were counted on Lake Geneva in March", "Bob"),
        (known.text, "Ada"),
    ]


def test_sixty_problems_are_on_pages(editor_client: Client, editor: User) -> None:
    for n in range(60):
        ClaimFactory(text=f"It rained {n}", kind="event", criteria=f"A gauge says {n}")
    rows = [(f"It rained {n}", "A gauge says so") for n in range(60)]
    batch = checked(editor, table(rows, ("claim", "criteria")))
    first = editor_client.get(at(batch, "check"))
    assert "What is wrong, by what mends it 60" in text(first)
    assert first.content.decode().count('<article class="remedy">') == 20
    assert "Page 1 of 3" in text(first)
    assert editor_client.get(at(batch, "check") + "?page=99").status_code == 200
    assert "Import" not in re.findall(r"<button[^>]*>(\w+) \d", first.content.decode())


def test_rejected_rows_come_as_a_file(editor_client: Client, editor: User) -> None:
    batch = checked(editor, table([*good(1), *BAD]))
    response = editor_client.get(at(batch, "rejected"))
    assert response.headers["Content-Disposition"].startswith("attachment")
    lines = response.getvalue().decode("utf-8-sig").splitlines()
    assert lines[0] == "_error,claim,source,source_kind,stated"
    assert len(lines) == 5


# 4 Import


def test_import_and_what_came_of_it(editor_client: Client, editor: User) -> None:
    batch = checked(editor, table([*good(3), BAD[0]]))
    response = editor_client.post(at(batch, "check"), {"version": batch.version, "import": "1"})
    assert (response.status_code, response.headers["Location"]) == (303, at(batch))
    assert "The rows are being imported" in text(editor_client.get(at(batch)))
    go(batch)
    page = editor_client.get(at(batch)).content.decode()
    assert "New claims" in page
    for claim in Claim.objects.all():
        assert claim.get_absolute_url() in page
    assert at(batch, "rejected") in page
    assert at(batch, "undo") in page


def test_progress_asks_again_while_the_state_is_the_same(
    editor_client: Client, editor: User
) -> None:
    batch = read(editor_client, table(good(3)))
    editor_client.post(at(batch, "columns"), columns(batch))
    asked = {"headers": {"HX-Request": "true"}}
    part = editor_client.get(at(batch) + "?seen=checking", **asked)
    assert part.status_code == 200
    assert "<main" not in part.content.decode()
    assert "0 of 3 rows" in text(part)
    go(batch)
    moved = editor_client.get(at(batch) + "?seen=checking", **asked)
    assert (moved.headers["HX-Refresh"], moved.content) == ("true", b"")


def test_page_tells_of_one_moment(
    editor_client: Client, editor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker ends while the page is made: what it shows goes on asking, and so leads on."""
    batch = running.start(by=editor, batch=uploaded(editor, table(good(3))))
    real = progress.onward

    def and_then(batch: ImportBatch) -> str:
        to = real(batch)
        go(batch.__class__.objects.get(pk=batch.pk))
        return to

    monkeypatch.setattr(progress, "onward", and_then)
    page = editor_client.get(at(batch))
    assert "The files are being read" in text(page)
    assert 'hx-trigger="every 2s"' in page.content.decode()
    assert ImportBatch.objects.get().state == "columns"


def test_stop_and_go_on(editor_client: Client) -> None:
    batch = read(editor_client, table(good(3)))
    editor_client.post(at(batch, "columns"), columns(batch))
    assert editor_client.post(at(batch, "cancel")).status_code == 303
    page = text(editor_client.get(at(batch)))
    assert "Stopped" in page
    assert "Nothing was written." in page
    editor_client.post(at(batch, "resume"))
    ImportBatch.objects.update(cancel_wanted=True)
    assert "It stops behind the rows at hand." in text(editor_client.get(at(batch)))
    ImportBatch.objects.update(cancel_wanted=False)
    assert go(batch).state == "checked"


def test_stopped_while_it_was_read(editor_client: Client, editor: User) -> None:
    batch = running.start(by=editor, batch=uploaded(editor, table(good(3))))
    running.cancel(by=editor, batch=batch)
    assert "It stopped before the first row was read." in text(editor_client.get(at(batch)))
    ImportBatch.objects.update(rows_done=2_000)
    told = "It stopped while the files were being read, behind row 2,000. Nothing was written."
    assert told in text(editor_client.get(at(batch)))


def test_undo_in_two_clicks(editor_client: Client, editor: User) -> None:
    batch = imported(editor, table(good(3)))
    page = text(editor_client.get(at(batch, "undo")))
    assert "It added: 3 claims, 1 source, 3 pieces of evidence." in page
    assert editor_client.post(at(batch, "undo")).status_code == 303
    assert go(batch).state == "undone"
    assert "The import was undone" in text(editor_client.get(at(batch)))
    assert Evidence.objects.current().count() == 0
    assert editor_client.get(at(batch, "undo")).headers["Location"] == at(batch)


def test_undo_that_later_work_forbids(editor_client: Client, editor: User) -> None:
    batch = imported(editor, table(good(1)))
    claim = Claim.objects.get()
    EvidenceFactory(claim=claim)
    told = f"Other evidence was linked to claims that it added: {claim.public_id}."
    for response in (editor_client.get(at(batch, "undo")), editor_client.post(at(batch, "undo"))):
        assert told in text(response)
    assert response.status_code == 409
    assert ImportBatch.objects.get().state == "done"


@pytest.mark.parametrize("step", ["cancel", "resume", "discard"])
def test_step_that_comes_too_late_is_told(editor_client: Client, editor: User, step: str) -> None:
    batch = imported(editor, table(good(1)))
    response = editor_client.post(at(batch, step), follow=True)
    assert response.redirect_chain == [(at(batch), 303)]
    assert "This can’t be done now. The import: Imported." in text(response)
    assert ImportRow.objects.count() == 1


@pytest.mark.parametrize("step", ["columns", "check"])
def test_step_that_is_over_leads_to_the_import(
    editor_client: Client, editor: User, step: str
) -> None:
    batch = imported(editor, table(good(1)))
    for response in (editor_client.get(at(batch, step)), editor_client.post(at(batch, step))):
        assert (response.status_code, response.headers["Location"]) == (303, at(batch))


def test_undo_of_what_was_not_imported(editor_client: Client, editor: User) -> None:
    batch = checked(editor, table(good(1)))
    assert editor_client.get(at(batch, "undo")).status_code == 303
    assert editor_client.post(at(batch, "undo")).status_code == 409


def test_imports_of_others_are_seen(editor: User) -> None:
    batch = imported(editor, table(good(1)))
    client = Client()
    client.force_login(UserFactory(group="editor"))
    assert client.get(at(batch)).status_code == 200


def test_markup_in_a_file_stays_text(editor_client: Client, editor: User) -> None:
    evil = "<script>zq()</script>"
    rows = [(evil, evil, "person", ""), ("It rained", "Ada", evil, evil)]
    batch = checked(editor, table(rows, ("claim", "source", "source_kind", evil)))
    for step in ("check", "columns"):
        page = editor_client.get(at(batch, step)).content.decode()
        assert evil not in page
        assert "&lt;script&gt;zq()" in page


def test_long_cells_are_cut_short(editor_client: Client, editor: User) -> None:
    rows = [("x" * 20_000, "Ada", "y" * 20_000, "z" * 20_000), ("It rained", "Ada", "", "")]
    batch = checked(editor, table(rows))
    for step in ("check", "columns"):
        page = editor_client.get(at(batch, step)).content
        assert len(page) < 60_000


def test_pages_are_never_stored(editor_client: Client, editor: User) -> None:
    batch = checked(editor, table(good(1)))
    for path in (URL, at(batch, "check"), at(batch, "columns")):
        assert editor_client.get(path).headers["Cache-Control"] == "no-store"
