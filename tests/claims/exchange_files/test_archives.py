"""Archives of several files: read one at a time, by no name of theirs, and within bounds."""

import io
import stat
import struct
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZipFile, ZipInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from claims.exchange.files import Format, Unreadable, bounds, sheets
from tests.claims.exchange_files.reading import peak, reason, written

CLAIMS, EVIDENCE = "claim,claim_id\nIt rained,a\n", "claim_id;source\na;Ada\n"
TOO_MUCH = (
    "The archive holds more than we read, once it is unpacked. Divide it, or upload the files in "
    "it."
)
DAMAGED = "The archive is damaged. Make it anew, or upload the files in it."


def packed(folder: Path, members: dict[str, bytes | str], name: str = "claims.zip") -> Path:
    path = folder / name
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for each, held in members.items():
            archive.writestr(each, held)
    return path


def workbook() -> bytes:
    book = Workbook()
    book.active.append(["claim"])
    book.active.append(["It hailed"])
    other = book.create_sheet("Second")
    other.append(["source"])
    other.append(["Bob"])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def test_each_file_is_a_sheet_under_its_own_name(tmp_path: Path) -> None:
    members = {
        "set/claims.csv": CLAIMS,
        "set/deep/evidence.tsv": EVIDENCE,
        "more.jsonl": '{"claim": "It snowed"}\n',
        "book.xlsx": workbook(),
    }
    found = sheets(packed(tmp_path, members), "claims.zip")
    assert [(sheet.name, sheet.format, sheet.encoding) for sheet in found] == [
        ("claims", Format.CSV, "utf-8"),
        ("evidence", Format.CSV, "utf-8"),
        ("more", Format.JSONL, "utf-8"),
        ("book: Sheet", Format.XLSX, ""),
        ("book: Second", Format.XLSX, ""),
    ]
    told = [[record.cells for record in sheet.records()] for sheet in found]
    assert told == [
        [("It rained", "a")],
        [("a", "Ada")],
        [("It snowed",)],
        [("It hailed",)],
        [("Bob",)],
    ]
    assert [list(sheet.records()) for sheet in found] == [list(sheet.records()) for sheet in found]


def test_what_is_about_the_tables_is_left_out_and_told(tmp_path: Path) -> None:
    members = {
        "datapackage.json": "{}",
        "README.txt": "Read me",
        "photo.png": b"\x89PNG",
        "claims.csv": CLAIMS,
        "empty.csv": "claim\n",
        "nothing.csv": "",
        "__MACOSX/._claims.csv": b"\0",
        ".DS_Store": b"\0",
        "folder/": "",
    }
    (sheet,) = sheets(packed(tmp_path, members), "claims.zip")
    (note,) = sheet.notes
    assert note == (
        "Other files in the archive are left out: datapackage.json, README.txt, photo.png, "
        "empty.csv, nothing.csv."
    )


def test_names_lead_nowhere(tmp_path: Path) -> None:
    names = ("../../up.csv", "/root.csv", "C:\\windows\\back.csv", "a\x00b.csv", "..csv")
    before = sorted(tmp_path.parent.rglob("*"))
    path = packed(tmp_path, dict.fromkeys(names, CLAIMS))
    found = sheets(path, "claims.zip")
    assert [len(list(sheet.records())) for sheet in found] == [1] * len(found)
    assert [sheet.name for sheet in found] == ["up", "root", "back"]
    assert sorted(tmp_path.parent.rglob("*")) == sorted([*before, path])


def test_nothing_stays_behind(tmp_path: Path) -> None:
    def copies() -> list[Path]:
        return sorted(Path(gettempdir()).glob("sayso-member-*"))

    before = copies()
    (sheet,) = sheets(packed(tmp_path, {"a.csv": "claim\n" + "It rained\n" * 9}), "a.zip")
    assert copies() == before
    records = sheet.records()
    next(records)
    records.close()
    assert copies() == before


def test_encoding_is_chosen_for_all_of_it(tmp_path: Path) -> None:
    path = packed(tmp_path, {"a.csv": "claim\nZażółć\n".encode("windows-1250")})
    (sheet,) = sheets(path, "a.zip", encoding="windows-1250")
    assert (sheet.encoding, [each.cells for each in sheet.records()]) == (
        "windows-1250",
        [("Zażółć",)],
    )


def test_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    inner = packed(tmp_path, {"claims.csv": CLAIMS}).read_bytes()
    for name in ("inner.zip", "inner.csv"):
        assert reason(packed(tmp_path, {"claims.csv": CLAIMS, name: inner})) == (
            f"{name}: This is a ZIP archive. Unpack it, and upload the files in it."
        )
    assert reason(packed(tmp_path, {"a.csv": CLAIMS, "b.csv": b"%PDF-1.4"})) == (
        "b.csv: This is a PDF document. Save its table as CSV (UTF-8) or XLSX."
    )


