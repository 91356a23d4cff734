"""The page of a claim, as a reader sees it."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import User
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from django.utils import timezone

from articles.choices import ArticleKind
from articles.models import Snapshot, Source
from claims.actions.challenges import close_challenge
from claims.actions.evidence import Passage, void_evidence
from claims.actions.merging import merge_claims
from claims.actions.verdicts import Grade, propose_withdrawal, publish_verdict
from claims.choices import ClaimKind, ClaimLinkKind, EvidenceLinkKind, Finding, VerdictKind
from claims.models import Appearance, Claim, Evidence, EvidenceLink
from tests.factories import (
    AffiliationFactory,
    ArticleFactory,
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
    day,
    passage_of,
)
from tests.pages import Element, read

pytestmark = pytest.mark.django_db

NORD_STREAM = "A pro-Ukrainian group sabotaged the Nord Stream pipelines"
DAY_378 = (
    "A newspaper wrote that intelligence suggests that “a pro-Ukrainian group” did it. "
    "“It’s not our action,” Reznikov said. The Kremlin spoke of a means to “divert attention”."
)


def page_of(client: Client, claim: Claim) -> Element:
    response = client.get(claim.get_absolute_url())
    assert response.status_code == 200
    return read(response.content)


@pytest.fixture
def nord_stream() -> Claim:
    return ClaimFactory(text=NORD_STREAM, kind=ClaimKind.RESPONSIBILITY, published=True)


@pytest.fixture
def day_378(nord_stream: Claim) -> Claim:
    """The claim with its chain and both denials, as the article tells of them."""
    text = SnapshotFactory(
        article=ArticleFactory(
            title="Day 378",
            publisher=SourceFactory(name="Northern Wire"),
            url="https://wire.example/378",
        ),
        text=DAY_378,
    )
    report = ArticleFactory(
        title="Intelligence Suggests",
        publisher=SourceFactory(name="The New York Times"),
        published=day("2023-03-07"),
    )
    EvidenceFactory(
        claim=nord_stream,
        source=SourceFactory(unnamed=True, name="unnamed US intelligence officials"),
        stated=day("2023-03-07"),
        passages=[
            Passage(article=report),
            passage_of(
                text,
                "intelligence suggests that “a pro-Ukrainian group” did it",
                hedge="suggests",
                via=0,
                seen=True,
            ),
        ],
    )
    reznikov = SourceFactory(person=True, name="Oleksii Reznikov")
    AffiliationFactory(
        source=reznikov,
        organisation=SourceFactory(name="Government of Ukraine"),
        role="Minister of Defence",
        during=DateRange(date(2021, 11, 4), date(2023, 9, 6)),
        one_voice=True,
    )
    EvidenceFactory(
        claim=nord_stream,
        source=reznikov,
        stance="denies",
        scope="narrower",
        stated=day("2023-03-08"),
        interested=True,
        passages=[passage_of(text, "“It’s not our action,”", verbatim=True, seen=True)],
    )
    EvidenceFactory(
        claim=nord_stream,
        source=SourceFactory(name="The Kremlin"),
        stance="denies",
        stated=day("2023-03-08"),
        passages=[passage_of(text, "divert attention", verbatim=True, seen=True)],
    )
    return nord_stream


def test_claim_says_its_status_before_its_text_in_the_title(
    reader: Client, nord_stream: Claim
) -> None:
    page = page_of(reader, nord_stream)
    assert page.one("title").text == f"Unsourced: {NORD_STREAM} · Sayso"
    og = [meta["content"] for meta in page.all("meta") if meta.attrs.get("property") == "og:title"]
    assert og == [f"Unsourced: {NORD_STREAM}"]


def test_claim_title_is_cut_where_the_claim_is_long(reader: Client) -> None:
    claim = ClaimFactory(text="word " * 199 + "end", published=True)
    page = page_of(reader, claim)
    assert page.one("title").text == f"Unsourced: {('word ' * 24).strip()[:119]}… · Sayso"
    assert page.one("h1").text == f"Claim: {claim.text}"


def test_claim_shows_status_chain_and_both_sides(reader: Client, day_378: Claim) -> None:
    page = page_of(reader, day_378)
    assert page.one(".status-line").one(".badge").text == "Contested"
    assert page.texts(".chain__who") == [
        "unnamed US intelligence officials",
        "The New York Times",
        "Day 378",
    ]
    assert page.texts(".chain__hedge") == ["suggests"]
    assert page.one(".lede").text == (
        "In short: Put forward by unnamed US intelligence officials; disputed by The Kremlin."
    )
    denial = day_378.evidence.get(source__name="The Kremlin")
    against = page.one(".against")
    assert against.text == "Against it: Denied by The Kremlin: divert attention"
    assert against.one("a")["href"] == f"#evidence-{denial.pk}"
    support = page.one(".evidence-col--support")
    assert support.texts(".quote") == ["intelligence suggests that “a pro-Ukrainian group” did it"]
    assert page.one(".evidence-col--oppose").texts(".quote") == [
        "divert attention",
        "It’s not our action,",
    ]


def test_claim_tells_second_hand_from_first_hand(reader: Client, day_378: Claim) -> None:
    page = page_of(reader, day_378)
    officials, kremlin, reznikov = page.all(".evidence-item")
    assert officials.one(".marks").texts("li") == [
        "Second-hand",
        "Hedged: suggests",
        "Not yet seen in the original: The New York Times",
        "In Northern Wire",
        "Web page",
        f"E-{day_378.evidence.earliest('pk').pk}",
    ]
    assert kremlin.one(".marks").texts("li")[:2] == ["First-hand", "In Northern Wire"]
    assert reznikov.one(".marks").texts("li")[:2] == ["First-hand", "Interested party"]


def test_claim_names_the_role_at_that_date(reader: Client, day_378: Claim) -> None:
    source = page_of(reader, day_378).all(".evidence-item__source")[-1]
    assert source.text == (
        "Oleksii Reznikov, Minister of Defence, Government of Ukraine, 8 March 2023"
    )


def test_claim_leaves_out_a_role_of_another_date(reader: Client, nord_stream: Claim) -> None:
    minister = SourceFactory(person=True, name="A Minister")
    AffiliationFactory(source=minister, during=DateRange(date(2023, 3, 8), None))
    EvidenceFactory(claim=nord_stream, source=minister, stated=day("2023-03-07"))
    source = page_of(reader, nord_stream).one(".evidence-item__source")
    assert source.text == "A Minister, 7 March 2023"


def test_claim_describes_an_unnamed_source_by_whom(reader: Client, day_378: Claim) -> None:
    source = page_of(reader, day_378).all(".evidence-item__source")[0]
    assert source.text == (
        "unnamed US intelligence officials, as described by The New York Times, 7 March 2023"
    )


def test_claim_links_a_quotation_to_its_place_here_and_there(
    reader: Client, day_378: Claim
) -> None:
    denial = day_378.evidence.get(source__name="The Kremlin")
    place = denial.appearances.get()
    item = page_of(reader, day_378).one(f"#evidence-{denial.pk}")
    assert item.one("blockquote").one("a")["href"] == f"/articles/day-378/#p-{place.pk}"
    assert [link["href"] for link in item.all("a") if link.text == "Web page"] == [
        "https://wire.example/378#:~:text=divert%20attention"
    ]


def test_claim_links_an_outdated_quotation_to_the_page_only(reader: Client, day_378: Claim) -> None:
    article = day_378.evidence.get(source__name="The Kremlin").appearances.get().article
    SnapshotFactory(article=article, text="Nothing of it is left.")
    links = page_of(reader, day_378).all("blockquote")
    assert [quote.one("a")["href"] for quote in links] == ["/articles/day-378/"] * 3


def test_claim_says_that_a_narrower_denial_denies_something_else(
    reader: Client, day_378: Claim
) -> None:
    scopes = page_of(reader, day_378).texts(".evidence-item__scope")
    assert scopes == ["Denies something narrower, not this claim"]


def test_claim_names_the_related_claim_that_a_narrower_denial_denies(
    reader: Client, day_378: Claim
) -> None:
    state = ClaimFactory(text="The Ukrainian state sabotaged the pipelines", published=True)
    ClaimLinkFactory(claim=state, other=day_378, kind=ClaimLinkKind.ENTAILS)
    reznikov = day_378.evidence.get(scope="narrower").source
    EvidenceFactory(claim=state, source=reznikov, stance="denies")
    scope = page_of(reader, day_378).one(".evidence-item__scope")
    assert scope.text == f"Denies something narrower, not this claim: {state.text}"
    assert scope.one("a")["href"] == state.get_absolute_url()


def test_claim_says_which_stances_are_our_inference(reader: Client, nord_stream: Claim) -> None:
    for stance in ("supports", "weakens", "context"):
        EvidenceFactory(claim=nord_stream, stance=stance, note="Because of the date.")
    page = page_of(reader, nord_stream)
    assert page.one(".evidence-col--support").texts(".is-flag") == ["Supports, as we infer"]
    assert page.one(".evidence-col--oppose").texts(".is-flag") == ["Weakens, as we infer"]
    assert page.one(".evidence-col--context").texts(".is-flag") == []
    assert page.one(".lede").text.startswith("In short: Put forward by Person")


def test_claim_tells_a_probability(reader: Client, nord_stream: Claim) -> None:
    given = [(Decimal("0.6"), Decimal("0.725")), (Decimal("0.5"), Decimal("0.5"))]
    for low, high in given:
        EvidenceFactory(claim=nord_stream, p_low=low, p_high=high)
    marks = page_of(reader, nord_stream).texts("li")
    assert [mark for mark in marks if "Gives it" in mark and len(mark) < 40] == [
        "Gives it 60 to 72.5 %",
        "Gives it 50 %",
    ]


def test_claim_without_evidence_says_what_is_missing(reader: Client, nord_stream: Claim) -> None:
    page = page_of(reader, nord_stream)
    assert page.texts(".empty__title") == [
        "No corroborating evidence logged",
        "No disputing evidence logged",
    ]
    assert page.one(".lede").text == ("In short: Nobody is logged as asserting or denying it.")
    assert page.one(".origins__figures").texts("dd") == ["0", "0"]
    assert page.all(".chain") == []


def test_claim_says_why_so_many_origins_and_that_it_is_not_truth(
    reader: Client, nord_stream: Claim
) -> None:
    officials = SourceFactory(unnamed=True, name="unnamed officials")
    others = SourceFactory(unnamed=True, name="other unnamed officials")
    first = EvidenceFactory(claim=nord_stream, source=officials)
    EvidenceFactory(claim=nord_stream, source=others)
    copy = EvidenceFactory(claim=nord_stream, source=SourceFactory(name="Le Monde"))
    EvidenceLinkFactory(evidence=copy, other=first, kind=EvidenceLinkKind.REPEATS)
    origins = page_of(reader, nord_stream).one(".origins")
    assert origins.texts("dd") == ["3", "1–2"]
    assert origins.one(".origins__why").texts("li") == [
        "Le Monde repeats unnamed officials: a copy adds no origin.",
        "Unnamed officials and other unnamed officials are not named: they may be the same people.",
    ]
    assert (
        origins.one(".meta").text == "This measures reporting, not truth. How origins are counted"
    )


def test_claim_says_whose_voice_two_sources_share(reader: Client, nord_stream: Claim) -> None:
    government = SourceFactory(name="Government of Ukraine")
    for name in ("Oleksii Reznikov", "Volodymyr Zelensky"):
        source = SourceFactory(person=True, name=name)
        AffiliationFactory(source=source, organisation=government, one_voice=True)
        EvidenceFactory(claim=nord_stream, source=source)
    (why,) = page_of(reader, nord_stream).one(".origins__why").texts("li")
    assert why == (
        "Oleksii Reznikov and Volodymyr Zelensky may speak with one voice, "
        "that of Government of Ukraine."
    )


@pytest.mark.parametrize("published", [True, False])
def test_claim_names_an_origin_elsewhere_only_if_it_is_public(
    reader: Client, nord_stream: Claim, published: bool
) -> None:
    elsewhere = EvidenceFactory(
        claim=ClaimFactory(published=published), source=SourceFactory(name="Der Spiegel")
    )
    copy = EvidenceFactory(claim=nord_stream, source=SourceFactory(name="Le Monde"))
    EvidenceLinkFactory(evidence=copy, other=elsewhere, kind=EvidenceLinkKind.REPEATS)
    page = page_of(reader, nord_stream)
    named = "Der Spiegel" if published else "a source that is not public"
    assert page.one(".origins__why").texts("li") == [
        f"Le Monde repeats what {named} said of another claim: an origin perhaps, not for sure."
    ]
    marks = page.one(".evidence-item").one(".marks").texts("li")
    tied = f"E-{elsewhere.pk} Der Spiegel" if published else "evidence that is not public"
    assert marks == ["No passage logged", f"Repeats {tied}", f"E-{copy.pk}"]


def test_claim_lists_voided_evidence_struck_through_with_its_reason(
    reader: Client, nord_stream: Claim, editor: User
) -> None:
    row = EvidenceFactory(claim=nord_stream)
    void_evidence(by=editor, evidence=row, reason="It was about another pipeline.")
    page = page_of(reader, nord_stream)
    assert page.one(".evidence-col--support").all(".evidence-item") == []
    item = page.one(".is-void")
    assert "Voided: It was about another pipeline." in item.text
    assert page.texts("summary")[0] == "1 piece of evidence voided"


def test_claim_leads_to_its_canonical_address(reader: Client, nord_stream: Claim) -> None:
    for address in (f"/claims/{nord_stream.pk}/", f"/claims/{nord_stream.pk}-wrong-words/"):
        assert reader.get(address)["Location"] == nord_stream.get_absolute_url()
    kept = reader.get(f"/claims/{nord_stream.pk}-wrong/?page=2")["Location"]
    assert kept == f"{nord_stream.get_absolute_url()}?page=2"


def test_claim_that_was_merged_leads_to_the_last_survivor(
    reader: Client, nord_stream: Claim, editor: User
) -> None:
    first, second = ClaimFactory(published=True), ClaimFactory(published=True)
    merge_claims(by=editor, duplicate=first, survivor=second)
    merge_claims(by=editor, duplicate=second, survivor=nord_stream)
    for duplicate in (first, second):
        answer = reader.get(duplicate.get_absolute_url())
        assert answer["Location"] == nord_stream.get_absolute_url()


def test_claim_shows_the_evidence_of_what_was_merged_into_it(
    reader: Client, nord_stream: Claim
) -> None:
    duplicate = ClaimFactory(text="A group did it", published=True)
    EvidenceFactory(claim=duplicate, source=SourceFactory(name="Die Zeit"))
    MergeFactory(duplicate=duplicate, survivor=nord_stream)
    page = page_of(reader, nord_stream)
    assert page.texts(".evidence-item__source") == ["Die Zeit, 7 March 2023"]
    assert page.one("#merged").text == "Merged into this claim"
    assert f"CL-{duplicate.pk} A group did it" in page.texts(".claim-row__claim")


def test_claim_does_not_tell_what_was_logged_under_a_private_wording(
    reader: Client, editor_client: Client, nord_stream: Claim
) -> None:
    draft = ClaimFactory(text="A private wording")
    first = EvidenceFactory(claim=nord_stream, source=SourceFactory(name="Die Zeit"))
    copy = EvidenceFactory(claim=draft, source=SourceFactory(name="Whisperer"))
    MergeFactory(duplicate=draft, survivor=nord_stream)
    EvidenceLinkFactory(evidence=copy, other=first, kind=EvidenceLinkKind.REPEATS)
    response = reader.get(nord_stream.get_absolute_url())
    page = read(response.content)
    assert [word for word in ("Whisperer", "private wording") if word in page.text] == []
    assert page.one(".origins__figures").texts("dd") == ["2", "1"]
    told = (
        "1 more piece of evidence counts here. "
        "It was logged under another wording, which is not public."
    )
    assert told in page.texts("p.meta")
    assert told not in page_of(editor_client, nord_stream).texts("p.meta")


@pytest.mark.parametrize("address", ["/claims/999999/", "/claims/999999-x/", f"/claims/{9**40}/"])
def test_claim_that_is_not_there_is_404(reader: Client, address: str) -> None:
    assert reader.get(address).status_code == 404


def test_claim_with_nul_in_its_address_leads_on(reader: Client, nord_stream: Claim) -> None:
    answer = reader.get(f"/claims/{nord_stream.pk}-%00/")
    assert answer["Location"] == nord_stream.get_absolute_url()


def test_claim_that_is_a_draft_is_404_for_readers(reader: Client) -> None:
    draft = ClaimFactory()
    assert reader.get(draft.get_absolute_url()).status_code == 404
    assert reader.get(f"/claims/{draft.pk}/").status_code == 404


def test_claim_groups_related_claims_by_how(reader: Client, nord_stream: Claim) -> None:
    entailing, excluded, condition = (
        ClaimFactory(text=text, published=True) for text in ("State", "West", "Ship")
    )
    ClaimLinkFactory(claim=entailing, other=nord_stream, kind=ClaimLinkKind.ENTAILS)
    ClaimLinkFactory(claim=nord_stream, other=excluded, note="Unless it was both.")
    ClaimLinkFactory(claim=nord_stream, other=condition, kind=ClaimLinkKind.CONDITIONAL_ON)
    ClaimLinkFactory(claim=nord_stream, other=ClaimFactory(text="Draft"))
    aside = page_of(reader, nord_stream).one("aside")
    assert aside.texts("h2") == ["Follows from", "Can’t be true together with", "Holds only if"]
    assert aside.texts(".claim-row__claim") == ["Claim: State", "Claim: West", "Claim: Ship"]
    assert aside.texts(".claim-row__who") == ["Unless it was both."]


def test_claim_shows_the_verdict_with_graded_citations(
    reader: Client, nord_stream: Claim, chief: User
) -> None:
    row = EvidenceFactory(claim=nord_stream, source=SourceFactory(name="Die Zeit"))
    VerdictFactory(
        claim=nord_stream,
        finding=Finding.CONFLICTING,
        summary="They disagree.",
        reasoning="One says so.\n\nThe other does not.",
        citations=[Grade(evidence=row, reliability="B", credibility="3", note="Not checked")],
        published_by=chief,
    )
    page = page_of(reader, nord_stream)
    assert page.one(".status-line").one(".badge").text == "Disputed"
    assert page.all(".badge-note") != []
    verdict = page.one(".verdict")
    assert verdict.one(".lede").text == "They disagree."
    assert verdict.one(".verdict__reason").texts("p") == ["One says so.", "The other does not."]
    assert verdict.one("tbody").texts("td") == [
        "B · Usually reliable",
        "3 · Possibly true",
        "Not checked",
    ]
    assert verdict.one("tbody").texts("th") == [f"E-{row.pk} Die Zeit"]
    assert "Written by factory-editor" in verdict.text
    assert "reviewed and published by chief" in verdict.text
    assert "checked by 2 editors" in page.one(".status-line").text


def test_claim_marks_a_verdict_without_second_person(
    reader: Client, nord_stream: Claim, chief: User, settings: object
) -> None:
    settings.SAYSO_ALLOW_SOLO_VERDICTS = True
    verdict = VerdictFactory(claim=nord_stream, by=chief)
    publish_verdict(by=chief, verdict=verdict, alone=True)
    page = page_of(reader, nord_stream)
    assert "checked without a second person" in page.one(".status-line").text
    assert page.one(".verdict").texts("strong") == ["published without a second person"]


def test_claim_keeps_earlier_verdicts_and_says_what_was_wrong(
    reader: Client, nord_stream: Claim, chief: User
) -> None:
    row = EvidenceFactory(claim=nord_stream)
    cite = [Grade(evidence=row)]
    VerdictFactory(claim=nord_stream, finding=Finding.REFUTED, citations=cite, published_by=chief)
    VerdictFactory(
        claim=nord_stream,
        kind=VerdictKind.CORRECTION,
        finding=Finding.CONFLICTING,
        correction_note="We took one claim for another.",
        citations=cite,
        published_by=chief,
    )
    page = page_of(reader, nord_stream)
    assert [ruling.one(".badge").text for ruling in page.all(".verdict")] == [
        "Disputed",
        "Refuted",
    ]
    assert page.texts("summary")[0] == "1 earlier verdict"
    assert "What was wrong: We took one claim for another." in page.all(".verdict")[0].text


def test_claim_says_that_the_evidence_changed_since_the_verdict(
    reader: Client, nord_stream: Claim, chief: User
) -> None:
    VerdictFactory(claim=nord_stream, published_by=chief)
    changed = "evidence changed since"
    assert changed not in page_of(reader, nord_stream).one(".status-line").text
    EvidenceFactory(claim=nord_stream)
    page = page_of(reader, nord_stream)
    assert changed in page.one(".status-line").text
    assert page.one(".status-line").one(".badge").text == "Unproven"


def test_claim_that_was_withdrawn_says_so_first(
    reader: Client, nord_stream: Claim, editor: User, chief: User
) -> None:
    withdrawal = propose_withdrawal(by=editor, claim=nord_stream, reason="It was mistranslated.")
    publish_verdict(by=chief, verdict=withdrawal)
    page = page_of(reader, nord_stream)
    stone = page.one(".tombstone")
    assert stone.one(".badge").text == "Withdrawn"
    assert "It was mistranslated." in stone.texts("p")
    assert page.all(".verdict") == []
    assert page.one("title").text.startswith("Withdrawn: ")


def test_claim_whose_wording_was_removed_is_a_tombstone(reader: Client, nord_stream: Claim) -> None:
    Claim.objects.filter(pk=nord_stream.pk).update(
        text="", slug="removed", criteria="", redaction_reason="It named a minor."
    )
    page = page_of(reader, Claim.objects.get(pk=nord_stream.pk))
    assert page.one(".tombstone").text == "The wording of this claim was removed: It named a minor."
    assert page.one("h1").text == "Claim: [removed: It named a minor.]"


def test_claim_whose_quotation_was_removed_says_why(reader: Client, day_378: Claim) -> None:
    row = day_378.evidence.get(source__name="The Kremlin")
    row.appearances.update(
        exact="", prefix="", suffix="", hedge="", redaction_reason="By court order."
    )
    item = page_of(reader, day_378).one(f"#evidence-{row.pk}")
    assert item.texts(".evidence-item__scope") == ["Quotation removed: By court order."]
    assert item.all("blockquote") == []


def test_claim_that_predicts_says_when_it_settles(reader: Client) -> None:
    today = timezone.now().date()
    window = DateRange(today, today + timedelta(days=10))
    claim = ClaimFactory(
        prediction=True, window=window, criteria="It is in the gauge.", published=True
    )
    page = page_of(reader, claim)
    due = today + timedelta(days=9)
    assert page.one(".status-line").text == (f"Awaiting outcome due {due.day} {due:%B %Y}")
    settles = [
        facts.texts("dd") for facts in page.all("dl.facts") if "Outcome" in facts.texts("dt")
    ]
    assert settles[0][1:] == [
        "It is in the gauge.",
        f"Awaiting outcome, due {due.day} {due:%B %Y}",
    ]


def test_claim_that_predicted_is_overdue_since_its_window_closed(reader: Client) -> None:
    claim = ClaimFactory(prediction=True, published=True)
    page = page_of(reader, claim)
    assert page.one(".status-line").text == "Overdue since 1 May 2023"


def test_claim_that_came_true_says_so(reader: Client, chief: User) -> None:
    claim = ClaimFactory(prediction=True, published=True)
    row = EvidenceFactory(claim=claim)
    VerdictFactory(
        claim=claim,
        finding=Finding.SUPPORTED,
        citations=[Grade(evidence=row)],
        published_by=chief,
    )
    assert page_of(reader, claim).one(".status-line").one(".badge").text == "Came true"


def test_claim_that_is_not_checkable_says_so(reader: Client) -> None:
    claim = ClaimFactory(kind=ClaimKind.POSITION, checkable=False, published=True)
    page = page_of(reader, claim)
    assert "not checkable" in page.one(".status-line").text


def test_claim_links_its_question(reader: Client) -> None:
    question = QuestionFactory(text="Who did it?")
    page = page_of(reader, ClaimFactory(question=question, published=True))
    assert [link["href"] for link in page.all("a") if link.text == "Who did it?"] == [
        question.get_absolute_url()
    ]


def test_claim_counts_remarks_of_the_source_as_first_hand(
    reader: Client, nord_stream: Claim
) -> None:
    remarks = ArticleFactory(kind=ArticleKind.REMARKS, title="Remarks in Stockholm")
    text = SnapshotFactory(text="He said: “not ours”.")
    EvidenceFactory(
        claim=nord_stream,
        passages=[Passage(article=remarks), passage_of(text, "not ours", via=0, seen=True)],
    )
    page = page_of(reader, nord_stream)
    assert page.one(".marks").texts("li")[0] == "First-hand"
    assert page.texts(".chain__who")[1] == "Remarks in Stockholm"


def test_claim_counts_a_channel_of_its_organisation_as_its_own(
    reader: Client, nord_stream: Claim
) -> None:
    group = SourceFactory(name="Wagner Group")
    head = SourceFactory(person=True, name="Its Head")
    AffiliationFactory(source=head, organisation=group, role="Head")
    message = ArticleFactory(publisher=group, title="Message")
    EvidenceFactory(
        claim=nord_stream,
        source=head,
        passages=[
            Passage(article=message),
            passage_of(SnapshotFactory(), "It rained", via=0, seen=True),
        ],
    )
    marks = page_of(reader, nord_stream).one(".marks").texts("li")
    assert marks[:2] == ["First-hand", "Not yet seen in the original: Wagner Group"]


def test_claim_does_not_judge_the_hand_of_what_nobody_has_seen(
    reader: Client, nord_stream: Claim
) -> None:
    article = ArticleFactory(publisher=SourceFactory(name="The Washington Post"))
    row = EvidenceFactory(claim=nord_stream, passages=[Passage(article=article)])
    marks = page_of(reader, nord_stream).one(".marks").texts("li")
    assert marks == ["In The Washington Post, not yet seen", f"E-{row.pk}"]


def test_claim_puts_last_what_its_source_took_back(reader: Client, nord_stream: Claim) -> None:
    army, anna = SourceFactory(name="The Army"), SourceFactory(person=True, name="Anna")
    first = EvidenceFactory(claim=nord_stream, source=army, stated=day("2023-03-01"))
    EvidenceFactory(claim=nord_stream, source=anna, stated=day("2023-03-02"))
    later = EvidenceFactory(
        claim=ClaimFactory(published=True), source=army, stated=day("2023-03-03")
    )
    EvidenceLinkFactory(evidence=later, other=first, kind=EvidenceLinkKind.WITHDRAWS)
    page = page_of(reader, nord_stream)
    support = page.one(".evidence-col--support")
    assert support.texts(".evidence-item__source") == [
        "Anna, 2 March 2023",
        "The Army, 1 March 2023",
    ]
    assert support.texts(".is-flag") == ["Taken back"]
    assert page.one(".lede").text == (
        "In short: Put forward by Anna. Nobody is logged as disputing it."
    )
    assert page.one(".origins__why").texts("li") == ["Taken back by The Army: it no longer counts."]


def test_claim_folds_what_is_too_long_for_a_column(reader: Client, nord_stream: Claim) -> None:
    for _ in range(13):
        EvidenceFactory(claim=nord_stream)
    support = page_of(reader, nord_stream).one(".evidence-col--support")
    assert support.one(".count").text == "13"
    assert support.texts("summary") == ["5 more"]
    assert len(support.all(".evidence-item")) == 13


DATA = {"type": "application/ld+json"}  # what no browser runs


def scripts(page: Element) -> list[dict[str, str]]:
    return [script.attrs for script in page.all("script")]


def test_claim_sets_no_cookie_and_loads_no_script(reader: Client, nord_stream: Claim) -> None:
    response = reader.get(nord_stream.get_absolute_url())
    assert response.cookies == {}
    assert scripts(read(response.content)) == [DATA]


def test_claim_is_read_only(reader: Client, nord_stream: Claim) -> None:
    assert reader.post(nord_stream.get_absolute_url()).status_code == 405
    assert reader.head(nord_stream.get_absolute_url()).status_code == 200


def test_claim_carries_language_and_direction_of_its_words(reader: Client) -> None:
    claim = ClaimFactory(text="قالت مصادر", language="ar", published=True)
    (words,) = page_of(reader, claim).one("h1").all("span")[1:]
    assert (words["lang"], words["dir"], words.text) == ("ar", "auto", "قالت مصادر")


def test_claim_does_not_run_what_its_words_say(reader: Client) -> None:
    claim = ClaimFactory(text="<script>alert(1)</script>", published=True)
    page = page_of(reader, claim)
    assert scripts(page) == [DATA]
    assert page.one("h1").text == "Claim: <script>alert(1)</script>"


def add_copies(first: Evidence, snapshot: Snapshot, count: int) -> None:
    """``count`` papers that repeat ``first``, by plain rows: through the actions they take long."""
    given = {"recorded_by": first.recorded_by}
    papers = Source.objects.bulk_create(
        Source(kind="organisation", name=f"Copy {n}", slug=f"copy-{n}") for n in range(count)
    )
    copies = Evidence.objects.bulk_create(
        Evidence(claim=first.claim, source=paper, stated=first.stated, **given) for paper in papers
    )
    start = snapshot.text.index("suggests")
    Appearance.objects.bulk_create(
        Appearance(
            evidence=copy,
            article=snapshot.article,
            snapshot=snapshot,
            span=(start, start + len("suggests")),
            exact="suggests",
            seen=True,
            **given,
        )
        for copy in copies
    )
    EvidenceLink.objects.bulk_create(
        EvidenceLink(from_evidence=copy, to_evidence=first, kind="repeats", **given)
        for copy in copies
    )


@pytest.mark.parametrize("size", [3, 300])
def test_claim_takes_fourteen_queries_with_any_evidence(
    reader: Client, day_378: Claim, chief: User, size: int, django_assert_num_queries: object
) -> None:
    ClaimLinkFactory(claim=ClaimFactory(published=True), other=day_378)
    first = day_378.evidence.earliest("pk")
    VerdictFactory(claim=day_378, citations=[Grade(evidence=first)], published_by=chief)
    add_copies(first, first.appearances.latest("pk").snapshot, size - 3)
    for _number in range(size // 3):
        OutsideVerdictFactory(claim=day_378)
    report = ChallengeFactory(claim=day_378)
    close_challenge(by=chief, challenge=report, outcome="rejected", answer="No.")
    with django_assert_num_queries(14):
        page = page_of(reader, day_378)
    told = [entry for entry in page.all("li.entry") if "id" in entry.attrs]
    assert len(told) == size // 3 + 1  # the verdicts of others, and the report
    assert len(page.all(".evidence-item")) == size
    assert page.one(".origins__figures").texts("dd") == [str(size - 2), "1"]


def test_claim_is_not_asked_about_what_it_has_not_got(
    reader: Client, django_assert_num_queries: object
) -> None:
    """No links, so that none is merged into it; no verdict, nobody else's, and no report."""
    claim = EvidenceFactory(claim=ClaimFactory(published=True)).claim
    with django_assert_num_queries(7):
        page_of(reader, claim)
