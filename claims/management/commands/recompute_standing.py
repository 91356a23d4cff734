"""Weighs all evidence anew and compares it with what is stored: `manage.py recompute_standing`."""

from __future__ import annotations

from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from claims.actions import listing, upkeep
from claims.models import Claim


class Command(BaseCommand):
    """Finds claims whose stored evidence state isn't what their evidence amounts to."""

    help = (
        "Computes the evidence state, origins and counts of every claim anew, and how lists show "
        "it, and tells where what is stored differs: nowhere, unless somebody wrote to the tables "
        "by hand or the rules changed. Ends with 1 where something differs; --fix stores what was "
        "computed. That writes no event: nothing that anybody recorded changes."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--fix", action="store_true", help="store what was computed")

    def handle(self, *args: Any, **options: Any) -> None:
        ids = list(Claim.objects.order_by("pk").values_list("pk", flat=True))
        # A class of claims drifts together, and is mended with the first of them.
        drifts: dict[int, upkeep.Drift] = {}
        for pk in ids:
            for drift in upkeep.recompute(claim=pk, store=options["fix"]):
                drifts.setdefault(drift.claim, drift)
        different = [
            f"CL-{pk} {name}: {drift.stored[name]} → {value}"
            for pk, drift in sorted(drifts.items())
            for name, value in drift.computed.items()
            if drift.stored[name] != value
        ]
        strayed = listing.strayed()
        if options["fix"]:
            listing.list_again(strayed)
        different += [
            _("CL-%(claim)d isn’t in lists as it is on the record") % {"claim": pk}
            for pk in strayed
        ]
        for line in different:
            self.stdout.write(line)
        claims = ngettext(
            "%(count)d claim was weighed.", "%(count)d claims were weighed.", len(ids)
        ) % {"count": len(ids)}
        if not different:
            self.stdout.write(f"{claims} {_('Nothing differs.')}")
        elif options["fix"]:
            self.stdout.write(f"{claims} {_('What was computed has been stored.')}")
        else:
            raise CommandError(f"{claims} {_('Run it again with --fix to store this.')}")
