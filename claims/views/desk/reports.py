"""Readers' reports on a claim: read, and answered once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from articles.door import DeskRequest, desk, page, see, typed_beside
from claims.forms.reports import CloseReportForm
from claims.models import Challenge, Claim, Verdict
from claims.reading.rows import status_of


@dataclass(frozen=True, slots=True)
class Report:
    """One report, with the form that closes it where it is open."""

    challenge: Challenge
    form: CloseReportForm | None


@desk("claims.view_challenge", "GET", "HEAD")
def reports(request: DeskRequest, pk: int) -> HttpResponse:
    """What readers reported about a claim, open reports first, the oldest of them on top."""
    return _reports_page(request, _claim(request, pk))


@desk("claims.change_challenge")
def close_report(request: DeskRequest, pk: int) -> HttpResponse:
    """Answer one report and close it."""
    challenge = get_object_or_404(Challenge, pk=pk)
    claim = _claim(request, challenge.claim_id)
    if request.method != "POST":
        return see("claims:reports", claim.pk, anchor=f"report-{pk}")
    verdicts = list(claim.verdicts.published())
    form = CloseReportForm(request.POST, challenge=challenge, verdicts=verdicts)
    if (closed := form.submit(by=request.user)) is None:
        return _reports_page(request, claim, form)
    told = _("Report closed: %(outcome)s.") % {"outcome": closed.get_outcome_display()}
    messages.success(request, told)
    return see("claims:reports", claim.pk, anchor=f"report-{closed.pk}")


def _reports_page(
    request: DeskRequest, claim: Claim, refused: CloseReportForm | None = None
) -> HttpResponse:
    verdicts = list(claim.verdicts.published())
    rows = claim.challenges.select_related("answered_by")
    shown = [
        Report(row, None if row.closed_at else _form(request, row, verdicts))
        for row in rows.order_by(F("closed_at").desc(nulls_first=True), "received_at", "pk")
    ]
    if refused is not None:
        shown = [
            Report(row.challenge, refused) if row.challenge == refused.challenge else row
            for row in shown
        ]
    return page(
        request, "desk/reports.html", refused, claim=claim, badge=status_of(claim), reports=shown
    )


def _form(request: DeskRequest, row: Challenge, verdicts: Sequence[Verdict]) -> CloseReportForm:
    draft = typed_beside(request, reverse("claims:close_report", args=[row.pk]))
    return CloseReportForm(draft, challenge=row, verdicts=verdicts)


def _claim(request: DeskRequest, pk: int) -> Claim:
    return get_object_or_404(Claim.objects.visible_to(request.user).with_status(), pk=pk)
