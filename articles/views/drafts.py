"""What the script of the desk's forms asks for: keep a draft, and say who else is here."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpResponse, HttpResponseBadRequest, JsonResponse
from django.utils.translation import gettext as _

from articles.door import DeskRequest, desk
from articles.refusals import Refusal
from articles.working import be_here, is_key, keep_draft, others_at, typed_in


@desk("claims.view_claim", "POST")
def drafts(request: DeskRequest) -> HttpResponse:
    """Keep what was typed into the form ``key``, if anything was; tell who else has it open.

    ``typed`` is JSON: lists of values by the names of the controls. ``again`` in the answer asks
    for all of them, not only for those that have changed; ``lost`` says that they weren't kept.
    """
    key = request.POST.get("key", "")
    given = _read(request.POST.get("typed", "{}"))
    if not is_key(key) or given is None:
        return HttpResponseBadRequest()
    answer: dict[str, Any] = {"others": []}
    if request.POST.get("here") == "1":
        be_here(by=request.user, key=key)
        answer["others"] = others_at(request.user, key)
    whole = request.POST.get("whole") == "1"
    token = request.POST.get("token", "")
    if given:
        try:
            kept = keep_draft(by=request.user, key=key, typed=given, whole=whole, token=token)
        except Refusal as refusal:
            answer["said"] = " ".join(refusal.messages)
            answer["lost"] = True
        else:
            answer["again"] = kept is None and not whole
            if kept is not None:
                answer["said"] = _("Draft saved %(time)s UTC") % {"time": f"{kept.saved_at:%H:%M}"}
    return JsonResponse(answer)


def _read(text: str) -> dict[str, list[str]] | None:
    try:
        given = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return typed_in(given) if isinstance(given, dict) else None
