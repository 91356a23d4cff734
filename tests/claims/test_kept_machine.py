"""Whatever editors do, on whichever connection: what is kept for readers is what would be rendered.

Every page is looked at after every act, by a reader whose server keeps pages and by one whose
server has just been started.
"""

import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from articles.actions import capture, edit_article, edit_source
from articles.models import Affiliation, Article, Snapshot, Source
from claims.actions.evidence import relate_evidence, void_evidence, void_evidence_link
from claims.actions.intake import edit_claim, note_question, publish_claim
from claims.actions.merging import merge_claims, relate_claims, void_claim_link
from claims.actions.redaction import redact
from claims.actions.roles import affiliate, edit_affiliation
from claims.actions.verdicts import propose_verdict, publish_verdict
from claims.choices import ClaimLinkKind, EvidenceLinkKind, VerdictKind
from claims.models import (
    Appearance,
    Claim,
    ClaimLink,
    Evidence,
    EvidenceLink,
    Question,
    Verdict,
)
from claims.refusals import Refusal
from tests.factories import (
    ClaimFactory,
    EvidenceFactory,
    OutsideVerdictFactory,
    QuestionFactory,
    SnapshotFactory,
    SourceFactory,
    day,
    passage_of,
)

TEXT = "It rained. Nobody saw it."
LISTS = (
    "/",
    "/claims/",
    "/claims/?q=rain",
    "/changes/",
    "/corrections/",
    "/sources/",
    "/articles/",
)
NUMBER = st.integers(0, 99)
WORDS = st.sampled_from(["rain", "snow", "ice"])


