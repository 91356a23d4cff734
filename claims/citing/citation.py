"""A citation of a claim, in the forms that people paste."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.utils.translation import gettext as _

from articles.periods import day_in_words, moment_in_words

_TEX = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{sign: f"\\{sign}" for sign in "{}$&#_%"},
}


@dataclass(frozen=True, slots=True)
class Citation:
    """What is cited, as of when. ``as_of`` is that moment as the address has it.

    ``url`` gives the page as it stood then. ``since`` is the day since which the status stands.
    """

    site: str
    number: str
    words: str
    language: str
    status: str
    since: date
    at: datetime
    as_of: str
    url: str

    @property
    def text(self) -> str:
        """One sentence for a footnote."""
        told = {
            "words": self.words,
            "number": self.number,
            "status": self.status,
            "since": day_in_words(self.since),
            "site": self.site,
            "moment": moment_in_words(self.at),
            "url": self.url,
        }
        return (
            _(
                "“%(words)s” (claim %(number)s). Status: %(status)s, since %(since)s."
                " %(site)s, as of %(moment)s. %(url)s"
            )
            % told
        )

    @property
    def bibtex(self) -> str:
        """An entry for a bibliography; what TeX would run is escaped."""
        fields = {
            "author": f"{{{_tex(self.site)}}}",
            "title": f"{{{_tex(f'{self.status}: {self.words}')}}}",
            "year": str(self.since.year),
            "month": str(self.since.month),
            "url": self.url.replace("{", "%7B").replace("}", "%7D"),
            "urldate": self.at.astimezone(UTC).date().isoformat(),
            "note": _tex(f"Claim {self.number}, as of {self.as_of}"),
        }
        lines = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items())
        return f"@misc{{{self._key},\n{lines}\n}}\n"

    @property
    def csl(self) -> str:
        """An item for reference managers (CSL-JSON)."""
        item = {
            "id": self._key,
            "type": "webpage",
            "title": f"{self.status}: {self.words}",
            "author": [{"literal": self.site}],
            "container-title": self.site,
            "language": self.language,
            "number": self.number,
            "issued": {"date-parts": [_parts(self.since)]},
            "accessed": {"date-parts": [_parts(self.at.astimezone(UTC).date())]},
            "URL": self.url,
            "note": f"As of {self.as_of}",
        }
        return json.dumps([item], ensure_ascii=False, indent=2) + "\n"

    @property
    def _key(self) -> str:
        return f"{self.number.lower()}-{self.at.astimezone(UTC):%Y%m%d}"


def _tex(text: str) -> str:
    return "".join(_TEX.get(sign, sign) for sign in " ".join(text.split()))


def _parts(day: date) -> list[int]:
    return [day.year, day.month, day.day]
