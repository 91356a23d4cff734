"""Reads a dump into an empty site: `manage.py restore FILE.zip`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from claims.exchange.restoring import Refused, restore


class Command(BaseCommand):
    """Restores all of it or nothing."""

    help = (
        "Restores what manage.py dump wrote into a new, migrated and empty database, with every "
        "number, time and hash as it was, and verifies the whole record before it commits. "
        "Accounts come back by name only: nobody can sign in with them until somebody activates "
        "them and sets a password. Takes the owner of the tables."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE.zip")

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(options["file"])
        try:
            with path.open("rb") as file:
                checkpoint = restore(file)
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else str(error)
            raise CommandError(
                _("%(name)s can’t be read: %(reason)s.") % {"name": path, "reason": reason}
            ) from None
        except Refused as refusal:
            raise CommandError(_("Nothing was restored. %(why)s") % {"why": refusal}) from None
        self.stdout.write(
            _(
                "%(events)d events in %(chains)d chains are restored, and every hash fits. "
                "Checkpoint: %(root)s"
            )
            % checkpoint.as_json()
        )
