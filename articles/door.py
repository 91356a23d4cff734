"""The door of every desk page: who may come in, by which method, and how one leaves it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, cast

from django.contrib.auth.models import User
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render, resolve_url
from django.utils.cache import patch_vary_headers
from django.utils.datastructures import MultiValueDict
from django.views.decorators.http import require_http_methods

from articles.policy import require

if TYPE_CHECKING:
    from articles.forms import ActionForm

P = ParamSpec("P")


class DeskRequest(HttpRequest):
    """A request that came through the door: somebody signed in, who may do this."""

    user: User


class SeeOther(HttpResponseRedirect):
    """After a form was sent: look here now, whatever the method was."""

    status_code = 303


DeskView = Callable[Concatenate[DeskRequest, P], HttpResponse]
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def desk(permission: str, *methods: str) -> Callable[[DeskView[P]], View[P]]:
    """Open a view to those who hold ``permission``, to read as to write; nobody caches it.

    ``methods`` are GET, HEAD and POST unless given. Others than the holders get 403, anonymous
    visitors the sign-in page (views are closed by default).
    """

    def decorate(view: DeskView[P]) -> View[P]:
        @require_http_methods([*methods] or ["GET", "HEAD", "POST"])
        @wraps(view)
        def enter(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            come_in = cast(DeskRequest, request)
            require(come_in.user, permission)
            response = view(come_in, *args, **kwargs)
            response.headers["Cache-Control"] = "no-store"
            patch_vary_headers(response, ["HX-Request", "HX-Target"])
            return response

        return cast("View[P]", enter)

    return decorate


def sent(request: HttpRequest) -> QueryDict | None:
    """What was sent, for a form to be bound to; ``None`` before anything was, even for nothing."""
    return request.POST if request.method == "POST" else None


def sent_files(request: HttpRequest) -> MultiValueDict[str, UploadedFile[Any]] | None:
    """The files that were sent, as ``sent`` gives the rest."""
    return request.FILES if request.method == "POST" else None


def see(to: Any, *args: Any, anchor: str = "", query: str = "") -> SeeOther:
    """Send on to a view's name or a row, with the query and the place on the page."""
    url = resolve_url(to, *args)
    return SeeOther(url + (f"?{query}" if query else "") + (f"#{anchor}" if anchor else ""))


def page(
    request: DeskRequest,
    template: str,
    form: ActionForm[Any] | None = None,
    *,
    status: int | None = None,
    **context: Any,
) -> HttpResponse:
    """Print a desk page; one that brings back a form which wasn't accepted says so by 422."""
    if form is not None and form.is_bound and not form.is_valid():
        status = form.status
    return render(request, template, {"form": form, **context}, status=status)
