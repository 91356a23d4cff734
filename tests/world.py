"""One small world for the tests of every address: a row of each kind, and the way to its pages."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from typing import Any

from django.apps import apps
from django.contrib.auth.models import AnonymousUser, Group, User
from django.db import connection, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from articles.actions import edit_source
from articles.models import Affiliation, Article, Event, Snapshot, Source
from claims.actions.desk import save_filter
from claims.actions.recapture import recapture
from claims.actions.setting_aside import set_aside
from claims.actions.verdicts import Grade
from claims.choices import ClaimLinkKind, Credibility, Finding, Reliability, VerdictKind
from claims.exchange import running
from claims.models import (
    Appearance,
    Challenge,
    Claim,
    ClaimLink,
    Evidence,
    EvidenceLink,
    ImportBatch,
    MatchDecision,
    OutsideVerdict,
    Question,
    SavedFilter,
    Verdict,
)
from tests.claims.imports import checked, go, good, imported, table, uploaded
from tests.factories import (
    AffiliationFactory,
    AppearanceFactory,
    ArticleFactory,
    ChallengeFactory,
    ClaimFactory,
    ClaimLinkFactory,
    EvidenceFactory,
    EvidenceLinkFactory,
    MatchDecisionFactory,
    MergeFactory,
    OutsideVerdictFactory,
    QuestionFactory,
    SnapshotFactory,
    SourceFactory,
    VerdictFactory,
)

PASSWORD = "correct horse battery"
ROLES = ("anonymous", "no role", "editor", "chief")
TEXT = "The minister said that it rained. Nobody else saw rain. It could be dry by Friday."


@dataclass
class World:
    """The rows; ``draft_…`` are those that only the desk sees."""

    users: dict[str, User | AnonymousUser]
    question: Question
    paper: Source
    minister: Source
    article: Article
    snapshot: Snapshot
    reference: Article
    claim: Claim
    evidence: Evidence
    appearance: Appearance
    evidence_link: EvidenceLink
    affiliation: Affiliation
    judged: Claim
    draft_verdict: Verdict
    claim_link: ClaimLink
    merge: ClaimLink
    draft_claim: Claim
    draft_source: Source
    draft_article: Article
    draft_question: Question
    lost: Appearance
    reworded: Appearance
    challenge: Challenge
    match_decision: MatchDecision
    outside_verdict: OutsideVerdict
    bare_claim: Claim
    aside_claim: Claim
    saved_filter: SavedFilter
    own_event: Event
    imports: dict[str, ImportBatch]
    cookies: dict[str, SimpleCookie] = field(default_factory=dict)
    forms: dict[str, dict[str, list[str]]] = field(default_factory=dict)

    def client(self, role: str, *, enforce_csrf_checks: bool = False) -> Client:
        """A browser of its own for somebody in that role; errors come out as 500."""
        client = Client(enforce_csrf_checks=enforce_csrf_checks, raise_request_exception=False)
        client.cookies = SimpleCookie(self.cookies[role].output(header="", sep=";"))
        return client

    def path(self, name: str, **more: Any) -> str:
        """The address of a name in ``ROUTES``, with the row of this world that fits it."""
        if name.startswith("admin:"):
            special = {"app_list": "claims/", "admin/(?P<url>.*)$": "nowhere/"}
            if name.removeprefix("admin:") in special:
                return "/admin/" + special[name.removeprefix("admin:")]
            return re.sub(r"<[^>]*>", lambda _var: self._row_in_admin(name), f"/{ROUTES[name]}")
        return reverse(name, kwargs=self._kwargs(name) | more) if name[-1] != "/" else f"/{name}"

    def _row_in_admin(self, name: str) -> str:
        """What stands for the variable part of an address of the admin."""
        rows = {
            "admin:claims_claim_publish": self.draft_claim,
            "admin:claims_claim_withdraw": self.judged,
        }
        if name in rows:
            return str(rows[name].pk)
        model = ROUTES[name].removeprefix("admin/").split("/")[1]
        held = {
            "user": self.users["no role"],
            "group": Group.objects.first(),
            "event": self.claim.events.first(),
            "verdict": self.draft_verdict,
            "citation": self.judged.verdicts.first().citations.first(),
            "affiliation": self.affiliation,
            "article": self.article,
            "source": self.minister,
            "importbatch": self.imports["done"],
        }
        names = {
            "evidencelink": "evidence_link",
            "claimlink": "claim_link",
            "matchdecision": "match_decision",
            "outsideverdict": "outside_verdict",
        }
        row = held.get(model) or vars(self).get(names.get(model, model))
        return str(row.pk) if row is not None else "0"

    def _kwargs(self, name: str) -> dict[str, Any]:
        rows = {
            "claims:claim": {"pk": self.claim.pk, "slug": self.claim.slug},
            "claims:claim_short": {"pk": self.claim.pk},
            "claims:article": {"slug": self.article.slug},
            "claims:source": {"slug": self.minister.slug},
            "claims:question": {"slug": self.question.slug},
            "claims:claims_as": {"form": "csv"},
            "claims:api_claim": {"number": self.claim.pk},
            "claims:api_source": {"slug": self.minister.slug},
            "claims:api_statements": {"slug": self.minister.slug},
            "claims:api_article": {"slug": self.article.slug},
            "claims:api_question": {"slug": self.question.slug},
            "claims:api_nowhere": {"rest": "nowhere"},
            "claims:claim_json": {"pk": self.claim.pk, "slug": self.claim.slug},
            "claims:claim_csv": {"pk": self.claim.pk, "slug": self.claim.slug},
            "claims:source_json": {"slug": self.minister.slug},
            "claims:article_json": {"slug": self.article.slug},
            "claims:question_json": {"slug": self.question.slug},
            "claims:cite": {"pk": self.claim.pk, "slug": self.claim.slug},
            "claims:embed": {"pk": self.claim.pk, "slug": self.claim.slug},
            "claims:sitemap_part": {"kind": "claims", "number": 0},
            "claims:report": {"pk": self.claim.pk, "slug": self.claim.slug},
            "claims:share_picture": {"pk": self.claim.pk, "slug": self.claim.slug},
            "claims:claims_feed": {"form": "atom"},
            "claims:claim_feed": {"pk": self.claim.pk, "slug": self.claim.slug, "form": "atom"},
            "claims:source_feed": {"slug": self.minister.slug, "form": "atom"},
            "claims:question_feed": {"slug": self.question.slug, "form": "atom"},
            "claims:changes_feed": {"form": "atom"},
            "claims:corrections_feed": {"form": "atom"},
            "claims:queue_as": {"form": "csv"},
            "claims:publish_claim": {"pk": self.draft_claim.pk},
            "claims:propose_verdict": {"pk": self.judged.pk},
            "claims:withdraw_claim": {"pk": self.judged.pk},
            "claims:set_aside_claim": {"pk": self.bare_claim.pk},
            "claims:take_up_claim": {"pk": self.aside_claim.pk},
        }
        rows |= {
            "claims:repair_passage": {"pk": self.lost.pk},
            "claims:give_up_passage": {"pk": self.lost.pk},
            "claims:accept_passage": {"pk": self.reworded.pk},
        }
        if name in rows:
            return rows[name]
        for begins, row in (
            ("/desk/articles/", self.article),
            ("/desk/claims/", self.claim),
            ("/desk/claim-links/", self.claim_link),
            ("/desk/evidence/", self.evidence),
            ("/desk/evidence-links/", self.evidence_link),
            ("/desk/appearances/", self.appearance),
            ("/desk/verdicts/", self.draft_verdict),
            ("/desk/outside/", self.outside_verdict),
            ("/desk/reports/", self.challenge),
            ("/desk/lists/", self.saved_filter),
            ("/desk/sources/", self.minister),
            ("/desk/questions/", self.question),
            ("/desk/undo/", self.own_event),
            ("/desk/import/", self._import_for(name)),
        ):
            route = ROUTES[name]
            if f"/{route}".startswith(begins) and "<int:pk>" in route:
                return {"pk": row.pk}
        return {}

    def _import_for(self, name: str) -> ImportBatch:
        """An import in a state in which something can be done at an address."""
        state = {
            "claims:import_columns": "columns",
            "claims:import_encoding": "columns",
            "claims:import_discard": "columns",
            "claims:import_check": "checked",
            "claims:import_rejected": "checked",
            "claims:import_cancel": "reading",
            "claims:import_resume": "cancelled",
        }.get(name, "done")
        return self.imports[state]

    def query(self, name: str) -> dict[str, Any]:
        """The query without which an address of the desk has no form."""
        first = {"start": 0, "end": 33}
        return {
            "claims:desk_article": first,
            "claims:queue_as": {"list": "drafts"},
            "claims:link_evidence": {"article": self.article.pk, **first},
            "claims:add_appearance": {"article": self.article.pk, **first},
            "claims:repair_passage": {"start": 0, "end": 26},
            "claims:merge_claim": {"keep": "this", "other": self.draft_claim.public_id},
        }.get(name, {})

    def form(self, name: str) -> dict[str, Any]:
        """What an editor's browser would send to an address from the page that has its form."""
        page = {
            "claims:log_claim": "claims:desk_article",
            "claims:pass_over": "claims:desk_article",
            "claims:publish_verdict": "claims:review_verdict",
            "claims:discard_verdict": "claims:review_verdict",
            "claims:ask_for_changes": "claims:review_verdict",
            "claims:take_over_verdict": "claims:review_verdict",
            "claims:close_report": "claims:reports",
            "claims:accept_passage": "claims:repair_passage",
            "claims:take_up_claim": "claims:claim",
            "claims:import_encoding": "claims:import_columns",
            "claims:import_discard": "claims:import_columns",
            "claims:import_cancel": "claims:import_batch",
            "claims:import_resume": "claims:import_batch",
        }.get(name, name)
        of_the_row = ("claims:repair_passage", "claims:import_columns", "claims:import_batch")
        row = self._kwargs(name) if page in of_the_row else {}
        if page == "claims:claim":
            row = {"pk": self.aside_claim.pk, "slug": self.aside_claim.slug}
        here, action = self.path(page, **row), self.path(name)
        if action not in self.forms:
            response = self.client("editor").get(here, self.query(page))
            assert response.status_code == 200, f"{here} answers {response.status_code}"
            self.forms[action] = form_on(response.content, action, here)
        return dict(self.forms[action])


