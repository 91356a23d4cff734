"""What an editor reads on a page of an import, and the form on it as the page printed it."""

from __future__ import annotations

from html.parser import HTMLParser

TOLD = {"notice": "", "error-summary": "", "sums": "", "remedy": "· ", "error-page": ""}
"""Classes of what tells something, and what is put before it."""
VOID = frozenset(["br", "hr", "img", "input", "link", "meta", "source", "wbr"])


class Page(HTMLParser):
    """The texts that tell something, and the values of the controls."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self.busy = False
        self._told: list[str] = []
        self._open: list[bool] = []
        self._select = ""
        self.feed(text)

    @property
    def told(self) -> str:
        """In one line."""
        return " ".join("".join(self._told).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.busy = self.busy or given.get("id") == "progress"
        self._control(tag, given)
        if tag in VOID:
            return
        classes = [name for name in given.get("class", "").split() if name in TOLD]
        self._told += [" ", *(TOLD[name] for name in classes)]
        inside = bool(classes) or tag == "h1" or any(self._open)
        self._open.append(inside and tag not in ("select", "option"))

    def handle_endtag(self, tag: str) -> None:
        if self._open and tag not in VOID:
            self._open.pop()
            self._told.append(" ")

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1]:
            self._told.append(data)

    def _control(self, tag: str, given: dict[str, str]) -> None:
        if tag == "select":
            self._select = given.get("name", "")
        elif tag == "option" and "selected" in given:
            self.fields[self._select] = given.get("value", "")
        elif tag == "input" and given.get("type", "text") in ("hidden", "text"):
            self.fields[given.get("name", "")] = given.get("value", "")
