"""The commands that bring things in: what they say, what they write, and how they end."""

import hashlib
import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from articles.models import Article, Event, Snapshot, Source
from claims.exchange import running
from claims.exchange.staging import add_file, open_batch
from claims.models import Claim, Evidence, ImportBatch
from tests.factories import SnapshotFactory, day

pytestmark = pytest.mark.django_db

GOOD = "claim,source,source_kind,stated\nIt rained,Ada,person,2023-03-07\nIt snowed,,,\n"
BAD = GOOD + "It hailed,Ada,person,7.3.2023\n,,,\nIt stormed,Ada,nobody,soon\n"


def say(name: str, *args: str, **options: Any) -> tuple[str, str]:
    """What a command says on stdout and on stderr."""
    out, err = io.StringIO(), io.StringIO()
    call_command(name, *args, stdout=out, stderr=err, no_color=True, **options)
    return out.getvalue().strip(), err.getvalue().strip()


def fault(name: str, *args: str, **options: Any) -> str:
    with pytest.raises(CommandError) as refused:
        say(name, *args, **options)
    assert refused.value.returncode == 1
    return str(refused.value)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "file"


# import_claims


def test_good_rows_are_imported_and_counted(file: Path, editor: User) -> None:
    file.write_text(GOOD)
    assert say("import_claims", str(file), by="editor") == (
        "2 new, 0 unchanged, 0 rejected.",
        "",
    )
    assert Claim.objects.filter(logged_by=editor).count() == 2
    assert say("import_claims", str(file), by="editor")[0] == "0 new, 2 unchanged, 0 rejected."


def test_dry_run_writes_nothing(file: Path, editor: User) -> None:
    file.write_text(GOOD)
    assert say("import_claims", str(file), by="editor", dry_run=True)[0] == (
        "Nothing was written. It would be: 2 new, 0 unchanged, 0 rejected."
    )
    assert Claim.objects.count() == Event.objects.count() == 0


def test_verbose_run_tells_every_row(file: Path, editor: User) -> None:
    file.write_text(GOOD)
    assert say("import_claims", str(file), by="editor", verbosity=2)[0] == (
        "line 2: new: claim, source, evidence\nline 3: new: claim\n2 new, 0 unchanged, 0 rejected."
    )


def test_rejected_rows_are_told_and_end_with_one(file: Path, editor: User) -> None:
    file.write_text(BAD)
    out, err = io.StringIO(), io.StringIO()
    with pytest.raises(CommandError) as refused:
        call_command("import_claims", str(file), by="editor", stdout=out, stderr=err)
    order = "Say for this column whether the day or the month comes first, or write 2023-03-08."
    dates = (
        "Write a date such as 2023-03-08, 2023-03 or 2023, or two of them, the earlier first, "
        "such as 2023-03-08/2023-03-15."
    )
    assert (str(refused.value), refused.value.returncode) == ("2 of 4 rows were rejected.", 1)
    assert out.getvalue() == "2 new, 0 unchanged, 2 rejected.\n"
    assert err.getvalue().splitlines() == [
        f"line 4: stated: “7.3.2023”: {order}",
        "line 6: source_kind: “nobody”: Write one of: person, organisation, unnamed.",
        f"line 6: stated: “soon”: {dates}",
    ]
    assert Claim.objects.count() == 2


def test_rejected_rows_are_imported_after_repair(file: Path, editor: User) -> None:
    file.write_text(BAD)
    rejects = file.with_name("rejects.csv")
    fault("import_claims", str(file), by="editor", errors=str(rejects))
    text = rejects.read_text(encoding="utf-8-sig")
    rejects.write_text(text.replace("nobody,soon", "person,2023").replace("7.3.", "7 March "))
    assert say("import_claims", str(rejects), by="editor")[0] == ("2 new, 0 unchanged, 0 rejected.")
    assert Evidence.objects.count() == 3


def test_file_of_rejects_that_cannot_be_written_is_told(file: Path, editor: User) -> None:
    file.write_text(BAD)
    assert fault("import_claims", str(file), by="editor", errors=str(file.parent)) == (
        f"{file.parent} can’t be written: Is a directory."
    )


def test_file_that_is_no_table_is_told(file: Path, editor: User) -> None:
    file.write_bytes(b"")
    assert fault("import_claims", str(file), by="editor") == "file: The file is empty."
    assert ImportBatch.objects.count() == 0


def test_headings_that_nobody_knows_are_told_with_the_way_out(file: Path, editor: User) -> None:
    file.write_bytes(b"a,b\n1,x\n")
    assert fault("import_claims", str(file), by="editor").endswith(
        "None of the headings is one of our columns, which docs/examples/README.md tells. Say with "
        "--map which is which."
    )
    assert ImportBatch.objects.count() == 0


