"""What is done on the lists of the desk: one claim assigned, many set at once, lists kept."""

import pytest

from claims.actions.desk import assign, save_filter
from claims.models import Assignment, Claim, SavedFilter
from tests.acting import tables, user_with
from tests.claims.desk import errors, said
from tests.factories import ClaimFactory, QuestionFactory
from tests.pages import read

pytestmark = pytest.mark.django_db

INVALID = "Select a valid choice. %s is not one of the available choices."
BACK = "list=drafts&kind=event"


def held():
    return {row.claim_id: row.assignee for row in Assignment.objects.all()}


def send(client, path, claims=(), **given):
    sent = {"claim": [claim.pk for claim in claims], "back": BACK, **given}
    return client.post(f"/desk/{path}/", sent)


# One claim


def test_claim_is_taken_on_and_let_go(editor, editor_client):
    claim = ClaimFactory()
    response = send(editor_client, "assign", assign=f"{claim.pk}:me")

    here = f"/desk/?{BACK}#claim-{claim.pk}"
    assert (response.status_code, response["Location"]) == (303, here)
    assert held() == {claim.pk: editor}
    page = editor_client.get(response["Location"])
    assert said(page) == [f"{claim.public_id} is yours."]
    assert read(page.content).one("#rows").one("button")["value"] == f"{claim.pk}:nobody"

    send(editor_client, "assign", assign=f"{claim.pk}:nobody")
    assert held() == {}


@pytest.mark.parametrize("asked", ["", "x:me", "0:me", "99999999999999999999:me"])
def test_claim_that_is_not_there_is_assigned_to_nobody(editor_client, asked):
    assert send(editor_client, "assign", assign=asked).status_code == 404


@pytest.mark.parametrize(
    ("back", "leads"),
    [
        ("list=drafts&page=3&q=a%26b", "/desk/?list=drafts&q=a%26b&page=3"),
        ("list=drafts&page=x&evil=1", "/desk/?list=drafts"),
        ("list=nowhere", "/desk/"),
        ("//evil.example", "/desk/"),
        ("", "/desk/"),
    ],
)
def test_one_is_led_back_to_a_list_of_the_desk(editor_client, back, leads):
    claim = ClaimFactory()
    response = send(editor_client, "assign", assign=f"{claim.pk}:me", back=back)
    assert response["Location"] == f"{leads}#claim-{claim.pk}"


# Many claims


def test_what_changes_is_shown_before_it_does(editor_client, editor):
    draft, frozen = ClaimFactory(text="It rained"), ClaimFactory(text="It snowed", published=True)
    before = tables()
    asking = send(editor_client, "together", [draft, frozen])
    assert (asking.status_code, asking.context["rows"]) == (200, [])
    assert "2 claims selected" in asking.content.decode()

    page = send(editor_client, "together", [draft, frozen], what="publish")
    html = read(page.content)
    assert tables() == before
    assert html.one("#preview").text == "1 changes, 1 is skipped"
    assert [row.text for row in html.one("tbody").all("td")] == [
        "goes on the public record",
        "Skipped: on the record already, and frozen",
    ]
    assert "Publishing can’t be undone" in page.content.decode()
    assert "Publish 1 claim" in page.content.decode()


def test_many_are_published_which_nothing_undoes(editor_client):
    draft, frozen = ClaimFactory(), ClaimFactory(published=True)
    response = send(editor_client, "together/apply", [draft, frozen], what="publish")

    assert (response.status_code, response["Location"]) == (303, f"/desk/?{BACK}#done")
    page = editor_client.get(response["Location"])
    assert said(page) == ["1 changed, 1 skipped."]
    assert page.context["done"].undoable is False
    draft.refresh_from_db()
    assert draft.is_published
    send(editor_client, "together/undo")
    assert said(editor_client.get("/desk/")) == ["There is nothing to take back."]


