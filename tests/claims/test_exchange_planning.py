"""What the check says is what the import does, whatever the rows and however they are divided."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from articles.models import Article, Event, Source
from claims.actions.upkeep import recompute
from claims.choices import RowState
from claims.exchange import chunks, staging
from claims.exchange.files import Sheet
from claims.exchange.outcomes import Outcome
from claims.models import (
    Appearance,
    Claim,
    Evidence,
    ImportBatch,
    ImportFile,
    ImportPlan,
    ImportRow,
    OutsideVerdict,
    Question,
    Verdict,
)
from claims.record import altered, orphans
from tests.claims.imports import sheet_of
from tests.factories import (
    ArticleFactory,
    ClaimFactory,
    EvidenceFactory,
    MergeFactory,
    SnapshotFactory,
    SourceFactory,
    day,
    passage_of,
)

pytestmark = pytest.mark.django_db

FEW: dict[str, list[str]] = {
    "claim": ["It rained", "It snowed", "It rained  ", "Hail"],
    "claim_id": ["", "a", "b"],
    "kind": ["", "event"],
    "language": ["", "en", "fr"],
    "checkable": ["", "no"],
    "window": ["", "2024"],
    "criteria": ["", "Puddles"],
    "question": ["", "What falls?"],
    "source": ["Ada", "ADA", "a farmer", "The Daily", "Adda"],
    "source_id": ["", "s"],
    "source_kind": ["person", "organisation", "unnamed"],
    "source_aliases": ["", "Adda; A."],
    "source_wikidata": ["", "Q5"],
    "stance": ["", "denies", "supports"],
    "scope": ["", "broader"],
    "stated": ["2023-03-07", "2023-03", "2023-02-01"],
    "p_low": ["", "0.5"],
    "p_high": ["0.6"],
    "note": ["because"],
    "article_title": ["", "Rain", "Snow"],
    "article_url": ["", "https://a.example/rain"],
    "article_id": ["", "r"],
    "publisher": ["The Daily", "Ada"],
    "article_published": ["", "2023-03-08"],
    "quotation": ["", "It may rain", "It rains"],
    "hedge": ["", "may"],
    "verbatim": ["", "yes"],
    "reviewer": ["", "The Daily", "Check"],
    "label": ["", "Half true", "False"],
    "finding": ["", "refuted"],
    "reviewed": ["", "2023-03-09"],
    "our_finding": ["", "supported"],
    "summary": ["", "Wet", "Dry"],
    "publish": ["", "yes"],
}
MODELS: tuple[Any, ...] = (
    *(Source, Article, Question, Claim, Evidence, Appearance, OutsideVerdict, Verdict, Event),
)
BAD: dict[str, list[str]] = {
    "claim": ["", "x" * 1001],
    "claim_id": ["CL-999999999", "c"],
    "kind": ["prediction", "evnt"],
    "window": ["2024-01/"],
    "source": [""],
    "source_kind": [""],
    "stated": ["", "7/3/2023"],
    "note": [""],
    "p_low": ["0.7", "2"],
    "p_high": ["", "0.4"],
    "article_url": ["nowhere"],
    "publisher": [""],
    "hedge": ["might"],
    "label": [""],
    "summary": [""],
}
USUAL = ("claim", "source", "source_kind", "stated", "note", "article_title", "publisher")
PAIRS = {"p_high": "p_low", "hedge": "quotation", "label": "reviewer", "summary": "our_finding"}


@st.composite
def records(draw: st.DrawFn) -> dict[str, str]:
    """A record that may be right, in most cells empty; now and then with something wrong."""
    given = {
        name: draw(st.sampled_from(words)) if name in USUAL or draw(st.integers(0, 3)) == 0 else ""
        for name, words in FEW.items()
    }
    if given["stance"]:
        given |= {"p_low": "", "p_high": ""}
    for one, other in PAIRS.items():
        filled = given[one] or given[other]
        for name in (one, other):
            given[name] = (given[name] or next(filter(None, FEW[name]))) if filled else ""
    if not given["reviewer"]:
        given |= {"finding": "", "reviewed": ""}
    if given["hedge"]:
        given["quotation"] = "It may rain"
    if draw(st.integers(0, 4)) == 0:
        name = draw(st.sampled_from(sorted(BAD)))
        given[name] = draw(st.sampled_from(BAD[name]))
    return given


def staged(sheet: Sheet, by: User) -> tuple[ImportBatch, list[ImportRow]]:
    batch = staging.open_batch(by=by, name="Rain")
    file = ImportFile.objects.create(batch=batch, position=1, name="rain.csv")
    staging.stage_sheet(file, sheet, 1, 0, lambda: False)
    return batch, list(ImportRow.objects.filter(batch=batch).order_by("number"))


def what_is_here() -> None:
    """A claim that was merged, a captured text, somebody unnamed in it, a verdict."""
    hail = ClaimFactory(text="Hail")
    MergeFactory(duplicate=hail, survivor=ClaimFactory(text="It hailed"))
    publisher = SourceFactory(name="The Daily", kind="organisation")
    article = ArticleFactory(title="Rain", publisher=publisher, url="https://a.example/rain")
    snapshot = SnapshotFactory(article=article, text="Ada said: It may rain. Then again.")
    EvidenceFactory(
        claim=hail,
        source=SourceFactory(kind="unnamed", name="a farmer"),
        passages=[passage_of(snapshot, "It may rain")],
    )


def told(outcomes: list[Outcome]) -> list[Any]:
    return [(each.row, each.problems, each.added) for each in outcomes]


def divided(rows: list[ImportRow], size: int) -> list[list[ImportRow]]:
    return [rows[start : start + size] for start in range(0, len(rows), size)]


def held() -> dict[str, int]:
    return {model.__name__: model._default_manager.count() for model in MODELS}


@settings(
    max_examples=25,
    phases=(Phase.reuse, Phase.generate),  # to make an example smaller takes minutes
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    rows=st.lists(records(), min_size=1, max_size=8),
    checked=st.integers(1, 8),
    written=st.integers(1, 8),
)
def test_check_says_what_the_import_does(
    chief: User, rows: list[dict[str, str]], checked: int, written: int
) -> None:
    with transaction.atomic():  # each example finds what the last one found
        what_is_here()
        sheet = sheet_of(*rows)
        batch, given_rows = staged(sheet, chief)
        before = held()
        dry = [one for some in divided(given_rows, checked) for one in chunks.check(batch, some)]
        assert held() == before
        ImportPlan.objects.filter(batch=batch).delete()
        done = []
        for some in divided(given_rows, written):
            done += chunks.write(batch, some, by=chief)
        assert told(done) == told(dry)
        new = {
            model.__name__: sum(len(one.wrote.get(str(model._meta.model_name), [])) for one in done)
            for model in MODELS[:-1]
        }
        after = held()
        assert {name: after[name] - before[name] for name in new} == new
        ids = Claim.objects.values_list("pk", flat=True)
        assert [drift for claim in ids for drift in recompute(claim=claim, store=False)] == []
        assert (orphans(), list(altered())) == ([], [])
        addressed: tuple[Any, ...] = (Source, Article, Question, Claim)
        assert [model for model in addressed if model.objects.filter(slug="").exists()] == []
        again_batch, again = staged(sheet, chief)
        taken = [row for row, one in zip(again, done, strict=True) if not one.problems]
        repeated = chunks.write(again_batch, taken, by=chief)
        assert [one.added for one in repeated if one.state != RowState.UNCHANGED] == []
        assert held() == after
        transaction.set_rollback(True)


def test_rejected_record_publishes_nothing_for_the_next(chief: User) -> None:
    rows = [
        {
            "claim": "It rained",
            "source": "Ada",
            "source_kind": "person",
            "stated": "soon",
            "publish": "yes",
        },
        {
            "claim": "It rained",
            "source": "Ada",
            "source_kind": "person",
            "stated": "2023",
            "publish": "yes",
        },
    ]
    ClaimFactory(text="It rained")
    batch, given_rows = staged(sheet_of(*rows), chief)
    done = chunks.write(batch, given_rows, by=chief)
    assert [(one.state, "published" in one.added) for one in done] == [
        ("rejected", False),
        ("written", True),
    ]
    assert Claim.objects.get().is_published


SNOW = {"claim": "It snowed", "stated": "2023-03", "article_title": "Snow"}


def test_somebody_unnamed_is_known_again_in_a_later_chunk(chief: User) -> None:
    unnamed = SNOW | {"source": "a farmer", "source_kind": "unnamed"}
    sheet = sheet_of(unnamed | {"publisher": "Ada"}, unnamed | {"publisher": "The Daily"})
    SourceFactory(name="Ada")
    SourceFactory(name="The Daily")
    batch, rows = staged(sheet, chief)
    dry = [one for some in divided(rows, 1) for one in chunks.check(batch, some)]
    ImportPlan.objects.filter(batch=batch).delete()
    assert told(chunks.write(batch, rows, by=chief)) == told(dry)
    assert dry[1].added == ("article", "appearance")


def test_somebody_unnamed_stays_who_is_meant_when_another_is_called_the_same(chief: User) -> None:
    EvidenceFactory(
        claim=ClaimFactory(text="It snowed"),
        source=SourceFactory(kind="unnamed", name="a farmer"),
        stated=day("2023-03"),
    )
    SourceFactory(name="a farmer")
    same = {"source": "a farmer", "stated": "2023-03"}
    batch, rows = staged(sheet_of({"claim": "It snowed"} | same, {"claim": "Hail"} | same), chief)
    done = chunks.write(batch, rows, by=chief)
    assert [one.added for one in done] == [(), ("claim", "evidence")]
    assert Evidence.objects.get(claim__text="Hail").source.kind == "organisation"
