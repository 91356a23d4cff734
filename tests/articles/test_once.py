"""A form that is sent twice acts once; the second time leads to where the first one led."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.utils import timezone

from articles.models import Sending
from articles.working import begin_sending, end_sending, new_token
from claims.models import Claim
from tests.claims.desk import said
from tests.sql import PATIENCE, Elsewhere, copied, fetch, until
from tests.world import form_on

NEW = "/desk/claims/new/"


def printed(client: Client, path: str = NEW) -> dict[str, Any]:
    return form_on(client.get(path).content, path, path)


@pytest.mark.django_db
def test_second_sending_says_what_the_first_did(editor_client: Client) -> None:
    filled = {**printed(editor_client), "text": "It rained"}
    first = editor_client.post(NEW, filled, follow=True)
    second = editor_client.post(NEW, filled, follow=True)
    claim = Claim.objects.get()
    assert said(first) == said(second)
    assert said(first) == [f'Logged: <a href="{claim.get_absolute_url()}">{claim.public_id}</a>']
    assert second.redirect_chain == first.redirect_chain


@pytest.mark.django_db
def test_second_sending_of_other_words_is_told_so(editor_client: Client) -> None:
    filled = printed(editor_client)
    editor_client.post(NEW, {**filled, "text": "It rained"}, follow=True)
    second = editor_client.post(NEW, {**filled, "text": "It snowed"}, follow=True)
    assert said(second)[1:] == [
        "The form had been sent before: what it said the second time was not saved."
    ]
    assert [claim.text for claim in Claim.objects.all()] == ["It rained"]


@pytest.mark.django_db
def test_refused_form_keeps_its_token_and_can_be_sent_again(editor_client: Client) -> None:
    filled = printed(editor_client)
    refused = editor_client.post(NEW, {**filled, "text": ""})
    again = form_on(refused.content, NEW, NEW)
    assert (refused.status_code, again["once"]) == (422, filled["once"])
    assert editor_client.post(NEW, {**again, "text": "It rained"}).status_code == 303
    editor_client.post(NEW, {**again, "text": "It rained"})
    assert Claim.objects.count() == 1


@pytest.mark.django_db
def test_each_printing_has_a_token_of_its_own(editor_client: Client) -> None:
    tokens = {printed(editor_client)["once"][0] for _ in range(3)}
    assert len(tokens) == 3
    filled = {**printed(editor_client), "text": "It rained"}
    for token in tokens:
        editor_client.post(NEW, {**filled, "once": token})
    assert Claim.objects.count() == 3


@pytest.mark.django_db
def test_token_of_somebody_else_is_another_form(
    editor_client: Client, second_editor_client: Client
) -> None:
    filled = {**printed(editor_client), "text": "It rained"}
    for client in (editor_client, second_editor_client):
        assert client.post(NEW, filled).status_code == 303
    assert Claim.objects.count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize("token", ["", "a", "A" * 64, "0" * 65, "é" * 64, "\x00" * 64])
def test_what_is_no_token_is_ignored(editor_client: Client, token: str) -> None:
    filled = {**printed(editor_client), "text": "It rained", "once": token}
    for _ in range(2):
        assert editor_client.post(NEW, filled).status_code == 303
    assert (Claim.objects.count(), Sending.objects.count()) == (2, 0)


@pytest.mark.django_db
def test_readers_get_no_token(reader: Client) -> None:
    assert b'name="once"' not in reader.get("/accounts/login/").content


@pytest.mark.django_db
def test_old_tokens_go_with_the_next_form(editor: User, second_editor: User) -> None:
    for user in (editor, second_editor):
        sending, _first = begin_sending(by=user, path="/x/", token=new_token(), content="")
        end_sending(by=user, sending=sending, to="/y/", told=[])
    Sending.objects.update(at=timezone.now() - timedelta(days=3))
    begin_sending(by=editor, path="/x/", token=new_token(), content="")
    held = Sending.objects.order_by("pk")
    assert [(row.by_id, row.to) for row in held] == [(second_editor.pk, "/y/"), (editor.pk, "")]


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    barrier = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        try:
            barrier.wait(PATIENCE)
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(run, acts, timeout=PATIENCE))


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_form_sent_six_times_at_the_same_moment_acts_once(editor: User) -> None:
    def sender() -> Client:
        client = Client()
        client.force_login(editor)
        return client

    filled = {**printed(sender()), "text": "It rained"}
    senders = [sender() for _ in range(6)]
    answers = at_once(*((lambda client=client: client.post(NEW, filled)) for client in senders))
    claim = Claim.objects.get()
    assert [(answer.status_code, answer["Location"]) for answer in answers] == [
        (303, claim.get_absolute_url())
    ] * 6
    assert Sending.objects.count() == 1


def copy_of_sending(sending: Sending, key: str) -> Any:
    return copied("articles_sending", sending.pk, key=key, to="/elsewhere/")


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.parametrize(("commits", "status"), [(True, "/elsewhere/"), (False, "first")])
def test_second_waits_for_the_first_and_is_led_or_acts_itself(
    editor: User, commits: bool, status: str
) -> None:
    token = new_token()
    sending, _first = begin_sending(by=editor, path="/x/", token=token, content="")
    key = sending.key
    begin_sending(by=editor, path="/other/", token=token, content="")
    sending.delete()
    elsewhere = Elsewhere()
    elsewhere.send(copy_of_sending(Sending.objects.get(), key))

    def second() -> str:
        try:
            row, first = begin_sending(by=editor, path="/x/", token=token, content="")
            return "first" if first else row.to
        finally:
            connection.close()

    pid = elsewhere.connection.info.backend_pid
    waits = "SELECT count(*) > 0 FROM pg_stat_activity WHERE %s = ANY(pg_blocking_pids(pid))"
    with ThreadPoolExecutor(1) as threads:
        future = threads.submit(second)
        until(lambda: fetch(waits, pid)[0])
        (elsewhere.connection.commit if commits else elsewhere.connection.rollback)()
        assert future.result(PATIENCE) == status
    elsewhere.close()
