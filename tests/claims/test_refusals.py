"""What PostgreSQL refuses of claims, evidence and verdicts, attacked by SQL; each with its twin.

The order is that of the list in docs/model.md. Each attack stands beside the same statement in
the form that is allowed, so that a test can't pass because of something else.
"""

from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection

from claims.actions.evidence import void_evidence, void_evidence_link
from claims.actions.merging import void_claim_link
from claims.models import Appearance, Claim, Evidence, Verdict
from tests.factories import (
    AppearanceFactory,
    ArticleFactory,
    ChallengeFactory,
    ClaimFactory,
    ClaimLinkFactory,
    EvidenceFactory,
    EvidenceLinkFactory,
    MatchDecisionFactory,
    MergeFactory,
    OutsideVerdictFactory,
    QuestionFactory,
    SnapshotFactory,
    SourceFactory,
    VerdictFactory,
)
from tests.sql import Raw, Sql, accepts, copied, delete, fetch, insert, refuses, update

pytestmark = pytest.mark.django_db

APPEARANCE, CHALLENGE, CITATION, CLAIM = (
    "claims_appearance",
    "claims_challenge",
    "claims_citation",
    "claims_claim",
)
CLAIMLINK, EVIDENCE, EVIDENCELINK, QUESTION, VERDICT = (
    "claims_claimlink",
    "claims_evidence",
    "claims_evidencelink",
    "claims_question",
    "claims_verdict",
)
OUTSIDE = "claims_outsideverdict"
LONG_AGO = "2000-01-01T00:00:00Z"
PUBLISH: dict[str, Any] = {"published_at": LONG_AGO}
GRADED = {"reliability": "B", "credibility": "2", "note": ""}


def publication(verdict: Verdict, by: User) -> Sql:
    return update(VERDICT, verdict.pk, **PUBLISH, reviewer_id=by.pk)


def citation(verdict: Verdict, evidence: Evidence, **changes: Any) -> Sql:
    given = {"verdict_id": verdict.pk, "evidence_id": evidence.pk, **GRADED, **changes}
    return insert(CITATION, **given)


# A quotation that is not at that place in the snapshot


def test_quotation_elsewhere() -> None:
    text = "Ça a plu. 🌧 It could be dry. It could be wet."
    held = AppearanceFactory(snapshot__text=text, exact="It could be dry")
    lower, upper = held.span.lower, held.span.upper
    rule = "appearance_quotation_in_place"

    def moved(by: int, **changes: Any) -> Sql:
        return copied(APPEARANCE, held.pk, span=f"[{lower + by},{upper + by})", **changes)

    bare = {"prefix": "", "suffix": ""}
    refuses(rule, moved(1, **bare))
    refuses(rule, moved(-1, **bare))
    refuses(rule, copied(APPEARANCE, held.pk, span=f"[{lower},{upper - 1})", **bare))
    refuses(rule, copied(APPEARANCE, held.pk, span=f"[{lower},{upper})", exact="It could be wet"))
    refuses(rule, copied(APPEARANCE, held.pk, span="empty", exact="", hedge="", **bare))
    refuses(rule, copied(APPEARANCE, held.pk, span="[-1,2)", exact="Ça", **bare))
    refuses(rule, copied(APPEARANCE, held.pk, span=f"[{lower},)", **bare))
    refuses(rule, copied(APPEARANCE, held.pk, span=f"(,{upper})", **bare))
    refuses(rule, copied(APPEARANCE, held.pk, span="[900,915)", **bare))
    accepts(moved(17, **bare, exact="It could be wet"))
    accepts(copied(APPEARANCE, held.pk, span="[10,11)", exact="🌧", **bare))


def test_quotation_with_wrong_surroundings() -> None:
    held = AppearanceFactory(snapshot__text="Before. It could be dry. After.", exact="could be dry")
    rule, elsewhere = "appearance_quotation_in_place", {"span": "[14,16)", "exact": "ld"}
    refuses(rule, copied(APPEARANCE, held.pk, **elsewhere, prefix="After. ", suffix=""))
    refuses(rule, copied(APPEARANCE, held.pk, **elsewhere, prefix="", suffix="After."))
    refuses(rule, copied(APPEARANCE, held.pk, **elsewhere, prefix="x" * 64, suffix=""))
    accepts(copied(APPEARANCE, held.pk, **elsewhere, prefix="t cou", suffix=" be dry"))


def test_quotation_in_redacted_snapshot() -> None:
    held = AppearanceFactory()
    accepts(update("articles_snapshot", held.snapshot_id, text="", redaction_reason="order"))
    bare = {"prefix": "", "suffix": ""}
    refuses("appearance_quotation_in_place", copied(APPEARANCE, held.pk, span="[0,3)", **bare))
    refuses(
        "appearance_quotation_in_place",
        copied(APPEARANCE, held.pk, span="[0,1)", exact="", hedge="", **bare),
    )


def test_quotation_without_snapshot() -> None:
    """Without a snapshot nothing can be checked, and so nothing is anchored."""
    held = AppearanceFactory()
    loose = {"snapshot_id": None, "exact": "Anything at all.", "prefix": "", "suffix": ""}
    refuses("appearance_span_with_snapshot", copied(APPEARANCE, held.pk, **loose))
    refuses("appearance_span_not_empty", copied(APPEARANCE, held.pk, **loose, span="[-3,3)"))
    accepts(copied(APPEARANCE, held.pk, **loose, span=None))


# A hedge that is not in the quotation


def test_hedge_not_in_quotation() -> None:
    held = AppearanceFactory(exact="it could be dry")
    accepts(update(APPEARANCE, held.pk, void_reason="twice"))
    refuses(
        "appearance_hedge_in_quotation", copied(APPEARANCE, held.pk, void_reason="", hedge="may")
    )
    refuses(
        "appearance_hedge_in_quotation", copied(APPEARANCE, held.pk, void_reason="", hedge="said")
    )
    accepts(copied(APPEARANCE, held.pk, void_reason="", hedge="Could"))


# A change to a row of kind R other than voiding it once, with a reason; any delete of those rows


MADE_BY = {
    APPEARANCE: AppearanceFactory,
    CLAIMLINK: ClaimLinkFactory,
    EVIDENCE: EvidenceFactory,
    EVIDENCELINK: EvidenceLinkFactory,
    OUTSIDE: OutsideVerdictFactory,
}


