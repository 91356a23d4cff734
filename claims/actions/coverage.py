"""What was read and held no claim: marked, and taken back. Working state, without events."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from django.db import transaction

from articles.policy import require
from claims.models import NoClaim

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.contrib.auth.models import User

    from articles.models import Article


def digest_of(sentence: str) -> str:
    """The SHA-256 of the words of a sentence, whatever space stands between them."""
    words = " ".join(sentence.split())
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()


@transaction.atomic
def pass_over(*, by: User, article: Article, sentences: Iterable[str]) -> None:
    """Mark ``sentences`` as read and without a claim. Again is a no-op."""
    require(by, "claims.add_claim")
    NoClaim.objects.bulk_create(
        [
            NoClaim(article=article, sentence_sha256=digest, by=by)
            for digest in sorted({digest_of(sentence) for sentence in sentences})
        ],
        ignore_conflicts=True,
    )


@transaction.atomic
def take_up(*, by: User, article: Article, sentences: Iterable[str]) -> None:
    """Take that back: ``sentences`` are to be read again."""
    require(by, "claims.add_claim")
    digests = {digest_of(sentence) for sentence in sentences}
    NoClaim.objects.filter(article=article, sentence_sha256__in=digests).delete()
