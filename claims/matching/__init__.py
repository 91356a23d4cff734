"""Claims that say much the same as a text, so that nothing is entered twice."""

from claims.matching.lexical import is_number
from claims.matching.similar import ASKED, Match, similar

__all__ = ["ASKED", "Match", "is_number", "similar"]
