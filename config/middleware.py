"""The headers that neither Django nor django-csp sends, and the methods that we answer."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

METHODS = ("GET", "HEAD", "POST")


def headers(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Add Permissions-Policy; keep what a signed-in person sees out of every cache."""

    def respond(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers["Permissions-Policy"] = settings.PERMISSIONS_POLICY
        if settings.SESSION_COOKIE_NAME in request.COOKIES and hasattr(request, "user"):
            response.headers.setdefault("Cache-Control", "private, no-store")
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
