"""Imports from the upload to the end, step by step, and what their state doesn't allow."""

import io
import tempfile
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from claims.choices import ImportState
from claims.exchange import running, staging, telling, walking
from claims.exchange.files import scratch
from claims.models import (
    Claim,
    Evidence,
    ImportBatch,
    ImportFile,
    ImportMemory,
    ImportPart,
    ImportRow,
    ImportSheet,
)
from claims.refusals import Refusal
from tests.claims.imports import checked, go, good, imported, jobs, table, uploaded

pytestmark = pytest.mark.django_db


def test_import_from_upload_to_end(editor: User) -> None:
    batch = imported(editor, table(good(5)))
    assert (batch.state, batch.rows_total, batch.rows_done) == ("done", 5, 5)
    assert batch.counts == {
        "new": 5,
        "unchanged": 0,
        "rejected": 0,
        "added": {"claim": 5, "evidence": 5, "source": 1},
    }
    assert (Claim.objects.count(), Evidence.objects.count()) == (5, 5)
    assert set(ImportRow.objects.values_list("state", flat=True)) == {"written"}
    assert ImportPart.objects.count() == 0


def test_import_again_changes_nothing(editor: User) -> None:
    imported(editor, table(good(5)))
    batch = imported(editor, table(good(5)))
    assert batch.counts == {"new": 0, "unchanged": 5, "rejected": 0, "added": {}}
    assert Claim.objects.count() == 5


def test_check_writes_nothing(editor: User) -> None:
    batch = checked(editor, table([*good(2), ("", "Jane Doe", "person", "soon")]))
    assert (batch.state, batch.rows_done, Claim.objects.count()) == ("checked", 3, 0)
    assert batch.counts["rejected"] == 1
    assert list(ImportRow.objects.order_by("number").values_list("state", flat=True)) == [
        "new",
        "new",
        "rejected",
    ]


def test_rejected_records_are_not_imported(editor: User) -> None:
    bad = [("It snowed", "Jane Doe", "person", "soon"), ("", "Jane Doe", "person", "2024")]
    batch = imported(editor, table([*good(2), *bad, ("It hailed", "", "", "")]))
    assert batch.counts["new"] == 3
    assert batch.counts["rejected"] == 2
    assert set(Claim.objects.values_list("text", flat=True)) == {
        "It rained on day 0",
        "It rained on day 1",
        "It hailed",
    }


def test_rejected_records_alone_once_repaired(editor: User) -> None:
    headings = ("Claim", "SOURCE", "source kind", "stated", "colour")
    rows = [(*each, "red") for each in good(2)]
    bad = [("It snowed", "Jane Doe", "person", "soon", "white"), ("It hailed", "x")]
    batch = imported(editor, table([*rows, *bad], headings))
    file = b"".join(telling.rejected(batch)).decode("utf-8-sig").splitlines()
    assert [line.split(",")[-5:] for line in file] == [
        ["Claim", "SOURCE", "source kind", "stated", "colour"],
        ["It snowed", "Jane Doe", "person", "soon", "white"],
        file[2].split(",")[-5:],
    ]
    assert file[0].startswith("_error,")
    assert "stated: “soon”: Write a date" in file[1]
    assert "The row has 2 cells, and there are 5 headings." in file[2]
    repaired = "\r\n".join(file[:2]).replace("Jane Doe,person,soon", "Jane Doe,person,2024")
    again = imported(editor, repaired.encode())
    assert again.counts["new"] == 1
    assert Claim.objects.filter(text="It snowed").count() == 1


def test_problems_by_remedy(editor: User) -> None:
    rows = [(f"It snowed on day {n}", "Jane Doe", "person", "soon") for n in range(3)]
    batch = checked(editor, table([*rows, ("", "Jane Doe", "person", "2024")]))
    found, count = telling.groups(batch)
    assert count == 2
    assert [
        (each.problem.column, each.problem.found, each.count, each.lines) for each in found
    ] == [
        ("stated", "soon", 3, (2, 3, 4)),
        ("claim", "", 1, (5,)),
    ]
    assert telling.groups(batch, page=2) == ([], 0)


def test_several_files_in_one_import(editor: User) -> None:
    other = table([("It hailed", "Jane Doe", "2024")], ("claim text", "said by", "claim date"))
    batch = imported(editor, table(good(2)), other)
    assert (batch.rows_total, batch.counts["new"]) == (3, 3)
    sheets = ImportSheet.objects.order_by("position").values_list("rows", "mapping")
    assert list(sheets) == [
        (2, ["claim", "source", "source_kind", "stated"]),
        (1, ["claim", "source", "stated"]),
    ]
    assert list(ImportRow.objects.values_list("number", flat=True)) == [1, 2, 3]


