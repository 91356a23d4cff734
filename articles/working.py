"""The working state of editors: forms sent once, drafts, who is here. Private, so without events.

It isn't part of the record: nobody else sees it, nothing rests on it, and it is deleted when it
is old (see docs/decisions). Actions all the same: by keyword, for somebody, all or nothing.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.http import QueryDict
from django.utils import timezone

from articles.models import Sending

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.contrib.messages.storage.base import Message

REMEMBERED = timedelta(days=2)
OF_THE_FORM = frozenset({"csrfmiddlewaretoken", "once", "whose"})
_TOKEN = re.compile(r"[0-9a-f]{64}")


def new_token() -> str:
    """A token for one printing of a form."""
    return secrets.token_hex(32)


def token_in(data: Mapping[str, Any]) -> str:
    """The one-time token that was sent along; nothing where there is none."""
    token = str(data.get("once", ""))
    return token if _TOKEN.fullmatch(token) else ""


def whose(user: AbstractBaseUser) -> str:
    """Whose form it is, signed, to be asked when it comes back after the session has ended."""
    return Signer(salt="whose").sign(str(user.pk))


def is_of(user: AbstractBaseUser, signed: str) -> bool:
    """Whether ``signed`` says that a form was printed for ``user``."""
    try:
        return Signer(salt="whose").unsign(signed) == str(user.pk)
    except BadSignature:
        return False


def content_of(data: QueryDict) -> str:
    """The digest of what was typed into a form, to tell a form sent twice from another one."""
    typed = sorted((name, data.getlist(name)) for name in data if name not in OF_THE_FORM)
    return hashlib.sha256(repr(typed).encode("utf-8", "surrogatepass")).hexdigest()


@transaction.atomic
def begin_sending(*, by: User, path: str, token: str, content: str) -> tuple[Sending, bool]:
    """Say that a form is being sent now; returns the row, and whether it is the first time.

    Whoever comes second waits here until the first has ended: then finds where it led, or is the
    first after all. What is older than ``REMEMBERED`` goes.
    """
    old = Sending.objects.filter(by=by, at__lt=timezone.now() - REMEMBERED)
    gone = old.select_for_update(skip_locked=True).values_list("pk", flat=True)[:200]
    Sending.objects.filter(pk__in=list(gone)).delete()
    key = hashlib.sha256(f"{path} {token}".encode()).hexdigest()
    return Sending.objects.get_or_create(by=by, key=key, defaults={"content": content})


@transaction.atomic
def end_sending(*, by: User, sending: Sending, to: str = "", told: list[Message]) -> None:
    """Keep where a form led; one that led nowhere may be sent again."""
    if not to:
        Sending.objects.filter(by=by, pk=sending.pk).delete()
        return
    sending.to = to
    sending.told = told
    sending.save(update_fields=["to", "told"])