def _routes(
    patterns: Iterable[URLPattern | URLResolver], before: str = "", space: str = ""
) -> Iterator[tuple[str, str]]:
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from _routes(pattern.url_patterns, route, inner)
        else:
            yield space + (pattern.name or route), route


ROUTES = dict(_routes(get_resolver().url_patterns))
"""Every name of the resolver, or where there is none the route itself, with its route."""


def build() -> World:
    """A row of each kind, written through the actions."""
    users: dict[str, User | AnonymousUser] = {"anonymous": AnonymousUser()}
    users["no role"] = User.objects.create_user("somebody", password=PASSWORD)
    for role in ("editor", "chief"):
        user = User.objects.create_user(role, is_staff=True)
        user.groups.add(Group.objects.get(name=role))
        users[role] = user
    question = QuestionFactory(text="Did it rain?")
    paper = SourceFactory(name="The Paper")
    minister = SourceFactory(person=True, name="Ada Minister")
    article = ArticleFactory(publisher=paper, url="https://paper.example/rain", title="Rain")
    snapshot = SnapshotFactory(article=article, text=TEXT)
    reference = ArticleFactory(publisher=paper, title="An earlier report")
    claim = ClaimFactory(published=True, text="It rained", question=question)
    evidence = EvidenceFactory(claim=claim, source=minister)
    appearance = AppearanceFactory(evidence=evidence, snapshot=snapshot, exact="that it rained")
    other = EvidenceFactory(claim=claim, source=SourceFactory(unnamed=True), stance="denies")
    judged = ClaimFactory(prediction=True, published=True, text="It will be dry", question=question)
    settled = EvidenceFactory(claim=judged, source=minister)
    AppearanceFactory(evidence=settled, snapshot=snapshot, exact="It could be dry by Friday.")
    citations = [
        Grade(evidence=settled, reliability=Reliability.B, credibility=Credibility.PROBABLE)
    ]
    for kind, note in (VerdictKind.FIRST, ""), (VerdictKind.CORRECTION, "We misread the gauge."):
        VerdictFactory(
            claim=judged,
            kind=kind,
            correction_note=note,
            finding=Finding.SUPPORTED,
            citations=citations,
            published_by=users["chief"],
        )
    draft_verdict = VerdictFactory(claim=claim)
    draft_claim = ClaimFactory(text="It will pour", question=QuestionFactory(text="And later?"))
    draft_source = SourceFactory(person=True, name="Hidden Person")
    draft_evidence = EvidenceFactory(claim=draft_claim, source=draft_source)
    draft_article = ArticleFactory(title="A hidden article", publisher=SourceFactory(name="Sheet"))
    drafts = SnapshotFactory(article=draft_article, text="It will pour, says somebody.")
    AppearanceFactory(evidence=draft_evidence, snapshot=drafts, exact="It will pour")
    merged = ClaimFactory(published=True, text="Rain fell")
    lost, reworded = captured_again(evidence, users["chief"])
    return World(
        users=users,
        question=question,
        paper=paper,
        minister=minister,
        article=article,
        snapshot=snapshot,
        reference=reference,
        claim=claim,
        evidence=evidence,
        appearance=appearance,
        evidence_link=EvidenceLinkFactory(evidence=other, other=evidence, kind="responds_to"),
        affiliation=AffiliationFactory(source=minister, organisation=paper),
        judged=judged,
        draft_verdict=draft_verdict,
        claim_link=ClaimLinkFactory(claim=claim, other=judged, kind=ClaimLinkKind.CONTRADICTS),
        merge=MergeFactory(duplicate=merged, survivor=claim),
        draft_claim=draft_claim,
        draft_source=draft_source,
        draft_article=draft_article,
        draft_question=draft_claim.question,
        lost=lost,
        reworded=reworded,
        challenge=ChallengeFactory(claim=claim),
        match_decision=MatchDecisionFactory(suggested=claim),
        outside_verdict=OutsideVerdictFactory(
            claim=claim, organisation=SourceFactory(name="The Checkers"), label="Größtenteils wahr"
        ),
        bare_claim=ClaimFactory(text="Frogs fell"),
        aside_claim=set_aside(
            by=users["editor"], claim=ClaimFactory(text="Fish fell"), reason="Too vague"
        ),
        saved_filter=save_filter(by=users["editor"], name="Rain", query="list=check&q=rain"),
        own_event=_own_event(paper, users["editor"]),
        imports=_imports(users["editor"]),
        cookies={role: _cookies(user) for role, user in users.items()},
    )