@pytest.mark.parametrize("table", MADE_BY)
def test_known_row_voided_once(table: str, editor: User) -> None:
    pk = MADE_BY[table]().pk
    known = Raw("tstzrange('2000-01-01', '2000-01-02')")
    rule = "known_only_voided"
    refuses(rule, update(table, pk, void_reason=Raw("void_reason")))  # nothing at all
    refuses(rule, update(table, pk, void_reason=" \n\t"))
    refuses(rule, update(table, pk, known=known))
    refuses(rule, update(table, pk, known=known, void_reason=""))
    refuses(rule, update(table, pk, recorded_by_id=editor.pk))
    refuses(rule, update(table, pk, recorded_by_id=editor.pk, void_reason="wrong"))
    refuses(rule, update(table, pk, id=pk + 1000, void_reason="wrong"))
    (started,) = fetch(f"SELECT lower(known) FROM {table} WHERE id = %s", pk)
    accepts(update(table, pk, void_reason="wrong", known=known))
    ended = fetch(
        f"SELECT lower(known) = %s, upper(known) BETWEEN %s AND clock_timestamp()"
        f" FROM {table} WHERE id = %s",
        started,
        started,
        pk,
    )
    assert ended == (True, True)
    refuses(rule, update(table, pk, void_reason="wrong"))
    refuses(rule, update(table, pk, void_reason="something else"))
    refuses(rule, update(table, pk, void_reason=""))
    refuses(rule, update(table, pk, known=Raw("tstzrange(lower(known), NULL)"), void_reason=""))


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        (APPEARANCE, "evidence_id", Raw("evidence_id + 1")),
        (APPEARANCE, "article_id", Raw("article_id + 1")),
        (APPEARANCE, "snapshot_id", None),
        (APPEARANCE, "span", "[0,3)"),
        (APPEARANCE, "exact", "The"),
        (APPEARANCE, "prefix", ""),
        (APPEARANCE, "suffix", ""),
        (APPEARANCE, "verbatim", Raw("NOT verbatim")),
        (APPEARANCE, "hedge", "could"),
        (APPEARANCE, "via_id", Raw("id")),
        (APPEARANCE, "basis", "inferred"),
        (APPEARANCE, "seen", Raw("NOT seen")),
        (APPEARANCE, "score", "0.5"),
        (APPEARANCE, "redaction_reason", "order"),
        (CLAIMLINK, "from_claim_id", Raw("to_claim_id")),
        (CLAIMLINK, "to_claim_id", Raw("from_claim_id")),
        (CLAIMLINK, "kind", "entails"),
        (CLAIMLINK, "survivor_id", Raw("from_claim_id")),
        (CLAIMLINK, "note", "Other."),
        (EVIDENCE, "claim_id", Raw("claim_id + 1")),
        (EVIDENCE, "source_id", Raw("source_id + 1")),
        (EVIDENCE, "stance", "denies"),
        (EVIDENCE, "scope", "narrower"),
        (EVIDENCE, "stated", "[2020-01-01,2020-01-02)"),
        (EVIDENCE, "p_low", "0.5"),
        (EVIDENCE, "p_high", "0.5"),
        (EVIDENCE, "language", "fr"),
        (EVIDENCE, "note", "Other."),
        (EVIDENCE, "interested", Raw("NOT interested")),
        (EVIDENCELINK, "from_evidence_id", Raw("to_evidence_id")),
        (EVIDENCELINK, "to_evidence_id", Raw("from_evidence_id")),
        (EVIDENCELINK, "kind", "responds_to"),
        (EVIDENCELINK, "note", "Other."),
        (OUTSIDE, "claim_id", Raw("claim_id + 1")),
        (OUTSIDE, "organisation_id", Raw("organisation_id + 1")),
        (OUTSIDE, "label", "True"),
        (OUTSIDE, "finding", "refuted"),
        (OUTSIDE, "rating", "6"),
        (OUTSIDE, "rating_best", "5"),
        (OUTSIDE, "rating_worst", "1"),
        (OUTSIDE, "title", "Other."),
        (OUTSIDE, "url", "https://other.example/"),
        (OUTSIDE, "dated", None),
        (OUTSIDE, "note", "Other."),
    ],
)
def test_known_row_changed(table: str, column: str, value: object) -> None:
    pk = MADE_BY[table]().pk
    refuses("known_only_voided", update(table, pk, **{column: value}))
    refuses("known_only_voided", update(table, pk, **{column: value}, void_reason="wrong"))
    accepts(update(table, pk, void_reason="wrong"))


@pytest.mark.parametrize("table", MADE_BY)
def test_known_row_deleted(table: str) -> None:
    pk = MADE_BY[table]().pk
    refuses("known_never_deleted", delete(table, pk))
    accepts(update(table, pk, void_reason="wrong"))
    refuses("known_never_deleted", delete(table, pk))


@pytest.mark.parametrize("table", MADE_BY)
def test_known_row_born_void_or_long_ago(table: str) -> None:
    pk = MADE_BY[table]().pk
    accepts(update(table, pk, void_reason="wrong"))
    forged = {"known": Raw("tstzrange('2000-01-01', '2000-01-02')")}
    refuses("known_starts_valid", copied(table, pk))
    refuses("known_starts_valid", copied(table, pk, **forged, void_reason=" "))
    new = accepts(copied(table, pk, **forged, void_reason=""))
    (fresh,) = fetch(
        f"SELECT n.known = tstzrange(lower(n.known), NULL) AND lower(n.known) >= upper(o.known)"
        f" FROM {table} n, {table} o WHERE n.id = %s AND o.id = %s",
        new,
        pk,
    )
    assert fresh


# A published verdict changed, deleted, or its citations touched


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("claim_id", Raw("claim_id + 1")),
        ("kind", "update"),
        ("finding", "unresolvable"),
        ("confidence", "high"),
        ("summary", "Other."),
        ("summary", Raw("summary")),  # nothing at all
        ("reasoning", "Other."),
        ("correction_note", "Other."),
        ("author_id", Raw("reviewer_id")),
        ("reviewer_id", Raw("author_id")),
        ("reviewer_id", None),
        ("without_second_person", Raw("NOT without_second_person")),
        ("created_at", LONG_AGO),
        ("published_at", LONG_AGO),
        ("published_at", None),
        ("dated", "[2023-01-01,2023-01-02)"),
        ("id", Raw("id + 1000")),
    ],
)
def test_published_verdict_changed(column: str, value: object, chief: User) -> None:
    verdict = VerdictFactory(published_by=chief)
    refuses("verdict_frozen", update(VERDICT, verdict.pk, **{column: value}))


def test_published_verdict_taken_back(chief: User) -> None:
    verdict = VerdictFactory(published_by=chief)
    refuses("verdict_frozen", update(VERDICT, verdict.pk, published_at=None, reviewer_id=None))


def test_published_verdict_deleted(chief: User) -> None:
    draft = VerdictFactory()
    refuses("verdict_frozen", publication(draft, chief), delete(VERDICT, draft.pk))
    accepts(delete(VERDICT, draft.pk))


def test_published_verdict_cites_something_else(chief: User) -> None:
    claim = ClaimFactory(published=True)
    evidence, other = EvidenceFactory(claim=claim), EvidenceFactory(claim=claim)
    verdict = VerdictFactory(claim=claim)
    cited = accepts(citation(verdict, evidence))
    changes = (
        update(CITATION, cited, reliability="A"),
        update(CITATION, cited, credibility="5"),
        update(CITATION, cited, note="Other."),
        update(CITATION, cited, evidence_id=other.pk),
        delete(CITATION, cited),
        citation(verdict, other),
    )
    for change in changes:
        refuses("citation_frozen", publication(verdict, chief), change)
    for change in changes:
        accepts(change)


