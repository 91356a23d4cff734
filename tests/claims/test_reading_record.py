"""What changed, on the page of a claim and for the whole site, and the corrections."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from django.utils import timezone

from articles.admin.record import VERBS
from articles.models import Event
from claims.actions.evidence import void_evidence
from claims.actions.intake import edit_claim, publish_claim
from claims.actions.verdicts import Grade, propose_withdrawal, publish_verdict
from claims.choices import ClaimKind, EvidenceLinkKind, Finding, VerdictKind
from claims.models import Claim, Verdict
from claims.reading import history
from claims.reading.corrected import last_month
from tests.factories import (
    ClaimFactory,
    EvidenceFactory,
    EvidenceLinkFactory,
    MergeFactory,
    SnapshotFactory,
    SourceFactory,
    VerdictFactory,
    day,
    passage_of,
)
from tests.pages import Element, read

pytestmark = pytest.mark.django_db


def get(client: Client, address: str) -> Element:
    response = client.get(address)
    assert response.status_code == 200
    return read(response.content)


def entries(page: Element) -> list[tuple[list[str], str]]:
    """Each entry of the timelines: its badges, old one first, and what it tells."""
    return [
        (entry.texts(".badge"), re.sub(r" E-[0-9]+$", "", entry.one(".timeline__why").text))
        for timeline in page.all("ol.timeline")
        for entry in timeline.all("li")
    ]


@pytest.fixture
def told(editor: User, chief: User) -> Claim:
    """A claim with a history: published, contested, refuted, corrected."""
    claim = ClaimFactory(text="It rained")
    EvidenceFactory(claim=claim, source=SourceFactory(name="Anna"))
    publish_claim(by=editor, claim=claim)
    denial = EvidenceFactory(claim=claim, source=SourceFactory(name="Bert"), stance="denies")
    cite = [Grade(evidence=denial)]
    VerdictFactory(
        claim=claim,
        finding=Finding.REFUTED,
        summary="Bert was there.",
        citations=cite,
        published_by=chief,
    )
    void_evidence(by=editor, evidence=denial, reason="Bert was elsewhere.")
    VerdictFactory(
        claim=claim,
        kind=VerdictKind.CORRECTION,
        finding=Finding.INSUFFICIENT,
        summary="Only Anna says so.",
        correction_note="We believed Bert.",
        published_by=chief,
    )
    return claim


def test_claim_tells_its_changes_newest_first(reader: Client, told: Claim) -> None:
    assert entries(get(reader, told.get_absolute_url())) == [
        (["Refuted", "Unproven"], "Verdict corrected: We believed Bert."),
        ([], "Evidence of Bert voided: Bert was elsewhere."),
        (["Contested", "Refuted"], "First verdict: Bert was there."),
        (["Single origin", "Contested"], "Denied by Bert."),
        (["Single origin"], "Claim put on the public record."),
        (["Unsourced", "Single origin"], "Asserted by Anna."),
        ([], "Claim logged."),
    ]


def test_claim_folds_what_moved_nothing(reader: Client, told: Claim) -> None:
    EvidenceFactory(claim=told, source=SourceFactory(name="Carl"))
    page = get(reader, told.get_absolute_url())
    assert page.texts("summary") == [
        "1 piece of evidence voided",
        "1 earlier verdict",
        "2 more entries of the record",
        "Show it on another site",
    ]
    assert entries(page)[-2:] == [([], "Asserted by Carl."), ([], "Claim logged.")]


def test_changes_tell_what_moved_a_public_status(reader: Client, told: Claim) -> None:
    page = get(reader, f"/changes/?month={timezone.now():%Y-%m}")
    assert entries(page) == [
        (["Refuted", "Unproven"], "Verdict corrected: We believed Bert."),
        (["Contested", "Refuted"], "First verdict: Bert was there."),
        (["Single origin", "Contested"], "Denied by Bert."),
        (["Single origin"], "Claim put on the public record."),
    ]
    assert page.texts(".claim-row__claim") == ["Claim: It rained"] * 4


def test_changes_say_the_same_as_the_page_of_the_claim(reader: Client, told: Claim) -> None:
    on_the_claim = entries(get(reader, told.get_absolute_url()))
    told_of = entries(get(reader, f"/changes/?month={timezone.now():%Y-%m}"))
    assert [entry for entry in told_of if entry not in on_the_claim] == []


def test_newest_change_ends_at_the_present_status(reader: Client, told: Claim) -> None:
    page = get(reader, told.get_absolute_url())
    assert page.one(".status-line").one(".badge").text == entries(page)[0][0][-1]


def test_change_links_to_its_place_and_its_evidence(reader: Client, told: Claim) -> None:
    denial = told.evidence.get(source__name="Bert")
    event = Event.objects.get(verb="evidence.linked", subject_id=denial.pk)
    link = get(reader, "/changes/").one(f"#event-{event.pk}").one(".claim-row__claim").one("a")
    assert link["href"] == f"{told.get_absolute_url()}#event-{event.pk}"
    entry = get(reader, told.get_absolute_url()).one(f"#event-{event.pk}")
    assert entry.one(".timeline__why").one("a")["href"] == f"#evidence-{denial.pk}"


def test_change_tells_when_it_happened_apart_from_when_it_was_logged(
    reader: Client, told: Claim
) -> None:
    denial = told.evidence.get(source__name="Bert")
    event = Event.objects.get(verb="evidence.linked", subject_id=denial.pk)
    when = get(reader, "/changes/").one(f"#event-{event.pk}").one(".timeline__when")
    at = f"{event.at.day} {event.at:%B %Y, %H:%M} UTC"
    assert when.text == f"7 March 2023 logged {at}"
    assert [time["datetime"] for time in when.all("time")] == [
        "2023-03-07",
        f"{event.at:%Y-%m-%dT%H:%M:%SZ}",
    ]


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (0, None),
        (1, "Logged late (1 day after the event)"),
        (60, "Logged late (60 days after the event)"),
        (61, None),
    ],
)
def test_change_says_that_it_was_logged_late(reader: Client, days: int, said: str | None) -> None:
    claim = ClaimFactory(published=True)
    stated = timezone.now().date() - timedelta(days=days)
    EvidenceFactory(claim=claim, stated=DateRange(stated, stated + timedelta(days=1)))
    page = get(reader, claim.get_absolute_url())
    whens = [when.texts("span")[1:] for when in page.all(".timeline__when")]
    assert whens[0] == ([] if said is None else [said])


def test_change_of_a_prediction_is_told_by_its_outcome(
    reader: Client, editor: User, chief: User
) -> None:
    claim = ClaimFactory(prediction=True, published=True)
    row = EvidenceFactory(claim=claim)
    VerdictFactory(
        claim=claim,
        finding=Finding.SUPPORTED,
        summary="It rained.",
        citations=[Grade(evidence=row)],
        dated=day("2023-04-20"),
        published_by=chief,
    )
    page = get(reader, "/changes/")
    assert entries(page) == [
        (["Overdue", "Came true"], "First verdict: It rained."),
        (["Overdue"], "Claim put on the public record."),
    ]
    assert page.all(".timeline__when")[0].text.startswith("20 April 2023 logged ")


def test_change_awaits_before_the_window_has_closed(reader: Client) -> None:
    window = DateRange(date(2023, 3, 8), date(2100, 1, 1))
    ClaimFactory(prediction=True, window=window, published=True)
    assert entries(get(reader, "/changes/")) == [
        (["Awaiting outcome"], "Claim put on the public record.")
    ]


def test_change_names_which_evidence_repeats_which(reader: Client) -> None:
    claim = ClaimFactory(published=True)
    first = EvidenceFactory(claim=claim, source=SourceFactory(name="Anna"))
    copy = EvidenceFactory(claim=claim, source=SourceFactory(name="Le Monde"))
    EvidenceLinkFactory(evidence=copy, other=first, kind=EvidenceLinkKind.REPEATS)
    for address in (claim.get_absolute_url(), "/changes/"):
        assert entries(get(reader, address))[0] == (
            ["Corroborated", "Single origin"],
            f"E-{copy.pk} (Le Monde) repeats E-{first.pk} (Anna).",
        )


def test_changes_tell_of_a_merge_that_moved_the_status(reader: Client) -> None:
    kept, gone = ClaimFactory(published=True), ClaimFactory(published=True)
    EvidenceFactory(claim=gone)
    MergeFactory(duplicate=gone, survivor=kept, note="Same words")
    assert entries(get(reader, kept.get_absolute_url()))[0] == (
        ["Unsourced", "Single origin"],
        "Another claim was merged into this one: Same words",
    )


def test_changes_leave_out_drafts_and_the_desk(
    reader: Client, editor_client: Client, editor: User
) -> None:
    EvidenceFactory(claim=ClaimFactory())
    public = ClaimFactory(text="Public")
    edit_claim(by=editor, claim=public, text="Reworded")
    publish_claim(by=editor, claim=public)
    VerdictFactory(claim=public)
    for client in (reader, editor_client):
        assert entries(get(client, "/changes/")) == [
            (["Unsourced"], "Claim put on the public record.")
        ]
    public.refresh_from_db()
    assert entries(get(reader, public.get_absolute_url())) == [
        (["Unsourced"], "Claim put on the public record."),
        ([], "Claim logged."),
    ]


def test_change_whose_text_was_removed_still_shows(reader: Client, told: Claim) -> None:
    with_text = Event.objects.filter(claim=told)
    Event.objects.bulk_create(
        Event(
            chain=f"claim/{told.pk}",
            subject_type="claim",
            subject_id=told.pk,
            claim=told,
            verb=verb,
            by=told.logged_by,
            payload=payload,
        )
        for verb, payload in [
            ("claim.redacted", {}),
            ("verdict.published", {}),
            ("evidence.linked", {"standing": None}),
            ("evidence.related", {"kind": 3, "from_evidence": "x"}),
            ("something.new", {"standing": {"to": {}}}),
        ]
    )
    assert with_text.count() == len(entries(get(reader, told.get_absolute_url()))) + 2
    assert get(reader, "/changes/").all("ol.timeline") != []


def test_changes_of_an_empty_site_say_so(reader: Client) -> None:
    assert get(reader, "/changes/").texts(".empty__title") == ["Nothing has changed yet"]


@pytest.mark.parametrize("size", [1, 3])
def test_changes_take_the_same_queries_for_any_number(
    reader: Client, size: int, django_assert_num_queries: object
) -> None:
    for _ in range(size):
        EvidenceFactory(claim=ClaimFactory(published=True))
    with django_assert_num_queries(4):
        assert len(entries(get(reader, "/changes/"))) == 2 * size


@pytest.mark.parametrize(
    "address", ["/changes/?page=0", "/changes/?page=x", "/corrections/?page=2"]
)
def test_record_page_that_is_not_there_is_404(reader: Client, address: str) -> None:
    assert reader.get(address).status_code == 404


def test_corrections_tell_what_was_wrong_and_how_long_it_stood(reader: Client, told: Claim) -> None:
    page = get(reader, "/corrections/")
    entry = page.one(".timeline").one("li")
    assert entry.texts(".badge") == ["Refuted", "Unproven"]
    assert entry.texts(".timeline__why") == [
        "What was wrong: We believed Bert.",
        "Now: Only Anna says so.",
    ]
    assert entry.one(".timeline__when").texts("span") == ["Stood for less than a minute"]
    assert entry.one(".claim-row__claim").text == "Claim: It rained"


def test_corrections_tell_of_withdrawals_too(reader: Client, editor: User, chief: User) -> None:
    claim = ClaimFactory(published=True)
    EvidenceFactory(claim=claim)
    withdrawal = propose_withdrawal(by=editor, claim=claim, reason="It was mistranslated.")
    publish_verdict(by=chief, verdict=withdrawal)
    entry = get(reader, "/corrections/").one(".timeline").one("li")
    assert entry.texts(".badge") == ["Single origin", "Withdrawn"]
    assert entry.texts(".timeline__why") == ["Withdrawn: It was mistranslated."]


def test_corrections_leave_out_first_verdicts_and_proposals(reader: Client, chief: User) -> None:
    claim = ClaimFactory(published=True)
    VerdictFactory(claim=claim, published_by=chief)
    VerdictFactory(claim=claim, kind=VerdictKind.CORRECTION, correction_note="Wrong.")
    assert get(reader, "/corrections/").texts(".empty__title") == ["No corrections so far"]


@pytest.mark.parametrize("size", [1, 3])
def test_corrections_take_the_same_queries_for_any_number(
    reader: Client, editor: User, chief: User, size: int, django_assert_num_queries: object
) -> None:
    for _ in range(size):
        claim = ClaimFactory(kind=ClaimKind.CAUSE, published=True)
        withdrawal = propose_withdrawal(by=editor, claim=claim, reason="Wrong.")
        publish_verdict(by=chief, verdict=withdrawal)
    with django_assert_num_queries(4):
        page = get(reader, "/corrections/")
    assert len(page.one(".timeline").all("li")) == size


def corrected_at(moment: datetime, chief: User, text: str, finding: str = "refuted") -> Claim:
    """A claim that was refuted, and corrected at that moment."""
    claim = ClaimFactory(text=text, published=True)
    cite = [Grade(evidence=EvidenceFactory(claim=claim, stance="denies"))]
    VerdictFactory(claim=claim, finding="refuted", citations=cite, published_by=chief)
    verdict = VerdictFactory(
        claim=claim,
        kind=VerdictKind.CORRECTION,
        finding=finding,
        citations=cite,
        correction_note="We erred.",
        published_by=chief,
    )
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # no triggers
        Verdict.objects.filter(claim=claim).update(published_at=moment - timedelta(hours=1))
        Verdict.objects.filter(pk=verdict.pk).update(published_at=moment)
        cursor.execute("SET LOCAL session_replication_role = origin")
    return claim


def test_changes_have_corrected_ratings_on_top(reader: Client, told: Claim) -> None:
    page = get(reader, "/changes/")
    first, second = page.all("ol.timeline")
    assert [entry.texts(".badge") for entry in first.all("li")] == [["Refuted", "Unproven"]]
    assert second.texts(".overline") == ["Our correction"]
    assert len(get(reader, f"/changes/?month={timezone.now():%Y-%m}").all("ol.timeline")) == 1


def test_changes_are_found_by_month_and_by_source(reader: Client, told: Claim) -> None:
    EvidenceFactory(claim=ClaimFactory(text="Elsewhere", published=True))
    this = f"{timezone.now():%Y-%m}"
    anna = told.evidence.get(source__name="Anna").source
    assert len(entries(get(reader, f"/changes/?source={anna.slug}&month={this}"))) == 4
    empty = get(reader, "/changes/?month=2020-01")
    assert empty.texts(".empty__title") == ["Nothing changed then"]
    assert [(link.text, link["href"]) for link in empty.all(".meta")[0].all("a")] == [
        ("All changes", "/changes/"),
        ("December 2019", "?month=2019-12"),
        ("February 2020", "?month=2020-02"),
    ]
    assert get(reader, "/changes/?month=x").one(".empty").texts("p")[1] == "“x” is no month."
    assert reader.get("/changes/?month=last").status_code == 302


def test_changes_tell_what_a_source_took_back_as_its_own_correction(reader: Client) -> None:
    claim = ClaimFactory(published=True)
    anna = SourceFactory(person=True, name="Anna")
    row = EvidenceFactory(claim=claim, source=anna)
    later = EvidenceFactory(claim=claim, source=anna, stance="context", stated=day("2023-03-09"))
    EvidenceLinkFactory(evidence=later, other=row, kind="withdraws")
    for address in ("/changes/", claim.get_absolute_url()):
        entry = get(reader, address).all("ol.timeline")[0].all("li")[0]
        assert entry.texts(".overline") == ["Taken back by the source itself"]


def parts(page: Element) -> list[tuple[str, list[str]]]:
    """The parts of the page of corrections, each with its claims."""
    return [
        (part.one("h2").text, part.texts(".claim-row__claim"))
        for part in page.all("section.section")
    ]


def test_corrections_stand_by_month_with_changed_ratings_on_top(
    reader: Client, chief: User
) -> None:
    for moment, text, finding in (
        (datetime(2026, 2, 27, tzinfo=UTC), "A", "refuted"),
        (datetime(2026, 2, 3, tzinfo=UTC), "B", "insufficient"),
        (datetime(2026, 1, 31, 23, 59, tzinfo=UTC), "C", "insufficient"),
    ):
        corrected_at(moment, chief, text, finding)
    page = get(reader, "/corrections/")
    assert parts(page) == [
        ("February 2026: another rating", ["Claim: B"]),
        ("February 2026: the same rating, otherwise explained", ["Claim: A"]),
        ("January 2026: another rating", ["Claim: C"]),
    ]
    months = page.one(".facets").all("section")[1]
    assert [(link.text, link["href"]) for link in months.all("a")] == [
        ("February 2026 2", "/corrections/?month=2026-02"),
        ("January 2026 1", "/corrections/?month=2026-01"),
    ]
    assert parts(get(reader, "/corrections/?month=2026-01")) == [
        ("January 2026: another rating", ["Claim: C"])
    ]


def test_last_months_corrections_are_one_click_away(reader: Client) -> None:
    (link,) = [a for a in get(reader, "/").all("a") if a.text == "Last month’s corrections"]
    response = reader.get(link["href"])
    before = timezone.now().replace(day=1) - timedelta(days=1)
    assert (response.status_code, response["Location"]) == (
        302,
        f"/corrections/?month={before:%Y-%m}",
    )
    assert get(reader, response["Location"]).texts(".empty__title") == ["No correction fits"]


@pytest.mark.parametrize(
    ("today", "said"),
    [(date(2026, 1, 31), "2025-12"), (date(2026, 3, 1), "2026-02"), (date(2026, 12, 1), "2026-11")],
)
def test_last_month_is_the_one_before(today: date, said: str) -> None:
    assert last_month(today) == said


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("month=2026-13", "“2026-13” is no month."),
        ("month=0000-01", "“0000-01” is no month."),
        ("month=%00", ""),
        ("month=9999-12", ""),
        ("source=nobody", "No source here is called “nobody”."),
        ("whose=nobody", "Nobody here is called “nobody”."),
        ("whose=theirs&month=x", "“x” is no month."),
    ],
)
def test_corrections_say_what_does_not_exist(reader: Client, query: str, said: str) -> None:
    (empty,) = get(reader, f"/corrections/?{query}").all(".empty")
    assert [text for text in empty.texts("p")[1:-1] if text] == ([said] if said else [])


def test_corrections_of_the_sources_stand_apart_from_ours(reader: Client, told: Claim) -> None:
    anna = SourceFactory(person=True, name="Anne")
    row = EvidenceFactory(claim=told, source=anna)
    later = EvidenceFactory(
        claim=told,
        source=anna,
        stance="denies",
        stated=day("2023-03-09"),
        passages=[passage_of(SnapshotFactory(), "Nobody else saw rain")],
    )
    EvidenceLinkFactory(evidence=later, other=row, kind="withdraws", note="She misread it.")
    hidden = EvidenceFactory()
    EvidenceLinkFactory(evidence=EvidenceFactory(), other=hidden, kind="withdraws")
    ours = get(reader, "/corrections/")
    whose = ours.one(".facets").all("section")[0]
    assert [(link.text, link["href"]) for link in whose.all("a")] == [
        ("Ours 1", "?"),
        ("Taken back by the source itself 1", "?whose=theirs"),
    ]
    page = get(reader, "/corrections/?whose=theirs")
    (entry,) = page.one("ol.timeline").all("li")
    assert entry.one(".timeline__when").texts("span")[-1] == "Taken back after 2 days"
    assert entry.texts("p") == [
        f"Anne took back E-{row.pk}, 7 March 2023",
        "Claim: It rained",
        "Nobody else saw rain",
        "She misread it.",
        "Our status now: Unproven",
    ]
    assert page.one(".facets").all("section")[1].texts("a") == [f"{timezone.now():%B %Y} 1"]


@pytest.mark.parametrize("size", [1, 3])
def test_takings_back_take_the_same_queries_for_any_number(
    reader: Client, size: int, django_assert_num_queries: object
) -> None:
    for _ in range(size):
        row = EvidenceFactory(claim=ClaimFactory(published=True))
        later = EvidenceFactory(claim=row.claim, source=row.source, stance="denies")
        EvidenceLinkFactory(evidence=later, other=row, kind="withdraws")
    with django_assert_num_queries(7):
        page = get(reader, "/corrections/?whose=theirs")
    assert len(page.one("ol.timeline").all("li")) == size


def test_history_names_nothing_that_it_was_not_given(told: Claim) -> None:
    events = history.with_moves(Event.objects.filter(claim=told)).order_by("at")
    assert history.tell(events, {}, {}) == []
    assert [change.what for change in history.tell(events, {told.pk: told}, {})] == [
        "Claim logged",
        "Evidence linked",
        "Claim put on the public record",
        "Evidence linked",
        "First verdict",
        "Evidence voided",
        "Verdict corrected",
    ]


def test_readers_are_told_every_act_in_words_or_spared_it() -> None:
    """Also that similar claims were looked at, which is the desk's own matter."""
    of_claims = {
        "appearance",
        "challenge",
        "claim",
        "evidence",
        "match",
        "outsideverdict",
        "verdict",
    }
    acts = {verb for verb in VERBS if verb.partition(".")[0] in of_claims}
    told = {
        history.entries.JUDGED,
        *history.entries._WORDS,
        *(verb for verb in acts if verb.endswith(".redacted")),
    }
    assert acts - told == set(history._INTERNAL) & acts
    assert not told & set(history._INTERNAL)
