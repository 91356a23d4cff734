"""The admin as one more door to the actions: what every table's admin shares.

Nothing here saves a row. When the forms are valid, ``save_related`` runs one action with
``by=request.user``, inside the transaction that Django puts around each POST. If the action
refuses, the refusal leaves that transaction, so that all is rolled back, and the same page is
answered again with the refusal as an error of the form: an invalid form never reaches an action.
So the action runs once, under its own locks, and nothing is half-written. ``NotAllowed`` is
Django's ``PermissionDenied`` and comes out as 403.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from articles.admin.fields import is_id
from articles.admin.forms import ActionForm, Fields
from articles.admin.steps import SteppedAdmin

if TYPE_CHECKING:
    from django.contrib.auth.models import User

M = TypeVar("M", bound=models.Model)

REFUSAL = "sayso.refusal"


class BoundedPaginator(Paginator):  # type: ignore[type-arg]
    """Counts no further than ``most`` rows: nobody leafs through more, and a table may be huge."""

    most = 10_000

    @cached_property
    def counted(self) -> int:
        """Rows found, up to one more than are shown."""
        rows: Any = self.object_list
        return int(rows.order_by().values("pk")[: self.most + 1].count())

    @cached_property
    def count(self) -> int:
        return min(self.counted, self.most)

    @property
    def more(self) -> bool:
        """Whether there are rows beyond those that were counted."""
        return self.counted > self.most


@dataclass(frozen=True, slots=True)
class Typed:
    """What an editor typed: the ``values`` of the form, and the ``rows`` of its inlines.

    ``changed`` are the values that are new, ``touched`` tells whether anything is.
    """

    values: dict[str, Any]
    changed: dict[str, Any]
    rows: list[dict[str, Any]]
    touched: bool


class ActionAdmin(Fields, SteppedAdmin[M], Generic[M]):
    """A table that is written by actions only; see the module."""

    form = ActionForm
    paginator = BoundedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50
    delete_note = _("Nothing is deleted here: each change stays on the record.")

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        """No patterns in addresses: PostgreSQL refuses a wrong one only when the list is read."""
        return not lookup.endswith("regex") and super().lookup_allowed(lookup, value, request)

    def run_add(self, *, by: User, typed: Typed) -> M:
        """Run the action that adds a row. Raises ``ValidationError`` and ``NotAllowed``."""
        raise PermissionDenied

    def run_change(self, *, by: User, row: M, typed: Typed) -> M:
        """Run the action that changes ``row``. Raises ``ValidationError`` and ``NotAllowed``."""
        raise PermissionDenied

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[M]:
        """Bring ``list_select_related`` everywhere: pages and searches print the same names."""
        rows = super().get_queryset(request)
        named = self.list_select_related
        return rows.select_related(*named) if isinstance(named, list) else rows

    def found(self, rows: models.QuerySet[M], text: str) -> models.QuerySet[M]:
        """Those of ``rows`` that ``text`` finds; it is never empty."""
        raise NotImplementedError

    def get_search_results(
        self, request: HttpRequest, queryset: models.QuerySet[M], search_term: str
    ) -> tuple[models.QuerySet[M], bool]:
        """Search by ``found``, which uses indexes, and not by the column names."""
        text = search_term.replace("\x00", "").strip()
        return (self.found(queryset, text) if text else queryset), False

    def has_delete_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        """Nobody deletes: what was said stays said, and ``delete_note`` tells why."""
        return False

    def get_form(
        self, request: HttpRequest, obj: M | None = None, change: bool = False, **given: Any
    ) -> Any:
        form = super().get_form(request, obj, change=change, **given)
        form.refusal = request.META.get(REFUSAL)  # type: ignore[attr-defined]
        return form  # a class of its own for each request

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Prefill from the address, as in ``?claim=17``, leaving out ids that can't be."""
        given: dict[str, Any] = dict(super().get_changeform_initial_data(request))
        rows = {column.name for column in self.opts.get_fields() if column.many_to_one}
        return {name: value for name, value in given.items() if name not in rows or is_id(value)}

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Answer once more with the refusal in the form, after everything was rolled back."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except ValidationError as refusal:
            if request.method != "POST" or REFUSAL in request.META:
                raise
            request.META[REFUSAL] = refusal
        return super().changeform_view(request, object_id, form_url, extra_context)

    def save_model(self, request: HttpRequest, obj: M, form: Any, change: bool) -> None:
        """Nothing yet: the action takes the row and its inlines at once."""

    def save_related(
        self, request: HttpRequest, form: Any, formsets: Sequence[Any], change: bool
    ) -> None:
        """Run the action."""
        by: Any = request.user
        typed = Typed(
            values=form.cleaned_data,
            changed={name: form.cleaned_data[name] for name in form.changed_data},
            rows=[row for formset in formsets for row in formset.typed],
            touched=any(part.has_changed() for part in (form, *formsets)),
        )
        if change:
            saved = self.run_change(by=by, row=form.instance, typed=typed)
        else:
            saved = self.run_add(by=by, typed=typed)
        form.instance.pk = saved.pk
        form.instance.refresh_from_db()

    def delete_model(self, request: HttpRequest, obj: M) -> None:
        raise PermissionDenied

    def delete_queryset(self, request: HttpRequest, queryset: models.QuerySet[M]) -> None:
        raise PermissionDenied

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> Any:
        """Nothing: it would go into Django's log, which isn't kept for these tables."""

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Not logged twice: the action's event is the record, and can be redacted."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Not logged twice, as above."""


class ReadOnlyAdmin(ActionAdmin[M]):
    """A table that is looked at here and written elsewhere."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return False
