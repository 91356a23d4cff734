"""The admin of sources."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from articles import actions
from articles.admin.base import ActionAdmin, Typed
from articles.admin.fields import LinesField, PairsField
from articles.admin.forms import ActionForm
from articles.admin.shown import counted, link
from articles.models import Source

if TYPE_CHECKING:
    from django.contrib.auth.models import User


class SourceForm(ActionForm):
    """What we know of who speaks."""

    aliases = LinesField(
        label=_("Other spellings"), required=False, help_text=_("One on each line.")
    )
    identifiers = PairsField(
        label=_("Other identifiers"),
        required=False,
        help_text=_("One on each line, such as “isni: 0000 0001 2162 0389”."),
    )


@admin.register(Source)
class SourceAdmin(ActionAdmin[Source]):
    """Who speaks and who publishes."""

    form = SourceForm
    fields = ["kind", "name", "slug", "aliases", "description", "wikidata", "identifiers"]
    readonly_fields = ["slug"]
    list_display = ["name", "kind", "claims", "articles", "wikidata"]
    list_filter = ["kind"]
    search_fields = ["name", "aliases"]
    delete_note = _("A source stays: what it said, and what was done to it, is on the record.")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Source]:
        live = Q(evidence__known__upper_inf=True)
        return (
            super()
            .get_queryset(request)
            .annotate(
                claim_count=counted(Source.objects, "evidence__claim", filter=live, distinct=True),
                article_count=counted(Source.objects, "articles"),
            )
        )

    def found(self, rows: QuerySet[Source], text: str) -> QuerySet[Source]:
        found = Q(name__trigram_word_similar=text) | Q(aliases__contains=[text])
        return rows.filter(found)

    @admin.display(description=_("claims"))
    def claims(self, row: Any) -> str:
        return link("claims_evidence_changelist", row.claim_count, source__id__exact=row.pk)

    @admin.display(description=_("articles"))
    def articles(self, row: Any) -> str:
        return link("articles_article_changelist", row.article_count, publisher__id__exact=row.pk)

    def run_add(self, *, by: User, typed: Typed) -> Source:
        return actions.add_source(by=by, **typed.values)

    def run_change(self, *, by: User, row: Source, typed: Typed) -> Source:
        return actions.edit_source(by=by, source=row, **typed.changed)
