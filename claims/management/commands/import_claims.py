"""Imports claims from a CSV file: `manage.py import_claims FILE --by USERNAME`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from articles.policy import NotAllowed
from claims.exchange import importing, reading
from claims.exchange.importing import Outcome, Report
from claims.exchange.reading import Table
from claims.management.given import content, person


class Command(BaseCommand):
    """Imports the rows that are right, tells what is wrong with the others, ends with 1 then."""

    help = (
        "Imports claims, their evidence and where it can be read from a CSV file in UTF-8 "
        f"(at most {reading.MAX_ROWS:,} rows). The columns are told in docs/examples/README.md. "
        "The same file again changes nothing. Ends with 1 when a row was rejected."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE")
        parser.add_argument("--by", metavar="USERNAME", required=True, help="the account that acts")
        parser.add_argument(
            "--dry-run", action="store_true", help="tell what would happen and write nothing"
        )
        parser.add_argument(
            "--errors",
            metavar="OUT.csv",
            help="write the rejected rows there, to be repaired and imported alone",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        by = person(options["by"])
        act = importing.check if options["dry_run"] else importing.run
        try:
            table = reading.read(content(options["file"], limit=reading.MAX_BYTES))
            report = act(table, by=by)
        except (reading.Unreadable, NotAllowed) as refusal:
            raise CommandError(str(refusal)) from None
        if options["verbosity"] > 1:
            for outcome in report.outcomes:
                if outcome.added:
                    self.stdout.write(_added(outcome))
        for outcome in report.resembling:
            self.stdout.write(_resembling(outcome))
        for outcome in report.rejected:
            for problem in outcome.problems:
                self.stderr.write(_("line %(line)d: ") % {"line": outcome.row.line} + str(problem))
        if options["errors"]:
            self._write_rejects(options["errors"], table, report)
        self.stdout.write(summary(report, dry_run=options["dry_run"]))
        if report.rejected:
            raise CommandError(
                _("%(count)d of %(rows)d rows were rejected.")
                % {"count": len(report.rejected), "rows": len(report.outcomes)}
            )

    def _write_rejects(self, name: str, table: Table, report: Report) -> None:
        try:
            Path(name).write_bytes(reading.write_rejected(table, report.rejects()))
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else str(error)
            raise CommandError(
                _("%(name)s can’t be written: %(reason)s.") % {"name": name, "reason": reason}
            ) from None


def summary(report: Report, *, dry_run: bool = False) -> str:
    """What became of the file, in one line."""
    told = _("%(new)d new, %(unchanged)d unchanged, %(rejected)d rejected.") % {
        "new": report.new,
        "unchanged": report.unchanged,
        "rejected": len(report.rejected),
    }
    return _("Nothing was written. It would be: ") + told if dry_run else told


def _resembling(outcome: Outcome) -> str:
    told = _("line %(line)d: may be the same as %(claim)s: “%(text)s”")
    claim = outcome.resembles
    assert claim is not None
    return told % {"line": outcome.row.line, "claim": claim.public_id, "text": claim.text}


def _added(outcome: Outcome) -> str:
    return _("line %(line)d: new: %(added)s") % {
        "line": outcome.row.line,
        "added": ", ".join(map(str, outcome.added)),
    }