class Newsroom(RuleBasedStateMachine):
    """Editors at work, and two readers."""

    def __init__(self) -> None:
        super().__init__()
        self.reader = Client()
        self.editor, self.second, self.chief = (
            self.hire(name, group)
            for name, group in (("one", "editor"), ("other", "editor"), ("chief", "chief"))
        )
        self.number = self.looks = 0
        self.first = max(Claim.objects.values_list("pk", flat=True), default=0)
        self.question = QuestionFactory(by=self.editor)
        self.snapshot: Snapshot = SnapshotFactory(by=self.editor, text=TEXT)
        self.source: Source = SourceFactory(by=self.editor)
        self.log("rain", published=True, apart=True)
        self.link(1, apart=True, stance="asserts")

    @staticmethod
    def hire(name: str, group: str) -> User:
        user, _made = User.objects.get_or_create(username=name)
        user.groups.add(Group.objects.get(name=group))
        return user

    def act(self, what: Callable[..., Any], apart: bool, **given: Any) -> None:
        """Do it here, or on another connection; what is refused is nothing done."""

        def do() -> None:
            with suppress(Refusal):
                what(**given)

        def do_elsewhere() -> None:
            try:
                do()
            finally:
                connection.close()

        if not apart:
            do()
            return
        thread = threading.Thread(target=do_elsewhere)
        thread.start()
        thread.join(30)
        assert not thread.is_alive()

    def claims(self) -> Sequence[Claim]:
        return list(Claim.objects.filter(pk__gt=self.first).order_by("pk"))

    def any_of(self, model: Any, number: int, **where: Any) -> Any:
        """One of the rows that hang on this round's claims, or None."""
        rows = list(model.objects.filter(**where).order_by("pk"))
        return rows[number % len(rows)] if rows else None

    @rule(words=WORDS, published=st.booleans(), apart=st.booleans())
    def log(self, words: str, published: bool, apart: bool) -> None:
        if len(self.claims()) >= 5:
            return
        self.number += 1
        text = f"It was {words} {self.number}"
        given = {"text": text, "question": self.question, "published": published}
        self.act(ClaimFactory, apart, by=self.editor, **given)

    @rule(number=NUMBER, apart=st.booleans(), stance=st.sampled_from(["asserts", "denies"]))
    def link(self, number: int, apart: bool, stance: str) -> None:
        claims = self.claims()
        source = (
            self.source if number % 2 else SourceFactory(by=self.editor, unnamed=number % 3 > 1)
        )
        passages = [passage_of(self.snapshot, "It rained.", seen=True)] if number % 5 else []
        given = {"claim": claims[number % len(claims)], "source": source, "passages": passages}
        self.act(EvidenceFactory, apart, by=self.editor, stance=stance, **given)

    @rule(number=NUMBER, apart=st.booleans())
    def void(self, number: int, apart: bool) -> None:
        row = self.any_of(Evidence, number, claim__pk__gt=self.first, known__upper_inf=True)
        if row is not None:
            self.act(void_evidence, apart, by=self.editor, evidence=row, reason="Misread")

    @rule(one=NUMBER, other=NUMBER, kind=st.sampled_from(EvidenceLinkKind.values))
    def tie(self, one: int, other: int, kind: str) -> None:
        rows = [self.any_of(Evidence, n, claim__pk__gt=self.first) for n in (one, other)]
        if None not in rows and rows[0] != rows[1]:
            given = {"evidence": rows[0], "other": rows[1], "kind": kind}
            self.act(relate_evidence, True, by=self.editor, **given)

    @rule(number=NUMBER)
    def untie(self, number: int) -> None:
        where = {"from_evidence__claim__pk__gt": self.first, "known__upper_inf": True}
        if (row := self.any_of(EvidenceLink, number, **where)) is not None:
            self.act(void_evidence_link, True, by=self.editor, link=row, reason="Not so")

    @rule(one=NUMBER, other=NUMBER, apart=st.booleans())
    def merge(self, one: int, other: int, apart: bool) -> None:
        claims = self.claims()
        pair = claims[one % len(claims)], claims[other % len(claims)]
        if pair[0] != pair[1]:
            given = {"duplicate": pair[0], "survivor": pair[1]}
            self.act(merge_claims, apart, by=self.editor, **given)

    @rule(one=NUMBER, other=NUMBER, kind=st.sampled_from(["entails", "contradicts"]))
    def relate(self, one: int, other: int, kind: str) -> None:
        claims = self.claims()
        pair = claims[one % len(claims)], claims[other % len(claims)]
        if pair[0] != pair[1]:
            given = {"claim": pair[0], "other": pair[1], "kind": ClaimLinkKind(kind)}
            self.act(relate_claims, True, by=self.editor, **given)

    @rule(number=NUMBER, apart=st.booleans())
    def unlink(self, number: int, apart: bool) -> None:
        where = {"from_claim__pk__gt": self.first, "known__upper_inf": True}
        if (row := self.any_of(ClaimLink, number, **where)) is not None:
            self.act(void_claim_link, apart, by=self.editor, link=row, reason="Not the same")

    @rule(number=NUMBER, words=WORDS, apart=st.booleans())
    def edit(self, number: int, words: str, apart: bool) -> None:
        claims = self.claims()
        given = {"claim": claims[number % len(claims)], "text": f"It was {words}"}
        self.act(edit_claim, apart, by=self.editor, **given)

    @rule(number=NUMBER, apart=st.booleans())
    def publish(self, number: int, apart: bool) -> None:
        claims = self.claims()
        self.act(publish_claim, apart, by=self.editor, claim=claims[number % len(claims)])

    @rule(number=NUMBER, apart=st.booleans())
    def judge(self, number: int, apart: bool) -> None:
        claims = self.claims()
        claim = claims[number % len(claims)]
        judged = Verdict.objects.published().filter(claim=claim).exists()
        given = {
            "kind": VerdictKind.CORRECTION if judged else VerdictKind.FIRST,
            "finding": ["insufficient", "conflicting"][number % 2],
            "confidence": "moderate",
            "summary": "One voice is not enough.",
            "reasoning": "Nobody else has seen it.",
            "correction_note": "We had misread it." if judged else "",
        }

        def judge() -> None:
            verdict = propose_verdict(by=self.editor, claim=claim, **given)
            publish_verdict(by=self.second, verdict=verdict)

        self.act(judge, apart)

    @rule(words=WORDS, number=NUMBER, apart=st.booleans())
    def rename(self, words: str, number: int, apart: bool) -> None:
        self.number += 1
        name = f"Paper of {words} {self.number}"
        if number % 3 == 0:
            self.act(edit_source, apart, by=self.editor, source=self.source, name=name)
        elif number % 3 == 1:
            article = Article.objects.get(pk=self.snapshot.article_id)
            self.act(edit_article, apart, by=self.editor, article=article, title=name)
        else:
            question = Question.objects.get(pk=self.question.pk)
            self.act(note_question, apart, by=self.editor, question=question, note=name)

    @rule(number=NUMBER, apart=st.booleans())
    def hold_role(self, number: int, apart: bool) -> None:
        held = self.any_of(Affiliation, number, source=self.source)
        during = DateRange(date(2022, 1, 1) + timedelta(days=number), None)
        if held is not None:
            given = {"role": f"Minister {number}", "during": during, "one_voice": number % 2 == 0}
            self.act(edit_affiliation, apart, by=self.editor, affiliation=held, **given)
            return
        given = {"organisation": SourceFactory(by=self.editor), "role": "Minister"}
        self.act(affiliate, apart, by=self.editor, source=self.source, during=during, **given)

    @rule(words=WORDS, apart=st.booleans())
    def capture(self, words: str, apart: bool) -> None:
        article = Article.objects.get(pk=self.snapshot.article_id)
        self.act(capture, apart, by=self.editor, article=article, text=f"{TEXT} {words}")

    @rule(number=NUMBER, apart=st.booleans())
    def hear_others(self, number: int, apart: bool) -> None:
        claims = self.claims()
        given = {"claim": claims[number % len(claims)], "dated": day("2023-03-09")}
        self.act(OutsideVerdictFactory, apart, by=self.editor, organisation=self.source, **given)

    @rule(number=NUMBER, apart=st.booleans())
    def redact(self, number: int, apart: bool) -> None:
        where = {"evidence__claim__pk__gt": self.first, "redaction_reason": ""}
        row = self.any_of(Appearance, number, **where)
        if row is not None and number % 4 == 0:
            self.act(redact, apart, by=self.chief, subject=row, reason="Private")

    @invariant()
    def what_is_kept_is_what_would_be_rendered(self) -> None:
        self.looks += 1
        rows = [self.source, self.snapshot.article, self.question]
        paths = [
            *(row.get_absolute_url() for row in self.claims() if row.is_published),
            *(type(row).objects.get(pk=row.pk).get_absolute_url() for row in rows),
            *LISTS[self.looks % 2 :: 2],
        ]
        fresh = Client()
        for path in paths:
            kept, made = self.reader.get(path), fresh.get(path)
            assert (path, kept.status_code) == (path, made.status_code)
            assert (path, kept.content) == (path, made.content)
            assert (path, kept.headers) == (path, made.headers)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_what_is_kept_for_readers_is_what_would_be_rendered() -> None:
    run_state_machine_as_test(
        Newsroom,
        settings=settings(
            max_examples=4,
            stateful_step_count=8,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
