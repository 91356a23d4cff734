"""The door of every desk page: who may come in, by which method, and how one leaves it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.models import User
from django.contrib.messages.storage.base import BaseStorage, Message
from django.contrib.postgres.functions import TransactionNow
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render, resolve_url
from django.utils.cache import patch_vary_headers
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from articles.forms.base import Kept
from articles.models import Draft, Event, Sending
from articles.policy import require
from articles.refusals import Refusal
from articles.working import (
    begin_sending,
    content_of,
    drop_draft,
    end_sending,
    keep_draft,
    key_of,
    others_at,
    token_in,
    typed_in,
)

if TYPE_CHECKING:
    from articles.forms import ActionForm

P = ParamSpec("P")


class DeskRequest(HttpRequest):
    """A request that came through the door: somebody signed in, who may do this."""

    user: User


class SeeOther(HttpResponseRedirect):
    """After a form was sent: look here now, whatever the method was."""

    status_code = 303


DeskView = Callable[Concatenate[DeskRequest, P], HttpResponseBase]
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def desk(permission: str, *methods: str) -> Callable[[DeskView[P]], View[P]]:
    """Open a view to those who hold ``permission``, to read as to write; nobody caches it.

    ``methods`` are GET, HEAD and POST unless given. Others than the holders get 403, anonymous
    visitors the sign-in page (views are closed by default).
    """

    def decorate(view: DeskView[P]) -> View[P]:
        @require_http_methods([*methods] or ["GET", "HEAD", "POST"])
        @wraps(view)
        def enter(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            come_in = cast(DeskRequest, request)
            require(come_in.user, permission)
            response = _once(come_in, lambda: view(come_in, *args, **kwargs))
            response.headers["Cache-Control"] = "no-store"
            patch_vary_headers(response, ["HX-Request", "HX-Target"])
            return response

        return cast("View[P]", enter)

    return decorate


def _once(request: DeskRequest, act: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    """Let a form that is sent twice act once: the second is led to where the first one led.

    The act and what is remembered of it are one transaction. A form that is refused, or whose
    answer leads nowhere, isn't remembered. Without a token nothing is: then no page printed it.
    """
    if request.method != "POST":
        return act()
    if wanted := request.POST.get("draft"):
        return _draft(request, wanted)
    token = token_in(request.POST)
    if not token:
        with transaction.atomic():
            return act()
    content = content_of(request.POST)
    with transaction.atomic():
        sending, first = begin_sending(
            by=request.user, path=request.path, token=token, content=content
        )
        if not first:
            return _led_again(request, sending, same=sending.content == content)
        heard = len(messages.get_messages(request))
        response = act()
        leads = response.status_code == SeeOther.status_code
        to = response.headers["Location"] if leads else ""
        end_sending(by=request.user, sending=sending, to=to, told=_told(request)[heard:])
        if leads:
            drop_draft(by=request.user, key=key_of(request.path, request.POST))
    return response


def _draft(request: DeskRequest, wanted: str) -> HttpResponse:
    """Keep or drop a draft, as a button of the form asks, and print the form again."""
    key = key_of(request.path, request.POST)
    if wanted != "save":
        drop_draft(by=request.user, key=key)
        messages.success(request, _("Draft dropped."))
        return SeeOther(key)
    try:
        keep_draft(by=request.user, key=key, typed=typed_in(dict(request.POST.lists())))
    except Refusal as refusal:
        messages.warning(request, " ".join(refusal.messages))
    else:
        messages.success(request, _("Draft saved. Nobody else sees it."))
    return SeeOther(key)


def _told(request: HttpRequest) -> list[Message]:
    """The messages that wait to be shown; they still do afterwards."""
    waiting = messages.get_messages(request)
    told = list(waiting)
    if isinstance(waiting, BaseStorage):
        waiting.used = False
    return told


def _led_again(request: DeskRequest, sending: Sending, *, same: bool) -> HttpResponse:
    for message in sending.told:
        messages.add_message(request, message.level, message.message, message.extra_tags)
    if not same:
        told = _("The form had been sent before: what it said the second time was not saved.")
        messages.warning(request, told)
    return SeeOther(sending.to)


def notice(request: DeskRequest, told: str, *, of: Model) -> None:
    """Announce what was done to the row ``of``, with a button that takes it back.

    Where nothing was changed there is nothing to take back.
    """
    done = Event.objects.filter(
        by=request.user,
        subject_type=of._meta.model_name,
        subject_id=of.pk,
        at__gte=TransactionNow(),
    )
    event = done.order_by("-pk").first()
    messages.success(request, told, extra_tags=f"undo-{event.pk}" if event else "")


def notice_back(request: DeskRequest, told: str, *, to: str, **given: object) -> None:
    """Announce what left no event, with a button that sends ``given`` to ``to`` to take it back."""
    messages.success(request, told, extra_tags=f"back-{to}?{urlencode(given)}")


def sent(request: HttpRequest) -> QueryDict | None:
    """What was sent, for a form to be bound to; ``None`` before anything was, even for nothing."""
    return request.POST if request.method == "POST" else None


def typed(request: DeskRequest, path: str = "") -> QueryDict | None:
    """What was sent, or else the draft that one has of this form, unless ``?fresh=`` is asked for.

    ``path`` is where the form is sent to, where that isn't the page's own address.
    """
    if request.method == "POST" or "fresh" in request.GET:
        return sent(request)
    return _kept(request, key_of(path or request.path, request.GET))


def typed_beside(request: DeskRequest, path: str) -> QueryDict | None:
    """The draft of a form that is sent to ``path`` from a page on which there are others."""
    return None if "fresh" in request.GET else _kept(request, key_of(path, {}))


def _kept(request: DeskRequest, key: str) -> Kept | None:
    draft = Draft.objects.filter(by=request.user, key=key).first()
    if draft is None:
        return None
    kept = Kept(mutable=True)
    for name, values in draft.data.items():
        kept.setlist(name, values)
    kept.saved_at = draft.saved_at
    return kept


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
    of_a_row = form is not None and "version" in form.fields
    here = others_at(request.user, key_of(request.path, request.GET)) if of_a_row else []
    shown = {"form": form, "others_here": here, **context}
    return render(request, template, shown, status=status)
