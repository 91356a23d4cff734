"""What looks like a copy and is none: said, and taken back. Working state, without events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from articles.policy import require
from claims.models import Evidence, NotACopy
from claims.refusals import Refusal

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@transaction.atomic
def tell_apart(*, by: User, evidence: Evidence, other: Evidence) -> None:
    """Say that neither repeats the other, so that it isn't suggested again. Again is a no-op."""
    require(by, "claims.add_evidencelink")
    if evidence == other:
        raise Refusal("not_itself", _("This is the evidence itself."))
    one, two = sorted((evidence.pk, other.pk))
    NotACopy.objects.bulk_create([NotACopy(one_id=one, other_id=two, by=by)], ignore_conflicts=True)


@transaction.atomic
def ask_again(*, by: User, evidence: Evidence, other: Evidence) -> None:
    """Take that back: it may be suggested again."""
    require(by, "claims.add_evidencelink")
    one, two = sorted((evidence.pk, other.pk))
    NotACopy.objects.filter(one=one, other=two).delete()
