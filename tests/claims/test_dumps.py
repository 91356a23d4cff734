"""The whole record out and in again: byte for byte, or not at all."""

import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, User
from django.core.management import CommandError, call_command
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from articles.models import Event
from claims import record
from claims.actions.redaction import redact
from claims.actions.verdicts import discard_verdict
from claims.exchange import dumped
from claims.exchange.checkpoint import Checkpoint, Tree, checkpoint_of, heads
from claims.exchange.dumping import dump
from claims.exchange.restoring import Refused, restore
from claims.history_check import check
from claims.matching.similar import similar
from tests import world as worlds
from tests.factories import ChallengeFactory, ClaimFactory, SourceFactory, VerdictFactory
from tests.test_hostile import WORKING

pytestmark = pytest.mark.django_db

EMPTYING = ", ".join(
    f'"{model._meta.db_table}"'
    for model in apps.get_models()
    if model._meta.app_label in ("articles", "claims") or model is User
)


def empty() -> None:
    """Make this a site that was just migrated."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"TRUNCATE {EMPTYING} RESTART IDENTITY CASCADE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def dumped_now() -> bytes:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    file = io.BytesIO()
    dump(file)
    return file.getvalue()


def rewritten(
    raw: bytes, change: Callable[[dict[str, bytes]], None], *, summed: bool = True
) -> io.BytesIO:
    """The dump with other files in it, and with the sums of those, unless it isn't ``summed``."""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        held = {name: archive.read(name) for name in archive.namelist()}
    sums = held.pop("SHA256SUMS")
    change(held)
    if summed:
        sums = "".join(
            f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in held.items()
        ).encode()
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in {**held, "SHA256SUMS": sums}.items():
            archive.writestr(name, content)
    return file


def replacing(name: str, old: str, new: str) -> Callable[[dict[str, bytes]], None]:
    def change(held: dict[str, bytes]) -> None:
        assert held[name].count(old.encode()) >= 1
        held[name] = held[name].replace(old.encode(), new.encode(), 1)

    return change


def refusal(file: io.BytesIO) -> str:
    with pytest.raises(Refused) as refused:
        restore(file)
    assert [model.__name__ for model in dumped.TABLES if dumped.rows_in(model)] == []
    return str(refused.value)


@pytest.fixture
def world() -> worlds.World:
    """A world with everything that can happen to a record."""
    world = worlds.build()
    chief = world.users["chief"]
    redact(by=chief, subject=world.appearance, reason="A court said so")
    discard_verdict(by=world.draft_verdict.author, verdict=world.draft_verdict, reason="No")
    SourceFactory(name='A "quoted",\nname\\N', aliases=["a,b", "{c}", ""], identifiers={"x": "é"})
    return world


# Out and in again


def test_restored_site_dumps_the_same_bytes(world: worlds.World) -> None:
    before = dumped_now()
    assert before == dumped_now()
    empty()
    told = restore(io.BytesIO(before))
    assert dumped_now() == before
    assert told == checkpoint_of(heads())
    assert check(record.entries()).faults == ()
    assert (record.orphans(), list(record.altered())) == ([], [])


def test_restored_site_works_on_where_the_other_stopped(world: worlds.World) -> None:
    latest = VerdictFactory()
    discard_verdict(by=latest.author, verdict=latest, reason="No")
    raw = dumped_now()
    empty()
    restore(io.BytesIO(raw))
    assert Event.objects.filter(subject_type="verdict", subject_id=latest.pk).exists()
    User.objects.update(is_active=True)
    for user in User.objects.all():
        user.groups.add(Group.objects.get(name="chief"))
    assert VerdictFactory().pk > latest.pk
    claim = ClaimFactory(text="It will pour tomorrow")
    found = [match.claim.text for match in similar(claim.text, user=claim.logged_by)]
    assert "It will pour" in found
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_trigger WHERE tgenabled <> 'O'")
        assert cursor.fetchone() == (0,)


def test_accounts_come_back_by_name_only(world: worlds.World) -> None:
    User.objects.filter(username="chief").update(first_name="Ada", email="ada@paper.example")
    raw = dumped_now()
    assert b"ada@paper.example" not in b"".join(contents(raw).values())
    empty()
    restore(io.BytesIO(raw))
    chief = User.objects.get(username="chief")
    given = (chief.first_name, chief.email, chief.is_active, chief.is_staff, chief.is_superuser)
    assert (given, chief.has_usable_password()) == (("Ada", "", False, False, False), False)


def test_dump_holds_every_table_but_what_the_desk_works_with() -> None:
    ours = {
        model._meta.db_table
        for model in apps.get_models()
        if model._meta.app_label in ("articles", "claims")
    }
    assert ours - {model._meta.db_table for model in dumped.RECORD} == WORKING
    assert all(
        dumped.fields_of(model) == list(model._meta.concrete_fields) for model in dumped.RECORD
    )


def test_contacts_of_readers_stay_at_the_desk() -> None:
    ChallengeFactory(contact="ada@home.example")
    assert b"ada@home.example" not in b"".join(contents(dumped_now()).values())


