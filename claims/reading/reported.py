"""What became of the reports of readers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from articles.prepared import IsOneOf, Prepared
from claims.models import Challenge, Claim

if TYPE_CHECKING:
    from articles.policy import Reader

_ANSWERED = Prepared(
    lambda _user: (
        Challenge.objects.filter(IsOneOf("claim", "claims"), closed_at__isnull=False)
        .defer("body", "contact")
        .order_by("-closed_at", "-pk")
    )
)


def reports_of(claim: Claim, merged: Iterable[Claim], user: Reader) -> list[Challenge]:
    """The reports on a claim, and on those merged into it, that were answered, newest first.

    ``claim`` is as ``held.find`` gave it. Their words and the contact stay with the editors and
    aren't read.
    """
    others = [other.pk for other in merged]
    if not others and not vars(claim)["is_reported"]:
        return []
    ids = [claim.pk, *others]
    return _ANSWERED.rows(user, claims=ids)
