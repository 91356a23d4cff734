"""Fields for texts, languages, and dates that are as precise as they are known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext_lazy as _

from articles import dates
from articles.validators import language_tag, storable

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


def storable_text(
    label: StrOrPromise,
    *,
    most: int,
    rows: int = 0,
    required: bool = True,
    help_text: StrOrPromise = "",
    missing: StrOrPromise = "",
    serif: bool = False,
    **attrs: Any,
) -> forms.CharField:
    """A text of at most ``most`` characters; of ``rows`` lines, or one line for 0."""
    attrs = attrs | ({"class": "is-serif"} if serif else {})
    widget = forms.Textarea(attrs={"rows": rows, **attrs}) if rows else forms.TextInput(attrs=attrs)
    return forms.CharField(
        label=label,
        max_length=most,
        required=required,
        help_text=help_text,
        validators=[storable],
        widget=widget,
        error_messages={"required": missing} if missing else None,
    )


class LanguageField(forms.CharField):
    """A language tag; English unless said."""

    def __init__(self, **given: Any) -> None:
        given = {"label": _("Language"), "initial": "en", "max_length": 35, **given}
        super().__init__(validators=[language_tag], **given)
        self.widget.attrs.update({"autocapitalize": "none", "spellcheck": "false", "size": "8"})


class PeriodField(forms.Field):
    """A day, or the whole month or year when no more is known; held as one range of dates.

    With ``open_ended`` a stretch may lack its beginning or its end.
    """

    widget = forms.TextInput
    default_error_messages = {
        "invalid": _("Write a date such as 8 March 2023, 2023-03-08, March 2023 or 2023."),
        "reversed": _("The dates are reversed: the first one comes later than the last one."),
        "ambiguous": _("Is it the day or the month that comes first? Write 2023-03-08."),
        "open": _("The date has no beginning or no end."),
    }

    def __init__(self, *, open_ended: bool = False, **given: Any) -> None:
        super().__init__(**given)
        self.open_ended = open_ended

    def to_python(self, value: Any) -> DateRange | None:
        if value is None or isinstance(value, DateRange):
            return value
        text = str(value).strip()
        if not text:
            return None
        try:
            start, beyond = dates.read(text)
        except ValueError as error:
            raise self._said(text, str(error)) from error
        if not self.open_ended and (start is None or beyond is None):
            raise ValidationError(self.error_messages["open"], code="open")
        return DateRange(start, beyond)

    def _said(self, text: str, why: str) -> ValidationError:
        digits = text.replace("/", " ").replace(".", " ").split()
        code = "reversed" if "reversed" in why else "invalid"
        if len(digits) == 3 and all(part.isdigit() for part in digits):
            code = "ambiguous"
        return ValidationError(self.error_messages[code], code=code)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, DateRange):
            return dates.write(value.lower, value.upper)
        return value
