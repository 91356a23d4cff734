"""The claim of a record: known by its words or its id, or a new one."""

from __future__ import annotations

from django.utils.translation import gettext as _

from articles.policy import may
from articles.slugs import slug_of
from claims.actions.rows import made
from claims.choices import (
    ClaimKind,
    MatchOutcome,
)
from claims.exchange import keys
from claims.exchange.columns import BY_NAME, Group
from claims.exchange.keys import PLANNED
from claims.exchange.planning.draft import CLAIM, PUBLISHED, QUESTION, TAKEN_UP, Draft
from claims.models import (
    Claim,
    MatchDecision,
    Question,
)

_ABOUT_CLAIM = (Group.EVIDENCE, Group.PASSAGE, Group.OUTSIDE, Group.VERDICT)


class ClaimPlan(Draft):
    """The claim that a record is about."""

    def _claim(self) -> Claim | None:
        values = self.values
        if "claim" not in values:
            return self._claim_by_id()
        held = self.world.get(keys.claim_key(values))
        if held:
            claim = self.world.top(held[0])
            self._same(held[0], "kind", "checkable", "window", "criteria")
            told = str(held[0].question or "")
            if values.get("question", told) != told:
                self._problem(
                    "question",
                    _("This claim is here already, under the question “%(held)s”.")
                    % {"held": told},
                )
            self._take_up(claim)
        else:
            claim = self._new_claim()
        self._name(CLAIM, claim)
        return claim

    def _take_up(self, claim: Claim) -> None:
        """Work on a claim again that was set aside: by an import that was undone, say."""
        if claim.is_set_aside and not self.world.get(("up", claim.pk)):
            self._add(TAKEN_UP, self.new.taken_up, claim, ("up", claim.pk))
            self.touched.add(claim.pk)

    def _claim_by_id(self) -> Claim | None:
        """The claim of another row, or one of ours."""
        values = self.values
        held = self._identified(CLAIM)
        if held is not None:
            self._same(held, "kind", "language", "checkable", "window", "criteria")
            self._take_up(self.world.top(held))
            return self.world.top(held)
        groups = {BY_NAME[name].group for name in self.given()}
        if "claim_id" in values:
            self._problem("claim_id", _("No row before this one, and no claim here, has this id."))
        elif groups & {Group.CLAIM, *_ABOUT_CLAIM} and not self._wrong(CLAIM):
            self._problem(CLAIM, _("This cell can’t be empty."))
        return None

    def _new_claim(self) -> Claim:
        values = self.values
        claim = made(
            Claim,
            pk=self.next_id(Claim),
            text=values["claim"],
            slug=slug_of(values["claim"], "claim"),
            kind=values.get("kind", ClaimKind.EVENT),
            language=values.get("language", "en"),
            checkable=values.get("checkable", True),
            window=values.get("window"),
            criteria=values.get("criteria", ""),
            question=self._question(),
            logged_by=self.by,
        )
        self._add(CLAIM, self.new.claims, claim, keys.claim_key(values))
        for like in self.resembles:
            if like["claim"] is not None:
                self.new.decisions.append(
                    made(
                        MatchDecision,
                        pk=self.next_id(MatchDecision),
                        claim=claim,
                        suggested_id=like["claim"],
                        score=like["score"],
                        method=like["method"],
                        outcome=MatchOutcome.NEW,
                        decided_by=self.by,
                    )
                )
        return claim

    def _question(self) -> Question | None:
        told = self.values.get("question")
        if told is None:
            return None
        for question in self.world.get(("question", told)):
            assert isinstance(question, Question)
            return question
        question = made(
            Question, pk=self.next_id(Question), text=told, slug=slug_of(told, "question")
        )
        self._add(QUESTION, self.new.questions, question, ("question", told))
        return question

    def _publish(self, claim: Claim) -> None:
        if claim.is_published:
            return
        if not may(self.by, "claims.publish_claim"):
            self._problem("publish", _("Your account may not publish claims."))
        if claim.kind == ClaimKind.PREDICTION and (
            claim.window is None or claim.window.upper is None or not claim.criteria.strip()
        ):
            self._problem(
                "window",
                _("A prediction needs a window that closes and criteria before it is published."),
            )
        if self.problems:
            return  # the claim is shared with other records, which may publish it
        if not any(claim is row for row in self.new.claims):
            self.new.published.append(claim)
            self.touched.add(claim.pk)
        claim.published_at = PLANNED
        self.added.append(PUBLISHED)
