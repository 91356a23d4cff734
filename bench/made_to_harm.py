"""Files that were made to keep an importer busy, or to fill its memory; see hostile.py."""

from __future__ import annotations

import io
import json
import os
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass

MB = 1024 * 1024
GB = 1024 * MB

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
HEADED = '<row r="1"><c r="A1" t="inlineStr"><is><t>claim</t></is></c></row>'
TWO = '<row r="2"><c r="A2" t="inlineStr"><is><t>It rained</t></is></c></row>'


@dataclass(frozen=True)
class Hostile:
    """One file: its bytes, piece by piece, and how many there are."""

    name: str
    size: int
    content: Callable[[], Iterator[bytes]]


def files(*, large: int) -> list[Hostile]:
    """All of them; ``large`` are the bytes of the largest one that is not refused by its size."""
    return [
        held("nothing.csv", b""),
        held("nul.csv", b"claim,source\nIt\0 rained,Ada\nIt snowed,Ada\n"),
        held("zeros.csv", bytes(10 * MB)),
        held(
            "surrogate.csv", b"claim,source\nIt \xed\xa0\x80 rained,Ada\nIl neigea \xc3\xa9,Ada\n"
        ),
        held("mixed.csv", "claim\nШёл снег\n".encode() + "Шёл дождь\n".encode("windows-1251")),
        held("twice.csv", b"claim,claim,source\nIt rained,It snowed,Ada\n"),
        held("pdf.xlsx", b"%PDF-1.7\n" + os.urandom(1_000)),
        held("table.xlsx", b"claim,source\nIt rained,Ada\n"),
        held("dates.csv", b"claim,stated\nIt rained,0000-00-00\nIt snowed,2023-02-30\n"),
        held("columns.csv", b"a," * 1_000_000 + b"\n" + b"1," * 1_000_000 + b"\n"),
        held("wide.csv", b"claim,source\n" + b"x," * 400_000 + b"\nIt rained,Ada\n"),
        _of("line.csv", b"claim\n", b"x" * MB, 200, b"\nIt rained\n"),
        _of("headings.csv", b"", b"x" * MB, 200, b"\nIt rained\n"),
        _of("quotes.csv", b"a,b,c\n1,2,3\n", b'x",""",y\n' * 20_000, 5, b""),
        _of("cells.csv", b"claim\n", (b'"' + b"x" * 199_000 + b'"\n') * 5, 100, b""),
        held("deep.json", b'[{"claim": ' + b"[" * 100_000 + b"]" * 100_000 + b"}]"),
        held("deeper.jsonl", b'{"claim":' * 100_000 + b"1" + b"}" * 100_000),
        _of("text.json", b'[{"claim": "', b"x" * MB, 200, b'"}]'),
        _of("open.json", b"[" + b'{"claim": "It rained"}', b" " * MB, 100, b""),
        held("keys.jsonl", json.dumps({f"key {n}": 1 for n in range(100_000)}).encode()),
        _of("page.html", b"<html><script>", b"<!-- " + b"x" * MB + b" -->", 60, b"</html>"),
        held("far.xlsx", _book(HEADED + TWO + _cell("XFD20000"))),
        held("lone.xlsx", _book(_cell("XFD20000"))),
        held("merged.xlsx", _book(HEADED + TWO, around=_MERGED)),
        held("strings.xlsx", _book(strings="x" * (100 * MB))),
        held("noise.xlsx", _book(strings=os.urandom(8_000).hex() * 8_000)),
        held("laughs.xlsx", _book(_LAUGH, before=_laughs())),
        held("sheets.xlsx", _many(1_900)),
        held("hole.zip", _zip({"a": "x" * (100 * MB)})),
        _of("large.csv", b"claim,source\n", _rows(), large // MB, b""),
        _of("larger.csv", b"claim\n", b"It rained\n" * (MB // 10), 2_200, b""),
    ]


def held(name: str, raw: bytes) -> Hostile:
    """A small file."""
    return Hostile(name, len(raw), lambda: iter([raw]))


def _of(name: str, first: bytes, again: bytes, times: int, last: bytes) -> Hostile:
    def content() -> Iterator[bytes]:
        yield first
        for _time in range(times):
            yield again
        yield last

    return Hostile(name, len(first) + len(again) * times + len(last), content)


def _rows() -> bytes:
    """One megabyte of long rows: reading them is what is tried, not how many they are."""
    return (b"It rained " * 19_000 + b",Ada\n") * 5


def _cell(place: str) -> str:
    return f'<row r="{place[3:]}"><c r="{place}"><v>1</v></c></row>'


_MERGED = '<mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>'
_LAUGH = '<row r="1"><c r="A1" t="inlineStr"><is><t>&l11;</t></is></c></row>'


def _laughs() -> str:
    told = (
        f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' if n else '<!ENTITY l0 "laugh">' for n in range(12)
    )
    return f"<!DOCTYPE worksheet [{''.join(told)}]>"


def _many(sheets: int) -> bytes:
    told = "".join(f'<sheet name="S{n}" sheetId="{n}" r:id="rId1"/>' for n in range(1, sheets))
    return _book(HEADED + TWO, sheets=told)


def _book(
    rows: str = HEADED,
    *,
    around: str = "",
    before: str = "",
    strings: str = "",
    sheets: str = '<sheet name="One" sheetId="1" r:id="rId1"/>',
) -> bytes:
    """A workbook of one part with rows, by hand."""
    text = f"<si><t>{strings}</t></si>" if strings else ""
    return _zip(
        {
            "[Content_Types].xml": (
                f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType='
                '"application/vnd.openxmlformats-package.relationships+xml"/>'
                f'<Override PartName="/xl/workbook.xml" ContentType="{TYPE}.sheet.main+xml"/>'
                f'<Override PartName="/xl/sheet1.xml" ContentType="{TYPE}.worksheet+xml"/>'
                f'<Override PartName="/xl/sharedStrings.xml" ContentType="{TYPE}'
                '.sharedStrings+xml"/></Types>'
            ),
            "xl/workbook.xml": (
                f'<workbook xmlns="{MAIN}" xmlns:r="{RELS}"><sheets>{sheets}</sheets></workbook>'
            ),
            "xl/_rels/workbook.xml.rels": (
                f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
                f'Type="{RELS}/worksheet" Target="sheet1.xml"/></Relationships>'
            ),
            "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{text}</sst>',
            "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"/>',
            "xl/sheet1.xml": (
                f'{before}<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData>{around}'
                "</worksheet>"
            ),
        }
    )


def _zip(parts: dict[str, str]) -> bytes:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return raw.getvalue()
