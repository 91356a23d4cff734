"""Sentences that several pages share: who takes which stance, lists of names, people."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.contrib.auth.models import User
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from articles.models import Source
from claims.choices import ClaimLinkKind, EvidenceLinkKind, Scope, Stance
from claims.models import Claim, Evidence

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

MOST_NAMES = 3
# Whole quotations that begin and end with a pair of marks, none of which stands inside.
_QUOTED = re.compile('“([^“”]+)”|«([^«»]+)»|„([^„“”]+)[“”]|"([^"]+)"')

_SAID: dict[tuple[str, str], StrOrPromise] = {
    (Stance.ASSERTS, Scope.SAME): gettext_lazy("Asserted by %(source)s"),
    (Stance.ASSERTS, Scope.BROADER): gettext_lazy("Something broader asserted by %(source)s"),
    (Stance.ASSERTS, Scope.NARROWER): gettext_lazy("Something narrower asserted by %(source)s"),
    (Stance.DENIES, Scope.SAME): gettext_lazy("Denied by %(source)s"),
    (Stance.DENIES, Scope.BROADER): gettext_lazy("Something broader denied by %(source)s"),
    (Stance.DENIES, Scope.NARROWER): gettext_lazy("Something narrower denied by %(source)s"),
}
_FROM: dict[str, StrOrPromise] = {
    Stance.SUPPORTS: gettext_lazy("Supported, as we infer, by what came from %(source)s"),
    Stance.WEAKENS: gettext_lazy("Weakened, as we infer, by what came from %(source)s"),
    Stance.CONTEXT: gettext_lazy("Context from %(source)s"),
}

# How another scope than the same bears on this claim; standing.py counts by the same rule.
_SCOPES: dict[tuple[str, str], StrOrPromise] = {
    (Stance.ASSERTS, Scope.BROADER): gettext_lazy(
        "Asserts something broader, from which this does not follow"
    ),
    (Stance.ASSERTS, Scope.NARROWER): gettext_lazy(
        "Asserts something narrower, from which this follows"
    ),
    (Stance.DENIES, Scope.BROADER): gettext_lazy("Denies something broader, and this with it"),
    (Stance.DENIES, Scope.NARROWER): gettext_lazy("Denies something narrower, not this claim"),
}
_OTHER_SCOPES: dict[str, StrOrPromise] = {
    Scope.BROADER: gettext_lazy("Speaks about something broader"),
    Scope.NARROWER: gettext_lazy("Speaks about something narrower"),
}

# (relation, whether it leads from this claim to the other)
_RELATIONS: dict[tuple[str, bool], StrOrPromise] = {
    (ClaimLinkKind.ENTAILS, True): gettext_lazy("If this is true, so is"),
    (ClaimLinkKind.ENTAILS, False): gettext_lazy("Follows from"),
    (ClaimLinkKind.CONTRADICTS, True): gettext_lazy("Can’t be true together with"),
    (ClaimLinkKind.CONTRADICTS, False): gettext_lazy("Can’t be true together with"),
    (ClaimLinkKind.CONDITIONAL_ON, True): gettext_lazy("Holds only if"),
    (ClaimLinkKind.CONDITIONAL_ON, False): gettext_lazy("Is the condition for"),
    (ClaimLinkKind.SUPPORTS, True): gettext_lazy("Supports"),
    (ClaimLinkKind.SUPPORTS, False): gettext_lazy("Supported by"),
    (ClaimLinkKind.WEAKENS, True): gettext_lazy("Weakens"),
    (ClaimLinkKind.WEAKENS, False): gettext_lazy("Weakened by"),
    (ClaimLinkKind.SAME_AS, True): gettext_lazy("Merged into this claim"),
    (ClaimLinkKind.SAME_AS, False): gettext_lazy("Merged into this claim"),
}
_TIES: dict[tuple[str, bool], StrOrPromise] = {
    (EvidenceLinkKind.REPEATS, True): gettext_lazy("Repeats"),
    (EvidenceLinkKind.REPEATS, False): gettext_lazy("Repeated by"),
    (EvidenceLinkKind.RELIES_ON, True): gettext_lazy("Relies on"),
    (EvidenceLinkKind.RELIES_ON, False): gettext_lazy("Relied on by"),
    (EvidenceLinkKind.RESPONDS_TO, True): gettext_lazy("Responds to"),
    (EvidenceLinkKind.RESPONDS_TO, False): gettext_lazy("Answered by"),
    (EvidenceLinkKind.WITHDRAWS, True): gettext_lazy("Withdraws"),
    (EvidenceLinkKind.WITHDRAWS, False): gettext_lazy("Withdrawn by"),
}


def said(evidence: Evidence) -> str:
    """``Something narrower denied by Oleksii Reznikov``."""
    stance, scope = evidence.stance, evidence.scope
    return str(_SAID.get((stance, scope)) or _FROM[stance]) % {
        "source": isolated(evidence.source.name)
    }


def stance(evidence: Evidence) -> str:
    """``Denies something narrower``, for a list of what one source said."""
    if evidence.scope == Scope.SAME:
        return evidence.get_stance_display()
    return _("%(stance)s %(scope)s") % {
        "stance": evidence.get_stance_display(),
        "scope": evidence.get_scope_display().lower(),
    }


def scope_of(evidence: Evidence) -> str:
    """What the source spoke about, where that isn't this very claim; else empty."""
    if evidence.scope == Scope.SAME:
        return ""
    known = _SCOPES.get((evidence.stance, evidence.scope))
    return str(known or _OTHER_SCOPES[evidence.scope])


