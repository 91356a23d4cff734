"""Words and small pieces of the readers' pages, without a page."""

from datetime import timedelta
from decimal import Decimal

import pytest

from articles.models import Article, Source
from claims.choices import ClaimLinkKind, EvidenceLinkKind, Scope, Stance
from claims.models import Appearance, Claim, Evidence
from claims.reading import chains, wording
from claims.templatetags import sayso

LONG = "w w w w w w\nw w w w w w w"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ([], ""),
        (["A"], "A"),
        (["A", "A"], "A"),
        (["A", "B"], "A and B"),
        (["A", "B", "C", "D"], "A, B, C and D"),
        (["A", "B", "C", "D", "E"], "A, B, C and 2 more"),
        (["A", "عرب"], "A and \u2068عرب\u2069"),
    ],
)
def test_names_say_each_once_and_few(given: list[str], said: str) -> None:
    assert wording.names(given) == said


@pytest.mark.parametrize(
    ("exact", "words"),
    [
        ("“It’s not our action,”", "It’s not our action,"),
        ('"Yes"', "Yes"),
        ("« Oui »", "Oui"),
        ("„Ja“", "Ja"),
        ("“One” and “two”", "“One” and “two”"),
        ("he said “no”", "he said “no”"),
        ("“", "“"),
        ("", ""),
    ],
)
def test_unquoted_takes_marks_away_that_hold_the_whole(exact: str, words: str) -> None:
    assert wording.unquoted(exact) == words


@pytest.mark.parametrize("scope", Scope.values)
@pytest.mark.parametrize("stance", Stance.values)
def test_every_stance_and_scope_has_words(stance: str, scope: str) -> None:
    row = Evidence(source=Source(name="Anna"), stance=stance, scope=scope)
    assert "Anna" in wording.said(row)
    assert (wording.scope_of(row) == "") == (scope == Scope.SAME)
    assert wording.stance(row) != ""


@pytest.mark.parametrize("outward", [True, False])
def test_every_relation_has_words(outward: bool) -> None:
    assert all(wording.relation(kind, outward=outward) for kind in ClaimLinkKind.values)
    assert all(wording.tie(kind, outward=outward) for kind in EvidenceLinkKind.values)


def test_wording_of_a_removed_claim_says_why() -> None:
    assert wording.wording(Claim(text="", redaction_reason="a minor")) == "[removed: a minor]"


@pytest.mark.parametrize(
    ("url", "exact", "place"),
    [
        ("", "words", ""),
        ("https://a.example/x", "", "https://a.example/x"),
        ("https://a.example/x", "so it is", "https://a.example/x#:~:text=so%20it%20is"),
        ("https://a.example/x#top", "so", "https://a.example/x#top:~:text=so"),
        ("https://a.example/x", "a-b, c&d", "https://a.example/x#:~:text=a%2Db%2C%20c%26d"),
        ("https://a.example/x", LONG, f"https://a.example/x#:~:text={'w%20' * 5}w,{'w%20' * 5}w"),
        ("https://a.example/x", "a b\nc", "https://a.example/x#:~:text=a%20b%20c"),
    ],
)
def test_outside_place_finds_the_quotation_in_the_article(url: str, exact: str, place: str) -> None:
    appearance = Appearance(article=Article(url=url), exact=exact)
    assert chains.outside_place_of(appearance) == place


@pytest.mark.parametrize(
    ("exact", "printed"),
    [
        ("It rained", '<q class="serif" lang="en" dir="auto">It rained</q>'),
        ("“It rained”", '<q class="serif" lang="en" dir="auto">It rained</q>'),
        (
            "“It rained,” he said",
            '<span class="serif" lang="en" dir="auto">“It rained,” he said</span>',
        ),
    ],
)
def test_quotation_in_a_line_has_one_pair_of_marks(exact: str, printed: str) -> None:
    assert sayso.quoted(exact, "en") == printed


def test_quotation_in_a_line_is_cut_and_escaped() -> None:
    printed = '<q class="serif" lang="en" dir="auto">It rained &amp; …</q>'
    assert sayso.quoted("It rained & poured", "en", 13) == printed


@pytest.mark.parametrize(
    ("stood", "said"),
    [
        (timedelta(seconds=59), "less than a minute"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(hours=1, minutes=59), "1 hour"),
        (timedelta(days=2, hours=23), "2 days"),
    ],
)
def test_how_long_is_told_roughly(stood: timedelta, said: str) -> None:
    assert sayso.how_long(stood) == said


@pytest.mark.parametrize(
    ("value", "said"),
    [("0", "0"), ("1", "100"), ("0.600", "60"), ("0.725", "72.5"), ("0.001", "0.1")],
)
def test_percent_has_no_needless_digits(value: str, said: str) -> None:
    assert sayso.percent(Decimal(value)) == said


def test_is_marked_inner_quotation() -> None:
    assert wording.is_marked("It’s not “our” action")
    assert wording.is_marked("ce n’est pas « notre » fait")
    assert not wording.is_marked("It’s not our action")
