"""Forms over rows that others may change: nobody overwrites what they have not read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.utils.choices import flatten_choices
from django.utils.translation import gettext as _

from articles.differences import Piece, differences
from articles.forms.base import ActionForm
from articles.forms.lookups import Typed
from articles.models import Event
from articles.refusals import CHANGED_SINCE, Refusal

T = TypeVar("T")
THEIRS = "theirs"
PARTS = ("_kind", "_pick")


@dataclass(frozen=True, slots=True)
class Difference:
    """One field in which two people differ; ``name`` is the control that chooses between them."""

    name: str
    label: str
    theirs: list[Piece]
    yours: list[Piece]


@dataclass(frozen=True, slots=True)
class Conflict:
    """What somebody else saved while one was writing; ``event`` tells who and when."""

    event: Event | None
    differences: list[Difference]


class VersionForm(ActionForm[T]):
    """A form over a row, with the version of it that was read when the form was printed.

    When the row has changed since, nothing is written: the form comes back by 409 with everything
    that was typed, and ``conflict`` has both texts, to choose between them field by field. Sent
    again, it is saved on top of what it then has been compared with.
    """

    version = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    conflict: Conflict | None = None

    def full_clean(self) -> None:
        if self.kept is None and self.is_bound:
            self._take_theirs()
        super().full_clean()

    def newest(self) -> Event | None:
        """The last change of the row; ``None`` where there is no row (any more)."""
        raise NotImplementedError

    def held(self) -> dict[str, Any]:
        """What the fields say of the row, which is read again."""
        raise NotImplementedError

    def note_version(self) -> None:
        """Let the form carry the version that it shows."""
        self.initial["version"] = _version(self.newest())

    @property
    def read(self) -> int | None:
        """The version that was read; ``None`` where the form didn't say."""
        version: int | None = self.cleaned_data.get("version")
        return version

    def refuse(self, error: ValidationError) -> None:
        super().refuse(error)
        if isinstance(error, Refusal) and error.rule == CHANGED_SINCE:
            self.compare()

    def compare(self) -> None:
        """Show what is there now beside what was typed, to be saved on top of it."""
        self.initial = {**self.initial, **self.held()}
        event = self.newest()
        self.data = {**dict(self.data.items()), "version": str(_version(event))}
        self.status = 409
        self.conflict = Conflict(event, list(self._differences()))

    def _take_theirs(self) -> None:
        """Fill in what is here now, in the fields for which that was chosen.

        Only as long as it is what was shown when it was chosen: else there is a new conflict, and
        all that was typed still stands in the form.
        """
        if not isinstance(self.data, QueryDict):
            return
        chosen = [field for field in self if self.data.get(_choice(field)) == THEIRS]
        if not chosen or self.data.get("version") != str(_version(self.newest())):
            return
        data = {name: self.data.getlist(name) for name in self.data}
        for field in chosen:
            held = field.form.get_initial_for_field(field.field, field.name)
            for name in [name for name in data if _is_of(field, name)]:
                del data[name]
            data |= _sent_for(field, held)
        taken = QueryDict(mutable=True)
        for name, values in data.items():
            taken.setlist(name, values)
        for form in {id(field.form): field.form for field in self}.values():
            form.data = taken
        self.data = taken

    def _differences(self) -> Iterator[Difference]:
        for field in self:
            if field.is_hidden:
                continue
            initial = field.form.get_initial_for_field(field.field, field.name)
            theirs = shown(field, field.field.prepare_value(initial))
            yours = shown(field, field.value())
            if theirs != yours:
                name = _choice(field)
                yield Difference(name, str(field.label), *differences(theirs, yours))


def _choice(field: BoundField) -> str:
    """The name of the control that chooses between two texts of ``field``."""
    return f"take-{field.html_name}"


def _is_of(field: BoundField, name: str) -> bool:
    """Whether ``name`` is one of the controls of ``field``: a look-up has several."""
    return name in {field.html_name, *(f"{field.html_name}{part}" for part in PARTS)}


def _sent_for(field: BoundField, held: Any) -> dict[str, list[str]]:
    """What a browser would send for ``field`` if it showed ``held``."""
    if isinstance(field.field, forms.BooleanField):
        return {field.html_name: ["on"]} if held else {}
    value = field.field.prepare_value(held)
    if isinstance(value, Typed):
        parts = zip(PARTS, (value.kind, value.pick), strict=True)
        more = {f"{field.html_name}{part}": [given] for part, given in parts}
        return {field.html_name: [value.text], **more}
    return {field.html_name: ["" if value is None else str(value)]}


def _version(event: Event | None) -> int:
    return event.pk if event else 0


def shown(field: BoundField, value: Any) -> str:
    """The value of a field in words, as its control shows it."""
    if isinstance(field.field, forms.BooleanField):
        return _("yes") if field.field.to_python(value) else _("no")
    if isinstance(value, Typed):
        value = value.text
    if isinstance(field.field, forms.ChoiceField):
        offered: Iterable[tuple[Any, Any]] = flatten_choices(field.field.choices)  # type: ignore[arg-type]
        labels = {str(code): str(label) for code, label in offered}
        return labels.get(str(value), str(value or ""))
    return "" if value is None else str(value).replace("\r\n", "\n").strip()
