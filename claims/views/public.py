"""The door of what programs read: the public record, the same whoever asks, from anywhere."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from articles.pages import for_readers

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
NOBODY = AnonymousUser()
KEPT = "public, max-age=300"
"""Everybody may hand it on, for so many seconds."""


def for_programs(view: View[P]) -> View[P]:
    """Open a view to be read by everybody, also from the pages of other sites (CORS)."""

    @wraps(view)
    def respond(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        response.headers["Cache-Control"] = KEPT
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Access-Control-Expose-Headers"] = "ETag, Link"
        return response

    return for_readers(cast("View[P]", respond))
