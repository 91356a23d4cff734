"""The benchmark of similar claims reads what people publish, whatever its shape."""

import gzip
import json
from pathlib import Path

import pytest

from bench.judged import judgements, texts

WANTED = {"1": "It rained", "b 2": "It snowed, at last"}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("plain.tsv", "1\tIt rained\nb 2\tIt snowed, at last\n"),
        ("headed.tsv", "\ufeffqid\tquery\r\n1\tIt rained\r\nb 2\tIt snowed, at last\r\n"),
        ("quoted.csv", 'id,text\n1,It rained\n"b 2","It snowed, at last"\n'),
        (
            "lines.jsonl",
            "".join(json.dumps({"_id": key, "text": text}) + "\n" for key, text in WANTED.items()),
        ),
        ("list.json", json.dumps([{"id": key, "claim": text} for key, text in WANTED.items()])),
        ("object.json", json.dumps(WANTED, indent=1)),
    ],
)
def test_texts_of_every_shape(tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8", newline="")
    (tmp_path / f"{name}.gz").write_bytes(gzip.compress(content.encode()))
    assert texts(tmp_path / name) == WANTED
    assert texts(tmp_path / f"{name}.gz") == WANTED


def test_texts_of_a_folder_of_single_claims(tmp_path: Path) -> None:
    for key, text in WANTED.items():
        held = {"vclaim_id": key, "vclaim": text, "title": text.upper()[:2], "author": "A"}
        (tmp_path / f"{key}.json").write_text(json.dumps(held), encoding="utf-8")
    found = texts(tmp_path)
    assert found.keys() == WANTED.keys()
    assert [key for key, text in WANTED.items() if text not in found[key]] == []


@pytest.mark.parametrize(
    "content",
    [
        "1 0 a 1\n1 0 b 0\n2 0 c 2\n",
        "1\t0\ta\t1\r\n2\t0\tc\t1\r\n",
        "query-id\tcorpus-id\tscore\n1\ta\t1\n2\tc\t1\n1\tb\t0\n",
        "1,a,1\n2,c,1\n",
    ],
)
def test_judgements_of_every_shape(tmp_path: Path, content: str) -> None:
    path = tmp_path / "qrels"
    path.write_text(content, encoding="utf-8", newline="")
    assert judgements(path) == {"1": {"a"}, "2": {"c"}}
