"""Pages as of another moment: what the site said then, and nothing that came later."""

import re
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from articles.actions import edit_source
from articles.models import Event, Former
from articles.moment import written
from claims.actions.evidence import void_evidence
from claims.actions.intake import edit_claim, publish_claim
from claims.actions.merging import merge_claims
from claims.actions.redaction import redact
from claims.actions.roles import affiliate
from claims.actions.verdicts import Grade
from claims.models import Claim
from tests.claims.test_as_of_machine import at, clock
from tests.factories import (
    AppearanceFactory,
    ClaimFactory,
    EvidenceFactory,
    QuestionFactory,
    SourceFactory,
    VerdictFactory,
    day,
)
from tests.pages import Element, read

pytestmark = pytest.mark.django_db


@pytest.fixture
def claim() -> Claim:
    """A public claim with evidence that can be read."""
    question = QuestionFactory(text="Did it rain?")
    row = ClaimFactory(published=True, text="It rained", question=question)
    EvidenceFactory(claim=row, source=SourceFactory(person=True, name="Ada Minister"))
    AppearanceFactory(evidence=row.evidence.get())
    return row


def page(client: Client, path: str, status: int = 200) -> Element:
    response = client.get(path)
    assert response.status_code == status
    return read(response.content)


def status_of(page: Element) -> str:
    return page.one("h1").text if page.all(".error-page") else page.one(".badge--lg").text


# What was said then


def test_claim_then_knows_nothing_of_later_evidence(reader: Client, claim: Claim) -> None:
    moment = clock()
    EvidenceFactory(claim=claim, source=SourceFactory(name="Le Monde"))
    assert status_of(page(reader, claim.get_absolute_url())) == "Corroborated"
    then = page(reader, at(claim.get_absolute_url(), moment))
    assert status_of(then) == "Single origin"
    assert then.one(".evidence-col--support").one(".count").text == "1"


def test_claim_then_shows_what_was_voided_since(reader: Client, claim: Claim, editor: User) -> None:
    moment = clock()
    void_evidence(by=editor, evidence=claim.evidence.get(), reason="Misread")
    assert status_of(page(reader, claim.get_absolute_url())) == "Unsourced"
    then = page(reader, at(claim.get_absolute_url(), moment))
    assert status_of(then) == "Single origin"
    assert then.all(".is-void") == []


def test_claim_then_has_the_verdict_of_then(reader: Client, claim: Claim, chief: User) -> None:
    grades = [Grade(evidence=claim.evidence.get())]
    moments = [clock()]
    for kind, finding in ("first", "supported"), ("correction", "refuted"):
        VerdictFactory(
            claim=claim,
            kind=kind,
            finding=finding,
            correction_note="Misread" if kind == "correction" else "",
            citations=grades,
            published_by=chief,
        )
        moments.append(clock())
    said = [status_of(page(reader, at(claim.get_absolute_url(), moment))) for moment in moments]
    assert said == ["Single origin", "Supported", "Refuted"]


def test_claim_then_stands_as_it_stood_before_a_role(
    reader: Client, claim: Claim, editor: User
) -> None:
    """Nothing in the claim's own chain tells that two voices became one."""
    paper = SourceFactory(name="The Paper")
    EvidenceFactory(claim=claim, source=paper)
    moment = clock()
    affiliate(
        by=editor,
        source=claim.evidence.earliest("pk").source,
        organisation=paper,
        role="Owner",
        during=day("2023-03"),
        one_voice=True,
    )
    assert status_of(page(reader, claim.get_absolute_url())) == "Single origin"
    assert status_of(page(reader, at(claim.get_absolute_url(), moment))) == "Corroborated"


def test_claim_then_was_not_merged_yet(reader: Client, claim: Claim, editor: User) -> None:
    other = ClaimFactory(published=True, text="Rain fell")
    before = clock()
    merge_claims(by=editor, duplicate=other, survivor=claim)
    after = clock()
    assert page(reader, at(other.get_absolute_url(), before)).one("h1").text == "Claim: Rain fell"
    moved = reader.get(at(other.get_absolute_url(), after))
    assert (moved.status_code, moved["Location"]) == (302, at(claim.get_absolute_url(), after))


def test_claim_then_answered_another_question(reader: Client, claim: Claim, editor: User) -> None:
    later = QuestionFactory(text="And later?")
    moment = clock()
    edit_claim(by=editor, claim=claim, question=later)
    rows = page(reader, at("/claims/?question=did-it-rain", moment)).all(".claim-row")
    assert len(rows) == 1
    assert page(reader, "/claims/?question=did-it-rain").all(".claim-row") == []


