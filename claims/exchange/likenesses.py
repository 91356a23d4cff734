"""What an editor has decided about the claims that the claim of a record resembles."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from claims.choices import MatchOutcome
from claims.exchange.columns import BY_NAME, Group
from claims.exchange.parsing import Parsed
from claims.models import ImportRow


def chosen(row: ImportRow) -> tuple[dict[str, Any], ...]:
    """The likenesses of a record about which an editor has decided."""
    return tuple(row.resembles) if any("choice" in like for like in row.resembles) else ()


def with_choice(record: Parsed, row: ImportRow) -> Parsed:
    """The record, about the claim that an editor took for the same as its own.

    That is a claim of ours, or else the one of an earlier record, which is found by its words.
    """
    same = [like for like in row.resembles if like.get("choice") == MatchOutcome.SAME]
    if not same:
        return record
    ours, claim = ({"publish"}, same[0]["claim"])
    told = {"claim_id": f"CL-{claim}"}
    if claim is None:
        ours, told = ({"publish", "language"}, {"claim": " ".join(same[0]["text"].split())})
    values = {
        name: value
        for name, value in record.values.items()
        if BY_NAME[name].group != Group.CLAIM or name in ours
    }
    return replace(record, values={**values, **told})
