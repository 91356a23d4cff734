"""Headers that neither Django nor django-csp sends, methods that we answer, and languages."""

import re
from collections.abc import Callable

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

METHODS = ("GET", "HEAD", "POST")
# Who brings one of these is shown something of his own.
PRIVATE_COOKIES = (settings.SESSION_COOKIE_NAME, CookieStorage.cookie_name)
_CODES = "|".join(code for code, _name in settings.LANGUAGES)
_LANGUAGE = re.compile(rf"(?:^|&)hl=({_CODES})(?:&|$)")


def is_private(request: HttpRequest) -> bool:
    """Whether the answer is meant for the one who asks, and for nobody else."""
    return any(name in request.COOKIES for name in PRIVATE_COOKIES)


def headers(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Add Permissions-Policy; keep what a signed-in person sees out of every cache.

    Other answers may be stored where a view says so, and are used only after asking us again: a
    page that isn't there now may be there in a minute.
    """

    def respond(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers["Permissions-Policy"] = settings.PERMISSIONS_POLICY
        private = is_private(request) and hasattr(request, "user")
        response.headers.setdefault("Cache-Control", "private, no-store" if private else "no-cache")
        return response

    return respond


def methods(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Answer 405 to every method that no page of ours has a use for, whoever asks.

    Django's generic views and its admin would take some of them for GET or POST.
    """

    def respond(request: HttpRequest) -> HttpResponse:
        return (
            get_response(request) if request.method in METHODS else HttpResponseNotAllowed(METHODS)
        )

    return respond


def language(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Answer in the language that an address asks for (``?hl=fr``), whatever the browser prefers.

    A cookie would tell readers apart, and no cache between us could keep their pages.
    """

    def respond(request: HttpRequest) -> HttpResponse:
        if asked := _LANGUAGE.search(request.META.get("QUERY_STRING", "")):
            request.META["HTTP_ACCEPT_LANGUAGE"] = asked[1]
        return get_response(request)

    return respond
