"""Citations in the forms that people paste, and a claim inside the pages of others."""

import json
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client

from articles.models import Event
from claims.actions.merging import merge_claims
from claims.citing.citation import Citation
from claims.models import Claim
from tests.factories import ClaimFactory, EvidenceFactory, SourceFactory, VerdictFactory
from tests.pages import Element, read

pytestmark = pytest.mark.django_db
HOME = "http://testserver"


def page(client: Client, address: str, status: int = 200) -> Element:
    response = client.get(address)
    assert response.status_code == status
    return read(response.content)


@pytest.fixture
def claim() -> Claim:
    return EvidenceFactory(
        claim=ClaimFactory(published=True, text="It rained"), source=SourceFactory(name="Ada")
    ).claim


def today() -> str:
    now = datetime.now(UTC)
    return f"{now.day} {now:%B %Y}"


def as_of(url: str) -> datetime:
    found = re.fullmatch(r".*\?as_of=(.*)", url)
    assert found is not None
    return datetime.fromisoformat(found.group(1))


def test_claim_is_cited_as_it_stands_on_its_page(reader: Client, claim: Claim) -> None:
    text = page(reader, claim.get_absolute_url()).one("p.cite__form").text
    found = re.fullmatch(
        rf"“It rained” \(claim {claim.public_id}\)\. Status: Single origin, since {today()}\."
        rf" Sayso, as of {today()}, \d\d:\d\d UTC\. ({HOME}{claim.get_absolute_url()}\?as_of=\S+)",
        text,
    )
    assert found is not None
    assert as_of(found.group(1)) == Event.objects.filter(claim=claim).latest("at").at


def test_page_names_no_other_moment_while_nothing_changes(reader: Client, claim: Claim) -> None:
    first, second = (reader.get(claim.get_absolute_url()).content for _time in range(2))
    assert first == second


def test_cite_gives_text_bibtex_and_csl(reader: Client, claim: Claim) -> None:
    shown = page(reader, f"{claim.get_absolute_url()}cite/")
    text, bibtex, csl = (each.raw for each in shown.all(".cite__form"))
    (item,) = json.loads(csl)
    assert (item["title"], item["number"], item["container-title"]) == (
        "Single origin: It rained",
        claim.public_id,
        "Sayso",
    )
    assert text.endswith(item["URL"])
    assert f"url = {{{item['URL']}}}" in bibtex
    newest = Event.objects.filter(claim=claim).latest("at").at
    assert newest <= as_of(item["URL"]) <= datetime.now(UTC)


