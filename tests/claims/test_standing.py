"""Evidence state and origins: each rule by example, and what must hold whatever the evidence."""

from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from claims import standing
from claims.standing import Dependence, Reason, ReasonKind, State, assess

INTELLIGENCE, NATO, KYIV = 901, 902, 903
ELSEWHERE = 777


def row(id_, source=None, *, stance="asserts", scope="same", voices=(), unnamed=False, live=True):
    """One testimony, by a source of its own unless another is given."""
    return standing.Testimony(
        id=id_,
        source=id_ if source is None else source,
        stance=stance,
        scope=scope,
        voices=frozenset(voices),
        unnamed=unnamed,
        live=live,
    )


def repeats(from_, to):
    return Dependence(from_, to, "repeats")


def relies_on(from_, to):
    return Dependence(from_, to, "relies_on")


def withdraws(from_, to):
    return Dependence(from_, to, "withdraws")


def interval(rows, links=()):
    weighed = assess(rows, links)
    return weighed.low, weighed.high


def voided(rows, *ids):
    return [replace(each, live=each.live and each.id not in ids) for each in rows]


# The worked example of the model: who sabotaged the Nord Stream pipelines?

NYT_OFFICIALS = row(1, unnamed=True, voices={INTELLIGENCE})
OTHER_OFFICIALS = row(2, unnamed=True, voices={INTELLIGENCE})
INVESTIGATION = row(3)
OUTLETS = [row(id_) for id_ in range(10, 20)]
OUTLETS_REPEAT = [repeats(outlet.id, 1) for outlet in OUTLETS]
MAY_BE_SAME = Reason(ReasonKind.UNNAMED_MAY_BE_SAME, (1, 2))
TEN_REPEAT = Reason(ReasonKind.REPEATS, tuple(range(10, 20)), (1,))


def test_nord_stream_officials_alone_are_one_origin():
    assert assess([NYT_OFFICIALS], []) == standing.Standing(
        state=State.SINGLE_ORIGIN,
        low=1,
        high=1,
        asserting=1,
        denying=0,
        reports=1,
        reasons=(),
        orphans=(),
    )


def test_nord_stream_other_officials_may_be_the_same():
    assert assess([NYT_OFFICIALS, OTHER_OFFICIALS], []) == standing.Standing(
        state=State.SINGLE_ORIGIN,
        low=1,
        high=2,
        asserting=2,
        denying=0,
        reports=2,
        reasons=(MAY_BE_SAME,),
        orphans=(),
    )


def test_nord_stream_officials_without_an_organisation_give_the_same_numbers():
    nameless = [replace(each, voices=frozenset()) for each in (NYT_OFFICIALS, OTHER_OFFICIALS)]
    assert assess(nameless, []) == assess([NYT_OFFICIALS, OTHER_OFFICIALS], [])
    assert interval([*nameless, INVESTIGATION]) == (2, 3)


def test_nord_stream_an_investigation_corroborates():
    weighed = assess([NYT_OFFICIALS, OTHER_OFFICIALS, INVESTIGATION], [])
    assert (weighed.low, weighed.high, weighed.state) == (2, 3, State.CORROBORATED)
    assert weighed.reasons == (MAY_BE_SAME,)


def test_nord_stream_ten_outlets_repeating_change_nothing():
    rows = [NYT_OFFICIALS, OTHER_OFFICIALS, INVESTIGATION, *OUTLETS]
    assert assess(rows, OUTLETS_REPEAT) == standing.Standing(
        state=State.CORROBORATED,
        low=2,
        high=3,
        asserting=13,
        denying=0,
        reports=13,
        reasons=(TEN_REPEAT, MAY_BE_SAME),
        orphans=(),
    )


