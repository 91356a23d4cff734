"""What public lists share: the door for readers, pages of a list, rows by their address."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import InvalidPage, Page, Paginator
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

P = ParamSpec("P")
M = TypeVar("M", bound=Model)
View = Callable[P, HttpResponseBase]

PAGE_SIZE = 30
LONGEST_SEARCH = 200


def for_readers(view: View[P]) -> View[P]:
    """Open a view to everybody, to be read only."""
    return login_not_required(require_safe(view))


def asked(request: HttpRequest, name: str) -> str:
    """A word or sentence from the query string, without NUL, cut off beyond all reason."""
    return " ".join(request.GET.get(name, "").replace("\x00", " ").split())[:LONGEST_SEARCH]


def page_of(request: HttpRequest, rows: QuerySet[M], size: int = PAGE_SIZE) -> Page[M]:
    """The page that ``?page=`` asks for, the first without it. Raises ``Http404`` for any other."""
    try:
        return Paginator(rows, size).page(request.GET.get("page") or 1)
    except InvalidPage as error:
        raise Http404(_("There is no such page of this list.")) from error


def found(rows: QuerySet[M], **asked: Any) -> M:
    """The one row asked for. Raises ``Http404``, also for what no row can have, such as NUL."""
    if any(isinstance(value, str) and "\x00" in value for value in asked.values()):
        raise Http404
    return get_object_or_404(rows, **asked)
