"""Answers readers from what was rendered before, as long as that is what would be rendered now."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import BoundedSemaphore

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import get_language_from_request

from articles.pages import MAKING
from articles.renderings import Rendering, Store
from articles.still import Making, tide
from config.middleware import is_private

Answer = Callable[[HttpRequest], HttpResponse]
Key = tuple[str, str, str, str, str]

# What an answer may vary on: the key has it, or it isn't kept at all.
_KNOWN = {"", "accept-encoding", "accept-language", "cookie", "hx-request", "hx-target"}
# What others hang on addresses to follow people around: no page of ours reads it.
_FOLLOWS = re.compile(r"utm_\w+|fbclid|gclid|msclkid|mc_[ce]id|igshid")
_TAKES_GZIP = re.compile(r"\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))")


# Pages that a process makes at once. More threads only take the interpreter from each other, and
# every page takes longer than if it had waited.
AT_ONCE = 1
# Seconds after which a page is made all the same: that before it may wait long for PostgreSQL.
LONGEST_TURN = 0.3

_turns = BoundedSemaphore(AT_ONCE)


def kept(get_response: Answer) -> Answer:
    """Keep what readers are shown, and show it again while it stands.

    It stands before sessions, languages and the like, which it has no need of: whoever has no
    cookie of ours is a reader.
    """
    store = Store(settings.KEPT_BYTES)

    def respond(request: HttpRequest) -> HttpResponse:
        if not _reads(request):
            return get_response(request)
        key = _key(request)
        if found := _standing(store, key):
            return _answer(request, found)
        with _in_turn() as waited:
            if waited and (found := _standing(store, key)):
                return _answer(request, found)
            request.META[MAKING] = making = Making()
            response = get_response(request)
            if not _is_for_everybody(response, making):
                return response
            made = Rendering.of(response.content, dict(response.headers), making)
            if making.tide and request.method == "GET":
                store.put(key, made)  # before the turn ends, so that the next one finds it
        return _answer(request, made)

    return respond


def _standing(store: Store, key: Key) -> Rendering | None:
    """What is kept and would be said again now."""
    found = store.get(key)
    stands = found is not None and found.stands(tide(), datetime.now(UTC).date())
    return found if stands else None


@contextmanager
def _in_turn() -> Iterator[bool]:
    """Tells whether it waited: somebody else may have made the very page meanwhile."""
    waited = not _turns.acquire(blocking=False)
    mine = not waited or _turns.acquire(timeout=LONGEST_TURN)
    try:
        yield waited
    finally:
        if mine:
            _turns.release()


def _reads(request: HttpRequest) -> bool:
    """Whether a reader asks for a whole page."""
    return (
        request.method in ("GET", "HEAD")
        and not is_private(request)
        and "HTTP_HX_REQUEST" not in request.META
    )


def _key(request: HttpRequest) -> Key:
    """What is asked for, written in one way; the view is asked in the same way."""
    try:
        host = request.get_host()
    except DisallowedHost:  # those further in say so
        host = ""
    query = "&".join(
        sorted(
            (pair for pair in request.META.get("QUERY_STRING", "").split("&") if _is_read(pair)),
            key=_name_of,
        )
    )
    request.META["QUERY_STRING"] = query
    return (
        request.scheme or "",
        host,
        request.path,
        query,
        get_language_from_request(request),
    )


def _name_of(pair: str) -> str:
    return pair.partition("=")[0]


def _is_read(pair: str) -> bool:
    return bool(pair) and not _FOLLOWS.fullmatch(_name_of(pair))


def _is_for_everybody(response: HttpResponse, making: Making) -> bool:
    """Whether it is a whole page of a reader's view that tells nobody anything of his own."""
    vary = {name.strip().lower() for name in response.headers.get("Vary", "").split(",")}
    return (
        making.read
        and response.status_code == 200
        and not response.streaming
        and not response.cookies
        and "no-store" not in response.headers.get("Cache-Control", "")
        and vary <= _KNOWN
    )


def _answer(request: HttpRequest, rendering: Rendering) -> HttpResponse:
    """The rendering as this reader takes it; only that it is unchanged, if he has it."""
    body, etag = rendering.body, f'"{rendering.etag}"'
    compressed = rendering.packed and bool(
        _TAKES_GZIP.search(request.META.get("HTTP_ACCEPT_ENCODING", ""))
    )
    if rendering.packed and not compressed:
        body = gzip.decompress(body)
    response = HttpResponse(body, headers=rendering.headers)
    if compressed:
        etag = f'"{rendering.etag}-gz"'
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Content-Length"] = str(len(body))
    response.headers["ETag"] = etag
    patch_vary_headers(response, ["Accept-Encoding"])
    return get_conditional_response(request, etag, None, response) or response
