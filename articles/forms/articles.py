"""The forms by which documents come in and are described."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from articles.actions import AlreadyHere, add_article, edit_article, take_in
from articles.choices import ArticleKind, CaptureMethod
from articles.forms.base import ActionForm
from articles.forms.fields import LanguageField, PeriodField, storable_text
from articles.forms.source_field import SourceField, as_typed
from articles.forms.versions import VersionForm
from articles.history import newest_event
from articles.models import Article, Event
from articles.newcomers import blaming, settle_source
from articles.validators import storable

if TYPE_CHECKING:
    from django.contrib.auth.models import User

MOST_BYTES = 2_000_000
ABOUT = ("title", "published", "kind", "language", "translated_from", "url", "note")


@dataclass(frozen=True, slots=True)
class Text:
    """The text of a document as it came: how, and for a file its very bytes."""

    text: str
    method: str
    raw: bytes | None = None


def already_here(article: Article) -> ValidationError:
    """What to say of a document that has come in before, with the way to it."""
    return ValidationError(
        format_html(
            '{} <a href="{}">{}</a>',
            gettext("This article is already here:"),
            reverse("claims:desk_article", args=[article.pk]),
            article.title,
        ),
        code="already_here",
    )


class TextForm(forms.Form):
    """Pasted text or an uploaded file, one of the two or neither."""

    text = storable_text(
        _("Text"),
        most=MOST_BYTES,
        rows=14,
        required=False,
        help_text=_("Paste it as it was published, with blank lines between paragraphs."),
    )
    file = forms.FileField(
        label=_("Or a text file"),
        required=False,
        help_text=_("In UTF-8, at most 2 MB."),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": "text/plain,.txt,.md"}),
    )

    def clean_file(self) -> Text | None:
        upload = self.cleaned_data["file"]
        if not isinstance(upload, UploadedFile):
            return None
        if (upload.size or 0) > MOST_BYTES:
            raise ValidationError(gettext("The file is larger than 2 MB."), code="large")
        raw = upload.read()
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            told = gettext(
                "The file isn't UTF-8 text: byte %(byte)s at position %(place)s. "
                "Save it as UTF-8, or paste the text."
            )
            found = {"byte": f"0x{raw[error.start]:02X}", "place": error.start}
            raise ValidationError(told % found, code="encoding") from error
        storable(text)
        if not text.strip():
            raise ValidationError(gettext("The file is empty."), code="empty")
        return Text(text, CaptureMethod.FILE, raw)

    def given_text(self) -> Text | None:
        """The text that was given, one way or the other; errors when both."""
        text, file = self.cleaned_data.get("text"), self.cleaned_data.get("file")
        if text and file:
            self.add_error("file", gettext("Paste the text or choose a file, not both."))
        if file:
            return file  # type: ignore[no-any-return]
        return Text(text, CaptureMethod.PASTED) if text else None

    def ask_for_the_file_again(self) -> None:
        """Browsers don't send a file twice: say so when something else has to be mended."""
        if self.errors and self.cleaned_data.get("file"):
            self.add_error("file", gettext("Choose the file again."))


class _AboutForm(forms.Form):
    """What we know of a document."""

    title = storable_text(_("Title"), most=500)
    kind = forms.ChoiceField(label=_("Kind"), choices=ArticleKind, initial=ArticleKind.NEWS)
    publisher = SourceField(
        label=_("Published by"), kinds=("organisation", "person", "unnamed"), list_id="publishers"
    )
    published = PeriodField(
        label=_("Published"),
        required=False,
        help_text=_("8 March 2023, or March 2023, or 2023: as much as is known."),
    )
    language = LanguageField()
    translated_from = LanguageField(
        label=_("Translated from"),
        required=False,
        initial="",
        help_text=_("The language of the original, when this is a translation."),
    )
    url = forms.URLField(
        label=_("Web address"),
        required=False,
        max_length=2000,
        assume_scheme="https",
        validators=[storable],
    )
    note = storable_text(
        _("Note"),
        most=4000,
        rows=2,
        required=False,
        help_text=_("Readers see it: how the date is known, say, or who translated it."),
    )

    article: Article | None = None

    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"]
        held = Article.objects.filter(url=url).first() if url else None
        if held is not None and held != self.article:
            raise already_here(held)
        return url

    def about(self) -> dict[str, Any]:
        """What the fields say, by the names of the actions."""
        return {name: self.cleaned_data[name] for name in ABOUT}


class ArticleForm(_AboutForm, TextForm, ActionForm[Article]):
    """Take in an article: with its text, or known by reference only."""

    field_order = ("title", "publisher", *ABOUT[1:], "text", "file")

    def clean(self) -> None:
        self.given = self.given_text()
        self.ask_for_the_file_again()

    def refuse(self, error: ValidationError) -> None:
        """Show the article that is here already, with the way to it."""
        if isinstance(error, AlreadyHere):
            from_file = self.given is not None and self.given.raw is not None
            field = "url" if "url" in error.error_dict else "file" if from_file else "text"
            self.add_error(field, already_here(error.article))
        else:
            super().refuse(error)

    def act(self, *, by: User) -> Article:
        about = self.about()
        with blaming("publisher"):
            publisher = settle_source(by=by, source=self.cleaned_data["publisher"])
        if self.given is None:
            return add_article(by=by, publisher=publisher, **about)
        text, method, raw = self.given.text, self.given.method, self.given.raw
        return take_in(
            by=by, text=text, method=method, raw=raw, publisher=publisher, **about
        ).article


class ArticleEditForm(_AboutForm, VersionForm[Article]):
    """Change what we know of an article."""

    field_order = ("title", "publisher", *ABOUT[1:])

    def __init__(self, *args: Any, article: Article, **given: Any) -> None:
        self.article: Article = article
        super().__init__(*args, **given)
        self.initial = {**self.initial, **self._shown()}
        self.note_version()

    def newest(self) -> Event | None:
        return newest_event(self.article)

    def held(self) -> dict[str, Any]:
        self.article.refresh_from_db()
        return self._shown()

    def _shown(self) -> dict[str, Any]:
        about = {name: getattr(self.article, name) for name in ABOUT}
        return {**about, "publisher": as_typed(self.article.publisher)}

    def act(self, *, by: User) -> Article:
        with blaming("publisher"):
            publisher = settle_source(by=by, source=self.cleaned_data["publisher"])
        return edit_article(
            by=by, article=self.article, seen=self.read, publisher=publisher, **self.about()
        )
