"""Reports of readers, as they come in: no account, so no event, but a limit."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from claims.models import Challenge, Claim, ReportSent
from claims.refusals import Refusal, refused, vet

MOST_OF_ONE = 5
MOST_OF_ALL = 300
"""Reports in an hour: of one sender, and of all together."""
_HOUR = timedelta(hours=1)
_KEPT = timedelta(days=2)


@transaction.atomic
def receive_report(*, claim: Claim, body: str, contact: str, sender: str) -> Challenge:
    """Take in what a reader says is wrong with a published claim.

    It has no event: those tell who of us did what. The answer has one. ``sender`` is what
    ``ReportSent`` keeps. Raises ``Refusal`` (``report_too_many``) beyond the limits, which hold
    across all processes.
    """
    with connection.cursor() as cursor:  # one at a time: whoever counts, counts everybody
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('claims.report'))")
    now = timezone.now()
    ReportSent.objects.filter(at__lt=now - _KEPT).delete()
    lately = ReportSent.objects.filter(at__gt=now - _HOUR)
    if lately.filter(sender=sender).count() >= MOST_OF_ONE or lately.count() >= MOST_OF_ALL:
        told = _("Too many reports came in within an hour. Please send yours later: keep a copy.")
        raise Refusal("report_too_many", told)
    held = Challenge(claim=claim, body=body.strip(), contact=contact.strip())
    with refused():
        vet(held)
        held.save()
    ReportSent.objects.create(sender=sender)
    return held
