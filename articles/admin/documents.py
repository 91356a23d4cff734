"""The admin of articles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminTextareaWidget
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from articles import actions
from articles.admin.base import ActionAdmin, Typed
from articles.admin.forms import ActionForm
from articles.admin.rows import ShownInline
from articles.admin.shown import counted, link, moment
from articles.models import Article, Snapshot
from articles.periods import in_words

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django_stubs_ext import StrOrPromise


class SnapshotInline(ShownInline):
    """The texts that we hold of an article."""

    model = Snapshot
    fields = ["captured", "method", "captured_by", "text_sha256"]
    readonly_fields = ["captured", "text_sha256"]
    verbose_name_plural = _("snapshots")
    captured = moment("captured_at", _("captured"))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Snapshot]:
        rows: QuerySet[Snapshot] = super().get_queryset(request)  # type: ignore[assignment]
        return rows.select_related("article", "captured_by").defer("text")


class ArticleForm(ActionForm):
    """A document, with its text when it is new and the text is at hand."""

    text = forms.CharField(
        label=_("Text"),
        required=False,
        strip=False,
        max_length=2_000_000,
        widget=AdminTextareaWidget(attrs={"rows": 16}),
        help_text=_("Leave it empty for an article that is known by reference only."),
    )


@admin.register(Article)
class ArticleAdmin(ActionAdmin[Article]):
    """Any document in which something was said."""

    form = ArticleForm
    autocomplete_fields = ["publisher"]
    readonly_fields = ["slug"]
    list_display = ["title", "kind", "publisher", "published_on", "snapshots", "claims"]
    list_filter = ["kind"]
    list_select_related = ["publisher"]
    search_fields = ["title", "url"]
    search_help_text = _("Words of the title, or a whole web address.")
    ordering = ["-pk"]
    delete_note = _("An article stays: passages are anchored in its snapshots.")

    def get_fields(self, request: HttpRequest, obj: Article | None = None) -> list[Any]:
        known = ["title", "kind", "publisher", "published"]
        known += ["language", "translated_from", "url", "note"]
        return [*known, "text"] if obj is None else [*known, "slug"]

    def get_inlines(self, request: HttpRequest, obj: Article | None) -> list[Any]:
        return [] if obj is None else [SnapshotInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Article]:
        live = Q(appearances__known__upper_inf=True)
        return (
            super()
            .get_queryset(request)
            .annotate(
                snapshot_count=counted(Article.objects, "snapshots"),
                claim_count=counted(
                    Article.objects, "appearances__evidence__claim", filter=live, distinct=True
                ),
            )
        )

    def found(self, rows: QuerySet[Article], text: str) -> QuerySet[Article]:
        return rows.filter(Q(title__trigram_word_similar=text) | Q(url=text))

    @admin.display(description=_("published"))
    def published_on(self, row: Article) -> str:
        return in_words(row.published)

    @admin.display(description=_("snapshots"))
    def snapshots(self, row: Any) -> str:
        return link("articles_snapshot_changelist", row.snapshot_count, article__id__exact=row.pk)

    @admin.display(description=_("claims"))
    def claims(self, row: Any) -> str:
        return link("claims_appearance_changelist", row.claim_count, article__id__exact=row.pk)

    def note_of(self, row: Any) -> StrOrPromise:
        if row is None:
            return ""
        return format_html(
            '{} <a href="{}?article={}">{}</a>',
            _("The text stands in snapshots, which never change."),
            reverse("admin:articles_snapshot_add"),
            row.pk,
            _("Capture the text again"),
        )

    def run_add(self, *, by: User, typed: Typed) -> Article:
        values = dict(typed.values)
        text = values.pop("text")
        try:
            if text.strip():
                return actions.take_in(by=by, text=text, **values).article
            return actions.add_article(by=by, **values)
        except actions.AlreadyHere as here:
            raise _already(here) from here

    def run_change(self, *, by: User, row: Article, typed: Typed) -> Article:
        return actions.edit_article(by=by, article=row, **typed.changed)


def _already(here: actions.AlreadyHere) -> ValidationError:
    return ValidationError(
        {
            field: format_html(
                '{} <a href="{}">{}</a>',
                " ".join(error.messages),
                reverse("admin:articles_article_change", args=[here.article.pk]),
                _("Open it"),
            )
            for field, errors in here.error_dict.items()
            for error in errors
        }
    )
