"""Readers report errors: taken in, limited, answered in public, and nobody is followed."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client, RequestFactory

from articles.models import Event
from claims.actions.challenges import close_challenge
from claims.actions.receiving import MOST_OF_ONE
from claims.models import Challenge, Claim, ReportSent
from claims.views.reporting import sender_of
from tests.factories import ChallengeFactory, ClaimFactory
from tests.pages import Element, read

pytestmark = pytest.mark.django_db


@pytest.fixture
def claim() -> Claim:
    return ClaimFactory(published=True, text="It rained")


def report(client: Client, claim: Claim, **more: str) -> int:
    given = {"body": "It was Tuesday.", "contact": "", "website": "", **more}
    address = more.pop("ip", "192.0.2.1")
    given.pop("ip", None)
    path = f"{claim.get_absolute_url()}report/"
    return client.post(path, given, REMOTE_ADDR=address).status_code


def test_report_comes_to_the_desk(reader: Client, claim: Claim) -> None:
    events = Event.objects.count()
    assert report(reader, claim, contact="ada@example.org") == 303
    held = Challenge.objects.get()
    assert (held.claim, held.body, held.contact, held.outcome) == (
        claim,
        "It was Tuesday.",
        "ada@example.org",
        "open",
    )
    assert Event.objects.count() == events
    shown = read(reader.get(f"{claim.get_absolute_url()}report/?sent=1").content)
    assert shown.one(".notice").text.startswith("Your report is with the editors")


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("body", "  ", "This field is required."),
        ("body", "x" * 5001, "Ensure this value has at most 5000 characters (it has 5001)."),
        ("contact", "x" * 301, "Ensure this value has at most 300 characters (it has 301)."),
        ("website", "http://spam", "Leave this empty: it is there to catch machines."),
    ],
)
def test_report_is_refused_at_its_field(
    reader: Client, claim: Claim, field: str, value: str, said: str
) -> None:
    path = f"{claim.get_absolute_url()}report/"
    response = reader.post(path, {"body": "Wrong", "contact": "", "website": "", field: value})
    assert (response.status_code, Challenge.objects.count()) == (422, 0)
    assert said in read(response.content).one("form.form").text


def test_reports_of_one_sender_are_limited_and_nobody_else(reader: Client, claim: Claim) -> None:
    answers = [report(reader, claim) for _number in range(MOST_OF_ONE + 1)]
    assert answers == [303] * MOST_OF_ONE + [422]
    assert report(reader, claim, ip="192.0.2.2") == 303
    assert Challenge.objects.count() == MOST_OF_ONE + 1
    assert {len(row.sender) for row in ReportSent.objects.all()} == {64}


def sender(settings: Any, proxies: int, address: str, forwarded: str = "") -> str:
    settings.PROXIES = proxies
    more = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
    return sender_of(RequestFactory().get("/", REMOTE_ADDR=address, **more))


def test_sender_is_known_by_what_a_visitor_cannot_write(settings: Any) -> None:
    plain = sender(settings, 0, "192.0.2.1")
    assert sender(settings, 0, "192.0.2.1", "198.51.100.7") == plain
    assert sender(settings, 0, "192.0.2.2") != plain
    assert sender(settings, 1, "10.0.0.1", "192.0.2.1") == plain
    assert sender(settings, 1, "10.0.0.1", "203.0.113.9, 192.0.2.1") == plain
    assert sender(settings, 2, "10.0.0.1", "203.0.113.9, 192.0.2.1, 10.0.0.2") == plain
    one, two = (sender(settings, 0, f"2001:db8:1:2::{n}") for n in (1, 2))
    assert one == two
    assert sender(settings, 0, "2001:db8:1:3::1") != one
    assert "192.0.2.1" not in plain


def test_cookie_is_set_where_a_report_is_written_and_nowhere_else(
    reader: Client, claim: Claim
) -> None:
    reader.get(claim.get_absolute_url())
    assert dict(reader.cookies) == {}
    response = reader.get(f"{claim.get_absolute_url()}report/")
    assert list(response.cookies) == ["csrftoken"]
    assert response.headers["Cache-Control"] == "no-store"
    strict = Client(enforce_csrf_checks=True)
    assert report(strict, claim) == 403


def section(client: Client, claim: Claim) -> Element | None:
    shown = read(client.get(claim.get_absolute_url()).content)
    found = [
        each for each in shown.all("section") if each.attrs.get("aria-labelledby") == "reports"
    ]
    return found[0] if found else None


def test_answer_stands_on_the_page_and_the_report_does_not(
    reader: Client, editor: User, claim: Claim
) -> None:
    challenge = ChallengeFactory(claim=claim, body="Secret words", contact="ada@example.org")
    assert section(reader, claim) is None
    close_challenge(by=editor, challenge=challenge, outcome="rejected", answer="The date is right.")
    shown = section(reader, claim)
    assert shown is not None
    assert shown.one("li").all("p")[0].text == "No change: The date is right."
    page = reader.get(claim.get_absolute_url()).content.decode()
    assert ("Secret" in page, "ada@example.org" in page) == (False, False)


def test_draft_takes_no_report(editor_client: Client) -> None:
    draft = ClaimFactory()
    assert editor_client.get(f"{draft.get_absolute_url()}report/").status_code == 404
