"""What every action on claims must do: permission, one event in the right chain, all or nothing."""

import pytest

from claims.actions import (
    challenges,
    evidence,
    intake,
    matches,
    merging,
    outside,
    passages,
    redaction,
    reviewing,
    roles,
    setting_aside,
    undoing,
    upkeep,
    verdicts,
)
from claims.actions import recapture as captures
from claims.actions.challenges import close_challenge
from claims.actions.evidence import (
    add_appearance,
    link_evidence,
    relate_evidence,
    void_appearance,
    void_evidence,
    void_evidence_link,
)
from claims.actions.intake import (
    edit_claim,
    log_claim,
    note_question,
    open_question,
    publish_claim,
)
from claims.actions.matches import decide_match
from claims.actions.merging import merge_claims, relate_claims, void_claim_link
from claims.actions.outside import record_outside_verdict, void_outside_verdict
from claims.actions.recapture import accept_passage, give_up_passage, recapture
from claims.actions.redaction import redact
from claims.actions.reviewing import ask_for_changes, take_over
from claims.actions.roles import affiliate, edit_affiliation
from claims.actions.setting_aside import set_aside, take_up
from claims.actions.verdicts import (
    discard_verdict,
    propose_verdict,
    propose_withdrawal,
    publish_verdict,
    revise_verdict,
)
from claims.models import Appearance, ClaimLink, EvidenceLink
from tests.acting import (
    Act,
    Case,
    actions_of,
    check_all_or_nothing,
    check_one_event,
    check_permission,
    of_claim,
    of_itself,
)
from tests.factories import (
    AffiliationFactory,
    AppearanceFactory,
    ChallengeFactory,
    ClaimFactory,
    ClaimLinkFactory,
    EvidenceFactory,
    EvidenceLinkFactory,
    MergeFactory,
    OutsideVerdictFactory,
    QuestionFactory,
    SnapshotFactory,
    SourceFactory,
    VerdictFactory,
    an_editor,
    day,
    passage_of,
)

pytestmark = pytest.mark.django_db

FOUND = {
    "kind": "first",
    "finding": "insufficient",
    "confidence": "low",
    "summary": "One voice.",
    "reasoning": "Nobody else has seen it.",
}


def _edit_claim() -> Act:
    claim = ClaimFactory()
    return lambda by: edit_claim(by=by, claim=claim, text="It snowed")


def _note_question() -> Act:
    question = QuestionFactory()
    return lambda by: note_question(by=by, question=question, note="Both may be so.")


def _publish_claim() -> Act:
    claim = ClaimFactory()
    return lambda by: publish_claim(by=by, claim=claim)


def _link_evidence() -> Act:
    claim, source, snapshot = ClaimFactory(), SourceFactory(), SnapshotFactory()
    passages = [passage_of(snapshot, "it could be dry"), passage_of(snapshot, "It rained", via=0)]
    return lambda by: link_evidence(
        by=by, claim=claim, source=source, stated=day("2023-03-07"), passages=passages
    )


def _add_appearance() -> Act:
    held, passage = EvidenceFactory(), passage_of(SnapshotFactory(), "It rained")
    return lambda by: add_appearance(by=by, evidence=held, passage=passage)


def _void_evidence() -> Act:
    held = EvidenceFactory()
    return lambda by: void_evidence(by=by, evidence=held, reason="misread")


def _carried() -> Appearance:
    old = AppearanceFactory(
        snapshot__text="It rained. By Friday it could be dry in the whole town.",
        exact="By Friday it could be dry in the whole town.",
    )
    text = "It rained. By Friday it will be dry in the whole town."
    return recapture(by=an_editor(), article=old.article, text=text).carried[0]


def _accept_passage() -> Act:
    held = _carried()
    return lambda by: accept_passage(by=by, appearance=held)


def _give_up_passage() -> Act:
    held = AppearanceFactory()
    return lambda by: give_up_passage(by=by, appearance=held, reason="The paper took it out.")


def _void_appearance() -> Act:
    held = AppearanceFactory()
    return lambda by: void_appearance(by=by, appearance=held, reason="misread")


def _relate_evidence() -> Act:
    one, other = EvidenceFactory(), EvidenceFactory()
    return lambda by: relate_evidence(by=by, evidence=one, other=other, kind="repeats")


def _void_evidence_link() -> Act:
    held = EvidenceLinkFactory()
    return lambda by: void_evidence_link(by=by, link=held, reason="misread")


def _relate_claims() -> Act:
    one, other = ClaimFactory(), ClaimFactory()
    return lambda by: relate_claims(by=by, claim=one, other=other, kind="entails")