def test_nord_stream_voiding_the_investigation_lowers_both():
    rows = [NYT_OFFICIALS, OTHER_OFFICIALS, INVESTIGATION, *OUTLETS]
    weighed = assess(voided(rows, 3), OUTLETS_REPEAT)
    assert (weighed.low, weighed.high, weighed.state) == (1, 2, State.SINGLE_ORIGIN)
    assert (weighed.reasons, weighed.orphans) == ((TEN_REPEAT, MAY_BE_SAME), ())


def test_nord_stream_voiding_the_officials_leaves_their_copies_in_high():
    rows = [NYT_OFFICIALS, INVESTIGATION, *OUTLETS]
    copies = tuple(range(10, 20))
    assert assess(voided(rows, 1), OUTLETS_REPEAT) == standing.Standing(
        state=State.SINGLE_ORIGIN,
        low=1,
        high=2,
        asserting=11,
        denying=0,
        reports=11,
        reasons=(Reason(ReasonKind.ORIGIN_VOIDED, copies, (1,)),),
        orphans=copies,
    )


def test_nord_stream_officials_withdrawing_takes_their_copies_along():
    rows = [NYT_OFFICIALS, INVESTIGATION, *OUTLETS]
    copies = tuple(range(10, 20))
    assert assess(rows, [*OUTLETS_REPEAT, withdraws(50, 1)]) == standing.Standing(
        state=State.SINGLE_ORIGIN,
        low=1,
        high=1,
        asserting=1,
        denying=0,
        reports=12,
        reasons=(Reason(ReasonKind.ORIGIN_WITHDREW, copies, (1,)),),
        orphans=copies,
    )


def test_nord_stream_a_denial_of_something_narrower_does_not_contest():
    denial = row(30, stance="denies", scope="narrower", voices={KYIV})
    weighed = assess([NYT_OFFICIALS, denial], [])
    assert (weighed.state, weighed.denying) == (State.SINGLE_ORIGIN, 0)


# States


def test_state_without_evidence_is_unsourced():
    assert assess([], []) == standing.Standing(
        state=State.UNSOURCED,
        low=0,
        high=0,
        asserting=0,
        denying=0,
        reports=0,
        reasons=(),
        orphans=(),
    )


@pytest.mark.parametrize("stance", ["supports", "weakens", "context"])
def test_state_with_only_inference_or_context_is_unsourced(stance):
    assert assess([row(1, stance=stance)], []) == assess([], [])


@pytest.mark.parametrize(
    ("stance", "scope", "state"),
    [
        ("asserts", "same", State.SINGLE_ORIGIN),
        ("asserts", "narrower", State.SINGLE_ORIGIN),
        ("asserts", "broader", State.UNSOURCED),
        ("denies", "same", State.DENIED_ONLY),
        ("denies", "broader", State.DENIED_ONLY),
        ("denies", "narrower", State.UNSOURCED),
    ],
)
def test_state_by_stance_and_scope(stance, scope, state):
    assert assess([row(1, stance=stance, scope=scope)], []).state == state


def test_state_with_two_independent_sources_is_corroborated():
    assert assess([row(1), row(2)], []).state == State.CORROBORATED


def test_state_with_two_that_may_be_one_voice_is_single_origin():
    assert assess([row(1, voices={NATO}), row(2, voices={NATO})], []).state == State.SINGLE_ORIGIN


def test_state_with_assertion_and_denial_is_contested():
    weighed = assess([row(1), row(2), row(3, stance="denies")], [])
    assert (weighed.state, weighed.low, weighed.denying) == (State.CONTESTED, 2, 1)


def test_state_with_everything_voided_is_unsourced():
    rows = [row(1), row(2, stance="denies")]
    assert assess(voided(rows, 1, 2), []) == assess([], [])


def test_state_with_voided_origin_and_denial_is_contested_by_the_live_copy():
    rows = voided([row(1), row(2), row(3, stance="denies")], 1)
    weighed = assess(rows, [repeats(2, 1)])
    assert (weighed.state, weighed.low, weighed.high) == (State.CONTESTED, 0, 1)