def _imports(editor: User) -> dict[str, ImportBatch]:
    """An import in each of the states in which somebody can do something about it."""

    def rows(weather: str) -> bytes:
        return table([(f"It {weather}", "Ada Minister", "person", "2023"), ("", "", "", "")])

    found = {
        "reading": running.start(by=editor, batch=uploaded(editor, rows("hailed"))),
        "columns": go(running.start(by=editor, batch=uploaded(editor, rows("froze")))),
        "checked": checked(editor, table([*good(1), ("It melted", "Ada", "persn", "2023")])),
        "done": imported(editor, rows("thawed")),
    }
    stopped = running.start(by=editor, batch=uploaded(editor, rows("misted")))
    found["cancelled"] = running.cancel(by=editor, batch=stopped)
    return found


def _own_event(source: Source, editor: User) -> Event:
    """Something that the editor has done, to be undone by nobody else."""
    edit_source(by=editor, source=source, description="A newspaper.")
    return Event.objects.get(verb="source.edited")


def captured_again(evidence: Evidence, by: User) -> tuple[Appearance, Appearance]:
    """A quotation that a newer capture lost, and one that it left with other words."""
    first = SnapshotFactory(text="It rained on the whole town. It could rain again by Friday.")
    passages = [
        AppearanceFactory(evidence=evidence, snapshot=first, exact=exact, **hedged)
        for exact, hedged in (
            ("It rained on the whole town.", {}),
            ("It could rain again by Friday.", {"hedge": "could"}),
        )
    ]
    done = recapture(
        by=by, article=first.article, text="There was some drizzle. It will rain again by Friday."
    )
    assert done.lost == passages[:1]
    return passages[0], done.carried[0]


