"""Who speaks, at the address at which we were asked."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest

from claims.exchange.datafeed import Site


def site_of(request: HttpRequest) -> Site:
    """This site, for everything that must name it from afar."""
    return Site(settings.SITE_NAME, request.build_absolute_uri("/").rstrip("/"))
