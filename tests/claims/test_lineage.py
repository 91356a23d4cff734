"""The drawing of origins: it tells what the numbers tell, whatever the evidence."""

from collections import Counter

from hypothesis import given, settings

from claims.reading.lineage import Group, Lineage, Root, RootKind, lineage_of
from claims.standing import assess
from tests.claims.test_standing import (
    ELSEWHERE,
    evidence,
    relies_on,
    repeats,
    row,
    voided,
    withdraws,
)


def drawn(rows, links=()):
    return lineage_of(assess(rows, links), rows)


@settings(max_examples=300, deadline=None)
@given(evidence())
def test_each_live_report_stands_exactly_once(given_):
    rows, links = given_
    lineage = drawn(rows, links)
    placed = Counter(lineage.idle)
    for group in lineage.groups:
        for root in group.roots:
            placed.update((*root.evidence, *root.copies))
    live = {each.id for each in rows if each.live and each.entails}
    gone = {each.id for each in rows} - live
    assert {id_: n for id_, n in placed.items() if id_ in live} == dict.fromkeys(live, 1)
    roots = {id_ for group in lineage.groups for root in group.roots for id_ in root.evidence}
    assert placed.keys() - live <= roots  # only an origin can be drawn without being a live report
    assert all(each.entails for each in rows if each.id in gone & roots)


@settings(max_examples=300, deadline=None)
@given(evidence())
def test_roots_are_the_origins_at_most_and_counted_groups_those_at_least(given_):
    rows, links = given_
    weighed, lineage = assess(rows, links), drawn(rows, links)
    assert sum(len(group.roots) for group in lineage.groups) == weighed.high
    assert sum(group.counted for group in lineage.groups) == weighed.low


def test_no_evidence_draws_nothing():
    assert drawn([]) == Lineage((), ())


def test_ten_copies_stand_under_their_one_origin():
    rows = [row(id_) for id_ in range(1, 12)]
    copies = tuple(range(2, 12))
    assert drawn(rows, [repeats(copy, 1) for copy in copies]) == Lineage(
        (Group((Root(RootKind.OWN, (1,), copies),), counted=True),), ()
    )


def test_copy_of_a_copy_stands_under_the_origin_of_both():
    rows = [row(1), row(2), row(3)]
    assert drawn(rows, [repeats(3, 2), repeats(2, 1)]).groups == (
        Group((Root(RootKind.OWN, (1,), (2, 3)),), counted=True),
    )


def test_copy_of_two_stands_under_the_live_one():
    rows = voided([row(1), row(2), row(3)], 1)
    assert drawn(rows, [repeats(3, 1), repeats(3, 2)]).groups == (
        Group((Root(RootKind.OWN, (2,), (3,)),), counted=True),
        Group((Root(RootKind.VOIDED, (1,)),), counted=False),
    )


def test_one_voice_is_one_group_of_several_roots():
    rows = [row(1, voices={901}), row(2, voices={901}), row(3)]
    assert drawn(rows).groups == (
        Group((Root(RootKind.OWN, (1,)), Root(RootKind.OWN, (2,))), counted=True),
        Group((Root(RootKind.OWN, (3,)),), counted=True),
    )


def test_unnamed_sources_are_one_group():
    rows = [row(id_, unnamed=True) for id_ in (1, 2, 3)]
    assert [len(group.roots) for group in drawn(rows).groups] == [3]


def test_what_relies_on_another_stands_in_its_group():
    rows = [row(1), row(2), row(3)]
    assert drawn(rows, [relies_on(2, 1), relies_on(3, 2)]).groups == (
        Group(
            (
                Root(RootKind.OWN, (1,)),
                Root(RootKind.RELYING, (2,), relies_on=(1,)),
                Root(RootKind.RELYING, (3,), relies_on=(2,)),
            ),
            counted=True,
        ),
    )


def test_what_relies_on_a_copy_stands_with_the_origin_of_the_copy():
    rows = [row(1), row(2), row(3)]
    assert [len(group.roots) for group in drawn(rows, [repeats(2, 1), relies_on(3, 2)]).groups] == [
        2
    ]


def test_what_relies_on_two_origins_joins_them_not():
    rows = [row(1), row(2), row(3)]
    groups = drawn(rows, [relies_on(3, 1), relies_on(3, 2)]).groups
    assert [(len(group.roots), group.counted) for group in groups] == [(2, True), (1, True)]


def test_origin_of_another_claim_counts_perhaps():
    assert drawn([row(1)], [repeats(1, ELSEWHERE)]) == Lineage(
        (Group((Root(RootKind.ELSEWHERE, (ELSEWHERE,), (1,)),), counted=False),), ()
    )


def test_what_was_taken_back_and_its_copies_count_nowhere():
    rows = [row(1), row(2), row(3)]
    assert drawn(rows, [repeats(2, 1), withdraws(9, 1)]) == Lineage(
        (Group((Root(RootKind.OWN, (3,)),), counted=True),), (1, 2)
    )


def test_copy_of_a_denial_counts_nowhere():
    rows = [row(1), row(2, stance="denies")]
    assert drawn(rows, [repeats(1, 2)]) == Lineage((), (1,))


def test_hundreds_of_copies_of_copies_stay_on_three_levels():
    rows = [row(id_) for id_ in range(1, 301)]
    links = [repeats(id_, id_ - 1) for id_ in range(2, 301)]
    assert drawn(rows, links).groups == (
        Group((Root(RootKind.OWN, (1,), tuple(range(2, 301))),), counted=True),
    )


def test_hundreds_that_rely_on_each_other_are_one_group():
    rows = [row(id_) for id_ in range(1, 301)]
    links = [relies_on(id_, id_ - 1) for id_ in range(2, 301)]
    assert [(len(group.roots), group.counted) for group in drawn(rows, links).groups] == [
        (300, True)
    ]
