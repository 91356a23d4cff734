"""Suggests which finding is meant by the label that another organisation gave a claim.

It never decides: the editor is asked for each label, and the answer is remembered.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from claims.choices import Finding

MAX_LABEL = 2_000
"""Code points of a label at which we look. Some are whole paragraphs that begin with a verdict."""

_TABLE = Path(__file__).with_name("verdict_labels.txt")
_MARKS = re.compile("[\u0300-\u036f]")
_ALIKE = str.maketrans({"\u0131": "i", "ł": "l", "ø": "o", "đ": "d", "’": "'", "\u200c": " "})
_GAPS = re.compile(r"[^\w\u0900-\u0dff]+|_+")
_NUMBERED = re.compile(r"\s*\d+\s*[\[(](.*)[\])]\s*", re.DOTALL)
_SENTENCE = re.compile(r"[.:!?…\n]|\s[-–—]\s")
_ASIDE = re.compile(r"[,;(\[/]")
_PARTS = re.compile(r"[,/&+]|\s(?:and|or|и|та|e|y|et|und|og|ve|dan)\s", re.IGNORECASE)
_NOUNS = frozenset(
    [
        *("claim", "claims", "content", "news", "image", "images", "photo", "video", "audio"),
        *("text", "post", "media", "information", "statement", "advertisement", "report"),
    ]
)
_NUMBER = re.compile(r"[-+]?\d+([.,]\d+)?")
_LOW, _HIGH = 0.3, 0.7


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The finding that may be meant, whether nothing speaks against it, and why, for an editor."""

    finding: Finding | None
    sure: bool
    why: str


@dataclass(frozen=True, slots=True)
class _Known:
    finding: Finding | None
    sure: bool
    organisation: str = ""


def suggest(
    label: str, *, organisation: str = "", rating: str = "", best: str = "", worst: str = ""
) -> Suggestion:
    """What ``label`` means to ``organisation``; a number alone is never sure.

    A label counts as a whole, or where it begins a longer text, never in the midst of one.
    """
    text = label.strip()[:MAX_LABEL]
    found = _by_label(text, fold(organisation))
    if found is not None:
        return found
    number = _by_rating(rating, best, worst)
    if number is not None:
        return number
    if not text:
        return Suggestion(None, sure=False, why=_("There is no label."))
    return Suggestion(None, sure=False, why=_("We don’t know this label."))


def fold(text: str) -> str:
    """``text`` by which labels are compared: without case, accents and punctuation."""
    plain = unicodedata.normalize("NFKC", text).casefold().translate(_ALIKE)
    plain = _MARKS.sub("", unicodedata.normalize("NFKD", plain))
    return " ".join(_GAPS.sub(" ", unicodedata.normalize("NFC", plain)).split())


def _by_label(text: str, organisation: str) -> Suggestion | None:
    numbered = _NUMBERED.fullmatch(text)
    text = numbered[1] if numbered else text
    if known := _find(text, organisation):
        return _told(known, _("“%(label)s” is a known label.") % {"label": text[:80]})
    if several := _parts(text, organisation):
        return several
    for ends, certain in ((_SENTENCE, True), (_ASIDE, False)):
        cut = ends.search(text)
        head = text[: cut.start()] if cut else ""
        if known := _find(head, organisation):
            why = _("The text begins with the label “%(label)s”.") % {"label": head.strip()[:80]}
            return _told(known, why, certain=certain)
    return None


def _find(text: str, organisation: str) -> _Known | None:
    """What is known of exactly this label, or of it with a noun that says nothing behind it."""
    folded = fold(text)
    words = folded.split()
    if folded not in _KNOWN and len(words) > 1 and words[-1] in _NOUNS:
        folded = " ".join(words[:-1])
    among = _KNOWN.get(folded, ())
    theirs = [each for each in among if each.organisation and each.organisation in organisation]
    ours = [each for each in among if not each.organisation]
    if theirs or ours:
        return (theirs or ours)[0]
    return _Known(among[0].finding, sure=False) if among and not organisation else None


def _parts(text: str, organisation: str) -> Suggestion | None:
    """What a label of several parts means: nothing that we could say, unless they agree."""
    parts = [part for part in _PARTS.split(text) if part.strip()]
    known = [_find(part, organisation) for part in parts]
    held = [each for each in known if each is not None]
    if len(held) < 2 or len(held) < len(known):
        return None
    if len({each.finding for each in held}) == 1:
        why = _("All parts of “%(label)s” are known labels.") % {"label": text[:80]}
        return Suggestion(held[0].finding, all(each.sure for each in held), why)
    return Suggestion(
        None,
        sure=False,
        why=_("The parts of “%(label)s” mean different findings.") % {"label": text[:80]},
    )


def _told(known: _Known, why: str, *, certain: bool = True) -> Suggestion:
    if known.finding is None:
        why = _("%(why)s It is no finding about a claim.") % {"why": why}
    return Suggestion(known.finding, known.sure and certain, why)


def _by_rating(rating: str, best: str, worst: str) -> Suggestion | None:
    """What a number on a scale may mean. schema.org has scales begin with 1 and end with 5."""
    value, top, bottom = _number(rating), _number(best or "5"), _number(worst or "1")
    if value is None or top is None or bottom is None or not bottom <= value <= top > bottom:
        return None
    place = (value - bottom) / (top - bottom)
    finding = Finding.CONFLICTING
    if place <= _LOW:
        finding = Finding.REFUTED
    elif place >= _HIGH:
        finding = Finding.SUPPORTED
    why = _("There is only a number: %(rating)s on a scale from %(worst)s to %(best)s.") % {
        "rating": rating,
        "worst": worst or "1",
        "best": best or "5",
    }
    return Suggestion(finding, sure=False, why=why)


def _number(text: str) -> float | None:
    text = text.strip()
    if len(text) > 20 or not _NUMBER.fullmatch(text):
        return None
    return float(text.replace(",", "."))


def _known() -> dict[str, tuple[_Known, ...]]:
    """The table of labels, by their folded form."""
    found: dict[str, tuple[_Known, ...]] = {}
    finding: Finding | None = None
    sure = True
    for line in _TABLE.read_text("utf-8").splitlines():
        if line.startswith("["):
            name = line.strip("[]")
            sure = not name.endswith("?")
            finding = None if name == "none" else Finding(name.rstrip("?"))
        elif line and not line.startswith("#"):
            label, _bar, organisation = line.partition("|")
            known = _Known(finding, sure, fold(organisation))
            found[fold(label)] = (*found.get(fold(label), ()), known)
    return found


_KNOWN = _known()