def test_citation_moved_between_verdicts(chief: User) -> None:
    claim = ClaimFactory(published=True)
    evidence = EvidenceFactory(claim=claim)
    published = VerdictFactory(claim=claim)
    frozen = accepts(citation(published, evidence))
    accepts(publication(published, chief))
    draft = VerdictFactory(claim=claim, kind="update")
    loose = accepts(citation(draft, EvidenceFactory(claim=claim)))
    refuses("citation_frozen", update(CITATION, frozen, verdict_id=draft.pk))
    refuses("citation_frozen", update(CITATION, loose, verdict_id=published.pk))
    accepts(update(CITATION, loose, evidence_id=evidence.pk))


def test_citation_before_its_verdict() -> None:
    """Foreign keys are checked at the end: a citation could otherwise come before any rule."""
    claim = ClaimFactory(published=True)
    evidence = EvidenceFactory(claim=claim)
    (pk,) = fetch("SELECT nextval(pg_get_serial_sequence(%s, 'id'))", VERDICT)
    early = insert(CITATION, verdict_id=pk, evidence_id=evidence.pk, **GRADED)
    refuses("citation_of_this_claim", early)
    accepts(copied(VERDICT, VerdictFactory().pk, id=pk, claim_id=claim.pk), early)


def test_citation_of_another_claim(chief: User) -> None:
    verdict, elsewhere = VerdictFactory(), EvidenceFactory()
    refuses("citation_of_this_claim", citation(verdict, elsewhere))
    own = accepts(citation(verdict, EvidenceFactory(claim=verdict.claim)))
    refuses("citation_of_this_claim", update(CITATION, own, evidence_id=elsewhere.pk))
    merge = MergeFactory(duplicate=elsewhere.claim, survivor=verdict.claim)
    accepts(citation(verdict, elsewhere))
    void_claim_link(by=chief, link=merge, reason="Not the same.")
    refuses("citation_of_this_claim", publication(verdict, chief))
    accepts(update(CITATION, own, note="x"), publication(VerdictFactory(), chief))


# A verdict published by its own author


def test_verdict_published_by_its_author(editor: User, chief: User) -> None:
    verdict = VerdictFactory(by=editor)
    refuses("verdict_second_person", publication(verdict, editor))
    refuses("verdict_second_person", update(VERDICT, verdict.pk, **PUBLISH))
    refuses("verdict_second_person", update(VERDICT, verdict.pk, reviewer_id=chief.pk))
    accepts(publication(verdict, chief))


def test_verdict_published_alone_carries_the_mark(editor: User) -> None:
    verdict = VerdictFactory(by=editor)
    marked = update(
        VERDICT, verdict.pk, **PUBLISH, reviewer_id=editor.pk, without_second_person=True
    )
    accepts(marked)
    refuses("verdict_frozen", update(VERDICT, verdict.pk, without_second_person=False))


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("author_id", Raw("author_id + 1")),
        ("finding", "unresolvable"),
        ("confidence", "high"),
        ("summary", "Other."),
        ("reasoning", "Other."),
        ("correction_note", "Other."),
        ("dated", "[2023-01-01,2023-01-02)"),
        ("id", Raw("id + 1000")),
    ],
)
def test_verdict_changed_while_publishing(column: str, value: object, editor: User) -> None:
    verdict = VerdictFactory(by=editor)
    attack = update(VERDICT, verdict.pk, **PUBLISH, reviewer_id=editor.pk, **{column: value})
    refuses("verdict_published_as_proposed", attack)
    accepts(update(VERDICT, verdict.pk, **{column: value}))


def test_verdict_inserted_as_published(chief: User) -> None:
    draft = VerdictFactory()
    other = ClaimFactory(published=True)
    forged = {"claim_id": other.pk, "reviewer_id": chief.pk}
    refuses("verdict_starts_as_draft", copied(VERDICT, draft.pk, **PUBLISH, **forged))
    refuses("verdict_second_person", copied(VERDICT, draft.pk, **forged))
    accepts(copied(VERDICT, draft.pk, claim_id=other.pk))


def test_verdict_stamped(chief: User) -> None:
    draft = VerdictFactory()
    backdated = accepts(
        copied(VERDICT, draft.pk, claim_id=ClaimFactory(published=True).pk, created_at=LONG_AGO)
    )
    held = Verdict.objects.get(pk=backdated)
    assert held.created_at > draft.created_at
    accepts(update(VERDICT, backdated, created_at=LONG_AGO, summary="Other."))
    assert Verdict.objects.get(pk=backdated).created_at == held.created_at
    accepts(publication(held, chief))
    held = Verdict.objects.get(pk=backdated)
    assert held.published_at is not None
    assert held.published_at > held.created_at


def test_verdict_moved_to_another_claim() -> None:
    verdict = VerdictFactory()
    other = ClaimFactory(published=True)
    refuses("verdict_keeps_claim", update(VERDICT, verdict.pk, claim_id=other.pk))
    accepts(update(VERDICT, verdict.pk, claim_id=verdict.claim_id))


def test_verdict_copied_in_as_published(chief: User) -> None:
    """COPY goes through the same door as INSERT."""
    claim = ClaimFactory(published=True)
    columns = (
        "claim_id, kind, finding, confidence, summary, reasoning, correction_note, author_id,"
        " reviewer_id, without_second_person, published_at"
    )
    row = (claim.pk, "first", "unresolvable", "low", "s", "r", "", chief.pk, chief.pk, True)
    with (
        pytest.raises(Exception, match="A verdict starts as a draft"),
        connection.cursor() as cursor,
        cursor.copy(f"COPY {VERDICT} ({columns}) FROM STDIN") as copy,
    ):
        copy.write_row((*row, LONG_AGO))


# supported, refuted or conflicting without a citation


@pytest.mark.parametrize("finding", ["supported", "refuted", "conflicting"])
def test_verdict_without_citation(finding: str, chief: User) -> None:
    claim = ClaimFactory(published=True)
    evidence = EvidenceFactory(claim=claim)
    verdict = VerdictFactory(claim=claim, finding=finding)
    refuses("verdict_cites_evidence", publication(verdict, chief))
    accepts(citation(verdict, evidence), publication(verdict, chief))


@pytest.mark.parametrize("finding", ["insufficient", "unresolvable"])
def test_verdict_that_needs_no_citation(finding: str, chief: User) -> None:
    accepts(publication(VerdictFactory(finding=finding), chief))


def test_verdict_citing_voided_evidence(editor: User, chief: User) -> None:
    claim = ClaimFactory(published=True)
    evidence, other = EvidenceFactory(claim=claim), EvidenceFactory(claim=claim)
    verdict = VerdictFactory(claim=claim, finding="supported")
    accepts(citation(verdict, other))
    cited = accepts(citation(verdict, evidence))
    void_evidence(by=editor, evidence=evidence, reason="misread")
    refuses("verdict_cites_live_evidence", publication(verdict, chief))
    accepts(delete(CITATION, cited), publication(verdict, chief))


