"""The reason that an act must give, where readers will see it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from articles.validators import require_storable
from claims.refusals import Refusal

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

LONGEST = 500  # characters, as the columns for reasons have them


def vetted(reason: str, *, rule: str, message: StrOrPromise, at: str = "reason") -> str:
    """``reason`` without white space around it.

    Raises ``Refusal`` with ``rule`` and ``message`` when nothing is said, ``ValidationError`` when
    it is too long or can't be stored; all of them at the field ``at``.
    """
    reason = reason.strip()
    if not reason:
        raise Refusal(rule, message, at)
    require_storable(**{at: reason})
    if len(reason) > LONGEST:
        too_long = _("Say it in at most %(count)d characters.") % {"count": LONGEST}
        raise Refusal("reason_too_long", too_long, at)
    return reason
