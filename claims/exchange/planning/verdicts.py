"""What others found about a claim, and what we propose to find."""

from __future__ import annotations

from django.utils.translation import gettext as _

from claims.actions.rows import made
from claims.choices import (
    Confidence,
    VerdictKind,
)
from claims.exchange import keys
from claims.exchange.columns import BY_NAME, Group
from claims.exchange.planning.draft import OUTSIDE, VERDICT
from claims.exchange.planning.sources import SourcePlan
from claims.models import (
    Claim,
    OutsideVerdict,
    Verdict,
)


class VerdictPlan(SourcePlan):
    """The verdicts of a record."""

    def _outside(self, claim: Claim | None) -> None:
        """What another organisation found."""
        values = self.values
        if "reviewer" not in values or "label" not in values:
            needed = "label" if "reviewer" in values else "reviewer"
            given = any(BY_NAME[name].group == Group.OUTSIDE for name in self.given())
            if given and not self._wrong("reviewer", "label"):
                self._problem(
                    needed, _("A verdict of somebody else needs who gave it, and its words.")
                )
            return
        reviewer = self._organisation(values["reviewer"])
        if claim is None:
            return
        finding = values.get("finding", self.findings.get(values["label"].casefold(), ""))
        filed = keys.outside_key_of(values, claim.pk, reviewer.pk)
        if held := self.world.get(filed):
            self._same(held[0], "finding")
            return
        row = made(
            OutsideVerdict,
            pk=self.next_id(OutsideVerdict),
            claim=claim,
            organisation=reviewer,
            label=values["label"],
            finding=finding,
            rating=values.get("rating", ""),
            rating_best=values.get("rating_best", ""),
            rating_worst=values.get("rating_worst", ""),
            title=values.get("review_title", ""),
            url=values.get("review_url", ""),
            dated=values.get("reviewed"),
            note=values.get("review_note", ""),
            recorded_by=self.by,
        )
        self._add(OUTSIDE, self.new.outside, row, filed)
        self.touched.add(claim.pk)

    def _verdict(self, claim: Claim | None) -> None:
        """What we found ourselves: a proposal, which somebody else publishes."""
        values = self.values
        if "our_finding" not in values:
            self._nothing_without("our_finding", (Group.VERDICT,))
            return
        if "summary" not in values and not self._wrong("summary"):
            self._problem("summary", _("A verdict needs its reason in short."))
        if claim is None or "summary" not in values:
            return
        if not claim.checkable:
            self._problem("our_finding", _("This claim is not checkable, so it can't be judged."))
        if held := self.world.get(("verdict", claim.pk)):
            told = values["summary"], values["our_finding"]
            if all((row.summary, row.finding) != told for row in held):
                self._problem("summary", _("This claim has a verdict already. Change it there."))
            return
        row = made(
            Verdict,
            pk=self.next_id(Verdict),
            claim=claim,
            kind=VerdictKind.FIRST,
            finding=values["our_finding"],
            confidence=values.get("confidence", Confidence.MODERATE),
            summary=values["summary"],
            reasoning=values.get("reasoning") or values["summary"],
            author=self.by,
            dated=values.get("judged"),
        )
        self._add(VERDICT, self.new.verdicts, row, ("verdict", claim.pk))
        self.touched.add(claim.pk)
