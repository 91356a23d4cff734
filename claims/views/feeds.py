"""The feeds: of a claim, a source, a question, any filter, all changes, all corrections."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from articles.models import Source
from articles.pages import found
from claims.feeds import lists
from claims.feeds.entries import Feed
from claims.feeds.writing import TYPES, FeedForm, write
from claims.models import Claim, Question
from claims.reading import wording
from claims.reading.browse import Filter
from claims.views.public import NOBODY, for_programs
from claims.views.site import site_of
from claims.views.under import under_claim


@for_programs
@under_claim
def claim_feed(request: HttpRequest, about: Claim, form: FeedForm) -> HttpResponse:
    """What changed about one claim."""
    told = {"number": about.public_id, "claim": wording.wording(about)}
    feed = Feed(
        title=_("%(number)s: %(claim)s") % told,
        about=_("Every change of what is said about this claim: status, verdicts, corrections."),
        page=about.get_absolute_url(),
        entries=lists.changes(about),
    )
    return _answer(request, feed, form)


@for_programs
def claims_feed(request: HttpRequest, form: FeedForm) -> HttpResponse:
    """The claims of a filter, those first that changed last."""
    chosen = Filter.of(request)
    page = reverse("claims:claim_list")
    feed = Feed(
        title=_("Claims"),
        about=_("Claims as they stand, and again whenever their status changes."),
        page=f"{page}?{chosen.query}" if chosen.query else page,
        entries=lists.claims(chosen),
    )
    return _answer(request, feed, form, chosen.query)


@for_programs
def source_feed(request: HttpRequest, slug: str, form: FeedForm) -> HttpResponse:
    """The claims on which a source speaks."""
    about = found(Source.objects.visible_to(NOBODY), slug=slug)
    feed = Feed(
        title=about.name,
        about=_("Claims on which it speaks, and again whenever their status changes."),
        page=about.get_absolute_url(),
        entries=lists.claims(Filter(source=about.slug)),
    )
    return _answer(request, feed, form)


@for_programs
def question_feed(request: HttpRequest, slug: str, form: FeedForm) -> HttpResponse:
    """The claims that answer a question."""
    about = found(Question.objects.visible_to(NOBODY), slug=slug)
    feed = Feed(
        title=about.text,
        about=_("Claims that answer it, and again whenever their status changes."),
        page=about.get_absolute_url(),
        entries=lists.claims(Filter(question=about.slug)),
    )
    return _answer(request, feed, form)


@for_programs
def changes_feed(request: HttpRequest, form: FeedForm) -> HttpResponse:
    """What changed on the site."""
    feed = Feed(
        title=_("What changed"),
        about=_("Every change of status, newest first: what became what, when, and why."),
        page=reverse("claims:changes"),
        entries=lists.changes(),
    )
    return _answer(request, feed, form)


@for_programs
def corrections_feed(request: HttpRequest, form: FeedForm) -> HttpResponse:
    """What we got wrong."""
    feed = Feed(
        title=_("Corrections"),
        about=_("What we got wrong, what it says now, and how long it stood."),
        page=reverse("claims:corrections"),
        entries=lists.corrections(),
    )
    return _answer(request, feed, form)


def _answer(request: HttpRequest, feed: Feed, form: FeedForm, query: str = "") -> HttpResponse:
    """The feed, at the address that gives just this feed."""
    address = f"{request.path}?{query}" if query else request.path
    text = write(feed, form, site_of(request), address)
    return HttpResponse(text, content_type=TYPES[form])
