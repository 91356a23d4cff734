"""The admin of verdicts, what they cite, and readers' reports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.widgets import AdminTextareaWidget
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from articles.admin.base import ActionAdmin, ReadOnlyAdmin, Typed
from articles.admin.forms import ActionForm
from articles.admin.rows import RowsInline
from articles.admin.shown import counted, moment
from articles.admin.steps import ReasonForm, Step
from articles.periods import in_words
from claims.actions import verdicts as actions
from claims.admin.finding import claims_by
from claims.models import Challenge, Citation, Verdict

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django_stubs_ext import StrOrPromise

WRITTEN = ("kind", "finding", "confidence", "summary", "reasoning", "correction_note")


class CitationInline(RowsInline):
    """What a verdict rests on, graded in it; frozen with it."""

    model = Citation
    fields = ["evidence", "reliability", "credibility", "note"]
    autocomplete_fields = ["evidence"]
    verbose_name_plural = _("evidence cited")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        named = ("evidence__source", "evidence__claim")
        return super().get_queryset(request).select_related(*named)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is None or obj.is_draft

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is None or obj.is_draft

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A proposal is rewritten as a whole, and may rest on other evidence then."""
        return obj is None or obj.is_draft


class VerdictForm(ActionForm):
    """A finding and its reason."""

    class Meta:
        widgets = {"summary": AdminTextareaWidget(attrs={"rows": 3})}


class PublishForm(forms.Form):
    """Which state of the proposal the publisher read; a later one must be read again."""

    seen = forms.IntegerField(
        widget=forms.HiddenInput,
        error_messages={"required": _("Read the proposal on this page before you publish it.")},
    )


def _proposal(row: Verdict) -> list[tuple[StrOrPromise, object]]:
    """What will be published, in full."""
    cited = row.citations.select_related("evidence__source", "evidence__claim").order_by("pk")
    return [
        (_("claim"), row.claim),
        (_("kind"), row.get_kind_display()),
        (_("finding"), row.get_finding_display()),
        (_("confidence"), row.get_confidence_display()),
        (_("in short"), row.summary),
        (_("reasoning"), row.reasoning),
        (_("what was wrong"), row.correction_note),
        (_("author"), row.author.get_username()),
        *((_("evidence cited"), _cited(citation)) for citation in cited),
    ]


def _cited(citation: Citation) -> str:
    grade = f"{citation.reliability}{citation.credibility}"
    told = f"{grade} E-{citation.evidence_id}: {citation.evidence}"
    return f"{told} ({citation.note})" if citation.note else told


def _publish_tells(by: User, row: Verdict) -> StrOrPromise:
    if row.author_id != by.pk:
        return _("You answer for it as its reviewer. A published verdict is frozen.")
    if settings.SAYSO_ALLOW_SOLO_VERDICTS:
        return _("You wrote it yourself: every page will say “without second person”.")
    return _("You proposed this verdict yourself, so somebody else must publish it.")