def test_unreadable_file_says_why(editor: User) -> None:
    batch = go(running.start(by=editor, batch=uploaded(editor, table(good(2)), b"")))
    assert (batch.state, batch.rows_total) == ("unreadable", 0)
    assert batch.fault.startswith("rain-2.csv: ")
    assert (ImportRow.objects.count(), ImportSheet.objects.count()) == (0, 0)
    running.discard(by=editor, batch=batch)
    assert (ImportBatch.objects.count(), ImportFile.objects.count()) == (0, 0)


def test_read_once_more_in_another_encoding(editor: User) -> None:
    content = "claim\nZażółć\n".encode("windows-1250")
    batch = go(running.start(by=editor, batch=uploaded(editor, content)))
    assert ImportRow.objects.get().raw != ["Zażółć"]
    file = ImportFile.objects.get()
    go(running.choose_encoding(by=editor, file=file, encoding="windows-1250"))
    assert ImportBatch.objects.get().fault == ""
    assert ImportRow.objects.get().raw == ["Zażółć"]
    batch.refresh_from_db()
    assert (batch.state, batch.version) == ("columns", 2)


def test_columns_chosen_are_checked_again_and_remembered(editor: User) -> None:
    headings = ("what", "who", "how")
    rows = [("It rained", "Jane Doe", "person"), ("It snowed", "", "odd")]
    batch = go(running.start(by=editor, batch=uploaded(editor, table(rows, headings))))
    sheet = ImportSheet.objects.get()
    assert sheet.mapping == ["", "source", ""]
    mapping = ["claim", "source", "source_kind"]
    running.choose_columns(by=editor, sheet=sheet, mapping=mapping, answers={})
    batch = go(running.check(by=editor, batch=batch))
    assert batch.counts["rejected"] == 2
    answers = {"values": {"source_kind": {"odd": "person"}}}
    answers["fixed"] = {"stated": "2024", "source": "Jane Doe"}
    batch = running.choose_columns(by=editor, sheet=sheet, mapping=mapping, answers=answers)
    assert (batch.state, batch.rows_done, batch.counts) == ("columns", 0, {})
    assert set(ImportRow.objects.values_list("state", flat=True)) == {"staged"}
    batch = go(running.check(by=editor, batch=batch))
    assert batch.counts["rejected"] == 0
    held = ImportMemory.objects.get()
    assert (held.mapping, held.answers) == (mapping, answers)
    go(running.start(by=editor, batch=uploaded(editor, table(rows, ("What", "WHO", " how ")))))
    assert ImportSheet.objects.latest("pk").mapping == mapping
    assert ImportSheet.objects.latest("pk").answers == answers


@pytest.mark.parametrize(
    ("mapping", "told"),
    [
        (["claim"], "Say for each heading which column it is, or none."),
        (["claim", "claim", "", ""], "Two headings can’t both be the column “claim”."),
        (["claim", "colour", "", ""], "There is no column “colour”."),
    ],
)
def test_columns_that_make_no_sense(editor: User, mapping: list[str], told: str) -> None:
    go(running.start(by=editor, batch=uploaded(editor, table(good(1)))))
    with pytest.raises(Refusal) as refusal:
        running.choose_columns(
            by=editor, sheet=ImportSheet.objects.get(), mapping=mapping, answers={}
        )
    assert refusal.value.messages == [told]


def test_two_clicks_start_one_job(editor: User) -> None:
    batch = uploaded(editor, table(good(1)))
    running.start(by=editor, batch=batch)
    with pytest.raises(Refusal) as refusal:
        running.start(by=editor, batch=batch)
    assert refusal.value.messages == ["This can’t be done now. The import: Being read."]
    assert jobs(batch) == 1


def test_cancel_before_a_worker_came(editor: User) -> None:
    batch = running.check(
        by=editor,
        batch=go(running.start(by=editor, batch=uploaded(editor, table(good(1))))),
    )
    assert running.cancel(by=editor, batch=batch).state == ImportState.CANCELLED
    assert not walking.work(batch.pk, stop=lambda: False) or go(batch).state == "cancelled"
    assert go(running.resume(by=editor, batch=batch)).state == "checked"


