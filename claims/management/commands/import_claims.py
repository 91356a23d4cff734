"""Imports claims from files: `manage.py import_claims FILE… --by USERNAME`."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.management import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from articles.policy import NotAllowed
from claims.choices import AT_WORK, ImportState, RowState
from claims.exchange import running, staging, telling, walking
from claims.exchange.columns import Problem
from claims.exchange.remaining import remaining
from claims.management.given import content, person, pieces
from claims.models import ImportBatch, ImportRow, ImportSheet

SHOWN_SECONDS = 1.0
WAIT_SECONDS = 0.2
MOST_OF_MAP = 1024 * 1024
BEGUN = (ImportState.CANCELLED, ImportState.FAILED)


class Command(BaseCommand):
    """Imports the rows that are right, tells what is wrong with the others, ends with 1 then."""

    help = (
        "Imports claims, their evidence and where it can be read from files of any size: CSV, "
        "workbooks and others. The columns are told in docs/examples/README.md. The same file "
        "again changes nothing. Ends with 1 when a row was rejected."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", metavar="FILE", nargs="*")
        parser.add_argument("--by", metavar="USERNAME", required=True, help="the account that acts")
        parser.add_argument(
            "--map",
            metavar="MAP.json",
            help='which heading is which column, as {"columns": {heading: column}, "answers": '
            '{"dates": {column: "DMY"}, "values": {column: {found: value}}, '
            '"fixed": {column: value}}}',
        )
        parser.add_argument(
            "--encoding",
            metavar="NAME",
            default="",
            help="what the files of text are in, where our guess is wrong",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="tell what would happen and write nothing"
        )
        parser.add_argument(
            "--errors",
            metavar="OUT.csv",
            help="write the rejected rows there, to be repaired and imported alone",
        )
        parser.add_argument("--batch", metavar="N", type=int, help="the import to go on with")
        parser.add_argument("--resume", action="store_true", help="go on with --batch")
        parser.add_argument("--undo", metavar="N", type=int, help="void all that import N wrote")

    def handle(self, *args: Any, **options: Any) -> None:
        by = person(options["by"])
        try:
            if options["undo"] is not None:
                self._undo(by, _batch(options["undo"]))
            elif options["resume"]:
                self._resume(by, _batch(options["batch"]), options)
            elif options["files"]:
                self._import(by, options)
            else:
                raise CommandError(_("Name a file."))
        except NotAllowed as refusal:
            raise CommandError(str(refusal)) from None
        except ValidationError as refusal:
            raise CommandError(" ".join(refusal.messages)) from None

    # What is asked for

    def _import(self, by: User, options: dict[str, Any]) -> None:
        chosen = _map(options["map"])
        files: list[str] = options["files"]
        batch = staging.open_batch(by=by, name=", ".join(Path(name).name for name in files))
        try:
            for name in files:
                staging.add_file(
                    by=by,
                    batch=batch,
                    name=Path(name).name,
                    content=pieces(name),
                    encoding=options["encoding"],
                )
            batch = self._walk(by, running.start(by=by, batch=batch))
            self._columns(by, batch, chosen)
            _vet_columns(batch)
            batch = self._walk(by, running.check(by=by, batch=batch))
            if not options["dry_run"]:
                batch = self._walk(by, running.run(by=by, batch=batch))
            self._report(batch, options)
        finally:
            batch.refresh_from_db()
            if batch.started_at is None and batch.state not in AT_WORK:
                running.discard(by=by, batch=batch)

    def _resume(self, by: User, batch: ImportBatch, options: dict[str, Any]) -> None:
        if batch.state in BEGUN:
            running.resume(by=by, batch=batch)
        batch = self._walk(by, batch)
        if batch.state == ImportState.COLUMNS:
            batch = self._walk(by, running.check(by=by, batch=batch))
        if batch.state == ImportState.CHECKED and not options["dry_run"]:
            batch = self._walk(by, running.run(by=by, batch=batch))
        self._report(batch, options)

    def _undo(self, by: User, batch: ImportBatch) -> None:
        batch = self._walk(by, running.undo(by=by, batch=batch))
        self.stdout.write(_("Undone: %(rows)d rows.") % {"rows": batch.rows_done})
        if stays := remaining(batch):
            named = ", ".join(f"{each.name} ({each.count:,})" for each in stays)
            self.stdout.write(_("It leaves in its place: %(what)s.") % {"what": named})

    # How it is done

    def _walk(self, by: User, batch: ImportBatch) -> ImportBatch:
        """Do what the import waits for, here, or wait while a worker does it.

        Raises ``CommandError`` where it can't be done.
        """
        shown = time.monotonic()

        def stop() -> bool:
            nonlocal shown
            if self.stderr.isatty() and time.monotonic() - shown > SHOWN_SECONDS:
                shown = time.monotonic()
                self._show(batch.pk)
            return False

        try:
            while batch.state in AT_WORK:
                if not walking.work(batch.pk, stop=stop):
                    time.sleep(WAIT_SECONDS)
                batch.refresh_from_db()
        except KeyboardInterrupt:
            running.cancel(by=by, batch=batch)
            told = _("Stopped. Go on with: --by %(by)s --batch %(batch)d --resume")
            raise CommandError(told % {"by": by.get_username(), "batch": batch.pk}) from None
        if batch.fault:
            raise CommandError(batch.fault)
        return batch

    def _show(self, pk: int) -> None:
        batch = ImportBatch.objects.get(pk=pk)
        told, pace = f"{batch.get_state_display()}: {batch.rows_done:,}", telling.pace(batch)
        if batch.rows_total:
            told += f" / {batch.rows_total:,}"
        if pace is not None:
            told += _(", %(rate)d a second") % {"rate": pace.rate}
            told += _(", %(left)s left") % {"left": pace.left} if batch.rows_total else ""
        self.stderr.write(told)

    def _columns(self, by: User, batch: ImportBatch, chosen: dict[str, Any]) -> None:
        for sheet in batch.sheets.all():
            names: dict[str, str] = chosen.get("columns", {})
            pairs = zip(sheet.headings, sheet.mapping, strict=True)
            mapping = [names.get(heading, suggested) for heading, suggested in pairs]
            answers = chosen.get("answers", sheet.answers)
            if chosen:
                running.choose_columns(by=by, sheet=sheet, mapping=mapping, answers=answers)
            left_out = [
                heading
                for heading, column in zip(sheet.headings, mapping, strict=True)
                if not column and not telling.is_error(heading)
            ]
            for told in sheet.notes:
                self.stderr.write(f"{sheet.name}: {told}")
            if left_out:
                told = _("%(name)s: left out: %(headings)s")
                self.stderr.write(told % {"name": sheet.name, "headings": ", ".join(left_out)})

    # What is told

    def _report(self, batch: ImportBatch, options: dict[str, Any]) -> None:
        sheets = {sheet.pk: sheet for sheet in batch.sheets.all()}
        rows = ImportRow.objects.filter(batch=batch).order_by("number")
        if options["verbosity"] > 1:
            for row in rows.filter(state__in=(RowState.NEW, RowState.WRITTEN)).iterator():
                added = _("new: %(kinds)s") % {"kinds": ", ".join(row.added)}
                self.stdout.write(_place(row, sheets) + added)
        for row in rows.exclude(resembles=[]).iterator():
            for like in row.resembles:
                told = _("may be the same as %(claim)s: “%(text)s”")
                other = f"CL-{like['claim']}" if like["claim"] else _("another row")
                told %= {"claim": other, "text": like["text"]}
                self.stdout.write(_place(row, sheets) + told)
        for row in rows.filter(state=RowState.REJECTED).iterator():
            for problem in row.problems:
                self.stderr.write(_place(row, sheets) + str(Problem(**problem)))
        if options["errors"]:
            _write_rejects(options["errors"], batch)
        self.stdout.write(summary(batch, dry_run=batch.started_at is None))
        if batch.counts.get("rejected"):
            raise CommandError(
                _("%(count)d of %(rows)d rows were rejected.")
                % {"count": batch.counts["rejected"], "rows": batch.rows_total}
            )


def summary(batch: ImportBatch, *, dry_run: bool = False) -> str:
    """What became of the records, in one line."""
    counts = {name: batch.counts.get(name, 0) for name in ("new", "unchanged", "rejected")}
    told = _("%(new)d new, %(unchanged)d unchanged, %(rejected)d rejected.") % counts
    return _("Nothing was written. It would be: ") + told if dry_run else told


def _vet_columns(batch: ImportBatch) -> None:
    """Raises ``CommandError`` where no heading is a column, and says how to tell which is which."""
    if not any(any(mapping) for mapping in batch.sheets.values_list("mapping", flat=True)):
        raise CommandError(
            _(
                "None of the headings is one of our columns, which docs/examples/README.md tells. "
                "Say with --map which is which."
            )
        )


def _batch(pk: int | None) -> ImportBatch:
    batch = None if pk is None else ImportBatch.objects.filter(pk=pk).first()
    if batch is None:
        raise CommandError(_("There is no such import."))
    return batch


def _place(row: ImportRow, sheets: dict[int, ImportSheet]) -> str:
    where = f"{sheets[row.sheet_id].name}, " if len(sheets) > 1 else ""
    return where + _("line %(line)d: ") % {"line": row.line}


def _map(name: str | None) -> dict[str, Any]:
    """The columns and answers that are chosen beforehand. Raises ``CommandError``."""
    if not name:
        return {}
    try:
        chosen = json.loads(content(name, limit=MOST_OF_MAP))
    except ValueError as error:
        told = _("%(name)s is no JSON: %(reason)s.")
        raise CommandError(told % {"name": name, "reason": error}) from None
    if not isinstance(chosen, dict) or not chosen.keys() <= {"columns", "answers"}:
        raise CommandError(_("%(name)s must hold “columns”, “answers” or both.") % {"name": name})
    return chosen


def _write_rejects(name: str, batch: ImportBatch) -> None:
    try:
        with Path(name).open("wb") as file:
            file.writelines(telling.rejected(batch))
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise CommandError(
            _("%(name)s can’t be written: %(reason)s.") % {"name": name, "reason": reason}
        ) from None
