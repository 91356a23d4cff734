"""How rows that were read become objects."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Self

from django.db import models
from django.db.models.base import ModelState


class Loaded(models.Model):
    """A model whose rows are taken over as they were read.

    Django sends each value through ``__init__``, which tells of it by signals and asks what its
    descriptor makes of it. A page of a claim has some four hundred rows, an export all of them.
    For models that nobody listens to the making of (``pre_init``, ``post_init``).
    """

    class Meta:
        abstract = True

    @classmethod
    def from_db(  # type: ignore[override]  # the types know a later Django, with fetch_mode
        cls, db: str | None, field_names: Collection[str], values: Collection[Any]
    ) -> Self:
        """An instance of the columns that were read; those that were not are fetched when asked."""
        row, state = cls.__new__(cls), ModelState()
        state.adding, state.db = False, db
        held = vars(row)
        held.update(zip(field_names, values, strict=True), _state=state)
        return row
