"""The record of changes, to read: which act, on what, by whom, when."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from articles.admin.base import ReadOnlyAdmin
from articles.admin.shown import details_of, link, moment
from articles.models import Event

# Every verb that an action writes; a list here, because asking the table would read all of it.
VERBS = (
    "appearance.added",
    "appearance.carried",
    "appearance.checked",
    "appearance.redacted",
    "appearance.voided",
    "article.added",
    "article.captured",
    "article.edited",
    "challenge.closed",
    "claim.edited",
    "claim.logged",
    "claim.merged",
    "claim.published",
    "claim.redacted",
    "claim.related",
    "claim.set_aside",
    "claim.taken_up",
    "claim.unmerged",
    "claim.unrelated",
    "evidence.linked",
    "evidence.related",
    "evidence.unrelated",
    "evidence.voided",
    "match.decided",
    "outsideverdict.recorded",
    "outsideverdict.voided",
    "question.noted",
    "question.opened",
    "role.added",
    "role.edited",
    "snapshot.redacted",
    "source.added",
    "source.edited",
    "verdict.discarded",
    "verdict.proposed",
    "verdict.published",
    "verdict.revised",
    "verdict.taken_over",
)


class VerbFilter(admin.SimpleListFilter):
    """One kind of act."""

    title = _("act")
    parameter_name = "verb"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(verb, verb) for verb in VERBS]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Event]) -> QuerySet[Event]:
        return queryset.filter(verb=self.value()) if self.value() else queryset


@cache
def _pages() -> dict[str, str]:
    """Which page tells of a subject of that type."""
    pages = {}
    for app in ("articles", "claims"):
        for model in apps.get_app_config(app).get_models():
            if admin.site.is_registered(model):
                name = str(admin.site.get_model_admin(model).opts.model_name)
                pages[name] = f"{app}_{name}_change"
    return pages


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin[Event]):
    """Append-only, and the same for everybody: PostgreSQL refuses any change."""

    list_display = ["when", "verb", "subject", "of_claim", "by", "in_chain"]
    list_display_links = ["verb"]
    list_filter = [VerbFilter, "at"]
    list_select_related = ["by", "claim"]
    search_fields = ["chain"]
    search_help_text = _("A chain, such as claim/17 or source/5, or a claim, such as CL-17.")
    delete_note = _("The record of changes is append-only.")
    when = moment("at", _("at"))

    def get_fields(self, request: HttpRequest, obj: Event | None = None) -> list[Any]:
        told = ["verb", "subject", "of_claim", "by", "when", "details", "in_chain", "seq"]
        return [*told, "salt", "digest", "prev_hash", "hash"]

    def found(self, rows: QuerySet[Event], text: str) -> QuerySet[Event]:
        return rows.filter(chain=text.lower().replace("cl-", "claim/"))

    @admin.display(description=_("what"))
    def subject(self, row: Event) -> str:
        name = f"{row.subject_type} {row.subject_id}"
        page = _pages().get(row.subject_type)
        if page is None or row.verb == "verdict.discarded":
            return name
        return link(page, name, row.subject_id)

    @admin.display(description=_("claim"))
    def of_claim(self, row: Any) -> str | None:
        if row.claim is None:
            return None
        return link("claims_claim_change", row.claim.public_id, row.claim_id)

    @admin.display(description=_("chain"))
    def in_chain(self, row: Event) -> str:
        return link("articles_event_changelist", row.chain, chain=row.chain)

    @admin.display(description=_("details"))
    def details(self, row: Event) -> str:
        return details_of(row.payload)

    def chain_of(self, row: Event) -> str:
        return row.chain

    def events_of(self, row: Event) -> QuerySet[Event]:
        """The whole chain that the event is part of."""
        return Event.objects.filter(chain=row.chain).select_related("by").order_by("-seq")