# A correction or withdrawal that does not say what was wrong


def test_verdict_correction_says_nothing(chief: User) -> None:
    claim = VerdictFactory(published_by=chief).claim
    draft = VerdictFactory(claim=claim, kind="update")
    rule = "verdict_correction_says_what"
    refuses(rule, update(VERDICT, draft.pk, kind="correction"))
    refuses(rule, update(VERDICT, draft.pk, kind="correction", correction_note=" \n"))
    refuses(rule, update(VERDICT, draft.pk, kind="withdrawal", finding="", confidence=""))
    accepts(update(VERDICT, draft.pk, kind="correction", correction_note="The date."))
    refuses(rule, update(VERDICT, draft.pk, correction_note=""))
    accepts(update(VERDICT, draft.pk, kind="withdrawal", finding="", confidence=""))


def test_verdict_update_of_nothing(chief: User) -> None:
    draft = VerdictFactory()
    refuses("verdict_after_first", update(VERDICT, draft.pk, kind="update"))
    changed = {"kind": "correction", "correction_note": "The date."}
    refuses("verdict_after_first", update(VERDICT, draft.pk, **changed))
    other = {"claim_id": ClaimFactory(published=True).pk}
    refuses("verdict_after_first", copied(VERDICT, draft.pk, **other, kind="update"))
    accepts(
        publication(draft, chief),
        copied(VERDICT, draft.pk, kind="update", published_at=None, reviewer_id=None),
    )


# A second draft, or a second first, for one claim


def test_verdict_second_draft(chief: User) -> None:
    draft = VerdictFactory()
    unlike = {"kind": "withdrawal", "finding": "", "confidence": "", "correction_note": "All."}
    refuses("verdict_one_draft", copied(VERDICT, draft.pk, **unlike))
    refuses("verdict_one_draft", copied(VERDICT, draft.pk))
    other = ClaimFactory(published=True)
    accepts(copied(VERDICT, draft.pk, claim_id=other.pk))


def test_verdict_second_first(chief: User) -> None:
    first = VerdictFactory(published_by=chief)
    draft = {"published_at": None, "reviewer_id": None}
    refuses("verdict_one_first", copied(VERDICT, first.pk, **draft))
    second = accepts(copied(VERDICT, first.pk, **draft, kind="update"))
    refuses("verdict_one_first", update(VERDICT, second, kind="first"))
    attack = update(VERDICT, second, **PUBLISH, reviewer_id=chief.pk, kind="first")
    refuses("verdict_published_as_proposed", attack)
    accepts(update(VERDICT, second, **PUBLISH, reviewer_id=chief.pk))


# A verdict on a claim that is not checkable


def test_verdict_on_claim_that_is_not_checkable(chief: User) -> None:
    draft = VerdictFactory()
    position = ClaimFactory(kind="position", checkable=False, published=True)
    other = {"claim_id": position.pk}
    refuses("verdict_on_checkable", copied(VERDICT, draft.pk, **other))
    withdrawal = {"kind": "withdrawal", "finding": "", "confidence": "", "correction_note": "All."}
    held = accepts(copied(VERDICT, draft.pk, **other, **withdrawal))
    refuses(
        "verdict_on_checkable",
        update(VERDICT, held, kind="first", finding="supported", confidence="low"),
    )
    accepts(update(VERDICT, held, **PUBLISH, reviewer_id=chief.pk))


def test_claim_no_longer_checkable(chief: User) -> None:
    draft = VerdictFactory()
    refuses("claim_judged_is_checkable", update(CLAIM, draft.claim_id, checkable=False))
    accepts(delete(VERDICT, draft.pk), update(CLAIM, draft.claim_id, checkable=False))


# A prediction refuted before its window closes


def prediction(beyond: date) -> Claim:
    return ClaimFactory(prediction=True, published=True, window=(date(2023, 4, 1), beyond))


def test_prediction_refuted_too_early(chief: User) -> None:
    (today,) = fetch("SELECT (clock_timestamp() AT TIME ZONE 'UTC')::date")
    for beyond, early in ((today, False), (today + timedelta(days=1), True)):
        claim = prediction(beyond)
        verdict = VerdictFactory(claim=claim, finding="refuted")
        accepts(citation(verdict, EvidenceFactory(claim=claim, stance="denies")))
        if early:
            refuses("verdict_prediction_still_open", publication(verdict, chief))
            dated = update(VERDICT, verdict.pk, dated="[2022-01-01,2022-01-02)")
            refuses("verdict_prediction_still_open", dated, publication(verdict, chief))
            accepts(update(VERDICT, verdict.pk, finding="supported"), publication(verdict, chief))
        else:
            accepts(publication(verdict, chief))


def test_prediction_updated_to_refuted_too_early(chief: User) -> None:
    (tomorrow,) = fetch("SELECT (clock_timestamp() AT TIME ZONE 'UTC')::date + 1")
    claim = prediction(tomorrow)
    evidence = EvidenceFactory(claim=claim, stance="denies")
    VerdictFactory(claim=claim, published_by=chief)
    update_ = VerdictFactory(claim=claim, kind="update", finding="refuted")
    accepts(citation(update_, evidence))
    refuses("verdict_prediction_still_open", publication(update_, chief))
    accepts(update(VERDICT, update_.pk, finding="conflicting"), publication(update_, chief))


# A prediction published without window and criteria


def test_prediction_published_without_terms() -> None:
    claim = ClaimFactory(prediction=True)
    rule = "claim_prediction_has_terms"
    refuses(rule, update(CLAIM, claim.pk, **PUBLISH, criteria=" "))
    refuses(rule, update(CLAIM, claim.pk, **PUBLISH, window=None))
    refuses(rule, update(CLAIM, claim.pk, **PUBLISH, window="[2023-01-01,)"))
    refuses(rule, update(CLAIM, claim.pk, **PUBLISH, window="(,)"))
    refuses(rule, copied(CLAIM, claim.pk, **PUBLISH, criteria=""))
    refuses(
        "claim_window_in_calendar",
        update(CLAIM, claim.pk, **PUBLISH, window="[2023-01-01,infinity)"),
    )
    accepts(update(CLAIM, claim.pk, **PUBLISH))


def test_claim_turned_into_prediction_without_terms() -> None:
    claim = ClaimFactory()
    refuses("claim_prediction_has_terms", update(CLAIM, claim.pk, **PUBLISH, kind="prediction"))
    accepts(update(CLAIM, claim.pk, kind="prediction"))
    refuses("claim_prediction_has_terms", update(CLAIM, claim.pk, **PUBLISH))
    accepts(update(CLAIM, claim.pk, **PUBLISH, kind="event"))


# The wording, kind, window or criteria of a published claim


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("text", "Another reading"),
        ("text", Raw("text || '.'")),
        ("kind", "event"),
        ("window", "[2023-04-01,2024-01-01)"),
        ("window", None),
        ("criteria", "Whatever suits."),
        ("criteria", ""),
    ],
)
def test_published_claim_reworded(column: str, value: object) -> None:
    claim = ClaimFactory(prediction=True, published=True)
    refuses("claim_frozen", update(CLAIM, claim.pk, **{column: value}))
    accepts(update(CLAIM, ClaimFactory(prediction=True).pk, **{column: value}))


