"""Form fields of the admin: lists as lines, named texts as pairs, rows by search."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminTextareaWidget, AutocompleteSelect
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

MOST_DIGITS = 18  # any number of so many digits fits into an id


class LinesField(forms.CharField):
    """A list of texts, one on each line."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**{"widget": AdminTextareaWidget(attrs={"rows": 4}), **given})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        return lines_of(super().clean(value))

    def has_changed(self, initial: Any, data: Any) -> bool:
        return (initial or []) != [
            line.strip() for line in (data or "").splitlines() if line.strip()
        ]


class PairsField(forms.CharField):
    """Named texts, one on each line: ``isni: 0000 0001 2162 0389``."""

    default_error_messages = {
        "invalid": _("Write one name and value on each line, as in “isni: 0000 0001 2162 0389”."),
    }

    def __init__(self, **given: Any) -> None:
        super().__init__(**{"widget": AdminTextareaWidget(attrs={"rows": 3}), **given})

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return "\n".join(f"{name}: {text}" for name, text in value.items())

    def clean(self, value: Any) -> Any:
        pairs = {}
        for line in lines_of(super().clean(value)):
            name, colon, text = (part.strip() for part in line.partition(":"))
            if not (name and colon and text):
                raise ValidationError(self.error_messages["invalid"], code="invalid")
            pairs[name] = text
        return pairs

    def has_changed(self, initial: Any, data: Any) -> bool:
        return lines_of(self.prepare_value(initial or {})) != lines_of(data or "")


class RowSelect(AutocompleteSelect):
    """Django's search-as-you-type, mended in two places.

    An id that is no number shows nothing instead of failing, and what is found opens inside the
    page's main part, where screen readers look for it.
    """

    def build_attrs(self, base_attrs: Any, extra_attrs: Any = None) -> dict[str, Any]:
        attrs = super().build_attrs(base_attrs, extra_attrs)
        return {**attrs, "data-dropdown-parent": "#content-start"}

    def optgroups(self, name: str, value: Sequence[str], attr: Any = None) -> Any:
        return super().optgroups(name, [text for text in value if is_id(text)], attr)


def lines_of(text: str) -> list[str]:
    """The lines of ``text`` that hold anything, without white space around them."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def is_id(text: object) -> bool:
    """Whether ``text`` can be the id of a row."""
    return (digits := str(text)).isascii() and digits.isdigit() and len(digits) <= MOST_DIGITS
