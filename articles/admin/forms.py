"""The forms of the admin: they clean what was typed, and show what an action refuses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib.admin.widgets import AdminTextInputWidget
from django.contrib.postgres.fields import DateRangeField
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest

from articles.admin.fields import RowSelect
from articles.forms.fields import PeriodField

if TYPE_CHECKING:  # Django 5.2 can't be subscripted at run time, and its types must be.
    BareForm = forms.ModelForm[Any]
else:
    BareForm = forms.ModelForm

OPEN_ENDED = ("during", "window")


def place(form: forms.BaseForm, refusal: ValidationError) -> None:
    """Show each message at its field; what has no field on this form stands above it."""
    if not hasattr(refusal, "error_dict"):
        form.add_error(None, refusal)
        return
    called = getattr(form, "called", {})
    for name, errors in refusal.error_dict.items():
        field = called.get(name, name)
        form.add_error(field if field in form.fields else None, errors)


class ActionForm(BareForm):
    """Cleans what was typed; whether the row may be so is for the action to say."""

    called: ClassVar[Mapping[str, str]] = {}  # what the action calls otherwise than the form
    refusal: ValidationError | None = None

    def clean(self) -> dict[str, Any]:
        for name, value in self.cleaned_data.items():
            if isinstance(value, str):  # browsers send the ends of lines as CR LF
                self.cleaned_data[name] = value.replace("\r\n", "\n")
        return self.cleaned_data

    def _post_clean(self) -> None:
        if self.refusal is not None:
            place(self, self.refusal)


class Fields:
    """Which form field stands for which column; for admins and their inlines."""

    def formfield_for_dbfield(
        self, db_field: models.Field[Any, Any], request: HttpRequest, **given: Any
    ) -> Any:
        """Take a range of dates as one text, and an address without its scheme as a secure one."""
        if isinstance(db_field, DateRangeField):
            return db_field.formfield(
                form_class=PeriodField,
                widget=AdminTextInputWidget,
                open_ended=db_field.name in OPEN_ENDED,
            )
        if isinstance(db_field, models.URLField):
            given.setdefault("assume_scheme", "https")
        parent: Any = super()
        return parent.formfield_for_dbfield(db_field, request, **given)

    def formfield_for_foreignkey(
        self, db_field: models.ForeignKey[Any, Any], request: HttpRequest, **given: Any
    ) -> Any:
        """Search as you type, over rows that bring along what their name is made of."""
        here: Any = self
        if db_field.name in here.get_autocomplete_fields(request):
            given.setdefault("widget", RowSelect(db_field, here.admin_site))
        other = here.admin_site.get_model_admin(db_field.remote_field.model)
        given.setdefault("queryset", other.get_queryset(request))
        parent: Any = super()
        return parent.formfield_for_foreignkey(db_field, request, **given)