def test_encoding_is_said_where_the_guess_is_wrong(file: Path, editor: User) -> None:
    file.write_bytes("claim\nШёл снег\n".encode("windows-1251"))
    say("import_claims", str(file), by="editor", encoding="windows-1251")
    assert Claim.objects.get().text == "Шёл снег"
    told = fault("import_claims", str(file), by="editor", encoding="rot13")
    assert told == "file: We don’t know the encoding “rot13”."


def test_headings_of_others_are_mapped(file: Path, editor: User) -> None:
    file.write_text("what,who,when\nIt rained,Ada,7/3/2023\nIt snowed,,\n")
    chosen = file.with_name("map.json")
    columns = {"what": "claim", "who": "source", "when": "stated"}
    answers = {"dates": {"stated": "DMY"}, "fixed": {"source_kind": "person"}}
    chosen.write_text(json.dumps({"columns": columns, "answers": answers}))
    assert say("import_claims", str(file), by="editor", map=str(chosen)) == (
        "2 new, 0 unchanged, 0 rejected.",
        "",
    )
    assert Evidence.objects.get().stated.lower == date(2023, 3, 7)


def test_map_that_is_none(file: Path, editor: User) -> None:
    file.write_text("[1]")
    told = f"{file} must hold “columns”, “answers” or both."
    assert fault("import_claims", str(file), by="editor", map=str(file)) == told
    file.write_text("{")
    assert fault("import_claims", str(file), by="editor", map=str(file)).startswith(
        f"{file} is no JSON: "
    )


def test_several_files_name_their_rows(file: Path, editor: User) -> None:
    file.write_text(GOOD)
    other = file.with_name("other.csv")
    other.write_text("claim,colour\nIt rained,red\n,blue\n")
    out, err = io.StringIO(), io.StringIO()
    with pytest.raises(CommandError):
        call_command("import_claims", str(file), str(other), by="editor", stdout=out, stderr=err)
    assert err.getvalue().splitlines() == [
        "other: left out: colour",
        "other, line 3: claim: This row says nothing that we have a column for.",
    ]


def test_import_is_gone_on_with_and_undone(file: Path, editor: User) -> None:
    file.write_text(GOOD)
    by = {"by": "editor"}
    batch = open_batch(by=editor, name="rain")
    add_file(by=editor, batch=batch, name="rain.csv", content=[GOOD.encode()])
    running.start(by=editor, batch=batch)
    told = say("import_claims", batch=batch.pk, resume=True, **by)[0]
    assert told == "2 new, 0 unchanged, 0 rejected."
    assert say("import_claims", undo=batch.pk, **by)[0] == (
        "Undone: 2 rows.\nIt leaves in its place: Sources (1)."
    )
    batch.refresh_from_db()
    assert batch.state == "undone"
    assert fault("import_claims", undo=batch.pk, **by) == (
        "This can’t be done now. The import: Undone."
    )
    assert fault("import_claims", batch=0, resume=True, **by) == "There is no such import."
    assert fault("import_claims", **by) == "Name a file."


@pytest.mark.parametrize("command", ["import_claims", "import_article"])
def test_file_that_cannot_be_read_is_told(command: str, file: Path, editor: User) -> None:
    given = {"by": "editor"} | ({"publisher": "P"} if command == "import_article" else {})
    assert fault(command, str(file), **given) == (
        f"{file} can’t be read: No such file or directory."
    )
    assert fault(command, str(file.parent), **given) == (
        f"{file.parent} can’t be read: Is a directory."
    )
    assert fault(command, "a\0b", **given) == "a\0b can’t be read: embedded null byte."


@pytest.mark.parametrize("command", ["import_claims", "import_article"])
def test_account_must_be_there_and_allowed(command: str, file: Path, stranger: User) -> None:
    file.write_text(GOOD)
    given = {"publisher": "P"} if command == "import_article" else {}
    assert fault(command, str(file), by="nobody", **given) == "There is no account “nobody”."
    assert fault(command, str(file), by="a\0b", **given) == (
        "--by: The text holds a NUL character. Remove it."
    )
    assert fault(command, str(file), by="stranger", **given) == (
        "Your account may not do this. Ask a chief editor."
    )
    assert Claim.objects.count() == Source.objects.count() == 0


# import_article


