"""JSON as RFC 8259 has it, lines of it, and lists of objects."""

import json
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from claims.exchange.files import Format, Record, Unreadable, json_stream, sheets
from claims.exchange.files.json_text import Malformed, parse
from tests.claims.exchange_files.reading import (
    DATA,
    needs_data,
    only,
    peak,
    reason,
    records,
    written,
)

TEXTS = st.text(st.characters(codec="utf-8"), max_size=9)
NUMBERS = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


@needs_data
def test_every_text_of_the_suite_is_judged_rightly() -> None:
    """Texts whose name begins with y must be read, with n refused, with i either."""
    suite = json.loads((DATA / "nasty/json-test-suite/parsing.json").read_text("utf-8"))
    wrong = []
    for case in suite:
        try:
            parse(case["input"].encode("utf-8", "surrogatepass"))
            read = True
        except Malformed:
            read = False
        if case["name"][0] == ("n" if read else "y"):
            wrong.append(case["name"])
    assert len(suite) == 318
    assert wrong == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"NaN", "“NaN” is no number in JSON."),
        (b"[-Infinity]", "“-Infinity” is no number in JSON."),
        (b'"\\ud800"', "A character is written by half (a lone surrogate)."),
        (b'"\xff"', "This is not in UTF-8."),
        (b"[" * 100_000, "This is nested more than 100 deep."),
        (b'{"a":' * 100_000, "This is nested more than 100 deep."),
        (b"[1,]", "This is no JSON: Expecting value, at character 4."),
        (b"", "This is no JSON: Expecting value, at character 1."),
    ],
)
def test_what_is_no_json_is_refused(text: bytes, said: str) -> None:
    with pytest.raises(Malformed) as refused:
        parse(text)
    assert str(refused.value) == said


def test_brackets_in_texts_are_not_nested() -> None:
    assert parse(json.dumps("[" * 1_000).encode()) == "[" * 1_000
    assert parse(b"[" * 100 + b"]" * 100) is not None
    assert parse(b'{"a":1,"a":2}') == {"a": 2}


@settings(deadline=None)
@given(VALUES)
def test_every_value_comes_back(value: Any) -> None:
    assert parse(json.dumps(value).encode()) == value
    assert parse(json.dumps(value, ensure_ascii=False, indent=1).encode()) == value


def test_lines_of_objects_are_a_table(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        '{"claim": "It rained", "source": {"name": "Jane", "kind": "person"}, "n": 1.50}\n'
        "\n"
        '{"claim": "It snowed", "tags": ["a", "b", null, 3], "ok": true, "none": null}\n'
        '{"claim": "Both", "tags": [{"a": 1e3}, [2]], "ok": false, "source": {}}\n',
    )
    sheet = only(path)
    assert sheet.format == Format.JSONL
    assert sheet.headings == (
        *("claim", "source.name", "source.kind", "n", "tags", "ok", "none", "source"),
    )
    assert list(sheet.records()) == [
        Record(1, ("It rained", "Jane", "person", "1.50", "", "", "", "")),
        Record(3, ("It snowed", "", "", "", "a; b; 3", "yes", "", "")),
        Record(4, ("Both", "", "", "", '[{"a": 1e3}, [2]]', "no", "", "")),
    ]


def test_malformed_lines_spoil_themselves_only(tmp_path: Path) -> None:
    deep = '{"a": ' * 100_000
    lines = [
        '{"a": "1"}',
        '{"a": NaN}',
        '{"a": 1, "a": 2}',
        '{"a": "\\ud800"}',
        '{"a": "\\u0000"}',
        "[1]",
        deep,
        '{"a": {"b": 1}, "a.b": 2}',
        '{"a": ',
        '{"a": "last"}',
    ]
    found = records(written(tmp_path, "\n".join(lines)))
    assert [each.line for each in found] == list(range(1, 11))
    assert [each.problem for each in found] == [
        "",
        "“NaN” is no number in JSON.",
        "The key “a” stands there twice.",
        "A character is written by half (a lone surrogate).",
        "A value holds characters that can’t be read or kept.",
        "This is no object with keys and values.",
        "This is nested more than 100 deep.",
        "The key “a.b” stands there twice.",
        "This is no JSON: Expecting value, at character 8.",
        "",
    ]


