"""Fields of the upper floor: a claim by its number or words, a probability, a choice in words."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.forms import LookupField
from articles.forms.lookups import LookupWidget
from claims.matching.finding import find
from claims.models import Claim, ClaimQuerySet

_NUMBER = re.compile(r"(?:CL-)?([0-9]{1,18})|.*/claims/([0-9]{1,18})(?:[-/].*)?", re.IGNORECASE)


class ClaimField(LookupField[Claim]):
    """A claim, by its number (CL-17), its address, its very words, or words it shares."""

    longest = 1000
    default_error_messages = {
        "required": _("Name the claim: by its number, such as CL-17, or by its words."),
        "unknown": _("No claim has this number or just these words. Pick one, or search again."),
    }

    def __init__(self, **given: Any) -> None:
        attrs = {"autocomplete": "off", "spellcheck": "false"}
        super().__init__(widget=LookupWidget(attrs=attrs), **given)

    def rows(self) -> ClaimQuerySet:
        return Claim.objects.all()

    def named(self, text: str) -> list[Claim]:
        if found := _NUMBER.fullmatch(text):
            return list(self.rows().filter(pk=int(found[1] or found[2])))
        worded = self.rows().at_work().filter(text__iexact=" ".join(text.split()))
        return list(worded[:6])

    def similar(self, text: str) -> models.QuerySet[Claim]:
        best = find(text).best
        place = models.Func(models.Value(best), models.F("pk"), function="array_position")
        return Claim.objects.at_work().survivors().filter(pk__in=best).order_by(place)

    def told(self, row: Claim) -> str:
        return f"{row.public_id} · {row.text}"


class ProbabilityField(forms.DecimalField):
    """A probability from 0 to 1, also written as a percentage."""

    def __init__(self, **given: Any) -> None:
        given = {"required": False, "min_value": 0, "max_value": 1, "decimal_places": 3, **given}
        super().__init__(**given)
        self.widget = forms.TextInput(attrs={"inputmode": "decimal", "size": 6})

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        text = str(value or "").strip().replace(",", ".")
        if not text.endswith("%"):
            return super().to_python(text)
        percent = super().to_python(text.removesuffix("%").strip())
        return None if percent is None else percent / 100
