"""Which claims wait for what at the desk, in which order, since when, and what is said of them.

Each queue of ``queues.py`` takes two or three of these: one that narrows all claims (they come
``with_status()``) and adds ``waits_since``, one that says why a claim is there, and where need be
one that says where the work is done.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, cast

from django.db.models import (
    Case,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Prefetch,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles.models import Event
from articles.periods import day_in_words
from claims.choices import ChallengeOutcome, ClaimKind, VerdictKind
from claims.desk.review import status_of_verdict
from claims.models import Assignment, Challenge, Claim, ClaimQuerySet, Verdict
from claims.reading.judgement import moved_since
from claims.reading.wording import isolated, person
from claims.status import OVERDUE

if TYPE_CHECKING:
    from django.contrib.auth.models import User

STALE_AFTER = timedelta(days=90)
# Lists that are hashed once: asked claim by claim, every queue would walk all claims there are.
_ANY_VERDICT = Q(pk__in=Verdict.objects.values("claim"))
_DRAFTED = Q(pk__in=Verdict.objects.drafts().values("claim"))
_OPEN = Challenge.objects.filter(outcome=ChallengeOutcome.OPEN)


def assignment_of(claim: Claim) -> Assignment | None:
    """Who looks after a claim, since when and by whose choice."""
    return getattr(claim, "assignment", None)


# Assigned to you


def assigned(claims: ClaimQuerySet, user: User) -> ClaimQuerySet:
    mine = claims.filter(assignment__assignee=user).select_related("assignment__assigned_by")
    return mine.annotate(waits_since=F("assignment__assigned_at")).order_by("waits_since", "pk")


def who_assigned(claim: Claim, user: User) -> str:
    held = assignment_of(claim)
    assert held is not None
    by = held.assigned_by
    if by == user:
        return _("You took it on")
    return _("Assigned by %(who)s") % {"who": isolated(person(by))}


# Sent back, and waiting for a second editor


def _with_proposal(claims: ClaimQuerySet, proposals: Subquery) -> ClaimQuerySet:
    drafts = Verdict.objects.drafts().with_turn().select_related("author")
    held = Prefetch("verdicts", queryset=drafts, to_attr="proposals")
    waiting = claims.filter(_DRAFTED).annotate(waits_since=proposals)
    waiting = waiting.filter(waits_since__isnull=False)
    return waiting.prefetch_related(held)


def _proposal(claim: Claim) -> Verdict:
    return cast(Verdict, vars(claim)["proposals"][0])


def sent_back(claims: ClaimQuerySet, user: User) -> ClaimQuerySet:
    proposals = Verdict.objects.sent_back().filter(claim=OuterRef("pk"))
    others = Case(
        When(Exists(proposals.filter(author=user)), then=Value(0)),
        default=Value(1),
        output_field=IntegerField(),
    )
    waiting = _with_proposal(claims, Subquery(proposals.values(at=F("turn_at"))[:1]))
    return waiting.order_by(others, F("waits_since"), "pk")


def what_was_asked(claim: Claim, user: User) -> str:
    verdict = _proposal(claim)
    told = {"note": vars(verdict)["turn_note"] or "", "who": isolated(person(verdict.author))}
    if verdict.author == user:
        return _("You are asked for changes: %(note)s") % told
    return _("%(who)s is asked for changes: %(note)s") % told


def second(claims: ClaimQuerySet, user: User) -> ClaimQuerySet:
    proposals = Verdict.objects.waiting().filter(claim=OuterRef("pk"))
    waiting = _with_proposal(claims, Subquery(proposals.values(at=F("turn_at"))[:1]))
    return waiting.order_by(F("waits_since"), "pk")


def what_is_proposed(claim: Claim, user: User) -> str:
    verdict = _proposal(claim)
    told = {
        "who": isolated(person(verdict.author)),
        "finding": status_of_verdict(verdict, claim).label,
    }
    if verdict.author == user:
        return _("You propose “%(finding)s”: somebody else has to publish it") % told
    return _("%(who)s proposes “%(finding)s”: you may publish it") % told


def review_page(claim: Claim) -> str:
    return reverse("claims:review_verdict", args=[_proposal(claim).pk])


# Predictions due


def due(claims: ClaimQuerySet, user: User) -> ClaimQuerySet:
    closed = Q(kind=ClaimKind.PREDICTION, window__endswith__lte=timezone.now().date())
    overdue = claims.published().filter(closed, Q(status_code=OVERDUE), ~_DRAFTED)
    return overdue.annotate(waits_since=F("window__endswith")).order_by("waits_since", "pk")


def when_due(claim: Claim, user: User) -> str:
    assert claim.window is not None
    last = claim.window.upper - timedelta(days=1)
    return _("Window closed %(day)s") % {"day": day_in_words(last)}


def verdict_page(claim: Claim) -> str:
    return reverse("claims:propose_verdict", args=[claim.pk])


# Evidence changed since the verdict


def moved(claims: ClaimQuerySet, user: User) -> ClaimQuerySet:
    stands = Q(verdict_at__isnull=False) & ~Q(verdict_kind=VerdictKind.WITHDRAWAL)
    judged = claims.filter(_ANY_VERDICT, stands)
    moved = judged.filter(moved_since("verdict_at"), ~_DRAFTED)
    return moved.annotate(waits_since=F("verdict_at")).order_by("waits_since", "pk")


def since_verdict(claim: Claim, user: User) -> str:
    day = day_in_words(vars(claim)["verdict_at"].date())
    return _("Evidence changed since the verdict of %(day)s") % {"day": day}


# Readers' reports


def reported(claims: ClaimQuerySet, user: User) -> ClaimQuerySet:
    about = _OPEN.filter(claim=OuterRef("pk")).order_by("received_at")
    first = Subquery(about.values("received_at")[:1])
    reports = Prefetch("challenges", queryset=_OPEN.order_by("received_at"), to_attr="reports")
    waiting = claims.filter(pk__in=_OPEN.values("claim")).annotate(waits_since=first)
    return waiting.prefetch_related(reports).order_by("waits_since", "pk")


def what_is_reported(claim: Claim, user: User) -> str:
    reports: list[Challenge] = vars(claim)["reports"]
    words = ngettext(
        "%(count)s reader reports: %(body)s", "%(count)s readers report: %(body)s", len(reports)
    )
    return words % {"count": len(reports), "body": isolated(" ".join(reports[0].body.split()))}


def reports_page(claim: Claim) -> str:
    return reverse("claims:reports", args=[claim.pk])


# To check, stale, drafts


def _checkable(claims: ClaimQuerySet) -> ClaimQuerySet:
    """Claims that a verdict could be written on and none was, predictions apart."""
    return claims.filter(~_ANY_VERDICT, checkable=True, redaction_reason="").exclude(
        kind=ClaimKind.PREDICTION
    )


def to_check(claims: ClaimQuerySet, user: User) -> ClaimQuerySet:
    spoken_on = Q(for_count__gt=0) | Q(against_count__gt=0)
    rows = _checkable(claims).filter(spoken_on).annotate(waits_since=F("logged_at"))
    return rows.order_by("waits_since", "pk")


def balance(claim: Claim, user: User) -> str:
    told = {"for": claim.for_count, "against": claim.against_count}
    if claim.is_published:
        return _("%(for)s for, %(against)s against, no verdict") % told
    return _("%(for)s for, %(against)s against; a draft") % told


def stale(claims: ClaimQuerySet, user: User) -> ClaimQuerySet:
    touched = Event.objects.filter(claim=OuterRef("pk"))
    recent = touched.filter(at__gt=timezone.now() - STALE_AFTER)
    last = Subquery(touched.order_by("-seq").values("at")[:1])
    rows = _checkable(claims.published()).filter(~Exists(recent)).annotate(waits_since=last)
    return rows.order_by("waits_since", "pk")


def untouched(claim: Claim, user: User) -> str:
    day = day_in_words(vars(claim)["waits_since"].date())
    return _("No verdict, and nothing done since %(day)s") % {"day": day}


def drafts(claims: ClaimQuerySet, user: User) -> ClaimQuerySet:
    rows = claims.filter(published_at__isnull=True).select_related("logged_by")
    return rows.annotate(waits_since=F("logged_at")).order_by("-waits_since", "-pk")


def who_logged(claim: Claim, user: User) -> str:
    return _("Logged by %(who)s, not published") % {"who": isolated(person(claim.logged_by))}


def aside(claims: ClaimQuerySet, user: User) -> ClaimQuerySet:
    """Those logged last come first: their order is that of an index, whatever their number."""
    acts = Event.objects.filter(claim=OuterRef("pk"), verb="claim.set_aside").order_by("-seq")
    since = Coalesce(Subquery(acts.values("at")[:1]), F("logged_at"))
    return claims.annotate(waits_since=since).order_by("-pk")


def why_aside(claim: Claim, user: User) -> str:
    return _("Set aside: %(reason)s") % {"reason": isolated(claim.set_aside_because)}
