"""Taking back what one has just done oneself, each thing by the act that lawfully takes it back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from articles.actions import edit_article, edit_source
from articles.history import newest_event
from articles.models import Article, Event, Source
from articles.policy import NotAllowed
from claims.actions import upkeep
from claims.actions.evidence import (
    Passage,
    add_appearance,
    link_evidence,
    relate_evidence,
    void_appearance,
    void_evidence,
    void_evidence_link,
)
from claims.actions.intake import edit_claim, note_question
from claims.actions.merging import merge_claims, relate_claims, void_claim_link
from claims.actions.outside import record_outside_verdict, void_outside_verdict
from claims.actions.recorded import before_of, proposal_of, proposed_before, value_of
from claims.actions.setting_aside import hanging_on, set_aside, take_up
from claims.actions.verdicts import discard_verdict, propose_verdict, revise_verdict
from claims.choices import Basis, ClaimLinkKind
from claims.models import (
    Appearance,
    Citation,
    Claim,
    ClaimLink,
    Evidence,
    EvidenceLink,
    OutsideVerdict,
    Question,
    Verdict,
)
from claims.refusals import Refusal

if TYPE_CHECKING:
    from django.contrib.auth.models import User

Row = Evidence | Appearance | EvidenceLink | ClaimLink | OutsideVerdict


@transaction.atomic
def undo(*, by: User, event: Event) -> models.Model:
    """Take back what ``event`` tells of, and return the row that this leaves or makes.

    Only whoever did it may, and only while nothing else was built on it: then a ``Refusal`` says
    what. What was voided is voided for good; taking that back writes the same row again.
    """
    if event.by_id != by.pk:
        raise NotAllowed(_("Somebody else did this."))
    if event.verb not in _STEPS:
        raise Refusal("undo_nothing", _("There is nothing to take back here."))
    return _STEPS[event.verb](by, event)


def _reason(by: User) -> str:
    return _("Undone by %(who)s") % {"who": by.get_full_name() or by.get_username()}


def _still(row: Row) -> None:
    if row.is_void:
        raise Refusal("undone_before", _("This has been taken back already."))


def _nothing_else(*, on: dict[str, int]) -> None:
    """Refuse where something was built on what would be taken back."""
    if found := [f"{what}: {count}" for what, count in on.items() if count]:
        told = _("Other work hangs on it (%(what)s). Take that back first.")
        raise Refusal("undo_built_on", told % {"what": ", ".join(found)})


def _unlink(by: User, event: Event) -> Evidence:
    held = Evidence.objects.get(pk=event.subject_id)
    upkeep.lock(held.claim_id)
    held.refresh_from_db()
    _still(held)
    own = [row["id"] for row in event.payload.get("appearances", [])]
    _nothing_else(
        on={
            _("places"): held.appearances.current().exclude(pk__in=own).count(),
            _("relations"): _links_of(held).count(),
            _("verdicts"): held.citations.count(),
        }
    )
    voided = void_evidence(by=by, evidence=held, reason=_reason(by))
    _leave(by, voided, event)
    return voided


def _leave(by: User, voided: Evidence, event: Event) -> None:
    """Set the claim aside that was logged for this evidence, if it is a draft and nothing is left.

    Otherwise undoing would leave an empty draft that nobody asked for.
    """
    claim = Claim.objects.get(pk=voided.claim_id)
    stays = claim.is_published or any(hanging_on(claim).values())
    if event.payload.get("with_claim") and not stays:
        set_aside(by=by, claim=claim, reason=_reason(by), told={"evidence": voided.pk})


def _take_up_again(by: User, event: Event) -> Claim:
    """Take a claim up, with the evidence that was voided when it was set aside."""
    claim = upkeep.lock(event.subject_id)[event.subject_id]
    if newest_event(claim, claim=claim.pk) != event:
        raise Refusal("undone_before", _("This has been taken back already."))
    held = take_up(by=by, claim=claim)
    if (number := event.payload.get("evidence")) is not None:
        _link_again(by, number)
    return held


def _set_aside_again(by: User, event: Event) -> Claim:
    claim = upkeep.lock(event.subject_id)[event.subject_id]
    if newest_event(claim, claim=claim.pk) != event:
        raise Refusal("undone_before", _("This has been taken back already."))
    return set_aside(by=by, claim=claim, reason=event.payload["was"])


def _relink(by: User, event: Event) -> Evidence:
    return _link_again(by, event.subject_id)


def _link_again(by: User, pk: int) -> Evidence:
    """The same evidence, places and relations again, as new rows; the old ones stay voided."""
    old = Evidence.objects.select_related("claim", "source").get(pk=pk)
    places = old.appearances.current().select_related("article", "snapshot").order_by("pk")
    numbers = {place.pk: number for number, place in enumerate(places)}
    passages = [_passage(place, numbers.get(place.via_id or 0)) for place in places]
    names = ("stated", "stance", "scope", "p_low", "p_high", "language", "note", "interested")
    given = {name: getattr(old, name) for name in names}
    new = link_evidence(by=by, claim=old.claim, source=old.source, passages=passages, **given)
    for link in _links_of(old).select_related("from_evidence", "to_evidence"):
        one = new if link.from_evidence_id == old.pk else link.from_evidence
        other = new if link.to_evidence_id == old.pk else link.to_evidence
        if not (one.is_void or other.is_void):
            relate_evidence(by=by, evidence=one, other=other, kind=link.kind, note=link.note)
    return new


def _links_of(evidence: Evidence) -> models.QuerySet[EvidenceLink]:
    either = Q(from_evidence=evidence) | Q(to_evidence=evidence)
    return EvidenceLink.objects.current().filter(either).order_by("pk")


def _passage(place: Appearance, via: int | Appearance | None) -> Passage:
    names = ("article", "snapshot", "exact", "verbatim", "hedge", "basis", "seen")
    given = {name: getattr(place, name) for name in names}
    span = place.span
    start, end = (span.lower, span.upper) if span is not None else (None, None)
    return Passage(**given, start=start, end=end, via=via)


def _unplace(by: User, event: Event) -> Appearance:
    held = Appearance.objects.select_related("evidence").get(pk=event.subject_id)
    upkeep.lock(held.evidence.claim_id)
    held.refresh_from_db(fields=["void_reason"])
    _still(held)
    _nothing_else(on={_("places"): held.onward.filter(known__upper_inf=True).count()})
    return void_appearance(by=by, appearance=held, reason=_reason(by))


def _replace(by: User, event: Event) -> Appearance:
    """The same place again; one that was given up altogether is no longer carried over."""
    old = Appearance.objects.select_related("evidence", "via__via").get(pk=event.subject_id)
    upkeep.lock(old.evidence.claim_id)
    _still(Evidence.objects.get(pk=old.evidence_id))
    passage = _passage(old, old.via)
    if old.basis == Basis.REVISION and old.via is not None and old.via.is_void:
        passage = replace(passage, via=old.via.via, basis=old.via.basis)
    return add_appearance(by=by, evidence=old.evidence, passage=passage)


def _unrelate(by: User, event: Event) -> EvidenceLink:
    held = EvidenceLink.objects.select_related("from_evidence", "to_evidence")
    return void_evidence_link(by=by, link=held.get(pk=event.subject_id), reason=_reason(by))


def _relate_again(by: User, event: Event) -> EvidenceLink:
    held = EvidenceLink.objects.select_related("from_evidence__claim", "to_evidence")
    old = held.get(pk=event.subject_id)
    _still(old.from_evidence)
    _still(old.to_evidence)
    one, other = old.from_evidence, old.to_evidence
    return relate_evidence(by=by, evidence=one, other=other, kind=old.kind, note=old.note)


def _unrelate_claims(by: User, event: Event) -> ClaimLink:
    held = ClaimLink.objects.get(pk=event.subject_id)
    if held.kind == ClaimLinkKind.SAME_AS:
        upkeep.lock(held.from_claim_id, held.to_claim_id)
        both = upkeep.same_claims(held.from_claim_id)
        across = Citation.objects.filter(verdict__claim__in=both, verdict__created_at__gt=event.at)
        across = across.exclude(evidence__claim=F("verdict__claim"))
        _nothing_else(on={_("verdicts"): across.values("verdict").distinct().count()})
    return void_claim_link(by=by, link=held, reason=_reason(by))


def _relate_claims_again(by: User, event: Event) -> ClaimLink:
    held = ClaimLink.objects.select_related("from_claim", "to_claim", "survivor")
    old = held.get(pk=event.subject_id)
    one, other = old.from_claim, old.to_claim
    if old.survivor is None:
        return relate_claims(by=by, claim=one, other=other, kind=old.kind, note=old.note)
    gone = other if old.survivor == one else one
    return merge_claims(by=by, duplicate=gone, survivor=old.survivor, note=old.note)


def _edit_claim_back(by: User, event: Event) -> Claim:
    held = Claim.objects.get(pk=event.subject_id)
    return edit_claim(by=by, claim=held, seen=event.pk, **before_of(Claim, event))


def _edit_article_back(by: User, event: Event) -> Article:
    held = Article.objects.get(pk=event.subject_id)
    return edit_article(by=by, article=held, seen=event.pk, **before_of(Article, event))


def _edit_source_back(by: User, event: Event) -> Source:
    held = Source.objects.get(pk=event.subject_id)
    return edit_source(by=by, source=held, seen=event.pk, **before_of(Source, event))


def _note_back(by: User, event: Event) -> Question:
    held = Question.objects.get(pk=event.subject_id)
    return note_question(by=by, question=held, seen=event.pk, **before_of(Question, event))


def _unrecord_outside(by: User, event: Event) -> OutsideVerdict:
    held = OutsideVerdict.objects.get(pk=event.subject_id)
    _still(held)
    return void_outside_verdict(by=by, verdict=held, reason=_reason(by))


def _record_outside_again(by: User, event: Event) -> OutsideVerdict:
    old = OutsideVerdict.objects.select_related("claim", "organisation").get(pk=event.subject_id)
    names = ("label", "finding", "rating", "rating_best", "rating_worst", "title", "url", "dated")
    given = {name: getattr(old, name) for name in (*names, "note")}
    return record_outside_verdict(by=by, claim=old.claim, organisation=old.organisation, **given)


def _unpropose(by: User, event: Event) -> Claim:
    held = Verdict.objects.drafts().filter(pk=event.subject_id).select_related("claim").first()
    if held is None:
        raise Refusal("undone_before", _("This is no proposal any more."))
    upkeep.lock(held.claim_id)
    newest = newest_event(held, claim=held.claim_id)
    if newest != event:
        raise Refusal("undo_built_on", _("Somebody has worked on this proposal since."))
    discard_verdict(by=by, verdict=held, reason=_reason(by))
    return held.claim


def _revise_back(by: User, event: Event) -> Verdict:
    held = Verdict.objects.drafts().filter(pk=event.subject_id).select_related("claim").first()
    before = proposed_before(event)
    if held is None or before is None:
        raise Refusal("undo_nothing", _("There is nothing to take back here."))
    return revise_verdict(by=by, verdict=held, seen=event.pk, **proposal_of(before))


def _propose_again(by: User, event: Event) -> Verdict:
    claim = Claim.objects.get(events=event)
    dated = value_of(Verdict._meta.get_field("dated"), event.payload.get("dated"))
    return propose_verdict(by=by, claim=claim, dated=dated, **proposal_of(event))


_STEPS: dict[str, Callable[[User, Event], models.Model]] = {
    "appearance.added": _unplace,
    "appearance.voided": _replace,
    "article.edited": _edit_article_back,
    "claim.edited": _edit_claim_back,
    "claim.merged": _unrelate_claims,
    "claim.related": _unrelate_claims,
    "claim.set_aside": _take_up_again,
    "claim.taken_up": _set_aside_again,
    "claim.unmerged": _relate_claims_again,
    "claim.unrelated": _relate_claims_again,
    "evidence.linked": _unlink,
    "evidence.related": _unrelate,
    "evidence.unrelated": _relate_again,
    "evidence.voided": _relink,
    "question.noted": _note_back,
    "outsideverdict.recorded": _unrecord_outside,
    "outsideverdict.voided": _record_outside_again,
    "source.edited": _edit_source_back,
    "verdict.discarded": _propose_again,
    "verdict.proposed": _unpropose,
    "verdict.revised": _revise_back,
}
