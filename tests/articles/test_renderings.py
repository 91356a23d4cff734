"""The store of renderings: what it holds, what it lets go, when a rendering stands."""

import gzip
from datetime import date
from typing import Any

import pytest

from articles import renderings
from articles.renderings import Rendering, Store
from articles.still import Making

TODAY = date(2026, 3, 9)
PAGE = b"It rained. " * 100


def rendering(page: bytes = PAGE, tide: str = "7:7:", **given: Any) -> Rendering:
    return Rendering.of(page, {}, Making(TODAY, read=True, tide=tide, **given))


class Said:
    """Stands for the versions of what a page was made of; counts how often it is asked."""

    def __init__(self, same: bool) -> None:
        self.same, self.asked = same, 0

    def holds(self) -> bool:
        self.asked += 1
        return self.same


def test_rendering_is_kept_compressed_if_that_is_smaller() -> None:
    long, short = rendering(), rendering(b"short")
    assert (long.packed, gzip.decompress(long.body), len(long.body) < 100) == (True, PAGE, True)
    assert (short.packed, short.body) == (False, b"short")


def test_rendering_of_the_same_bytes_has_the_same_name() -> None:
    assert (rendering().body, rendering().etag) == (rendering().body, rendering().etag)
    assert rendering().etag != rendering(PAGE + b".").etag


def test_rendering_stands_without_asking_while_nothing_was_written() -> None:
    said = Said(same=False)
    assert rendering(unchanged=said).stands("7:7:", TODAY) is True
    assert said.asked == 0


@pytest.mark.parametrize("same", [True, False])
def test_rendering_stands_if_what_it_was_made_of_is_unchanged(same: bool) -> None:
    said = Said(same)
    made = rendering(unchanged=said)
    assert [made.stands("9:9:", TODAY) for _ in range(2)] == [same, same]
    assert (made.tide, said.asked) == (("9:9:", 1) if same else ("7:7:", 2))


def test_rendering_whose_making_is_unknown_falls_with_any_write() -> None:
    assert rendering().stands("9:9:", TODAY) is False


def test_rendering_falls_with_the_day() -> None:
    assert rendering(unchanged=Said(True)).stands("7:7:", date(2026, 3, 10)) is False


def test_rendering_grows_old(monkeypatch: pytest.MonkeyPatch) -> None:
    made = rendering(unchanged=Said(True))
    monkeypatch.setattr(renderings, "OLDEST", -1)
    assert made.stands("7:7:", TODAY) is False


def test_store_lets_the_least_used_go() -> None:
    size = rendering().size
    store = Store(room=3 * size)
    for name in "abc":
        store.put(name, rendering())
    store.get("a")
    store.put("d", rendering())
    assert ([name for name in "abcd" if store.get(name)], store.used) == (["a", "c", "d"], 3 * size)


def test_store_counts_entries_too() -> None:
    store = Store(room=10**9, most=2)
    for name in "abc":
        store.put(name, rendering())
    assert [name for name in "abc" if store.get(name)] == ["b", "c"]


def test_store_exchanges_a_rendering() -> None:
    store, other = Store(room=10**9), rendering(b"other")
    store.put("a", rendering())
    store.put("a", other)
    assert (store.get("a"), len(store), store.used) == (other, 1, other.size)


def test_store_keeps_nothing_larger_than_itself() -> None:
    store = Store(room=0)
    store.put("a", rendering())
    assert (store.get("a"), store.used) == (None, 0)
