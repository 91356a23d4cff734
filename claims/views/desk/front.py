"""The desk's front page: what waits, and each queue whole, narrowed as one likes."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase

from articles.door import DeskRequest, page
from articles.door import desk as door
from articles.models import Article
from articles.pages import page_of
from claims.choices import ClaimKind
from claims.desk.lists import beginning_of, claims_of, people_at_the_desk, rows_of
from claims.desk.queues import ASIDE, QUEUES, Queue
from claims.desk.sieve import Sieve, address_of
from claims.exchange.exporting import Form
from claims.models import Claim, SavedFilter
from claims.status import CODES, status
from claims.views.desk.together import last_done
from claims.views.downloads import download

ARTICLES = "articles"
NEWEST = 8


@door("claims.view_claim", "GET", "HEAD")
def desk(request: DeskRequest) -> HttpResponse:
    """The beginning of every queue; ``?list=drafts&page=2`` shows one of them whole."""
    name = request.GET.get("list", "")
    if name == ARTICLES:
        return _all_articles(request)
    if name:
        return _whole_queue(request, name)
    beginnings = [beginning_of(queue, request.user) for queue in QUEUES.values()]
    return page(
        request,
        "desk/front.html",
        queues=beginnings,
        busy=any(one.count for one in beginnings),
        saved=SavedFilter.objects.filter(owner=request.user),
        articles=_articles(request)[:NEWEST],
        aside=ASIDE,
        aside_count=Claim.objects.visible_to(request.user).set_aside().count(),
        done=last_done(request),
    )


@door("claims.view_claim", "GET", "HEAD")
def queue_as(request: DeskRequest, form: Form) -> HttpResponseBase:
    """All claims of a queue, narrowed as there, as a file. Raises ``Http404`` for no queue."""
    queue = _queue(request.GET.get("list", ""))
    claims = claims_of(queue, Sieve.of(request.GET), request.user)
    return download(request, claims, form, name=queue.name)


def _queue(name: str) -> Queue:
    queue = ASIDE if name == ASIDE.name else QUEUES.get(name)
    if queue is None:
        raise Http404
    return queue


def _articles(request: DeskRequest) -> Any:
    articles = Article.objects.visible_to(request.user).with_counts(request.user).with_reading()
    return articles.select_related("publisher").order_by("-pk")


def _all_articles(request: DeskRequest) -> HttpResponse:
    rows = page_of(request, _articles(request))
    return page(request, "desk/articles.html", articles=rows, query=f"list={ARTICLES}")


def _whole_queue(request: DeskRequest, name: str) -> HttpResponse:
    queue = _queue(name)
    sieve = Sieve.of(request.GET)
    rows = page_of(request, claims_of(queue, sieve, request.user))
    query = address_of(name, sieve)
    return page(
        request,
        "desk/list.html",
        queue=queue,
        rows=rows_of(queue, rows, request.user),
        shown=rows,
        sieve=sieve,
        query=query,
        here=address_of(name, sieve, rows.number),
        queues=QUEUES.values(),
        saved=SavedFilter.objects.filter(owner=request.user),
        options=_options(queue),
        people=people_at_the_desk(),
        done=last_done(request),
    )


def _options(queue: Queue) -> dict[str, list[tuple[str, Any]]]:
    return {
        "kinds": [(str(code), label) for code, label in ClaimKind.choices],
        "statuses": [(code, status(code).label) for code in CODES],
    }
