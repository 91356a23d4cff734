"""The working state of editors: forms sent once, drafts, who is here. Private, so without events.

It isn't part of the record: nobody else sees it, nothing rests on it, and it is deleted when it
is old (see docs/decisions). Actions all the same: by keyword, for somebody, all or nothing.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.clock import ClockTimestamp
from articles.models import Draft, Presence, Sending
from articles.models.working import MOST_KEPT
from articles.refusals import Refusal

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.contrib.messages.storage.base import Message

REMEMBERED = timedelta(days=2)
HERE = timedelta(seconds=60)
MOST_DRAFTS = 50
LONGEST_KEY = 300
PLACE = ("article", "start", "end", "reference", "as")
OF_THE_FORM = frozenset({"csrfmiddlewaretoken", "once", "whose", "draft"})
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


def is_signed(signed: str) -> bool:
    """Whether ``signed`` says that a form was printed for anybody at all."""
    try:
        return bool(Signer(salt="whose").unsign(signed))
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
    key = _sending_key(path, token)
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


def _sending_key(path: str, token: str) -> str:
    return hashlib.sha256(f"{path} {token}".encode()).hexdigest()


def key_of(path: str, asked: Mapping[str, Any]) -> str:
    """The address of a form with the passage it is about: one draft for each."""
    place = {name: str(asked[name])[:20] for name in PLACE if asked.get(name)}
    return f"{path[:200]}?{urlencode(place)}" if place else path[:200]


def is_key(key: str) -> bool:
    """Whether ``key`` is the address of a form of the desk, which a draft may be kept for."""
    return key.startswith("/desk/") and len(key) <= LONGEST_KEY and key.isprintable()


def typed_in(data: Mapping[str, Any]) -> dict[str, list[str]]:
    """What was typed, by the names of the controls, as PostgreSQL can hold it."""
    return {
        _storable(name): [_storable(str(value)) for value in values]
        for name, values in data.items()
        if name not in OF_THE_FORM and isinstance(values, list)
    }


def fits(typed: Mapping[str, list[str]]) -> bool:
    """Whether this isn't too much to be kept."""
    return len(json.dumps(typed)) <= MOST_KEPT


def _storable(text: str) -> str:
    return text.replace("\x00", "").encode("utf-8", "ignore").decode()


@transaction.atomic
def keep_draft(
    *, by: User, key: str, typed: Mapping[str, list[str]], whole: bool = True, token: str = ""
) -> Draft | None:
    """Keep what was typed; without ``whole`` only these controls have changed.

    ``None`` where that can't be: the rest isn't here (any more), or the form with ``token`` has
    been sent meanwhile. Raises ``Refusal`` for what is too long. The oldest drafts go.
    """
    held = Draft.objects.select_for_update().filter(by=by, key=key).first()
    path = key.partition("?")[0]
    sent = Sending.objects.filter(by=by, key=_sending_key(path, token)).exists()
    if sent or (held is None and not whole):
        return None
    data = {**(held.data if held is not None and not whole else {}), **typed}
    if not fits(data):
        raise Refusal("draft_too_long", _("This is too long to be kept as a draft."))
    now = {"data": data, "saved_at": ClockTimestamp()}
    draft, _new = Draft.objects.update_or_create(by=by, key=key, defaults=now)
    newest = Draft.objects.filter(by=by).order_by("-saved_at", "-pk").values_list("pk", flat=True)
    Draft.objects.filter(pk__in=list(newest[MOST_DRAFTS : MOST_DRAFTS + 100])).delete()
    draft.refresh_from_db()
    return draft


@transaction.atomic
def drop_draft(*, by: User, key: str) -> None:
    """Forget what was typed into a form."""
    Draft.objects.filter(by=by, key=key).delete()


@transaction.atomic
def be_here(*, by: User, key: str) -> None:
    """Say that somebody has a form open now; those who have left are forgotten."""
    Presence.objects.update_or_create(by=by, key=key, defaults={"at": ClockTimestamp()})
    old = Presence.objects.filter(by=by, at__lt=timezone.now() - REMEMBERED)
    old.delete()


def others_at(user: AbstractBaseUser, key: str) -> list[str]:
    """Who else has had this form open within the last minute, by name."""
    seen = Presence.objects.filter(key=key, at__gt=timezone.now() - HERE).exclude(by_id=user.pk)
    rows = seen.select_related("by").order_by("by__username")
    return [row.by.get_full_name() or row.by.get_username() for row in rows]