def _merge_claims() -> Act:
    one, other = ClaimFactory(), ClaimFactory()
    return lambda by: merge_claims(by=by, duplicate=other, survivor=one)


def _decide_match() -> Act:
    one, other = ClaimFactory(), ClaimFactory()
    return lambda by: decide_match(
        by=by, claim=one, suggested=other, score=0.5, method="lexical", outcome="variant"
    )


def _void_claim_link() -> Act:
    held = ClaimLinkFactory()
    return lambda by: void_claim_link(by=by, link=held, reason="misread")


def _undo_merge() -> Act:
    held = MergeFactory()
    return lambda by: void_claim_link(by=by, link=held, reason="not the same")


def _affiliate() -> Act:
    held = EvidenceFactory()
    organisation = SourceFactory()
    return lambda by: affiliate(
        by=by,
        source=held.source,
        organisation=organisation,
        role="Minister",
        during=day("2023-03"),
        one_voice=True,
    )


def _edit_affiliation() -> Act:
    held = AffiliationFactory()
    return lambda by: edit_affiliation(
        by=by, affiliation=held, role="Spy", during=held.during, one_voice=True
    )


def _propose_verdict() -> Act:
    held = EvidenceFactory(claim__published=True)
    grades = [verdicts.Grade(evidence=held)]
    return lambda by: propose_verdict(by=by, claim=held.claim, citations=grades, **FOUND)


def _revise_verdict() -> Act:
    held = VerdictFactory()
    return lambda by: revise_verdict(by=by, verdict=held, **{**FOUND, "confidence": "high"})


def _discard_verdict() -> Act:
    held = VerdictFactory()

    def discard(by: object) -> object:
        discard_verdict(by=by, verdict=held, reason="overtaken")
        return held

    return discard


def _publish_verdict() -> Act:
    held = VerdictFactory()
    return lambda by: publish_verdict(by=by, verdict=held)


def _ask_for_changes() -> Act:
    held = VerdictFactory()
    return lambda by: ask_for_changes(by=by, verdict=held, note="Cite the second voice.")


def _take_over() -> Act:
    held = VerdictFactory()
    return lambda by: take_over(by=by, verdict=held)


def _close_challenge() -> Act:
    held = ChallengeFactory()
    return lambda by: close_challenge(
        by=by, challenge=held, outcome="rejected", answer="The date is that of the paper."
    )


def _record_outside_verdict() -> Act:
    claim, organisation = ClaimFactory(), SourceFactory()
    return lambda by: record_outside_verdict(
        by=by, claim=claim, organisation=organisation, label="Mostly false"
    )


def _void_outside_verdict() -> Act:
    held = OutsideVerdictFactory()
    return lambda by: void_outside_verdict(by=by, verdict=held, reason="Another claim")


def _set_aside() -> Act:
    claim = ClaimFactory()
    return lambda by: set_aside(by=by, claim=claim, reason="Too vague")


def _take_up() -> Act:
    claim = set_aside(by=an_editor(), claim=ClaimFactory(), reason="Too vague")
    return lambda by: take_up(by=by, claim=claim)


def _propose_withdrawal() -> Act:
    claim = ClaimFactory(published=True)
    return lambda by: propose_withdrawal(by=by, claim=claim, reason="Not what was said.")


def _redact_snapshot() -> Act:
    held = AppearanceFactory().snapshot
    return lambda by: redact(by=by, subject=held, reason="court order")


def _redact_appearance() -> Act:
    held = AppearanceFactory()
    return lambda by: redact(by=by, subject=held, reason="court order")


def _redact_claim() -> Act:
    held = ClaimFactory(published=True)
    return lambda by: redact(by=by, subject=held, reason="court order")


def of_evidence(row: EvidenceLink) -> str:
    return f"claim/{row.from_evidence.claim_id}"


def of_first(row: ClaimLink) -> str:
    return f"claim/{row.from_claim_id}"


def of_survivor(row: ClaimLink) -> str:
    return f"claim/{row.survivor_id}"