def test_published_claim_hidden_or_deleted() -> None:
    claim, draft = ClaimFactory(published=True), ClaimFactory()
    refuses("claim_stays_published", update(CLAIM, claim.pk, published_at=None))
    refuses("claim_stays_published", update(CLAIM, claim.pk, published_at=LONG_AGO))
    refuses("claim_never_deleted", delete(CLAIM, claim.pk))
    accepts(update(CLAIM, draft.pk, **PUBLISH))
    refuses("claim_never_deleted", delete(CLAIM, draft.pk))


def test_claim_with_history_deleted() -> None:
    """A draft may go only where nothing was ever recorded of it, which no action allows."""
    draft = ClaimFactory()
    with pytest.raises(Exception, match="articles_event_claim_id"):
        accepts(delete(CLAIM, draft.pk))


def test_claim_stamped() -> None:
    claim = ClaimFactory()
    forged = {"published_at": LONG_AGO, "logged_at": LONG_AGO}
    new = Claim.objects.get(pk=accepts(copied(CLAIM, claim.pk, **forged)))
    assert new.published_at is not None
    assert claim.logged_at < new.published_at
    assert claim.logged_at < new.logged_at
    accepts(update(CLAIM, new.pk, logged_at=LONG_AGO, language="fr"))
    assert Claim.objects.get(pk=new.pk).logged_at == new.logged_at
    accepts(update(CLAIM, claim.pk, published_at="2999-01-01T00:00:00Z"))
    held = Claim.objects.get(pk=claim.pk)
    assert held.published_at is not None
    assert fetch("SELECT %s < clock_timestamp()", held.published_at) == (True,)


# Circular reliance among evidence


def evidence_link(kind: str, from_: Evidence, to: Evidence, **changes: Any) -> Sql:
    given = {
        "kind": kind,
        "from_evidence_id": from_.pk,
        "to_evidence_id": to.pk,
        "recorded_by_id": from_.recorded_by_id,
        "void_reason": "",
        "note": "",
    }
    return insert(EVIDENCELINK, **{**given, **changes})


def test_reliance_in_a_circle() -> None:
    claim = ClaimFactory()
    one, two, three = (EvidenceFactory(claim=claim) for _ in range(3))
    rule = "evidencelink_no_circle"
    first = evidence_link("repeats", one, two)
    refuses(rule, first, evidence_link("relies_on", two, one))
    refuses(rule, first, evidence_link("repeats", two, three), evidence_link("repeats", three, one))
    accepts(first)
    accepts(evidence_link("responds_to", two, one))
    accepts(evidence_link("withdraws", two, one))
    accepts(evidence_link("relies_on", two, three))
    refuses(rule, evidence_link("repeats", three, one))


def test_reliance_in_a_circle_across_claims() -> None:
    one, two = EvidenceFactory(), EvidenceFactory()
    accepts(evidence_link("repeats", one, two))
    refuses("evidencelink_no_circle", evidence_link("repeats", two, one))


def test_reliance_on_itself() -> None:
    """The circle of one is found first; the constraint would find it without the trigger."""
    one = EvidenceFactory()
    refuses("evidencelink_no_circle", evidence_link("repeats", one, one))
    refuses("evidencelink_not_itself", evidence_link("responds_to", one, one))
    accepts(evidence_link("responds_to", one, EvidenceFactory()))


def test_reliance_the_other_way_once_voided(editor: User) -> None:
    link = EvidenceLinkFactory()
    back = evidence_link("repeats", link.to_evidence, link.from_evidence)
    refuses("evidencelink_no_circle", back)
    void_evidence_link(by=editor, link=link, reason="The other way round.")
    accepts(back)


def test_evidence_link_words() -> None:
    one, two = EvidenceFactory(), EvidenceFactory()
    held = evidence_link("repeats", one, two)
    accepts(held)
    refuses("evidencelink_once", held)
    refuses("evidencelink_kind_known", evidence_link("admires", one, two))
    accepts(evidence_link("relies_on", one, two))


# A chain that jumps to other evidence, a span of another article's snapshot


def test_chain_to_other_evidence() -> None:
    held = AppearanceFactory()
    other = AppearanceFactory(snapshot=held.snapshot)
    onward = {"snapshot_id": None, "span": None}
    refuses("appearance_via_same_evidence", copied(APPEARANCE, held.pk, **onward, via_id=other.pk))
    deferred = Sql("SET CONSTRAINTS ALL DEFERRED")
    with connection.cursor() as cursor:
        cursor.execute(deferred.text)
    refuses("appearance_via_same_evidence", copied(APPEARANCE, held.pk, **onward, via_id=other.pk))
    accepts(copied(APPEARANCE, held.pk, **onward, via_id=held.pk))


def test_chain_that_bites_its_tail() -> None:
    held = AppearanceFactory()
    (pk,) = fetch("SELECT nextval(pg_get_serial_sequence(%s, 'id'))", APPEARANCE)
    loose = {"snapshot_id": None, "span": None}
    refuses("appearance_via_first", copied(APPEARANCE, held.pk, **loose, id=pk, via_id=pk))
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    refuses("appearance_via_first", copied(APPEARANCE, held.pk, **loose, id=pk, via_id=pk + 1))
    accepts(copied(APPEARANCE, held.pk, **loose, id=pk, via_id=held.pk))


def test_span_of_another_article() -> None:
    held = AppearanceFactory()
    article = ArticleFactory()
    rule = "appearance_snapshot_of_article"
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    refuses(rule, copied(APPEARANCE, held.pk, article_id=article.pk))
    other = SnapshotFactory(article=article)
    the = {"span": "[0,3)", "exact": "The", "prefix": "", "suffix": " minister"}
    refuses(rule, copied(APPEARANCE, held.pk, snapshot_id=other.pk, **the))
    accepts(copied(APPEARANCE, held.pk, article_id=article.pk, snapshot_id=other.pk, **the))


def test_appearance_words() -> None:
    held = AppearanceFactory()
    loose = {"snapshot_id": None, "span": None}
    refuses("appearance_once", copied(APPEARANCE, held.pk))
    accepts(copied(APPEARANCE, held.pk, **loose))
    refuses("appearance_once", copied(APPEARANCE, held.pk, **loose))
    other = {**loose, "article_id": ArticleFactory().pk}
    refuses("appearance_basis_known", copied(APPEARANCE, held.pk, **other, basis="hearsay"))
    refuses("appearance_score_in_range", copied(APPEARANCE, held.pk, **other, score="1.001"))
    refuses("appearance_score_in_range", copied(APPEARANCE, held.pk, **other, score="-0.001"))
    refuses("appearance_score_in_range", copied(APPEARANCE, held.pk, **other, score="NaN"))
    accepts(copied(APPEARANCE, held.pk, **other, score="1", basis="detected"))


# The same source, claim, stance and overlapping date twice


