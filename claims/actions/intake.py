"""Claims and questions: logged, reworded while still private, put on the record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from articles.actions import require_unchanged
from articles.history import facts, record
from articles.policy import require
from articles.slugs import free_slug, slug_of
from articles.validators import require_storable
from claims.actions import embedding, upkeep
from claims.choices import ClaimKind
from claims.models import Claim, Question
from claims.refusals import refused, vet

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.db.backends.postgresql.psycopg_any import DateRange

_EDITABLE = frozenset({"text", "language", "kind", "checkable", "window", "criteria", "question"})


@transaction.atomic
def log_claim(
    *,
    by: User,
    text: str,
    kind: str = ClaimKind.EVENT,
    language: str = "en",
    checkable: bool = True,
    window: DateRange | None = None,
    criteria: str = "",
    question: Question | None = None,
) -> Claim:
    """Log a proposition, seen by the desk only until it is published."""
    require(by, "claims.add_claim")
    text = " ".join(text.split())
    claim = Claim(
        text=text,
        slug=slug_of(text, "claim"),
        kind=kind,
        language=language,
        checkable=checkable,
        window=window,
        criteria=criteria.strip(),
        question=question,
        logged_by=by,
    )
    with refused():
        vet(claim)
        claim.save(force_insert=True)
    embedding.keep_vector(claim)
    record(by=by, verb="claim.logged", subject=claim, claim=claim)
    return claim


@transaction.atomic
def edit_claim(*, by: User, claim: Claim, seen: int | None = None, **changes: Any) -> Claim:
    """Change a claim. Once it is published, only language, question and checkable may change.

    ``seen`` is the version that was read, see ``require_unchanged``.

    Raises ``Refusal`` (rule ``claim_frozen``) for the rest, ``TypeError`` for unknown fields.
    """
    require(by, "claims.change_claim")
    if unknown := changes.keys() - _EDITABLE:
        raise TypeError(f"a claim has no {', '.join(sorted(unknown))}")
    held = upkeep.lock(claim.pk)[claim.pk]
    require_unchanged(held, seen)
    if "text" in changes:
        changes["text"] = " ".join(changes["text"].split())
    before = facts(held, *changes)
    for name, value in changes.items():
        setattr(held, name, value)
    after = facts(held, *changes)
    if after == before:
        return held
    if not held.is_published:
        held.slug = slug_of(held.text, "claim")
    with refused():
        vet(held)
        held.save(update_fields=[*changes, "slug"])
    if "text" in changes:
        embedding.keep_vector(held)
    payload = {"from": before, "to": after}
    record(by=by, verb="claim.edited", subject=held, claim=held, payload=payload)
    return held


@transaction.atomic
def publish_claim(*, by: User, claim: Claim) -> Claim:
    """Put a claim on the public record, where its wording is frozen. Again is a no-op."""
    require(by, "claims.publish_claim")
    held = upkeep.lock(claim.pk)[claim.pk]
    if held.is_published:
        return held
    held.published_at = held.logged_at  # the database stamps its own clock over it
    with refused():
        vet(held)
        held.save(update_fields=["published_at"])
    held.refresh_from_db(fields=["published_at"])
    payload = facts(held, "text", "kind", "window", "criteria", "published_at")
    record(by=by, verb="claim.published", subject=held, claim=held, payload=payload)
    return held


@transaction.atomic
def open_question(*, by: User, text: str, note: str = "") -> Question:
    """Open a question that claims can answer.

    The same words again give the same question, its note as it was: ``note_question`` changes it.
    """
    require(by, "claims.add_question")
    text = " ".join(text.split())
    require_storable(text=text)
    if (held := Question.objects.filter(text=text).first()) is not None:
        return held
    slug = free_slug(text, "question", Question.objects)
    question = Question(text=text, slug=slug, note=note.strip())
    with refused():
        vet(question)
        question.save(force_insert=True)
    record(by=by, verb="question.opened", subject=question)
    return question


@transaction.atomic
def note_question(*, by: User, question: Question, note: str, seen: int | None = None) -> Question:
    """Say something else beside a question, whose words stay as they were asked.

    ``seen`` is the version that was read, see ``require_unchanged``.
    """
    require(by, "claims.change_question")
    held = Question.objects.select_for_update().get(pk=question.pk)
    require_unchanged(held, seen)
    before = facts(held, "note")
    held.note = note.strip()
    after = facts(held, "note")
    if after == before:
        return held
    with refused():
        vet(held)
        held.save(update_fields=["note"])
    record(by=by, verb="question.noted", subject=held, payload={"from": before, "to": after})
    return held