def relation(kind: str, *, outward: bool) -> str:
    """How this claim bears on the other one: ``Holds only if``."""
    return str(_RELATIONS[kind, outward])


def tie(kind: str, *, outward: bool) -> str:
    """How this evidence hangs on the other: ``Repeats``."""
    return str(_TIES[kind, outward])


def unquoted(exact: str) -> str:
    """``exact`` without quotation marks around the whole of it."""
    found = _QUOTED.fullmatch(exact)
    return exact if found is None else next(part for part in found.groups() if part).strip()


def is_marked(words: str) -> bool:
    """Whether ``words`` hold double quotation marks of any language."""
    return any(mark in words for mark in '“”„«»"')


def isolated(name: str) -> str:
    """``name`` as it can stand in a sentence of the interface, whichever way it is written."""
    if any(unicodedata.bidirectional(letter) in ("R", "AL") for letter in name):
        return f"\N{FIRST STRONG ISOLATE}{name}\N{POP DIRECTIONAL ISOLATE}"
    return name


def opened(sentence: str, source: Source) -> str:
    """``sentence`` with a capital where it opens with what an unnamed source is described as."""
    if source.is_unnamed and sentence.startswith(source.name):
        return sentence[:1].upper() + sentence[1:]
    return sentence


def names(all_names: Sequence[str]) -> str:
    """``A``, ``A and B``, ``A, B, C and 7 more``; each name once."""
    once = [isolated(name) for name in dict.fromkeys(all_names)]
    if len(once) > MOST_NAMES + 1:
        left = len(once) - MOST_NAMES
        text = ngettext("%(names)s and %(count)s more", "%(names)s and %(count)s more", left)
        return text % {"names": ", ".join(once[:MOST_NAMES]), "count": left}
    if len(once) > 1:
        return _("%(names)s and %(last)s") % {"names": ", ".join(once[:-1]), "last": once[-1]}
    return "".join(once)


def person(user: User) -> str:
    """The name that an editor answers with."""
    return user.get_full_name() or user.get_username()


def wording(claim: Claim) -> str:
    """The claim's sentence, or why it is gone."""
    if claim.text:
        return claim.text
    return _("[removed: %(reason)s]") % {"reason": claim.redaction_reason}
