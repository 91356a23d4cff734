"""What the picture of a claim says, in the site's own language whoever asks."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import get_language_info, override
from django.utils.translation import gettext as _

from articles.periods import day_in_words
from claims.models import Claim
from claims.pictures.drawing import Picture
from claims.reading import wording
from claims.reading.rows import since_of, status_of

LONGEST = 600
"""Code points of a claim that are tried; no more than that fits."""


def picture_of(claim: Claim) -> Picture:
    """The picture of a claim that came ``with_status()``."""
    with override(settings.LANGUAGE_CODE):
        status, since = status_of(claim), since_of(claim)
        when = _("due %(day)s") if since.due else _("since %(day)s")
        foot = f"{claim.public_id} · {when % {'day': day_in_words(since.day)}}"
        told = {"number": claim.public_id, "language": _language(claim.language)}
        return Picture(
            site=settings.SITE_NAME,
            family=status.family,
            icon=status.icon,
            status=str(status.label),
            provisional=status.provisional,
            remark=_("not yet reviewed") if status.provisional else "",
            label=_("Claim:"),
            words=wording.wording(claim)[:LONGEST],
            instead=_("Claim %(number)s. Its words (%(language)s) are on its page.") % told,
            foot=foot,
        )


def _language(tag: str) -> str:
    """The name of a language; its tag where it has no name here."""
    try:
        return str(get_language_info(tag)["name_translated"])
    except KeyError:
        return tag
