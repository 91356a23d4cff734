"""Reads pages in tests: a small tree of elements, found by tag, class or id."""

from collections.abc import Iterator
from html.parser import HTMLParser

VOID = {"meta", "link", "input", "br", "hr", "img", "use", "path"}


class Element:
    """One element; ``text`` is all that it says, with single spaces."""

    def __init__(self, tag: str, attrs: dict[str, str]) -> None:
        self.tag = tag
        self.attrs = attrs
        self.children: list[Element | str] = []

    def __getitem__(self, name: str) -> str:
        return self.attrs[name]

    @property
    def text(self) -> str:
        return " ".join("".join(self._words()).split())

    @property
    def raw(self) -> str:
        """The text with its white space as it is."""
        return "".join(self._words())

    def _words(self) -> Iterator[str]:
        for child in self.children:
            if isinstance(child, str):
                yield child
            else:
                yield from child._words()

    def all(self, selector: str) -> list["Element"]:
        """The elements below that fit ``tag``, ``.class``, ``#id`` or ``tag.class``, in order."""
        return [element for element in self._below() if element._fits(selector)]

    def one(self, selector: str) -> "Element":
        found = self.all(selector)
        assert len(found) == 1, f"{len(found)} elements fit {selector}"
        return found[0]

    def texts(self, selector: str) -> list[str]:
        return [element.text for element in self.all(selector)]

    def _below(self) -> Iterator["Element"]:
        for child in self.children:
            if isinstance(child, Element):
                yield child
                yield from child._below()

    def _fits(self, selector: str) -> bool:
        if selector.startswith("#"):
            return self.attrs.get("id") == selector[1:]
        tag, _, name = selector.partition(".")
        classes = self.attrs.get("class", "").split()
        return (not tag or self.tag == tag) and (not name or name in classes)


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("", {})
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        assert self.open[-1].tag == tag, f"</{tag}> closes <{self.open[-1].tag}>"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def read(html: bytes | str) -> Element:
    """The tree of a page. Fails where an element isn't closed where it should be."""
    builder = _Builder()
    builder.feed(html if isinstance(html, str) else html.decode())
    builder.close()
    assert builder.open == [builder.root], f"<{builder.open[-1].tag}> is never closed"
    return builder.root
