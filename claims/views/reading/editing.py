"""The thin bar over a reader's page: what this editor may do with what is on it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from articles.models import Article, Source
from articles.policy import Reader, may
from claims.reading.dossier import Dossier

if TYPE_CHECKING:
    from claims.models import Claim, Question


@dataclass(frozen=True, slots=True)
class Link:
    """One thing to do. ``icon`` is in the sprite; ``opens`` is where it may open in the page."""

    label: str
    icon: str
    url: str
    opens: str = ""


_OPENS = {"claims:link_evidence": "#desk-slot"}
Offer = tuple[bool, str, str, str, str, int]
"""Whether it makes sense now, the permission it takes, label, icon, URL name, id."""


def claim_links(user: Reader, dossier: Dossier) -> list[Link]:
    """What ``user`` may do with the claim."""
    claim, judgement = dossier.claim, dossier.judgement
    here = claim.pk
    if claim.is_set_aside:  # nothing can hang on it; the page has the button that takes it up
        return _allowed(
            user, [(True, "claims.change_claim", _("Edit"), "edit", "claims:edit_claim", here)]
        )
    bare = dossier.bare and not (claim.is_published or judgement.proposal)
    offers: list[Offer] = [
        (True, "claims.change_claim", _("Edit"), "edit", "claims:edit_claim", here),
        (True, "claims.add_evidence", _("Link evidence"), "link", "claims:link_evidence", here),
        (
            True,
            "claims.add_outsideverdict",
            _("Outside verdict"),
            "quote",
            "claims:add_outside_verdict",
            here,
        ),
        (True, "claims.add_claimlink", _("Relate"), "arrow", "claims:relate_claim", here),
        (True, "claims.merge_claim", _("Merge"), "document", "claims:merge_claim", here),
        *_verdict_offers(claim, dossier),
        (
            not claim.is_published,
            "claims.publish_claim",
            pgettext("claim", "Publish"),
            "check",
            "claims:publish_claim",
            here,
        ),
        (bare, "claims.change_claim", _("Set aside"), "undo", "claims:set_aside_claim", here),
        (
            claim.is_published and judgement.proposal is None and not judgement.withdrawn,
            "claims.add_verdict",
            _("Withdraw"),
            "undo",
            "claims:withdraw_claim",
            here,
        ),
    ]
    return _allowed(user, offers)


def _verdict_offers(claim: Claim, dossier: Dossier) -> list[Offer]:
    proposal = dossier.judgement.proposal
    if proposal is not None:
        name, pk = "claims:review_verdict", proposal.verdict.pk
        return [(True, "claims.view_verdict", _("Review verdict"), "verdict", name, pk)]
    name = "claims:propose_verdict"
    return [
        (claim.checkable, "claims.add_verdict", _("Propose verdict"), "verdict", name, claim.pk)
    ]


def evidence_offers(user: Reader) -> frozenset[str]:
    """What ``user`` may do with each piece of evidence: ``relate``, ``void``; nothing for most."""
    offers = {"relate": "claims.add_evidencelink", "void": "claims.change_evidence"}
    return frozenset(name for name, permission in offers.items() if may(user, permission))


def article_links(user: Reader, article: Article) -> list[Link]:
    """What ``user`` may do with the article."""
    return _allowed(
        user,
        [
            (True, "claims.add_claim", _("Log claims"), "quote", "claims:desk_article", article.pk),
            (
                True,
                "articles.change_article",
                _("Edit"),
                "edit",
                "articles:article_edit",
                article.pk,
            ),
            (
                True,
                "articles.add_snapshot",
                _("Capture text"),
                "download",
                "claims:article_capture",
                article.pk,
            ),
        ],
    )


def source_links(user: Reader, source: Source) -> list[Link]:
    """What ``user`` may do with the source."""
    return _allowed(
        user,
        [
            (True, "articles.change_source", _("Edit"), "edit", "articles:source_edit", source.pk),
            (
                True,
                "articles.add_affiliation",
                _("Add a role"),
                "user",
                "claims:add_role",
                source.pk,
            ),
        ],
    )


def question_links(user: Reader, question: Question) -> list[Link]:
    """What ``user`` may do with the question."""
    name = "claims:edit_question"
    return _allowed(
        user, [(True, "claims.change_question", _("Edit the note"), "edit", name, question.pk)]
    )


def _allowed(user: Reader, offers: Iterable[Offer]) -> list[Link]:
    return [
        Link(label, icon, reverse(name, args=[pk]), _OPENS.get(name, ""))
        for sensible, permission, label, icon, name, pk in offers
        if sensible and may(user, permission)
    ]
