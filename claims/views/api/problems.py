"""What is said where something can't be given: problem details (RFC 9457), in plain words."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus

from django.http import HttpResponse
from pydantic import Field

from claims.api.shapes import Shape

TYPE = "application/problem+json"
NOTHING = "There is nothing at this address."


class Fault(Shape):
    """One thing that is wrong."""

    where: str = Field(description="The name of the parameter.")
    what: str = Field(description="What is wrong with it.")


class Problem(Shape):
    """Why nothing is given (RFC 9457)."""

    type: str = Field(default="about:blank", description="Always about:blank.")
    title: str = Field(description="The name of the status.")
    status: int = Field(description="The status of the answer.")
    detail: str = Field(description="What is wrong, and what would mend it.")
    errors: list[Fault] = Field(default=[], description="Each fault by itself.")


def problem(status: int, detail: str, errors: Sequence[Fault] = ()) -> HttpResponse:
    """The answer that says it."""
    told = Problem(
        title=HTTPStatus(status).phrase, status=status, detail=detail, errors=list(errors)
    )
    return HttpResponse(told.model_dump_json(), status=status, content_type=TYPE)
