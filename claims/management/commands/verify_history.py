"""Checks the whole record of changes: `manage.py verify_history`."""

from __future__ import annotations

from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from claims import record
from claims.history_check import check

SHOWN = 20  # faults that are named; the rest is counted


class Command(BaseCommand):
    """Recomputes every hash, and compares the record with the tables."""

    help = (
        "Checks the record of changes: every event against its hash and against the one before it, "
        "every redacted payload against the redaction that tells of it, every row against the "
        "events that tell of it, and what is frozen against what they say. Names chain and number "
        "of what is wrong, and ends with 1. "
        "What no chain can tell by itself: whether its last events were cut off or others added "
        "there, whether all of it was deleted together with what it is about, or whether it was "
        "written anew from some event on, with fresh hashes. Whoever owns the database can do "
        "that; only a copy of the newest hashes, kept elsewhere, would show it."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--all", action="store_true", help=f"name every fault, not only the first {SHOWN}"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        report = check(record.entries())
        beside = [*record.orphans(), *record.altered()]
        self.stdout.write(
            _("%(events)d events in %(chains)d chains, %(redacted)d of them redacted.")
            % {"events": report.events, "chains": report.chains, "redacted": report.redacted}
        )
        wrong = [*map(str, report.faults), *map(str, beside)]
        if not wrong:
            self.stdout.write(_("Every hash fits, and every row is as its events tell."))
            return
        shown = wrong if options["all"] else wrong[:SHOWN]
        for line in shown:
            self.stdout.write(line)
        if len(wrong) > len(shown):
            self.stdout.write(
                _("… and %(count)d more (--all).") % {"count": len(wrong) - len(shown)}
            )
        raise CommandError(_("Faults found: %(count)d.") % {"count": len(wrong)})
