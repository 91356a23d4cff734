"""Turns what PostgreSQL refuses into an error that names the field and the remedy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

import psycopg
from django.apps import apps
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import DataError, IntegrityError, models, transaction
from django.db.backends.postgresql.psycopg_any import Range
from django.db.models.constraints import BaseConstraint
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Rules = Mapping[str, tuple[str, "StrOrPromise"]]

OUTSIDE_CALENDAR = _("Choose a date between the years 1 and 9999.")
REVERSED = _("The date is empty or reversed.")
TOO_LONG = _("Write at most %(most)d characters.")
CHANGED_SINCE = "changed_since"
NO_ADDRESS = _("It needs an address of its own.")
TAKEN_MEANWHILE = _("Somebody else has just added one of this name. Send it again.")

RULES: Rules = {
    "snapshot_immutable": ("", _("A snapshot never changes; capture the article again.")),
    "snapshot_starts_whole": ("", _("A snapshot starts with its text; redact it afterwards.")),
    "snapshot_text_once": ("text", _("This article already has a snapshot with this text.")),
    "snapshot_text_not_blank": ("text", _("The text is empty.")),
    "event_immutable": ("", _("The record of changes is append-only.")),
    "event_redacted_once": (
        "",
        _("An event is redacted once, and only the reason is left of it."),
    ),
    "former_kept": ("", _("What was there before is kept by itself, and never changed.")),
    "article_url_once": ("url", _("An article with this web address is already here.")),
    "article_title_not_blank": ("title", _("An article needs a title.")),
    "article_published_not_empty": ("published", _("The date is empty or reversed.")),
    "article_published_in_calendar": ("published", OUTSIDE_CALENDAR),
    "article_slug_not_blank": ("", NO_ADDRESS),
    "articles_article_slug_key": ("", TAKEN_MEANWHILE),
    "source_wikidata_once": ("wikidata", _("Another source already has this Wikidata id.")),
    "source_name_not_blank": ("name", _("A source needs a name or a description.")),
    "source_unnamed_has_no_identity": (
        "wikidata",
        _("An unnamed source can't carry a Wikidata id or another identifier."),
    ),
    "source_gave_verdicts": (
        "kind",
        _("Verdicts are logged under the name of this source. Add another one."),
    ),
    "source_slug_not_blank": ("", NO_ADDRESS),
    "articles_source_slug_key": ("", TAKEN_MEANWHILE),
    "sending_once": ("", _("This form was sent before.")),
    "draft_once": ("", _("This form has a draft already.")),
    "presence_once": ("", _("You are here already.")),
}


class Refusal(ValidationError):
    """The database or an action says no. ``rule`` is the name of the constraint or rule."""

    def __init__(self, rule: str, message: StrOrPromise, field: str = "") -> None:
        super().__init__({field: [ValidationError(message, code=rule)]} if field else message, rule)
        self.rule = rule


@cache
def _messages() -> dict[str, StrOrPromise]:
    """What the constraints of all tables say when they are violated, where they say anything."""
    return {
        constraint.name: constraint.violation_error_message or ""
        for model in apps.get_models()
        for constraint in model._meta.constraints
        if constraint.violation_error_message != BaseConstraint.default_violation_error_message
    }


def vet(row: models.Model, rules: Rules = RULES) -> None:
    """Ask the fields and the constraints of ``row`` before PostgreSQL does, all of them at once.

    ``full_clean`` doesn't say which field a violated constraint is about; ``rules`` does.

    Raises ``ValidationError`` with every error at its field.
    """
    errors: dict[str, list[ValidationError]] = {}
    try:
        row.full_clean(validate_constraints=False)
    except ValidationError as error:
        error.update_error_dict(errors)
    for field in _reversed(row) - errors.keys():
        errors[field] = [ValidationError(REVERSED, code="reversed")]
    for field, most in _too_long(row).items():
        told = ValidationError(TOO_LONG, code="max_length", params={"most": most})
        errors.setdefault(field, []).append(told)
    if errors or not _holds(row):
        for field, broken in broken_rules(row, rules, exclude=set(errors)).items():
            errors.setdefault(field, []).extend(broken)
    if errors:
        raise ValidationError(errors)


def _reversed(row: models.Model) -> set[str]:
    """The fields whose range ends before it begins; no query may hold such a range."""
    ranges = {
        field.name: value
        for field in row._meta.concrete_fields
        if isinstance(value := getattr(row, field.attname), Range)
    }
    return {
        name
        for name, value in ranges.items()
        if value.lower is not None and value.upper is not None and value.upper < value.lower
    }


def _too_long(row: models.Model) -> dict[str, int]:
    """The text fields that hold more than they may, which Django asks in forms only."""
    limits = {
        field.name: field.max_length
        for field in row._meta.concrete_fields
        if isinstance(field, models.TextField) and field.max_length is not None
    }
    return {name: most for name, most in limits.items() if len(getattr(row, name)) > most}


def _holds(row: models.Model) -> bool:
    """Whether all that can be said of ``row`` alone is so, asked at once: good rows are many.

    What looks at other rows (unique, exclusion) is left to PostgreSQL, which asks in any case.
    """
    try:
        _all_checks(type(row)).validate(type(row), row)
    except ValidationError:
        return False
    return True


@cache
def _all_checks(model: type[models.Model]) -> models.CheckConstraint:
    conditions = [
        constraint.condition
        for constraint in model._meta.constraints
        if isinstance(constraint, models.CheckConstraint)
    ]
    return models.CheckConstraint(name="all_checks", condition=models.Q(*conditions))


def broken_rules(
    row: models.Model,
    rules: Rules = RULES,
    *,
    exclude: set[str] | None = None,
    kinds: type[BaseConstraint] = BaseConstraint,
) -> dict[str, list[ValidationError]]:
    """What the constraints of ``row`` object to, by field; those on fields in ``exclude`` rest.

    ``kinds=CheckConstraint`` asks those that need no other row, for a form that isn't complete yet.
    """
    broken: dict[str, list[ValidationError]] = {}
    for constraint in row._meta.constraints:
        if not isinstance(constraint, kinds):
            continue
        try:
            constraint.validate(type(row), row, exclude=exclude)
        except ValidationError as error:
            field = rules.get(constraint.name, ("", ""))[0] or NON_FIELD_ERRORS
            broken.setdefault(field, []).extend(error.error_list)
    return broken


@contextmanager
def refused(rules: Rules = RULES) -> Iterator[None]:
    """Run one write in a savepoint; what PostgreSQL refuses comes out as ``Refusal``.

    The savepoint leaves the transaction usable, so that a form can be shown again.
    """
    try:
        with transaction.atomic():
            yield
    except (IntegrityError, DataError) as error:
        cause = error.__cause__
        if not isinstance(cause, psycopg.Error):
            raise
        rule = cause.diag.constraint_name or ""
        if rule in rules:
            field, message = rules[rule]
        else:
            field, message = "", _messages().get(rule) or cause.diag.message_primary or str(cause)
        raise Refusal(rule, message, field) from error
