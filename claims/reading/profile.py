"""A source: its roles over time, what it said, how its predictions came out. Counts, no score."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, F
from django.utils.translation import gettext as _

from articles.models import Affiliation, Article, Source
from claims import status
from claims.actions.weighing import overlap
from claims.choices import ClaimKind, Finding, Stance
from claims.merges import survivors
from claims.models import (
    Appearance,
    Claim,
    ClaimQuerySet,
    Evidence,
    EvidenceQuerySet,
    OutsideVerdict,
)
from claims.reading import chains, wording
from claims.reading.browse import OTHERWISE, Filter, judged_by, spoken_on_by
from claims.reading.corrected import THEIRS, Asked, Corrected
from claims.reading.predictions import Brier, Scoring, brier_of, with_scoring
from claims.reading.rows import status_of
from claims.status import Status

if TYPE_CHECKING:
    from articles.policy import Reader

MOST_ARTICLES = 10


@dataclass(frozen=True, slots=True)
class Tally:
    """A count that links to the list of what it counts: the page of that name, so narrowed."""

    label: str
    count: int
    query: str
    page: str = "claims:claim_list"


@dataclass(frozen=True, slots=True)
class Saying:
    """One stance of the source, with its roles at that date, the claim and the words."""

    evidence: Evidence
    roles: list[Affiliation]
    claim: Claim
    status: Status
    stance: str
    quote: Appearance | None
    place: str


@dataclass(frozen=True, slots=True)
class Profile:
    """The page of a source, but for what it said, which comes in pages."""

    source: Source
    roles: list[Affiliation]
    members: list[Affiliation]
    by_status: list[Tally]
    by_kind: list[Tally]
    predictions: list[Tally]
    scorings: list[Tally]
    brier: Brier | None
    corrections: list[Tally]
    stances: list[Tally]
    found: list[Tally]
    articles: list[Article]
    article_count: int

    @property
    def claim_count(self) -> int:
        """On how many claims it speaks."""
        return sum(tally.count for tally in self.by_status)


def profile_of(source: Source, user: Reader) -> Profile:
    """What ``user`` may see of the source."""
    affiliations = Affiliation.objects.order_by("-during", "pk")
    seen = Claim.objects.visible_to(user).at_work().survivors()
    claims = seen.with_status().filter(spoken_on_by(source))
    predictions = claims.filter(spoken_on_by(source, Stance.ASSERTS), kind=ClaimKind.PREDICTION)
    own = Filter(source=source.slug, stance=Stance.ASSERTS.value, kind=ClaimKind.PREDICTION.value)
    published = Article.objects.visible_to(user).filter(publisher=source)
    scorings = _by_scoring(predictions, source, own)
    can_be_scored = any(scoring == Scoring.SCORED for scoring, _tally in scorings)
    return Profile(
        source=source,
        roles=list(affiliations.filter(source=source).select_related("organisation")),
        members=list(affiliations.filter(organisation=source).select_related("source")),
        by_status=_by_status(claims, Filter(source=source.slug)),
        by_kind=_by_kind(claims, source),
        predictions=_by_status(predictions, own),
        scorings=[tally for _scoring, tally in scorings],
        brier=brier_of(predictions, source) if can_be_scored else None,
        corrections=_corrections(source, user),
        stances=_by_stance(seen, source),
        found=_by_reading(source, user),
        articles=list(
            published.order_by(F("published").desc(nulls_last=True), "-pk")[:MOST_ARTICLES]
        ),
        article_count=published.count(),
    )


def said_by(source: Source, user: Reader) -> EvidenceQuerySet:
    """Everything the source said, newest first, to be paged and given to ``sayings_of``."""
    rows = Evidence.objects.visible_to(user).filter(source=source, known__upper_inf=True)
    return rows.select_related("source").order_by(F("stated").desc(), "-pk")


def sayings_of(evidence: Iterable[Evidence], roles: Sequence[Affiliation]) -> list[Saying]:
    """The rows of one page, with the claim as it is kept and the quotation, by three queries.

    ``roles`` are all that the source ever had.
    """
    evidence = list(evidence)
    kept = survivors(row.claim_id for row in evidence)
    claims = Claim.objects.with_status().in_bulk(set(kept.values()))
    quotes: dict[int, list[Appearance]] = defaultdict(list)
    rows = chains.with_places(Appearance.objects.newest()).filter(
        evidence__in=[row.pk for row in evidence]
    )
    for row in rows.exclude(exact="").order_by("-verbatim", "-seen", "pk"):
        quotes[row.evidence_id].append(row)
    return [
        _saying(
            row,
            claims[kept[row.claim_id]],
            quotes[row.pk],
            [role for role in roles if overlap(role.during, row.stated)],
        )
        for row in evidence
    ]


def _saying(
    evidence: Evidence, claim: Claim, quotes: list[Appearance], roles: list[Affiliation]
) -> Saying:
    quote = quotes[0] if quotes else None
    return Saying(
        evidence=evidence,
        roles=roles,
        claim=claim,
        status=status_of(claim),
        stance=wording.stance(evidence),
        quote=quote,
        place="" if quote is None else chains.place_of(quote),
    )


def _by_status(claims: ClaimQuerySet, chosen: Filter) -> list[Tally]:
    grouped = claims.order_by().values(code=F("status_code")).annotate(n=Count("pk"))
    counts = {row["code"]: row["n"] for row in grouped}
    return [
        Tally(
            str(status.status(code, chosen.kind).label),
            counts[code],
            chosen.with_("status", code).query,
        )
        for code in status.CODES
        if code in counts
    ]


def _by_kind(claims: ClaimQuerySet, source: Source) -> list[Tally]:
    counts = dict(claims.order_by().values_list("kind").annotate(n=Count("pk")))
    return [
        Tally(
            str(kind.label), counts[kind.value], Filter(source=source.slug, kind=kind.value).query
        )
        for kind in ClaimKind
        if kind.value in counts
    ]


def _by_reading(source: Source, user: Reader) -> list[Tally]:
    """The claims about which the source found something, by how we read what it found."""
    seen = Claim.objects.visible_to(user).at_work().survivors().filter(judged_by(source))
    rows = OutsideVerdict.objects.current().filter(organisation=source, claim__in=seen)
    counts = dict(rows.values_list("finding").annotate(n=Count("claim", distinct=True)).order_by())
    names = {str(finding.value): str(finding.label) for finding in Finding}
    names[""] = _("in words that fit none of ours")
    return [
        Tally(name, counts[code], Filter(judge=source.slug, reading=code or OTHERWISE).query)
        for code, name in names.items()
        if code in counts
    ]


def _by_stance(seen: ClaimQuerySet, source: Source) -> list[Tally]:
    rows = Evidence.objects.current().filter(source=source, claim__in=seen.order_by().values("pk"))
    counts = dict(rows.order_by().values_list("stance").annotate(n=Count("claim", distinct=True)))
    return [
        Tally(
            str(stance.label),
            counts[stance.value],
            Filter(source=source.slug, stance=stance.value).query,
        )
        for stance in Stance
        if stance.value in counts
    ]


def _by_scoring(
    predictions: ClaimQuerySet, source: Source, own: Filter
) -> list[tuple[Scoring, Tally]]:
    grouped = with_scoring(predictions, source).order_by()
    counts = {
        row["code"]: row["n"] for row in grouped.values(code=F("scoring")).annotate(n=Count("pk"))
    }
    return [
        (
            scoring,
            Tally(
                str(scoring.label),
                counts[scoring.value],
                own.with_("scoring", scoring.value).query,
            ),
        )
        for scoring in Scoring
        if scoring.value in counts
    ]


def _corrections(source: Source, user: Reader) -> list[Tally]:
    """What we corrected of what we found on its claims, and what it took back itself."""
    ours, theirs = Asked(source=source.slug), Asked(whose=THEIRS, source=source.slug)
    corrected = Corrected(user, ours)
    corrected.source = source
    counted = (
        (_("Our verdicts on its claims that we corrected"), corrected.ours, ours),
        (_("What it took back itself"), corrected.theirs, theirs),
    )
    return [
        Tally(label, n, chosen.query, "claims:corrections")
        for label, rows, chosen in counted
        if (n := rows.count())
    ]
