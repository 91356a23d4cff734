"""The form by which readers report an error; the one page of theirs that sets a cookie."""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime
from ipaddress import ip_address, ip_network

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from claims.forms.reporting import ReportForm
from claims.models import Claim
from claims.reading.rows import status_of
from claims.views.under import under_claim


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@under_claim
def report(request: HttpRequest, about: Claim) -> HttpResponse:
    """Take in a report; its answer comes in public, on the page of the claim.

    The cookie guards the form against other sites (CSRF) and knows nobody: whoever doesn't open
    this page has none.
    """
    form = ReportForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.submit(about, sender_of(request)) is not None:
        response: HttpResponse = HttpResponseRedirect(f"{request.path}?sent=1")
        response.status_code = 303
    else:
        context = {
            "claim": about,
            "status": status_of(about),
            "form": form,
            "sent": "sent" in request.GET,
        }
        status = 422 if form.is_bound else 200
        response = render(request, "claims/report.html", context, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


def sender_of(request: HttpRequest) -> str:
    """Who sends, for a day, so that nobody can tell who it is: a keyed hash of day and address.

    With PROXIES in front, the address is the one that the outermost of them saw; what else stands
    in X-Forwarded-For is whatever a visitor wrote. Of IPv6 the network counts: a household has
    more addresses than it could use up.
    """
    seen = [request.META.get("REMOTE_ADDR", "")]
    passed = request.headers.get("X-Forwarded-For", "").split(",")
    seen = [part.strip() for part in passed if part.strip()] + seen if settings.PROXIES else seen
    written = seen[max(-settings.PROXIES - 1, -len(seen))]
    try:
        address = ip_address(written)
        bits = 64 if address.version == 6 else 32
        written = str(ip_network(f"{address}/{bits}", strict=False))
    except ValueError:
        written = "unknown"
    day = datetime.now(UTC).date().isoformat()
    key = hashlib.sha256(f"report {settings.SECRET_KEY}".encode()).digest()
    return hmac.new(key, f"{day} {written}".encode(), hashlib.sha256).hexdigest()