def aged(claim: Claim, days: int) -> None:
    """Let the record of a claim lie that many days back."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        back = timedelta(days=days)
        for event in Event.objects.filter(claim=claim):
            Event.objects.filter(pk=event.pk).update(at=event.at - back)
        for row in claim.verdicts.published():
            claim.verdicts.filter(pk=row.pk).update(published_at=row.published_at - back)
        Claim.objects.filter(pk=claim.pk).update(published_at=claim.published_at - back)
        cursor.execute("SET LOCAL session_replication_role = origin")


def test_cite_as_of_a_day_tells_the_status_of_then(
    reader: Client, chief: User, claim: Claim
) -> None:
    aged(claim, 9)
    VerdictFactory(claim=claim, published_by=chief)
    then = datetime.now(UTC).date() - timedelta(days=3)
    address = f"{claim.get_absolute_url()}cite/"
    now, past = page(reader, address), page(reader, f"{address}?day={then}")
    told = [json.loads(shown.all(".cite__form")[2].raw)[0] for shown in (now, past)]
    assert [each["title"] for each in told] == ["Unproven: It rained", "Single origin: It rained"]
    assert told[1]["URL"] == f"{HOME}{claim.get_absolute_url()}?as_of={then}"
    assert told[1]["accessed"] == {"date-parts": [[then.year, then.month, then.day]]}
    assert past.one("#day")["value"] == str(then)


def test_cite_as_of_a_day_knows_when_a_prediction_was_due(reader: Client) -> None:
    claim = ClaimFactory(prediction=True, published=True, text="It will rain")
    age = (datetime.now(UTC).date() - date(2023, 4, 10)).days
    aged(claim, age)
    told = [
        page(reader, f"{claim.get_absolute_url()}cite/?day={day}").all(".cite__form")[0].text
        for day in ("2023-04-20", "2023-05-02")
    ]
    assert [re.findall("Status: (.*?)[.]", text) for text in told] == [
        ["Awaiting outcome, since 10 April 2023"],
        ["Overdue, since 1 May 2023"],
    ]


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("yesterday", "“yesterday” is no day. Write it as 2023-03-09."),
        ("2023-02-30", "“2023-02-30” is no day. Write it as 2023-03-09."),
        ("9999-12-31", "This day isn’t over yet, in UTC. Ask for an earlier one."),
        ("2001-01-01", "The claim was not on the public record on that day."),
    ],
)
def test_cite_refuses_what_is_no_day_of_the_record(
    reader: Client, claim: Claim, day: str, said: str
) -> None:
    aged(claim, 9)
    shown = page(reader, f"{claim.get_absolute_url()}cite/?day={day}", status=400)
    assert (shown.one("#day-error").text, shown.one("#day")["value"]) == (said, day)
    assert shown.one("#day")["aria-describedby"] == "day-help day-error"


def test_cite_is_one_click_from_the_page_and_a_date_is_one_more(
    reader: Client, claim: Claim
) -> None:
    links = {link["href"] for link in page(reader, claim.get_absolute_url()).all("a")}
    address = f"{claim.get_absolute_url()}cite/"
    assert address in links
    aged(claim, 2)
    forms = [form for form in page(reader, address).all("form") if form["method"] == "get"]
    assert [button.text for form in forms for button in form.all("button.btn")] == [
        "Cite as of this day"
    ]


def test_bibtex_runs_nothing() -> None:
    cited = Citation(
        site="A & B",
        number="CL-1",
        words="100 % {of} $5 \\input{x} #1_a ~ ^",
        language="en",
        status="Unproven",
        since=date(2023, 3, 9),
        at=datetime(2023, 3, 9, 18, 10, tzinfo=UTC),
        as_of="2023-03-09T18:10:00Z",
        url="https://claims.example/claims/1-x/?as_of=2023-03-09T18:10:00Z",
    )
    assert cited.bibtex == (
        "@misc{cl-1-20230309,\n"
        "  author = {{A \\& B}},\n"
        "  title = {{Unproven: 100 \\% \\{of\\} \\$5 \\textbackslash{}input\\{x\\} \\#1\\_a"
        " \\textasciitilde{} \\textasciicircum{}}},\n"
        "  year = {2023},\n"
        "  month = {3},\n"
        "  url = {https://claims.example/claims/1-x/?as_of=2023-03-09T18:10:00Z},\n"
        "  urldate = {2023-03-09},\n"
        "  note = {Claim CL-1, as of 2023-03-09T18:10:00Z}\n"
        "}\n"
    )


def test_embed_may_be_framed_by_anybody_and_runs_nothing(reader: Client, claim: Claim) -> None:
    response = reader.get(f"{claim.get_absolute_url()}embed/")
    policy = {part.strip() for part in response.headers["Content-Security-Policy"].split(";")}
    assert {"frame-ancestors *", "script-src 'none'", "form-action 'none'"} < policy
    assert ("X-Frame-Options" in response.headers, response.cookies) == (False, {})
    shown = read(response.content)
    assert shown.all("script") == []
    assert (shown.one(".badge").text, shown.one("h1").text) == ("Single origin", "Claim: It rained")
    assert {link["href"] for link in shown.all("a")} == {HOME + claim.get_absolute_url()}


def oembed(client: Client, url: str, more: str = "") -> Any:
    response = client.get(f"/oembed?url={quote(url, safe='')}{more}")
    assert response.status_code == 200
    return json.loads(response.content)


def test_oembed_gives_the_frame_that_the_page_offers(
    reader: Client, editor: User, claim: Claim
) -> None:
    shown = page(reader, claim.get_absolute_url())
    (found,) = [link for link in shown.all("link") if link.attrs.get("title") == "oEmbed"]
    held = json.loads(reader.get(found["href"].removeprefix(HOME)).content)
    assert {name: held[name] for name in ("version", "type", "title", "provider_name")} == {
        "version": "1.0",
        "type": "rich",
        "title": "Single origin: It rained",
        "provider_name": "Sayso",
    }
    assert [held["html"]] == shown.texts("textarea.cite__form")
    (frame,) = read(held["html"]).all("iframe")
    assert frame["src"] == f"{HOME}{claim.get_absolute_url()}embed/"
    assert reader.get(frame["src"].removeprefix(HOME)).status_code == 200
    other = ClaimFactory(published=True, text="Rain fell")
    merge_claims(by=editor, duplicate=other, survivor=claim)
    for address in (f"/claims/{claim.pk}/", other.get_absolute_url()):
        assert oembed(reader, HOME + address)["html"] == held["html"]
    small = oembed(reader, HOME + claim.get_absolute_url(), "&maxwidth=300&maxheight=9000")
    assert (small["width"], small["height"]) == (300, 260)


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 404),
        ("?url=https://elsewhere.example/claims/1/", 404),
        ("?url=http://testserver/claims/", 404),
        ("?url=http://testserver/claims/0-x/", 404),
        (f"?url=http://testserver/claims/{'9' * 30}/", 404),
        ("?url=http://[", 404),
        ("?url=%00", 404),
        ("?url=http://testserver/claims/1/&format=xml", 501),
        ("?url=http://testserver/claims/1/&maxwidth=wide", 400),
    ],
)
def test_oembed_refuses_what_is_no_claim_of_ours(reader: Client, query: str, status: int) -> None:
    assert reader.get(f"/oembed{query}").status_code == status


def test_draft_is_neither_cited_nor_embedded(editor_client: Client) -> None:
    draft = ClaimFactory()
    for name in ("cite/", "embed/"):
        assert editor_client.get(f"{draft.get_absolute_url()}{name}").status_code == 404
    asked = f"/oembed?url={HOME}{draft.get_absolute_url()}"
    assert editor_client.get(asked).status_code == 404
    assert page(editor_client, draft.get_absolute_url()).all(".cite__form") == []


def test_claim_of_today_can_be_cited_as_of_a_day_from_tomorrow_on(
    reader: Client, claim: Claim
) -> None:
    shown = page(reader, f"{claim.get_absolute_url()}cite/")
    assert [form for form in shown.all("form") if form["method"] == "get"][1:] == []
    assert "From tomorrow on" in shown.text
