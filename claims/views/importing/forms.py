"""The form of one sheet: a column for each heading, the order of dates, labels, fixed values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from claims.choices import Finding
from claims.exchange.asking import Label, fixable, labels, orders_of, undecided_dates
from claims.exchange.columns import BY_NAME, COLUMNS, ERROR, Group
from claims.models import ImportSheet

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

MOST_HEADINGS = 300
"""Headings that can be given a column; a table with more has others that say nothing to us."""
SAMPLES = 3
NONE_OF_OURS = "none"

GROUPS: dict[Group, StrOrPromise] = {
    Group.CLAIM: _("The claim"),
    Group.SOURCE: _("Who says so"),
    Group.EVIDENCE: _("How and when"),
    Group.ARTICLE: _("Where it was published"),
    Group.PASSAGE: _("The exact words"),
    Group.OUTSIDE: _("A verdict of others"),
    Group.VERDICT: _("Our own verdict"),
}


def version_in(data: Mapping[str, Any]) -> int:
    """The version of the import that a page was printed from; -1, which none has, without."""
    told = str(data.get("version", ""))
    return int(told) if told.isascii() and told.isdigit() and len(told) < 9 else -1


@dataclass(frozen=True, slots=True)
class HeadingRow:
    """One heading with some of its cells, and its controls."""

    heading: str
    samples: tuple[str, ...]
    column: BoundField
    order: BoundField | None


@dataclass(frozen=True, slots=True)
class LabelRow:
    """One label of another organisation, and its control."""

    label: Label
    finding: BoundField


class OrderField(forms.ChoiceField):
    """What comes first in a date: not optional, but the check asks again where nobody answers."""

    widget = forms.RadioSelect

    def validate(self, value: Any) -> None:
        """Take no answer as well."""
        if value not in self.empty_values:
            super().validate(value)


class SheetForm(forms.Form):
    """How one sheet is to be read."""

    use_required_attribute = False

    def __init__(self, data: Any, *, sheet: ImportSheet) -> None:
        super().__init__(data, prefix=f"s{sheet.position}")
        self.sheet = sheet
        self.undecided = undecided_dates(sheet)
        self.labels = labels(sheet)
        self.shown = [
            place
            for place, heading in enumerate(sheet.headings)
            if heading.strip().casefold() != ERROR
        ][:MOST_HEADINGS]
        for place in self.shown:
            self._add_heading(place)
        self._add_labels()
        self._add_fixed()

    @property
    def hidden_headings(self) -> int:
        """Headings that can't be given a column here."""
        return max(0, len(self.sheet.headings) - MOST_HEADINGS)

    def _add_heading(self, place: int) -> None:
        heading = self.sheet.headings[place] or gettext("without a heading")
        name = self.sheet.mapping[place]
        self.fields[f"column-{place}"] = forms.ChoiceField(
            label=heading, choices=_columns, required=False, initial=name
        )
        if place in self.undecided:
            dates = self.sheet.answers.get("dates", {})
            days = dict(orders_of(self.undecided[place]))
            self.fields[f"order-{place}"] = OrderField(
                label=_("What comes first in %(date)s?") % {"date": self.undecided[place]},
                choices=[
                    ("DMY", _("the day: %(day)s") % {"day": days.get("DMY", "")}),
                    ("MDY", _("the month: %(day)s") % {"day": days.get("MDY", "")}),
                ],
                initial=dates.get(name, ""),
            )

    def _add_labels(self) -> None:
        known = self.sheet.answers.get("findings", {})
        for label in self.labels:
            told = known.get(label.folded)
            self.fields[f"finding-{label.key}"] = forms.ChoiceField(
                label=label.text,
                choices=[
                    ("", _("not said yet")),
                    *Finding.choices,
                    (NONE_OF_OURS, _("none of ours")),
                ],
                required=False,
                initial=NONE_OF_OURS if told == "" else told or "",
            )

    def _add_fixed(self) -> None:
        held = self.sheet.answers.get("fixed", {})
        for column in fixable(()):
            given: dict[str, Any] = {
                "label": column.name,
                "help_text": column.help,
                "required": False,
                "initial": held.get(column.name, ""),
            }
            self.fields[f"fixed-{column.name}"] = (
                forms.ChoiceField(choices=[("", "—"), *column.choices], **given)
                if column.choices
                else forms.CharField(max_length=300, **given)
            )

    def clean(self) -> dict[str, Any]:
        """No column twice, and every fixed value is one."""
        chosen: dict[str, int] = {}
        for place in self.shown:
            name = self.cleaned_data.get(f"column-{place}", "")
            if name and name in chosen:
                told = gettext("“%(heading)s” is this column already.")
                other = self.sheet.headings[chosen[name]]
                self.add_error(f"column-{place}", told % {"heading": other})
            chosen.setdefault(name, place)
        for name, value in self._fixed():
            try:
                BY_NAME[name].read(value)
            except ValidationError as error:
                self.add_error(f"fixed-{name}", error)
            except ValueError as error:
                self.add_error(f"fixed-{name}", str(error))
        return self.cleaned_data

    def _fixed(self) -> Iterator[tuple[str, str]]:
        for column in fixable(()):
            if value := self.cleaned_data.get(f"fixed-{column.name}", "").strip():
                yield column.name, value

    @property
    def mapping(self) -> list[str]:
        """The column that was chosen for each heading."""
        return [
            self.cleaned_data.get(f"column-{place}", "") if place in self.shown else ""
            for place in range(len(self.sheet.headings))
        ]

    def answers(self, *, suggested: bool = False) -> dict[str, Any]:
        """The answers that were given, besides those that are asked for elsewhere.

        ``suggested`` takes our suggestion for every label about which nothing was said.
        """
        mapping, held = self.mapping, self.sheet.answers
        dates = {name: order for name, order in held.get("dates", {}).items() if name in mapping}
        for place in self.undecided:
            order = self.cleaned_data.get(f"order-{place}", "")
            name = mapping[place]
            if order and name and BY_NAME[name].dated:
                dates[name] = order
        findings = dict(held.get("findings", {}))
        for label in self.labels:
            told = self.cleaned_data.get(f"finding-{label.key}", "")
            if not told and suggested and label.suggestion.finding:
                told = label.suggestion.finding.value
            findings.pop(label.folded, None)
            if told:
                findings[label.folded] = "" if told == NONE_OF_OURS else told
        found = {
            "dates": dates,
            "values": held.get("values", {}),
            "fixed": dict(self._fixed()),
            "findings": findings,
        }
        return {name: told for name, told in found.items() if told}

    # For the page

    @cached_property
    def headings(self) -> list[HeadingRow]:
        """Each heading with the first of its cells that aren't empty."""
        return [
            HeadingRow(
                self.sheet.headings[place],
                self._samples(place),
                self[f"column-{place}"],
                self[f"order-{place}"] if place in self.undecided else None,
            )
            for place in self.shown
        ]

    def _samples(self, place: int) -> tuple[str, ...]:
        cells = (row[place].strip() for row in self.sheet.samples if place < len(row))
        return tuple(dict.fromkeys(cell for cell in cells if cell))[:SAMPLES]

    @cached_property
    def label_rows(self) -> list[LabelRow]:
        """Each label with its control."""
        return [LabelRow(label, self[f"finding-{label.key}"]) for label in self.labels]

    @property
    def suggestions(self) -> int:
        """Labels about which nothing was said, and for which we have a suggestion."""
        return sum(
            bool(row.label.suggestion.finding) and not row.finding.value()
            for row in self.label_rows
        )

    @cached_property
    def fixed(self) -> list[BoundField]:
        """The controls of the values that all rows have."""
        return [self[f"fixed-{column.name}"] for column in fixable(())]

    @property
    def fixed_open(self) -> bool:
        """Whether one of them is filled in, or wrong."""
        return any(field.value() or field.errors for field in self.fixed)


def _columns() -> list[tuple[StrOrPromise, Any]]:
    """Our columns by what they tell of, for a select."""
    return [
        ("", _("leave it out")),
        *(
            (told, [(column.name, column.name) for column in COLUMNS if column.group == group])
            for group, told in GROUPS.items()
        ),
    ]
