"""What the tables share whose rows are added and voided, and never changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from articles.admin.base import ActionAdmin
from articles.admin.steps import M, ReasonForm, Step
from articles.periods import moment_in_words

if TYPE_CHECKING:
    from django.contrib.auth.models import User

SHOWN = ("known_since", "recorded_by", "known_until", "void_reason")


class StandingFilter(admin.SimpleListFilter):
    """Rows that stand, or those that were voided."""

    title = _("state")
    parameter_name = "void"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("0", _("Stands")), ("1", _("Voided"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() not in ("0", "1"):
            return queryset
        return queryset.filter(known__upper_inf=self.value() == "0")


class RecordedAdmin(ActionAdmin[M]):
    """Add a row, or void it with a reason; whatever else is wrong with it is logged anew."""

    added: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    delete_note = _(
        "This is never changed or deleted: what is wrong is voided, with a reason, and logged anew."
    )

    def get_fields(self, request: HttpRequest, obj: M | None = None) -> list[Any]:
        return [*self.added] if obj is None else [*self.shown, *SHOWN]

    def has_change_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return False

    @admin.display(description=_("recorded"))
    def known_since(self, row: Any) -> str:
        return moment_in_words(row.known.lower)

    @admin.display(description=_("voided"))
    def known_until(self, row: Any) -> str | None:
        return moment_in_words(row.known.upper) if row.known.upper else None

    @admin.display(description=_("stands"), boolean=True)
    def stands(self, row: Any) -> bool:
        return not row.is_void


def voiding(permission: str, act: Callable[[User, Any, str], object]) -> Step:
    """Take a row back with a reason, the only thing that is ever done to it."""
    return Step(
        name="void",
        label=_("Void…"),
        button=_("Void it"),
        permission=permission,
        form=ReasonForm,
        act=lambda by, row, typed: act(by, row, typed["reason"]),
        applies=lambda row: not row.is_void,
        tells=lambda by, row: _(
            "It stays on the record, struck through, with your reason. This can’t be undone."
        ),
        done=_("Voided. It stays on the record."),
    )