def test_list_of_objects_is_a_table(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        '[\n  {"claim": "It rained"},\n  {"claim": "It\n snowed"},\n  {"claim": nul},\n'
        '  {"claim": ["]", "}"]}, 7,\n  {"claim": "last"}\n]\n',
        "claims.json",
    )
    assert records(path) == [
        Record(2, ("It rained",)),
        Record(3, (), "This is no JSON: Invalid control character at, at character 14."),
        Record(5, (), "This is no JSON: Expecting value, at character 11."),
        Record(6, ("]; }",)),
        Record(6, (), "This is no object with keys and values."),
        Record(7, ("last",)),
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('[{"a": 1},\n{"a": 2', "What begins on line 2 doesn’t end, or is too long to be read."),
        ('[{"a": 1}\n', "The list breaks off on line 2."),
        ('[{"a": 1}]\nx', "Something stands behind the end."),
        ('[{"a": 1}\n{"b": [}', "There is no comma between two values."),
    ],
)
def test_what_breaks_off_keeps_what_came_before(tmp_path: Path, text: str, problem: str) -> None:
    first, second, *_others = records(written(tmp_path, text))
    assert first.cells[0] == "1"
    assert second.problem == problem


def test_object_over_many_lines_is_one_record(tmp_path: Path) -> None:
    path = written(tmp_path, json.dumps({"claim": "It rained", "n": 1}, indent=2))
    assert records(path) == [Record(1, ("It rained", "1"))]


def test_no_object_at_all_is_refused(tmp_path: Path) -> None:
    assert reason(written(tmp_path, '["a", "b"]', "a.json")) == (
        "Line 1: This is no object with keys and values."
    )
    assert reason(written(tmp_path, "[]", "a.json")) == "The file is empty."
    assert reason(written(tmp_path, "[" * 100_000, "a.json")) == (
        "Line 1: This is nested more than 100 deep."
    )


def test_too_many_keys_are_refused(tmp_path: Path) -> None:
    lines = "\n".join(json.dumps({f"key {n}": n}) for n in range(1_001))
    assert reason(written(tmp_path, lines)) == "The objects have more than 1,000 different keys."


def test_heading_in_brackets_is_no_json(tmp_path: Path) -> None:
    assert only(written(tmp_path, "[claim],[note]\na,b\n")).headings == ("[claim]", "[note]")


def test_pieces_of_any_size_are_put_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = json.dumps([{"a": f"x{n}", "b": [n, -1.5e10, {"c": None}]} for n in range(20)], indent=1)
    path = written(tmp_path, text.replace('"x7"', "x7"))
    whole = records(path)
    assert [each.problem != "" for each in whole] == [n == 7 for n in range(20)]
    for size in (1, 2, 3, 7, 50):
        monkeypatch.setattr(json_stream, "_PIECE", size)
        assert records(path) == whole


def test_memory_does_not_grow_with_the_list(tmp_path: Path) -> None:
    element = json.dumps({"claim": "It rained" * 20})
    few, many = (
        written(tmp_path, f"[{','.join([element] * count)}]", f"{count}.json")
        for count in (30_000, 60_000)
    )

    def needed(path: Path) -> int:
        return peak(lambda: sum(1 for _ in only(path).records()))

    assert needed(many) < needed(few) + 500_000


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from("abc"), VALUES, min_size=1), st.booleans())
def test_objects_are_records_whatever_they_hold(held: dict[str, Any], listed: bool) -> None:
    with TemporaryDirectory() as folder, suppress(Unreadable):
        text = json.dumps([held, held] if listed else held)
        for record in records(written(Path(folder), text)):
            assert record.line == 1


@settings(deadline=None)
@given(st.binary(max_size=200), st.sampled_from([b"{", b"[{", b'{"a":', b'[{"a":1},']))
def test_no_bytes_break_the_reader(raw: bytes, head: bytes) -> None:
    with TemporaryDirectory() as folder, suppress(Unreadable):
        path = written(Path(folder), head + raw)
        for sheet in sheets(path, "claims.json"):
            for record in sheet.records():
                assert record.problem or len(record.cells) == len(sheet.headings)


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (["a", "a"], "The object has the key “a” twice."),
        ([f"a{n}" for n in range(1_001)], "The object has more than 1,000 keys."),
    ],
)
def test_what_is_wrong_with_an_object_over_several_lines(
    tmp_path: Path, names: list[str], told: str
) -> None:
    members = ",\n".join(f'"{name}": 1' for name in names)
    path = written(tmp_path, f"{{\n{members}\n}}\n", "claims.json")
    (fault,) = [element.problem for element in json_stream.elements_of(path, "utf-8")]
    assert fault == told
