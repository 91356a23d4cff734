"""Writes the whole record into one file: `manage.py dump FILE.zip`."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from claims.exchange.dumping import dump


class Command(BaseCommand):
    """Writes beside the file and gives it its name at the end, so that no half of one stays."""

    help = (
        "Writes every row of the record, drafts included, into a new zip file: CSV files as a "
        "Frictionless Data Package, with a checkpoint and SHA-256 sums. The same record gives the "
        "same bytes. Not in it: passwords and addresses of accounts, contacts of readers who "
        "reported an error, and what the desk is working with. manage.py restore reads it back."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE.zip")

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(options["file"])
        try:
            if path.exists():
                raise CommandError(_("%(name)s is there already.") % {"name": path})
            with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".zip") as file:
                checkpoint = dump(file)
                file.flush()
                path.hardlink_to(file.name)
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else str(error)
            raise CommandError(
                _("%(name)s can’t be written: %(reason)s.") % {"name": path, "reason": reason}
            ) from None
        self.stdout.write(
            _("%(events)d events in %(chains)d chains. Checkpoint: %(root)s") % checkpoint.as_json()
        )
