"""What the desk asks before it logs a claim, to see whether it is here already."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, Value
from django.utils.translation import gettext as _

from articles.models import Source
from articles.policy import Reader
from claims import merges
from claims.choices import MatchMethod
from claims.matching import lexical, meaning
from claims.models import Claim, Evidence, Question

if TYPE_CHECKING:
    from django.db.backends.postgresql.psycopg_any import DateRange

LONGEST = 2000
"""Characters of a text that are looked at; a claim has 1000 at most."""
LEAST = 0.08
"""A lower score is chance: one common word in a sentence."""
OF_SENTENCE = 0.15
"""The same for a text of several words, of which sharing a single one is chance."""
SEVERAL = 5
"""Words from which a text is a sentence."""
ASKED = 0.4
"""The score from which a claim isn't taken for new before a person has seen what it resembles."""
SAME_QUESTION, SHARED_SOURCE, SAME_TIME, SAME_LANGUAGE = 0.1, 0.05, 0.05, 0.02
"""By what share of itself a score is raised. Words decide; this tells near equals apart."""
NEAR = 0.5
"""The cosine from which a claim that shares no word with a text is worth a look."""
RANKS = 10
"""The constant of reciprocal rank fusion: how little the first places count above the next."""
LITTLE_WORDS = {
    "en": "the of and to in is was were are has have will would that this with for from by on at"
    " not been after which who his her their its it they he she you we an be says said",
    "de": "der die das und ist nicht ein eine den dem von zu mit auf für im sich auch wird sind",
    "es": "el la los las de que y en un una por con no se del al es para su lo como más",
    "fr": "le la les des de et est un une du que qui dans pour pas sur avec au aux ce cette il",
    "it": "il lo la gli le di che e è un una per non con del della si da sono nel alla",
    "nl": "de het een van en is niet dat die op te in voor met zijn er aan ook wordt",
    "pl": "w na z i nie się do jest że to o od za przez jak dla po są był",
    "pt": "o a os as de que e em um uma do da no na por com não para se ao é dos",
    "tr": "ve bir bu için ile da de değil olarak daha çok olan gibi kadar var",
}
"""Words that every text of a language is full of, to tell which one a text is in."""
WEIGHED = 40
"""Claims that these are asked of."""
TOLD = 6
"""Shared words that are named."""

_LITTLE = {tongue: frozenset(words.split()) for tongue, words in LITTLE_WORDS.items()}
_WORD = re.compile(r"[^\W_](?:[\w'’.-]*[^\W_])?")


@dataclass(frozen=True, slots=True)
class Match:
    """A claim that may be the same, how near it is (0 to 1), found how, and why, for a person.

    By words alone, 1 is a claim of the very same words; by words and meaning, 1 is the first by
    both, and the place in the two rankings is all that counts.
    """

    claim: Claim
    score: float
    method: MatchMethod
    reason: str


def similar(
    text: str,
    *,
    user: Reader,
    question: Question | None = None,
    sources: Iterable[Source] = (),
    window: DateRange | None = None,
    language: str | None = None,
    limit: int = 5,
    least: float | None = None,
) -> list[Match]:
    """The claims that say much the same as ``text``, the likeliest first, at most ``limit``.

    Only what ``user`` may see; of merged claims the one that was kept. ``least`` is the score from
    which a claim is told, by default more for a sentence than for a few words; its words alone have
    to reach it: a number that both have may raise a score, and makes nothing worth a look. The
    other arguments say what is known besides the words and tell near equals apart. ``text`` may
    still be being typed.
    """
    text = lexical.storable(text)[:LONGEST]
    asked = lexical.ask(text)
    ranked = lexical.rank(asked, user=user)
    worded = {each.claim: min(1.0, each.share) for each in ranked}
    if least is None:
        several = sum(not term.grown and not term.term.startswith("^") for term in asked.terms)
        least = OF_SENTENCE if several >= SEVERAL else LEAST
    meant = dict(meaning.nearest(text, user=user)) if _english(text, language) else {}
    worth = {each.claim for each in ranked if min(each.share, each.words) >= least}
    worth |= {claim for claim, cosine in meant.items() if cosine >= NEAR or least <= 0}
    if not worth:
        return []
    scores = _fused(worded, meant) if meant else worded
    best = _kept({claim: score for claim, score in scores.items() if claim in worth})
    if not best:
        return []
    signals = _Signals(question, tuple(sources), window, language)
    rows = signals.of(Claim.objects.visible_to(user).at_work(), list(best)[:WEIGHED])
    weighed = [(min(1.0, best[row.pk][0] * signals.raised(row)), row) for row in rows]
    weighed.sort(key=lambda pair: (-round(pair[0], 9), pair[1].pk))
    chosen = weighed[:limit]
    words = _words(text)
    told = lexical.shared(words, [best[row.pk][1] for _score, row in chosen], asked=asked)
    return [
        Match(
            claim=row,
            score=score,
            method=MatchMethod.FUSED if meant else MatchMethod.LEXICAL,
            reason=_reason(row, [words[place] for place in told.get(best[row.pk][1], ())]),
        )
        for score, row in chosen
    ]


