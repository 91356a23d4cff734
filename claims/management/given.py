"""What a command is given: the account that acts, and a file; each fault in one line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.management import CommandError
from django.utils.translation import gettext as _

from articles.validators import storable

PIECE = 1024 * 1024


def person(username: str) -> User:
    """The account that acts. Raises ``CommandError``."""
    user = User.objects.filter(username=word("--by", username)).first()
    if user is None:
        raise CommandError(_("There is no account “%(name)s”.") % {"name": username})
    return user


def word(option: str, value: str) -> str:
    """``value``, when it can be stored at all. Raises ``CommandError``."""
    try:
        storable(value)
    except ValidationError as error:
        raise CommandError(f"{option}: {' '.join(error.messages)}") from None
    return value


def content(name: str, *, limit: int) -> bytes:
    """The bytes of a file of at most ``limit`` bytes. Raises ``CommandError``."""
    try:
        with Path(name).open("rb") as file:
            raw = file.read(limit + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise CommandError(
            _("%(name)s can’t be read: %(reason)s.") % {"name": name, "reason": reason}
        ) from None
    if len(raw) > limit:
        raise CommandError(
            _("%(name)s is larger than %(limit)d MB.")
            % {"name": name, "limit": limit // 1024 // 1024}
        )
    return raw


def pieces(name: str) -> Iterator[bytes]:
    """The bytes of a file of any size, some at a time. Raises ``CommandError``."""
    try:
        with Path(name).open("rb") as file:
            while piece := file.read(PIECE):
                yield piece
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise CommandError(
            _("%(name)s can’t be read: %(reason)s.") % {"name": name, "reason": reason}
        ) from None
