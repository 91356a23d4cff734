"""The admin of snapshots: adding one carries the article's passages over to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from articles.admin.base import ActionAdmin, Typed
from articles.admin.shown import moment, text_of
from articles.models import Article, Snapshot
from claims.actions.recapture import recapture

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@admin.register(Snapshot)
class SnapshotAdmin(ActionAdmin[Snapshot]):
    """The text of an article at one moment; adding one captures it again."""

    autocomplete_fields = ["article"]
    list_display = ["article", "captured", "method", "captured_by", "is_redacted"]
    list_filter = ["method", "captured_at"]
    list_select_related = ["article", "captured_by"]
    search_fields = ["article__title"]
    search_help_text = _("Words of the article’s title.")
    delete_note = _("A snapshot is never changed or deleted: passages are anchored in it.")
    captured = moment("captured_at", _("captured"))

    def get_fields(self, request: HttpRequest, obj: Snapshot | None = None) -> list[Any]:
        if obj is None:
            return ["article", "text", "method", "archive_url"]
        shown = ["article", "body", "method", "archive_url", "captured", "captured_by"]
        return [*shown, "text_sha256", "raw_sha256", "redaction_reason"]

    def get_form(self, request: HttpRequest, *given: Any, **named: Any) -> Any:
        form = super().get_form(request, *given, **named)
        if "text" in form.base_fields:
            form.base_fields["text"].strip = False
        return form

    def get_queryset(self, request: HttpRequest) -> QuerySet[Snapshot]:
        return super().get_queryset(request).defer("text")

    def found(self, rows: QuerySet[Snapshot], text: str) -> QuerySet[Snapshot]:
        articles = Article.objects.filter(title__trigram_word_similar=text)
        return rows.filter(article__in=articles)

    def has_change_permission(self, request: HttpRequest, obj: Snapshot | None = None) -> bool:
        return False

    @admin.display(description=_("redacted"), boolean=True)
    def is_redacted(self, row: Snapshot) -> bool:
        return bool(row.redaction_reason)

    @admin.display(description=_("text"))
    def body(self, row: Snapshot) -> str:
        return text_of(row.text, row.article.language)

    def run_add(self, *, by: User, typed: Typed) -> Snapshot:
        done = recapture(by=by, **typed.values)
        snapshot = done.snapshot
        if done.known:
            raise ValidationError(
                {
                    "text": format_html(
                        '{} <a href="{}">{}</a>',
                        _("This article already has a snapshot with this text."),
                        reverse("admin:articles_snapshot_change", args=[snapshot.pk]),
                        snapshot,
                    )
                }
            )
        return snapshot