def test_article_is_kept_with_the_hash_of_its_bytes(file: Path, editor: User) -> None:
    raw = "\ufeffRain\r\n\r\nIt rained. “It may stop,” said Ada.\r\n".encode()
    file.write_bytes(raw)
    out, _err = say(
        "import_article",
        str(file),
        by="editor",
        publisher="The Daily",
        kind="report",
        language="en-GB",
        url="https://daily.example/rain",
        published="8 March 2023",
    )
    snapshot = Snapshot.objects.get()
    article = snapshot.article
    assert out == f"Article {article.pk}: “Rain”, 3 sentences, at /articles/rain/"
    assert snapshot.text == "Rain\n\nIt rained. “It may stop,” said Ada.\n"
    assert snapshot.raw_sha256 == hashlib.sha256(raw).hexdigest()
    assert (snapshot.method, snapshot.captured_by) == ("file", editor)
    assert (article.title, article.kind, article.language, article.url, article.published) == (
        "Rain",
        "report",
        "en-GB",
        "https://daily.example/rain",
        day("2023-03-08"),
    )
    assert (article.publisher.name, article.publisher.kind) == ("The Daily", "organisation")


def test_title_and_kind_of_publisher_can_be_given(file: Path, editor: User) -> None:
    file.write_text("It rained.")
    say(
        "import_article",
        str(file),
        by="editor",
        title=" On rain ",
        publisher="Ada",
        publisher_kind="person",
    )
    article = Article.objects.get()
    assert (article.title, article.publisher.kind) == ("On rain", "person")


def test_long_first_line_is_cut_to_a_title(file: Path, editor: User) -> None:
    file.write_text("x" * 501)
    say("import_article", str(file), by="editor", publisher="P")
    assert Article.objects.get().title == "x" * 500


def test_article_imported_twice_is_left_as_it_is(file: Path, editor: User) -> None:
    file.write_text("It rained.\n")
    say("import_article", str(file), by="editor", publisher="The Daily")
    before = Event.objects.count()
    article = Article.objects.get()
    file.write_bytes(b"\xef\xbb\xbfIt rained.\r\n")
    assert say("import_article", str(file), by="editor", publisher="Another") == (
        f"Already here: article {article.pk}, “It rained.”, at /articles/it-rained/",
        "",
    )
    assert (Event.objects.count(), Source.objects.count()) == (before, 1)


def test_address_that_is_here_with_another_text_is_refused(file: Path, editor: User) -> None:
    held = SnapshotFactory(article__url="https://daily.example/rain").article
    before = Event.objects.count()
    file.write_text("Another text.")
    assert fault(
        "import_article", str(file), by="editor", publisher="P", url="https://daily.example/rain"
    ) == (
        f"Already here: article {held.pk}, “{held.title}”, at {held.get_absolute_url()}, "
        "with another text. Capture it again there to keep this one too."
    )
    assert Event.objects.count() == before


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (b"", "{} is empty."),
        (b"\xef\xbb\xbf \n", "{} is empty."),
        ("Il a neigé.".encode("latin-1"), "Line 1 of {} is not in UTF-8. Save the file in UTF-8."),
        (b"One.\nTwo \xed\xa0\x80.", "Line 2 of {} is not in UTF-8. Save the file in UTF-8."),
        ("Rain.".encode("utf-16"), "{} is in UTF-16. Save it in UTF-8."),
        (b"It \0 rained.", "FILE: The text holds a NUL character. Remove it."),
    ],
)
def test_file_that_is_no_text_is_told(raw: bytes, told: str, file: Path, editor: User) -> None:
    file.write_bytes(raw)
    assert fault("import_article", str(file), by="editor", publisher="P", title="T") == (
        told.format(file)
    )
    assert Article.objects.count() == Source.objects.count() == Event.objects.count() == 0


@pytest.mark.parametrize(
    ("option", "value", "told"),
    [
        ("published", "8/3/2023", "“8/3/2023” is no date. Write 2023-03-08, 2023-03 or 2023."),
        ("language", "English?", "Write the language as a tag such as “en”, “fr” or “pt-BR”."),
        ("url", "nowhere", "Enter a valid URL."),
        ("title", "x" * 501, "Ensure this value has at most 500 characters (it has 501)."),
        ("publisher", " ", "This field cannot be blank."),
        ("publisher", "a\0b", "The text holds a NUL character. Remove it."),
        ("url", "https://a.example/\udcff", "The text holds half of a character "),
    ],
)
def test_option_that_is_wrong_is_named(
    option: str, value: str, told: str, file: Path, editor: User
) -> None:
    file.write_text("It rained.")
    given = {"by": "editor", "publisher": "P"} | {option: value}
    assert fault("import_article", str(file), **given).startswith(f"--{option}: {told}")
    assert Article.objects.count() == Source.objects.count() == Event.objects.count() == 0
