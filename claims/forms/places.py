"""The forms for a place where something can be read: the passage, its exact words, the document."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from articles.forms import ActionForm, Kept, storable_text
from articles.models import Snapshot
from articles.newcomers import settle_article
from claims.actions.evidence import Passage, add_appearance
from claims.actions.passages import Hop
from claims.choices import Basis
from claims.forms.documents import DocumentForm
from claims.models import Appearance, Evidence
from claims.refusals import broken_rules

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.forms.boundfield import BoundField


_BETWEEN = re.compile(r"\s*(?:\[…\]|\[\.\.\.\]|…|\.\.\.)\s*")


@dataclass(frozen=True, slots=True)
class Spot:
    """A chosen stretch of one snapshot's text, in code points, ``end`` exclusive."""

    snapshot: Snapshot
    start: int
    end: int

    @property
    def text(self) -> str:
        return self.snapshot.text[self.start : self.end]


def _spans(passage: str, pieces: Sequence[str]) -> list[tuple[int, int]]:
    """Where ``pieces`` stand in ``passage``, one after the other; nothing where one doesn't."""
    spans: list[tuple[int, int]] = []
    for piece in pieces:
        start = passage.find(piece, spans[-1][1] if spans else 0) if piece else -1
        if start < 0:
            return []
        spans.append((start, start + len(piece)))
    return spans


class PlaceFields(forms.Form):
    """Where something can be read, and its exact words.

    With a spot these are all of the chosen passage, or some of it. Without one the document is
    known by reference, described by a form of its own, and the words, if any, are typed.
    """

    exact = storable_text(_("Exact words"), most=10_000, rows=3, required=False, serif=True)
    verbatim = forms.BooleanField(
        label=_("Verbatim"),
        required=False,
        help_text=_("The source's own words, not a paraphrase."),
    )
    hedge = storable_text(
        _("Hedge"),
        most=200,
        required=False,
        help_text=_("Words in the quotation that weaken it: “could”, “likely”."),
    )

    def __init__(
        self, *args: Any, spot: Spot | None = None, document: str = "", **given: Any
    ) -> None:
        super().__init__(*args, **given)
        self.spot = spot
        self._leave_other_texts()
        self.place: DocumentForm | None = None
        if spot is not None:
            self.initial.setdefault("exact", spot.text.strip())
        else:
            self.place = DocumentForm(
                self.data if self.is_bound else None,
                prefix="place",
                initial={"document": document},
                use_required_attribute=False,
            )

    def _leave_other_texts(self) -> None:
        """Take no draft for a passage that was typed beside another capture of the text."""
        beside = self.data.get("snapshot") if isinstance(self.data, Kept) else None
        if self.spot is not None and beside not in {None, str(self.spot.snapshot.pk)}:
            self.is_bound, self.data = False, {}

    def focus(self, name: str) -> None:
        """Let the first thing that is asked take the focus: the document, else the field ``name``.

        A form that comes back refused leaves it to the summary of what is wrong.
        """
        if not self.is_bound:
            first = self.place.fields["document"] if self.place else self.fields[name]
            first.widget.attrs["autofocus"] = True

    def __iter__(self) -> Iterator[BoundField]:
        """The fields of all that is asked, so that one summary has all errors."""
        if self.place is not None:
            yield from self.place
        yield from super().__iter__()

    def clean(self) -> None:
        quoted = Appearance(
            exact=self.cleaned_data.get("exact", ""), hedge=self.cleaned_data.get("hedge", "")
        )
        if "exact" in self.cleaned_data:
            for error in broken_rules(quoted, exclude={"known"}).get("hedge", ()):
                self.add_error("hedge", error)
        hedge = quoted.hedge.lower()
        if self.spot is not None and "exact" in self.cleaned_data and "hedge" not in self.errors:
            text = self.spot.text.lower()
            if not any(hedge in text[start:end] for start, end in self.spans):
                self.add_error("hedge", gettext("The hedge must stand in one of the pieces."))
        if self.place is not None and not self.place.is_valid():
            self.add_error(None, gettext("The document needs another look."))

    def clean_exact(self) -> str:
        """The words as they stand in the passage; every one of it where none were typed.

        A quotation in several pieces is written with … or […] between them: each piece is looked
        for after the one before it.
        """
        typed: str = self.cleaned_data["exact"].replace("\r\n", "\n").replace("\r", "\n")
        if self.spot is None:
            return typed
        passage = self.spot.text
        exact = unicodedata.normalize("NFC", typed) or passage.strip()
        self.spans = _spans(passage, [exact] if exact in passage else _BETWEEN.split(exact))
        if not self.spans:
            told = gettext("These words are not in the passage. Keep them exactly as they stand.")
        elif len(self.spans) == 1 and passage.count(exact) > 1:
            told = gettext("These words stand in the passage more than once. Quote a few more.")
        else:
            return exact
        raise ValidationError(told, code="misquoted")

    def where(self) -> Passage | Hop:
        """The place that was chosen or described."""
        given = self.cleaned_data
        if self.spot is None:
            assert self.place is not None
            return Hop(
                article=self.place.article(),
                exact=given["exact"],
                verbatim=given["verbatim"],
                hedge=given["hedge"],
                seen=self.place.cleaned_data["seen"],
            )
        return self._passage(*self.spans[0])

    def pieces(self) -> list[Passage]:
        """The further stretches of a quotation in several pieces."""
        return [] if self.spot is None else [self._passage(*span) for span in self.spans[1:]]

    def _passage(self, start: int, end: int) -> Passage:
        """One stretch of the chosen passage; the hedge goes with the stretch that holds it."""
        assert self.spot is not None
        exact, hedge = self.spot.text[start:end], self.cleaned_data["hedge"]
        return Passage(
            article=self.spot.snapshot.article,
            snapshot=self.spot.snapshot,
            start=self.spot.start + start,
            end=self.spot.start + end,
            exact=exact,
            verbatim=self.cleaned_data["verbatim"],
            hedge=hedge if hedge.lower() in exact.lower() else "",
            seen=True,
        )


