"""Whatever happens later, a page as of a moment stays as it was, byte for byte.

The real actions in any order. Now and then every page is read as it stands, which must be what it
is as of that moment; in the end all of them are read again.
"""

import re
from contextlib import suppress
from datetime import UTC, datetime

from django.contrib.auth.models import Group, User
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.test import Client
from django.utils.html import escape
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from articles.actions import edit_article, edit_source
from articles.models import Affiliation, Article, Source
from articles.moment import written
from claims.actions.challenges import close_challenge
from claims.actions.evidence import (
    Passage,
    link_evidence,
    relate_evidence,
    void_appearance,
    void_evidence,
    void_evidence_link,
)
from claims.actions.intake import edit_claim, note_question, publish_claim
from claims.actions.merging import merge_claims, relate_claims, void_claim_link
from claims.actions.outside import record_outside_verdict, void_outside_verdict
from claims.actions.recapture import recapture
from claims.actions.roles import affiliate, edit_affiliation
from claims.actions.verdicts import Grade, propose_verdict, publish_verdict
from claims.models import (
    Appearance,
    Challenge,
    Claim,
    ClaimLink,
    Evidence,
    EvidenceLink,
    OutsideVerdict,
    Question,
    Verdict,
)
from tests.factories import (
    ArticleFactory,
    ChallengeFactory,
    ClaimFactory,
    QuestionFactory,
    SnapshotFactory,
    SourceFactory,
    day,
)

TEXT = "It rained. Nobody saw it. The minister denied it."
NUMBER = st.integers(0, 99)


def clock() -> datetime:
    """The moment by the database's clock, which stamps the record."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: datetime = cursor.fetchone()[0]
        return moment.astimezone(UTC)


def at(path: str, moment: datetime) -> str:
    """The address of a page as of a moment."""
    return f"{path}{'&' if '?' in path else '?'}as_of={written(moment)}"


def plain(html: str, moment: datetime | None = None) -> str:
    """A page without what only one of now and then has: banner, links, files, script.

    The link to the other language keeps the moment, too.
    """
    if moment is not None:
        said = escape(written(moment))
        html = re.sub(r'<aside class="then".*?</aside>', "", html, flags=re.DOTALL)
        html = html.replace(f'<input type="hidden" name="as_of" value="{said}">', "")
        html = html.replace(f"?as_of={said}", "").replace(f"&amp;as_of={said}", "")
    html = re.sub(r'<li><a href="[^"]*" lang="fr".*?</li>', "", html)
    html = re.sub(r'<p class="meta downloads">.*?</p>', "", html, flags=re.DOTALL)
    html = re.sub(
        r'<section class="[^"]*" aria-labelledby="reuse">.*?</section>', "", html, flags=re.DOTALL
    )
    html = re.sub(r'<link rel="(?:canonical|alternate)"[^>]*>|<meta[^>]*>', "", html)
    html = re.sub(r"<script.*?</script>", "", html, flags=re.DOTALL)
    html = re.sub(r""" hx-[\w-]+=("[^"]*"|'[^']*')""", "", html)
    return re.sub(r"\s+", " ", html)