def contents(raw: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_dump_tells_its_hashes_and_its_checkpoint(world: worlds.World) -> None:
    held = contents(dumped_now())
    sums = dict(reversed(line.split("  ")) for line in held["SHA256SUMS"].decode().splitlines())
    assert sums == {
        name: hashlib.sha256(content).hexdigest()
        for name, content in held.items()
        if name != "SHA256SUMS"
    }
    assert json.loads(held["checkpoint.json"]) == checkpoint_of(heads()).as_json()
    assert json.loads(held["checkpoint.json"])["events"] == Event.objects.count()
    package = json.loads(held["datapackage.json"])
    assert {each["path"]: each["hash"] for each in package["resources"]} == {
        name: f"sha256:{digest}" for name, digest in sums.items() if name.endswith(".csv")
    }


# Refused


def test_site_with_rows_is_left_alone(world: worlds.World) -> None:
    raw = dumped_now()
    before = worlds.counts()
    with pytest.raises(Refused, match="This site isn’t empty: auth_user has rows"):
        restore(io.BytesIO(raw))
    assert worlds.counts() == before


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (replacing("data/claim.csv", "It rained", "It hailed"), "data/claim.csv isn’t what it was"),
        (replacing("LICENCE.txt", "4.0", "5.0"), "LICENCE.txt isn’t what it was"),
        (lambda held: held.pop("data/citation.csv"), "This is no dump of a record, or not all"),
        (lambda held: held.update(more=b""), "This is no dump of a record, or not all"),
    ],
)
def test_changed_file_is_named(
    world: worlds.World, change: Callable[[dict[str, bytes]], None], why: str
) -> None:
    raw = dumped_now()
    empty()
    assert refusal(rewritten(raw, change, summed=False)).startswith(why)


def cut(name: str, lines: int) -> Callable[[dict[str, bytes]], None]:
    def change(held: dict[str, bytes]) -> None:
        held[name] = b"".join(held[name].splitlines(keepends=True)[:-lines])

    return change


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (replacing("data/event.csv", "It rained", "It hailed"), "The record doesn’t verify"),
        (replacing("data/claim.csv", "It rained", "It hailed"), "The record doesn’t verify"),
        (replacing("data/claim.csv", "contested", "unsourced"), "The record doesn’t verify"),
        (replacing("data/appearance.csv", "Friday", "Sunday"), "The record doesn’t verify"),
        (replacing("data/snapshot.csv", "Nobody", "Anybody"), "The record doesn’t verify"),
        (replacing("data/claim.csv", ",en,", ",en,en,"), "The database refuses what the dump"),
        (replacing("data/claim.csv", "event", "evenT"), "The database refuses what the dump"),
        (cut("data/event.csv", 1), "data/event.csv has another number of rows"),
        (cut("data/source.csv", 1), "data/source.csv has another number of rows"),
        (cut("data/article.csv", 1), "The database refuses what the dump holds"),
        (replacing("checkpoint.json", '"root": "', '"root": "0'), "The record isn’t the one"),
        (replacing("datapackage.json", '"format": 1', '"format": 2'), "This dump was made by"),
        (replacing("datapackage.json", '"counters"', '"counter"'), "It says something that no"),
        (replacing("data/claim.csv", "id,text", "id,words"), "data/claim.csv has other columns"),
    ],
)
def test_dump_that_was_changed_with_its_sums_is_refused(
    world: worlds.World, change: Callable[[dict[str, bytes]], None], why: str
) -> None:
    raw = dumped_now()
    empty()
    assert refusal(rewritten(raw, change)).startswith(why)


@pytest.mark.parametrize("raw", [b"", b"PK\x03\x04", b"claim,kind\n"])
def test_what_is_no_zip_is_refused(raw: bytes) -> None:
    assert refusal(io.BytesIO(raw)).startswith("This is no whole zip file")


def test_cut_zip_is_refused(world: worlds.World) -> None:
    raw = dumped_now()
    empty()
    assert refusal(io.BytesIO(raw[: len(raw) // 2])).startswith("This is no whole zip file")


# Commands


def test_commands_write_a_new_file_and_read_it_back(
    world: worlds.World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "record.zip"
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    call_command("dump", str(path))
    told = capsys.readouterr().out
    root = checkpoint_of(heads()).root
    assert told.endswith(f"Checkpoint: {root}\n")
    with pytest.raises(CommandError, match="is there already"):
        call_command("dump", str(path))
    with pytest.raises(CommandError, match="This site isn’t empty"):
        call_command("restore", str(path))
    empty()
    call_command("restore", str(path))
    assert capsys.readouterr().out.endswith(f"every hash fits. Checkpoint: {root}\n")
    assert [each.name for each in tmp_path.iterdir()] == ["record.zip"]


@pytest.mark.parametrize("command", ["dump", "restore"])
def test_command_says_which_file_is_out_of_reach(command: str, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="No such file or directory"):
        call_command(command, str(tmp_path / "nowhere" / "record.zip"))


# Checkpoint


def root_of(leaves: list[bytes]) -> bytes:
    """As RFC 6962 defines it, the whole list at once."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    left = 1
    while left * 2 < len(leaves):
        left *= 2
    both = root_of(leaves[:left]) + root_of(leaves[left:])
    return hashlib.sha256(b"\x01" + both).digest()


@given(st.lists(st.binary(max_size=3), max_size=40))
def test_tree_grows_to_the_root_of_its_leaves(leaves: list[bytes]) -> None:
    tree = Tree()
    for leaf in leaves:
        tree.add(leaf)
    assert tree.root == root_of(leaves)


def test_checkpoint_of_nothing_is_the_hash_of_nothing() -> None:
    assert checkpoint_of([]) == Checkpoint(0, 0, hashlib.sha256(b"").hexdigest())