def _english(text: str, language: str | None) -> bool:
    """Whether a text may be English, the only language that the model knows.

    A headline or a post may have none of the little words: it is foreign only where it looks so,
    by another language's words or by another script.
    """
    if language is not None and language.lower().partition("-")[0] != "en":
        return False
    words = _WORD.findall(text.lower())
    found = {tongue: sum(word in known for word in words) for tongue, known in _LITTLE.items()}
    latin = sum(word.isascii() for word in words)
    return 2 * latin >= len(words) and found["en"] >= max(found.values())


def _fused(*rankings: dict[int, float]) -> dict[int, float]:
    """Reciprocal ranks added up, as a share of what the first by every ranking gets; best first."""
    scores: dict[int, float] = {}
    for ranking in rankings:
        for place, claim in enumerate(ranking, 1):
            share = (RANKS + 1) / (RANKS + place) / len(rankings)
            scores[claim] = scores.get(claim, 0.0) + share
    return dict(sorted(scores.items(), key=lambda pair: (-round(pair[1], 9), pair[0])))


def _kept(scores: dict[int, float]) -> dict[int, tuple[float, int]]:
    """Each claim that was kept, with the best score of its class and the claim that has it."""
    tops = merges.survivors(scores)
    best: dict[int, tuple[float, int]] = {}
    for claim, score in scores.items():
        top = tops.get(claim, claim)
        if top not in best or score > best[top][0]:
            best[top] = (score, claim)
    return best


@dataclass(frozen=True, slots=True)
class _Signals:
    """What is known besides the words."""

    question: Question | None
    sources: tuple[Source, ...]
    window: DateRange | None
    language: str | None

    def of(self, claims: Any, ids: Sequence[int]) -> list[Any]:
        """These claims, with ``near_question``, ``near_source``, ``near_time``."""
        speaking = Evidence.objects.current().filter(claim=OuterRef("pk"), source__in=self.sources)
        return list(
            claims.filter(pk__in=ids)
            .with_status()
            .select_related("question")
            .annotate(
                near_question=_whether(question=self.question),
                near_source=Exists(speaking) if self.sources else Value(value=False),
                near_time=_whether(window__overlap=self.window),
            )
        )

    def raised(self, row: Any) -> float:
        """By what the score of a claim is multiplied."""
        return float(
            1
            + SAME_QUESTION * bool(row.near_question)
            + SHARED_SOURCE * bool(row.near_source)
            + SAME_TIME * bool(row.near_time)
            + SAME_LANGUAGE * (row.language == self.language)
        )


def _whether(**condition: Any) -> Any:
    """The condition, false where it asks for nothing."""
    if None in condition.values():
        return Value(value=False)
    return ExpressionWrapper(Q(**condition), output_field=BooleanField(null=True))


def _words(text: str) -> list[str]:
    """The words of a text, each once, in their order."""
    return list(dict.fromkeys(_WORD.findall(text)))[:100]


def _reason(row: Any, words: Sequence[str]) -> str:
    reasons = []
    if words:
        reasons.append(_("shares %(words)s") % {"words": ", ".join(words[:TOLD])})
    else:
        reasons.append(_("similar meaning"))
    if row.near_question:
        reasons.append(_("same question"))
    if row.near_source:
        reasons.append(_("same source"))
    if row.near_time:
        reasons.append(_("overlapping dates"))
    return " · ".join(reasons)