def test_state_values_are_the_stored_words():
    assert [state.value for state in State] == [
        "unsourced",
        "denied_only",
        "single_origin",
        "corroborated",
        "contested",
    ]


# Copies and reliance


def test_copies_are_followed_to_their_root_through_voided_ones():
    rows = voided([row(1), row(2), row(3)], 1, 2)
    weighed = assess(rows, [repeats(3, 2), repeats(2, 1)])
    assert (weighed.low, weighed.high) == (0, 1)
    assert weighed.reasons == (Reason(ReasonKind.ORIGIN_VOIDED, (3,), (1,)),)
    assert weighed.orphans == (3,)


def test_copies_through_a_voided_one_of_a_live_root_are_not_orphans():
    rows = voided([row(1), row(2), row(3)], 2)
    weighed = assess(rows, [repeats(3, 2), repeats(2, 1)])
    assert (weighed.low, weighed.high, weighed.orphans) == (1, 1, ())
    assert weighed.reasons == (Reason(ReasonKind.REPEATS, (3,), (1,)),)


def test_voided_origin_without_a_live_copy_counts_nowhere():
    rows = voided([row(1), row(2), row(3)], 1, 2)
    assert interval(rows, [repeats(2, 1)]) == (1, 1)


def test_copy_of_two_origins_names_both():
    weighed = assess([row(1), row(2), row(3)], [repeats(3, 1), repeats(3, 2)])
    assert (weighed.low, weighed.high) == (2, 2)
    assert weighed.reasons == (
        Reason(ReasonKind.REPEATS, (3,), (1,)),
        Reason(ReasonKind.REPEATS, (3,), (2,)),
    )


def test_copy_of_a_voided_and_a_live_origin_is_an_orphan_too():
    rows = voided([row(1), row(2), row(3)], 1)
    weighed = assess(rows, [repeats(3, 1), repeats(3, 2)])
    assert (weighed.low, weighed.high, weighed.orphans) == (1, 2, (3,))


def test_reliance_counts_in_high_only():
    weighed = assess([row(1), row(2), row(3)], [relies_on(2, 1), relies_on(3, 1)])
    assert (weighed.low, weighed.high) == (1, 3)
    assert weighed.reasons == (Reason(ReasonKind.RELIES_ON, (2, 3), (1,)),)


def test_reliance_is_no_reason_where_the_one_that_relies_is_no_origin():
    rows = [row(1), row(2), row(3, stance="context")]
    weighed = assess(rows, [repeats(2, 1), relies_on(2, 1), relies_on(3, 1)])
    assert weighed.reasons == (Reason(ReasonKind.REPEATS, (2,), (1,)),)


def test_reply_changes_nothing():
    rows = [row(1), row(2)]
    assert assess(rows, [Dependence(2, 1, "responds_to")]) == assess(rows, [])


def test_same_source_twice_counts_once():
    weighed = assess([row(1, 5), row(2, 5)], [])
    assert (weighed.low, weighed.high, weighed.reports) == (1, 1, 2)
    assert weighed.reasons == (Reason(ReasonKind.SAME_SOURCE, (1, 2)),)


def test_copy_of_evidence_elsewhere_is_one_origin_in_high():
    weighed = assess([row(1), row(2)], [repeats(1, ELSEWHERE), repeats(2, ELSEWHERE)])
    assert (weighed.low, weighed.high, weighed.asserting) == (0, 1, 2)
    assert weighed.state == State.SINGLE_ORIGIN
    assert weighed.reasons == (Reason(ReasonKind.ORIGIN_ELSEWHERE, (1, 2), (ELSEWHERE,)),)


def test_copies_through_elsewhere_lead_back_to_a_known_root():
    links = [repeats(2, ELSEWHERE), repeats(ELSEWHERE, 1)]
    weighed = assess([row(1), row(2)], links)
    assert (weighed.low, weighed.high) == (1, 1)
    assert weighed.reasons == (Reason(ReasonKind.REPEATS, (2,), (1,)),)