def test_source_then_had_its_name_of_then(reader: Client, claim: Claim, editor: User) -> None:
    source = claim.evidence.get().source
    edit_source(by=editor, source=source, aliases=["A. M."])
    moment = clock()
    edit_source(by=editor, source=source, name="Ada Former", aliases=[])
    then = page(reader, at(source.get_absolute_url(), moment))
    assert then.one("h1").text == "Ada Minister"
    assert then.one(".layout__side").one("dl").texts("dd") == ["A. M."]
    assert page(reader, source.get_absolute_url()).one("h1").text == "Ada Former"


# What wasn't there


def test_claim_of_later_was_not_on_the_record(reader: Client) -> None:
    moment = clock()
    claim = ClaimFactory(published=True)
    told = page(reader, at(claim.get_absolute_url(), moment), 404)
    assert re.fullmatch(
        rf"CL-{claim.pk} wasn’t on the public record at .*; it was published on .*:\d\d:\d\d UTC\.",
        told.one(".lede").text,
    )
    assert [link["href"] for link in told.one(".actions").all("a")] == [claim.get_absolute_url()]


def test_draft_of_then_was_not_on_the_record(editor_client: Client) -> None:
    """For nobody: editors see what every reader saw."""
    claim = ClaimFactory()
    moment = clock()
    publish_claim(by=User.objects.get(username="editor"), claim=claim)
    told = page(editor_client, at(claim.get_absolute_url(), moment), 404)
    assert told.one("h1").text == "This wasn’t on the public record then"


@pytest.mark.parametrize("client", ["reader", "editor_client"])
def test_draft_is_not_told_of(client: str, request: pytest.FixtureRequest) -> None:
    claim = ClaimFactory(text="A secret")
    told = request.getfixturevalue(client).get(at(claim.get_absolute_url(), clock()))
    assert (told.status_code, b"A secret" in told.content) == (404, False)
    assert b"There is nothing at this address" in told.content


def test_pages_of_later_say_so(reader: Client) -> None:
    moment = clock()
    place = AppearanceFactory(
        evidence__claim__published=True, evidence__claim__question=QuestionFactory()
    )
    evidence = place.evidence
    for row in (evidence.source, place.article, evidence.claim.question):
        told = page(reader, at(row.get_absolute_url(), moment), 404)
        assert told.one("h1").text == "This wasn’t on the public record then"
        assert str(row) in told.one(".lede").text


def test_page_of_a_list_that_is_too_short_is_no_such_thing(reader: Client, claim: Claim) -> None:
    path = f"{claim.evidence.get().source.get_absolute_url()}?page=9"
    assert page(reader, at(path, clock()), 404).one("h1").text == "There is nothing at this address"


# Redaction


def test_redacted_words_are_gone_at_every_moment(reader: Client, chief: User, claim: Claim) -> None:
    place = claim.evidence.get().appearances.get()
    moments = [clock()]
    EvidenceFactory(claim=claim, source=SourceFactory(name="Le Monde"))
    moments.append(clock())
    redact(by=chief, subject=place, reason="Personal data")
    redact(by=chief, subject=place.snapshot, reason="A court order")
    redact(by=chief, subject=claim, reason="A private matter")
    moments.append(clock())
    states = []
    for moment in moments:
        then = page(reader, at(Claim.objects.get(pk=claim.pk).get_absolute_url(), moment))
        states.append(status_of(then))
        assert "It rained" not in then.raw
        assert "dry" not in then.raw
        assert then.one("h1").text == "Claim: [removed: A private matter]"
        assert "Quotation removed: Personal data" in then.one(".evidence-col--support").text
        there = page(reader, at(place.article.get_absolute_url(), moment))
        assert there.all(".prose") == []
        assert "A court order" in there.one(".tombstone").text
    assert states == ["Single origin", "Corroborated", "Corroborated"]


# What a reader sees of it


def test_page_says_of_when_it_is(reader: Client, claim: Claim) -> None:
    moment = clock()
    then = page(reader, at(claim.get_absolute_url(), moment))
    banner = then.one("aside.then")
    assert f"{moment:%H:%M:%S} UTC" in banner.one("strong").text
    assert [link["href"] for link in banner.all("a")] == [
        claim.get_absolute_url(),
        f"{claim.get_absolute_url()}?known_by={moment:%Y-%m-%d}",
    ]
    canonical = [link["href"] for link in then.all("link") if link["rel"] == "canonical"]
    assert canonical == [claim.get_absolute_url()]
    response = reader.get(at(claim.get_absolute_url(), moment))
    assert response["X-Robots-Tag"] == "noindex"


def test_links_stay_in_the_moment(reader: Client, claim: Claim) -> None:
    moment = clock()
    then = page(reader, at(claim.get_absolute_url(), moment))
    kept = f"as_of={written(moment)}"
    ours = re.compile(r"/($|\?|claims/|sources/|articles/|questions/|changes/|corrections/)")
    leading = [link for link in then.all("a") if ours.match(link["href"])]
    assert len(leading) > 10
    lost = [a["href"] for a in leading if kept not in a["href"] and "data-now" not in a.attrs]
    versions = [a["href"] for a in then.all("a") if "as_of=" in a["href"]]
    assert [href for href in lost if href not in versions] == []


