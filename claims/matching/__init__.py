"""Claims that say much the same as a text, so that nothing is entered twice."""

from claims.matching.similar import ASKED, Match, similar

__all__ = ["ASKED", "Match", "similar"]
