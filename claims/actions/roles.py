"""Roles of sources. They live upstairs because one voice changes how claims stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from articles.choices import SourceKind
from articles.history import facts, record
from articles.models import Affiliation, Source
from articles.policy import require
from claims.actions import upkeep
from claims.refusals import Refusal, refused, vet

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.db.backends.postgresql.psycopg_any import DateRange


@transaction.atomic
def affiliate(
    *,
    by: User,
    source: Source,
    organisation: Source,
    role: str,
    during: DateRange,
    one_voice: bool = False,
) -> Affiliation:
    """Say which role a source had, when, and whether it speaks for the organisation.

    The claims on which the source speaks are weighed again.
    """
    require(by, "articles.add_affiliation")
    row = Affiliation(
        source=source,
        organisation=organisation,
        role=" ".join(role.split()),
        during=during,
        one_voice=one_voice,
    )
    claims = upkeep.lock_claims_of(source)
    _write(row)
    upkeep.refresh(*claims)
    record(by=by, verb="role.added", subject=row)
    return row


@transaction.atomic
def edit_affiliation(
    *, by: User, affiliation: Affiliation, role: str, during: DateRange, one_voice: bool
) -> Affiliation:
    """Change a role, its dates, or whether it speaks for the organisation."""
    require(by, "articles.change_affiliation")
    claims = upkeep.lock_claims_of(affiliation.source)
    held = Affiliation.objects.select_for_update().get(pk=affiliation.pk)
    names = ("role", "during", "one_voice")
    before = facts(held, *names)
    held.role = " ".join(role.split())
    held.during = during
    held.one_voice = one_voice
    after = facts(held, *names)
    if after == before:
        return held
    _write(held)
    upkeep.refresh(*claims)
    payload = {"from": before, "to": after}
    record(by=by, verb="role.edited", subject=held, payload=payload)
    return held


def _write(row: Affiliation) -> None:
    if row.organisation.kind != SourceKind.ORGANISATION:
        raise Refusal(
            "affiliation_with_organisation", _("A role is in an organisation."), "organisation"
        )
    with refused():
        vet(row)
        row.save()
