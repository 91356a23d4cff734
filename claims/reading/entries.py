"""What the entries of the record say to readers: what was done, and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.models import Event
from claims.choices import EvidenceLinkKind, VerdictKind
from claims.models import Evidence
from claims.reading import wording

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

PUBLISHED = "claim.published"
JUDGED = "verdict.published"
REDACTED = "claim.redacted"
_NOTED = ("evidence.linked", "outsideverdict.recorded")  # what is noted there is no reason
_VERDICTS: dict[str, StrOrPromise] = {
    VerdictKind.FIRST: gettext_lazy("First verdict"),
    VerdictKind.UPDATE: gettext_lazy("Verdict updated"),
    VerdictKind.CORRECTION: gettext_lazy("Verdict corrected"),
    VerdictKind.WITHDRAWAL: gettext_lazy("Claim withdrawn"),
}
_WORDS: dict[str, StrOrPromise] = {
    "claim.logged": gettext_lazy("Claim logged"),
    "claim.edited": gettext_lazy("Question, language or checkability changed"),
    PUBLISHED: gettext_lazy("Claim put on the public record"),
    "claim.merged": gettext_lazy("Another claim was merged into this one"),
    "claim.unmerged": gettext_lazy("A merge was taken back"),
    "evidence.linked": gettext_lazy("Evidence linked"),
    "evidence.voided": gettext_lazy("Evidence voided"),
    "evidence.related": gettext_lazy("Two pieces of evidence hang together"),
    "evidence.unrelated": gettext_lazy("A link between evidence was taken back"),
    "appearance.added": gettext_lazy("Another place logged where it can be read"),
    "appearance.carried": gettext_lazy("A quotation was found again in a newer text"),
    "appearance.voided": gettext_lazy("A place where it can be read was taken back"),
    "outsideverdict.recorded": gettext_lazy("What another organisation found was logged"),
    "outsideverdict.voided": gettext_lazy("What another organisation found was voided"),
    "challenge.closed": gettext_lazy("A reader’s report was answered"),
}


def what(event: Event, row: Evidence | None, evidence: Mapping[int, Evidence]) -> str:
    """What was done, in words; ``row`` is the evidence that it was done to, if it may be named."""
    if event.verb == JUDGED:
        return str(_VERDICTS.get(event.payload.get("kind", ""), _("Verdict")))
    if event.verb == "evidence.linked" and row is not None:
        return wording.said(row)
    if event.verb == "evidence.voided" and row is not None:
        return _("Evidence of %(source)s voided") % {"source": wording.isolated(row.source.name)}
    if event.verb == "evidence.related" and (tied := _tied(event, evidence)):
        return tied
    if event.verb.endswith("redacted"):
        return _("Text removed")
    return str(_WORDS.get(event.verb, _("The record was changed")))


def _tied(event: Event, evidence: Mapping[int, Evidence]) -> str:
    """``E-10 (Le Monde) repeats E-1 (unnamed officials)``, if both may be named."""
    told = event.payload
    one, other = evidence.get(told.get("from_evidence")), evidence.get(told.get("to_evidence"))
    if one is None or other is None or told.get("kind") not in EvidenceLinkKind.values:
        return ""
    return _("%(one)s %(relation)s %(other)s") % {
        "one": _named(one),
        "relation": EvidenceLinkKind(told["kind"]).label,
        "other": _named(other),
    }


def _named(evidence: Evidence) -> str:
    return f"E-{evidence.pk} ({wording.isolated(evidence.source.name)})"


def why(event: Event) -> str:
    """The reason that stands in the record: of a correction what was wrong, else its summary."""
    for name in ("correction_note", "summary", "reason", "note", "answer"):
        value = event.payload.get(name)
        if isinstance(value, str) and value and event.verb not in _NOTED:
            return value
    return ""
