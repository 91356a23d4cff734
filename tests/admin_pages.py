"""Going through the admin in tests: signing in, filling in forms, and looking what was written."""

from typing import Any

from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse


def staff(user: User) -> Client:
    """A client of ``user``, who may enter the admin."""
    user.is_staff = True
    user.save()
    client = Client()
    client.force_login(user)
    return client


def page(table: str, name: str = "changelist", *args: object, **query: object) -> str:
    """The address of an admin page: ``page("claims_claim", "change", claim.pk)``."""
    return reverse(f"admin:{table}_{name}", args=args, query=query or None)


def typed(response: Any, **changes: Any) -> dict[str, Any]:
    """What a browser sends back for the form of ``response`` with ``changes`` typed into it.

    ``appearances-0-exact=...`` fills the inlines; ``None`` leaves a box unchecked.
    """
    sent: dict[str, Any] = {}
    forms = [response.context["adminform"].form]
    for inline in response.context["inline_admin_formsets"]:
        sent |= {bound.html_name: bound.value() for bound in inline.formset.management_form}
        forms += inline.formset.forms
    for form in forms:
        sent |= {bound.html_name: bound.value() for bound in form}
    return {
        name: {True: "on"}.get(value, value) if isinstance(value, bool) else value
        for name, value in (sent | changes).items()
        if value is not None and value is not False
    }


def send(client: Client, address: str, **changes: Any) -> HttpResponse:
    """Open the form at ``address``, type ``changes`` into it and save."""
    return client.post(address, typed(client.get(address), **changes))


def errors(response: Any) -> dict[str, list[str]]:
    """The messages of a form that came back, by field; ``__all__`` stands above it."""
    assert response.status_code == 200
    if "adminform" not in response.context:
        return {name: [*told] for name, told in response.context["form"].errors.items()}
    found = {name: [*told] for name, told in response.context["adminform"].form.errors.items()}
    for inline in response.context["inline_admin_formsets"]:
        for form in inline.formset.forms:
            found |= {f"{form.prefix}-{name}": [*told] for name, told in form.errors.items()}
    return found


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table of ours, and of Django's own log: equal if nothing was written."""
    models = [*apps.get_app_config("articles").get_models(), LogEntry]
    models += apps.get_app_config("claims").get_models()
    return {
        model._meta.label: list(model._base_manager.order_by("pk").values_list())
        for model in models
    }
