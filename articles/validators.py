"""What a stored text may hold; shared by every text field."""

import re

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

_SURROGATE = re.compile("[\ud800-\udfff]")


def storable(value: str) -> None:
    """Refuse what PostgreSQL can't store as text.

    NUL and lone surrogates reach us through forms, JSON and file names; refused here they
    become an error at their field instead of a failing statement.

    Raises ``ValidationError`` with the code ``nul`` or ``surrogate``.
    """
    if "\x00" in value:
        raise ValidationError(_("The text holds a NUL character. Remove it."), code="nul")
    if _SURROGATE.search(value):
        raise ValidationError(
            _("The text holds half of a character (a lone surrogate). Paste it again."),
            code="surrogate",
        )


def require_storable(**values: str) -> None:
    """Ask ``storable`` of values that a query takes before any row is checked.

    Raises ``ValidationError`` with each error at the field of that name.
    """
    errors: dict[str, ValidationError] = {}
    for field, value in values.items():
        try:
            storable(value)
        except ValidationError as error:
            errors[field] = error
    if errors:
        raise ValidationError(errors)


language_tag = RegexValidator(
    r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*\Z",
    _("Write the language as a tag such as “en”, “fr” or “pt-BR”."),
    code="language",
)

wikidata_id = RegexValidator(
    r"^Q[1-9][0-9]{0,11}\Z",
    _("A Wikidata id is a Q and a number, such as “Q83364”."),
    code="wikidata",
)
