"""The admin of evidence and of the places where it can be read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from articles.admin.base import Typed
from articles.admin.rows import RowsInline, ShownInline
from articles.admin.shown import counted, link, text_of
from articles.models import Article
from articles.periods import in_words
from claims.actions import evidence as actions
from claims.admin.finding import evidence_by
from claims.admin.passages import FirstPassageForm, PassageForm, passage_of
from claims.admin.recorded import RecordedAdmin, StandingFilter, voiding
from claims.models import Appearance, Evidence

if TYPE_CHECKING:
    from django.contrib.auth.models import User


class PassageInline(RowsInline):
    """Where new evidence can be read, from the origin outwards."""

    model = Appearance
    form = FirstPassageForm
    fields = ["article", "exact", "verbatim", "hedge", "onward", "basis", "seen"]
    autocomplete_fields = ["article"]
    extra = 1
    verbose_name = _("place where it can be read")
    verbose_name_plural = _("places where it can be read, from the origin outwards")


class AppearanceInline(ShownInline):
    """Where evidence can be read."""

    model = Appearance
    fields = ["article", "quotation", "verbatim", "hedge", "via", "seen", "void_reason"]
    readonly_fields = ["quotation", "void_reason"]
    verbose_name_plural = _("places where it can be read")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("article", "via__article")

    @admin.display(description=_("quotation"))
    def quotation(self, row: Appearance) -> str:
        return text_of(row.exact, row.article.language)


@admin.register(Evidence)
class EvidenceAdmin(RecordedAdmin[Evidence]):
    """One source takes one stance on one claim at one date."""

    added = (
        *("claim", "source", "stance", "scope", "stated"),
        *("p_low", "p_high", "interested", "language", "note"),
    )
    shown = (
        *("number", "claim", "source", "stance", "scope", "stated_on", "p_low", "p_high"),
        *("interested", "language", "note", "onward"),
    )
    autocomplete_fields = ["claim", "source"]
    list_display = ["number", "source", "stance", "scope", "claim", "stated_on", "places", "stands"]
    list_display_links = ["number", "source"]
    list_filter = [StandingFilter, "stance", "scope", "interested"]
    list_select_related = ["source", "claim"]
    search_fields = ["claim__text", "source__name"]
    search_help_text = _("Words of the claim, a source’s name, CL-17, or E-3.")
    ordering = ["-pk"]
    steps = (
        voiding(
            "claims.change_evidence",
            lambda by, row, reason: actions.void_evidence(by=by, evidence=row, reason=reason),
        ),
    )

    def get_inlines(self, request: HttpRequest, obj: Evidence | None) -> list[Any]:
        return [PassageInline] if obj is None else [AppearanceInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Evidence]:
        live = Q(appearances__known__upper_inf=True)
        places = counted(Evidence.objects, "appearances", filter=live)
        return super().get_queryset(request).annotate(place_count=places)

    def found(self, rows: QuerySet[Evidence], text: str) -> QuerySet[Evidence]:
        return rows.filter(pk__in=evidence_by(text))

    def chain_of(self, row: Evidence) -> str:
        return f"claim/{row.claim_id}"

    @admin.display(description=_("number"), ordering="pk")
    def number(self, row: Evidence) -> str:
        return f"E-{row.pk}"

    @admin.display(description=_("stated"), ordering="stated")
    def stated_on(self, row: Evidence) -> str:
        return in_words(row.stated)

    @admin.display(description=_("places"))
    def places(self, row: Any) -> str:
        return link(
            "claims_appearance_changelist", row.place_count or 0, evidence__id__exact=row.pk
        )

    @admin.display(description=_("go on"))
    def onward(self, row: Evidence) -> str:
        return link("claims_appearance_add", _("Add a place where it can be read"), evidence=row.pk)

    def run_add(self, *, by: User, typed: Typed) -> Evidence:
        if typed.rows and typed.rows[0].get("onward"):
            raise ValidationError(_("The first place is the origin: there is none above it."))
        return actions.link_evidence(
            by=by,
            passages=[
                passage_of(row, at - 1 if row.get("onward") else None)
                for at, row in enumerate(typed.rows)
            ],
            **typed.values,
        )


class AppearanceForm(PassageForm):
    """Another place, with what it came by."""

    class Meta(PassageForm.Meta):
        fields = ("evidence", *PassageForm.Meta.fields, "via")  # type: ignore[assignment]


@admin.register(Appearance)
class AppearanceAdmin(RecordedAdmin[Appearance]):
    """One article in which evidence can be read, with the exact words."""

    form = AppearanceForm
    added = ("evidence", "article", "exact", "verbatim", "hedge", "via", "basis", "seen")
    shown = (
        *("evidence", "article", "snapshot", "quotation", "place", "verbatim", "hedge", "via"),
        *("basis", "seen", "score", "redaction_reason"),
    )
    autocomplete_fields = ["evidence", "article", "via"]
    list_display = ["quotation", "article", "evidence", "hedge", "seen", "stands"]
    list_filter = [StandingFilter, "basis", "verbatim", "seen"]
    list_select_related = ["article", "evidence__source", "evidence__claim"]
    search_fields = ["article__title", "evidence__claim__text"]
    search_help_text = _("Words of the article’s title, a source’s name, CL-17, or E-3.")
    ordering = ["-pk"]
    steps = (
        voiding(
            "claims.change_appearance",
            lambda by, row, reason: actions.void_appearance(by=by, appearance=row, reason=reason),
        ),
    )

    def found(self, rows: QuerySet[Appearance], text: str) -> QuerySet[Appearance]:
        articles = Article.objects.filter(title__trigram_word_similar=text)
        found = Q(article__in=articles.values("pk")) | Q(evidence__in=evidence_by(text))
        return rows.filter(found)

    def chain_of(self, row: Appearance) -> str:
        return f"claim/{row.evidence.claim_id}"

    @admin.display(description=_("quotation"))
    def quotation(self, row: Appearance) -> str:
        return text_of(row.exact or gettext("(by reference only)"), row.article.language)

    @admin.display(description=_("position"))
    def place(self, row: Appearance) -> str:
        if row.span is None:
            return ""
        return f"{row.span.lower}\N{EN DASH}{row.span.upper}"

    def run_add(self, *, by: User, typed: Typed) -> Appearance:
        values = typed.values
        return actions.add_appearance(
            by=by, evidence=values["evidence"], passage=passage_of(values, values["via"])
        )