def test_many_are_assigned_and_set_back(editor_client, editor, second_editor):
    one, other = ClaimFactory(), ClaimFactory()
    assign(by=editor, claim=other, to=editor)
    given = {"what": "assignee", "to": second_editor.pk}
    page = send(editor_client, "together", [one, other], **given)
    html = read(page.content)
    assert [row.text for row in html.one("tbody").all("td")] == [
        "none second-editor",
        "editor second-editor",
    ]

    response = send(editor_client, "together/apply", [one, other], **given)
    assert held() == dict.fromkeys((one.pk, other.pk), second_editor)
    page = editor_client.get(response["Location"])
    assert "Undo" in page.content.decode()
    assert "Undo" not in editor_client.get(response["Location"]).content.decode()
    assign(by=second_editor, claim=one, to=editor)
    send(editor_client, "together/undo")
    assert held() == {one.pk: editor, other.pk: editor}
    assert said(editor_client.get("/desk/")) == ["Undone: 1 changed, 1 skipped."]


def test_many_are_given_a_question(editor_client):
    question, was = QuestionFactory(text="Who did it?"), QuestionFactory()
    one, other = ClaimFactory(), ClaimFactory(question=was)
    given = {"what": "question", "question": "who  did it?"}
    send(editor_client, "together/apply", [one, other], **given)
    assert set(Claim.objects.values_list("question", flat=True)) == {question.pk}
    send(editor_client, "together/undo")
    assert dict(Claim.objects.values_list("pk", "question")) == {one.pk: None, other.pk: was.pk}


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"what": ""}, {"what": ["This field is required."]}),
        ({"what": "delete"}, {"what": [INVALID % "delete"]}),
        ({"what": "assignee", "to": "0"}, {"to": [INVALID % "0"]}),
        (
            {"what": "question", "question": "What?"},
            {"question": ["No question reads like this. Open it with a claim that answers it."]},
        ),
        ({"what": "publish", "question": "What?"}, {}),
    ],
)
@pytest.mark.parametrize("path", ["together", "together/apply"])
def test_what_cannot_be_set_is_asked_for_again(editor_client, path, given, told):
    response = send(editor_client, path, [ClaimFactory()], **given)
    if not told:
        assert response.status_code in {200, 303}
        return
    assert (response.status_code, errors(response)) == (422, told)


@pytest.mark.parametrize("path", ["together", "together/apply"])
def test_who_sees_no_drafts_sets_nothing_for_them(client, path):
    draft = ClaimFactory()
    client.force_login(user_with("claims.change_claim"))
    response = send(client, path, [draft], what="assignee")
    assert errors(response) == {"__all__": ["Tick at least one claim."]}
    assert send(client, "assign", assign=f"{draft.pk}:nobody").status_code == 404


@pytest.mark.parametrize("path", ["together", "together/apply"])
def test_nothing_is_set_for_nobody(editor_client, path):
    response = editor_client.post(f"/desk/{path}/", {"claim": ["x", "0"], "what": "publish"})
    assert errors(response) == {"__all__": ["Tick at least one claim."]}


# Lists that are kept


def test_list_is_kept_opened_and_deleted(editor_client, editor):
    ClaimFactory()
    response = send(editor_client, "lists/save", name="My <wars>")
    assert response["Location"] == f"/desk/?{BACK}"
    for path in ("/desk/", "/desk/?list=check"):
        html = editor_client.get(path).content.decode()
        assert 'href="/desk/?list=drafts&amp;kind=event"' in html
        assert "My &lt;wars&gt;" in html
    saved = SavedFilter.objects.get()
    assert send(editor_client, f"lists/{saved.pk}/drop").status_code == 303
    assert SavedFilter.objects.count() == 0


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"name": " "}, {"name": ["Give it a name."]}),
        ({"name": "Wars", "back": "list=x"}, {"__all__": ["Open the list that you want to keep."]}),
    ],
)
def test_list_that_cannot_be_kept_is_asked_for_again(editor_client, given, told):
    response = send(editor_client, "lists/save", **given)
    assert (response.status_code, errors(response)) == (422, told)


def test_list_of_somebody_else_is_not_there(editor_client, second_editor):
    saved = save_filter(by=second_editor, name="Theirs", query=BACK)
    assert send(editor_client, f"lists/{saved.pk}/drop").status_code == 404
    assert "Theirs" not in editor_client.get("/desk/").content.decode()
