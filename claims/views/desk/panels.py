"""Which part of a page htmx asks for."""

from __future__ import annotations

from articles.door import DeskRequest


def wants_panel(request: DeskRequest) -> bool:
    """Whether only what stands beside the text is asked for: a passage was chosen, or a form sent.

    A long text is not printed again for each choice. What follows on a form that was accepted is a
    whole page.
    """
    asks = request.headers.get("HX-Target") == "section#passage"
    return asks and (request.method == "POST" or "start" in request.GET)
