"""Reads several related files out of one ZIP archive, one at a time.

No name in an archive is ever used as a path: each member is unpacked into a temporary folder of
its own, under a name of ours, and only for as long as it is read.
"""

from __future__ import annotations

import errno
import shutil
import stat
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path, PurePosixPath
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo
from zlib import error as ZlibError  # noqa: N812 (as other exceptions are called)

from django.utils.translation import gettext as _

from claims.exchange.files import bounds, scratch
from claims.exchange.files.shapes import Blank, Record, Sheet, Unreadable
from claims.exchange.files.text import clean

BEGINNINGS = (b"PK\x03\x04", b"PK\x05\x06")
Read = Callable[[Path, str], list[Sheet]]
"""Reads the sheets of a file, by where it lies and what it is called."""

_OF_DOCUMENTS = frozenset(
    {
        *("[Content_Types].xml", "mimetype", "Index.zip", "Index/Document.iwa"),
        *("xl/workbook.bin", "word/document.xml", "ppt/presentation.xml"),
    }
)
_TABLES = (
    *(".csv", ".tsv", ".txt", ".xlsx", ".json", ".jsonl", ".ndjson", ".jsonld", ".html", ".htm"),
    ".zip",  # which is refused in words
)
_ABOUT = ("datapackage", "readme", "licence", "license", "sha256sums", "checkpoint")
_DUMP = frozenset({"checkpoint.json", "datapackage.json", "heads.csv"})
_END = struct.Struct("<4s4H2LH")
_END_SIGN, _WIDE_SIGN = b"PK\x05\x06", b"PK\x06\x07"
_WIDE_SIZE = 20
_LONGEST_COMMENT = 65_535
_SMALL = 1024 * 1024
_PIECE = 1024 * 1024
_BROKEN = (
    *(BadZipFile, ZlibError, struct.error, EOFError, NotImplementedError, RuntimeError),
    ValueError,
)


def is_archive(path: Path, name: str) -> bool:
    """Whether this is a ZIP archive that is no workbook or other document.

    One that can't be opened is what its ``name`` says. Raises ``Unreadable``.
    """
    with path.open("rb") as file:
        if not file.read(4).startswith(BEGINNINGS):
            return False
    called = PurePosixPath(name).suffix.casefold() == ".zip"
    if _directory_size(path) > bounds.MAX_DIRECTORY:
        if called:
            raise Unreadable(_too_much())
        return False
    try:
        with ZipFile(path) as archive:
            return not _OF_DOCUMENTS & set(archive.namelist())
    except _BROKEN:
        if called:
            raise Unreadable(_damaged()) from None
        return False


def sheets(path: Path, read: Read) -> list[Sheet]:
    """The sheets of the tables in an archive, in their order. Raises ``Unreadable``.

    What is about the tables, empty or of another kind is left out, and a note says so.
    """
    with ZipFile(path) as archive:
        members = [each for each in archive.infolist() if not _is_passed_over(each)]
        _vet(archive.infolist(), members)
    found: list[Sheet] = []
    left: list[str] = []
    for member in members:
        if not _is_table(member):
            left.append(_called(member))
            continue
        try:
            found.extend(_sheets_of(path, member, read))
        except Blank:
            left.append(_called(member))
        except Unreadable as reason:
            raise Unreadable(f"{_called(member)}: {reason}") from None
        if len(found) > bounds.MAX_SHEETS:
            raise Unreadable(_too_much())
    if not found:
        raise Unreadable(_("The archive holds no table with headings and rows."))
    if left:
        note = _("Other files in the archive are left out: %(names)s.")
        told = note % {"names": ", ".join(left[:20])}
        found[0] = replace(found[0], notes=(*found[0].notes, told))
    return found


