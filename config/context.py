"""What every template may ask for."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from articles.moments import visit_of


def site(request: HttpRequest) -> dict[str, Any]:
    """The name of the site, and ``then``: which other moment the page tells of, if it does."""
    return {"site_name": settings.SITE_NAME, "then": visit_of(request)}
