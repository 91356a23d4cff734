"""Similar claims: what is found by which words, who may see it, and that the index keeps up."""

from itertools import pairwise
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import override_settings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from claims.actions.intake import edit_claim
from claims.actions.merging import void_claim_link
from claims.actions.redaction import redact
from claims.actions.setting_aside import set_aside
from claims.exchange.resembling import here, terms_of, within
from claims.matching import ASKED, lexical, similar
from claims.models import Claim
from tests.factories import (
    ClaimFactory,
    EvidenceFactory,
    MergeFactory,
    QuestionFactory,
    SourceFactory,
    day,
)

pytestmark = pytest.mark.django_db

QUERIES = 5
OTHERS = (
    "Grain ships left the port of Odesa on Monday",
    "The central bank raised its main rate to 8 per cent",
    "Two miners died when a shaft collapsed in Upper Silesia",
    "The parliament in Budapest put off its vote on Sweden",
    "A drone fell on an oil depot near Krasnodar",
    "The minister of health will resign before the summer",
)

KEPT = "SELECT term, times, size FROM claims_term WHERE claim_id = %s ORDER BY term"
FROM_WORDS = "SELECT term, times, count(*) OVER () FROM claims_terms(%s) ORDER BY term"


@pytest.fixture
def shelf() -> list[Claim]:
    """Claims about other things."""
    return [ClaimFactory(text=text) for text in OTHERS]


def found(text: str, user: User, **more: Any) -> list[Claim]:
    return [match.claim for match in similar(text, user=user, **more)]


def fold(words: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT claims_fold(lower(unaccent(%s)))", [words])
        return str(cursor.fetchone()[0])


def terms(text: str) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT term FROM claims_terms(%s)", [text])
        return {term for (term,) in cursor.fetchall()}


def kept_terms(claim: Claim) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT term FROM claims_term WHERE claim_id = %s", [claim.pk])
        return {term for (term,) in cursor.fetchall()}


# Words and spellings


SPELLINGS = [
    "Bakhmut Bakhmout Bachmut Bahmut Бахмут Бахмута",
    "Prigozhin Prigojine Prigoschin Prigozjin Prigožin Пригожин",
    "Zelensky Zelenskyy Zelenskiy Zelenskyj Selenskyj Zelenski Зеленский Зеленський",
    "Kyiv Kiev Kiew Київ Киев",
    "Wagner Vagner Вагнер",
    "Yevgeny Evgeny Jewgeni Evgueni Yevgeniy Евгений",
    "Lukashenko Loukachenko Lukaschenko Лукашенко",
    "Shoigu Shoygu Choïgou Schoigu Шойгу",
    "Chernobyl Tchernobyl Tschernobyl Чернобыль",
    "Medvedev Medwedew Медведев",
    "Kharkiv Kharkiw Харків",
    "Mariupol Marioupol Мариуполь",
    "Tymoshenko Timochenko Timoshenko Тимошенко",
    "Putin Poutine Путин",
]


@pytest.mark.parametrize("names", SPELLINGS, ids=lambda names: names.split()[0])
def test_name_in_other_spellings(names: str) -> None:
    assert {tuple(sorted(terms(name))) for name in names.split()} == {
        tuple(sorted(terms(names.split(maxsplit=1)[0])))
    }


def test_names_that_differ() -> None:
    """One letter more or less in common isn't another spelling."""
    names = "Bakhmut Prigozhin Zelensky Zelinsky Kyiv Kharkiv Kherson Putin Poltava Wagner Warsaw"
    assert len({fold(name) for name in names.split()}) == len(names.split())


@pytest.mark.parametrize(
    ("words", "folded"),
    [
        ("kadyrov", "kadirov"),
        ("2000", "2000"),
        ("f16", "f16"),
        ("", ""),
        ("بيان", "بيان"),
        ("東京", "東京"),
    ],
)
def test_word_folded(words: str, folded: str) -> None:
    assert fold(words) == folded


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.text("abcdeghijkoqsuvwxyzéжщцёїь'’-19", min_size=1), max_size=4))
def test_words_fold_one_by_one(words: list[str]) -> None:
    """So all words of a claim can be folded at once."""
    assert fold(" ".join(words)).split(" ") == [fold(word) for word in words or [""]]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text("abcehijkosuwyz", min_size=1))
def test_doubled_letters_fold_away(word: str) -> None:
    folded = fold(word)
    assert [one for one, other in pairwise(folded) if one == other] == []