def test_search_stays_in_the_moment(reader: Client, claim: Claim) -> None:
    moment = clock()
    form = page(reader, at("/claims/", moment)).one("form.search")
    hidden = [field for field in form.all("input") if field.attrs.get("type") == "hidden"]
    assert [(field["name"], field["value"]) for field in hidden] == [("as_of", written(moment))]


def test_editors_can_do_nothing_then(editor_client: Client, reader: Client, claim: Claim) -> None:
    path = at(claim.get_absolute_url(), clock())
    theirs, ours = page(editor_client, path), page(reader, path)
    assert (theirs.all(".editor-bar"), theirs.all(".offers")) == ([], [])
    assert theirs.one("main").raw == ours.one("main").raw


def test_timeline_leads_to_the_versions_before_and_after(
    reader: Client, claim: Claim, editor: User
) -> None:
    void_evidence(by=editor, evidence=claim.evidence.get(), reason="Misread")
    newest = page(reader, claim.get_absolute_url()).all(".timeline")[0].all("li")[0]
    before, after = (link["href"] for link in newest.one(".timeline__versions").all("a"))
    assert status_of(page(reader, before)) == "Single origin"
    assert status_of(page(reader, after)) == "Unsourced"


def test_version_before_is_exact(reader: Client, claim: Claim, editor: User) -> None:
    """It is the moment of the entry before, to the microsecond."""
    void_evidence(by=editor, evidence=claim.evidence.get(), reason="Misread")
    events = Event.objects.filter(claim=claim).order_by("-seq")
    newest = page(reader, claim.get_absolute_url()).all(".timeline")[0].all("li")[0]
    before = newest.one(".timeline__versions").all("a")[0]["href"]
    assert before == at(claim.get_absolute_url(), events[1].at)


def test_corrections_lead_to_the_version_before(reader: Client, claim: Claim, chief: User) -> None:
    for kind, finding in ("first", "supported"), ("correction", "refuted"):
        VerdictFactory(
            claim=claim,
            kind=kind,
            finding=finding,
            correction_note="Misread" if kind == "correction" else "",
            citations=[Grade(evidence=claim.evidence.get())],
            published_by=chief,
        )
    entry = page(reader, "/corrections/").one(".timeline__when")
    assert status_of(page(reader, entry.one("a")["href"])) == "Supported"


# Addresses


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("as_of=", "Write a day like"),
        ("as_of=yesterday", "Write a day like"),
        ("as_of=2023-03-09T18:10", "Say in which time zone"),
        ("as_of=2023-03-09T18:10+01:00", "%2B"),
        ("as_of=0000-01-01", "No calendar"),
        ("as_of=9999-01-01", "This day isn’t over yet"),
        ("as_of=9999-01-01T00:00Z", "This moment hasn’t come yet"),
        ("as_of=2023-03-09&as_of=2023-03-10", "one moment at a time"),
        ("as_of=2023-03-09&known_by=2023-03-10", "one moment at a time"),
        ("known_by=2023-03-09T18:10Z", "Write a day like"),
        ("known_by=9999-01-01", "hasn’t come yet"),
        ("as_of=%00", "Write a day like"),
    ],
)
def test_moment_that_is_none_is_refused_at_its_field(
    query: str, said: str, reader: Client, claim: Claim
) -> None:
    told = page(reader, f"{claim.get_absolute_url()}?{query}", 400)
    assert said in told.one(".errorlist").text
    assert [link["href"] for link in told.one("form.form").all("a")] == [claim.get_absolute_url()]


@pytest.mark.parametrize("path", ["/data/", "/about/method/", "/claims.csv", "/data/template.csv"])
def test_pages_of_now_tell_of_no_other_moment(path: str, reader: Client) -> None:
    told = page(reader, f"{path}?as_of=2023-03-09", 400)
    assert "the present only" in told.one(".error-summary").text


@pytest.mark.parametrize("path", ["/", "/claims/", "/sources/", "/changes/"])
def test_what_could_be_known_is_told_of_claims_and_questions(path: str, reader: Client) -> None:
    told = page(reader, f"{path}?known_by=2023-03-09", 400)
    assert "claims and questions only" in told.one(".error-summary").text


def test_day_is_its_end(reader: Client, claim: Claim) -> None:
    """Everything here was written today, which isn't over, so yesterday knew nothing."""
    yesterday = (clock() - timedelta(days=1)).date().isoformat()
    told = page(reader, f"{claim.get_absolute_url()}?as_of={yesterday}", 404)
    assert f"at the end of {int(yesterday[8:])} " in told.one(".lede").text


