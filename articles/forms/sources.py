"""The form for somebody who speaks or publishes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from articles.actions import add_source, edit_source
from articles.choices import SourceKind
from articles.forms.fields import storable_text
from articles.forms.versions import VersionForm
from articles.history import newest_event
from articles.models import Event, Source
from articles.validators import wikidata_id

if TYPE_CHECKING:
    from django.contrib.auth.models import User


class SourceForm(VersionForm[Source]):
    """Add a source, or change what we know of one."""

    kind = forms.ChoiceField(label=_("Kind"), choices=SourceKind, widget=forms.RadioSelect)
    name = storable_text(
        _("Name"),
        most=300,
        help_text=_("For somebody unnamed: how they are described, “unnamed US officials”."),
    )
    another = forms.BooleanField(
        label=_("It is another one of the same name"), required=False, widget=forms.HiddenInput
    )
    aliases = storable_text(
        _("Other spellings"), most=4000, rows=3, required=False, help_text=_("One a line.")
    )
    description = storable_text(_("Description"), most=2000, rows=2, required=False)
    wikidata = storable_text(
        _("Wikidata id"), most=14, required=False, help_text=_("Such as Q83364."), size=14
    )

    def __init__(self, *args: Any, source: Source | None = None, **given: Any) -> None:
        self.source = source
        super().__init__(*args, **given)
        if source is None:
            del self.fields["version"]
        else:
            self.initial = {**self.initial, **self.held()}
            self.note_version()

    def newest(self) -> Event | None:
        return newest_event(self.source) if self.source else None

    def held(self) -> dict[str, Any]:
        source = self.source
        assert source is not None
        source.refresh_from_db()
        names = ("kind", "name", "description", "wikidata")
        about = {name: getattr(source, name) for name in names}
        return {**about, "aliases": "\n".join(source.aliases)}

    def clean_wikidata(self) -> str:
        wikidata: str = self.cleaned_data["wikidata"]
        if wikidata:
            wikidata_id(wikidata)
        return wikidata

    def clean_aliases(self) -> list[str]:
        lines = (" ".join(line.split()) for line in self.cleaned_data["aliases"].splitlines())
        aliases = list(dict.fromkeys(line for line in lines if line))
        if any(len(alias) > 300 for alias in aliases):
            raise ValidationError(gettext("A spelling has 300 characters at most."))
        return aliases

    def clean(self) -> None:
        """Ask whether a source of the same name is really another one."""
        name, kind = self.cleaned_data.get("name"), self.cleaned_data.get("kind")
        if not name or not kind or kind == SourceKind.UNNAMED or self.cleaned_data.get("another"):
            return
        held = Source.objects.filter(kind=kind, name__iexact=" ".join(name.split()))
        if self.source is not None:
            held = held.exclude(pk=self.source.pk)
        if (twin := held.first()) is not None:
            self.fields["another"].widget = forms.CheckboxInput()
            told = gettext("is here already. If this is another one, say so below.")
            link = format_html('<a href="{}">{}</a> {}', twin.get_absolute_url(), twin.name, told)
            self.add_error("name", ValidationError(link))

    def act(self, *, by: User) -> Source:
        asked = ("another", "version")
        given = {name: value for name, value in self.cleaned_data.items() if name not in asked}
        if self.source is None:
            return add_source(by=by, **given)
        given["name"] = " ".join(given["name"].split())
        return edit_source(by=by, source=self.source, seen=self.read, **given)
