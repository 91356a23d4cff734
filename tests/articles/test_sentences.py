"""Sentences: where they are cut, where they must not be, and that nothing is lost in between."""

import json
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from articles.sentences import HELD_TOGETHER, Span, context, split

# ruff: noqa: RUF001 (marks and letters that look like others are the subject)

SEED = Path(__file__).resolve().parents[3] / "shared" / "seed"
untimed = settings(deadline=None)  # a busy machine is no failure
needs_seed = pytest.mark.skipif(not SEED.is_dir(), reason="the seed article is not here")


def cut(text):
    return [text[span.start : span.end] for span in split(text)]


def paragraphs(text):
    return [(span.paragraph, text[span.start : span.end]) for span in split(text)]


def examples(*texts):
    """Texts with a bar wherever one is cut, in place of the space there."""
    return pytest.mark.parametrize("marked", texts)


def assert_cut(marked, joint=" "):
    assert cut(marked.replace("|", joint)) == marked.split("|")


# Quotations and who said them


@examples(
    "“We won,” said the minister.|Then he left.",
    "“We won”, said the minister.|Then he left.",
    "“Who did it?” he asked.|Nobody knew.",
    "“We will win!” she shouted.|Nobody heard.",
    "“Perhaps…” he began.|Then he left.",
    "“Who did it?” Reznikov asked.|Nobody knew.",
    "“We will win!” Mr. Stoltenberg told reporters.|Nobody heard.",
    "“It is over.” Reznikov said on Monday.|It was not.",
    "“It is over.” Reznikov said in Kyiv.|It was not.",
    "“It is over.” Reznikov said, and left.|It was not.",
    "“It is over.” Reznikov said.|It was not.",
    "“Who did it?” Reznikov asked him.|Nobody knew.",
    "“We won!” , he said.|Nobody knew.",
    "“We won!” , Zelensky’s words, came late.|Nobody knew.",
    'Is it so?", he asked.|Nobody knew.',
    "“It is over”. he said.|It was not.",
    "“We won.” — Volodymyr Zelensky",
    '"Who did it?" he asked.|"Nobody."|"Really?"',
    "'Who did it?' he asked.|'Nobody.'",
)
def test_quotation_stays_with_the_clause_after_it(marked):
    assert_cut(marked)


@examples(
    "“We won. They lost,” he said.|Nobody cheered.",
    "“We won. They lost. It is so,” said Gen. Miller, who was there.|Nobody cheered.",
    "“Did we win? They lost!” he said.|Nobody cheered.",
    "He said: “We won. They lost.”|Nobody cheered.",
    "They “could go further. They could go on,” he warned.|Nobody cheered.",
    "“We won,” he said, “and they lost. It is so.”|Nobody cheered.",
    "'We won. They lost,' he said.|Nobody cheered.",
    '"We won. They lost," he said.|Nobody cheered.',
    "‘The soldiers’ families left. They were tired,’ he said.|Nobody cheered.",
    "‘The soldiers’ families didn’t go. They were tired!’ he said.|Nobody cheered.",
    "'The soldiers' families left. They were tired,' he said.|Nobody cheered.",
    "He called it ‘a day. A good one’ and left.|Nobody cheered.",
    "He called it 'a day. A good one' and 'so it is' left.|Nobody cheered.",
    "‘The soldiers’ and boys’ families left. They were tired,’ he said.|Nobody cheered.",
    "“5 men left. They lost,” he said.|Nobody cheered.",
    "“Peace. Freedom” Party members left.|Nobody cheered.",
    "“We won. They lost” Zelensky said.|Nobody cheered.",
    "“ We won. They lost, ” he said.|Nobody cheered.",
    "“We won. They lost “, he said.|Nobody cheered.",
    '"We won. They lost. " he said.|Nobody cheered.',
    '("We won. They lost," he said.)|Nobody cheered.',
    '—"We won. They lost," he said.|Nobody cheered.',
    "“He said ‘We won. They lost.’ and left,” she added.|Nobody cheered.",
    '"They saw "the film. A bad one" and left. So it is," he said.|Nobody cheered.',
)
def test_quotation_of_several_sentences_is_kept_whole_with_its_clause(marked):
    assert_cut(marked)


@examples(
    "“We won.|They lost.”|Nobody cheered.",
    "« C’est vrai.|C’est tout. »|Il est parti.",
    "“She said ‘We won.’|They lost ‘it all.’”|She left.",
    "“We won.|They lost”.|Nobody cheered.",
    "“We won,” he said.|“They lost.|It is so.”",
    "“We won.”|“They lost.”",
    "“We won.”|Reznikov said that they had lost.",
    "“We won.”|Reznikov said they had lost.",
    "“Did we win?”|The answer is open.",
    "“We won.|They lost.",
)
def test_quotation_of_its_own_is_cut_like_other_text(marked):
    assert_cut(marked)


