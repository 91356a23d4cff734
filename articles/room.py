"""Room on Python's own stack for all that one call calls."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from types import FunctionType
from typing import ParamSpec, TypeVar, cast

P = ParamSpec("P")
R = TypeVar("R")

# Places in a frame, of eight bytes: 131 KB. The frame then gets a piece of 256 KB for itself, of
# which what it calls has the other half.
PLACES = 16_400


def with_room(call: Callable[P, R]) -> Callable[P, R]:
    """The same call, in a frame that takes so much that those below find room beside it.

    CPython holds its frames in pieces of 16 KB, and gives a piece back to the system as soon as the
    first frame in it ends. Where a loop happens to stand at the end of a piece, each call in it
    asks for memory and gives it back: a template took twice as long by nothing but how deep it was
    called. Python 3.14 keeps one piece (https://github.com/python/cpython/issues/142183).
    """

    @wraps(call)
    def roomy(*args: P.args, **kwargs: P.kwargs) -> R:
        return call(*args, **kwargs)

    function = cast("FunctionType", roomy)
    function.__code__ = function.__code__.replace(co_stacksize=PLACES)
    return roomy