@pytest.mark.parametrize(
    ("stance", "scope"),
    [("context", "same"), ("supports", "same"), ("denies", "same"), ("asserts", "broader")],
)
def test_copy_of_what_does_not_assert_the_claim_has_no_origin(stance, scope):
    weighed = assess([row(1, stance=stance, scope=scope), row(2)], [repeats(2, 1)])
    assert (weighed.low, weighed.high) == (0, 0)
    assert (weighed.asserting, weighed.reports) == (0, 1)
    assert weighed.reasons == (Reason(ReasonKind.NO_ORIGIN, (2,)),)


def test_circles_end_and_have_no_origin():
    links = [repeats(1, 2), repeats(2, 3), repeats(3, 1), repeats(4, 4), relies_on(5, 5)]
    weighed = assess([row(id_) for id_ in range(1, 6)], links)
    assert (weighed.low, weighed.high) == (0, 1)
    assert weighed.reasons == (
        Reason(ReasonKind.NO_ORIGIN, (1, 2, 3, 4)),
        Reason(ReasonKind.RELIES_ON, (5,), (5,)),
    )


def test_chain_of_ten_thousand_copies_is_one_origin():
    rows = [row(id_) for id_ in range(10_000)]
    assert interval(rows, [repeats(id_, id_ - 1) for id_ in range(1, 10_000)]) == (1, 1)


# Voices


def test_source_and_its_own_organisation_are_one_voice():
    weighed = assess([row(1, voices={NATO}), row(2, NATO)], [])
    assert (weighed.low, weighed.high) == (1, 2)
    assert weighed.reasons == (Reason(ReasonKind.ONE_VOICE, (1, 2)),)


def test_named_and_unnamed_of_one_organisation_are_one_voice():
    weighed = assess([row(1, NATO), row(2, unnamed=True, voices={NATO})], [])
    assert (weighed.low, weighed.high) == (1, 2)
    assert weighed.reasons == (Reason(ReasonKind.ONE_VOICE, (1, 2)),)


def test_unnamed_of_different_organisations_are_apart():
    rows = [row(1, unnamed=True, voices={NATO}), row(2, unnamed=True, voices={KYIV})]
    assert interval(rows) == (2, 2)


def test_voided_bridge_still_joins_and_is_named():
    rows = [row(1, voices={NATO}), row(2, voices={NATO, KYIV}), row(3, voices={KYIV})]
    weighed = assess(voided(rows, 2), [])
    assert (weighed.low, weighed.high) == (1, 2)
    assert weighed.reasons == (
        Reason(ReasonKind.ONE_VOICE, (1, 2)),
        Reason(ReasonKind.ONE_VOICE, (2, 3)),
    )


def test_voided_bridge_is_not_named_where_the_others_are_tied_anyway():
    rows = [row(1, voices={NATO}), row(2, voices={NATO}), row(3, voices={NATO})]
    assert assess(voided(rows, 2), []).reasons == (Reason(ReasonKind.ONE_VOICE, (1, 3)),)


def test_same_source_within_one_voice_is_not_told_twice():
    weighed = assess([row(1, 5, voices={NATO}), row(2, 5), row(3, voices={NATO})], [])
    assert weighed.reasons == (
        Reason(ReasonKind.SAME_SOURCE, (1, 2)),
        Reason(ReasonKind.ONE_VOICE, (1, 3)),
    )


def test_reasons_stand_in_the_order_of_their_evidence():
    rows = [row(id_, voices={KYIV if id_ > 12 else NATO}) for id_ in (16, 9, 17, 10)]
    assert assess(rows, []).reasons == (
        Reason(ReasonKind.ONE_VOICE, (9, 10)),
        Reason(ReasonKind.ONE_VOICE, (16, 17)),
    )


def test_one_voice_of_voided_origins_is_no_reason():
    rows = voided([row(1, voices={NATO}), row(2, voices={NATO}), row(3)], 1, 2)
    assert assess(rows, []).reasons == ()


