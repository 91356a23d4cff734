"""What other sites show of a claim: its picture."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response

from claims.models import Claim
from claims.pictures.drawing import png
from claims.pictures.showing import picture_of
from claims.views.public import KEPT, for_programs
from claims.views.under import under_claim


@for_programs
@under_claim
def share_picture(request: HttpRequest, about: Claim) -> HttpResponseBase:
    """The picture of a claim; who has it already is told so before it is drawn."""
    picture = picture_of(about)
    etag = f'"{picture.version}"'
    told = {"Cache-Control": KEPT, "ETag": etag}
    held = get_conditional_response(request, etag=etag)
    if held is not None:
        for name, value in told.items():
            held.headers[name] = value
        return held
    return HttpResponse(png(picture), content_type="image/png", headers=told)