def test_archive_without_a_table(tmp_path: Path) -> None:
    told = "The archive holds no table with headings and rows."
    assert reason(packed(tmp_path, {})) == told
    assert reason(packed(tmp_path, {"a.png": b"x", "claims.csv": "claim\n"})) == told


def test_dump_is_for_another_command(tmp_path: Path) -> None:
    names = ("data/claim.csv", "heads.csv", "checkpoint.json", "datapackage.json")
    assert reason(packed(tmp_path, dict.fromkeys(names, CLAIMS))) == (
        "This is a dump of a whole site. Restore it into an empty one: manage.py restore."
    )


def test_archive_with_a_password(tmp_path: Path) -> None:
    path = packed(tmp_path, {"claims.csv": CLAIMS})
    raw = bytearray(path.read_bytes())
    place = raw.index(b"PK\x01\x02")
    raw[place + 8] |= 1
    path.write_bytes(raw)
    assert reason(path) == "The archive is protected by a password. Make one without."


def test_link_in_an_archive(tmp_path: Path) -> None:
    link = ZipInfo("claims.csv")
    link.create_system = 3
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    path = tmp_path / "claims.zip"
    with ZipFile(path, "w") as archive:
        archive.writestr(link, "/etc/passwd")
    assert reason(path) == "“claims.csv” in the archive is a link. Put the file itself there."


def test_other_ways_to_compress_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "claims.zip"
    with ZipFile(path, "w", ZIP_BZIP2) as archive:
        archive.writestr("claims.csv", CLAIMS)
    assert reason(path) == (
        "The archive is compressed in a way that we don’t read. Make an ordinary ZIP."
    )


def test_bomb_is_refused_by_its_directory(tmp_path: Path) -> None:
    assert reason(packed(tmp_path, {"a.csv": b"a" * 50_000_000})) == TOO_MUCH
    assert reason(packed(tmp_path, {f"{n}.csv": CLAIMS for n in range(101)})) == TOO_MUCH
    assert reason(packed(tmp_path, {f".{n}": "" for n in range(2_001)})) == TOO_MUCH


def test_all_files_together_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "MAX_ARCHIVE", 2 * len(CLAIMS))
    assert len(sheets(packed(tmp_path, {"a.csv": CLAIMS, "b.csv": CLAIMS}), "a.zip")) == 2
    assert reason(packed(tmp_path, dict.fromkeys(("a.csv", "b.csv", "c.csv"), CLAIMS))) == TOO_MUCH


def test_huge_directory_is_not_read(tmp_path: Path) -> None:
    members = {f"{'n' * 200}{n}.csv": "" for n in range(5_000)}
    path = packed(tmp_path, members)
    assert peak(lambda: reason(path)) < 2_000_000
    assert reason(path) == TOO_MUCH


def test_size_of_the_directory_is_looked_for_where_it_may_be(tmp_path: Path) -> None:
    path = packed(tmp_path, {"claims.csv": CLAIMS})
    raw = path.read_bytes()
    end = raw.rindex(b"PK\x05\x06")
    wide = b"PK\x06\x07" + bytes(16)
    path.write_bytes(raw[:end] + wide + raw[end:])
    assert reason(path) == TOO_MUCH
    comment = b"a comment"
    path.write_bytes(raw[:-2] + struct.pack("<H", len(comment)) + comment)
    assert len(sheets(path, "claims.zip")) == 1


def test_lie_about_the_size_of_a_file_is_damage(tmp_path: Path) -> None:
    path = packed(tmp_path, {"claims.csv": CLAIMS * 1_000})
    raw = bytearray(path.read_bytes())
    place = raw.index(b"PK\x01\x02")
    struct.pack_into("<L", raw, place + 24, 100)
    path.write_bytes(raw)
    assert reason(path) == f"claims.csv: {DAMAGED}"


@pytest.mark.parametrize("cut", [10, 60, 200])
def test_archive_that_breaks_off(tmp_path: Path, cut: int) -> None:
    path = packed(tmp_path, {"claims.csv": CLAIMS, "evidence.csv": EVIDENCE})
    path.write_bytes(path.read_bytes()[:-cut])
    assert reason(path) == DAMAGED


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    rows = "".join(f"It rained on day {n} of {n * n},{n}\n" for n in range(300_000))
    path = packed(tmp_path, {"claims.csv": "claim,day\n" + rows})
    (sheet,) = sheets(path, "claims.zip")
    assert peak(lambda: sum(1 for _ in sheet.records())) < 6_000_000


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 400), st.binary(min_size=1, max_size=8))
def test_no_bytes_break_the_archive(place: int, bytes_: bytes) -> None:
    with TemporaryDirectory() as folder, suppress(Unreadable):
        raw = packed(Path(folder), {"claims.csv": CLAIMS, "b.csv": EVIDENCE}).read_bytes()
        broken = raw[:place] + bytes_ + raw[place + len(bytes_) :]
        path = written(Path(folder), broken, "claims.zip")
        for sheet in sheets(path, path.name):
            list(sheet.records())
