"""Calls that find room beside them never ask the system for memory at each call."""

import resource
from collections.abc import Callable

import pytest

from articles.room import PLACES, with_room
from claims.exchange import walking
from config import wsgi

DEPTHS = range(0, 300, 4)  # beyond one piece of the stack
CALLS = 500


def ten_deep(left: int = 10) -> None:
    """A few frames, as a loop of a template calls them again and again."""
    if left:
        ten_deep(left - 1)


def loop() -> None:
    for _ in range(CALLS):
        ten_deep()


def below(depth: int, call: Callable[[], None]) -> None:
    """The call, so many frames further down."""
    if depth:
        below(depth - 1, call)
    else:
        call()


def faults(call: Callable[[], None]) -> int:
    """How often the system had to find memory for the call."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    call()
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before


def test_loop_never_asks_for_memory_at_each_call_however_deep_it_is_called() -> None:
    roomy = with_room(loop)
    assert max(faults(lambda depth=depth: below(depth, roomy)) for depth in DEPTHS) < CALLS / 2


def test_call_is_the_same() -> None:
    def divide(one: int, /, by: int) -> float:
        return one / by

    roomy = with_room(divide)
    assert (roomy(6, by=3), roomy.__name__) == (2, "divide")
    with pytest.raises(ZeroDivisionError):
        roomy(6, by=0)


@pytest.mark.parametrize("call", [wsgi.application, walking.work])
def test_pages_and_imports_have_room(call: Callable[..., object]) -> None:
    assert call.__code__.co_stacksize == PLACES
