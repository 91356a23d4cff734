"""A small load tool: so many connections that ask for one page again and again, without a pause."""

from __future__ import annotations

import socket
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

HOST = "127.0.0.1"
PATIENCE = 30  # seconds for one answer


@dataclass(frozen=True, slots=True)
class Page:
    """What is asked for, and which answer is the right one."""

    port: int
    path: str
    status: int = 200
    headers: tuple[tuple[str, str], ...] = (("Accept-Encoding", "gzip"),)

    def request(self) -> bytes:
        """The bytes that are sent."""
        lines = [f"GET {self.path} HTTP/1.1", f"Host: localhost:{self.port}"]
        lines += [f"{name}: {value}" for name, value in self.headers]
        return ("\r\n".join(lines) + "\r\n\r\n").encode("ascii")


@dataclass(slots=True)
class Run:
    """What came of asking for some seconds: milliseconds of each answer, bytes of one."""

    seconds: float = 0.0
    took: list[float] = field(default_factory=list)
    size: int = 0

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.took) / self.seconds

    def at(self, part: float) -> float:
        """The time within which this part of the answers came, in milliseconds."""
        ordered = sorted(self.took)
        return ordered[min(len(ordered) - 1, int(len(ordered) * part))]


class Asker:
    """One connection, kept open as long as the server keeps it."""

    def __init__(self, page: Page) -> None:
        self.page, self.request = page, page.request()
        self.wanted = f"HTTP/1.1 {page.status} ".encode("ascii")
        self.connection: socket.socket | None = None

    def ask(self) -> tuple[dict[str, str], bytes]:
        """One answer: its headers and its body. Raises ``RuntimeError`` for another status."""
        if self.connection is None:
            self.connection = socket.create_connection((HOST, self.page.port), PATIENCE)
            self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.connection.sendall(self.request)
        got = bytearray()
        while (end := got.find(b"\r\n\r\n")) < 0:
            got += self._more()
        if not got.startswith(self.wanted):
            raise RuntimeError(f"{self.page.path}: {bytes(got[:300])!r}")
        lines = bytes(got[:end]).decode("latin-1").split("\r\n")[1:]
        headers = {name.lower(): value for name, _, value in (x.partition(": ") for x in lines)}
        if headers.get("transfer-encoding") == "chunked":
            while not got.endswith(b"\r\n0\r\n\r\n"):
                got += self._more()
        elif self.page.status != 304:
            length = end + 4 + int(headers.get("content-length", "0"))
            while len(got) < length:
                got += self._more()
        if headers.get("connection") == "close":
            self.close()
        return headers, bytes(got[end + 4 :])

    def _more(self) -> bytes:
        assert self.connection is not None
        some = self.connection.recv(262_144)
        if not some:
            raise RuntimeError(f"{self.page.path}: the server hung up")
        return some

    def close(self) -> None:
        """Hang up."""
        if self.connection is not None:
            self.connection.close()
            self.connection = None


def once(page: Page) -> tuple[dict[str, str], bytes]:
    """One answer."""
    asker = Asker(page)
    try:
        return asker.ask()
    finally:
        asker.close()


def run(page: Page, *, seconds: float, connections: int) -> Run:
    """Ask for ``page`` over so many connections at once for about so many seconds."""
    begun = time.perf_counter()

    def asks() -> tuple[list[float], int]:
        asker, took, size = Asker(page), [], 0
        try:
            while (start := time.perf_counter()) - begun < seconds:
                _headers, body = asker.ask()
                took.append((time.perf_counter() - start) * 1000)
                size = len(body)
        finally:
            asker.close()
        return took, size

    with ThreadPoolExecutor(connections) as threads:
        answered = [threads.submit(asks) for _ in range(connections)]
        found = [one.result() for one in answered]
    whole = Run(time.perf_counter() - begun)
    for took, size in found:
        whole.took += took
        whole.size = max(whole.size, size)
    return whole


def median(values: Sequence[float]) -> float:
    """The middle one."""
    ordered = sorted(values)
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return (ordered[middle - 1] + ordered[middle]) / 2
