"""What waits at the desk: each queue with the claims in it, and why one of them is there.

A queue is one object in ``QUEUES``; its page, counts, filters, keys and bulk bar come by
themselves. What each of them holds is decided here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from claims.desk import quoted, waiting
from claims.models import Claim, ClaimQuerySet

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django_stubs_ext import StrOrPromise


def _own_page(claim: Claim) -> str:
    return claim.get_absolute_url()


@dataclass(frozen=True, slots=True)
class Queue:
    """One list of claims that wait for the same thing.

    ``narrow`` takes all claims (``with_status()``) to those that wait here, in the order in which
    they should be looked at, with ``waits_since``; it may add what ``why`` tells. ``why`` says of
    one claim what it waits for, ``place`` where that is done. ``aside``: it holds those that were
    set aside, which no other queue does.
    """

    name: str
    title: StrOrPromise
    means: StrOrPromise
    empty: StrOrPromise
    narrow: Callable[[ClaimQuerySet, User], ClaimQuerySet]
    why: Callable[[Claim, User], str]
    place: Callable[[Claim], str] = _own_page
    aside: bool = False

    def claims(self, user: User) -> ClaimQuerySet:
        """The claims that wait here, for ``user`` to see."""
        rows = Claim.objects.visible_to(user).survivors().with_status()
        return self.narrow(rows.set_aside() if self.aside else rows.at_work(), user)


QUEUES = {
    queue.name: queue
    for queue in (
        Queue(
            "mine",
            _("Assigned to you"),
            _("Claims that you look after."),
            _("Nothing is assigned to you"),
            waiting.assigned,
            waiting.who_assigned,
        ),
        Queue(
            "returned",
            _("Sent back"),
            _("Proposed verdicts for which somebody asked for changes, yours first."),
            _("No proposal was sent back"),
            waiting.sent_back,
            waiting.what_was_asked,
            waiting.review_page,
        ),
        Queue(
            "verdicts",
            _("Needs a second editor"),
            _("Proposed verdicts that somebody else than the author may publish."),
            _("No verdict waits for a second person"),
            waiting.second,
            waiting.what_is_proposed,
            waiting.review_page,
        ),
        Queue(
            "due",
            _("Predictions due"),
            _("Their window has closed and no verdict is proposed."),
            _("No prediction is due"),
            waiting.due,
            waiting.when_due,
            waiting.verdict_page,
        ),
        Queue(
            "moved",
            _("Evidence changed since verdict"),
            _("Evidence was linked or voided, or weighs otherwise, after the verdict."),
            _("Every verdict rests on the evidence as it is"),
            waiting.moved,
            waiting.since_verdict,
        ),
        Queue(
            "reports",
            _("Readers’ reports"),
            _("Readers say that something is wrong, and have no answer yet."),
            _("No report is open"),
            waiting.reported,
            waiting.what_is_reported,
            waiting.reports_page,
        ),
        Queue(
            "check",
            _("To check"),
            _("Claims with evidence and without a verdict, the oldest first."),
            _("Nothing waits to be checked"),
            waiting.to_check,
            waiting.balance,
        ),
        Queue(
            "lost",
            _("Quotations lost"),
            _("A newer text of the article lacks what was quoted, or has it in other words."),
            _("No quotation is lost"),
            quoted.quoted_in_vain,
            quoted.what_is_lost,
            quoted.repair_page,
        ),
        Queue(
            "stale",
            _("Stale"),
            _("Published claims without a verdict, untouched for 90 days."),
            _("Nothing has gone stale"),
            waiting.stale,
            waiting.untouched,
        ),
        Queue(
            "drafts",
            _("Draft claims"),
            _("Only the desk sees them, until somebody publishes them."),
            _("No drafts"),
            waiting.drafts,
            waiting.who_logged,
        ),
    )
}
"""Every queue by its name in the address, in the order of the desk's front page."""

ASIDE = Queue(
    "aside",
    _("Set aside"),
    _("Drafts that nobody works on for now, the latest first. No other list shows them."),
    _("Nothing is set aside"),
    waiting.aside,
    waiting.why_aside,
    aside=True,
)
"""Not among what waits: only those who look for it find it."""
