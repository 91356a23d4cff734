"""What is done to a row otherwise than by its form (void, publish, withdraw), and its record."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import quote, unquote
from django.contrib.admin.views.main import PAGE_VAR
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles import policy
from articles.admin.forms import place
from articles.models import Event

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.urls import URLPattern
    from django_stubs_ext import StrOrPromise

M = TypeVar("M", bound=models.Model)

# Django 5.2 can't be subscripted at run time, and its types must be.
if TYPE_CHECKING:

    class BareAdmin(admin.ModelAdmin[M]):
        """The type of Django's admin."""

else:

    class BareAdmin(admin.ModelAdmin, Generic[M]):
        """Django's admin."""


EVENTS_PER_PAGE = 100


class ReasonForm(forms.Form):
    """Why it is done; the reason stays on the record."""

    required_css_class = "required"

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
        help_text=gettext_lazy("It stays on the record, where readers see it."),
    )


@dataclass(frozen=True, kw_only=True)
class Step:
    """One thing that can be done to a row, on a page of its own.

    ``act`` runs the action with ``by``, the row and what was typed into ``form``. ``applies``
    tells from the row alone whether to offer it, ``barred`` whether this person can't (the page
    says why, without a button); the action has the last word. ``tells`` is the sentence on the
    page, about what will happen, ``shows`` what it will happen to, ``initial`` what the form holds.
    """

    name: str
    label: StrOrPromise
    button: StrOrPromise
    permission: str
    act: Callable[[User, Any, dict[str, Any]], object]
    applies: Callable[[Any], bool]
    tells: Callable[[User, Any], StrOrPromise]
    done: StrOrPromise
    form: type[forms.Form] = forms.Form
    initial: Callable[[Any], dict[str, Any]] = lambda row: {}
    shows: Callable[[Any], list[tuple[StrOrPromise, object]]] = lambda row: []
    barred: Callable[[User, Any], bool] = lambda by, row: False


class SteppedAdmin(BareAdmin[M], Generic[M]):
    """Django's admin, with steps at ``<id>/<name>/`` and our own record of each row."""

    steps: tuple[Step, ...] = ()
    delete_note: StrOrPromise = ""

    def chain_of(self, row: Any) -> str:
        """The chain of events in which what happened to ``row`` is recorded."""
        return f"{self.opts.model_name}/{row.pk}"

    def events_of(self, row: Any) -> models.QuerySet[Event]:
        """What happened to ``row``, the newest first."""
        return (
            Event.objects.filter(
                chain=self.chain_of(row),
                subject_type=self.opts.model_name,
                subject_id=row.pk,
            )
            .select_related("by")
            .order_by("-seq")
        )

    def note_of(self, row: Any) -> StrOrPromise:
        """What to know about changing ``row``, said above its form; ``None`` for a new one."""
        return ""

    def get_urls(self) -> list[URLPattern]:
        steps = [
            path(
                f"<path:object_id>/{step.name}/",
                self.admin_site.admin_view(partial(self.step_view, step=step)),
                name=f"{self.opts.app_label}_{self.opts.model_name}_{step.name}",
            )
            for step in self.steps
        ]
        return [*steps, *super().get_urls()]

    def render_change_form(  # noqa: PLR0917 (Django's own)
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: M | None = None,
    ) -> HttpResponse:
        context["note"] = self.note_of(obj)
        if obj is not None:
            context["delete_note"] = self.delete_note
            context["steps"] = [
                (step.label, self._address(obj, step.name))
                for step in self.steps
                if step.applies(obj) and policy.may(request.user, step.permission)
            ]
        return super().render_change_form(request, context, add, change, form_url, obj)

    def step_view(self, request: HttpRequest, object_id: str, *, step: Step) -> HttpResponse:
        """Ask for what the step needs, then run its action."""
        row = self.get_object(request, unquote(object_id))
        if row is None:
            raise Http404
        by: Any = request.user
        if not (self.has_view_permission(request, row) and policy.may(by, step.permission)):
            raise PermissionDenied
        if request.method != "POST" and not step.applies(row):
            return HttpResponseRedirect(self._address(row, "change"))
        sent = request.POST if request.method == "POST" else None
        form = step.form(sent, initial=step.initial(row))
        if form.is_bound and form.is_valid() and self._stepped(by, row, form, step):
            self.message_user(request, step.done, messages.SUCCESS)
            return HttpResponseRedirect(self._after(request, row))
        context = {
            **self.admin_site.each_context(request),
            "title": step.label,
            "subtitle": str(row),
            "opts": self.opts,
            "original": row,
            "step": step,
            "tells": step.tells(by, row),
            "barred": step.barred(by, row),
            "shows": [(label, text) for label, text in step.shows(row) if text],
            "form": form,
            "back": self._address(row, "change"),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/step.html", context)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show our own record: it is written by the actions, whichever door they were used by."""
        row = self.get_object(request, unquote(object_id))
        if row is None:
            raise Http404
        if not self.has_view_or_change_permission(request, row):
            raise PermissionDenied
        paginator = self.get_paginator(request, self.events_of(row), EVENTS_PER_PAGE)
        page = paginator.get_page(request.GET.get(PAGE_VAR, 1))
        context = {
            **self.admin_site.each_context(request),
            "title": _("History"),
            "subtitle": str(row),
            "opts": self.opts,
            "original": row,
            "page": page,
            "page_var": PAGE_VAR,
            "chain": self.chain_of(row),
            **(extra_context or {}),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/record.html", context)

    @staticmethod
    def _stepped(by: User, row: Any, form: forms.Form, step: Step) -> bool:
        try:
            step.act(by, row, form.cleaned_data)
        except ValidationError as refusal:
            place(form, refusal)
            return False
        return True

    def _address(self, row: models.Model, name: str) -> str:
        return reverse(
            f"admin:{self.opts.app_label}_{self.opts.model_name}_{name}", args=[quote(row.pk)]
        )

    def _after(self, request: HttpRequest, row: models.Model) -> str:
        """Back to the row, or to the list where the step took it away."""
        if self.get_queryset(request).filter(pk=row.pk).exists():
            return self._address(row, "change")
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