def test_copy_never_bridges():
    rows = [row(1, voices={NATO}), row(2, voices={NATO, KYIV}), row(3, voices={KYIV})]
    assert interval(rows, [repeats(2, 1)]) == (2, 2)


# Withdrawal


def test_withdrawal_of_the_only_report_leaves_it_unsourced():
    weighed = assess([row(1)], [withdraws(2, 1)])
    assert (weighed.state, weighed.low, weighed.high) == (State.UNSOURCED, 0, 0)
    assert (weighed.asserting, weighed.reports) == (0, 1)
    assert weighed.reasons == (Reason(ReasonKind.ORIGIN_WITHDREW, (), (1,)),)


def test_withdrawal_holds_when_the_testimony_that_withdrew_is_voided():
    rows = [row(1), row(2, 1, stance="context", live=False)]
    assert interval(rows, [withdraws(2, 1)]) == (0, 0)


def test_withdrawal_in_the_middle_takes_only_what_copied_it():
    rows = [row(1), row(2), row(3), row(4)]
    weighed = assess(rows, [repeats(2, 1), repeats(3, 2), repeats(4, 1), withdraws(9, 2)])
    assert (weighed.low, weighed.high, weighed.asserting) == (1, 1, 2)
    assert weighed.reasons == (
        Reason(ReasonKind.REPEATS, (4,), (1,)),
        Reason(ReasonKind.ORIGIN_WITHDREW, (3,), (2,)),
    )
    assert weighed.orphans == (3,)


def test_withdrawal_leaves_a_copy_its_other_origin():
    weighed = assess([row(1), row(2), row(3)], [repeats(3, 1), repeats(3, 2), withdraws(9, 1)])
    assert (weighed.low, weighed.high, weighed.asserting) == (1, 1, 2)
    assert weighed.orphans == (3,)


def test_withdrawal_elsewhere_takes_its_copies_along():
    weighed = assess([row(1)], [repeats(1, ELSEWHERE), withdraws(9, ELSEWHERE)])
    assert (weighed.low, weighed.high, weighed.orphans) == (0, 0, (1,))
    assert weighed.reasons == (Reason(ReasonKind.ORIGIN_WITHDREW, (1,), (ELSEWHERE,)),)


def test_withdrawn_denial_and_what_is_only_its_copy_contest_no_more():
    rows = [row(1), *(row(id_, stance="denies") for id_ in (2, 3, 4))]
    links = [repeats(3, 2), withdraws(9, 2)]
    assert assess(rows, links).denying == 1
    assert assess(rows[:3], links).state == State.SINGLE_ORIGIN
    assert assess(rows[:3], links).orphans == (3,)


def test_withdrawn_denial_ends_the_way_to_the_one_it_repeated():
    rows = [row(id_, stance="denies") for id_ in (1, 2, 3)]
    assert assess(rows, [repeats(3, 2), repeats(2, 1), withdraws(9, 2)]).denying == 1


def test_withdrawn_context_is_no_reason():
    assert assess([row(1, stance="context")], [withdraws(9, 1)]) == assess([], [])


# Words that are not known


@pytest.mark.parametrize(("stance", "scope"), [("assert", "same"), ("asserts", "wider")])
def test_testimony_with_unknown_word_is_refused(stance, scope):
    with pytest.raises(ValueError, match="no such stance or scope"):
        row(1, stance=stance, scope=scope)


def test_dependence_with_unknown_kind_is_refused():
    with pytest.raises(ValueError, match="no such kind of link: 'copies'"):
        Dependence(1, 2, "copies")


def test_same_testimony_given_twice_counts_once_and_two_with_one_id_are_refused():
    assert assess([row(1), row(1)], []) == assess([row(1)], [])
    with pytest.raises(ValueError, match="two different testimonies have the id 1"):
        assess([row(1), row(1, 2)], [])