def test_terms_of_a_text() -> None:
    assert terms("It will reach Kramatorsk, 20,000 of the Ukrainians’") == {
        "reas",
        "kramatorsk",
        "^krama",
        "20000",
        "ukrainian",
        "^ukrai",
    }


def test_same_words_score_one(editor: User, shelf: list[Claim]) -> None:
    [match] = similar(OTHERS[0], user=editor, limit=1)
    assert (match.claim, round(match.score, 6), match.method) == (shelf[0], 1.0, "lexical")
    assert match.reason == "shares Grain, ships, left, port, Odesa, Monday"


def test_two_translations_of_a_sentence(editor: User, shelf: list[Claim]) -> None:
    one = "Zelenskyy: if they seize Bakhmut, the road to other Ukrainian towns lies open to Russia"
    other = "Zelensky says Russian troops would have free passage to cities after taking Bakhmout"
    first, second = ClaimFactory(text=one), ClaimFactory(text=other)
    assert found(one, editor)[:2] == [first, second]
    assert found(other, editor)[:2] == [second, first]


def test_another_language(editor: User, shelf: list[Claim]) -> None:
    claim = ClaimFactory(text="Bakhmut will fall within days, says Prigozhin", language="en")
    assert found("Selon Prigojine, Bakhmout tombera d’ici quelques jours", editor) == [claim]


def test_sentence_that_shares_some_words(editor: User, shelf: list[Claim]) -> None:
    """Its words aren't all asked for."""
    text = "Officials in Brussels believe that ships with grain could soon leave Odesa again"
    assert found(text, editor)[0] == shelf[0]


@pytest.mark.parametrize("text", ["Bakhm", "Who holds Bakhmu", "bakhmout"])
def test_while_typing(text: str, editor: User, shelf: list[Claim]) -> None:
    claim = ClaimFactory(text="Ukrainian forces still hold Bakhmut")
    [match] = similar(text, user=editor)
    assert (match.claim, match.reason.split()[0]) == (claim, "shares")
    assert match.reason.endswith(text.rsplit(maxsplit=1)[-1])


def test_finished_word_grows_no_further(editor: User) -> None:
    claim, other = ClaimFactory(text="The port is closed"), ClaimFactory(text="Portland grows")
    assert found("port", editor) == [claim]
    assert found("portl", editor) == [other]
    assert found("portl ", editor) == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   \n",
        "the of and to",
        "!? … —",
        "\x00",
        "\ud800\udfff",
        "'\"",
        "%s %(text)s",
    ],
)
def test_nothing_to_go_by(text: str, editor: User, shelf: list[Claim]) -> None:
    assert found(text, editor) == []


@pytest.mark.parametrize(
    "text",
    [
        "grain\x00 ships",
        "\udcffgrain ships",
        "“Grain” 'ships'",
        "grain' OR 1=1 -- ships",
        "grain % ships",
    ],
)
def test_odd_characters(text: str, editor: User, shelf: list[Claim]) -> None:
    assert found(text, editor) == [shelf[0]]


def test_text_of_a_thousand_characters(editor: User, shelf: list[Claim]) -> None:
    text = (" ".join(OTHERS) + " and so forth, as everybody has known for years" * 20)[:1000]
    assert set(found(text, editor, limit=6)) == set(shelf)


