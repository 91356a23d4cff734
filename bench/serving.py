"""The whole site on a data folder of its own, watched from outside: its memory and its answers."""

from __future__ import annotations

import http.client
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from urllib.parse import urlencode

from bench.throwaway import ROOT

STARTS = 180.0
"""Seconds that the site may take to start."""
SAMPLE = 0.05
PROBE = 0.5
MB = 1024 * 1024
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
CLAIM = re.compile(r'href="(/claims/\d+-[^"/]*/)"')
ACCOUNT = re.compile(r"^\s*editor\s+(\S+)$", re.MULTILINE)


@contextmanager
def site() -> Iterator[Site]:
    """Serve the site on a free port, on an empty data folder; all of it is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="sayso-bench-"))
    folder.chmod(0o711)  # as root the database runs under another account, which must get in
    uploads = folder / "tmp"
    uploads.mkdir(mode=0o700)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        **{name: value for name, value in os.environ.items() if name != "DATABASE_URL"},
        "DATA_DIR": str(folder),
        "TMPDIR": str(uploads),
        "PORT": str(port),
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "config.serve"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield Site(process, folder, port)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        shutil.rmtree(folder, ignore_errors=True)


class Site:
    """A running site, and an editor who is signed in."""

    def __init__(self, process: subprocess.Popen[bytes], folder: Path, port: int) -> None:
        self.process, self.folder, self.port = process, folder, port
        self.cookies: dict[str, str] = {}
        self._wait()
        claim = CLAIM.search(self.get("/claims/")[1])  # as a visitor: one that is published
        assert claim is not None
        self.probed = ("/healthz", claim[1])
        account = ACCOUNT.search((folder / "demo-accounts.txt").read_text(encoding="utf-8"))
        assert account is not None
        self.send("/accounts/login/", {"username": "editor", "password": account[1]})

    def _wait(self) -> None:
        begun = time.monotonic()
        while self.process.poll() is None and time.monotonic() - begun < STARTS:
            try:
                if self.get("/readyz")[0] == 200:
                    return
            except OSError:
                time.sleep(0.2)
        raise SystemExit("The site did not start.")

    def get(self, path: str) -> tuple[int, str]:
        """The status and the text of a page."""
        status, _to, text = self.ask("GET", path)
        return status, text

    def send(self, path: str, fields: Mapping[str, str]) -> tuple[int, str, str]:
        """Send a form; the status, where it leads, and the text."""
        page = path if path.startswith("/accounts/") else "/desk/import/"
        body = urlencode({**fields, "csrfmiddlewaretoken": self.token(page)}).encode()
        return self.ask("POST", path, [body], len(body), "application/x-www-form-urlencoded")

    def token(self, path: str) -> str:
        found = TOKEN.search(self.get(path)[1])
        return found[1] if found else ""

    def upload(self, name: str, size: int, content: Iterable[bytes]) -> tuple[int, str, str]:
        """Send a file as the first step of an import does, a piece at a time."""
        first = (
            '--bench\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n'
            f"{self.token('/desk/import/')}\r\n--bench\r\nContent-Disposition: form-data; "
            f'name="file"; filename="{name}"\r\nContent-Type: text/csv\r\n\r\n'
        ).encode()
        last = b"\r\n--bench--\r\n"
        length = len(first) + size + len(last)
        kind = "multipart/form-data; boundary=bench"
        return self.ask("POST", "/desk/import/", (first, *content, last), length, kind)

    def ask(
        self, method: str, path: str, body: Iterable[bytes] = (), length: int = 0, kind: str = ""
    ) -> tuple[int, str, str]:
        """The status, where it leads, and the text."""
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)
        link.putrequest(method, path)
        if self.cookies:
            told = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
            link.putheader("Cookie", told)
        if method == "POST":
            link.putheader("Content-Type", kind)
            link.putheader("Content-Length", str(length))
        link.endheaders()
        for piece in body:
            try:
                link.send(piece)
            except ConnectionError:
                break  # it has answered before all was sent
        response = link.getresponse()
        for cookie in response.headers.get_all("Set-Cookie", []):
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        text = response.read().decode("utf-8", "replace")
        to = response.headers.get("Location", "")
        link.close()
        return response.status, to, text


class Watch:
    """Samples the memory of all processes of a site, and asks it for pages, until it is left."""

    def __init__(self, served: Site) -> None:
        self.served = served
        self.before = memory(served.process.pid)
        self.peaks = dict(self.before)
        self.slowest = 0.0
        self.bad = 0
        self._ended = Event()
        self._threads = [Thread(target=self._sample), Thread(target=self._probe)]

    def __enter__(self) -> Watch:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join()

    def growth(self, role: str) -> int:
        """By how many bytes a process grew at most; of one that wasn't there, all it had."""
        return self.peaks.get(role, 0) - self.before.get(role, 0)

    def _sample(self) -> None:
        while not self._ended.wait(SAMPLE):
            for role, size in memory(self.served.process.pid).items():
                self.peaks[role] = max(self.peaks.get(role, 0), size)

    def _probe(self) -> None:
        while not self._ended.wait(PROBE):
            for path in self.served.probed:
                begun = time.monotonic()
                try:
                    link = http.client.HTTPConnection("127.0.0.1", self.served.port, timeout=60)
                    link.request("GET", path)
                    self.bad += link.getresponse().status >= 400
                    link.close()
                except OSError:
                    self.bad += 1
                self.slowest = max(self.slowest, time.monotonic() - begun)


def memory(pid: int) -> dict[str, int]:
    """The bytes that each process below ``pid`` has for itself, by what it is for.

    The database's processes count together, without what they share. Linux only.
    """
    found: dict[str, int] = {}
    waiting = [pid]
    while waiting:
        one = waiting.pop()
        try:
            tasks = list(Path(f"/proc/{one}/task").iterdir())
            for task in tasks:
                waiting += map(int, (task / "children").read_text().split())
            command = Path(f"/proc/{one}/cmdline").read_bytes().decode("utf-8", "replace")
            status = Path(f"/proc/{one}/status").read_text()
        except OSError:
            continue
        role, key = _role(command, one == pid), "VmRSS"
        if role == "database":
            key = "RssAnon"
        size = re.search(rf"^{key}:\s+(\d+) kB", status, re.MULTILINE)
        held = int(size[1]) * 1024 if size else 0
        if role == "database":
            found[role] = found.get(role, 0) + held
        else:
            found[role] = max(found.get(role, 0), held)
    return found


def _role(command: str, first: bool) -> str:
    if "workbook_child" in command:
        return "child"
    if "manage.py" in command:
        return "worker"
    if "config.worker" in command:
        return "keeper"
    if "postgres" in command:
        return "database"
    return "master" if first else "web"


def disk(folder: Path) -> int:
    """The bytes of the files in a folder."""
    found = 0
    for path in folder.rglob("*"):
        try:
            found += path.stat().st_size if path.is_file() else 0
        except OSError:
            continue
    return found
