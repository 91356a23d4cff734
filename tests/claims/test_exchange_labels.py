"""What the labels of other organisations suggest, and what they don't."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.choices import Finding
from claims.exchange.labels import Suggestion, fold, suggest
from tests.claims.exchange_files.reading import DATA, needs_data


def found(label: str, **told: str) -> tuple[Finding | None, bool]:
    suggestion = suggest(label, **told)
    assert suggestion.why
    return suggestion.finding, suggestion.sure


@pytest.mark.parametrize(
    ("label", "finding"),
    [
        ("True", Finding.SUPPORTED),
        ("VERDADEIRO", Finding.SUPPORTED),
        ("  doğru ", Finding.SUPPORTED),
        ("falso", Finding.REFUTED),
        ("Pants on Fire!", Finding.REFUTED),
        ("Fałsz.", Finding.REFUTED),
        ("FALSZ", Finding.REFUTED),
        ("YANLIŞ", Finding.REFUTED),
        ("completely_false", Finding.REFUTED),
        ("fake news", Finding.REFUTED),
        ("Half-True", Finding.CONFLICTING),
        ("Misleading content", Finding.CONFLICTING),
        ("भ्रामक", Finding.CONFLICTING),
        ("گمراه\u200cکننده", Finding.CONFLICTING),  # noqa: RUF001
        ("2 [Misleading Content]", Finding.CONFLICTING),
        ("Tidak terbukti", Finding.INSUFFICIENT),
        ("Nieweryfikowalne", Finding.UNRESOLVABLE),
        ("Satire", None),
        ("Full Flop", None),
    ],
)
def test_known_label_is_sure(label: str, finding: Finding | None) -> None:
    assert found(label) == (finding, True)


@pytest.mark.parametrize(
    ("label", "finding"),
    [
        ("Mostly true", Finding.SUPPORTED),
        ("Verdadero, pero…", Finding.SUPPORTED),
        ("mostly_false", Finding.REFUTED),
        ("Controverso", Finding.CONFLICTING),
    ],
)
def test_label_in_between_is_not_sure(label: str, finding: Finding) -> None:
    assert found(label) == (finding, False)


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("Falso: ele nunca disse isso", (Finding.REFUTED, True)),
        ("Prawda. Według danych jest ich dziewięć.", (Finding.SUPPORTED, True)),
        ("Sesat - video yang benar", (Finding.CONFLICTING, True)),
        ("Правда (с неточностями)", (Finding.SUPPORTED, False)),  # noqa: RUF001
        ("False, with a grain of truth", (Finding.REFUTED, False)),
        ("false/fabricated", (Finding.REFUTED, True)),
        ("Misleading and partly false", (Finding.CONFLICTING, True)),
        ("true/false", (None, False)),
    ],
)
def test_longer_text_counts_by_its_beginning(
    label: str, expected: tuple[Finding | None, bool]
) -> None:
    assert found(label) == expected


@pytest.mark.parametrize(
    "label",
    [
        "This claim is false",
        "Not true",
        "It is true that it rained",
        "True crime",
        "False alarm",
        "untrue-ish",
        "falsos",
        "",
        "-",
        "…",
    ],
)
def test_label_within_a_sentence_says_nothing(label: str) -> None:
    assert found(label) == (None, False)


def test_word_with_another_meaning_is_sure_for_its_organisation_only() -> None:
    assert found("Karma", organisation="Teyit.org") == (Finding.CONFLICTING, True)
    assert found("Karma") == (Finding.CONFLICTING, False)
    assert found("Karma", organisation="Check") == (None, False)


@pytest.mark.parametrize(
    ("rating", "best", "worst", "finding"),
    [
        ("1", "5", "1", Finding.REFUTED),
        ("2", "", "", Finding.REFUTED),
        ("3", "5", "", Finding.CONFLICTING),
        ("4", "5", "1", Finding.SUPPORTED),
        ("4,5", "5", "1", Finding.SUPPORTED),
        ("0", "100", "0", Finding.REFUTED),
        ("6", "5", "1", None),
        ("-1", "-1", "-1", None),
        ("1", "1", "5", None),
        ("five", "5", "1", None),
        ("9" * 400, "", "", None),
    ],
)
def test_number_alone_is_never_sure(
    rating: str, best: str, worst: str, finding: Finding | None
) -> None:
    assert found("", rating=rating, best=best, worst=worst) == (finding, False)


def test_label_comes_before_the_number() -> None:
    told = {"rating": "1", "best": "5", "worst": "1"}
    assert found("Verdadeiro", **told) == (Finding.SUPPORTED, True)
    assert found("Satire", **told) == (None, True)
    assert found("Unheard-of", **told) == (Finding.REFUTED, False)


def test_suggestion_says_why() -> None:
    assert suggest("Falso: não") == Suggestion(
        Finding.REFUTED, sure=True, why="The text begins with the label “Falso”."
    )
    assert suggest("Satire").why == "“Satire” is a known label. It is no finding about a claim."
    assert suggest("Qwerty").why == "We don’t know this label."


@given(st.text(max_size=60), st.text(max_size=10))
def test_no_label_breaks_the_suggestion(label: str, rating: str) -> None:
    suggestion = suggest(label, organisation=label, rating=rating, best=rating)
    assert suggestion.why
    assert fold(f" {label}. ") == fold(label)


CLASSES = {
    "true": {Finding.SUPPORTED},
    "mostly true": {Finding.SUPPORTED},
    "partly true/misleading": {Finding.CONFLICTING},
    "complicated/hard to categorise": {
        *(Finding.CONFLICTING, Finding.INSUFFICIENT, Finding.UNRESOLVABLE),
    },
    "mostly false": {Finding.REFUTED},
    "false": {Finding.REFUTED},
}


@needs_data
def test_labels_of_35_organisations_mostly_agree_with_their_classes() -> None:
    folder = DATA / "verdict_labels"
    classes = {}
    for line in (folder / "master_mapping.tsv").read_text("utf-8").splitlines():
        name, words = line.split("\t")
        classes |= {word.strip(): name for word in words.split("|")}
    suggested = agreed = 0
    for path in sorted(folder.glob("*.txt")):
        for line in path.read_text("utf-8").splitlines():
            label, _tab, word = line.rpartition("\t")
            finding, _sure = found(label, organisation=path.stem) if label else (None, False)
            if finding is not None:
                suggested += 1
                agreed += finding in CLASSES.get(classes.get(word.strip().casefold(), ""), set())
    assert suggested >= 450
    assert agreed / suggested > 0.97
