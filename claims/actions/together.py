"""Many claims at once: published, assigned or given a question, each by its own action."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from articles.policy import require
from claims.actions import upkeep
from claims.actions.desk import assign
from claims.actions.intake import edit_claim, publish_claim
from claims.models import Assignment, Claim, Question

PUBLISH, ASSIGNEE, QUESTION = "publish", "assignee", "question"
_PERMISSIONS = {
    PUBLISH: "claims.publish_claim",
    ASSIGNEE: "claims.change_claim",
    QUESTION: "claims.change_claim",
}
MOST = 200
"""Claims that are changed in one transaction, whose locks others wait for."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one claim: changed from ``before``, or skipped and why.

    ``before`` is the id of an assignee or a question, ``None`` for nobody, nothing and publishing.
    """

    claim: int
    before: int | None
    why: str = ""

    @property
    def changed(self) -> bool:
        return not self.why


@transaction.atomic
def set_together(
    *, by: User, claims: Sequence[int], what: str, to: User | Question | None = None
) -> list[Outcome]:
    """Do the same with each of ``claims``, skipping those that refuse it, and say what came of it.

    ``what`` is ``PUBLISH``, ``ASSIGNEE`` (``to`` a user or nobody) or ``QUESTION`` (``to`` a
    question or none). Raises ``NotAllowed`` where ``by`` may not do it to any.
    """
    require(by, _PERMISSIONS[what])
    held = upkeep.lock(*claims)
    standing = set(Claim.objects.survivors().filter(pk__in=claims).values_list("pk", flat=True))
    outcomes = []
    for pk in dict.fromkeys(claims):
        claim = held[pk]
        before = _value(claim, what)
        if pk not in standing:
            outcomes.append(Outcome(pk, before, _("merged into another claim")))
            continue
        if why := _needless(claim, what, before, to):
            outcomes.append(Outcome(pk, before, why))
            continue
        try:
            _set(by, claim, what, to)
        except ValidationError as error:
            outcomes.append(Outcome(pk, before, " ".join(error.messages)))
        else:
            outcomes.append(Outcome(pk, before))
    return outcomes


@transaction.atomic
def rehearse(
    *, by: User, claims: Sequence[int], what: str, to: User | Question | None = None
) -> list[Outcome]:
    """What ``set_together`` would do, asked by doing it and taking all of it back."""
    outcomes = set_together(by=by, claims=claims, what=what, to=to)
    transaction.set_rollback(True)
    return outcomes


@transaction.atomic
def set_back(
    *, by: User, before: Mapping[int, int | None], what: str, to: int | None
) -> list[Outcome]:
    """Give each claim the assignee or question that it had ``before`` it was set ``to``.

    Where somebody has set another one since, that stands. Nothing brings a published claim back.
    """
    require(by, _PERMISSIONS[what])
    held = upkeep.lock(*before)
    ids = {pk for pk in before.values() if pk is not None}
    rows: Mapping[int, User | Question]
    rows = Question.objects.in_bulk(ids) if what == QUESTION else User.objects.in_bulk(ids)
    outcomes = []
    for pk, old in before.items():
        claim = held[pk]
        if _value(claim, what) != to:
            outcomes.append(Outcome(pk, to, _("changed by somebody since")))
            continue
        try:
            _set(by, claim, what, None if old is None else rows[old])
        except ValidationError as error:
            outcomes.append(Outcome(pk, to, " ".join(error.messages)))
        else:
            outcomes.append(Outcome(pk, to))
    return outcomes


def _value(claim: Claim, what: str) -> int | None:
    """The id of what is set now."""
    if what == QUESTION:
        return claim.question_id
    if what == ASSIGNEE:
        held = Assignment.objects.filter(claim=claim).values_list("assignee", flat=True)
        return held.first()
    return None


def _needless(claim: Claim, what: str, before: int | None, to: User | Question | None) -> str:
    """Why there is nothing to do."""
    if what == PUBLISH:
        return _("on the record already, and frozen") if claim.is_published else ""
    return _("so already") if before == (None if to is None else to.pk) else ""


def _set(by: User, claim: Claim, what: str, to: User | Question | None) -> None:
    if what == PUBLISH:
        publish_claim(by=by, claim=claim)
    elif what == QUESTION:
        edit_claim(by=by, claim=claim, question=to)
    else:
        assert not isinstance(to, Question)
        assign(by=by, claim=claim, to=to)
