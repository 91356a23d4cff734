"""Rows for tests, written through the actions: every row has its event, every state is fresh.

``SourceFactory(name="NYT")`` and the like. ``by=`` is an editor unless given. What a reader may
see is said openly: ``ClaimFactory(published=True)``, ``VerdictFactory(published_by=chief)``.
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, ClassVar

import factory
from django.contrib.auth.models import Group, User
from django.db.backends.postgresql.psycopg_any import DateRange

from articles import actions as articles
from articles.choices import ArticleKind, SourceKind
from articles.models import Affiliation, Article, Snapshot, Source
from claims.actions import intake, matches, merging, outside, roles, verdicts
from claims.actions.evidence import Passage, add_appearance, link_evidence, relate_evidence
from claims.choices import (
    ClaimKind,
    ClaimLinkKind,
    Confidence,
    EvidenceLinkKind,
    Finding,
    MatchMethod,
    MatchOutcome,
    VerdictKind,
)
from claims.models import (
    Appearance,
    Challenge,
    Claim,
    ClaimLink,
    Evidence,
    EvidenceLink,
    MatchDecision,
    OutsideVerdict,
    Question,
    Verdict,
)


def day(iso: str) -> DateRange:
    """``"2023-03-07"`` as the range of that one day, ``"2023-03"`` as that whole month."""
    if len(iso) == len("2023-03"):
        first = date.fromisoformat(f"{iso}-01")
        return DateRange(first, (first + timedelta(days=31)).replace(day=1))
    first = date.fromisoformat(iso)
    return DateRange(first, first + timedelta(days=1))


def in_group(username: str, group: str) -> User:
    """The user of that name, made when first asked for, in that group."""
    user, made = User.objects.get_or_create(username=username)
    if made:
        user.groups.add(Group.objects.get(name=group))
    return user


def an_editor() -> User:
    return in_group("factory-editor", "editor")


class UserFactory(factory.django.DjangoModelFactory[User]):
    """Somebody with an account and no role; ``group="editor"`` or ``"chief"`` gives one."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"user-{n}")

    @factory.post_generation
    def group(self, create: bool, name: str | None) -> None:
        if name:
            self.groups.add(Group.objects.get(name=name))


class _Act:
    """The base of factories whose rows come out of an action."""

    act: ClassVar[Callable[..., Any]]

    @classmethod
    def _create(cls, model_class: type, **given: Any) -> Any:
        return cls.act(**given)


class SourceFactory(_Act, factory.Factory[Source]):
    """An organisation; ``person=True`` and ``unnamed=True`` make the other kinds."""

    class Meta:
        model = Source

    class Params:
        person = factory.Trait(
            kind=SourceKind.PERSON, name=factory.Sequence(lambda n: f"Person {n}")
        )
        unnamed = factory.Trait(
            kind=SourceKind.UNNAMED, name=factory.Sequence(lambda n: f"unnamed officials {n}")
        )

    act = staticmethod(articles.add_source)
    by = factory.LazyFunction(an_editor)
    kind = SourceKind.ORGANISATION
    name = factory.Sequence(lambda n: f"Paper {n}")


class ArticleFactory(_Act, factory.Factory[Article]):
    """A document known by reference; ``SnapshotFactory`` gives it a text."""

    class Meta:
        model = Article

    act = staticmethod(articles.add_article)
    by = factory.LazyFunction(an_editor)
    kind = ArticleKind.NEWS
    title = factory.Sequence(lambda n: f"Article {n}")
    publisher = factory.SubFactory(SourceFactory)
    published = day("2023-03-08")


class SnapshotFactory(_Act, factory.Factory[Snapshot]):
    """The text of an article."""

    class Meta:
        model = Snapshot

    act = staticmethod(articles.capture)
    by = factory.LazyFunction(an_editor)
    article = factory.SubFactory(ArticleFactory)
    text = "The minister said on Tuesday that it could be dry. Nobody else saw rain. It rained."


class QuestionFactory(_Act, factory.Factory[Question]):
    """A question that claims can answer."""

    class Meta:
        model = Question

    act = staticmethod(intake.open_question)
    by = factory.LazyFunction(an_editor)
    text = factory.Sequence(lambda n: f"Who did deed {n}?")


def _log(*, by: User, published: bool, **given: Any) -> Claim:
    claim = intake.log_claim(by=by, **given)
    return intake.publish_claim(by=by, claim=claim) if published else claim


class ClaimFactory(_Act, factory.Factory[Claim]):
    """A claim that only the desk sees; ``published=True`` puts it on the record.

    ``prediction=True`` makes it a prediction whose window closed long ago.
    """

    class Meta:
        model = Claim

    class Params:
        prediction = factory.Trait(
            kind=ClaimKind.PREDICTION,
            text=factory.Sequence(lambda n: f"It will rain on day {n}"),
            window=day("2023-04"),
            criteria="Rain in the gauge of the weather station.",
        )

    act = staticmethod(_log)
    by = factory.LazyFunction(an_editor)
    text = factory.Sequence(lambda n: f"It rained on day {n}")
    kind = ClaimKind.EVENT
    published = False


