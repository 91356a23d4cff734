"""What public lists share: the door for readers, pages of a list, rows by their address."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import InvalidPage, Page, Paginator
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from articles.moments import Missing, through_the_door
from articles.still import Dependence, Making, is_within, of_the_record, standstill

P = ParamSpec("P")
M = TypeVar("M", bound=Model)
R = TypeVar("R")
View = Callable[P, HttpResponseBase]

PAGE_SIZE = 30
LONGEST_SEARCH = 200


# Where config/kept.py waits for what the page was made of; absent where nothing is to be kept.
MAKING = "sayso.making"
# Anybody may store it, and asks us before each use whether it still stands.
NOW = "public, no-cache"


def for_readers(view: View[P]) -> View[P]:
    """Open a view to everybody, to be read only; its page stands until there is another event.

    It tells of now, unless it is ``at_any_moment``.
    """
    return while_unchanged(of_the_record)(view)


def while_unchanged(dependence: Dependence) -> Callable[[View[P]], View[P]]:
    """``for_readers``, for a page that depends on less than the whole record.

    ``dependence`` is given what the view is given from the address.
    """

    def opened(view: View[P]) -> View[P]:
        ask: Callable[..., HttpResponseBase] = view

        @wraps(view)
        def of_one_moment(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            making: Making | None = request.META.get(MAKING)
            if making is None:
                return ask(request, *args, **kwargs)
            making.read = True
            if is_within():
                response = ask(request, *args, **kwargs)
            else:
                with standstill() as making.tide:
                    making.unchanged = dependence(making.tide, **kwargs)
                    response = ask(request, *args, **kwargs)
            response.headers.setdefault("Cache-Control", NOW)
            return response

        return login_not_required(require_safe(through_the_door(cast("View[P]", of_one_moment))))

    return opened


def asked(request: HttpRequest, name: str) -> str:
    """A word or sentence from the query string, without NUL, cut off beyond all reason."""
    return " ".join(request.GET.get(name, "").replace("\x00", " ").split())[:LONGEST_SEARCH]


class Counted(Paginator):  # type: ignore[type-arg]  # it can't be subscripted
    """Pages of as many rows as one says, so that nothing has to be counted."""

    def __init__(self, rows: Sequence[Any], total: int, size: int = PAGE_SIZE) -> None:
        super().__init__(rows, size)
        self.total = total

    @property
    def count(self) -> int:
        """How many rows can be paged through."""
        return self.total


def page_of(request: HttpRequest, rows: QuerySet[M], size: int = PAGE_SIZE) -> Page[M]:
    """The page that ``?page=`` asks for, the first without it. Raises ``Http404`` for any other."""
    return asked_page(request, Paginator(rows, size))


def asked_page(request: HttpRequest, paginator: Paginator[R]) -> Page[R]:
    """The same of rows that are cut into pages already."""
    try:
        return paginator.page(request.GET.get("page") or 1)
    except InvalidPage as error:
        raise Http404(_("There is no such page of this list.")) from error


def found(rows: QuerySet[M], **asked: Any) -> M:
    """The one row asked for. Raises ``Missing``, a 404; also where no row could be, such as NUL."""
    if any(isinstance(value, str) and "\x00" in value for value in asked.values()):
        raise Http404
    row = rows.filter(**asked).first()
    if row is None:
        raise Missing
    return row
