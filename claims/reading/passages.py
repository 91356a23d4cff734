"""A quotation as a page prints it, with the places where it can be read."""

from __future__ import annotations

from dataclasses import dataclass

from claims.models import Appearance
from claims.reading import chains, wording


@dataclass(frozen=True, slots=True)
class Passage:
    """A quotation and where to read it: on our page, and in the article itself.

    ``lost_hedge`` is what weakened it when it was logged, and is gone from the text since;
    ``is_missing`` says that the article was captured again without it.
    """

    appearance: Appearance
    place: str
    outside: str
    lost_hedge: str
    is_missing: bool

    @property
    def words(self) -> str:
        """The quotation without its own outer quotation marks: the page sets them anew."""
        return wording.unquoted(self.appearance.exact)

    @property
    def is_marked(self) -> bool:
        """Whether it has quotation marks inside, beside which the page's own would stumble."""
        return wording.is_marked(self.words)


def passage_of(row: Appearance, first: Appearance) -> Passage:
    """The passage as it stands now in ``row``, which was logged as ``first``."""
    return Passage(
        appearance=row,
        place=chains.place_of(row),
        outside=chains.outside_place_of(row),
        lost_hedge="" if row.hedge else first.hedge,
        is_missing=chains.is_missing(row),
    )
