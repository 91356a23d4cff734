"""A real article with its hand-made annotation goes in by the public actions, without loss.

The article isn't ours to publish, so it lies beside the checkout (``../shared/seed``) or where
SAYSO_SEED says. Where it is not there, these tests are skipped.
"""

import hashlib
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User

from articles.models import Affiliation, Article, Event, Snapshot, Source
from articles.sentences import split
from claims.actions.evidence import Passage, add_appearance, link_evidence
from claims.actions.intake import log_claim
from claims.choices import ClaimLinkKind
from claims.models import (
    Appearance,
    Claim,
    ClaimLink,
    Evidence,
    EvidenceLink,
    Question,
    Verdict,
)
from claims.refusals import Refusal
from tests.factories import SourceFactory, day
from tests.journeys.seed import NOT_HELD, Loader, Reader, Seed, expected, import_article

FOLDER = Path(os.environ.get("SAYSO_SEED") or settings.BASE_DIR.parent / "shared" / "seed")

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        not FOLDER.is_dir(),
        reason=f"the seed article is not at {FOLDER}: set SAYSO_SEED to its folder",
    ),
]

HELD = {
    *("sha256", "title", "published.value", "published.basis", "language"),
    *("translated_from.value", "translated_from.basis", "questions.note"),
    *(f"sources.{name}" for name in ("kind", "name", "aliases", "wikidata", "note")),
    *("sources.role", "sources.one_voice_with", "questions.text"),
    *(f"claims.{name}" for name in ("text", "kind", "checkability", "window", "criteria")),
    *("claims.question", "claims.to_resolve", "claims.note"),
    *(f"claims.later.{name}" for name in ("verdict", "confidence", "text", "from_memory")),
    *(f"claims.relations.{name}" for name in ("relation", "to", "note")),
    *(
        f"claims.statements.{name}"
        for name in ("source", "stance", "hedge", "stated", "attribution", "speech", "note")
    ),
    *(f"claims.statements.probability.{name}" for name in ("range", "vocabulary", "whose_reading")),
    *(
        f"claims.statements.appearances.{name}"
        for name in ("start", "end", "exact", "prefix", "suffix", "verbatim", "hedge", "drift")
    ),
    *(f"claims.statements.chain.{name}" for name in ("document", "source", "basis")),
    *(f"statement_links.{name}" for name in ("frm", "to", "kind", "note", "basis")),
}


@pytest.fixture
def seed() -> Seed:
    return Seed.in_folder(FOLDER)


def rows() -> dict[str, int]:
    return {
        model.__name__: model._default_manager.count()
        for model in (
            *(Source, Affiliation, Article, Snapshot, Question, Claim, ClaimLink),
            *(Evidence, EvidenceLink, Appearance, Verdict, Event),
        )
    }


def paths(value: Any, path: tuple[str, ...] = ()) -> Iterator[str]:
    """The names of all values, without the keys by which sources and questions are filed."""
    if isinstance(value, list) and all(isinstance(each, dict) for each in value):
        for each in value:
            yield from paths(each, path)
    elif isinstance(value, dict):
        filed = all(isinstance(each, dict) for each in value.values())
        for name, each in value.items():
            yield from paths(each, path if filed else (*path, name))
    elif value is not None or path != ("claims", "statements", "probability"):
        yield ".".join(path)


def grams(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"[\w']+", text.replace("’", "'").lower())
    return {tuple(words[at : at + 6]) for at in range(len(words) - 5)}


def test_seed_is_held_field_by_field_and_a_second_run_changes_nothing(
    seed: Seed, editor: User
) -> None:
    loader = Loader(seed, editor)
    loader.load()
    assert Reader(seed).annotation() == expected(seed)

    held = rows()
    assert {name: count for name, count in held.items() if name != "Event"} == {
        "Source": 19,
        "Affiliation": 6,
        "Article": 26,
        "Snapshot": 1,
        "Question": 3,
        "Claim": 34,
        "ClaimLink": 24,
        "Evidence": 37,
        "EvidenceLink": 5,
        "Appearance": 44 + 66,
        "Verdict": 32,
    }
    check_quotations()
    check_what_follows(loader)

    Loader(seed, editor).load()
    assert rows() == held


