"""The base of every form on the desk: it asks an action, and shows what that refuses."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.forms.utils import ErrorDict
from django.http import QueryDict

if TYPE_CHECKING:
    from django.contrib.auth.models import User

T = TypeVar("T")


class Kept(QueryDict):
    """What somebody has typed into a form and not sent yet, as it was last kept."""

    saved_at: datetime


class PartForm(forms.Form):
    """A form that can be printed with a draft in it: then nobody has asked yet if it is right."""

    @property
    def kept(self) -> Kept | None:
        """The draft that the form shows; ``None`` for a form that is new or was sent."""
        return self.data if isinstance(self.data, Kept) else None

    def full_clean(self) -> None:
        if self.kept is None:
            super().full_clean()
        else:
            self._errors = ErrorDict()
            self.cleaned_data = {}


class ActionForm(PartForm, Generic[T]):
    """A form that ends in an action.

    What the action refuses becomes an error at the field it is about, or on top where the form
    has no such field; nothing that was typed is lost and nothing is half-written. ``called`` says
    what the form calls the fields that the action calls otherwise, ``folds`` which fields stand
    together behind one summary and are shown at once when something in them needs attention,
    ``status`` how the page is answered that brings the form back.
    """

    called: ClassVar[Mapping[str, str]] = {}
    folds: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    status = 422

    def act(self, *, by: User) -> T:
        """Do what the form asks for."""
        raise NotImplementedError

    def submit(self, *, by: User) -> T | None:
        """The outcome of the action; ``None`` where the form wasn't sent or was refused."""
        if self.kept is not None or not (self.is_bound and self.is_valid()):
            return None
        try:
            with transaction.atomic():
                return self.act(by=by)
        except ValidationError as error:
            self.refuse(error)
            return None

    def refuse(self, error: ValidationError) -> None:
        """Show what an action refused."""
        found = error.error_dict if hasattr(error, "error_dict") else {"": error.error_list}
        for name, errors in found.items():
            field = self.called.get(name, name)
            known = field in self.fields and not self.fields[field].widget.is_hidden
            self.add_error(field if known else None, errors)

    @property
    def unfolded(self) -> dict[str, bool]:
        """Which folds stand open: those that hold an error, or something that was filled in."""
        eyed = {*self.errors, *(self.changed_data if self.is_bound else ())}
        return {fold: not eyed.isdisjoint(names) for fold, names in self.folds.items()}