def _vet(everything: list[ZipInfo], members: list[ZipInfo]) -> None:
    """Look at the directory before anything is unpacked. Raises ``Unreadable``."""
    if {each.filename for each in everything} >= _DUMP:
        raise Unreadable(
            _("This is a dump of a whole site. Restore it into an empty one: manage.py restore.")
        )
    if len(everything) > bounds.MAX_PARTS or len(members) > bounds.MAX_MEMBERS:
        raise Unreadable(_too_much())
    if sum(each.file_size for each in everything) > bounds.MAX_ARCHIVE:
        raise Unreadable(_too_much())
    for each in everything:
        if each.flag_bits & 1:
            raise Unreadable(_("The archive is protected by a password. Make one without."))
        if stat.S_ISLNK(each.external_attr >> 16):
            raise Unreadable(
                _("“%(name)s” in the archive is a link. Put the file itself there.")
                % {"name": _called(each)}
            )
        if each.file_size > max(_SMALL, bounds.MAX_RATIO * each.compress_size):
            raise Unreadable(_too_much())
        if each.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            raise Unreadable(
                _("The archive is compressed in a way that we don’t read. Make an ordinary ZIP.")
            )


def _sheets_of(path: Path, member: ZipInfo, read: Read) -> Iterator[Sheet]:
    """The sheets of one member, whose records come from a new copy each time they are read."""
    with _unpacked(path, member) as copy:
        found = read(copy, _called(member))
    stem = PurePosixPath(_called(member)).stem
    for number, sheet in enumerate(found):
        name = stem if len(found) == 1 else f"{stem}: {sheet.name}"
        yield replace(sheet, name=name, source=_records(path, member, read, number))


def _records(
    path: Path, member: ZipInfo, read: Read, number: int
) -> Callable[[], Iterator[Record]]:
    def records() -> Iterator[Record]:
        with _unpacked(path, member) as copy:
            yield from read(copy, _called(member))[number].records()

    return records


@contextmanager
def _unpacked(path: Path, member: ZipInfo) -> Iterator[Path]:
    """A copy of one member for as long as it is needed. It never grows beyond what was vetted."""
    with scratch.folder() as folder:
        copy = folder / "member"
        try:
            with (
                ZipFile(path) as archive,
                archive.open(member) as packed,
                copy.open("wb") as file,
            ):
                shutil.copyfileobj(packed, file, _PIECE)
        except _BROKEN:
            raise Unreadable(_damaged()) from None
        except OSError as fault:
            if fault.errno != errno.EINVAL:  # a place before the beginning
                raise
            raise Unreadable(_damaged()) from None
        yield copy


def _called(member: ZipInfo) -> str:
    """The last part of a member's name, to be shown."""
    return clean(PurePosixPath(member.filename.replace("\\", "/")).name)[:100]


def _is_passed_over(member: ZipInfo) -> bool:
    """Whether nobody put it there to be read: a folder, or what macOS adds."""
    added = member.filename.startswith("__MACOSX/") or _called(member).startswith(".")
    return member.is_dir() or added


def _is_table(member: ZipInfo) -> bool:
    name = PurePosixPath(_called(member).casefold())
    return name.suffix in _TABLES and not name.stem.startswith(_ABOUT) and member.file_size > 0


def _directory_size(path: Path) -> int:
    """How many bytes the directory of an archive claims to take: it is read as a whole.

    An archive whose directory is of the wide kind has more in it than we read.
    """
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - _END.size - _LONGEST_COMMENT - _WIDE_SIZE))
        tail = file.read()
    place = len(tail) - _END.size
    if place < 0 or tail[place : place + 4] != _END_SIGN or tail[-2:] != b"\0\0":
        place = tail.rfind(_END_SIGN)
    if place < 0 or place + _END.size > len(tail):
        return 0
    if tail[max(0, place - _WIDE_SIZE) : place][:4] == _WIDE_SIGN:
        return bounds.MAX_DIRECTORY + 1
    return int(_END.unpack_from(tail, place)[5])


def _too_much() -> str:
    return _(
        "The archive holds more than we read, once it is unpacked. Divide it, or upload the files "
        "in it."
    )


def _damaged() -> str:
    return _("The archive is damaged. Make it anew, or upload the files in it.")