def check_quotations() -> None:
    """Every passage is where the annotation says, in the text as it was published."""
    anchored = Appearance.objects.exclude(snapshot=None)
    assert anchored.count() == 44
    for appearance in anchored.select_related("snapshot"):
        text = appearance.snapshot.text
        start, end = appearance.span.lower, appearance.span.upper
        assert text[start:end] == appearance.exact
        assert text[:start].endswith(appearance.prefix)
        assert text[end:].startswith(appearance.suffix)


def check_what_follows(loader: Loader) -> None:
    """What the annotation derives, the model computes."""
    claims = {key: Claim.objects.get(pk=claim.pk) for key, claim in loader.claims.items()}
    counted = {
        key: (claim.evidence_state, claim.origins_low, claim.origins_high)
        for key, claim in claims.items()
        if key in ("C02", "C26", "C27", "C28", "C34")
    }
    assert counted == {
        "C02": ("corroborated", 2, 2),
        "C26": ("contested", 1, 1),
        "C27": ("denied_only", 0, 0),
        "C28": ("single_origin", 1, 1),
        "C34": ("unsourced", 0, 0),
    }
    between = ClaimLink.objects.filter(
        from_claim=claims["C26"], to_claim=claims["C27"], kind=ClaimLinkKind.CONTRADICTS
    )
    assert not between.exists()
    assert [
        (row.claim_id, row.scope)
        for row in Evidence.objects.filter(source=loader.sources["reznikov"]).order_by("pk")
    ] == [(claims["C26"].pk, "narrower"), (claims["C27"].pk, "same")]


def test_article_goes_in_byte_for_byte(seed: Seed, editor: User) -> None:
    told = import_article(seed, editor)
    snapshot = Snapshot.objects.get()
    count = len(split(snapshot.text))
    assert told == (
        f"Article {snapshot.article_id}: “{seed.annotation['title']}”, {count} sentences, "
        f"at {snapshot.article.get_absolute_url()}"
    )
    raw = seed.text_file.read_bytes()
    assert snapshot.text.encode() == raw
    assert snapshot.raw_sha256 == snapshot.text_sha256 == seed.annotation["sha256"]
    assert hashlib.sha256(raw).hexdigest() == seed.annotation["sha256"]
    assert len(snapshot.text) == seed.annotation["characters"]
    before = rows()
    assert import_article(seed, editor).startswith(f"Already here: article {snapshot.article_id},")
    assert rows() == before


def test_quotation_shifted_by_one_character_is_refused(seed: Seed, editor: User) -> None:
    import_article(seed, editor)
    snapshot = Snapshot.objects.get()
    evidence = link_evidence(
        by=editor,
        claim=log_claim(by=editor, text="A claim"),
        source=SourceFactory(),
        stated=day("2023-03-08"),
    )
    before = rows()
    places = [
        place
        for claim in seed.claims.values()
        for statement in claim["statements"]
        for place in statement["appearances"]
    ]
    assert len(places) == 44
    for place in places:
        for shift in (-1, 1):
            passage = Passage(
                article=snapshot.article,
                snapshot=snapshot,
                start=place["start"] + shift,
                end=place["end"] + shift,
                exact=place["exact"],
            )
            with pytest.raises(Refusal) as refused:
                add_appearance(by=editor, evidence=evidence, passage=passage)
            assert refused.value.rule == "appearance_quotation_in_place"
    assert rows() == before


def test_everything_annotated_is_accounted_for(seed: Seed) -> None:
    covered = {name for name in paths(seed.annotation) if name not in HELD}
    for name in NOT_HELD:
        inside = {path for path in covered if path == name or path.startswith(f"{name}.")}
        assert inside, name
        covered -= inside
    assert covered == set()
    assert HELD - set(paths(seed.annotation)) == set()


def test_project_holds_none_of_the_sentences_of_the_seed(seed: Seed) -> None:
    theirs = grams(seed.text_file.read_text(encoding="utf-8"))
    named = grams("the Institute for the Study of War ISW")
    shared = {
        path.name: grams(path.read_text(encoding="utf-8")) & theirs - named
        for path in (settings.BASE_DIR / "docs" / "examples").rglob("*.*")
    }
    assert "article.txt" in shared
    assert {name for name, grams_shared in shared.items() if grams_shared} == set()
