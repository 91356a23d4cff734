"""Editors who edit one claim at the same moment, and the account of what became of their edits."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Barrier

from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.urls import reverse

from articles.models import Event
from claims.models import Claim
from tests.world import form_on

PATIENCE = 60  # seconds that an editor waits for the others


@dataclass(frozen=True)
class Edit:
    """One edit: what was read, what was written over it, and how it was answered."""

    read: str
    written: str
    status: int


@dataclass(frozen=True)
class Tally:
    """What became of the edits; ``lost`` are those that the record doesn't account for."""

    sent: int
    applied: int
    refused: int
    lost: int


def edit_together(claim: Claim, editors: Sequence[User], *, edits: int) -> Tally:
    """Let ``editors`` send ``edits`` edits in rounds: all read, and then all save at once."""
    rounds = edits // len(editors)
    barrier = Barrier(len(editors))
    path = reverse("claims:edit_claim", args=[claim.pk])

    def edit(number: int) -> list[Edit]:
        client = Client()
        client.force_login(editors[number])
        done = []
        try:
            for turn in range(rounds):
                barrier.wait(PATIENCE)
                form = form_on(client.get(path).content, path, path)
                written = f"Edit {turn * len(editors) + number + 1}"
                barrier.wait(PATIENCE)
                answer = client.post(path, {**form, "text": written})
                done.append(Edit(form["text"][0], written, answer.status_code))
        finally:
            connection.close()
        return done

    with ThreadPoolExecutor(len(editors)) as threads:
        made = [one for some in threads.map(edit, range(len(editors))) for one in some]
    return tally(claim, made)


def tally(claim: Claim, edits: Sequence[Edit]) -> Tally:
    """Compare the edits with the record: each that was applied stands on what it had read.

    An edit is lost when it was accepted and isn't in the record, or was written over by one that
    had not read it, or got an answer that says neither yes nor no.
    """
    events = Event.objects.filter(claim=claim, verb="claim.edited").order_by("seq")
    recorded = [(row.payload["from"]["text"], row.payload["to"]["text"]) for row in events]
    applied = [(one.read, one.written) for one in edits if one.status == 303]
    refused = [one for one in edits if one.status == 409]
    texts = ["Edit 0", *(after for _before, after in recorded)]
    broken = sum(before != text for (before, _after), text in zip(recorded, texts, strict=False))
    astray = len(set(applied) ^ set(recorded)) + (texts[-1] != Claim.objects.get(pk=claim.pk).text)
    unsaid = len(edits) - len(applied) - len(refused)
    return Tally(len(edits), len(applied), len(refused), broken + astray + unsaid)
