"""What a reader sees of a claim at first sight, and pages with more than anybody would read."""

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page

from claims.actions.evidence import Passage
from claims.models import Claim
from tests.browser.sound import faults_on
from tests.factories import (
    ArticleFactory,
    ClaimFactory,
    ClaimLinkFactory,
    EvidenceFactory,
    EvidenceLinkFactory,
    QuestionFactory,
    SnapshotFactory,
    SourceFactory,
    UserFactory,
    VerdictFactory,
    passage_of,
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

LONG = "Oberweserdampfschifffahrtsgesellschaftskapitänswitwenrente "
SHIFTS = """() => new Promise(done => {
    let sum = 0;
    new PerformanceObserver(list => { for (const one of list.getEntries()) sum += one.value; })
        .observe({type: "layout-shift", buffered: true});
    setTimeout(() => done(sum), 500);
})"""
BELOW = """() => [".status-line .badge", ".status-line .meta", ".chain li:first-child",
    ".chain li:last-child", ".lede--short", ".against"]
    .filter(what => !(document.querySelector(what)?.getBoundingClientRect().bottom <= innerHeight))
"""


@pytest.fixture
def chief() -> User:
    return UserFactory(group="chief")


def plain(chief: User) -> Claim:
    """A claim as most are."""
    claim = ClaimFactory(text="A pro-Ukrainian group sabotaged the pipelines", published=True)
    EvidenceFactory(claim=claim, passages=[Passage(article=ArticleFactory())])
    EvidenceFactory(
        claim=claim, stance="denies", passages=[passage_of(SnapshotFactory(), "Nobody else")]
    )
    return claim


def absurd(chief: User) -> Claim:
    """Everything as long as it can be: the claim, the chain, the names, the quotations."""
    claim = ClaimFactory(text=("They did it, as " + LONG + "says. ") * 12, published=True)
    officials = SourceFactory(unnamed=True, name=("unnamed officials of " + LONG * 3).strip())
    passages = []
    for number, words in enumerate(("We cannot exclude it", "Ce pourrait être", "It is so") * 4):
        text = SnapshotFactory(
            article=ArticleFactory(
                title=f"{number} {LONG * 4}",
                publisher=SourceFactory(name=f"{number} {LONG * 2}"),
                language="fr" if words.startswith("Ce") else "en",
            ),
            text=words,
        )
        hedge = {"W": "cannot exclude", "C": "pourrait"}.get(words[0], "")
        via = number - 1 if number else None
        passages.append(passage_of(text, words, hedge=hedge, via=via))
    passages += [Passage(article=ArticleFactory(title=LONG), via=3) for _ in range(3)]
    first = EvidenceFactory(claim=claim, source=officials, passages=passages)
    denial = SnapshotFactory(text=("Nonsense from first to last. " * 30).strip())
    EvidenceFactory(
        claim=claim,
        stance="denies",
        scope="narrower",
        source=SourceFactory(person=True, name=(LONG * 3).strip()),
        passages=[passage_of(denial, denial.text)],
    )
    for number in range(14):
        copy = EvidenceFactory(claim=claim, source=SourceFactory(name=f"{number} {LONG * 2}"))
        EvidenceLinkFactory(evidence=copy, other=first)
    VerdictFactory(claim=claim, summary=(LONG * 8)[:400].strip(), published_by=chief)
    return claim


@pytest.mark.parametrize("make", [plain, absurd])
def test_what_stands_is_seen_at_first_sight(page: Page, chief: User, make: object) -> None:
    assert callable(make)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(make(chief).get_absolute_url())
    assert page.evaluate(SHIFTS) == 0
    assert page.evaluate(BELOW) == []


def test_absurd_pages_are_sound(page: Page, chief: User) -> None:
    claim = absurd(chief)
    question = QuestionFactory(text=f"Who did {LONG}?")
    sources = [SourceFactory(name=f"{number} {LONG}") for number in range(9)]
    answers = [
        ClaimFactory(text=f"{LONG} did it", question=question, published=True) for _ in range(4)
    ]
    for number, source in enumerate(sources):
        EvidenceFactory(claim=answers[number % 4], source=source)
    for answer in answers[1:]:
        ClaimLinkFactory(claim=answers[0], other=answer)
    said = answers[0].evidence.first()
    later = EvidenceFactory(claim=answers[0], source=said.source, stance="denies")
    EvidenceLinkFactory(evidence=later, other=said, kind="withdraws", note=LONG * 5)
    VerdictFactory(claim=claim, kind="correction", correction_note=LONG * 9, published_by=chief)
    found = []
    for path in (
        claim.get_absolute_url(),
        question.get_absolute_url(),
        said.source.get_absolute_url(),
        "/corrections/",
        "/corrections/?whose=theirs",
        "/corrections/?month=nonsense",
        "/changes/",
    ):
        page.goto(path)
        page.evaluate("document.querySelectorAll('details').forEach(fold => fold.open = true)")
        found += faults_on(page, path)
    assert found == []
