"""The claims whose quotations a newer text of their article lacks, or has in other words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import BigIntegerField, Case, F, OuterRef, Q, Subquery, Value, When
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from claims.choices import ClaimLinkKind
from claims.merges import survivors
from claims.models import Appearance, AppearanceQuerySet, Claim, ClaimLink, ClaimQuerySet

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def quoted_in_vain(claims: ClaimQuerySet, user: User) -> ClaimQuerySet:
    """Claims with such quotations, those of the claims that were merged into them included."""
    rows = Appearance.objects.to_repair()
    own = Q(evidence__claim=OuterRef("pk"))
    if kept := _kept_for_merged(rows):
        tops = [When(evidence__claim=gone, then=Value(top)) for gone, top in kept.items()]
        rows = rows.annotate(top=Case(*tops, output_field=BigIntegerField()))
        own |= Q(evidence__claim__in=[*kept], top=OuterRef("pk"))
    rows = rows.filter(own)
    held = claims.annotate(
        waits_since=Subquery(rows.values(at=F("newest_at"))[:1]),
        repair=Subquery(rows.values("pk")[:1]),
        repair_words=Subquery(rows.values("exact")[:1]),
        repair_lost=Subquery(rows.values(gone=F("is_lost"))[:1]),
    )
    return held.filter(repair__isnull=False).order_by("waits_since", "pk")


def _kept_for_merged(rows: AppearanceQuerySet) -> dict[int, int]:
    """The merged claims whose passages are among ``rows``, each with the one that is kept."""
    same = ClaimLink.objects.current().filter(kind=ClaimLinkKind.SAME_AS)
    gone = Case(
        When(survivor=F("from_claim"), then=F("to_claim")),
        default=F("from_claim"),
        output_field=BigIntegerField(),
    )
    merged = rows.filter(evidence__claim__in=same.values(gone=gone))
    ids = list(merged.order_by().values_list("evidence__claim", flat=True).distinct())
    return survivors(ids) if ids else {}


def what_is_lost(claim: Claim, user: User) -> str:
    words = {"words": Truncator(vars(claim)["repair_words"]).chars(120)}
    if vars(claim)["repair_lost"]:
        return _("Not in the newest text: “%(words)s”") % words
    return _("Other words now: “%(words)s”") % words


def repair_page(claim: Claim) -> str:
    return reverse("claims:repair_passage", args=[vars(claim)["repair"]])