def test_evidence_twice(editor: User) -> None:
    held = EvidenceFactory()  # stated on 7 March 2023
    refuses("evidence_once", copied(EVIDENCE, held.pk))
    refuses("evidence_once", copied(EVIDENCE, held.pk, stated="[2023-03-01,2023-04-01)"))
    refuses("evidence_once", copied(EVIDENCE, held.pk, stated="(,)", scope="narrower"))
    accepts(copied(EVIDENCE, held.pk, stated="[2023-03-08,2023-03-09)"))
    accepts(copied(EVIDENCE, held.pk, stance="denies"))
    accepts(copied(EVIDENCE, held.pk, source_id=SourceFactory().pk))
    accepts(copied(EVIDENCE, held.pk, claim_id=ClaimFactory().pk))
    void_evidence(by=editor, evidence=held, reason="misread")
    accepts(copied(EVIDENCE, held.pk, void_reason=""))


# A probability outside 0 ≤ low ≤ high ≤ 1 or on anything but asserts


@pytest.mark.parametrize(
    ("low", "high"),
    [
        ("-0.001", "0.5"),
        ("0.5", "1.001"),
        ("0.6", "0.5"),
        ("0.5", None),
        (None, "0.5"),
        ("NaN", "NaN"),
        ("0.5", "NaN"),
    ],
)
def test_probability_out_of_order(low: str | None, high: str | None) -> None:
    held, day = EvidenceFactory(), "[2023-03-08,2023-03-09)"
    attack = copied(EVIDENCE, held.pk, stated=day, p_low=low, p_high=high)
    refuses("evidence_probability_in_order", attack)


def test_probability_in_order() -> None:
    held = EvidenceFactory()
    accepts(copied(EVIDENCE, held.pk, stated="[2023-03-08,2023-03-09)", p_low="0", p_high="1"))
    accepts(copied(EVIDENCE, held.pk, stated="[2023-03-09,2023-03-10)", p_low="0.5", p_high="0.5"))


@pytest.mark.parametrize("stance", ["denies", "supports", "weakens", "context"])
def test_probability_of_other_stance(stance: str) -> None:
    held = EvidenceFactory(note="It follows.")
    given = {"stance": stance, "p_low": "0.1", "p_high": "0.2"}
    refuses("evidence_probability_of_assertion", copied(EVIDENCE, held.pk, **given))
    accepts(copied(EVIDENCE, held.pk, **given | {"p_low": None, "p_high": None}))


def test_evidence_words() -> None:
    held = EvidenceFactory()
    other = {"source_id": SourceFactory().pk}
    refuses("evidence_stance_known", copied(EVIDENCE, held.pk, **other, stance="hints"))
    refuses("evidence_scope_known", copied(EVIDENCE, held.pk, **other, scope="vaguer"))
    refuses("evidence_stated_not_empty", copied(EVIDENCE, held.pk, **other, stated="empty"))
    refuses(
        "evidence_stated_in_calendar",
        copied(EVIDENCE, held.pk, **other, stated="[2023-03-08,infinity)"),
    )
    for stance in ("supports", "weakens"):
        refuses(
            "evidence_inference_has_note",
            copied(EVIDENCE, held.pk, **other, stance=stance, note=""),
        )
    accepts(copied(EVIDENCE, held.pk, **other, stance="supports", note="It follows."))


# Credibility 1 unless the claim's low ≥ 2


def test_credibility_one_of_single_origin(chief: User) -> None:
    claim = ClaimFactory(published=True)
    evidence = EvidenceFactory(claim=claim)
    verdict = VerdictFactory(claim=claim, finding="supported")
    rule = "citation_confirmed_by_others"
    refuses(rule, citation(verdict, evidence, credibility="1"))
    held = accepts(citation(verdict, evidence))
    refuses(rule, update(CITATION, held, credibility="1"))
    EvidenceFactory(claim=claim)
    accepts(update(CITATION, held, credibility="1"), publication(verdict, chief))


def test_credibility_one_of_an_origin_lost_before_publication(editor: User, chief: User) -> None:
    claim = ClaimFactory(published=True)
    evidence, other = EvidenceFactory(claim=claim), EvidenceFactory(claim=claim)
    verdict = VerdictFactory(claim=claim, finding="supported")
    held = accepts(citation(verdict, evidence, credibility="1"))
    void_evidence(by=editor, evidence=other, reason="misread")
    refuses("citation_confirmed_by_others", publication(verdict, chief))
    accepts(update(CITATION, held, credibility="2"), publication(verdict, chief))


def test_citation_words() -> None:
    claim = ClaimFactory(published=True)
    evidence = EvidenceFactory(claim=claim)
    verdict = VerdictFactory(claim=claim)
    refuses("citation_reliability_known", citation(verdict, evidence, reliability="G"))
    refuses("citation_credibility_known", citation(verdict, evidence, credibility="7"))
    accepts(citation(verdict, evidence))
    refuses("citation_once", citation(verdict, evidence))


# The one lawful exit: what a redaction may do, and nothing more


def test_appearance_redacted(editor: User) -> None:
    held = AppearanceFactory(hedge="could")
    blank = {"exact": "", "prefix": "", "suffix": "", "hedge": "", "redaction_reason": "order"}
    rule = "known_only_voided"
    for kept in ("exact", "prefix", "suffix", "hedge"):
        refuses(rule, update(APPEARANCE, held.pk, **blank | {kept: Raw(kept)}))
    refuses(rule, update(APPEARANCE, held.pk, **blank | {"redaction_reason": "  "}))
    refuses(rule, update(APPEARANCE, held.pk, **blank, span=None))
    refuses(rule, update(APPEARANCE, held.pk, **blank, seen=True))
    refuses(rule, update(APPEARANCE, held.pk, **blank, void_reason="wrong"))
    refuses(rule, update(APPEARANCE, held.pk, **blank, recorded_by_id=editor.pk))
    accepts(update(APPEARANCE, held.pk, **blank))
    refuses(rule, update(APPEARANCE, held.pk, **blank | {"redaction_reason": "another"}))
    refuses(rule, update(APPEARANCE, held.pk, exact="it could be dry", redaction_reason=""))
    accepts(update(APPEARANCE, held.pk, void_reason="wrong"))


def test_appearance_redacted_after_it_was_voided() -> None:
    held = AppearanceFactory()
    blank = {"exact": "", "prefix": "", "suffix": "", "hedge": "", "redaction_reason": "order"}
    accepts(update(APPEARANCE, held.pk, void_reason="wrong"))
    accepts(update(APPEARANCE, held.pk, **blank))
    assert Appearance.objects.get(pk=held.pk).is_void


def test_appearance_born_redacted() -> None:
    held = AppearanceFactory()
    loose = {"snapshot_id": None, "span": None, "exact": "", "prefix": "", "suffix": ""}
    refuses(
        "appearance_starts_whole", copied(APPEARANCE, held.pk, **loose, redaction_reason="hidden")
    )
    accepts(copied(APPEARANCE, held.pk, **loose))


