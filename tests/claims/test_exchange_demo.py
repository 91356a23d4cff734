"""The example of docs/examples: loaded through actions and importer, once, and all of it."""

import io
import shutil
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from articles.models import Affiliation, Article, Event, Source
from claims.exchange.demo import Example, People, Spoilt
from claims.management.commands import load_demo
from claims.models import (
    Appearance,
    Claim,
    ClaimLink,
    Evidence,
    EvidenceLink,
    Question,
    Verdict,
)
from claims.status import status
from tests.factories import ClaimFactory

pytestmark = pytest.mark.django_db

NORD = "A pro-Ukrainian group sabotaged the Nord Stream pipelines"


SMALL = """
tables = ["claims.csv"]
evidence_links = []
claim_links = []
merges = []
verdicts = []
passages = []
roles = []

[article]
file = "article.txt"
title = "Rain"
publisher = "The Daily"
published = "2023-03-08"

[claims]
rain = "It rained"
"""


@pytest.fixture(autouse=True)
def local(settings: Any) -> None:
    settings.DATABASE_URL = ""
    settings.LOCAL = True


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An example of one claim, where it is about the command."""
    folder = tmp_path / "small"
    folder.mkdir()
    (folder / "small.toml").write_text(SMALL)
    (folder / "article.txt").write_text("It rained.")
    (folder / "sources.csv").write_text(
        "kind,name,aliases,wikidata,description\norganisation,The Daily,Daily|TD,,\n"
    )
    (folder / "claims.csv").write_text("claim\nIt rained\n")
    monkeypatch.setattr(load_demo, "FOLDER", folder)
    return folder


def load(**options: Any) -> str:
    out = io.StringIO()
    call_command("load_demo", stdout=out, **options)
    return out.getvalue().strip()


def rows() -> dict[str, int]:
    return {
        model.__name__: model._default_manager.count()
        for model in (
            *(Source, Affiliation, Article, Question, Claim, ClaimLink, Evidence),
            *(EvidenceLink, Appearance, Verdict, User, Event),
        )
    }


# The example


def test_demo_shows_what_its_readme_says_and_is_loaded_once() -> None:
    load()
    held = rows()
    assert {name: count for name, count in held.items() if name != "Event"} == {
        "Source": 30,
        "Affiliation": 13,
        "Article": 20,
        "Question": 4,
        "Claim": 26,
        "ClaimLink": 11,
        "Evidence": 40,
        "EvidenceLink": 8,
        "Appearance": 50,
        "Verdict": 12,
        "User": 2,
    }
    check_statuses()
    check_origins()
    check_chain()
    check_denial()
    check_verdicts()
    assert load(verbosity=2) == (
        "26 claims, 40 pieces of evidence, 12 verdicts.\n"
        "The accounts “editor” and “chief” are here already; their passwords stay."
    )
    assert rows() == held


def check_statuses() -> None:
    names = {text: name for name, text in Example(load_demo.FOLDER).claims.items()}
    found = {
        names[claim.text]: str(status(claim.status_code, claim.kind).label)
        for claim in Claim.objects.with_status()
    }
    assert found == {
        "nord": "Contested",
        "state": "Denied only",
        "west": "Single origin",
        "dup": "Contested",
        "sabotage": "Supported",
        "divert": "Single origin",
        "week": "Did not happen",
        "fallen": "Supported",
        "east": "Supported",
        "withdrawal": "Single origin",
        "kramatorsk": "Overdue",
        "deeper": "Contested",
        "turn": "Single origin",
        "hold": "Single origin",
        "shells": "Disputed",
        "five": "Unproven",
        "casualties": "Single origin",
        "plan": "Came true",
        "billion": "Single origin",
        "stockholm": "Single origin",
        "faster": "Single origin",
        "support": "Single origin",
        "video": "Genuine",
        "shot": "Single origin",
        "shadura": "Refuted",
        "mats": "Supported",
    }


def check_origins() -> None:
    claims = Example(load_demo.FOLDER).claims
    counted = {
        name: (claim.origins_low, claim.origins_high)
        for name in ("nord", "dup", "state", "east", "fallen", "mats", "shadura")
        for claim in [Claim.objects.get(text=claims[name])]
    }
    assert counted == {
        "nord": (1, 2),
        "dup": (1, 2),
        "state": (0, 0),
        "east": (2, 2),
        "fallen": (1, 2),
        "mats": (1, 2),
        "shadura": (0, 0),
    }


def check_chain() -> None:
    evidence = Evidence.objects.get(claim__text=NORD, source__kind="unnamed")
    first, second = evidence.appearances.order_by("pk")
    assert (first.article.publisher.name, first.hedge, first.seen) == (
        "The New York Times",
        "Suggests",
        False,
    )
    assert (second.article.publisher.name, second.hedge, second.seen) == (
        "Sayso Examples",
        "",
        True,
    )
    assert second.via == first
    assert second.snapshot is not None
    assert second.snapshot.text[second.span.lower : second.span.upper] == second.exact


def check_denial() -> None:
    denials = Evidence.objects.filter(source__name="Oleksii Reznikov").order_by("pk")
    assert [(row.claim.text, row.stance, row.scope) for row in denials] == [
        (NORD, "denies", "narrower"),
        ("The Ukrainian state sabotaged the Nord Stream pipelines", "denies", "same"),
    ]


def check_verdicts() -> None:
    for verdict in Verdict.objects.published():
        assert {verdict.author.username, verdict.reviewer.username} == {"editor", "chief"}
        assert verdict.without_second_person is False
        assert verdict.dated is None
        assert verdict.citations.count() >= 1
    (draft,) = Verdict.objects.drafts()
    assert (draft.claim.text, draft.author.username) == (NORD, "editor")
    early, correction = Verdict.objects.filter(claim__text__contains="Shadura").order_by("pk")
    assert early.published_at < Evidence.objects.get(claim=early.claim, stance="denies").known.lower
    assert correction.correction_note.startswith("Our first verdict took a preliminary")


def test_article_of_the_demo_is_short() -> None:
    words = (load_demo.FOLDER / "article.txt").read_text(encoding="utf-8").split()
    assert 350 <= len(words) <= 500


def test_spoilt_example_writes_nothing(editor: User, chief: User, tmp_path: Path) -> None:
    folder = tmp_path / "day-378"
    shutil.copytree(load_demo.FOLDER, folder)
    table = folder / "claims.csv"
    table.write_text(
        table.read_text(encoding="utf-8").replace("“It’s not our action,”", "“It’s not ours,”"),
        encoding="utf-8",
    )
    before = rows()
    with pytest.raises(Spoilt) as refused:
        Example(folder).load(People(editor=editor, chief=chief))
    assert [line.partition(":")[0] for line in str(refused.value).splitlines()] == [
        "claims.csv, line 3",
        "claims.csv, line 5",
    ]
    assert rows() == before


# The command


def test_accounts_are_printed_and_work(small: Path) -> None:
    assert load() == (
        "Demo accounts (name, password):\n  editor  log-and-link\n  chief  second-person"
    )
    for name, password in load_demo.ON_THIS_MACHINE.items():
        user = authenticate(username=name, password=password)
        assert user is not None
        assert user.is_staff is True
        assert [group.name for group in user.groups.all()] == [name]


def test_passwords_elsewhere_are_made_up(small: Path, settings: Any) -> None:
    settings.DATABASE_URL = "postgresql://elsewhere/sayso"
    printed = dict(line.split() for line in load(force=True).splitlines()[1:])
    assert set(printed) == {"editor", "chief"}
    for name, password in printed.items():
        assert password != load_demo.ON_THIS_MACHINE[name]
        assert authenticate(username=name, password=password) is not None


def test_demo_is_refused_on_a_site_of_its_own(small: Path, settings: Any) -> None:
    settings.DATABASE_URL = "postgresql://elsewhere/sayso"
    with pytest.raises(CommandError) as refused:
        load()
    assert str(refused.value) == (
        "This site has a database of its own (DATABASE_URL). --force loads the demo into it."
    )
    assert User.objects.count() == Claim.objects.count() == 0


def test_demo_is_refused_among_other_claims(small: Path) -> None:
    ClaimFactory()
    before = rows()
    with pytest.raises(CommandError) as refused:
        load()
    assert str(refused.value) == (
        "There are other claims here already. --force loads the demo among them."
    )
    assert rows() == before
    load(force=True)
    assert Claim.objects.count() == 2


def test_account_that_may_not_is_told(small: Path) -> None:
    User.objects.create_user("editor")
    with pytest.raises(CommandError) as refused:
        load()
    assert str(refused.value) == (
        "The demo can’t be loaded: Your account may not do this. Ask a chief editor."
    )
    assert User.objects.count() == 1
