"""One article captured twice at the same moment, by two connections that really are two."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test import Client
from django.urls import reverse

from articles.models import Article, Snapshot
from claims.actions.evidence import add_appearance
from claims.choices import Basis
from claims.history_check import check
from claims.models import Appearance, Evidence
from claims.record import entries, orphans
from tests.factories import (
    AppearanceFactory,
    EvidenceFactory,
    MergeFactory,
    SnapshotFactory,
    passage_of,
)
from tests.together import PATIENCE
from tests.world import form_on

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

FIRST = "It rained on the whole of the town."
SECOND = "By Friday it could be dry again in the hills."
THIRD = "Nobody had seen so much water since the flood of 1910."
TEXT = f"{FIRST} {SECOND} {THIRD}"


@pytest.fixture
def snapshot(transactional_db: None) -> Snapshot:
    """A text with three passages, of two claims, one of which was merged into a third."""
    snapshot = SnapshotFactory(text=TEXT)
    one, other = EvidenceFactory(claim__published=True), EvidenceFactory(claim__published=True)
    for evidence, exact in ((one, FIRST), (one, SECOND), (other, THIRD)):
        AppearanceFactory(evidence=evidence, snapshot=snapshot, exact=exact)
    MergeFactory(duplicate=other.claim, survivor=EvidenceFactory(claim__published=True).claim)
    return snapshot


def editor(name: str) -> User:
    user = User.objects.create_user(name)
    user.groups.add(Group.objects.get(name="editor"))
    return user


def capture_together(article: Article, texts: list[str]) -> list[int]:
    """Open the form, once for each of ``texts``, and then send all at once; the answers."""
    path, barrier = reverse("claims:article_capture", args=[article.pk]), Barrier(len(texts))
    editors = [editor(f"editor-{number}") for number in range(len(texts))]

    def send(number: int) -> int:
        client = Client()
        client.force_login(editors[number])
        try:
            form = form_on(client.get(path).content, path, path)
            barrier.wait(PATIENCE)
            return client.post(path, {**form, "text": texts[number]}).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(texts)) as threads:
        return list(threads.map(send, range(len(texts))))


def astray(article: Article) -> list[str]:
    """What is neither in the newest text nor waiting for repair, or is there twice."""
    newest = article.snapshots.order_by("-captured_at", "-pk")[0]
    lost = {row.pk for row in Appearance.objects.to_repair() if vars(row)["is_lost"]}
    now = list(Appearance.objects.newest().filter(article=article))
    found = [
        f"{row.exact}: snapshot {row.snapshot_id}"
        for row in now
        if (row.snapshot_id == newest.pk) == (row.pk in lost)
    ]
    roots = Counter(vars(row)["root"] for row in now)
    firsts = Appearance.objects.filter(article=article).exclude(basis=Basis.REVISION)
    found += [f"{row.exact}: {roots[row.pk]} times" for row in firsts if roots[row.pk] != 1]
    places = Counter(
        Appearance.objects.filter(article=article).values_list("via", "basis", "snapshot")
    )
    found += [
        f"carried over twice: {place}"
        for place, count in places.items()
        if count > 1 and place[1] == Basis.REVISION
    ]
    return found + [text for text, count in _texts(article).items() if count > 1]


def _texts(article: Article) -> Counter[str]:
    return Counter(article.snapshots.values_list("text", flat=True))


@pytest.mark.parametrize(
    ("one", "other", "count"),
    [
        (f"Much has changed. {TEXT}", f"{TEXT} That was all.", 3),
        (f"{SECOND} {THIRD}", f"{FIRST} {THIRD}", 3),
        (f"{SECOND} {THIRD}", f"{THIRD} {FIRST} {SECOND}", 3),
        ("Nothing stayed.", TEXT.replace("could", "will"), 3),
        (f"{TEXT} That was all.", f"{TEXT} That was all.", 2),
    ],
)
def test_two_captures_leave_every_passage_in_the_newest_text_or_to_be_repaired(
    snapshot: Snapshot, one: str, other: str, count: int
) -> None:
    article = snapshot.article
    assert capture_together(article, [one, other]) == [303, 303]
    assert (astray(article), article.snapshots.count()) == ([], count)
    assert (check(entries()).faults, orphans()) == ((), [])


def test_passage_logged_while_the_article_is_captured(snapshot: Snapshot) -> None:
    """It is carried over, or waits: it can't fall between the two texts."""
    article, evidence = snapshot.article, Evidence.objects.latest("pk")
    user, barrier = editor("logger"), Barrier(2)

    def log() -> int:
        try:
            barrier.wait(PATIENCE)
            add_appearance(by=user, evidence=evidence, passage=passage_of(snapshot, "the hills"))
        finally:
            connection.close()
        return 303

    def capture() -> int:
        try:
            barrier.wait(PATIENCE)
            return capture_together(article, [f"Much has changed. {TEXT}"])[0]
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        begun = [threads.submit(act) for act in (log, capture)]
        answers = [future.result(PATIENCE) for future in begun]
    assert (answers, astray(article)) == ([303, 303], [])
    assert (check(entries()).faults, orphans()) == ((), [])
