"""The door to other moments: pages as of then, with plain words where there is no such page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import wraps
from typing import Any, ParamSpec

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.moment import (
    AS_OF,
    KNOWN_BY,
    Then,
    Unreadable,
    asked,
    end_of,
    read_day,
    read_moment,
    written,
)
from articles.staying import moments_of, moved, stay
from articles.travel import Ahead, TooLong, Unsettled, going_back, require_settled

P = ParamSpec("P")
View = Callable[P, HttpResponseBase]
RETRY_AFTER = "5"


class Missing(Http404):
    """The very thing that the address names isn't there, as against a page of a list, say."""


@dataclass(frozen=True, slots=True)
class Absent:
    """Something that is public now and wasn't then: its name, since when, and where it is now."""

    name: str
    since: datetime | None
    url: str

    @property
    def published(self) -> Then | None:
        """``since``, to be told to the second: the moment asked for may be of the same minute."""
        return None if self.since is None else Then(self.since.astimezone(UTC))


@dataclass(frozen=True, slots=True)
class Visit:
    """What a page prints of the moment it tells of.

    ``now`` and ``other`` are addresses: of the same page now, and in the other mode where there is
    one. ``kept`` are the other parameters of this page, for the form that asks for another moment.
    """

    then: Then
    now: str
    other: str
    kept: list[tuple[str, str]]

    @property
    def day(self) -> date:
        """The day of the moment, in UTC."""
        return self.then.at.date()


class Asking(forms.Form):
    """The moment, as it was typed."""

    as_of = forms.CharField(label=gettext_lazy("As of"))
    known_by = forms.CharField(label=gettext_lazy("Known by"))


