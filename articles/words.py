"""The words of a text, by sentence: what each is compared by, and when two are the same one."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby, islice

from articles.sentences import split

MOST = 100_000
"""Words that a text may have to be compared with another one while somebody waits for it."""
LONG_NAME = 4
"""Letters from which on a name may be known by its sound; shorter ones sound too much alike."""
REMEMBERED = 100
"""Letters of a word whose forms are worth remembering: a longer one is no word, and takes room."""

# Scripts written without spaces are taken letter by letter.
_WORD = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]"
    r"|[^\W_]+(?:['’ʼ‘][^\W_]+)*"  # noqa: RUF001
)
_LETTERS = re.compile(r"[^\W_ʼʹʺ]+")
_SOUNDS = (
    (re.compile("shch|sch|ch|kh|sh|h"), "h"),
    (re.compile("zh|dj|j"), "z"),
    (re.compile("ts|tz|cz|z|s"), "s"),
    (re.compile("ph"), "f"),
    (re.compile("[ckq]|x"), "k"),
    (re.compile("w"), "v"),
    (re.compile("[aeiouy]"), ""),
    (re.compile(r"(.)\1+"), r"\1"),
)

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Word:
    """A word, its code points, the place of its sentence, and what it is compared by."""

    start: int
    end: int
    text: str
    plain: str
    sound: str
    sentence: int
    paragraph: int


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a text; ``sentences`` are where each begins and ends, counted in words."""

    words: list[Word]
    sentences: list[tuple[int, int]]
    paragraphs: list[int]
    alone: list[bool]

    def kinds(self, known: Mapping[Key, int]) -> list[int]:
        """For each word the number by which its sentence is ``known``, else 0."""
        numbers = [known.get(self.key(n, by_sound=True), 0) for n in range(len(self.sentences))]
        return [numbers[word.sentence] for word in self.words]

    def key(self, sentence: int, *, by_sound: bool) -> Key:
        """What a sentence is compared by."""
        words = self.words[slice(*self.sentences[sentence])]
        return tuple(word.sound if by_sound else word.plain for word in words)


def too_many(text: str) -> bool:
    """Whether a text has more than ``MOST`` words; stops counting there."""
    return next(islice(_WORD.finditer(text), MOST, None), None) is not None


def words_of(text: str) -> Words:
    """Take a text apart. Sentences without a word are left out."""
    words: list[Word] = []
    sentences: list[tuple[int, int]] = []
    paragraphs: list[int] = []
    for span in split(text):
        first = len(words)
        for found in _WORD.finditer(text, span.start, span.end):
            plain, sound = _forms(found.group())
            place = (len(sentences), span.paragraph)
            words.append(Word(found.start(), found.end(), found.group(), plain, sound, *place))
        if len(words) > first:
            sentences.append((first, len(words)))
            paragraphs.append(span.paragraph)
    sizes = [len(list(group)) for _number, group in groupby(paragraphs)]
    alone = [size == 1 for size in sizes for _sentence in range(size)]
    return Words(words, sentences, paragraphs, alone)


def _forms(word: str) -> tuple[str, str]:
    """A word without case and accents, and how its consonants sound, whoever transcribed it."""
    return _known_forms(word) if len(word) <= REMEMBERED else _new_forms(word)


def _new_forms(word: str) -> tuple[str, str]:
    folded = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", word).casefold())
    plain = "".join(_LETTERS.findall("".join(c for c in folded if not unicodedata.combining(c))))
    if not plain.isascii() or not plain.isalpha():
        return plain or word, plain or word
    sound = plain
    for letters, one in _SOUNDS:
        sound = letters.sub(one, sound)
    return plain, sound if len(sound) > 1 else plain


_known_forms = lru_cache(maxsize=50_000)(_new_forms)


def same_word(one: Word, other: Word) -> bool:
    """Whether they differ by case and accents at most, or are a name in two transcriptions."""
    return one.plain == other.plain or same_name(one, other)


def same_name(one: Word, other: Word) -> bool:
    """Whether both are capitalised, not short, and sound alike: Bakhmut and Bakhmout."""
    return (
        one.sound == other.sound
        and min(len(one.plain), len(other.plain)) >= LONG_NAME
        and one.text[0].isupper()
        and other.text[0].isupper()
    )