@pytest.mark.parametrize(("length", "sentences"), [(HELD_TOGETHER, 2), (HELD_TOGETHER + 1, 3)])
def test_quotation_is_held_together_up_to_a_length(length, sentences):
    one = f"We won{' again' * 99}"[: length - len("“. They lost,”") + 1]
    text = f"First it rained. “{one}. They lost,” he said."
    assert text.index("”") - text.index("“") == length
    assert len(cut(text)) == sentences


def test_long_quotation_is_cut_but_its_clause_stays_with_the_last_sentence():
    one = "We have seen it all before, and more than once."
    several = [one] * (HELD_TOGETHER // len(one) + 1)
    text = f"“{' '.join(several)} It will pass,” said Mr. Miller. He left."
    assert cut(text) == [
        f"“{one}",
        *several[1:],
        "It will pass,” said Mr. Miller.",
        "He left.",
    ]


@examples(
    "“He said, ‘We won.’”|She left.",
    "“Did he say ‘We won’?”|She left.",
    "He left (at last.)|She stayed.",
    "He left [at last].|She stayed.",
    "He called it “a day “.|She left.",
    "He called it “a day. A good one “.|She left.",
    "“It is so. .”|She left.",
    "It is so.”[1]|She left.",
    'It is so."|She left.',
    "He left “.|She came “.",
    "He left“ at last.|She came“ too.",
    "« Non.   »|Bon.",
    "He left. ...|She stayed.",
    "He left?!|— She stayed.",
    "(He left.)|— She stayed.",
    "It is over. .|She left.",
    "It is over.[1][12]|She left.²|He came.",
    "Why?!|No!!!|Well…|Really?..|Yes...|Good.",
    "« Non. »|Bon.",
)
def test_closing_marks_belong_to_the_sentence_before(marked):
    assert_cut(marked)


@examples(
    "He left (see p. 3. It is long) and came.|She stayed.",
    "He left (so it is said. By whom?).|She stayed.",
    "(He left.|She stayed.)|They met.",
)
def test_brackets_hold_what_belongs_to_a_larger_sentence(marked):
    assert_cut(marked)


@examples(
    "It is over.|“But no.”", "Es ist aus.|»Nein.«", 'It is over.|"But no."', "It is over.|‘But no.’"
)
def test_quotation_that_opens_without_a_space_begins_a_sentence(marked):
    assert_cut(marked, joint="")


@examples(
    "The '90s were good.|They took the dogs' food.",
    'A 5" pipe broke.|A 6" one held.',
    'A 5"x3 board broke.|A 6"x3 one held.',
    'A 5 " pipe broke.|A 6 " one held.',
)
def test_marks_that_are_no_quotation(marked):
    assert_cut(marked)


# Abbreviations, initials, numbers, addresses


@examples(
    "Mr. Smith met Gen. Jones, Lt.-Col. Brown and Prof. Dr. Green.|They ate.",
    "MR. SMITH: Good morning.|DR. BROWN: Good evening.",
    "E.g. Smith left, e.g. Kyiv, i.e. Ukraine, vs. Russia etc. and so on.|They ate.",
    "Papers, e.g. The Times, said so.|They ate.",
    "Is he Mr?|Zelensky is.",
    "“He met the Rev.”|The end.",
    "He is the “Gen.” Zelensky is not.|They ate.",
    "He was in the U.S. Army.|They ate.",
    "He lives in the U.S.|The war goes on.",
    "He lives in the U.S.|In Kyiv it rains.",
    "He lives in the U.S...|Zelensky does not.",
    "He lives in the “U.S.” Zelensky does not.|The war goes on.",
    "At 5 p.m. Wednesday it fell.|At 6 a.m.|It rose.",
    "St. Petersburg, No. 10, vol. 3, pp. 5, Art. IV.|They ate.",
    "He said no.|They ate.",
    "See Fig.|They ate.",
    "On Jan. 5 it fell.|It rose in Jan.|The war goes on.",
    "It cost 3.5 million, or 3.|They paid.",
    "He works at Example Inc. Zelensky does not.|He works at Example Inc.|She does not.",
    "J. K. Rowling, J.K. Rowling and George W. Bush met J. So.|They ate.",
    "J. A. Smith met J. He Li.|They ate.",
    "They had a Plan B.|The army used it.",
    "In 2022.|300 left.",
    "It grew by .5 percent.|.NET grew too.",
    "iPhone sales fell.|iPhone sales rose.|They ate.",
)
def test_abbreviations(marked):
    assert_cut(marked)


@examples(
    "See https://example.org/a.b?c=d.|Write to a.b@example.com.|Or www.example.com!|Yes.",
    "See example.org/p.|Write to me@mr.|They ate.",
    "See a.org/x-b.|Zelensky ate.",
    "See https://example.org/a-very-long-page-about-it-b.|Zelensky ate.",
)
def test_addresses(marked):
    assert_cut(marked)


@examples("1. Introduction|2.1. The war|IV. Its end|B. More|(3. Or less)|4.")
def test_numbered_headings(marked):
    assert_cut(marked, joint="\n\n")


@examples("The first is new.|2. The second is old.|3. So is the third.", "A!|B?|C.")
def test_numbers_of_items_within_a_line(marked):
    assert_cut(marked)


@examples(
    "Well… he said so.|Then he left.",
    "Well... he said so.|Then he left.",
    "… and so he left.|[…] He came.|[...] He stayed.",
    "He said… “and so” they left.|He came.",
    "He said... “and so” they left.|He came.",
    "He said it.|“and so” they left.",
)
def test_ellipses(marked):
    assert_cut(marked)


# Other languages


@examples(
    "В 2022 г. Россия начала войну.|А. С. Пушкин, т. е. поэт, жил в г. Москве.|Он умер.",
    "Дома, сады и т. д.|Он ушёл.",
    "Пришёл А. В. Петров.|Он ушёл.",
    "Ген. Миллер, т.е. он, пришёл.|Он сказал им.|Они ушли.",
    "«Мы победим. Мы сильны», — сказал он.|Он ушёл.",
    "«Победа!» — Зеленский рад.|Он ушёл.",
    "— Победа! — сказал он.|— Мы ждали.",
    '"Так "и есть". Это он", - сказал он.|Он ушёл.',
)
def test_cyrillic(marked):
    assert_cut(marked)


@examples(
    "« Nous tiendrons ! » a déclaré M. Le Drian.|Il est parti.",
    "« C’est vrai. C’est fini », a dit Mme Dupont.|Il est parti.",
    "Est-ce vrai ?|Oui !|« Non. »|Bon.",
    "Il a dit : « C’est fini. C’est tout. »|Il est parti.",
    "« C’est vrai. C’est tout »dit-il.|Il est parti.",
)
@pytest.mark.parametrize("space", [" ", "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}"])
def test_french_with_any_space(marked, space):
    for mark in "?!:»":
        marked = marked.replace(f" {mark}", f"{space}{mark}")
    assert_cut(marked.replace("« ", f"«{space}"))


@examples(
    "„Wer war das?“, fragte er.|„Niemand.“|Am 8. März kam er.|Er blieb bis zum 9.|Dann ging er.",
    "„Ja. Nein“, sagte sie.|Gut.",
    "„Ja. Nein“-Rufe kamen.|Gut.",
    "Am 24. Februar kam er.|So war das Jahr 2022.|Januar und Mai vergingen.",
    "»Ja. Nein«, sagte sie.|Gut.",
    "”Ja. Nej”, sade hon.|Bra.",
    "»Ja. Nej», sade hon.|Bra.",
    "¿Quién fue?|¡Nadie!|El Sr. Pérez vino.|Fin.",
    "هل انتهت الحرب؟|نعم.|قال د. أحمد ذلك.",
)
def test_other_alphabets_and_marks(marked):
    assert_cut(marked)


@examples(
    "他说：“我们会赢。我们很强。”|然后他走了。|下雨了！|真的吗？",
    "“我们会赢。”他说。|下雨了。",
    "我们赢。|他说不。",
    "「勝つ。強い。」と彼は言った。|終わり。",
    "他说“我们赢。他们输。”|我走了。|下雨了。",
)
def test_chinese_and_japanese_without_spaces(marked):
    assert_cut(marked, joint="")


# Paragraphs


def test_blank_lines_separate_paragraphs():
    assert paragraphs("\n\nOne. Two.\r\n \t\r\nThree\n\n\n\nFour.\n") == [
        (0, "One."),
        (0, "Two."),
        (1, "Three"),
        (2, "Four."),
    ]


def test_heading_and_one_line_paragraphs_stand_alone():
    text = "A heading\nThe first paragraph is on one line. It has two sentences.\nThe second"
    assert paragraphs(text) == [
        (0, "A heading"),
        (1, "The first paragraph is on one line."),
        (1, "It has two sentences."),
        (2, "The second"),
    ]


def test_lines_wrapped_by_hand_are_one_paragraph():
    text = (
        "This letter was wrapped by hand, as letters were\n"
        "at one time. Its second sentence is written\n"
        "on more than one line.\n"
        "The third begins a new paragraph."
    )
    assert paragraphs(text) == [
        (0, "This letter was wrapped by hand, as letters were\nat one time."),
        (0, "Its second sentence is written\non more than one line."),
        (1, "The third begins a new paragraph."),
    ]


@pytest.mark.parametrize(("word", "number"), [("Fully", 1), ("Fuller", 0)])
def test_line_is_full_when_the_next_word_would_not_have_fitted(word, number):
    first, second = "x" * 44, f"{word} {'x' * 50}"[:50]
    assert split(f"{first}\n{second}")[-1].paragraph == number


def test_lower_case_after_a_stop_is_no_sign_of_wrapping():
    first, second = "It is so.", "iptables is the subject of the next paragraph, all of it."
    assert paragraphs(f"{first}\n{second}") == [(0, first), (1, second)]


@pytest.mark.parametrize("width", [39, 121])
def test_lines_too_short_or_long_to_be_wrapped_stand_alone(width):
    line = "x" * width
    assert paragraphs(f"{line}\n{line}") == [(0, line), (1, line)]


@pytest.mark.parametrize("width", [40, 120])
def test_lines_as_wide_as_wrapped_ones_are_joined(width):
    line = "x" * width
    assert paragraphs(f"{line}\n{line}") == [(0, f"{line}\n{line}")]


def test_list_items_stand_alone():
    items = ["- one that is long enough to look wrapped by hand", "• two", "3. three", "d) four"]
    assert paragraphs("\n".join(items)) == list(enumerate(items))


@pytest.mark.parametrize("text", ["", " ", "\n\r\n\N{NO-BREAK SPACE}\u2029"])
def test_nothing_has_no_sentence(text):
    assert split(text) == ()


@pytest.mark.parametrize("text", ["* * *", "…", "?!", "“”", "."])
def test_only_marks_are_one_sentence_of_their_own(text):
    assert cut(text) == [text]


def test_marks_at_the_end_go_to_the_sentence_before():
    assert cut("It is over. * * *") == ["It is over. * * *"]


def test_span_counts_code_points():
    assert split("😀 One.\n\nTwo.") == (Span(0, 6, 0), Span(8, 12, 1))


# Context


def test_context_is_what_stands_around():
    text = "a" * 100 + "exact" + "b" * 100
    assert context(text, 100, 105) == ("a" * 48, "b" * 48)
    assert context(text, 100, 105, size=32) == ("a" * 32, "b" * 32)
    assert context(text, 100, 105, size=64) == ("a" * 64, "b" * 64)


def test_context_is_shorter_at_the_ends():
    assert context("ab exact cd", 3, 8) == ("ab ", " cd")
    assert context("exact", 0, 5) == ("", "")


@pytest.mark.parametrize(("start", "end"), [(-1, 2), (3, 2), (0, 6)])
def test_context_of_no_span_is_refused(start, end):
    with pytest.raises(ValueError, match="no such span in a text of 5 characters"):
        context("exact", start, end)


@pytest.mark.parametrize("size", [31, 65])
def test_context_of_other_size_is_refused(size):
    with pytest.raises(ValueError, match=f"context is 32 to 64 characters, not {size}"):
        context("exact", 0, 5, size)


# What must hold for any text

PIECES = [
    *("He left", "she came", "It is so", "Reznikov said", "he asked", "Mr", "U.S", "p.m", "No"),
    *(
        "J",
        "e.g",
        "5",
        "Он ушёл",
        "г",
        "т. е",
        "走了",
        "说",
        "نعم",
        "soldiers’",
        "don't",
        "a.b@c.org",
    ),
    *(".", ".", ".", ". .", "!", "?", "…", "。", "؟", ",", ";", ":", "—", "-", "*", "[1]", "²"),
    *("“", "”", "„", "‘", "’", "'", '"', "«", "»", "(", ")", "[", "]", "「", "」"),
    *(
        " ",
        " ",
        " ",
        " ",
        "\n",
        "\n\n",
        "\r\n",
        "\t",
        "\x00",
        "\u2028",
        "\N{NARROW NO-BREAK SPACE}",
    ),
]
texts = st.one_of(st.text(), st.lists(st.sampled_from(PIECES), max_size=60).map("".join))


@untimed
@given(texts)
@example("word. ”")
@example("(a. b.”)")
@example("\x1f.\x1f")
def test_every_character_is_in_one_sentence(text):
    spans = split(text)
    covered = [at for span in spans for at in range(span.start, span.end)]
    assert covered == sorted(set(covered))
    left = set(range(len(text))) - set(covered)
    assert [text[at] for at in left if not text[at].isspace()] == []


@untimed
@given(texts)
def test_no_sentence_begins_or_ends_with_white_space(text):
    assert [piece for piece in cut(text) if not piece or piece != piece.strip()] == []


@untimed
@given(texts)
def test_paragraphs_are_counted_from_nought_without_a_gap(text):
    numbers = [span.paragraph for span in split(text)]
    assert numbers == sorted(numbers)
    assert set(numbers) == set(range(len(set(numbers))))


@untimed
@given(texts, texts)
def test_paragraphs_do_not_touch_each_other(first, second):
    before = split(first)
    offset = len(first) + 2
    number = before[-1].paragraph + 1 if before else 0
    after = tuple(
        Span(span.start + offset, span.end + offset, span.paragraph + number)
        for span in split(second)
    )
    assert split(f"{first}\n\n{second}") == before + after


SENTENCES = st.lists(
    st.sampled_from(
        ["We won", "They lost a lot", "Mr. Smith is in the U.S", "It cost 3.5 million", "Who is it"]
    ),
    min_size=1,
    max_size=5,
)
MARKS = st.sampled_from(["“”", '""', "«»", ("« ", " »"), "„“", "‘’", "''", "»«"])
STOPS = st.sampled_from([". ", "? ", "! ", "… ", "... "])


@untimed
@given(SENTENCES, MARKS, STOPS, st.sampled_from([",", "?", "!", "…"]))
def test_quotation_is_never_cut_from_the_clause_after_it(inside, marks, stop, last):
    quoted = f"{marks[0]}{stop.join(inside)}{last}{marks[1]} said the old minister."
    assert cut(f"First it rained. {quoted} Then it snowed.") == [
        "First it rained.",
        quoted,
        "Then it snowed.",
    ]


@untimed
@given(SENTENCES, MARKS, STOPS, st.sampled_from(["The minister said: ", "He said, "]))
def test_quotation_is_never_cut_from_the_clause_before_it(inside, marks, stop, clause):
    quoted = f"{clause}{marks[0]}{stop.join(inside)}!{marks[1]}"
    assert cut(f"First it rained. {quoted} Then it snowed.") == [
        "First it rained.",
        quoted,
        "Then it snowed.",
    ]


@untimed
@given(texts, st.data())
def test_context_fits_the_text(text, data):
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    prefix, suffix = context(text, start, end)
    assert text[start - len(prefix) : end + len(suffix)] == prefix + text[start:end] + suffix
    assert (len(prefix), len(suffix)) == (min(48, start), min(48, len(text) - end))


@pytest.mark.parametrize(
    ("piece", "sentences"),
    [
        ("It is so. ", 10_000),
        ("“It is so.” ", 8334),
        ("“It is so. ", 9091),
        ("(((It. ", 14286),
        ("It is so… and ", 1),
        (". ", 1),
        ("....", 1),
        ("“”", 1),
        ("[1]", 1),
        ("‘s’ ", 1),
        ("xy", 1),
        ("Mr. ", 1),
    ],
)
def test_hundred_thousand_characters_of_anything_are_cut(piece, sentences):
    text = (piece * 100_000)[:100_000]
    assert len(split(text)) == sentences


# The seed article


@needs_seed
def test_seed_article_has_its_sentences():
    text = (SEED / "day-378.txt").read_text(encoding="utf-8")
    spans = split(text)
    assert len(spans) == 34
    assert spans[-1].paragraph == 29
    unbalanced = [piece for piece in cut(text) if piece.count("“") != piece.count("”")]
    assert [piece[-11:] for piece in unbalanced] == ["ate Russia.", "t Ukraine”.", " genuine “."]


@needs_seed
def test_seed_passages_lie_in_whole_sentences():
    text = (SEED / "day-378.txt").read_text(encoding="utf-8")
    annotation = json.loads((SEED / "day-378.annotation.json").read_text(encoding="utf-8"))
    passages = [
        (appearance["start"], appearance["end"])
        for claim in annotation["claims"]
        for statement in claim["statements"]
        for appearance in statement["appearances"]
    ]
    spans = split(text)
    touched = [
        [span for span in spans if span.start < end and start < span.end] for start, end in passages
    ]
    within = [
        run[0].start <= start and end <= run[-1].end
        for (start, end), run in zip(passages, touched, strict=True)
    ]
    assert within == [True] * 44
    assert sorted(len(run) for run in touched) == [1] * 43 + [2]