# What could be known


def test_known_by_narrows_to_what_was_stated_and_published(reader: Client) -> None:
    claim = ClaimFactory(published=True)
    for number, stated in enumerate(("2023-03-07", "2023-03-08", "2023-03")):
        source = SourceFactory(name=f"Paper {number} of {stated}")
        EvidenceFactory(claim=claim, source=source, stated=day(stated))
    late = EvidenceFactory(claim=claim, stated=day("2023-03-07"))
    AppearanceFactory(evidence=late, snapshot__article__published=day("2023-03-20"))
    counts = {
        on: page(reader, f"{claim.get_absolute_url()}?known_by={on}")
        .one(".evidence-col--support")
        .one(".count")
        .text
        for on in ("2023-03-06", "2023-03-07", "2023-03-08", "2023-03-20", "2023-03-31")
    }
    assert counts == {
        "2023-03-06": "0",
        "2023-03-07": "1",
        "2023-03-08": "2",
        "2023-03-20": "3",
        "2023-03-31": "4",
    }


def test_known_by_weighs_anew_and_hides_our_verdict(
    reader: Client, claim: Claim, chief: User
) -> None:
    EvidenceFactory(claim=claim, source=SourceFactory(), stance="denies", stated=day("2023-05-01"))
    VerdictFactory(
        claim=claim,
        finding="refuted",
        citations=[Grade(evidence=claim.evidence.earliest("pk"))],
        published_by=chief,
    )
    address = claim.get_absolute_url()
    then = page(reader, f"{address}?known_by=2023-03-09")
    assert status_of(then) == "Single origin"
    assert then.all("#verdict") == []
    assert status_of(page(reader, f"{address}?known_by=2023-03-07")) == "Unsourced"
    assert status_of(page(reader, f"{address}?known_by=2023-05-01")) == "Contested"
    assert status_of(page(reader, address)) == "Refuted"
    assert "What could be known by 9 March 2023." in then.one("aside.then").text


def test_known_by_question_weighs_its_claims(reader: Client, claim: Claim) -> None:
    address = claim.question.get_absolute_url()
    cell = page(reader, f"{address}?known_by=2023-03-09").one("tbody")
    assert len(cell.all(".badge--none")) == 1
    assert page(reader, f"{address}?known_by=2023-03-06").one("tbody").all("td") == []


def test_known_by_links_stay(reader: Client, claim: Claim) -> None:
    then = page(reader, f"{claim.get_absolute_url()}?known_by=2023-03-09")
    leading = {link["href"] for link in then.one("main").all("a")}
    assert f"{claim.question.get_absolute_url()}?known_by=2023-03-09" in leading
    assert "/sources/ada-minister/" in leading


# What it costs, and what it leaves behind


def test_page_as_of_then_costs_a_few_queries_more(reader: Client, claim: Claim) -> None:
    moment = clock()
    counted = []
    for path in (claim.get_absolute_url(), at(claim.get_absolute_url(), moment)):
        reader.get(path)
        with CaptureQueriesContext(connection) as queries:
            reader.get(path)
        counted.append(len(queries))
    assert counted[1] - counted[0] == 5  # settled?, settings, and a savepoint made, left, dropped


def test_nothing_of_it_lasts(reader: Client, claim: Claim) -> None:
    reader.get(at(claim.get_absolute_url(), clock()))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('search_path'), current_setting('transaction_read_only'),"
            " coalesce(current_setting('sayso.as_of', true), '')"
        )
        assert cursor.fetchone() == ('"$user", public', "off", "")


def test_former_values_are_kept_once_public(editor: User) -> None:
    claim = ClaimFactory(text="It poured")
    EvidenceFactory(claim=claim)
    assert Former.objects.count() == 0
    publish_claim(by=editor, claim=claim)
    EvidenceFactory(claim=claim, source=SourceFactory())
    told = Former.objects.get()
    assert (told.of, told.row_id, sorted(told.held)) == (
        "claims_claim",
        claim.pk,
        ["evidence_state", "for_count", "origins_high", "origins_low", "state_since"],
    )


def test_search_then_finds_what_was_public_then(reader: Client, claim: Claim, editor: User) -> None:
    """By its words, and by who spoke on it under the name of then."""
    moment = clock()
    ClaimFactory(published=True, text="It rained again")
    edit_source(by=editor, source=claim.evidence.get().source, name="Ada Former")
    found = {}
    for words in ("rained", "it has rained", "again", "Ada Minister", "Ada Former", "100%", "_"):
        rows = page(reader, at(f"/claims/?q={quote(words)}", moment)).all(".claim-row__claim")
        found[words] = [row.one("a").text for row in rows]
    heard = {"rained", "it has rained", "Ada Minister"}
    assert found == {words: ["It rained"] if words in heard else [] for words in found}