class Site(RuleBasedStateMachine):
    """What editors do to a small site, and what readers see of it."""

    def __init__(self) -> None:
        super().__init__()
        self.block = transaction.atomic()
        self.block.__enter__()
        self.editor = User.objects.create_user("editor")
        self.chief = User.objects.create_user("chief")
        self.editor.groups.add(Group.objects.get(name="editor"))
        self.chief.groups.add(Group.objects.get(name="chief"))
        self.reader = Client()
        self.noted: list[tuple[str, int, bytes, str]] = []
        paper = SourceFactory(name="The Paper")
        SourceFactory(person=True, name="Ada Minister")
        SourceFactory(unnamed=True)
        for number in range(2):
            article = ArticleFactory(publisher=paper, title=f"Rain {number}")
            SnapshotFactory(article=article, text=f"{TEXT} {number}")
            QuestionFactory(text=f"Did it rain {number}?")
        question = Question.objects.first()
        for number in range(3):
            ClaimFactory(published=number < 2, text=f"It rained {number}", question=question)
        ClaimFactory(published=True, prediction=True, text="It will rain")
        for claim in Claim.objects.all():
            self.link(0, claim.pk, "asserts", broken=False)
        ChallengeFactory(claim=Claim.objects.order_by("pk").first())

    def teardown(self) -> None:
        try:
            for path, status, content, where in self.noted:
                again = self.reader.get(path)
                assert (again.status_code, again.headers.get("Location", "")) == (status, where)
                if status == 200:  # what wasn't public may be by now, which its page says
                    assert again.content == content, path
        finally:
            transaction.set_rollback(True)
            self.block.__exit__(None, None, None)

    def pages(self) -> list[str]:
        rows = [*Claim.objects.all(), *Source.objects.all()]
        rows += [*Article.objects.all(), *Question.objects.all()]
        lists = [
            "/",
            "/claims/",
            "/claims/?q=rained",
            "/claims/?q=Known+as+minister",
            "/claims/?status=corroborated",
        ]
        lists += ["/articles/", "/sources/", "/changes/", "/corrections/"]
        lists += [f"/claims/?question={row.slug}" for row in Question.objects.all()]
        return [*(row.get_absolute_url() for row in rows), *lists]

    @rule()
    def note(self) -> None:
        """What every page says now is what it says as of now."""
        moment = clock()
        for path in self.pages():
            now, then = self.reader.get(path), self.reader.get(at(path, moment))
            assert then.status_code == now.status_code
            if now.status_code == 200 and "?q=" not in path:  # searches have learnt since
                assert plain(then.content.decode(), moment) == plain(now.content.decode()), path
            self.noted.append(
                (
                    at(path, moment),
                    then.status_code,
                    then.content,
                    then.headers.get("Location", ""),
                )
            )

    def act(self, action, *, by: User | None = None, **given) -> None:
        """Do it, unless it is refused, which is tested elsewhere."""
        with suppress(ValidationError), transaction.atomic():
            action(by=by or self.editor, **given)

    @staticmethod
    def any(model, number: int):
        rows = list(model.objects.order_by("pk"))
        return rows[number % len(rows)] if rows else None

    @rule(source=NUMBER, claim=NUMBER, stance=st.sampled_from(["asserts", "denies", "context"]))
    def link(self, source: int, claim: int, stance: str, *, broken: bool = True) -> None:
        article = self.any(Article, source + claim)
        snapshot = article.snapshots.earliest("pk")
        self.act(
            link_evidence,
            claim=self.any(Claim, claim),
            source=self.any(Source, source),
            stance=stance,
            stated=day(f"2023-03-0{1 + source % 9}"),
            passages=[
                Passage(
                    article=article,
                    snapshot=snapshot,
                    start=0,
                    end=10,
                    exact=snapshot.text[:10],
                    seen=broken,
                )
            ],
        )

    @rule(
        model=st.sampled_from([Evidence, Appearance, EvidenceLink, ClaimLink, OutsideVerdict]),
        number=NUMBER,
    )
    def void(self, model, number: int) -> None:
        row = self.any(model, number)
        acts = {
            Evidence: (void_evidence, "evidence"),
            Appearance: (void_appearance, "appearance"),
            EvidenceLink: (void_evidence_link, "link"),
            ClaimLink: (void_claim_link, "link"),
            OutsideVerdict: (void_outside_verdict, "verdict"),
        }
        if row is not None:
            action, name = acts[model]
            self.act(action, reason="Misread", **{name: row})

    @rule(one=NUMBER, other=NUMBER, kind=st.sampled_from(["repeats", "relies_on", "withdraws"]))
    def relate(self, one: int, other: int, kind: str) -> None:
        rows = self.any(Evidence, one), self.any(Evidence, other)
        self.act(relate_evidence, evidence=rows[0], other=rows[1], kind=kind)

    @rule(one=NUMBER, other=NUMBER, kind=st.sampled_from(["contradicts", "conditional_on"]))
    def bear(self, one: int, other: int, kind: str) -> None:
        self.act(relate_claims, claim=self.any(Claim, one), other=self.any(Claim, other), kind=kind)

    @rule(one=NUMBER, other=NUMBER)
    def merge(self, one: int, other: int) -> None:
        rows = self.any(Claim, one), self.any(Claim, other)
        if rows[0] != rows[1]:
            self.act(merge_claims, duplicate=rows[0], survivor=rows[1])

    @rule(number=NUMBER, name=st.sampled_from(["A", "B", "C"]), aliases=st.lists(st.just("D")))
    def rename(self, number: int, name: str, aliases: list[str]) -> None:
        self.act(
            edit_source,
            source=self.any(Source, number),
            name=f"{name} {number}",
            aliases=aliases,
            description=f"Known as {name}",
        )

    @rule(number=NUMBER, title=st.sampled_from(["Sun", "Snow"]), dated=st.booleans())
    def retitle(self, number: int, title: str, dated: bool) -> None:
        self.act(
            edit_article,
            article=self.any(Article, number),
            title=title,
            published=day("2023-03-08") if dated else None,
            publisher=self.any(Source, number),
            language="fr" if dated else "en",
        )

    @rule(
        number=NUMBER, words=st.sampled_from(["Rain fell.", "The minister denied it. It rained."])
    )
    def capture(self, number: int, words: str) -> None:
        article = self.any(Article, number)
        self.act(recapture, article=article, text=f"{words} {article.pk}")

    @rule(number=NUMBER, note=st.sampled_from(["", "Both can be.", "Neither."]))
    def note_beside(self, number: int, note: str) -> None:
        self.act(note_question, question=self.any(Question, number), note=note)

    @rule(number=NUMBER, question=st.none() | NUMBER, checkable=st.booleans())
    def edit(self, number: int, question: int | None, checkable: bool) -> None:
        self.act(
            edit_claim,
            claim=self.any(Claim, number),
            question=None if question is None else self.any(Question, question),
            checkable=checkable,
            language="fr" if checkable else "en",
        )

    @rule(number=NUMBER)
    def publish(self, number: int) -> None:
        self.act(publish_claim, claim=self.any(Claim, number))

    @rule(source=NUMBER, voice=st.booleans(), role=st.sampled_from(["Head", "Spokesman"]))
    def give_role(self, source: int, voice: bool, role: str) -> None:
        """A role that speaks for its organisation makes two voices one."""
        paper = Source.objects.earliest("pk")
        held = Affiliation.objects.filter(source=self.any(Source, source)).first()
        if held is None:
            self.act(
                affiliate,
                source=self.any(Source, source),
                organisation=paper,
                role=role,
                during=day("2023-03"),
                one_voice=voice,
            )
        else:
            self.act(
                edit_affiliation,
                affiliation=held,
                role=role,
                during=day("2023-03") if voice else day("2023-03-01"),
                one_voice=voice,
            )

    @rule(
        number=NUMBER,
        kind=st.sampled_from(["first", "update", "correction", "withdrawal"]),
        finding=st.sampled_from(["supported", "refuted", "insufficient"]),
    )
    def judge(self, number: int, kind: str, finding: str) -> None:
        claim = self.any(Claim, number)
        cited = list(Evidence.objects.current().filter(claim=claim))
        self.act(
            propose_verdict,
            claim=claim,
            kind=kind,
            finding="" if kind == "withdrawal" else finding,
            confidence="" if kind == "withdrawal" else "high",
            summary=f"We found {finding}.",
            reasoning="By the gauge.",
            correction_note="Misread" if kind in ("correction", "withdrawal") else "",
            citations=[Grade(evidence=row) for row in cited[:2]],
        )

    @rule(number=NUMBER)
    def second(self, number: int) -> None:
        drafts = list(Verdict.objects.drafts())
        if drafts:
            verdict = drafts[number % len(drafts)]
            self.act(publish_verdict, by=self.chief, verdict=verdict)

    @rule(number=NUMBER, label=st.sampled_from(["True", "False"]))
    def find_elsewhere(self, number: int, label: str) -> None:
        self.act(
            record_outside_verdict,
            claim=self.any(Claim, number),
            organisation=Source.objects.earliest("pk"),
            label=label,
        )

    @rule()
    def answer(self) -> None:
        challenge = Challenge.objects.get()
        self.act(close_challenge, challenge=challenge, outcome="declined", answer="It rained.")


def test_page_as_of_a_moment_stays_as_it_was(db: None) -> None:
    run_state_machine_as_test(
        Site,
        settings=settings(
            max_examples=5,
            stateful_step_count=15,
            deadline=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
