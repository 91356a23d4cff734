"""Reads a dump into an empty site, exactly as it was, and lets nothing in that doesn't agree.

The rows come with their numbers, times and hashes, which the guards of the tables would stamp anew.
So those triggers are off while the rows are copied, inside the one transaction that holds the
tables; every constraint and foreign key is on. Before it commits, the whole record is verified: its
hashes, the rows beside it, what the evidence amounts to, and the checkpoint of the dump.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from itertools import islice
from typing import IO, Any
from zipfile import BadZipFile, ZipFile
from zlib import error as ZlibError  # noqa: N812 (it is an exception)

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from django.db import DatabaseError, connection, transaction
from django.utils.translation import gettext as _

from claims import record
from claims.actions import upkeep
from claims.exchange.checkpoint import Checkpoint, checkpoint_of, heads
from claims.exchange.dumped import (
    CHECKPOINT,
    FORMAT,
    PACKAGE,
    PEOPLE,
    RECORD,
    SUMS,
    TABLES,
    columns_of,
    copy_in,
    file_of,
    name_of,
    names,
    newest_in,
    rows_in,
    set_counter,
    settle_session,
)
from claims.history_check import check
from claims.models import Claim

PIECE = 1024 * 1024
SMALL = 16 * 1024 * 1024
"""Bytes of the files that are read as a whole."""
WEIGHED = 200
"""Claims that are weighed together."""
_NAMED = 3
_UNREADABLE = (BadZipFile, ZlibError, EOFError, OSError, NotImplementedError, RuntimeError)


class Refused(Exception):
    """Why a dump was not restored, in one line for a person. Nothing was written."""


def restore(file: IO[bytes]) -> Checkpoint:
    """Restore the dump in ``file``. Raises ``Refused``."""
    try:
        with ZipFile(file) as archive:
            package = _vetted(archive)
            with transaction.atomic():
                settle_session()
                _require_empty()
                _load(archive)
                checkpoint = _verified(archive, package)
                for model in TABLES:
                    last, given = package["counters"][name_of(model)]
                    set_counter(model, last, given=given)
                return checkpoint
    except _UNREADABLE as error:
        raise Refused(_("This is no whole zip file: %(why)s.") % {"why": error}) from None
    except DatabaseError as error:
        why = str(error).splitlines()[0]
        refusal = _("The database refuses what the dump holds: %(why)s") % {"why": why}
        raise Refused(refusal) from None
    except (LookupError, TypeError, ValueError) as error:
        refusal = _("It says something that no dump says: %(why)s.") % {"why": error}
        raise Refused(refusal) from None


def _vetted(archive: ZipFile) -> Mapping[str, Any]:
    """What the dump tells of itself, once each of its files has the hash that it should have."""
    if archive.namelist() != names():
        raise Refused(_("This is no dump of a record, or not all of one."))
    lines = _small(archive, SUMS).decode().splitlines()
    sums = {name: digest for digest, _spaces, name in (line.partition("  ") for line in lines)}
    for name in names()[:-1]:
        if sums.pop(name, None) != _sum(archive, name):
            raise Refused(_("%(name)s isn’t what it was when the dump was made.") % {"name": name})
    package: Any = json.loads(_small(archive, PACKAGE)).get("sayso", {})
    if sums or package.get("format") != FORMAT:
        raise Refused(_("This dump was made by another version of the software."))
    for model in TABLES:
        with archive.open(file_of(model)) as member:
            heading = member.readline(PIECE).decode().strip()
        if heading != ",".join(columns_of(model)):
            raise Refused(
                _("%(name)s has other columns than this site: it was made at %(version)s.")
                % {"name": file_of(model), "version": ", ".join(package["migrations"].values())}
            )
    return dict(package)


def _small(archive: ZipFile, name: str) -> bytes:
    with archive.open(name) as member:
        return member.read(SMALL)


def _pieces(archive: ZipFile, name: str) -> Iterator[bytes]:
    with archive.open(name) as member:
        while piece := member.read(PIECE):
            yield piece


def _sum(archive: ZipFile, name: str) -> str:
    sums = sha256()
    for piece in _pieces(archive, name):
        sums.update(piece)
    return sums.hexdigest()


def _require_empty() -> None:
    for model in TABLES:
        if rows_in(model):
            raise Refused(
                _(
                    "This site isn’t empty: %(table)s has rows. Restore into a new database, "
                    "before anybody gets an account."
                )
                % {"table": model._meta.db_table}
            )


def _load(archive: ZipFile) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    _people(archive)
    with _guards_off(), connection.cursor() as cursor:
        for model in RECORD:
            with connection.wrap_database_errors, cursor.copy(copy_in(model)) as copy:
                for piece in _pieces(archive, file_of(model)):
                    copy.write(piece)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with connection.cursor() as cursor:
        for model in RECORD:  # what verifies them would read tables of which nobody knows the size
            cursor.execute(f'ANALYZE "{model._meta.db_table}"')


def _people(archive: ZipFile) -> None:
    """Make an account for everybody who did something; nobody can sign in with it."""
    with archive.open(file_of(User)) as member:
        rows = csv.DictReader(io.TextIOWrapper(member, "utf-8", newline=""))
        while some := list(islice(rows, 1000)):
            User.objects.bulk_create(
                User(
                    **{name: row[name] for name in PEOPLE},
                    password=make_password(None),
                    is_active=False,
                )
                for row in some
            )


@contextmanager
def _guards_off() -> Iterator[None]:
    """Switch off what stamps and refuses rows one by one; what keeps derived tables stays on.

    Until the transaction ends nobody else can write these tables. Takes their owner.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
            " WHERE NOT t.tgisinternal AND t.tgenabled = 'O' AND t.tgtype & 2 <> 0"
            " AND c.oid = ANY(%s::regclass[]) ORDER BY 1, 2",
            [[model._meta.db_table for model in RECORD]],
        )
        guards = cursor.fetchall()
        for table, guard in guards:
            cursor.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER "{guard}"')
        yield
        for table, guard in guards:
            cursor.execute(f'ALTER TABLE "{table}" ENABLE TRIGGER "{guard}"')


