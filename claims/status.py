"""What a claim's status is called, and which family of badge it wears."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

WITHDRAWN = "withdrawn"
AWAITING = "awaiting"
OVERDUE = "overdue"

# code: (family, icon, plain word, {kind of claim: its own word})
_WORDS: dict[str, tuple[str, str, StrOrPromise, dict[str, StrOrPromise]]] = {
    "supported": (
        "support",
        "check",
        _("Supported"),
        {"prediction": _("Came true"), "authenticity": _("Genuine")},
    ),
    "refuted": (
        "oppose",
        "cross",
        _("Refuted"),
        {"prediction": _("Did not happen"), "authenticity": _("Fabricated")},
    ),
    "conflicting": ("mixed", "half", _("Disputed"), {}),
    "insufficient": ("none", "ring", _("Unproven"), {}),
    "unresolvable": ("none", "ring", _("Can’t be settled"), {}),
    WITHDRAWN: ("none", "ring", pgettext_lazy("status", "Withdrawn"), {}),
    AWAITING: ("open", "clock", _("Awaiting outcome"), {}),
    OVERDUE: ("open", "clock", _("Overdue"), {}),
    "unsourced": ("none", "ring", _("Unsourced"), {}),
    "denied_only": ("none", "ring", _("Denied only"), {}),
    "single_origin": ("none", "ring", _("Single origin"), {}),
    "corroborated": ("support", "check", _("Corroborated"), {}),
    "contested": ("mixed", "half", _("Contested"), {}),
}
_COMPUTED = frozenset({"unsourced", "denied_only", "single_origin", "corroborated", "contested"})

CODES = tuple(_WORDS)


@dataclass(frozen=True, slots=True)
class Status:
    """One status as the badge prints it: icon, word and shape, never colour alone."""

    code: str
    family: str
    icon: str
    label: StrOrPromise
    provisional: bool
    """Computed from the evidence and not yet reviewed by a person."""


def status(code: str, kind: str = "") -> Status:
    """The status for ``code``, in the words that fit the kind of claim.

    Raises ``KeyError`` for a code that isn't in ``CODES``.
    """
    family, icon, word, by_kind = _WORDS[code]
    return Status(code, family, icon, by_kind.get(kind, word), code in _COMPUTED)
