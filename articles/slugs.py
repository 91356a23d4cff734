"""The readable part of an address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.text import slugify

if TYPE_CHECKING:
    from django.db.models import Manager, QuerySet

LONGEST = 80


def slug_of(text: str, otherwise: str) -> str:
    """A slug of at most 80 characters, in the script of the text; ``otherwise`` if none is left."""
    slug = slugify(text, allow_unicode=True)
    if len(slug) > LONGEST:
        slug = slug[:LONGEST].rpartition("-")[0] or slug[:LONGEST]
    return slug or otherwise


def free_slug(text: str, otherwise: str, among: Manager[Any] | QuerySet[Any]) -> str:
    """A slug that no row ``among`` has yet, numbered where needed.

    Two writers at the same moment may still choose one slug: its unique constraint decides.
    """
    slug = slug_of(text, otherwise)
    taken = set(among.filter(slug__startswith=slug).values_list("slug", flat=True))
    if slug not in taken:
        return slug
    return next(
        candidate for n in range(2, len(taken) + 3) if (candidate := f"{slug}-{n}") not in taken
    )
