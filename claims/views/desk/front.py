"""The desk's front page: what waits, and for whom."""

from __future__ import annotations

from django.http import Http404, HttpResponse

from articles.door import DeskRequest, page
from articles.door import desk as door
from articles.pages import page_of
from claims.desk.queues import TITLES, queue, rows_of

FEW = 8


@door("claims.view_claim", "GET", "HEAD")
def desk(request: DeskRequest) -> HttpResponse:
    """The beginning of every list; ``?list=drafts&page=2`` shows one of them whole."""
    name = request.GET.get("list", "")
    if name:
        return _whole_list(request, name)
    lists = []
    for key, title in TITLES.items():
        rows = queue(key, request.user)
        first = list(rows[: FEW + 1])
        lists.append(
            {
                "name": key,
                "title": title,
                "rows": rows_of(key, first[:FEW], request.user),
                "more": len(first) > FEW,
            }
        )
    return page(request, "desk/front.html", lists=lists)


def _whole_list(request: DeskRequest, name: str) -> HttpResponse:
    if name not in TITLES:
        raise Http404
    rows = page_of(request, queue(name, request.user))
    shown = {
        "name": name,
        "title": TITLES[name],
        "rows": rows_of(name, list(rows), request.user),
    }
    return page(request, "desk/list.html", shown=shown, rows=rows, query=f"list={name}")