def _cookies(user: User | AnonymousUser) -> SimpleCookie:
    client = Client()
    if isinstance(user, User):
        client.force_login(user)
    return client.cookies


@contextmanager
def undone() -> Iterator[None]:
    """Do something and take it back; what is only checked at the end is checked here."""
    with transaction.atomic():
        sign = transaction.savepoint()
        try:
            yield
        finally:
            transaction.savepoint_rollback(sign)


COUNTED = sorted(
    model._meta.db_table
    for model in apps.get_models(include_auto_created=True)
    if model._meta.app_label in ("articles", "claims", "auth")
)
COUNTS = "SELECT " + ", ".join(f"(SELECT count(*) FROM {table})" for table in COUNTED)


def counts() -> dict[str, int]:
    """How many rows every table holds."""
    with connection.cursor() as cursor:
        cursor.execute(COUNTS)
        row = cursor.fetchone()
    return dict(zip(COUNTED, row, strict=True))


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[tuple[dict[str, str], dict[str, list[str]]]] = []
        self.data: dict[str, list[str]] | None = None
        self.select = self.area = ""
        self.options: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if tag == "form":
            self.data = {}
            self.forms.append((given, self.data))
        elif self.data is None:
            return
        elif tag == "input" and name:
            kind = given.get("type", "text")
            if kind in ("checkbox", "radio"):
                self.data.setdefault(name, [])
                if "checked" in given:
                    self.data[name].append(given.get("value", "on"))
            elif kind not in ("submit", "button", "image", "reset"):
                self.data.setdefault(name, []).append(given.get("value", ""))
        elif tag == "select":
            self.select, self.options = name, []
        elif tag == "option":
            self.options.append((given.get("value", ""), "selected" in given))
        elif tag == "textarea":
            self.area = name
            self.data.setdefault(name, []).append("")

    def handle_data(self, data: str) -> None:
        if self.area and self.data is not None:
            self.data[self.area][-1] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.data = None
        elif tag == "select" and self.data is not None:
            chosen = [value for value, is_chosen in self.options if is_chosen]
            first = [value for value, _chosen in self.options[:1]]
            self.data.setdefault(self.select, []).extend(chosen or first)
            self.select = ""
        elif tag == "textarea" and self.data is not None:
            said = self.data[self.area][-1]
            self.data[self.area][-1] = said.removeprefix("\n")  # HTML drops the first one
            self.area = ""


def form_on(html: bytes, action: str, here: str) -> dict[str, list[str]]:
    """What a browser would send from the form of a page that posts to the path ``action``."""
    reader = _Forms()
    reader.feed(html.decode())
    found = [
        data
        for attrs, data in reader.forms
        if attrs.get("method", "").lower() == "post"
        and (attrs.get("action") or here).partition("?")[0].partition("#")[0] == action
    ]
    assert len(found) == 1, f"{len(found)} forms on {here} post to {action}"
    return found[0]
