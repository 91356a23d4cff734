"""The readers' pages."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


def _page(request: HttpRequest, **_: object) -> HttpResponse:
    return render(request, "claims/home.html")


home = claim_list = claim_short = claim = article = source = question = changes = corrections = (
    data
) = method = login_not_required(require_safe(_page))
