"""The admin of claims and questions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminTextareaWidget
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _

from articles.admin.base import ActionAdmin, Typed
from articles.admin.forms import ActionForm
from articles.admin.shown import counted, link, moment
from articles.admin.steps import ReasonForm, Step
from articles.models import Event
from articles.periods import in_words
from claims.actions import intake
from claims.actions.verdicts import propose_withdrawal
from claims.admin.finding import claims_by
from claims.models import Claim, Question
from claims.status import status

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django_stubs_ext import StrOrPromise

FROZEN = ("text", "kind", "window", "criteria")


@admin.register(Question)
class QuestionAdmin(ActionAdmin[Question]):
    """Groups competing answers; once open, a question stays as it was asked."""

    list_display = ["text", "claims"]
    search_fields = ["text"]
    delete_note = _("A question stays as it was asked: claims answer it.")

    def get_fields(self, request: HttpRequest, obj: Question | None = None) -> list[Any]:
        return ["text", "note"] if obj is None else ["text", "note", "slug", "claims"]

    def get_readonly_fields(self, request: HttpRequest, obj: Question | None = None) -> list[Any]:
        return [] if obj is None else ["text", "slug", "claims"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Question]:
        answers = counted(Question.objects, "claims")
        return super().get_queryset(request).annotate(claim_count=answers)

    def found(self, rows: QuerySet[Question], text: str) -> QuerySet[Question]:
        return rows.filter(text__unaccent__icontains=text)

    @admin.display(description=_("claims"))
    def claims(self, row: Any) -> str:
        return link("claims_claim_changelist", row.claim_count, question__id__exact=row.pk)

    def run_add(self, *, by: User, typed: Typed) -> Question:
        text = " ".join(typed.values["text"].split())
        if Question.objects.filter(text=text).exists():
            raise ValidationError({"text": _("This question is already open.")})
        return intake.open_question(by=by, text=text, note=typed.values["note"])

    def run_change(self, *, by: User, row: Question, typed: Typed) -> Question:
        return intake.note_question(by=by, question=row, note=typed.values["note"])


class PublicFilter(admin.SimpleListFilter):
    """Claims on the public record, or drafts."""

    title = _("record")
    parameter_name = "public"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("1", _("Published")), ("0", _("Draft"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() not in ("0", "1"):
            return queryset
        return queryset.filter(published_at__isnull=self.value() == "0")


class ClaimForm(ActionForm):
    """A claim, in one sentence that has room to be read."""

    class Meta:
        widgets = {"text": AdminTextareaWidget(attrs={"rows": 2})}


def _what_freezes(row: Claim) -> list[tuple[StrOrPromise, object]]:
    return [
        (_("claim"), row.text),
        (_("kind"), row.get_kind_display()),
        (_("window"), in_words(row.window)),
        (_("criteria"), row.criteria),
    ]


class WithdrawalForm(ReasonForm):
    """Why a claim is taken back; the reason becomes the verdict."""

    reason = forms.CharField(
        label=_("What was wrong"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5, "class": "vLargeTextField"}),
        help_text=_("Readers see it in place of the claim’s verdict."),
    )


@admin.register(Claim)
class ClaimAdmin(ActionAdmin[Claim]):
    """Propositions. What is published is frozen; it can be withdrawn, and stays readable."""

    form = ClaimForm
    autocomplete_fields = ["question"]
    list_display = ["public_id", "text", "kind", "standing", "for_and_against", "origins", "public"]
    list_display_links = ["public_id", "text"]
    list_filter = ["kind", "evidence_state", PublicFilter, "checkable", "published_at", "logged_at"]
    search_fields = ["text"]
    search_help_text = _("Words of the claim, or its number, such as CL-17.")
    delete_note = _(
        "A claim is never deleted. A published one is withdrawn, for readers have seen it; "
        "a draft stays too, because its history is on record."
    )
    logged = moment("logged_at", _("logged"))
    published = moment("published_at", _("published"))
    steps = (
        Step(
            name="publish",
            label=_("Publish…"),
            button=_("Publish the claim"),
            permission="claims.publish_claim",
            act=lambda by, row, typed: intake.publish_claim(by=by, claim=row),
            applies=lambda row: not row.is_published,
            tells=lambda by, row: _(
                "Readers will see it. From then on its wording, kind, window and criteria are "
                "frozen: another reading is another claim."
            ),
            shows=_what_freezes,
            done=_("The claim is on the public record."),
        ),
        Step(
            name="withdraw",
            label=_("Withdraw…"),
            button=_("Propose to withdraw the claim"),
            permission="claims.add_verdict",
            form=WithdrawalForm,
            act=lambda by, row, typed: propose_withdrawal(by=by, claim=row, reason=typed["reason"]),
            applies=lambda row: row.is_published,
            tells=lambda by, row: _(
                "The claim stays readable, marked as withdrawn, with what you write here. "
                "Somebody else must publish the withdrawal."
            ),
            done=_("The withdrawal is proposed. Somebody else must publish it."),
        ),
    )

    def get_fields(self, request: HttpRequest, obj: Claim | None = None) -> list[Any]:
        written = ["text", "kind", "question", "window", "criteria", "checkable", "language"]
        if obj is None:
            return written
        return [*written, *SHOWN]

    def get_readonly_fields(self, request: HttpRequest, obj: Claim | None = None) -> list[Any]:
        if obj is None:
            return []
        frozen = FROZEN if obj.is_published else ()
        return [name for name in self.get_fields(request, obj) if name in frozen or name in SHOWN]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Claim]:
        rows = Claim.objects.with_status().order_by("-pk")
        picking = request.path == reverse("admin:autocomplete")
        return rows.at_work() if picking else rows

    def found(self, rows: QuerySet[Claim], text: str) -> QuerySet[Claim]:
        return rows.filter(pk__in=claims_by(text))

    def note_of(self, row: Any) -> StrOrPromise:
        if row is None or not row.is_published:
            return ""
        return _(
            "This claim is published: its wording, kind, window and criteria are frozen. "
            "Another reading is another claim."
        )

    def chain_of(self, row: Claim) -> str:
        return f"claim/{row.pk}"

    def events_of(self, row: Claim) -> QuerySet[Event]:
        """All that happened to the claim, its evidence and its verdicts."""
        return Event.objects.filter(chain=self.chain_of(row)).select_related("by").order_by("-seq")

    @admin.display(description=_("number"), ordering="pk")
    def public_id(self, row: Claim) -> str:
        return row.public_id

    @admin.display(description=_("status"))
    def standing(self, row: Any) -> str:
        now = status(row.status_code, row.kind)
        if now.provisional:
            return _("%(status)s, not yet reviewed") % {"status": now.label}
        return str(now.label)

    @admin.display(description=_("for, against"))
    def for_and_against(self, row: Claim) -> str:
        return f"{row.for_count}, {row.against_count}"

    @admin.display(description=_("origins"))
    def origins(self, row: Claim) -> str:
        if row.origins_low == row.origins_high:
            return str(row.origins_low)
        return f"{row.origins_low}\N{EN DASH}{row.origins_high}"

    @admin.display(description=_("public"), boolean=True)
    def public(self, row: Claim) -> bool:
        return row.is_published

    @admin.display(description=_("go on"))
    def onward(self, row: Claim) -> str:
        here = {"claim__id__exact": row.pk}
        return format_html_join(
            " · ",
            "{}",
            [
                [link("claims_evidence_changelist", _("Its evidence"), **here)],
                [link("claims_evidence_add", _("Link evidence"), claim=row.pk)],
                [link("claims_verdict_changelist", _("Its verdicts"), **here)],
                [link("claims_verdict_add", _("Propose a verdict"), claim=row.pk)],
                [link("claims_claimlink_add", _("Relate it to a claim"), from_claim=row.pk)],
                [link("articles_event_changelist", _("Its history"), chain=self.chain_of(row))],
            ],
        )

    def run_add(self, *, by: User, typed: Typed) -> Claim:
        return intake.log_claim(by=by, **typed.values)

    def run_change(self, *, by: User, row: Claim, typed: Typed) -> Claim:
        return intake.edit_claim(by=by, claim=row, **typed.changed)


SHOWN = (
    *("public_id", "standing", "for_and_against", "origins", "onward"),
    *("logged", "logged_by", "published", "set_aside_because", "redaction_reason"),
)