class AppearanceForm(PlaceFields, ActionForm[Appearance]):
    """Another place where evidence can be read, by way of one that is known, or of none."""

    folds: ClassVar = {"quotation": ("exact",)}
    via = forms.ChoiceField(
        label=_("By way of"),
        required=False,
        help_text=_("The place from which this one took it."),
    )
    basis = forms.ChoiceField(
        label=_("How we know"),
        choices=[(Basis.CREDITED, Basis.CREDITED.label), (Basis.INFERRED, Basis.INFERRED.label)],
        initial=Basis.CREDITED,
    )

    def __init__(self, *args: Any, evidence: Evidence, **given: Any) -> None:
        super().__init__(*args, **given)
        self.evidence = evidence
        places = evidence.appearances.newest().select_related("article")
        self.focus("via")
        self.known = {str(row.pk): row for row in places}
        via = self.fields["via"]
        assert isinstance(via, forms.ChoiceField)
        via.choices = [
            ("", gettext("none: it stands on its own")),
            *((pk, str(row)) for pk, row in self.known.items()),
        ]

    def act(self, *, by: User) -> Appearance:
        where = self.where()
        if not isinstance(where, Passage):
            where = Passage(
                article=settle_article(by=by, article=where.article),
                exact=where.exact,
                verbatim=where.verbatim,
                hedge=where.hedge,
                seen=where.seen,
            )
        came = {
            "via": self.known.get(self.cleaned_data["via"]),
            "basis": self.cleaned_data["basis"],
        }
        first, *_more = [
            add_appearance(by=by, evidence=self.evidence, passage=replace(place, **came))
            for place in (where, *self.pieces())
        ]
        return first
