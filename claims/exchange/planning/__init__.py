"""What one record adds to what is here: the same for a check and for an import.

What is here already is found by its natural key and left as it is, so that the same record again
changes nothing:

* a claim by its exact words and language (a merged one stands for the claim that was kept),
* evidence by claim, source, stance and a date that overlaps,
* an article by its web address, else by title and publisher,
* a passage by its words, an outside verdict by organisation, label, address and date.

Somebody unnamed is one source within one article; the same description elsewhere is not known to
be the same people.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from claims.exchange.columns import Group
from claims.exchange.planning.claims import ClaimPlan
from claims.exchange.planning.draft import CLAIM, SOURCE, shown
from claims.exchange.planning.testimony import TestimonyPlan
from claims.exchange.planning.verdicts import VerdictPlan

__all__ = ["CLAIM", "Plan", "shown"]


class Plan(ClaimPlan, TestimonyPlan, VerdictPlan):
    """What one record adds, all parts of it together."""

    def make(self) -> None:
        """Plan the record, claim first."""
        values = self.values
        claim = self._claim()
        spoken = "source" in values or "source_id" in values
        if not spoken:
            self._nothing_without(SOURCE, (Group.SOURCE, Group.EVIDENCE, Group.PASSAGE))
        article = self._article()
        if spoken:
            self._testimony(claim, article)
        self._outside(claim)
        self._verdict(claim)
        if claim is not None and values.get("publish"):
            self._publish(claim)
        if not self.given() and not self.problems:
            self._problem(CLAIM, _("This row says nothing that we have a column for."))
