"""What is done on the lists of the desk: one claim assigned, many set at once, a list kept."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles.door import DeskRequest, SeeOther, desk, notice_back, page, see
from claims.actions.desk import assign as give
from claims.actions.desk import drop_filter as drop
from claims.actions.together import PUBLISH, QUESTION, Outcome, rehearse, set_back
from claims.desk.lists import people_at_the_desk
from claims.desk.queues import QUEUES
from claims.desk.sieve import ME, NOBODY, known_address
from claims.desk.waiting import assignment_of
from claims.forms.together import SaveFilterForm, TogetherForm, picked
from claims.models import Claim, Question, SavedFilter
from claims.reading.rows import status_of
from claims.reading.wording import isolated, person
from claims.status import Status

_DONE = "done_together"


@dataclass(frozen=True, slots=True)
class Preview:
    """One claim, what is set now, and why it would be skipped if it would."""

    claim: Claim
    status: Status
    now: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Done:
    """What was last done to many claims, where the page can still offer to take it back."""

    count: int
    undoable: bool


@desk("claims.change_claim", "POST")
def assign(request: DeskRequest) -> HttpResponse:
    """Take a claim on (``17:me``), let it go (``17:nobody``), or give it back (``17:3``)."""
    number, _colon, who = request.POST.get("assign", "").partition(":")
    ids = picked([number], request.user)
    claim = get_object_or_404(Claim, pk=ids[0] if ids else 0)
    people = {ME: request.user, NOBODY: None}
    people |= {str(one.pk): one for one in people_at_the_desk()}
    if who in people:
        to = people[who]
        before = give(by=request.user, claim=claim, to=to)
        back = f"{claim.pk}:{NOBODY if before is None else before.pk}"
        query = request.POST.get("back", "")
        path = reverse("claims:assign")
        notice_back(request, _assigned(claim, to, request.user), to=path, assign=back, back=query)
    return _back(request, anchor=f"claim-{claim.pk}")


@desk("claims.change_claim", "POST")
def together(request: DeskRequest) -> HttpResponse:
    """Show row by row what would change and what would be skipped; nothing changes yet."""
    form = _form(request)
    asked = "what" in request.POST or not form.claims
    if not asked:
        form = TogetherForm(claims=form.claims, people=form.people.values())
    rows = _rehearsed(request, form) if asked and form.is_valid() else []
    return _together_page(request, form, rows)


@desk("claims.change_claim", "POST")
def apply_together(request: DeskRequest) -> HttpResponse:
    """Change many claims, each by its own action."""
    form = _form(request)
    if (outcomes := form.submit(by=request.user)) is None:
        return _together_page(request, form, [])
    changed = [row for row in outcomes if row.changed]
    given = form.aim
    request.session[_DONE] = {
        "what": form.cleaned_data["what"],
        "to": None if given is None else given.pk,
        "before": [[row.claim, row.before] for row in changed],
        "fresh": True,
    }
    messages.success(request, _told(len(changed), len(outcomes) - len(changed)))
    return _back(request, anchor="done")


@desk("claims.change_claim", "POST")
def undo_together(request: DeskRequest) -> HttpResponse:
    """Set back what was last done to many claims, as far as nobody has changed it since."""
    held = request.session.pop(_DONE, None)
    if not held or held["what"] == PUBLISH:
        messages.info(request, _("There is nothing to take back."))
        return _back(request)
    before = dict(held["before"])
    outcomes = set_back(by=request.user, before=before, what=held["what"], to=held["to"])
    changed = sum(row.changed for row in outcomes)
    messages.success(
        request, _("Undone: %(told)s") % {"told": _told(changed, len(outcomes) - changed)}
    )
    return _back(request, anchor="rows")


@desk("claims.view_claim", "POST")
def save_filter(request: DeskRequest) -> HttpResponse:
    """Keep the list that is shown, under a name."""
    query = known_address(request.POST.get("back", ""), QUEUES)
    form = SaveFilterForm(request.POST, query=query)
    if (saved := form.submit(by=request.user)) is None:
        return page(request, "desk/save_filter.html", form, back=query)
    told = _("Kept as “%(name)s”.") % {"name": saved.name}
    notice_back(request, told, to=reverse("claims:drop_filter", args=[saved.pk]), back=query)
    return _back(request)


@desk("claims.view_claim", "POST")
def drop_filter(request: DeskRequest, pk: int) -> HttpResponse:
    """Forget a list of one's own."""
    saved = get_object_or_404(SavedFilter, pk=pk, owner=request.user)
    drop(by=request.user, saved=saved)
    told = _("“%(name)s” is no longer kept.") % {"name": saved.name}
    path = reverse("claims:save_filter")
    notice_back(request, told, to=path, name=saved.name, back=saved.query)
    return _back(request)


def _assigned(claim: Claim, to: User | None, by: User) -> str:
    if to is None:
        told = _("Nobody looks after %(claim)s.")
    elif to == by:
        told = _("%(claim)s is yours.")
    else:
        told = _("%(who)s looks after %(claim)s.")
    return told % {"claim": claim.public_id, "who": isolated(person(to)) if to else ""}


def last_done(request: DeskRequest) -> Done | None:
    """What was last done to many claims, told on the next page only."""
    held = request.session.get(_DONE)
    if not held or not held["fresh"]:
        return None
    request.session[_DONE] = {**held, "fresh": False}
    return Done(len(held["before"]), undoable=bool(held["before"]) and held["what"] != PUBLISH)


def _form(request: DeskRequest) -> TogetherForm:
    claims = picked(request.POST.getlist("claim"), request.user)
    return TogetherForm(request.POST, claims=claims, people=people_at_the_desk())


def _together_page(request: DeskRequest, form: TogetherForm, rows: list[Preview]) -> HttpResponse:
    return page(
        request,
        "desk/together.html",
        form,
        rows=rows,
        aim=_shown(form) if rows else "",
        changing=sum(row.outcome.changed for row in rows),
        skipped=sum(not row.outcome.changed for row in rows),
        back=known_address(request.POST.get("back", ""), QUEUES),
        questions=Question.objects.values_list("text", flat=True),
    )


def _rehearsed(request: DeskRequest, form: TogetherForm) -> list[Preview]:
    what = form.cleaned_data["what"]
    outcomes = rehearse(by=request.user, claims=form.claims, what=what, to=form.aim)
    claims = Claim.objects.with_status().select_related("assignment__assignee", "question")
    held = claims.in_bulk(form.claims)
    return [
        Preview(held[o.claim], status_of(held[o.claim]), _now(held[o.claim], what), o)
        for o in outcomes
    ]


def _now(claim: Claim, what: str) -> str:
    """What is set at present."""
    if what == QUESTION:
        return "" if claim.question is None else claim.question.text
    held = assignment_of(claim)
    return "" if held is None or what == PUBLISH else person(held.assignee)


def _shown(form: TogetherForm) -> str:
    """Whom or what the claims are given, in words."""
    aim = form.aim
    return person(aim) if isinstance(aim, User) else str(aim or "")


def _told(changed: int, skipped: int) -> str:
    told = ngettext("%(n)s changed", "%(n)s changed", changed) % {"n": changed}
    if skipped:
        told += ", " + ngettext("%(n)s skipped", "%(n)s skipped", skipped) % {"n": skipped}
    return told + "."


def _back(request: DeskRequest, anchor: str = "") -> SeeOther:
    query = known_address(request.POST.get("back", ""), QUEUES)
    return see("claims:desk", query=query, anchor=anchor)