def at_any_moment(
    *, known_by: bool = False, absent: Callable[..., Absent | None] | None = None
) -> Callable[[View[P]], View[P]]:
    """Let a page be asked for as of another moment; ``known_by``: as it could be known by a day.

    Stands below ``for_readers``, whose door (``through_the_door``) lets nobody in whose moment is
    none. The view reads through the ORM as ever, while PostgreSQL shows the record as it stood.
    ``absent`` is asked, in the present and with what the address names, when nothing was there:
    what it is, if it is public now.
    """
    offered = frozenset((AS_OF, KNOWN_BY) if known_by else (AS_OF,))

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def respond(*args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            then = _then(_request(args), offered)
            if then is None:
                return view(*args, **kwargs)
            with going_back(then):
                return view(*args, **kwargs)

        vars(respond)["moments"], vars(respond)["absent"] = offered, absent
        return respond

    return decorate


def through_the_door(view: View[P]) -> View[P]:
    """Let in whoever asks for now, or for a moment that the page can tell of; the rest get words.

    Outside of any transaction, because whoever waits for a moment to settle must see what came of
    it. Where a page tells of the present only, asking for another moment is refused: it would be
    told wrongly of that.
    """
    offered: frozenset[str] = getattr(view, "moments", frozenset())
    absent: Callable[..., Absent | None] | None = getattr(view, "absent", None)

    @wraps(view)
    def respond(*args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        request = _request(args)
        try:
            then = _then(request, offered)
            if then is None:
                return view(*args, **kwargs)
            require_settled(then)
            return _staying(request, view(*args, **kwargs), then)
        except Unreadable as error:
            return _refused(request, error)
        except Ahead:
            return _refused(request, Unreadable(_ahead(request)))
        except (Unsettled, TooLong) as error:
            return _not_now(request, is_settled=isinstance(error, TooLong))
        except Missing:
            gone = absent(**kwargs) if absent is not None and then is not None else None
            if gone is None:
                raise
            context = {"gone": gone, "then_at": then}
            return render(request, "moments/absent.html", context, status=404)

    return respond


def visit_of(request: HttpRequest) -> Visit | None:
    """What the page being made prints of its moment; None for pages of now."""
    then = asked()
    if then is None:
        return None
    return Visit(
        then=then,
        now=_address(request),
        other=_other(request, then),
        kept=[pair for pair in _kept(request) if pair[0] != "page"],
    )


def _request(args: tuple[Any, ...]) -> HttpRequest:
    request = args[0]
    assert isinstance(request, HttpRequest)
    return request


def _then(request: HttpRequest, offered: frozenset[str]) -> Then | None:
    """The moment that the address asks for. Raises ``Unreadable``."""
    given = [(name, text) for name in (AS_OF, KNOWN_BY) for text in request.GET.getlist(name)]
    if not given:
        return None
    if len(given) > 1:
        raise Unreadable(_("Ask for one moment at a time."))
    name, text = given[0]
    if not offered:
        raise Unreadable(_("This page tells of the present only."))
    if name not in offered:
        raise Unreadable(_("What could be known by a day is told of claims and questions only."))
    if name == AS_OF:
        return Then(read_moment(text))
    day = read_day(text)
    return Then(end_of(day), day)


def _ahead(request: HttpRequest) -> str:
    if KNOWN_BY in request.GET:
        return _("This day hasn’t come yet.")
    if "T" in (request.GET.get(AS_OF) or "").upper():
        return _("This moment hasn’t come yet.")
    return _("This day isn’t over yet, in UTC. Ask for an earlier one, or for a moment of it.")


def _kept(request: HttpRequest) -> list[tuple[str, str]]:
    return [
        (name, value)
        for name, values in request.GET.lists()
        for value in values
        if name not in (AS_OF, KNOWN_BY)
    ]


def _address(request: HttpRequest, **moment: str) -> str:
    """The same page at another moment; now without one."""
    query = request.GET.copy()
    for name in (AS_OF, KNOWN_BY):
        query.pop(name, None)
    for name, value in moment.items():
        query[name] = value
    encoded = query.urlencode(safe=":")
    return f"{request.path}?{encoded}" if encoded else request.path


def _other(request: HttpRequest, then: Then) -> str:
    """The page in the other mode, as of that day; none where it has no such mode, or yet."""
    day = then.at.date()
    name = KNOWN_BY if then.by is None else AS_OF
    come = name == KNOWN_BY or end_of(day) <= timezone.now()
    return (
        _address(request, **{name: day.isoformat()}) if come and name in _offered(request) else ""
    )


def _offered(request: HttpRequest) -> frozenset[str]:
    return moments_of(request.path)


def _refused(request: HttpRequest, error: Unreadable) -> HttpResponse:
    """A page in plain words, with what was typed and what is wrong with it."""
    name = KNOWN_BY if KNOWN_BY in request.GET and AS_OF not in request.GET else AS_OF
    form = Asking({name: request.GET.get(name, "").replace("\x00", "")})
    del form.fields[AS_OF if name == KNOWN_BY else KNOWN_BY]
    form.fields[name].error_messages["required"] = str(error)
    if form.is_valid():
        form.add_error(name, str(error))
    context = {
        "form": form,
        "offered": name in _offered(request),
        "now": _address(request),
        "path": request.path,
        "kept": _kept(request),
    }
    return render(request, "moments/refused.html", context, status=400)


def _not_now(request: HttpRequest, *, is_settled: bool) -> HttpResponse:
    context = {
        "again": request.get_full_path(),
        "now": _address(request),
        "is_settled": is_settled,
    }
    response = render(request, "moments/not_now.html", context, status=503)
    response["Retry-After"] = RETRY_AFTER
    return response


def _staying(request: HttpRequest, response: HttpResponseBase, then: Then) -> HttpResponseBase:
    """The page with its links kept in the moment, and kept out of indexes: now is what stands."""
    response["X-Robots-Tag"] = "noindex"
    if to := response.headers.get("Location"):
        response["Location"] = moved(to, request.path, then)
    if isinstance(response, HttpResponse) and response.headers["Content-Type"].startswith(
        "text/html"
    ):
        html = response.content.decode(response.charset)
        response.content = stay(html, request.path, then).encode(response.charset)
    return response


def moment_query(moment: datetime | None) -> str:
    """``as_of=…`` for the address of a page."""
    return "" if moment is None else f"{AS_OF}={written(moment)}"