@pytest.mark.parametrize("published", [True, False])
def test_claim_redacted(published: bool, editor: User) -> None:
    claim = ClaimFactory(prediction=True, published=published)
    blank = {"text": "", "criteria": "", "slug": "claim", "redaction_reason": "order"}
    half = "claim_frozen" if published else "claim_redaction_blanks"
    refuses(half, update(CLAIM, claim.pk, **blank | {"criteria": Raw("criteria")}))
    refuses(half, update(CLAIM, claim.pk, **blank, language="fr"))
    refuses(half, update(CLAIM, claim.pk, **blank, logged_by_id=editor.pk))
    refuses("claim_redaction_blanks", update(CLAIM, claim.pk, redaction_reason="order"))
    no_reason = update(CLAIM, claim.pk, **blank | {"redaction_reason": " "})
    refuses(half, no_reason)
    accepts(update(CLAIM, claim.pk, **blank))
    refuses("claim_redacted", update(CLAIM, claim.pk, redaction_reason="another"))
    refuses("claim_redacted", update(CLAIM, claim.pk, slug="the-old-words"))
    accepts(update(CLAIM, claim.pk, evidence_state="contested"))


def test_redacted_draft_stays_redacted() -> None:
    claim = ClaimFactory()
    accepts(update(CLAIM, claim.pk, text="", criteria="", redaction_reason="order"))
    refuses("claim_redacted", update(CLAIM, claim.pk, text="The old words"))
    refuses("claim_redacted", update(CLAIM, claim.pk, text="The old words", redaction_reason=""))
    refuses("claim_redacted", update(CLAIM, claim.pk, **PUBLISH))


def test_claim_born_redacted() -> None:
    claim = ClaimFactory()
    refuses("claim_starts_whole", copied(CLAIM, claim.pk, text="", redaction_reason="hidden"))
    accepts(copied(CLAIM, claim.pk))


# What else the tables refuse


def test_claim_words() -> None:
    held = ClaimFactory().pk
    refuses("claim_kind_known", copied(CLAIM, held, kind="gossip"))
    refuses("claim_text_not_blank", copied(CLAIM, held, text=" \n"))
    refuses("claim_slug_not_blank", copied(CLAIM, held, slug=""))
    refuses("claim_slug_not_blank", update(CLAIM, held, slug="\n"))
    refuses("claim_window_not_empty", copied(CLAIM, held, window="empty"))
    refuses("claim_window_in_calendar", copied(CLAIM, held, window="[-infinity,2023-01-01)"))
    refuses("claim_state_known", copied(CLAIM, held, evidence_state="splendid"))
    refuses("claim_origins_in_order", copied(CLAIM, held, origins_low=2, origins_high=1))
    refuses("claims_claim_origins_low_check", copied(CLAIM, held, origins_low=-1))
    refuses("claims_claim_origins_high_check", copied(CLAIM, held, origins_low=-2, origins_high=-1))
    refuses("claims_claim_for_count_check", copied(CLAIM, held, for_count=-1))
    refuses("claims_claim_against_count_check", copied(CLAIM, held, against_count=-1))
    accepts(copied(CLAIM, held, slug="other"))
    accepts(copied(CLAIM, held, origins_low=1, origins_high=1, for_count=1, against_count=1))


def test_question_words() -> None:
    held = QuestionFactory().pk
    refuses("question_text_not_blank", copied(QUESTION, held, slug="other", text=" "))
    refuses("question_slug_not_blank", copied(QUESTION, held, slug=""))
    refuses("question_slug_not_blank", update(QUESTION, held, slug=" "))
    refuses("claims_question_slug_key", copied(QUESTION, held))
    accepts(copied(QUESTION, held, slug="other"))


def test_verdict_words() -> None:
    draft = VerdictFactory()
    other = {"claim_id": ClaimFactory(published=True).pk}
    refuses("verdict_kind_known", copied(VERDICT, draft.pk, **other, kind="guess"))
    refuses("verdict_finding_known", copied(VERDICT, draft.pk, **other, finding="half true"))
    refuses("verdict_confidence_known", copied(VERDICT, draft.pk, **other, confidence="total"))
    refuses("verdict_reason_not_blank", copied(VERDICT, draft.pk, **other, summary=" "))
    refuses("verdict_reason_not_blank", copied(VERDICT, draft.pk, **other, reasoning="\n"))
    refuses(
        "verdict_dated_in_calendar",
        copied(VERDICT, draft.pk, **other, dated="[2023-01-01,infinity]"),
    )
    rule = "verdict_finding_unless_withdrawal"
    refuses(rule, copied(VERDICT, draft.pk, **other, finding=""))
    refuses(rule, copied(VERDICT, draft.pk, **other, confidence=""))
    withdrawal = {"kind": "withdrawal", "correction_note": "All of it."}
    refuses(rule, copied(VERDICT, draft.pk, **other, **withdrawal))
    accepts(copied(VERDICT, draft.pk, **other, **withdrawal, finding="", confidence=""))


def test_verdict_on_draft_claim(chief: User) -> None:
    verdict = VerdictFactory(claim__published=False)
    refuses("verdict_on_published_claim", publication(verdict, chief))
    accepts(update(CLAIM, verdict.claim_id, **PUBLISH), publication(verdict, chief))


def test_claim_link_words() -> None:
    one, two = sorted((ClaimFactory().pk, ClaimFactory().pk))
    held = ClaimLinkFactory(kind="entails")
    pair = {"from_claim_id": one, "to_claim_id": two}
    refuses("claimlink_kind_known", copied(CLAIMLINK, held.pk, **pair, kind="rhymes_with"))
    refuses("claimlink_not_itself", copied(CLAIMLINK, held.pk, from_claim_id=Raw("to_claim_id")))
    refuses("claimlink_once", copied(CLAIMLINK, held.pk))
    reverse = {"from_claim_id": two, "to_claim_id": one}
    refuses("claimlink_symmetric_once", copied(CLAIMLINK, held.pk, **reverse, kind="contradicts"))
    accepts(copied(CLAIMLINK, held.pk, **pair, kind="contradicts"))
    accepts(copied(CLAIMLINK, held.pk, **reverse))
    rule = "claimlink_survivor_of_two"
    same = {**pair, "kind": "same_as"}
    refuses(rule, copied(CLAIMLINK, held.pk, **same))
    refuses(rule, copied(CLAIMLINK, held.pk, **same, survivor_id=held.from_claim_id))
    refuses(rule, copied(CLAIMLINK, held.pk, **pair, survivor_id=one))
    accepts(copied(CLAIMLINK, held.pk, **same, survivor_id=one))


def test_claim_merged_in_a_circle() -> None:
    one, two, three = sorted(ClaimFactory().pk for _ in range(3))
    held = ClaimLinkFactory()

    def merged(gone: int, kept: int) -> Sql:
        first, second = sorted((gone, kept))
        pair = {"from_claim_id": first, "to_claim_id": second, "survivor_id": kept}
        return copied(CLAIMLINK, held.pk, **pair, kind="same_as")

    accepts(merged(one, two))
    refuses("claimlink_merged_once", merged(one, three))
    refuses("claimlink_survivor_stands", merged(three, one))
    accepts(merged(two, three))
    refuses("claimlink_survivor_stands", merged(three, one))
    refuses("claimlink_survivor_stands", merged(three, two))