@admin.register(Verdict)
class VerdictAdmin(ActionAdmin[Verdict]):
    """Written by one person, published by another, then frozen."""

    form = VerdictForm
    inlines = [CitationInline]
    autocomplete_fields = ["claim"]
    list_display = ["claim", "kind", "finding", "confidence", "cites", "author", "reviewer", "at"]
    list_filter = ["kind", "finding", "confidence", "published_at", "without_second_person"]
    list_select_related = ["claim", "author", "reviewer"]
    date_hierarchy = "published_at"
    search_fields = ["claim__text"]
    search_help_text = _("Words of the claim, or its number, such as CL-17.")
    ordering = ["-pk"]
    delete_note = _(
        "A published verdict is never changed or deleted: publish an update or a correction. "
        "A proposal is discarded, with a reason, and stays in the history."
    )
    proposed = moment("created_at", _("proposed"))
    at = moment("published_at", _("published"))
    steps = (
        Step(
            name="publish",
            label=_("Publish…"),
            button=_("Publish the verdict"),
            permission="claims.publish_verdict",
            form=PublishForm,
            initial=lambda row: {"seen": actions.newest_event_of(row)},
            act=lambda by, row, typed: actions.publish_verdict(
                by=by, verdict=row, alone=True, seen=typed["seen"]
            ),
            applies=lambda row: row.is_draft,
            tells=_publish_tells,
            shows=_proposal,
            barred=lambda by, row: (
                row.author_id == by.pk and not settings.SAYSO_ALLOW_SOLO_VERDICTS
            ),
            done=_("The verdict is published."),
        ),
        Step(
            name="discard",
            label=_("Discard…"),
            button=_("Discard the proposal"),
            permission="claims.delete_verdict",
            form=ReasonForm,
            act=lambda by, row, typed: actions.discard_verdict(
                by=by, verdict=row, reason=typed["reason"]
            ),
            applies=lambda row: row.is_draft,
            tells=lambda by, row: _("The history keeps what had been proposed, and your reason."),
            done=_("The proposal is discarded."),
        ),
    )

    def get_fields(self, request: HttpRequest, obj: Verdict | None = None) -> list[Any]:
        if obj is None:
            return ["claim", *WRITTEN, "dated"]
        told = ["dated_on", "author", "proposed", "reviewer", "at"]
        return ["claim", *WRITTEN, *told, "without_second_person"]

    def get_readonly_fields(self, request: HttpRequest, obj: Verdict | None = None) -> list[Any]:
        if obj is None:
            return []
        return [name for name in self.get_fields(request, obj) if name not in WRITTEN]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Verdict]:
        cited = counted(Verdict.objects, "citations")
        return super().get_queryset(request).annotate(citation_count=cited)

    def found(self, rows: QuerySet[Verdict], text: str) -> QuerySet[Verdict]:
        return rows.filter(claim__in=claims_by(text))

    def has_change_permission(self, request: HttpRequest, obj: Verdict | None = None) -> bool:
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or obj.is_draft)

    def note_of(self, row: Any) -> StrOrPromise:
        if row is None or not row.is_draft:
            return ""
        return _("Whoever rewrites a proposal becomes its author, and somebody else publishes it.")

    def chain_of(self, row: Verdict) -> str:
        return f"claim/{row.claim_id}"

    @admin.display(description=_("cites"))
    def cites(self, row: Any) -> int:
        return row.citation_count  # type: ignore[no-any-return]

    @admin.display(description=_("dated"))
    def dated_on(self, row: Verdict) -> str:
        return in_words(row.dated)

    def run_add(self, *, by: User, typed: Typed) -> Verdict:
        return actions.propose_verdict(by=by, citations=_grades(typed), **typed.values)

    def run_change(self, *, by: User, row: Verdict, typed: Typed) -> Verdict:
        if not typed.touched:
            return row  # saving without a change must not make somebody else the author
        return actions.revise_verdict(by=by, verdict=row, citations=_grades(typed), **typed.values)


def _grades(typed: Typed) -> list[actions.Grade]:
    names = ("evidence", "reliability", "credibility", "note")
    return [actions.Grade(**{name: row[name] for name in names}) for row in typed.rows]


@admin.register(Citation)
class CitationAdmin(ReadOnlyAdmin[Citation]):
    """What verdicts rest on. They are written on the verdict's own page."""

    list_display = ["verdict", "evidence", "reliability", "credibility"]
    list_filter = ["reliability", "credibility"]
    list_select_related = ["verdict__claim", "evidence__source", "evidence__claim"]
    search_fields = ["verdict__claim__text"]
    search_help_text = _("Words of the claim, or its number, such as CL-17.")
    ordering = ["-pk"]
    delete_note = _("What a verdict cites is changed on its own page, while it is a proposal.")

    def found(self, rows: QuerySet[Citation], text: str) -> QuerySet[Citation]:
        return rows.filter(verdict__claim__in=claims_by(text))

    def chain_of(self, row: Citation) -> str:
        return f"claim/{row.verdict.claim_id}"

    def events_of(self, row: Citation) -> Any:
        """What happened to the verdict that it belongs to."""
        return self.admin_site.get_model_admin(Verdict).events_of(row.verdict)  # type: ignore[attr-defined]


@admin.register(Challenge)
class ChallengeAdmin(ReadOnlyAdmin[Challenge]):
    """Readers' error reports and what was answered, to read."""

    list_display = ["body", "claim", "received", "outcome", "closed"]
    list_filter = ["outcome"]
    list_select_related = ["claim"]
    date_hierarchy = "received_at"
    search_fields = ["claim__text"]
    search_help_text = _("Words of the claim, or its number, such as CL-17.")
    ordering = ["-pk"]
    delete_note = _("A report and its outcome stay on the record.")
    received = moment("received_at", _("received"))
    closed = moment("closed_at", _("closed"))

    def found(self, rows: QuerySet[Challenge], text: str) -> QuerySet[Challenge]:
        return rows.filter(claim__in=claims_by(text))
