"""The form for one document that words came through, or in which evidence is to be found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from articles.choices import ArticleKind
from articles.forms import ArticleField, PartForm, PeriodField, SourceField
from articles.newcomers import NewArticle
from articles.validators import storable
from claims.actions.passages import Hop
from claims.choices import Basis

if TYPE_CHECKING:
    from articles.models import Article

MOST_HOPS = 4


class DocumentForm(PartForm):
    """A document that is here, or one known by reference: then its publisher is needed."""

    document = ArticleField(
        label=_("Document"), help_text=_("Its title, or the web address of one that is here.")
    )
    publisher = SourceField(
        label=_("Published by"),
        required=False,
        list_id="publishers",
        help_text=_("Only for a document that isn't here yet."),
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=ArticleKind, initial=ArticleKind.NEWS)
    published = PeriodField(label=_("Published"), required=False)
    url = forms.URLField(
        label=_("Web address"),
        required=False,
        max_length=2000,
        assume_scheme="https",
        validators=[storable],
    )
    seen = forms.BooleanField(label=_("I have read this very document"), required=False)

    def clean(self) -> None:
        """Ask for the publisher of what isn't here yet."""
        document = self.cleaned_data.get("document")
        if not isinstance(document, str):
            return
        if document.lower().startswith(("http:", "https:")):
            told = gettext("No document here has this address. Write its title; its address below.")
            self.add_error("document", ValidationError(told, code="address"))
        elif len(document) > 500:
            self.add_error("document", gettext("A title has 500 characters at most."))
        elif not self.cleaned_data.get("publisher") and "publisher" not in self.errors:
            field = self.fields["document"]
            said = field.error_messages["unknown"]
            params = {"typed": document}
            self.add_error("document", ValidationError(said, code="unknown", params=params))

    def article(self, language: str = "en") -> Article | NewArticle:
        """The document: one that is here, or what is needed to add it."""
        given = self.cleaned_data
        if not isinstance(given["document"], str):
            return given["document"]  # type: ignore[no-any-return]
        return NewArticle(
            title=given["document"],
            publisher=given["publisher"],
            kind=given["kind"],
            language=language,
            url=given["url"],
            published=given["published"],
        )


class HopForm(DocumentForm):
    """One document on the way, empty where there is none."""

    basis = forms.ChoiceField(
        label=_("The next one took it from here"),
        choices=[
            (Basis.CREDITED, _("as the next one says")),
            (Basis.INFERRED, _("as I infer")),
        ],
        initial=Basis.CREDITED,
    )

    def has_changed(self) -> bool:
        """Whether anything was written; a choice by itself says nothing of a document."""
        return not {"kind", "basis"}.issuperset(self.changed_data)

    def hop(self) -> Hop:
        """The step that the form describes."""
        return Hop(
            article=self.article(),
            basis=self.cleaned_data["basis"],
            seen=self.cleaned_data["seen"],
        )