# What must hold whatever the evidence

LAST = 12
untimed = settings(deadline=None)  # a busy machine is no failure


@st.composite
def evidence(draw, kinds=("repeats", "repeats", "relies_on", "responds_to", "withdraws")):
    """Some rows and links among them: forests with cross-links, circles now and then, strangers."""
    ids = list(range(1, draw(st.integers(1, LAST)) + 1))
    rows = [
        standing.Testimony(
            id=id_,
            source=draw(st.integers(101, 108)),
            stance=draw(st.sampled_from(["asserts"] * 5 + ["denies", "context"])),
            scope=draw(st.sampled_from(["same"] * 4 + ["narrower", "broader"])),
            voices=draw(st.frozensets(st.integers(107, 111), max_size=2)),
            unnamed=draw(st.booleans()),
            live=draw(st.sampled_from([True, True, True, False])),
        )
        for id_ in ids
    ]
    strangers = [ELSEWHERE, ELSEWHERE + 1]
    links = draw(
        st.lists(
            st.builds(
                Dependence,
                from_=st.sampled_from(ids + strangers[:1]),
                to=st.sampled_from(ids + strangers),
                kind=st.sampled_from(kinds),
            ),
            max_size=LAST,
        )
    )
    if draw(st.integers(0, 9)):  # mostly as the database has it: a later one leads to an earlier
        links = [
            link if link.from_ > link.to else replace(link, from_=link.to, to=link.from_)
            for link in links
            if link.from_ != link.to
        ]
    return rows, links


def numbers(weighed):
    return (
        weighed.state,
        weighed.low,
        weighed.high,
        weighed.asserting,
        weighed.denying,
        weighed.reports,
    )


def by_the_book(rows, links):
    """[low, high] once more, written as the definition reads and without regard to speed."""
    known = {each.id: each for each in rows}
    led_from = {link.from_ for link in links if link.kind == "repeats"}
    leans = led_from | {link.from_ for link in links if link.kind == "relies_on"}
    withdrawn = {link.to for link in links if link.kind == "withdraws"}

    def ends(id_, seen=frozenset()):
        if id_ in withdrawn or id_ in seen or (id_ in known and not known[id_].entails):
            return set()
        if id_ not in led_from:
            return {id_}
        steps = [link.to for link in links if link.kind == "repeats" and link.from_ == id_]
        return set().union(*(ends(step, seen | {id_}) for step in steps))

    starts = [each.id for each in rows if each.live and each.entails]
    origins = set().union(*(ends(start) for start in starts))
    high = len({known[i].source if i in known else ("elsewhere", i) for i in origins})

    firsthand = [each for each in rows if each.entails and each.id not in leans]

    def tied(one, other):
        return not (one.voices | {one.source}).isdisjoint(other.voices | {other.source}) or (
            one.unnamed and other.unnamed and not one.voices and not other.voices
        )

    groups = []
    for each in firsthand:
        apart = [group for group in groups if not any(tied(each, other) for other in group)]
        joined = [other for group in groups if group not in apart for other in group]
        groups = [*apart, [each, *joined]]
    low = sum(any(one.live and one.id not in withdrawn for one in group) for group in groups)
    return low, high


@untimed
@given(evidence())
def test_interval_is_as_defined(given_):
    assert interval(*given_) == by_the_book(*given_)


@untimed
@given(evidence())
def test_low_never_exceeds_high(given_):
    weighed = assess(*given_)
    assert 0 <= weighed.low <= weighed.high


