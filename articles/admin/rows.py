"""Rows of another table, on the page of the one that they belong to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from articles.admin.forms import ActionForm, Fields

if TYPE_CHECKING:  # Django 5.2 can't be subscripted at run time, and its types must be.

    class BareInline(admin.StackedInline[models.Model, models.Model]):
        """The type of Django's inline."""

    BareFormSet = forms.BaseInlineFormSet[models.Model, models.Model, Any]
else:
    BareInline = admin.StackedInline
    BareFormSet = forms.BaseInlineFormSet


class RowFormSet(BareFormSet):
    """Rows that belong to the form above; the action that takes them all judges them."""

    def validate_unique(self) -> None:
        """Left to the action, which knows the other rows too."""

    @property
    def typed(self) -> list[dict[str, Any]]:
        """What was typed, of the rows that are to be."""
        gone = self.deleted_forms if self.can_delete else []
        return [row.cleaned_data for row in self.forms if row.cleaned_data and row not in gone]


class RowsInline(Fields, BareInline):
    """Rows of another table, shown on the page of the one that they belong to."""

    form = ActionForm
    formset = RowFormSet
    extra = 0
    max_num = 100

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """No more rows than ``max_num`` are made, whatever number is sent along."""
        if self.has_add_permission(request, obj):
            kwargs |= {"absolute_max": self.max_num + 1, "validate_max": True}
        return super().get_formset(request, obj, **kwargs)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ShownInline(RowsInline):
    """Rows to look at, in a table, each with a link to its own page."""

    template = "admin/shown.html"
    can_delete = False
    max_num = 0
    show_change_link = True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
