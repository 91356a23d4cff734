"""Takes back what an import wrote, many rows at once, unless later work hangs on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.utils.translation import gettext as _

from articles.history import Json, facts
from articles.policy import require
from claims.actions import upkeep
from claims.actions.behind import copying
from claims.actions.bulk import Told
from claims.actions.reasons import vetted
from claims.models import Appearance, Claim, Evidence, OutsideVerdict, Verdict
from claims.refusals import refused

Wrote = Mapping[str, Sequence[int]]
"""The ids of what was written, by the kind of row."""

NAMED = 5
"""Claims that are named where more of them are in the way."""

_VOID = "UPDATE {table} SET void_reason = %s WHERE id = ANY(%s) AND upper_inf(known) RETURNING id"
_ASIDE = """
UPDATE claims_claim SET set_aside_because = %s
WHERE id = ANY(%s) AND published_at IS NULL AND set_aside_because = '' RETURNING id
"""
# Each asks for the claims on which something else stands by now, by what that is.
_IN_THE_WAY = {
    "evidence": """
        SELECT DISTINCT claim_id FROM claims_evidence WHERE claim_id = ANY(%(claim)s)
        AND upper_inf(known) AND NOT id = ANY(%(evidence)s)""",
    "passages": """
        SELECT DISTINCT e.claim_id FROM claims_appearance a JOIN claims_evidence e
        ON e.id = a.evidence_id WHERE e.id = ANY(%(evidence)s) AND upper_inf(a.known)
        AND NOT a.id = ANY(%(appearance)s)""",
    "links": """
        SELECT DISTINCT e.claim_id FROM claims_evidencelink l JOIN claims_evidence e
        ON e.id IN (l.from_evidence_id, l.to_evidence_id)
        WHERE e.id = ANY(%(evidence)s) AND upper_inf(l.known)""",
    "verdicts": """
        SELECT DISTINCT v.claim_id FROM claims_verdict v WHERE NOT v.id = ANY(%(verdict)s)
        AND (v.claim_id = ANY(%(claim)s) OR EXISTS (SELECT FROM claims_citation c
            WHERE c.verdict_id = v.id AND c.evidence_id = ANY(%(evidence)s)))""",
    "published": """
        SELECT DISTINCT v.claim_id FROM claims_verdict v
        WHERE v.id = ANY(%(verdict)s) AND v.published_at IS NOT NULL""",
    "outside": """
        SELECT DISTINCT claim_id FROM claims_outsideverdict WHERE claim_id = ANY(%(claim)s)
        AND upper_inf(known) AND NOT id = ANY(%(outsideverdict)s)""",
    "relations": """
        SELECT DISTINCT c.id FROM claims_claimlink l JOIN claims_claim c
        ON c.id IN (l.from_claim_id, l.to_claim_id)
        WHERE c.id = ANY(%(claim)s) AND upper_inf(l.known)""",
    "reports": """
        SELECT DISTINCT claim_id FROM claims_challenge WHERE claim_id = ANY(%(claim)s)""",
}
KINDS = ("claim", "evidence", "appearance", "verdict", "outsideverdict")


def hindrances(wrote: Wrote) -> list[str]:
    """What later work hangs on what was written, a line for each sort of it."""
    given = {kind: list(wrote.get(kind, ())) for kind in KINDS}
    said = {
        "evidence": _("Other evidence was linked to claims that it added: %(claims)s."),
        "passages": _("Passages were added to its evidence: %(claims)s."),
        "links": _("Its evidence was related to other evidence: %(claims)s."),
        "verdicts": _("Verdicts rest on what it added: %(claims)s."),
        "published": _("Verdicts that it proposed were published: %(claims)s."),
        "outside": _("Verdicts of others were added to its claims: %(claims)s."),
        "relations": _("Its claims were related to others, or merged: %(claims)s."),
        "reports": _("Readers reported on its claims: %(claims)s."),
    }
    found = []
    with connection.cursor() as cursor:
        for what, sql in _IN_THE_WAY.items():
            cursor.execute(sql + " ORDER BY 1", given)
            if claims := [row[0] for row in cursor.fetchall()]:
                found.append(said[what] % {"claims": _named(claims)})
    return found


def _named(claims: Sequence[int]) -> str:
    named = ", ".join(f"CL-{claim}" for claim in claims[:NAMED])
    more = len(claims) - NAMED
    return (
        _("%(claims)s and %(more)d more") % {"claims": named, "more": more} if more > 0 else named
    )


@transaction.atomic
def take_back(*, by: User, wrote: Wrote, reason: str) -> None:
    """Void evidence and what others found, drop proposals, set new drafts aside.

    Claims that were published stay on the record, without that evidence; sources, documents and
    questions stay, since others may use them by now.
    """
    require(by, "claims.import_claims")
    reason = vetted(reason, rule="void_needs_reason", message=_("Say why it is voided."))
    claims = _claims_of(wrote)
    if claims:
        upkeep.lock(*claims)
    told = Told(by)
    with refused(), copying() as copier:
        _void(told, Appearance, "appearance.voided", _alone(wrote), reason)
        _void(
            told, OutsideVerdict, "outsideverdict.voided", wrote.get("outsideverdict", ()), reason
        )
        voided = _run(_VOID.format(table="claims_evidence"), reason, wrote.get("evidence", ()))
        moved = upkeep.refresh_many(claims)
        for row in Evidence.objects.filter(pk__in=voided).order_by("pk"):
            payload: dict[str, Json] = {"reason": reason, "standing": moved.pop(row.claim_id, None)}
            told.add("evidence.voided", row, row.claim_id, payload)
        drafts = Verdict.objects.drafts().filter(pk__in=wrote.get("verdict", ())).order_by("pk")
        for verdict in drafts:
            told.add(
                "verdict.discarded",
                verdict,
                verdict.claim_id,
                {**facts(verdict), "citations": [], "reason": reason},
            )
        drafts.delete()
        for claim in Claim.objects.filter(pk__in=_run(_ASIDE, reason, wrote.get("claim", ()))):
            told.add("claim.set_aside", claim, claim.pk, {"reason": reason})
        told.write(copier)


def _claims_of(wrote: Wrote) -> list[int]:
    """The claims that any of it is about, and all that are the same."""
    about = set(wrote.get("claim", ()))
    about |= set(
        Evidence.objects.filter(pk__in=wrote.get("evidence", ())).values_list("claim", flat=True)
    )
    places = Appearance.objects.filter(pk__in=wrote.get("appearance", ()))
    about |= set(places.values_list("evidence__claim", flat=True))
    others = OutsideVerdict.objects.filter(pk__in=wrote.get("outsideverdict", ()))
    about |= set(others.values_list("claim", flat=True))
    return upkeep.same_claims(*about) if about else []


def _alone(wrote: Wrote) -> list[int]:
    """The places of evidence that stays: with evidence that is voided they are void anyhow."""
    places = Appearance.objects.filter(pk__in=wrote.get("appearance", ()))
    return list(places.exclude(evidence__in=wrote.get("evidence", ())).values_list("pk", flat=True))


def _void(told: Told, model: Any, verb: str, ids: Sequence[int], reason: str) -> None:
    voided = _run(_VOID.format(table=model._meta.db_table), reason, ids)
    rows = model.objects.filter(pk__in=voided).order_by("pk")
    if model is Appearance:
        rows = rows.select_related("evidence")
    for row in rows:
        claim = row.evidence.claim_id if model is Appearance else row.claim_id
        told.add(verb, row, claim, {"reason": reason})


def _run(sql: str, reason: str, ids: Sequence[int]) -> list[int]:
    if not ids:
        return []
    with connection.cursor() as cursor:
        cursor.execute(sql, [reason, list(ids)])
        return [row[0] for row in cursor.fetchall()]