@untimed
@given(evidence(), st.data())
def test_repeat_of_anything_live_never_changes_interval_or_state(given_, data):
    rows, links = given_
    there = [each for each in rows if each.live]
    assume(there)
    repeated = data.draw(st.sampled_from(there))
    copy = replace(
        repeated,
        id=LAST + 1,
        source=data.draw(st.integers(101, 120)),
        voices=data.draw(st.frozensets(st.integers(107, 111))),
        unnamed=data.draw(st.booleans()),
    )
    more = [*links, repeats(copy.id, repeated.id)]
    before = assess(rows, links)
    after = assess([*rows, copy], more)
    assert (after.low, after.high, after.state) == (before.low, before.high, before.state)
    claimed = replace(copy, stance="asserts", scope="same")  # whatever it is that it repeats
    assert interval([*rows, claimed], more) == (before.low, before.high)


@untimed
@given(evidence(), st.integers(1, LAST))
def test_repeat_of_a_voided_one_never_changes_low(given_, target):
    rows, links = given_
    more = [*links, repeats(LAST + 1, target)]
    assert assess([*rows, row(LAST + 1)], more).low == assess(rows, links).low


@untimed
@given(evidence(), st.integers(1, LAST))
def test_voiding_never_raises_either_bound(given_, target):
    rows, links = given_
    before = assess(rows, links)
    after = assess(voided(rows, target), links)
    assert (after.low <= before.low, after.high <= before.high) == (True, True)


@untimed
@given(evidence(), st.integers(1, LAST))
def test_withdrawing_never_raises_either_bound(given_, target):
    rows, links = given_
    before = assess(rows, links)
    after = assess(rows, [*links, withdraws(LAST + 1, target)])
    assert (after.low <= before.low, after.high <= before.high) == (True, True)


@untimed
@given(evidence(), st.randoms())
def test_order_of_input_does_not_matter(given_, random):
    rows, links = given_
    expected = assess(rows, links)
    random.shuffle(rows)
    random.shuffle(links)
    assert assess(rows, links) == expected


@untimed
@given(evidence(), st.permutations(range(500, 500 + LAST)), st.permutations(range(101, 112)))
def test_names_of_evidence_and_sources_do_not_matter(given_, ids, sources):
    rows, links = given_

    def renamed(id_):
        return ids[id_ - 1] if id_ <= LAST else id_

    def resourced(source):
        return sources[source - 101]

    other_rows = [
        replace(
            each,
            id=renamed(each.id),
            source=resourced(each.source),
            voices=frozenset(map(resourced, each.voices)),
        )
        for each in rows
    ]
    other_links = [replace(link, from_=renamed(link.from_), to=renamed(link.to)) for link in links]
    before = assess(rows, links)
    after = assess(other_rows, other_links)
    assert numbers(after) == numbers(before)
    assert after.orphans == tuple(sorted(map(renamed, before.orphans)))
    assert sorted(after.reasons, key=repr) == sorted(
        (
            Reason(
                reason.kind,
                tuple(sorted(map(renamed, reason.evidence))),
                tuple(map(renamed, reason.origins)),
            )
            for reason in before.reasons
        ),
        key=repr,
    )


@untimed
@given(evidence())
def test_whatever_differs_has_a_reason(given_):
    weighed = assess(*given_)
    kinds = {reason.kind for reason in weighed.reasons}
    only_between_reports_and_high = {
        ReasonKind.REPEATS,
        ReasonKind.SAME_SOURCE,
        ReasonKind.ORIGIN_WITHDREW,
        ReasonKind.NO_ORIGIN,
    }
    assert (weighed.low == weighed.high) or (kinds - only_between_reports_and_high != set())
    assert (weighed.reports == weighed.high) or (kinds != set())
    assert (weighed.high == 0) == (weighed.asserting == 0)


@untimed
@given(evidence())
def test_reasons_and_orphans_speak_of_what_is_there(given_):
    rows, links = given_
    weighed = assess(rows, links)
    copying = {link.from_ for link in links if link.kind == "repeats"}
    known = {each.id: each for each in rows}
    assert [id_ for id_ in weighed.orphans if id_ not in copying or not known[id_].live] == []
    assert [reason for reason in weighed.reasons if set(reason.evidence) - known.keys()] == []
    assert len(set(weighed.reasons)) == len(weighed.reasons)