CASES = [
    Case(
        log_claim,
        "claims.add_claim",
        "claim.logged",
        of_itself,
        lambda: lambda by: log_claim(by=by, text="It rained"),
    ),
    Case(edit_claim, "claims.change_claim", "claim.edited", of_itself, _edit_claim),
    Case(publish_claim, "claims.publish_claim", "claim.published", of_itself, _publish_claim),
    Case(
        open_question,
        "claims.add_question",
        "question.opened",
        of_itself,
        lambda: lambda by: open_question(by=by, text="Who did it?"),
    ),
    Case(note_question, "claims.change_question", "question.noted", of_itself, _note_question),
    Case(link_evidence, "claims.add_evidence", "evidence.linked", of_claim, _link_evidence),
    Case(
        add_appearance,
        "claims.add_appearance",
        "appearance.added",
        lambda row: of_claim(row.evidence),
        _add_appearance,
    ),
    Case(void_evidence, "claims.change_evidence", "evidence.voided", of_claim, _void_evidence),
    Case(
        void_appearance,
        "claims.change_appearance",
        "appearance.voided",
        lambda row: of_claim(row.evidence),
        _void_appearance,
    ),
    Case(
        accept_passage,
        "claims.change_appearance",
        "appearance.checked",
        lambda row: of_claim(row.evidence),
        _accept_passage,
    ),
    Case(
        give_up_passage,
        "claims.change_appearance",
        "appearance.voided",
        lambda row: of_claim(row.evidence),
        _give_up_passage,
    ),
    Case(
        relate_evidence,
        "claims.add_evidencelink",
        "evidence.related",
        of_evidence,
        _relate_evidence,
    ),
    Case(
        void_evidence_link,
        "claims.change_evidencelink",
        "evidence.unrelated",
        of_evidence,
        _void_evidence_link,
    ),
    Case(relate_claims, "claims.add_claimlink", "claim.related", of_first, _relate_claims),
    Case(merge_claims, "claims.merge_claim", "claim.merged", of_survivor, _merge_claims),
    Case(decide_match, "claims.add_claim", "match.decided", of_claim, _decide_match),
    Case(void_claim_link, "claims.change_claimlink", "claim.unrelated", of_first, _void_claim_link),
    Case(void_claim_link, "claims.merge_claim", "claim.unmerged", of_survivor, _undo_merge),
    Case(affiliate, "articles.add_affiliation", "role.added", of_itself, _affiliate),
    Case(
        edit_affiliation,
        "articles.change_affiliation",
        "role.edited",
        of_itself,
        _edit_affiliation,
    ),
    Case(propose_verdict, "claims.add_verdict", "verdict.proposed", of_claim, _propose_verdict),
    Case(revise_verdict, "claims.change_verdict", "verdict.revised", of_claim, _revise_verdict),
    Case(discard_verdict, "claims.delete_verdict", "verdict.discarded", of_claim, _discard_verdict),
    Case(
        publish_verdict, "claims.publish_verdict", "verdict.published", of_claim, _publish_verdict
    ),
    Case(
        ask_for_changes,
        "claims.publish_verdict",
        "verdict.sent_back",
        of_claim,
        _ask_for_changes,
    ),
    Case(take_over, "claims.change_verdict", "verdict.taken_over", of_claim, _take_over),
    Case(
        close_challenge,
        "claims.change_challenge",
        "challenge.closed",
        of_claim,
        _close_challenge,
    ),
    Case(
        propose_withdrawal,
        "claims.add_verdict",
        "verdict.proposed",
        of_claim,
        _propose_withdrawal,
    ),
    Case(
        record_outside_verdict,
        "claims.add_outsideverdict",
        "outsideverdict.recorded",
        of_claim,
        _record_outside_verdict,
    ),
    Case(
        void_outside_verdict,
        "claims.change_outsideverdict",
        "outsideverdict.voided",
        of_claim,
        _void_outside_verdict,
    ),
    Case(set_aside, "claims.change_claim", "claim.set_aside", of_itself, _set_aside),
    Case(take_up, "claims.change_claim", "claim.taken_up", of_itself, _take_up),
    Case(redact, "claims.redact", "snapshot.redacted", lambda event: event.chain, _redact_snapshot),
    Case(
        redact,
        "claims.redact",
        "appearance.redacted",
        lambda event: f"claim/{event.claim_id}",
        _redact_appearance,
    ),
    Case(
        redact,
        "claims.redact",
        "claim.redacted",
        lambda event: f"claim/{event.subject_id}",
        _redact_claim,
    ),
]
# It is made of the others, in one transaction; each of them writes its event.
COMPOSED = {passages.log_passage, recapture, undoing.undo}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_action_without_permission(case: Case) -> None:
    check_permission(case)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_action_writes_one_event(case: Case) -> None:
    check_one_event(case)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_action_whose_event_fails(case: Case) -> None:
    check_all_or_nothing(case)


def test_every_action_has_its_case() -> None:
    modules = (
        challenges, evidence, intake, matches, merging, outside, passages, captures,
        redaction, reviewing, roles, setting_aside, undoing, upkeep, verdicts,
    )  # fmt: skip
    assert actions_of(*modules) == {case.action for case in CASES} | COMPOSED