def test_cancel_keeps_what_was_imported_and_resume_goes_on(editor: User, settings: Any) -> None:
    settings.IMPORT_AT_ONCE = 2
    batch = running.run(by=editor, batch=checked(editor, table(good(5))))
    asked = iter([False, True])
    walking.work(batch.pk, stop=lambda: next(asked))
    batch.refresh_from_db()
    assert (batch.state, batch.rows_done, Claim.objects.count()) == ("importing", 2, 2)
    ImportBatch.objects.update(cancel_wanted=True)
    assert (go(batch).state, batch.rows_done, Claim.objects.count()) == ("cancelled", 2, 2)
    batch = go(running.resume(by=editor, batch=batch))
    assert (batch.state, batch.rows_done, Claim.objects.count()) == ("done", 5, 5)
    assert batch.counts["new"] == 5


def test_cancel_behind_the_last_record_stops_nothing(editor: User) -> None:
    batch = running.run(by=editor, batch=checked(editor, table(good(3))))
    asked = iter([False, True])
    walking.work(batch.pk, stop=lambda: next(asked))
    ImportBatch.objects.update(cancel_wanted=True)
    batch.refresh_from_db()
    assert (batch.state, batch.rows_done) == ("importing", 3)
    assert go(batch).state == "done"


def test_reading_goes_on_where_it_broke_off(editor: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staging, "AT_ONCE", 2)
    batch = running.start(by=editor, batch=uploaded(editor, table(good(5)), table(good(3))))
    asked = iter([False, False, True, True])
    walking.work(batch.pk, stop=lambda: next(asked))
    assert ImportRow.objects.count() == 4
    batch = go(batch)
    assert (batch.state, batch.rows_total) == ("columns", 8)
    rows = ImportRow.objects.order_by("number").values_list("number", "line", "raw")
    assert [(number, line, raw[0]) for number, line, raw in rows] == [
        *((n + 1, n + 2, f"It rained on day {n}") for n in range(5)),
        *((n + 6, n + 2, f"It rained on day {n}") for n in range(3)),
    ]


