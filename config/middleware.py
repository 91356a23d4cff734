"""The headers that neither Django nor django-csp sends."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse


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
