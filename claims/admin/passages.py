"""A place where evidence can be read, as the admin's forms take it: an article and exact words."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminTextareaWidget
from django.utils.translation import gettext_lazy as _

from articles.actions import tidy
from articles.admin.forms import ActionForm
from claims.actions.evidence import Passage
from claims.exchange.locating import NotThere, Repeated, locate
from claims.models import Appearance


class PassageForm(ActionForm):
    """An article, and the words to be found in its newest snapshot, at one place only."""

    class Meta:
        model = Appearance
        fields = ("article", "exact", "verbatim", "hedge", "basis", "seen")
        widgets = {"exact": AdminTextareaWidget(attrs={"rows": 3, "cols": 40})}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if "article" not in cleaned or "exact" not in cleaned:
            return cleaned
        exact = cleaned["exact"] = tidy(cleaned["exact"])
        if cleaned.get("hedge", "").casefold() not in exact.casefold():
            self.add_error("hedge", _("The hedge must be words of the quotation."))
        snapshot = cleaned["article"].snapshots.exclude(text="").order_by("-captured_at").first()
        cleaned["place"] = {"exact": exact}
        if snapshot is None or not exact:
            return cleaned  # known by reference only
        try:
            start = locate(snapshot.text, exact)
        except NotThere as missing:
            self.add_error("exact", _not_there(missing.likely))
        except Repeated as several:
            self.add_error("exact", _repeated(several.times))
        else:
            cleaned["place"] |= {"snapshot": snapshot, "start": start, "end": start + len(exact)}
        return cleaned


class FirstPassageForm(PassageForm):
    """One of the passages that come in with new evidence, from the origin outwards."""

    onward = forms.BooleanField(
        label=_("via the one above"),
        required=False,
        help_text=_("This article has it from the article above."),
    )


def passage_of(typed: dict[str, Any], via: int | Appearance | None) -> Passage:
    """What the action takes for what was typed."""
    return Passage(
        article=typed["article"],
        verbatim=typed["verbatim"],
        hedge=typed["hedge"],
        basis=typed["basis"],
        seen=typed["seen"],
        via=via,
        **typed["place"],
    )


def _not_there(likely: str) -> str:
    if likely:
        told = _("This is not in the article’s newest text, but this is: “%(likely)s”.")
        return str(told % {"likely": likely})
    return str(_("This is not in the article’s newest text. Copy the words exactly."))


def _repeated(times: int) -> str:
    told = _("The text has this at %(times)d places. Copy more words, so that it is one.")
    return str(told % {"times": times})
