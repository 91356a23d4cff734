"""What a reader says is wrong with a claim."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from claims.actions.receiving import receive_report
from claims.models import Challenge, Claim


class ReportForm(forms.Form):
    """The report. People never see ``website``: what fills it in is no person."""

    body = forms.CharField(
        label=gettext_lazy("What is wrong?"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy(
            "Say what should stand there instead, and where that can be read. Editors answer in "
            "public, on the page of the claim; your own words stay with them."
        ),
    )
    contact = forms.CharField(
        label=gettext_lazy("How to reach you"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("For questions of the editors only. It is never published."),
    )
    website = forms.CharField(label=gettext_lazy("Leave this empty"), required=False)

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            raise ValidationError(_("Leave this empty: it is there to catch machines."))
        return ""

    def submit(self, claim: Claim, sender: str) -> Challenge | None:
        """What came in; ``None`` where the form was refused."""
        if not self.is_valid():
            return None
        given = self.cleaned_data
        try:
            return receive_report(
                claim=claim, body=given["body"], contact=given["contact"], sender=sender
            )
        except ValidationError as error:
            found = error.error_dict if hasattr(error, "error_dict") else {"": error.error_list}
            for name, errors in found.items():
                self.add_error(name if name in self.fields else None, errors)
            return None
