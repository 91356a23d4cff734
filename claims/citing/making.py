"""Makes the citation of a claim from what it is on this site."""

from __future__ import annotations

from datetime import UTC, date, datetime

from claims.citing.citation import Citation
from claims.exchange.datafeed import Site
from claims.models import Claim
from claims.reading import wording


def cited(
    site: Site, claim: Claim, *, status: str, since: date, at: datetime, as_of: str = ""
) -> Citation:
    """``claim`` with the status that it had at a moment; ``as_of`` writes it unless it is exact."""
    as_of = as_of or at.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return Citation(
        site=site.name,
        number=claim.public_id,
        words=wording.wording(claim),
        language=claim.language,
        status=status,
        since=since,
        at=at,
        as_of=as_of,
        url=f"{site.url}{claim.get_absolute_url()}?as_of={as_of}",
    )
