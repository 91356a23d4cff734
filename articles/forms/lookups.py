"""Fields that look up what is here by the words one would write, and ask when in doubt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from articles.models import Article
from articles.validators import storable

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

M = TypeVar("M", bound=models.Model)
MOST_PICKS = 6


@dataclass(frozen=True, slots=True)
class Typed:
    """What came in for one look-up: the words, what it is if new, and the row that was picked."""

    text: str = ""
    kind: str = ""
    pick: str = ""


class LookupWidget(forms.Widget):
    """A text input, with what it is if new and what it may mean beside it. Works without script."""

    template_name = "desk/widgets/lookup.html"

    def __init__(self, kinds: Sequence[tuple[str, StrOrPromise]] = (), **given: Any) -> None:
        super().__init__(**given)
        self.kinds = kinds
        self.picks: Sequence[tuple[str, str]] = ()
        self.asks: StrOrPromise = ""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Typed:
        return Typed(*(str(data.get(name + part, "")).strip() for part in ("", "_kind", "_pick")))

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in data and f"{name}_pick" not in data

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, None, attrs)
        given = value if isinstance(value, Typed) else Typed(text=str(value or ""))
        more = context["widget"]["attrs"]
        if more.pop("required", False):
            more["aria-required"] = "true"
        return context | {
            "given": given,
            "kinds": [(code, word, code == given.kind) for code, word in self.kinds],
            "picks": [(code, word, code == given.pick) for code, word in self.picks],
            "picked": any(code == given.pick for code, _word in self.picks),
            "asks": self.asks,
        }


class LookupField(forms.Field, Generic[M]):
    """The base of the look-ups. Words that name one row give that row; others raise a question.

    The question comes with what may be meant, to be picked on the next round.
    """

    widget: LookupWidget
    longest = 300
    default_error_messages = {
        "long": _("This is too long: %(most)s characters at most."),
        "gone": _("What was picked isn't here. Pick again."),
        "both": _("You picked “%(picked)s” and typed “%(typed)s”. Keep one of them."),
        "several": _("Which one is meant?"),
        "unknown": _("Nothing here is called “%(typed)s”."),
    }

    def rows(self) -> models.QuerySet[M]:
        """What may be meant at all."""
        raise NotImplementedError

    def named(self, text: str) -> list[M]:
        """The rows that ``text`` names exactly."""
        raise NotImplementedError

    def similar(self, text: str) -> models.QuerySet[M]:
        """The rows that somebody who typed ``text`` may mean."""
        raise NotImplementedError

    def told(self, row: M) -> str:
        """How one row is told from another."""
        return str(row)

    def new(self, typed: Typed) -> Any:
        """What isn't here yet, where the words and the form allow it; else ``None``."""
        return None

    def to_python(self, value: Any) -> Typed:
        return value if isinstance(value, Typed) else Typed(text=str(value or ""))

    def has_changed(self, initial: Any, data: Any) -> bool:
        typed = self.to_python(data)
        before = self.to_python(initial)
        return (typed.text, typed.kind, typed.pick) != (before.text, before.kind, before.pick)

    def clean(self, value: Any) -> Any:
        typed = self.to_python(value)
        for part in (typed.text, typed.kind, typed.pick):
            storable(part)
        if typed.pick:
            return self._picked(typed)
        if not typed.text:
            if self.required or typed.kind:
                raise ValidationError(self.error_messages["required"], code="required")
            return None
        if len(typed.text) > self.longest:
            raise self._error("long", most=self.longest)
        found = self.named(typed.text)
        made = self.new(typed)
        if made is not None:
            return self.one_of_that_kind(found, typed) or made
        if len(found) == 1 and self.is_certain(found[0], typed.text):
            return found[0]
        if found:
            self.offer(found)
            raise self._error("several", typed=typed.text)
        return self.not_here(typed)

    def is_certain(self, row: M, text: str) -> bool:
        """Whether exact words are enough to know that this row is meant."""
        return True

    def one_of_that_kind(self, found: list[M], typed: Typed) -> M | None:
        """What is here already and was called new."""
        return None

    def not_here(self, typed: Typed) -> Any:
        """What to do with words that name nothing; what was suggested before is not taken away."""
        if found := list(self.similar(typed.text)[:MOST_PICKS]):
            self.offer(found)
        raise self._error("unknown", typed=typed.text)

    def offer(self, rows: Sequence[M], asks: StrOrPromise = "") -> None:
        """Offer ``rows`` to be picked, none of them beforehand."""
        self.widget.picks = [(str(row.pk), self.told(row)) for row in rows]
        self.widget.asks = asks

    def _picked(self, typed: Typed) -> M:
        row = None
        if typed.pick.isascii() and typed.pick.isdigit() and len(typed.pick) < 19:
            row = self.rows().filter(pk=int(typed.pick)).first()
        if row is None:
            raise self._error("gone")
        self.offer([row])
        if typed.text and not self._may_mean(typed.text, row):
            raise self._error("both", picked=str(row), typed=typed.text)
        return row

    def _may_mean(self, text: str, row: M) -> bool:
        return row in self.named(text) or self.similar(text).filter(pk=row.pk).exists()

    def _error(self, code: str, **params: Any) -> ValidationError:
        return ValidationError(self.error_messages[code], code=code, params=params)


class ArticleField(LookupField[Article]):
    """A document, by its title or web address; other words are given back as they are.

    Words that name nothing may be the title of a document that isn't here: the form that has its
    publisher decides.
    """

    longest = 2000
    default_error_messages = {
        "required": _("Name the document."),
        "several": _("Several documents are called “%(typed)s”. Pick one."),
        "unknown": _(
            "No document here is called “%(typed)s”. Pick one, or say who published it to add it."
        ),
    }

    def __init__(self, **given: Any) -> None:
        super().__init__(
            widget=LookupWidget(attrs={"autocomplete": "off", "spellcheck": "false"}), **given
        )

    def rows(self) -> models.QuerySet[Article]:
        return Article.objects.select_related("publisher")

    def named(self, text: str) -> list[Article]:
        title = " ".join(text.split())
        return list(self.rows().filter(Q(url=text) | Q(title__iexact=title))[:MOST_PICKS])

    def similar(self, text: str) -> models.QuerySet[Article]:
        return self.rows().filter(pk__in=Article.objects.search(text).order_by().values("pk"))

    def told(self, row: Article) -> str:
        told = f"{row.title} · {row.publisher}"
        return f"{told} · {row.published.lower}" if row.published else told

    def not_here(self, typed: Typed) -> Any:
        self.offer(list(self.similar(typed.text)[:MOST_PICKS]))
        return " ".join(typed.text.split())
