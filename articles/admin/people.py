"""The admin of accounts: chiefs keep them, and can give nobody more than they hold themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, Permission, User
from django.db.models import Q, QuerySet
from django.forms import CheckboxSelectMultiple
from django.http import HttpRequest

if TYPE_CHECKING:
    from django.db import models

admin.site.unregister(User)
admin.site.unregister(Group)

if TYPE_CHECKING:
    BareUserAdmin = UserAdmin[User]
else:
    BareUserAdmin = UserAdmin


@admin.register(Group)
class RoleAdmin(GroupAdmin):
    """What roles may do; for superusers only. Without the two boxes, whose labels are amiss."""

    filter_horizontal = ()


def held_by(user: Any) -> QuerySet[Permission]:
    """The permissions of ``user``, of the groups too, whether the account is active or not."""
    return Permission.objects.filter(Q(user=user) | Q(group__user=user))


@admin.register(User)
class AccountAdmin(BareUserAdmin):
    """Accounts are made, changed and deactivated; never deleted, for the record names them."""

    filter_horizontal = ()

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Not for an account that may do more: its password would open that door."""
        if not super().has_change_permission(request, obj):
            return False
        if obj is None or _is_superuser(request.user):
            return True
        return not (obj.is_superuser or held_by(obj).exclude(pk__in=held_by(request.user)).exists())

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        given = [*super().get_readonly_fields(request, obj)]
        if _is_superuser(request.user):
            return given
        return [*given, "is_superuser", "user_permissions", "last_login", "date_joined"]

    def formfield_for_manytomany(
        self, db_field: models.ManyToManyField[Any, Any], request: HttpRequest, **given: Any
    ) -> Any:
        """Offer the groups that hold nothing beyond one's own permissions."""
        if db_field.name == "groups":
            given["widget"] = CheckboxSelectMultiple
        if db_field.name == "groups" and not _is_superuser(request.user):
            beyond = Permission.objects.exclude(pk__in=held_by(request.user))
            given["queryset"] = Group.objects.exclude(permissions__in=beyond).order_by("name")
        return super().formfield_for_manytomany(db_field, request, **given)


def _is_superuser(user: Any) -> bool:
    return bool(user.is_active and user.is_superuser)
