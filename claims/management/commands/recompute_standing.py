"""Weighs all evidence anew and compares it with what is stored: `manage.py recompute_standing`."""

from __future__ import annotations

from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from claims.actions import upkeep
from claims.models import Claim


class Command(BaseCommand):
    """Finds claims whose stored evidence state isn't what their evidence amounts to."""

    help = (
        "Computes the evidence state, origins and counts of every claim anew and tells where what "
        "is stored differs: nowhere, unless somebody wrote to the tables by hand or the rules "
        "changed. Ends with 1 where something differs; --fix stores what was computed. That "
        "writes no event: nothing that anybody recorded changes."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--fix", action="store_true", help="store what was computed")

    def handle(self, *args: Any, **options: Any) -> None:
        checked = 0
        different: list[str] = []
        for pk in list(Claim.objects.order_by("pk").values_list("pk", flat=True)):
            checked += 1
            drifts = upkeep.recompute(claim=pk, store=options["fix"])
            different += [
                f"CL-{pk} {name}: {drift.stored[name]} → {value}"
                for drift in drifts
                for name, value in drift.computed.items()
                if drift.claim == pk and drift.stored[name] != value
            ]
        for line in different:
            self.stdout.write(line)
        claims = _("%(count)d claims were weighed.") % {"count": checked}
        if not different:
            self.stdout.write(f"{claims} {_('Nothing differs.')}")
        elif options["fix"]:
            self.stdout.write(f"{claims} {_('What was computed has been stored.')}")
        else:
            raise CommandError(f"{claims} {_('Run it again with --fix to store this.')}")
