"""What the page of a claim tells search engines and sites that show a link to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from claims.citing.citation import Citation
from claims.citing.making import cited
from claims.exchange.datafeed import of_page
from claims.models import Claim
from claims.pictures.showing import picture_of
from claims.reading import wording
from claims.reading.dossier import Dossier
from claims.views.embedding import frame
from claims.views.site import site_of


@dataclass(frozen=True, slots=True)
class Shared:
    """Absolute addresses of the page, its picture and oEmbed, and how to cite and to frame it.

    ``linked`` is what it is as linked data, if it is.
    """

    url: str
    picture: str
    oembed: str
    citation: Citation
    frame: str
    linked: dict[str, Any] | None


def shared(request: HttpRequest, dossier: Dossier) -> Shared | None:
    """What is told of a published claim; nothing of a draft."""
    claim = dossier.claim
    if not claim.is_published:
        return None
    site = site_of(request)
    url = site.url + claim.get_absolute_url()
    return Shared(
        url=url,
        picture=site.url + picture_address(claim),
        oembed=f"{site.url}{reverse('claims:oembed')}?{urlencode({'url': url})}",
        citation=cited(
            site,
            claim,
            status=str(dossier.status.label),
            since=dossier.since.day,
            at=dossier.changes[0].event.at,
        ),
        frame=frame(site, claim, f"{dossier.status.label}: {wording.wording(claim)}"),
        linked=_linked(request, dossier),
    )


def picture_address(claim: Claim) -> str:
    """Where the picture of a claim (``with_status()``) is; another one when it looks otherwise."""
    path = reverse("claims:share_picture", args=[claim.pk, claim.slug])
    return f"{path}?v={picture_of(claim).version}"


def _linked(request: HttpRequest, dossier: Dossier) -> dict[str, Any] | None:
    """Exactly one review or claim; nothing of a claim that was withdrawn, or whose words are gone.

    Whoever asks, it holds what is public and no proposed verdict.
    """
    claim, current = dossier.claim, dossier.judgement.current
    if dossier.judgement.withdrawn or claim.redaction_reason:
        return None
    public = {claim.pk, *(other.pk for other in dossier.merged if other.is_published)}
    items = [
        item for item in dossier.columns.support.everything if item.evidence.claim_id in public
    ]
    return of_page(
        claim,
        current.verdict if current is not None else None,
        [item.evidence for item in items],
        {
            item.evidence.pk: [
                step.passage.appearance for way in item.provenance.ways for step in way.steps
            ]
            for item in items
        },
        site_of(request),
    )