def test_only_common_terms(editor: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where all that was asked for is everywhere, the rarest of it is read all the same."""
    monkeypatch.setattr(lexical, "EARLY", 2)
    claims = [ClaimFactory(text=f"Grain ships left port {n}") for n in range(4)]
    aside = ClaimFactory(text="Grain ships left Odesa")
    assert set(found("grain ships left", editor)) == {*claims, aside}
    assert found("grain ships left odesa", editor)[0] == aside


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("Ela perdeu 39 kg", False),
        ("Em 2022 choveu 39 dias", False),
        ("Siversk em 2022", True),
        ("39 2022", True),
    ],
)
def test_numbers_alone_are_no_likeness(
    text: str, near: bool, editor: User, shelf: list[Claim]
) -> None:
    claim = ClaimFactory(text="The town of Siversk was shelled 39 times in 2022")
    assert found(text, editor, least=ASKED) == [claim] * near
    assert found(text, editor) == [claim] * near


def test_number_raises_what_the_words_have_found(editor: User, shelf: list[Claim]) -> None:
    towns = [ClaimFactory(text=f"The town of Siversk was shelled {n} times") for n in (12, 39)]
    assert found("Siversk was shelled 39 times", editor) == towns[::-1]


def test_numbers_alone_are_no_likeness_within_a_file() -> None:
    texts = {
        1: "39 times in 2022",
        2: "Ela perdeu 39 kg",
        3: "39 kg perdeu ela em 2021",
        4: "39 2022",
        5: "2022 39",
    }
    assert {number: like.record for number, like in within(texts).items()} == {3: 2, 5: 4}


def test_claim_set_aside_is_no_likeness(editor: User, shelf: list[Claim]) -> None:
    claim = ClaimFactory(text="The town of Siversk was shelled 39 times")
    like = here(claim.text, language="en", user=editor)
    assert like is not None
    assert like.claim == claim.pk
    set_aside(by=editor, claim=claim, reason="Entered twice")
    assert here(claim.text, language="en", user=editor) is None


# What else is known


def test_question_source_and_time_tell_equals_apart(editor: User) -> None:
    question, source = QuestionFactory(), SourceFactory(person=True)
    plain, asked, said, timed, spoken = (
        ClaimFactory(text="The bridge was hit", **more)
        for more in ({}, {"question": question}, {}, {"window": day("2023-03")}, {"language": "fr"})
    )
    EvidenceFactory(claim=said, source=source)

    def first(**known: Any) -> tuple[Claim, str]:
        match = similar("The bridge was hit twice", user=editor, **known)[0]
        return match.claim, match.reason

    shares = "shares bridge, hit"
    assert first() == (plain, shares)
    assert first(question=question) == (asked, f"{shares} · same question")
    assert first(sources=[source]) == (said, f"{shares} · same source")
    assert first(window=day("2023-03-07")) == (timed, f"{shares} · overlapping dates")
    assert first(window=DateRange(None, None)) == (timed, f"{shares} · overlapping dates")
    assert first(language="fr") == (spoken, shares)


def test_words_weigh_more_than_the_question(editor: User, shelf: list[Claim]) -> None:
    question = QuestionFactory()
    ClaimFactory(text="Trains left late on Monday", question=question)
    assert found(OTHERS[0], editor, question=question)[0] == shelf[0]


def test_equals_in_the_order_of_their_ids(editor: User) -> None:
    claims = [ClaimFactory(text="The bridge was hit") for _ in range(7)]
    assert found("The bridge was hit", editor, limit=4) == claims[:4]
    assert found("The bridge was hit", editor, limit=9) == claims


def test_limit_and_least(editor: User, shelf: list[Claim]) -> None:
    text = " ".join(OTHERS)
    assert len(found(text, editor, limit=2)) == 2
    assert found(text, editor, limit=0) == []
    assert found(OTHERS[0], editor, least=1.01) == []


# Who may see what


def test_drafts_are_for_the_desk(editor: User, stranger: User, shelf: list[Claim]) -> None:
    public = ClaimFactory(text="Grain ships left Mariupol", published=True)
    assert set(found("grain ships", editor)) == {shelf[0], public}
    assert found("grain ships", stranger) == [public]
    readers = similar("grain ships", user=AnonymousUser())
    assert [match.claim for match in readers] == [public]


def test_merged_claim_leads_to_the_one_kept(editor: User, shelf: list[Claim]) -> None:
    merge = MergeFactory(
        duplicate=ClaimFactory(text="The bridge was hit"),
        survivor=ClaimFactory(text="Missiles struck the crossing"),
    )
    match = similar("The bridge was hit", user=editor)[0]
    assert (match.claim, round(match.score, 6)) == (merge.survivor, 1.0)
    assert match.reason == "shares bridge, hit"
    assert found("bridge crossing", editor) == [merge.survivor]
    void_claim_link(by=merge.recorded_by, link=merge, reason="two bridges")
    assert found("The bridge was hit", editor)[0] == merge.from_claim


def test_words_of_a_merged_draft_stay_with_the_desk(stranger: User) -> None:
    MergeFactory(
        duplicate=ClaimFactory(text="The bridge was hit"),
        survivor=ClaimFactory(text="Missiles struck the crossing", published=True),
    )
    assert found("The bridge was hit", stranger) == []


# The index keeps up


def test_edited_draft(editor: User) -> None:
    claim = ClaimFactory(text="The bridge was hit")
    edit_claim(by=editor, claim=claim, text="The tunnel was hit")
    assert found("bridge", editor) == []
    assert found("tunnel", editor) == [claim]
    assert kept_terms(claim) == terms("The tunnel was hit")


def test_redacted_claim(editor: User, chief: User) -> None:
    claim = ClaimFactory(text="The bridge was hit by Bakhmutsky", published=True)
    redact(by=chief, subject=claim, reason="court order")
    assert found("The bridge was hit by Bakhmutsky", editor) == []
    assert kept_terms(claim) == set()


def test_written_without_an_action(editor: User) -> None:
    """By COPY, as bulk loads write, and deleted again by SQL."""
    claim = ClaimFactory(text="The bridge was hit")
    with connection.cursor() as cursor:
        columns = "text, slug, language, kind, checkable, criteria, logged_by_id,"
        columns += (
            " evidence_state, origins_low, origins_high, for_count, against_count, redaction_reason"
        )
        with cursor.copy(f"COPY claims_claim ({columns}) FROM STDIN") as copy:
            copy.write_row(
                [
                    *("The tunnel was hit", "c", "en", "event", True, "", editor.pk),
                    *("unsourced", 0, 0, 0, 0, ""),
                ]
            )
    copied = Claim.objects.exclude(pk=claim.pk).get()
    assert found("tunnel", editor) == [copied]
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM claims_claim WHERE id = %s", [copied.pk])
    assert (found("tunnel", editor), kept_terms(copied)) == ([], set())


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_emptied_table() -> None:
    ClaimFactory(text="The bridge was hit")
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE claims_claim CASCADE")
        cursor.execute("SELECT count(*) FROM claims_term")
        assert cursor.fetchone() == (0,)


def test_statistics_once_there_are_some(editor: User, shelf: list[Claim]) -> None:
    """How many claims there are comes from the planner where it has counted enough of them."""
    before = similar(OTHERS[0], user=editor)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE pg_class SET reltuples = CASE relname WHEN 'claims_claim' THEN 6000"
            " ELSE 60000 END WHERE relname IN ('claims_claim', 'claims_term')"
        )
    asked = lexical.ask(OTHERS[0])
    assert asked.size == 10.0
    assert found(OTHERS[0], editor) == [match.claim for match in before]


@override_settings(SIMILAR_BY_MEANING=False)
def test_queries_are_few(
    editor: User, shelf: list[Claim], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    editor.has_perm("claims.view_claim")  # asked once for each request
    with django_assert_num_queries(QUERIES):
        assert len(found(OTHERS[0], editor)) == 1
    more = [ClaimFactory(text=f"Grain ships left Odesa on day {n}") for n in range(9)]
    with django_assert_num_queries(QUERIES):
        assert set(found("Grain ships left Odesa", editor, limit=99)) == {shelf[0], *more}


@pytest.mark.parametrize("word", ["x" * 1000, "ks" * 500, "ab" * 400 + " rain"])
def test_word_without_end_is_cut_before_it_is_folded(word: str, editor: User) -> None:
    """Folding compares letters with all that went before: hundreds of them took seconds."""
    claim = ClaimFactory(text=word)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '10s'")
        assert found(word, editor) == [claim]


def test_claims_written_at_once_have_the_terms_of_their_words(editor: User) -> None:
    texts = [
        *OTHERS,
        "Bakhmut, Bakhmout and Бахмут: Bakhmut",
        "— ! —",
        f"{'a' * 70}b {'a' * 70}c said 1,000,000 of 1000000",
    ]
    rows = [Claim(text=text, slug="claim", logged_by=editor) for text in texts]
    made = Claim.objects.bulk_create(rows)
    with connection.cursor() as cursor:
        for row in made:
            cursor.execute(KEPT, [row.pk])
            kept = cursor.fetchall()
            cursor.execute(FROM_WORDS, [row.text])
            assert kept == cursor.fetchall()


def test_terms_of_many_texts_are_those_of_each() -> None:
    texts = [*OTHERS, *SPELLINGS, "", "the of", "1,234.5 and 1.234", "x" * 70 + " xx", "İ ß ǆ 漢字"]
    told = terms_of(dict(enumerate(texts)))
    assert [told.get(n, frozenset()) for n in range(len(texts))] == [
        {term for term in terms(text) if not term.startswith("^")} for text in texts
    ]
