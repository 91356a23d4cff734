"""What readers find: sentences, other spellings, phrases, halves of words, near matches."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from claims.actions.evidence import Passage
from claims.matching import finding, spelling
from claims.matching.finding import find
from claims.matching.marking import marked
from claims.matching.parsing import parse, words_of
from claims.models import Claim
from tests.factories import (
    ArticleFactory,
    ClaimFactory,
    EvidenceFactory,
    MergeFactory,
    QuestionFactory,
    SourceFactory,
)
from tests.pages import Element, read

ANY_TEXT = st.text(max_size=80) | st.text("“”\"«»'cl-17 %\\\x00|&!()<>*: ", max_size=40)
OTHERS = (
    "Grain ships left the port of Odesa on Monday",
    "The central bank raised its main rate to 8 per cent",
    "A drone fell on an oil depot near Krasnodar",
)


def get(client: Client, **query: str) -> Element:
    response = client.get("/claims/", query)
    assert response.status_code == 200
    return read(response.content)


def claims_on(page: Element) -> list[str]:
    rows = page.all(".claim-rows")
    return [
        text.removeprefix("Claim: ")
        for text in (rows[0].texts(".claim-row__claim") if rows else ())
    ]


@pytest.fixture
def shelf() -> list[Claim]:
    return [ClaimFactory(text=text, published=True) for text in OTHERS]


# Reading a query


@given(ANY_TEXT)
def test_any_text_is_a_query(text: str) -> None:
    typed = parse(text)
    assert len(set(typed.words)) == len(typed.words)
    words = set(typed.words)
    assert [phrase for phrase in typed.phrases if not set(phrase.split()) <= words] == []
    assert typed.begun in {"", *typed.words}


@pytest.mark.parametrize(
    ("text", "words", "phrases", "begun", "claim"),
    [
        ("", (), (), "", None),
        ("rain in Rome", ("rain", "in", "Rome"), (), "Rome", None),
        ("Rome rain Rome.", ("Rome", "rain"), (), "", None),
        ("“not our action” gas", ("not", "our", "action", "gas"), ("not our action",), "", None),
        ('"not our action', ("not", "our", "action"), (), "", None),
        ('« gaz », "a  b" ""', ("gaz", "a", "b"), ("gaz", "a b"), "", None),
        ("20,000 men’s", ("20,000", "men’s"), (), "men’s", None),
        ("CL-17", ("CL", "17"), (), "17", 17),
        ("cl 17 ", ("cl", "17"), (), "", 17),
        ("CL-17 gas", ("CL-17", "gas"), (), "gas", None),
        ("\x00", (), (), "", None),
    ],
)
def test_query_is_read(
    text: str, words: tuple[str, ...], phrases: tuple[str, ...], begun: str, claim: int | None
) -> None:
    typed = parse(text)
    typed_words = tuple(word for each in typed.words for word in [each])
    if claim is None:
        assert typed_words == words
    assert (typed.phrases, typed.begun, typed.claim) == (
        phrases,
        begun if claim is None else typed.begun,
        claim,
    )


@given(ANY_TEXT)
def test_words_are_in_their_text(text: str) -> None:
    assert [word for word in words_of(text) if word not in text] == []


# Spelling


@pytest.mark.parametrize(
    ("one", "other", "away"),
    [
        ("a", "a", 0),
        ("ab", "ba", 1),
        ("grain", "gran", 1),
        ("grain", "grains", 1),
        ("abc", "xyz", 3),
    ],
)
def test_distance(one: str, other: str, away: int) -> None:
    assert spelling.distance(one, other, 5) == away


@given(st.text("abc", max_size=6), st.text("abc", max_size=6))
def test_distance_is_the_same_both_ways(one: str, other: str) -> None:
    away = spelling.distance(one, other, 9)
    assert away == spelling.distance(other, one, 9)
    assert (away == 0) == (one == other)
    assert spelling.distance(one, other, 1) == min(away, 2)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("harkiv", "harkov", True),
        ("donb", "donbas", True),
        ("harkiv", "herson", False),
        ("abc", "abo", False),
    ],
)
def test_names_that_are_alike(one: str, other: str, same: bool) -> None:
    assert (spelling.alike(one, other), spelling.alike(other, one)) == (same, same)


# What is found


SAID = (
    "Russian troops left Kharkiv and the Donbas after the Nord Stream pipelines burst near Bakhmut"
)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "q",
    [
        "kharkiv",
        "Kharkov",
        "Харків",
        "Donbass",
        "Nordstream",
        "Nord Stream",
        "Bakhmout",
        "Bachmut",
        "Бахмут",
        "Bakhm",
        "Bahkmut",
        "pipelnes",
        "Nordstream pipelines near Bakhmout",
        '"left Kharkiv and the Donbas"',
        "“LEFT   kharkiv, and the”",
    ],
)
def test_claim_is_found_however_it_is_written(reader: Client, shelf: list[Claim], q: str) -> None:
    ClaimFactory(text=SAID, published=True)
    assert claims_on(get(reader, q=q)) == [SAID]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "q",
    [
        "Zelensky",
        "Zelenskyy",
        "zelenskiy",
        "Zelenskyj",
        "Volodymyr Zelensky",
        "Зеленський",
        "Zel",
        "President Ze",
    ],
)
def test_claim_is_found_by_who_speaks(reader: Client, shelf: list[Claim], q: str) -> None:
    claim = ClaimFactory(text="The city holds", published=True)
    name = {"name": "Volodymyr Zelenskyy", "aliases": ["President Ze", "Volodímir Selenskyj"]}
    EvidenceFactory(claim=claim, source=SourceFactory(person=True, **name))
    assert claims_on(get(reader, q=q)) == ["The city holds"]


@pytest.mark.django_db
def test_words_of_claim_and_speaker_together(reader: Client, shelf: list[Claim]) -> None:
    anna = SourceFactory(person=True, name="Anna Petrova")
    for text, source in (("It rained in Rome", anna), ("It rained in Oslo", SourceFactory())):
        EvidenceFactory(claim=ClaimFactory(text=text, published=True), source=source)
    page = get(reader, q="Petrova rained")
    assert claims_on(page) == ["It rained in Rome"]
    near = page.all("section.section")[0]
    assert near.texts(".claim-row__claim") == ["Claim: It rained in Oslo"]


@pytest.mark.django_db
def test_phrase_of_a_quotation_a_title_or_a_name(reader: Client, shelf: list[Claim]) -> None:
    source = SourceFactory(person=True, name="Anna van der Berg")
    article = ArticleFactory(title="Morning report from the front")
    claim = ClaimFactory(text="Ukraine did it", published=True)
    EvidenceFactory(
        claim=claim,
        source=source,
        passages=[Passage(article=article, exact="It’s not our action, he said")],
    )
    for q in ('"not our action"', '"report from the front"', '"van der Berg"'):
        assert claims_on(get(reader, q=q)) == ["Ukraine did it"]
    quoted = get(reader, q='"not our action"').one(".claim-row__quote")
    assert quoted.text == "Quotation: It’s not our action, he said"
    assert quoted.texts("mark") == ["not our action"]
    assert get(reader, q='"not our action"').one("#count").all("span")[1].text == (
        'found by "not our action", best match first'
    )
    page = get(reader, q='"action our not"')
    assert (claims_on(page), page.texts(".asked")) == (
        ["Ukraine did it"],
        [
            "Nothing says all of that. These come near.",
            "Nothing here has the exact words “action our not”.",
        ],
    )
    assert claims_on(get(reader, q="he said our action not")) == ["Ukraine did it"]


@pytest.mark.django_db
def test_near_matches_are_said_to_be_near(reader: Client, shelf: list[Claim]) -> None:
    q = "Ships with grain could soon sail from Odesa again, zyxwv"
    page = get(reader, q=q)
    assert claims_on(page) == [OTHERS[0]]
    assert page.texts(".asked")[0] == "Nothing says all of that. These come near."
    assert page.texts(".asked")[1].startswith("Left out, because nothing here holds it:")
    assert page.one("#count").all("span")[1].text == f"near “{q}”, best match first"


@pytest.mark.django_db
def test_words_are_marked_in_any_script_and_form(reader: Client) -> None:
    ClaimFactory(text="Grain <b>ships</b> & boats: السفن الأوكرانية in Бахмуте", published=True)
    page = get(reader, q="shipping السفن Bakhmute grains")
    assert page.texts("mark") == ["Grain", "ships", "السفن", "Бахмуте"]
    assert claims_on(page) == ["Grain <b>ships</b> & boats: السفن الأوكرانية in Бахмуте"]


@pytest.mark.django_db
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60
)
@given(
    st.lists(
        st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=60), max_size=3
    )
)
def test_marking_changes_no_letter(texts: list[str]) -> None:
    pieces = marked(texts, ["a", "ship", "1"])
    assert ["".join(piece for piece, _hit in each) for each in pieces] == texts


@pytest.mark.django_db
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60
)
@given(q=ANY_TEXT)
def test_any_search_has_an_answer(reader: Client, q: str) -> None:
    assert reader.get("/claims/", {"q": q}).status_code in (200, 302)


@pytest.mark.django_db
def test_number_of_a_claim_leads_straight_there(reader: Client, shelf: list[Claim]) -> None:
    claim = shelf[1]
    for q in (f"CL-{claim.pk}", f"cl {claim.pk}"):
        response = reader.get("/claims/", {"q": q})
        assert (response.status_code, response["Location"]) == (302, claim.get_absolute_url())
    live = reader.get("/claims/", {"q": f"CL-{claim.pk}", "live": "1"})
    assert claims_on(read(live.content)) == [claim.text]
    assert live["HX-Replace-Url"] == f"/claims/?q=CL-{claim.pk}"


@pytest.mark.django_db
def test_number_of_a_draft_leads_nowhere(reader: Client, shelf: list[Claim]) -> None:
    draft = ClaimFactory(text="Secret")
    assert claims_on(get(reader, q=f"CL-{draft.pk}")) == []


@pytest.mark.django_db
def test_drafts_are_found_by_editors_only(reader: Client, editor_client: Client) -> None:
    ClaimFactory(text="Grain ships left Mariupol")
    assert claims_on(get(reader, q="grain")) == []
    assert claims_on(get(editor_client, q="grain")) == ["Grain ships left Mariupol"]


@pytest.mark.django_db
def test_words_of_a_merged_claim_find_the_one_that_is_kept(reader: Client) -> None:
    one, other = (
        ClaimFactory(text=t, published=True) for t in ("The bridge was hit", "A missile struck")
    )
    MergeFactory(duplicate=one, survivor=other)
    assert claims_on(get(reader, q="bridge")) == ["A missile struck"]


@pytest.mark.django_db
def test_names_stand_above_the_claims(reader: Client) -> None:
    question = QuestionFactory(text="Who holds Bakhmut?")
    article = ArticleFactory(title="Bakhmut besieged")
    source = SourceFactory(name="Bakhmut council")
    claim = ClaimFactory(text="Bakhmut holds", question=question, published=True)
    EvidenceFactory(claim=claim, source=source, passages=[Passage(article=article)])
    QuestionFactory(text="Is Bakhmut in a draft?")
    groups = get(reader, q="Bakhmout").one("dl.meant").all("div")
    assert [(group.texts("dt"), group.texts("li")) for group in groups] == [
        (["Sources"], ["Bakhmut council"]),
        (["Questions"], ["Who holds Bakhmut?"]),
        (["Articles"], ["Bakhmut besieged"]),
    ]


@pytest.mark.django_db
def test_facets_count_what_was_found(reader: Client, shelf: list[Claim]) -> None:
    page = get(reader, q="grain")
    kinds = [s for s in page.one("nav.facets").all("section") if s.texts("h2") == ["Kind"]]
    assert kinds[0].texts("a") == ["Event 1"]
    assert kinds[0].one("a")["href"] == "/claims/?kind=event&q=grain"


@pytest.mark.django_db
def test_filter_that_leaves_nothing_says_which_to_lift(reader: Client, shelf: list[Claim]) -> None:
    empty = get(reader, q="grain", kind="cause").one("div.empty")
    assert empty.texts("li") == ["Without Cause 1"]
    assert [a["href"] for a in empty.all("a")] == ["/claims/?q=grain", "/claims/"]


@pytest.mark.django_db
def test_filters_that_leave_nothing_one_by_one_are_lifted_together(
    reader: Client, shelf: list[Claim]
) -> None:
    empty = get(reader, q="grain", kind="cause", status="refuted").one("div.empty")
    assert empty.texts("li") == ["Without the filters 1"]
    assert empty.one("li").one("a")["href"] == "/claims/?q=grain"


@pytest.mark.django_db
def test_only_so_many_claims_are_looked_at(reader: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "LOOKED_AT", 2)
    texts = [f"Grain left port {word}" for word in ("alpha", "beta", "gamma")]
    for text in texts:
        ClaimFactory(text=text, published=True)
    page = get(reader, q="grain")
    assert claims_on(page) == texts[:0:-1]
    assert page.texts(".asked") == ["Only the newest claims with these words were looked at."]


@pytest.mark.django_db
def test_only_so_many_claims_are_listed(reader: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    for word in ("alpha", "beta", "gamma"):
        ClaimFactory(text=f"Grain left port {word}", published=True)
    ClaimFactory(text="Grain, grain and nothing but grain", published=True)
    page = get(reader, q="grain")
    whole = claims_on(page)
    assert (len(whole), page.texts(".asked")) == (4, [])
    monkeypatch.setattr(finding, "LISTED", 2)
    page = get(reader, q="grain")
    assert claims_on(page) == whole[:2]
    assert page.texts(".asked") == ["Only the best matches are listed."]


@pytest.mark.django_db
def test_only_so_many_claims_of_somebody_are_looked_at(
    reader: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "SAID", 2)
    source = SourceFactory(person=True, name="Anna Petrova")
    texts = [f"It rained in {place}" for place in ("Kyiv", "Riga", "Tartu")]
    for text in texts[:2]:
        EvidenceFactory(claim=ClaimFactory(text=text, published=True), source=source)
    page = get(reader, q="Petrova rained")
    assert claims_on(page) == texts[1::-1]
    EvidenceFactory(claim=ClaimFactory(text=texts[2], published=True), source=source)
    assert claims_on(get(reader, q="petrova"))[:2] == texts[:0:-1]
    assert get(reader, q="petrova").texts(".asked") == [
        "Only the newest claims with these words were looked at."
    ]


@pytest.mark.django_db
def test_edited_names_are_found_anew(editor: User) -> None:
    source = SourceFactory(person=True, name="Anna Petrova")
    EvidenceFactory(claim=ClaimFactory(text="It rained", published=True), source=source)
    assert [named.id for named in find("petrova").names] == [source.pk]
    source.name, source.aliases = "Anna Sidorova", ["Anja"]
    source.save()
    assert find("petrova").names == ()
    assert [named.id for named in find("Anja").names] == [source.pk]


@pytest.mark.django_db
@pytest.mark.parametrize("size", [1, 12])
def test_search_takes_the_same_queries_for_any_number_of_claims(
    reader: Client, size: int, django_assert_num_queries: object
) -> None:
    for number in range(size):
        claim = ClaimFactory(text=f"Grain ships left port {number}", published=True)
        EvidenceFactory(claim=claim, passages=[Passage(article=ArticleFactory())])
    with django_assert_num_queries(12):
        assert len(claims_on(get(reader, q="grain ships"))) == size