def test_challenge_words() -> None:
    held = ChallengeFactory().pk
    refuses("challenge_body_not_blank", copied(CHALLENGE, held, body=" "))
    closed = {"closed_at": LONG_AGO, "answer": "No."}
    refuses("challenge_outcome_known", copied(CHALLENGE, held, **closed, outcome="ignored"))
    rule = "challenge_closed_with_answer"
    refuses(rule, update(CHALLENGE, held, outcome="rejected"))
    refuses(rule, update(CHALLENGE, held, outcome="rejected", answer="No."))
    refuses(rule, update(CHALLENGE, held, outcome="rejected", closed_at=LONG_AGO, answer=" "))
    refuses(rule, update(CHALLENGE, held, closed_at=LONG_AGO, answer="No."))
    accepts(update(CHALLENGE, held, outcome="rejected", closed_at=LONG_AGO, answer="No."))


def test_match_decision_changed() -> None:
    table, held = "claims_matchdecision", MatchDecisionFactory().pk
    rule = "matchdecision_immutable"
    refuses(rule, update(table, held, outcome=Raw("outcome")))
    refuses(rule, update(table, held, score=0.9))
    refuses(rule, update(table, held, claim_id=ClaimFactory().pk))
    refuses(rule, delete(table, held))
    new = accepts(copied(table, held, claim_id=ClaimFactory().pk, decided_at=LONG_AGO))
    (stamped,) = fetch(f"SELECT decided_at > %s FROM {table} WHERE id = %s", LONG_AGO, new)
    assert stamped is True


def test_match_decision_values() -> None:
    table, held = "claims_matchdecision", MatchDecisionFactory()
    other = {"claim_id": ClaimFactory().pk}
    for score in (1.01, -0.01, Raw("'NaN'"), Raw("'Infinity'"), Raw("'-Infinity'")):
        refuses("matchdecision_score_in_range", copied(table, held.pk, **other, score=score))
    refuses("matchdecision_method_known", copied(table, held.pk, **other, method="guessed"))
    refuses("matchdecision_outcome_known", copied(table, held.pk, **other, outcome="perhaps"))
    refuses("matchdecision_once", copied(table, held.pk))
    refuses("matchdecision_once", copied(table, held.pk, outcome="same"))
    itself = {"claim_id": held.suggested_id}
    rule = "matchdecision_unlike_itself"
    refuses(rule, copied(table, held.pk, **itself))
    refuses(rule, copied(table, held.pk, **itself, outcome="variant"))
    accepts(copied(table, held.pk, **itself, outcome="same", score=1))
    accepts(copied(table, held.pk, **itself, outcome="same", score=0))  # used twice
    accepts(copied(table, held.pk, **other, method="fused", outcome="same"))


# The desk's working state


def test_saved_filter_without_a_name_or_twice(editor: User, chief: User) -> None:
    kept = {"owner_id": editor.pk, "name": "Wars", "query": "list=check"}
    accepts(insert("claims_savedfilter", **kept))
    refuses("savedfilter_name_once", insert("claims_savedfilter", **kept))
    accepts(insert("claims_savedfilter", **{**kept, "owner_id": chief.pk}))
    refuses("savedfilter_name_not_blank", insert("claims_savedfilter", **{**kept, "name": " "}))


def test_sentence_without_a_claim_twice_or_without_a_hash(editor: User) -> None:
    table, read = "claims_noclaim", {"article_id": ArticleFactory().pk, "by_id": editor.pk}
    accepts(insert(table, **read, sentence_sha256="0" * 64))
    refuses("noclaim_sentence_once", insert(table, **read, sentence_sha256="0" * 64))
    for wrong in ("", "0" * 63, "G" * 64, f"{'0' * 63}\n"):
        refuses("noclaim_is_a_hash", insert(table, **read, sentence_sha256=wrong))


def test_evidence_told_apart_twice_or_the_other_way_round(editor: User) -> None:
    table, (one, two) = "claims_notacopy", sorted(EvidenceFactory().pk for _time in range(2))
    accepts(insert(table, one_id=one, other_id=two, by_id=editor.pk))
    refuses("notacopy_once", insert(table, one_id=one, other_id=two, by_id=editor.pk))
    refuses("notacopy_lower_first", insert(table, one_id=two, other_id=one, by_id=editor.pk))
    refuses("notacopy_lower_first", insert(table, one_id=one, other_id=one, by_id=editor.pk))


IMPORT = {
    "state": "uploading",
    "rows_total": 0,
    "rows_done": 0,
    "counts": Raw("'{}'"),
    "cancel_wanted": False,
    "fault": "",
    "version": 1,
    "attempts": 0,
    "walk_from": 0,
}


def test_import_in_an_unknown_state_or_twice_in_one_place(editor: User) -> None:
    batch = insert("claims_importbatch", **IMPORT, by_id=editor.pk, name="Claims")
    refuses(
        "importbatch_state_known",
        insert("claims_importbatch", **{**IMPORT, "state": "lost"}, by_id=editor.pk, name="Claims"),
    )
    batch_id = accepts(batch)
    file = {"batch_id": batch_id, "position": 1, "name": "a.csv", "size": 0}
    file |= {"sha256": "", "encoding": ""}
    file_id = accepts(insert("claims_importfile", **file))
    refuses("importfile_position_once", insert("claims_importfile", **file))
    part = {"file_id": file_id, "position": 1, "content": b"a"}
    accepts(insert("claims_importpart", **part))
    refuses("importpart_position_once", insert("claims_importpart", **part))
    sheet = {"batch_id": batch_id, "file_id": file_id, "position": 1, "name": "", "format": "csv"}
    sheet |= {"headings": [], "notes": [], "mapping": [], "rows": 0, "encoding": ""}
    sheet |= {"answers": Raw("'{}'"), "samples": Raw("'[]'")}
    sheet_id = accepts(insert("claims_importsheet", **sheet))
    refuses("importsheet_position_once", insert("claims_importsheet", **sheet))
    row = {"batch_id": batch_id, "sheet_id": sheet_id, "number": 1, "line": 2, "raw": ["a"]}
    row |= {"problems": Raw("'[]'"), "added": [], "wrote": Raw("'{}'")}
    row["resembles"] = Raw("'[]'")
    accepts(insert("claims_importrow", **row))
    refuses("importrow_number_once", insert("claims_importrow", **row))
    refuses(
        "importrow_state_known", insert("claims_importrow", **{**row, "number": 2}, state="lost")
    )


def test_headings_remembered_twice(editor: User) -> None:
    known = {"headings_key": "0" * 64, "mapping": [], "answers": Raw("'{}'"), "by_id": editor.pk}
    accepts(insert("claims_importmemory", **known))
    refuses("importmemory_headings_once", insert("claims_importmemory", **known))
