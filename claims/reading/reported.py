"""What became of the reports of readers."""

from __future__ import annotations

from collections.abc import Iterable

from claims.models import Challenge, Claim


def reports_of(claim: Claim, merged: Iterable[Claim]) -> list[Challenge]:
    """The reports on a claim, and on those merged into it, that were answered, newest first.

    Their words and the contact stay with the editors and aren't read.
    """
    ids = [claim.pk, *(other.pk for other in merged)]
    rows = Challenge.objects.filter(claim__in=ids, closed_at__isnull=False)
    return list(rows.defer("body", "contact").order_by("-closed_at", "-pk"))
