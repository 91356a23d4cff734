"""The roles of a source over time."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from articles.door import DeskRequest, desk, page, see, typed
from articles.forms import known_sources
from articles.models import Source
from claims.forms.roles import RoleForm


@desk("articles.add_affiliation")
def add_role(request: DeskRequest, pk: int) -> HttpResponse:
    """Say which role a source had, and when; the claims it speaks on are weighed again."""
    source = get_object_or_404(Source.objects.visible_to(request.user), pk=pk)
    form = RoleForm(typed(request), source=source)
    if form.submit(by=request.user) is not None:
        messages.success(request, _("Role added."))
        return see("claims:add_role", pk)
    roles = source.affiliations.select_related("organisation")
    organisations = known_sources("organisation")
    return page(
        request, "desk/roles.html", form, source=source, roles=roles, organisations=organisations
    )