def _verified(archive: ZipFile, package: Mapping[str, Any]) -> Checkpoint:
    """The checkpoint of what is here now. Raises ``Refused`` where anything doesn't agree."""
    for model in TABLES:
        if rows_in(model) != package["rows"][name_of(model)]:
            raise Refused(
                _("%(name)s has another number of rows than the dump tells.")
                % {"name": file_of(model)}
            )
        if newest_in(model) > package["counters"][name_of(model)][0]:
            raise Refused(_("The next number of %(name)s is taken.") % {"name": file_of(model)})
    report = check(record.entries())
    wrong = [
        *map(str, report.faults),
        *map(str, record.orphans()),
        *map(str, record.altered()),
        *_drifts(),
    ]
    if wrong:
        shown = "; ".join(wrong[:_NAMED])
        raise Refused(
            _("The record doesn’t verify, in %(count)d places: %(shown)s")
            % {"count": len(wrong), "shown": shown}
        )
    checkpoint = checkpoint_of(heads())
    if checkpoint.as_json() != json.loads(_small(archive, CHECKPOINT)):
        raise Refused(_("The record isn’t the one of the dump’s checkpoint."))
    return checkpoint


def _drifts() -> Iterator[str]:
    """Claims whose evidence amounts to something else than is stored with them.

    They are weighed as after a change, some at a time; whoever is told of one takes it all back.
    """
    ids = Claim.objects.order_by("pk").values_list("pk", flat=True).iterator()
    while some := list(islice(ids, WEIGHED)):
        for claim, told in upkeep.refresh_many(some).items():
            yield f"CL-{claim}: {told['from']} ≠ {told['to']}"