def test_reading_sweeps_what_a_killed_reader_left(
    editor: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    left = tmp_path / f"{scratch.PREFIX}left"
    left.mkdir()
    (left / "file").write_bytes(table(good(2)))
    assert go(running.start(by=editor, batch=uploaded(editor, table(good(2))))).rows_total == 2
    assert list(tmp_path.iterdir()) == []


def test_import_that_breaks_off_again_and_again(
    editor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = running.run(by=editor, batch=checked(editor, table(good(2))))
    ImportRow.objects.update(raw=[None])  # which nothing we write would do
    for _ in range(walking.MOST_ATTEMPTS):
        with pytest.raises(AttributeError):
            walking.work(batch.pk, stop=lambda: False)
    batch = ImportBatch.objects.get()
    assert (batch.state, batch.attempts) == ("importing", walking.MOST_ATTEMPTS)
    walking.work(batch.pk, stop=lambda: False)
    batch = ImportBatch.objects.get()
    assert batch.state == "failed"
    assert batch.fault.startswith("It broke off 8 times behind record 0. AttributeError: ")
    ImportRow.objects.update(raw=["It rained", "", "", ""])
    assert go(running.resume(by=editor, batch=batch)).state == "done"


def test_records_that_break_it_off_are_kept_apart(editor: User) -> None:
    """The more often it broke off, the fewer records are dealt with together."""
    batch = running.run(by=editor, batch=checked(editor, table(good(5))))
    ImportRow.objects.filter(number=5).update(raw=[None])
    for _ in range(3 * walking.MOST_ATTEMPTS):
        with suppress(AttributeError):
            walking.work(batch.pk, stop=lambda: False)
    batch.refresh_from_db()
    assert (batch.state, batch.rows_done, Claim.objects.count()) == ("failed", 4, 4)


@pytest.mark.parametrize("step", ["check", "run", "cancel", "resume", "undo"])
def test_step_that_the_state_forbids(editor: User, step: str) -> None:
    batch = uploaded(editor, table(good(1)))
    with pytest.raises(Refusal) as refusal:
        getattr(running, step)(by=editor, batch=batch)
    assert refusal.value.messages == ["This can’t be done now. The import: Uploading."]
    assert jobs(batch) == 0


def test_discard_what_was_imported(editor: User) -> None:
    batch = imported(editor, table(good(1)))
    with pytest.raises(Refusal):
        running.discard(by=editor, batch=batch)
    assert ImportBatch.objects.count() == 1


def test_start_without_a_file(editor: User) -> None:
    with pytest.raises(Refusal) as refusal:
        running.start(by=editor, batch=uploaded(editor))
    assert refusal.value.messages == ["Choose a file first."]


def test_upload_in_parts_and_its_bounds(editor: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staging, "PART", 4)
    batch = staging.open_batch(by=editor, name=" a\x00b  c ")
    assert batch.name == "a\N{REPLACEMENT CHARACTER}b c"
    pieces = iter([b"clai", b"m\nIt r", b"", b"ained"])
    file = staging.add_file(by=editor, batch=batch, name="a.csv", content=pieces)
    assert file.size == 15
    assert [bytes(part.content) for part in file.parts.order_by("position")] == [
        b"clai",
        b"m\nIt",
        b" rai",
        b"ned",
    ]
    monkeypatch.setattr(staging, "MOST_BYTES", 20)
    with pytest.raises(Refusal) as refusal:
        staging.add_file(by=editor, batch=batch, name="b.csv", content=[b"123456"])
    assert refusal.value.messages == ["An import takes 2 GB at most. Divide it."]
    assert ImportFile.objects.count() == 1


def test_cells_are_staged_as_they_are(editor: User) -> None:
    cells = [
        "",
        "NULL",
        "{}",
        "a,b",
        'say "so"',
        "\\",
        "\\N",
        "\\.",
        '\\"',
        "a\tb",
        "a\nb",
        " é😀 ",
    ]
    headings = [f"heading {number}" for number in range(len(cells))]
    go(running.start(by=editor, batch=uploaded(editor, table([cells], headings))))
    row = ImportRow.objects.get()
    assert (row.raw, row.line, row.state, row.unreadable) == (cells, 2, "staged", False)
    assert (row.problems, row.added, row.wrote, row.resembles) == ([], [], {}, [])


def test_damaged_record_is_staged_with_what_is_wrong(editor: User) -> None:
    batch = go(running.start(by=editor, batch=uploaded(editor, b"claim,note\nIt rained\n")))
    row = ImportRow.objects.get()
    fix = "The row has 1 cells, and there are 2 headings."
    assert (row.raw, row.state, row.unreadable) == (["It rained"], "rejected", True)
    assert row.problems == [{"column": "", "found": "", "fix": fix}]
    batch = go(running.check(by=editor, batch=batch))
    assert batch.counts == {"new": 0, "unchanged": 0, "rejected": 1, "added": {}}


def test_record_that_turns_out_wrong_is_rejected_alone(editor: User) -> None:
    batch = running.run(by=editor, batch=checked(editor, table(good(5))))
    ImportRow.objects.filter(number=3).update(raw=["It rained", "", "", "2024"])
    batch = go(batch)
    assert batch.counts["rejected"] == 1
    assert batch.counts["new"] == 4
    assert ImportRow.objects.get(state="rejected").number == 3


def test_pace_of_an_import(editor: User, settings: Any) -> None:
    settings.IMPORT_AT_ONCE = 2
    batch = running.run(by=editor, batch=checked(editor, table(good(6))))
    assert telling.pace(batch) is None
    asked = iter([False, True])
    walking.work(batch.pk, stop=lambda: next(asked))
    batch.refresh_from_db()
    batch.walk_at = timezone.now() - timedelta(seconds=10)
    pace = telling.pace(batch)
    assert pace is not None
    assert (round(pace.rate, 1), pace.left) == (0.2, timedelta(seconds=20))
    assert telling.pace(go(batch)) is None


def test_archive_of_several_files_is_one_import(editor: User) -> None:
    file = io.BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        archive.writestr("claims.csv", "claim_id,claim\na,It rained\nb,It snowed\n")
        archive.writestr(
            "evidence.csv",
            "claim_id,source,source_kind,stated\nb,Ada,person,2023\nc,Ada,person,2023\n",
        )
    batch = imported(editor, file.getvalue())
    assert [(sheet.name, sheet.rows) for sheet in batch.sheets.all()] == [
        ("claims", 2),
        ("evidence", 2),
    ]
    assert (batch.counts["new"], batch.counts["rejected"]) == (3, 1)
    assert Evidence.objects.get().claim.text == "It snowed"
    assert imported(editor, file.getvalue()).counts["unchanged"] == 3
