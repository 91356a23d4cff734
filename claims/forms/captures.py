"""The forms by which an article is captured again, and what was lost by it is repaired."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.utils.translation import gettext

from articles.anchoring import words_in
from articles.forms import ActionForm, TextForm
from articles.models import Article
from claims.actions.evidence import Passage, add_appearance
from claims.actions.recapture import Recapture, accept_passage, give_up_passage, recapture
from claims.choices import Basis
from claims.forms.links import ReasonForm
from claims.forms.places import PlaceFields, Spot
from claims.models import Appearance

if TYPE_CHECKING:
    from django.contrib.auth.models import User


class CaptureForm(TextForm, ActionForm[Recapture]):
    """Capture an article as it stands now; earlier captures stay."""

    def __init__(self, *args: Any, article: Article, **given: Any) -> None:
        super().__init__(*args, **given)
        self.article = article

    def clean(self) -> None:
        self.given = self.given_text()
        if self.given is None and not self.errors:
            self.add_error("text", gettext("Paste the text or choose a file."))

    def act(self, *, by: User) -> Recapture:
        assert self.given is not None
        text, method, raw = self.given.text, self.given.method, self.given.raw
        return recapture(by=by, article=self.article, text=text, method=method, raw=raw)


class RepairForm(PlaceFields, ActionForm[Appearance]):
    """Where a quotation stands in the newest text, as somebody has read it there."""

    folds: ClassVar = {"quotation": ("exact",)}

    def __init__(self, *args: Any, old: Appearance, spot: Spot, **given: Any) -> None:
        hedge = words_in(spot.text, old.hedge)
        given["initial"] = {"verbatim": old.verbatim, "hedge": hedge}
        super().__init__(*args, spot=spot, **given)
        self.old = old
        self.focus("hedge" if old.hedge and not hedge else "verbatim")

    def act(self, *, by: User) -> Appearance:
        where = self.where()
        assert isinstance(where, Passage)
        carried = self.old.basis == Basis.REVISION and self.old.via is not None
        passage = Passage(
            article=where.article,
            snapshot=where.snapshot,
            start=where.start,
            end=where.end,
            exact=where.exact,
            verbatim=where.verbatim,
            hedge=where.hedge,
            seen=where.seen,
            via=self.old.via if carried else self.old,
            basis=Basis.REVISION,
        )
        return add_appearance(by=by, evidence=self.old.evidence, passage=passage)


class GiveUpForm(ReasonForm[Appearance]):
    """Say that a quotation is gone from its article."""

    def take_back(self, by: User, reason: str) -> None:
        give_up_passage(by=by, appearance=self.row, reason=reason)


class AcceptForm(ActionForm[Appearance]):
    """Say that a quotation with other words was looked at."""

    def __init__(self, *args: Any, row: Appearance, **given: Any) -> None:
        super().__init__(*args, **given)
        self.row = row

    def act(self, *, by: User) -> Appearance:
        return accept_passage(by=by, appearance=self.row)
