"""What the tests of the desk share: an article on the desk, and the forms as browsers send them."""

from typing import Any

from articles.models import Affiliation, Article, Event, Snapshot, Source
from claims.models import Appearance, Claim, ClaimLink, Evidence, EvidenceLink

TEXT = (
    "“We cannot exclude that Bakhmut will fall,” said Jens Stoltenberg. It rained.\n\n"
    "A newspaper, citing unnamed officials, wrote that “a pro-Ukrainian group” did it. "
    "“It’s not our action,” Reznikov said."
)
DENIAL = "“It’s not our action,” Reznikov said."


def place(snapshot: Snapshot, exact: str = DENIAL) -> dict[str, Any]:
    """The hidden fields that say which passage was chosen."""
    start = snapshot.text.index(exact)
    return {"snapshot": snapshot.pk, "start": start, "end": start + len(exact)}


def errors(response: Any) -> dict[str, list[str]]:
    """What the form of a page says, by field; ``__all__`` on top."""
    return {name: list(told) for name, told in response.context["form"].errors.items()}


def everything() -> list[int]:
    """How many rows there are: the same before and after means that nothing was written."""
    tables = (
        Source, Affiliation, Article, Snapshot, Claim, ClaimLink,
        Evidence, EvidenceLink, Appearance, Event,
    )  # fmt: skip
    return [table.objects.count() for table in tables]


def said(response: Any) -> list[str]:
    """What the status line of a page announces."""
    return [str(message) for message in response.context["messages"]]
