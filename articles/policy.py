"""Who may do what: the one place that asks.

Roles are Django groups with permissions (see the migration that makes them). Views use these
functions to decide what to offer, actions to decide what to allow.
"""

from __future__ import annotations

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, PermissionsMixin, User
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from articles import moment

Reader = AbstractBaseUser | AnonymousUser


class NotAllowed(PermissionDenied):
    """The person lacks the permission for this act; answered with 403."""


def may(user: Reader, permission: str) -> bool:
    """Whether ``user`` holds ``permission``, such as ``"claims.publish_verdict"``.

    Nobody does anything in another moment: its pages show everybody what every reader saw then.
    """
    if moment.asked() is not None:
        return False
    return isinstance(user, PermissionsMixin) and user.is_active and user.has_perm(permission)


def sees_drafts(user: Reader) -> bool:
    """Whether ``user`` reads what isn't published yet."""
    return may(user, "claims.view_claim")


def require(user: User, permission: str) -> None:
    """Refuse an act to whoever lacks the permission.

    Raises ``NotAllowed``, whose message a page can show.
    """
    if not may(user, permission):
        raise NotAllowed(_("Your account may not do this. Ask a chief editor."))
