"""What the words of a passage hint at: its kind, a denial, a hedge, who is credited.

No Django here. Each hint only fills in what an editor sees and can change; where the words are not
clear there is no hint, because a wrong one costs more than an empty field. English and French.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

LONGEST = 240
"""Characters beyond which a sentence is no beginning for a claim."""

_I = re.IGNORECASE
_FUTURE = re.compile(
    r"\b(?:will|won['’]t|would|could|may|might|shall"
    r"|(?:is|are|was|were) (?:going|set|due|expected) to"
    r"|pourrai(?:t|ent)|devrai(?:t|ent)|va|vont)\b",
    _I,
)
_DENIAL = re.compile(
    r"\b(?:den(?:y|ies|ied|ying)|reject(?:s|ed|ing)?|dismiss(?:es|ed|ing)?|refut(?:es|ed|ing)"
    r"|disputes|challeng(?:es|ed)|(?:is|was|are|were)(?:n['’]t| not) (?:our|us|ours|true|involved)"
    r"|['’]s not (?:our|us|ours|true)|no (?:involvement|part) in|nothing to do with"
    r"|dément(?:ent|i)?|rejet(?:te|tent|é)|nie(?:nt)?)\b",
    _I,
)
_HEDGE = re.compile(
    r"\b(?:cannot (?:exclude|rule out)|can['’]t (?:exclude|rule out)|not (?:clear|certain) whether"
    r"|(?:very |highly |most )?likely|unlikely|probabl[ey]|possibl[ey]|perhaps|maybe|apparently"
    r"|allegedly|reportedly|seemingly|seems?|appears? to|suggests?|could|may|might"
    r"|pourrai(?:t|ent)|semblent?|probablement|peut-être)\b",
    _I,
)
_SAYS = (
    r"(?:said|says|told|tells|added|adds|warned|warns|wrote|writes|stated|states|claimed|claims"
    r"|announced|announces|declared|declares|explained|explains|insisted|insists|noted|notes"
    r"|stressed|underlined|assured|estimated|estimates|argued|argues|asked|replied|denied|denies"
    r"|rejected|rejects|acknowledged|admitted|confirmed|confirms|believes"
    r"|a (?:dit|déclaré|affirmé))"
)
# What may follow on a closing mark: “said Y”, “Y said”, “the head of Z, Y, told …”.
_CREDITS = re.compile(rf"\s*,?\s*(?:[^,“«\"]{{0,80}}(?:,[^,“«\"]{{1,60}},)?\s)?{_SAYS}\b")
_PERSON = re.compile(r"\b(?:I|we|us|our|ours|my|mine|je|nous|notre|nos)\b", _I)
_JOINS = re.compile(r"\A(?:but|and|so|moreover|meanwhile|however|mais|et),?\s+", _I)
_QUOTED = re.compile(r"“([^“”]+)”|«\s*([^«»]+?)\s*»|\"([^\"]+)\"")
_OPEN = '“«"'
_MARKS = dict.fromkeys(map(ord, '“”«»"'))
# “X,” said Y.   “X”, Y said on Monday.   X, according to Y.   According to Y, X.   Y said that X.
_AFTER = re.compile(
    rf",?\s*(?:\b{_SAYS}\b[^,“«\"]*|(?:[^,“«\"]{{1,80}}\s)?\b{_SAYS}\b[^,“«\"]*"
    rf"|according to [^“«\"]*|selon [^“«\"]*)[.!?]?\s*\Z"
)
_BEFORE = re.compile(
    rf"\A(?:(?:according to|selon) [^,“«\"]{{1,120}},\s*|[^,“«\"]{{1,120}}?\b{_SAYS}\b"
    r"(?:[^,“«\"]{0,40}?)\s(?:that|que)\s)",
    _I,
)


@dataclass(frozen=True, slots=True)
class Cues:
    """What a passage hints at; empty where it hints at nothing.

    ``prediction`` and ``denial``: what kind of thing is said. ``hedge``: the first words that
    weaken it, as they stand. ``quoted``: the stretches between quotation marks, in order.
    ``plain``: the sentence without quotation marks and without who said so, as a beginning for the
    claim.
    """

    prediction: bool
    denial: bool
    hedge: str
    quoted: tuple[str, ...]
    plain: str


def cues_of(passage: str) -> Cues:
    """Read the hints of ``passage``, one sentence or a few."""
    hedge = _HEDGE.search(passage)
    said = plain(passage)
    return Cues(
        prediction=_FUTURE.search(said or passage) is not None,
        denial=_DENIAL.search(passage) is not None,
        hedge=hedge[0] if hedge else "",
        quoted=quoted_in(passage),
        plain=said,
    )


def quoted_in(passage: str) -> tuple[str, ...]:
    """The stretches between quotation marks, without marks and without a comma that ends them."""
    found = (next(filter(None, match.groups()), "") for match in _QUOTED.finditer(passage))
    return tuple(piece for piece in (each.strip().rstrip(",").rstrip() for each in found) if piece)


def plain(passage: str) -> str:
    """``passage`` without quotation marks and without its attribution, as one plain sentence.

    Empty where that wouldn't be a claim that anybody could be asked about: somebody's own “we”, a
    denial (the claim is what is denied), or more than ``LONGEST`` characters.
    """
    text = " ".join(passage.split())
    bare = _JOINS.sub("", _unquoted(text) or _uncredited(text)).strip(" ,;:")
    bare = bare.translate(_MARKS).rstrip(".").strip()
    if not bare or len(bare) > LONGEST or _PERSON.search(bare) or _DENIAL.search(bare):
        return ""
    return bare[:1].upper() + bare[1:]


def _unquoted(text: str) -> str:
    """What stands between the marks of a sentence that is a quotation and its attribution."""
    if text[:1] not in _OPEN or (first := _QUOTED.match(text)) is None:
        return ""
    rest = text[first.end() :]
    if rest and _CREDITS.match(rest) is None and rest.strip(" .,"):
        return ""
    return " ".join(quoted_in(text))


def _uncredited(text: str) -> str:
    bare = _BEFORE.sub("", text, count=1)
    if bare == text and (found := _AFTER.search(text)) is not None and found.start() > 0:
        return text[: found.start()]
    return bare


def says(passage: str, name: str) -> bool:
    """Whether ``passage`` credits ``name`` next to a word such as “said” or “according to”.

    A name that only stands in the sentence says nothing about who spoke: “claimed by Wagner” and
    “said that Kremlin troops” credit neither.
    """
    whole = rf"(?<!\w){re.escape(name)}(?!\w)"
    apposition = r"(?:,[^,.;:“«\"]{1,60},)?"
    title = r"(?:(?!(?:by|that|of|to|in|for|from|with|against|que|par|de)\s)[\w.'’-]+\s){0,5}"
    goes_on = "on|in|at|late|early|last|this|after|during|as|while|when"
    ends = rf"(?=\s*(?:[,.;:!?”»\")]|\Z)|\s(?:{goes_on})\b)"
    shapes = (
        rf"{whole}(?:{apposition}|,)\s(?:has |had |also )?{_SAYS}\b",
        rf"\b{_SAYS}\s{title}{whole}{ends}",
        rf"\b{_SAYS}\sthe\s[^,.;:“«\"]{{1,60}},\s{whole},",
        rf"\b(?:according to|selon)\s{title}{whole}{ends}",
    )
    return any(re.search(shape, passage) for shape in shapes)
