"""The form for a role that a source had."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from articles.choices import SourceKind
from articles.forms import ActionForm, PeriodField, SourceField, storable_text
from articles.models import Affiliation, Source
from articles.newcomers import blaming, settle_source
from claims.actions.roles import affiliate

if TYPE_CHECKING:
    from django.contrib.auth.models import User


class RoleForm(ActionForm[Affiliation]):
    """Say which role a source had in which organisation, and when."""

    called = {"during": "since"}
    role = storable_text(_("Role"), most=200, help_text=_("Such as “Minister of Defence”."))
    organisation = SourceField(
        label=_("In which organisation"), kinds=[SourceKind.ORGANISATION], list_id="organisations"
    )
    since = PeriodField(label=_("Since"), required=False, help_text=_("Empty if not known."))
    until = PeriodField(
        label=_("Until"), required=False, help_text=_("Empty if it still holds, or is not known.")
    )
    one_voice = forms.BooleanField(
        label=_("Speaks for it"),
        required=False,
        help_text=_("Two sources that speak for one organisation count as one origin."),
    )

    def __init__(self, *args: Any, source: Source, **given: Any) -> None:
        super().__init__(*args, **given)
        self.source = source

    def clean(self) -> None:
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if since and until and until.upper <= since.lower:
            self.add_error("until", gettext("This is before the role began."))

    def act(self, *, by: User) -> Affiliation:
        given = self.cleaned_data
        with blaming("organisation"):
            organisation = settle_source(by=by, source=given["organisation"])
        since, until = given["since"], given["until"]
        return affiliate(
            by=by,
            source=self.source,
            organisation=organisation,
            role=given["role"],
            during=DateRange(since.lower if since else None, until.upper if until else None),
            one_voice=given["one_voice"],
        )
