"""What every action must do, whatever it is about: permission, one event, all or nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from inspect import getmembers, isfunction, signature
from types import ModuleType
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Permission, User
from django.db import IntegrityError, connection, transaction

from articles.models import Event
from articles.policy import NotAllowed

Act = Callable[[User], Any]
_BREAK = """
CREATE FUNCTION break_events() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = 'broken'; END $$;
CREATE TRIGGER broken BEFORE INSERT ON articles_event
    FOR EACH ROW EXECUTE FUNCTION break_events();
"""


@dataclass(frozen=True)
class Case:
    """One action: what it needs, and how to call it.

    ``prepare`` makes what it works on and returns the call itself, which is all that is watched.
    """

    action: Callable[..., Any]
    permission: str
    verb: str
    chain: Callable[[Any], str]
    prepare: Callable[[], Act]

    def __str__(self) -> str:
        return self.action.__name__


def of_claim(row: Any) -> str:
    """The chain of the claim that a row belongs to."""
    return f"claim/{row.claim_id}"


def of_itself(row: Any) -> str:
    """The chain of a row that belongs to no claim."""
    return f"{row._meta.model_name}/{row.pk}"


def actions_of(*modules: ModuleType) -> set[Callable[..., Any]]:
    """Every function of these modules that acts for somebody."""
    return {
        function
        for module in modules
        for name, function in getmembers(module, isfunction)
        if function.__module__ == module.__name__
        and not name.startswith("_")
        and "by" in signature(function).parameters
    }


def tables() -> dict[str, list[str]]:
    """Everything that our tables hold, row by row, as PostgreSQL prints it."""
    held = {}
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            if model._meta.app_label in ("articles", "claims"):
                table = model._meta.db_table
                cursor.execute(f"SELECT t::text FROM {table} t ORDER BY 1")
                held[table] = [row for (row,) in cursor.fetchall()]
    return held


def user_with(*permissions: str) -> User:
    """Somebody with these permissions and no others."""
    user = User.objects.create_user(f"holder-of-{len(permissions)}")
    for permission in permissions:
        app, codename = permission.split(".")
        user.user_permissions.add(
            Permission.objects.get(content_type__app_label=app, codename=codename)
        )
    return user


def user_without(permission: str) -> User:
    """A chief editor who lacks just this one."""
    others = Permission.objects.filter(group__name="chief").select_related("content_type")
    names = {f"{p.content_type.app_label}.{p.codename}" for p in others}
    assert permission in names
    return user_with(*sorted(names - {permission}))


def check_permission(case: Case) -> None:
    act = case.prepare()
    user = user_without(case.permission)
    before = tables()
    with pytest.raises(NotAllowed):
        act(user)
    assert tables() == before


def check_one_event(case: Case) -> None:
    act = case.prepare()
    user = user_with(case.permission)
    last = Event.objects.order_by("pk").last()
    row = act(user)
    new = Event.objects.filter(pk__gt=last.pk if last else 0)
    assert [(event.chain, event.verb, event.by) for event in new] == [
        (case.chain(row), case.verb, user)
    ]


def check_all_or_nothing(case: Case) -> None:
    act = case.prepare()
    user = user_with(case.permission)
    before = tables()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(_BREAK)
    with pytest.raises(IntegrityError, match="broken"), transaction.atomic():
        act(user)
    assert tables() == before
