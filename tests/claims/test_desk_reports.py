"""Readers' reports at the desk."""

import pytest

from tests.claims.desk import errors, said
from tests.factories import ChallengeFactory, VerdictFactory

pytestmark = pytest.mark.django_db


def test_reports_stand_open_ones_first(editor_client, editor, chief):
    first = ChallengeFactory(body="The <date> is wrong.", contact="reader@example.org")
    second = ChallengeFactory(claim=first.claim, body="The place is wrong.")
    response = editor_client.post(
        f"/desk/reports/{first.pk}/close/", {"outcome": "rejected", "answer": "It is the paper’s."}
    )
    here = f"/desk/claims/{first.claim_id}/reports/"
    assert (response.status_code, response["Location"]) == (303, f"{here}#report-{first.pk}")
    page = editor_client.get(here)

    assert said(page) == ["Report closed: No change."]
    assert [row.challenge for row in page.context["reports"]] == [second, first]
    assert [row.form is None for row in page.context["reports"]] == [False, True]
    assert "The &lt;date&gt; is wrong." in page.content.decode()
    assert "It is the paper’s." in page.content.decode()


def test_what_is_wrong_with_an_answer_comes_back_to_its_report(editor_client):
    first = ChallengeFactory()
    second = ChallengeFactory(claim=first.claim)
    response = editor_client.post(f"/desk/reports/{second.pk}/close/", {"answer": "Because."})

    assert response.status_code == 422
    assert errors(response) == {"outcome": ["This field is required."]}
    page = response.content.decode()
    assert page.count("Because.") == 1
    assert f'id="report-{second.pk}-answer"' in page


def test_report_names_the_verdict_that_it_led_to(editor_client, chief):
    report = ChallengeFactory()
    verdict = VerdictFactory(claim=report.claim, published_by=chief)
    sent = {"outcome": "corrected", "answer": "Mended.", "answered_by": verdict.pk}
    other = VerdictFactory(published_by=chief)
    address = f"/desk/reports/{report.pk}/close/"

    wrong = editor_client.post(address, {**sent, "answered_by": other.pk})
    assert list(errors(wrong)) == ["answered_by"]
    assert editor_client.post(address, sent).status_code == 303
    report.refresh_from_db()
    assert report.answered_by == verdict


def test_claim_without_reports_says_so(editor_client):
    claim = VerdictFactory().claim
    page = editor_client.get(f"/desk/claims/{claim.pk}/reports/").content.decode()

    assert "No reader has reported anything" in page