class EvidenceFactory(_Act, factory.Factory[Evidence]):
    """One source asserts a claim; ``stance="denies"`` and the like, ``passages=[...]``."""

    class Meta:
        model = Evidence

    act = staticmethod(link_evidence)
    by = factory.LazyFunction(an_editor)
    claim = factory.SubFactory(ClaimFactory)
    source = factory.SubFactory(SourceFactory, person=True)
    stated = day("2023-03-07")


def passage_of(snapshot: Snapshot, exact: str, **given: Any) -> Passage:
    """The first place in a snapshot that reads ``exact``, as an action takes it."""
    start = snapshot.text.index(exact)
    return Passage(
        article=snapshot.article,
        snapshot=snapshot,
        start=start,
        end=start + len(exact),
        exact=exact,
        **given,
    )


def _appear(
    *, by: User, evidence_: Evidence, snapshot: Snapshot, exact: str, **given: Any
) -> Appearance:
    return add_appearance(by=by, evidence=evidence_, passage=passage_of(snapshot, exact, **given))


class AppearanceFactory(_Act, factory.Factory[Appearance]):
    """A quotation in a snapshot; ``exact`` is looked up in its text."""

    class Meta:
        model = Appearance
        rename: ClassVar = {"evidence": "evidence_"}

    act = staticmethod(_appear)
    by = factory.LazyFunction(an_editor)
    evidence = factory.SubFactory(EvidenceFactory)
    snapshot = factory.SubFactory(SnapshotFactory)
    exact = "it could be dry"


class EvidenceLinkFactory(_Act, factory.Factory[EvidenceLink]):
    """``evidence`` repeats ``other``; ``kind="relies_on"`` and the like."""

    class Meta:
        model = EvidenceLink

    act = staticmethod(relate_evidence)
    by = factory.LazyFunction(an_editor)
    evidence = factory.SubFactory(EvidenceFactory)
    other = factory.SubFactory(EvidenceFactory, claim=factory.SelfAttribute("..evidence.claim"))
    kind = EvidenceLinkKind.REPEATS


class ClaimLinkFactory(_Act, factory.Factory[ClaimLink]):
    """``claim`` contradicts ``other``; ``kind="entails"`` and the like."""

    class Meta:
        model = ClaimLink

    act = staticmethod(merging.relate_claims)
    by = factory.LazyFunction(an_editor)
    claim = factory.SubFactory(ClaimFactory)
    other = factory.SubFactory(ClaimFactory)
    kind = ClaimLinkKind.CONTRADICTS


class MergeFactory(_Act, factory.Factory[ClaimLink]):
    """``duplicate`` is the same as ``survivor``."""

    class Meta:
        model = ClaimLink

    act = staticmethod(merging.merge_claims)
    by = factory.LazyFunction(an_editor)
    duplicate = factory.SubFactory(ClaimFactory)
    survivor = factory.SubFactory(ClaimFactory)


class MatchDecisionFactory(_Act, factory.Factory[MatchDecision]):
    """``suggested`` was shown as similar, and is another claim than the one logged."""

    class Meta:
        model = MatchDecision

    act = staticmethod(matches.decide_match)
    by = factory.LazyFunction(an_editor)
    claim = factory.SubFactory(ClaimFactory)
    suggested = factory.SubFactory(ClaimFactory)
    score = 0.5
    method = MatchMethod.LEXICAL
    outcome = MatchOutcome.NEW


class AffiliationFactory(_Act, factory.Factory[Affiliation]):
    """A person's role in an organisation."""

    class Meta:
        model = Affiliation

    act = staticmethod(roles.affiliate)
    by = factory.LazyFunction(an_editor)
    source = factory.SubFactory(SourceFactory, person=True)
    organisation = factory.SubFactory(SourceFactory)
    role = "Minister"
    during = DateRange(date(2022, 1, 1), None)


def _propose(*, by: User, published_by: User | None, **given: Any) -> Verdict:
    verdict = verdicts.propose_verdict(by=by, **given)
    if published_by is None:
        return verdict
    return verdicts.publish_verdict(by=published_by, verdict=verdict)


class VerdictFactory(_Act, factory.Factory[Verdict]):
    """A proposal that finds the evidence insufficient; ``published_by=`` a second person."""

    class Meta:
        model = Verdict

    act = staticmethod(_propose)
    by = factory.LazyFunction(an_editor)
    claim = factory.SubFactory(ClaimFactory, published=True)
    kind = VerdictKind.FIRST
    finding = Finding.INSUFFICIENT
    confidence = Confidence.MODERATE
    summary = "One voice is not enough."
    reasoning = "Nobody else has seen it, and the one who has gives no detail."
    published_by = None


class OutsideVerdictFactory(_Act, factory.Factory[OutsideVerdict]):
    """What another organisation found about a claim, in its own words."""

    class Meta:
        model = OutsideVerdict

    act = staticmethod(outside.record_outside_verdict)
    by = factory.LazyFunction(an_editor)
    claim = factory.SubFactory(ClaimFactory)
    organisation = factory.SubFactory(SourceFactory)
    label = "Mostly false"
    url = factory.Sequence(lambda n: f"https://checks.example/{n}")
    dated = day("2023-03-09")


class ChallengeFactory(factory.django.DjangoModelFactory[Challenge]):
    """A reader's report, as it comes in."""

    class Meta:
        model = Challenge

    claim = factory.SubFactory(ClaimFactory, published=True)
    body = "The date is wrong."
