"""Log, link, void, merge and undo in any order, against a model so plain that it can't be wrong.

The model knows claims by their text, the stances that stand on each, and which claims are the
same. After every step the stored counts, states and texts are what it says.
"""

from dataclasses import dataclass, field, replace

import pytest
from django.contrib.auth.models import Group, User
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from articles.models import Event, Snapshot
from claims.actions.evidence import Passage, void_evidence
from claims.actions.intake import edit_claim
from claims.actions.listing import strayed
from claims.actions.merging import merge_claims, void_claim_link
from claims.actions.passages import NewClaim, log_passage
from claims.actions.setting_aside import take_up
from claims.actions.undoing import undo
from claims.actions.upkeep import recompute
from claims.history_check import check
from claims.models import Claim, ClaimLink, Evidence
from claims.record import entries
from claims.refusals import Refusal
from tests.factories import SnapshotFactory, SourceFactory, day

TEXT = "It rained. Nobody saw it."


@dataclass
class Plain:
    """What a claim is: its words, who says what of it (the stance of each source), set aside?"""

    text: str
    said: dict[int, str] = field(default_factory=dict)
    aside: bool = False


class Desk(RuleBasedStateMachine):
    """What an editor does; the last thing done can be undone until something else is."""

    claims: Bundle[int] = Bundle("claims")

    def __init__(self) -> None:
        super().__init__()
        self.block = transaction.atomic()
        self.block.__enter__()
        self.editor = User.objects.create_user("editor")
        self.editor.groups.add(Group.objects.get(name="editor"))
        self.snapshot: Snapshot = SnapshotFactory(text=TEXT)
        self.plain: dict[int, Plain] = {}
        self.merged: dict[int, tuple[int, int]] = {}
        self.before: tuple[dict[int, Plain], dict[int, tuple[int, int]]] | None = None
        self.last: Event | None = None
        self.number = 0

    def teardown(self) -> None:
        try:
            assert check(entries()).faults == ()
            assert [recompute(claim=pk, store=False) for pk in self.plain] == [[]] * len(self.plain)
        finally:
            transaction.set_rollback(True)
            self.block.__exit__(None, None, None)

    def remember(self) -> None:
        """Keep the model as it is, to go back to."""
        said = {pk: replace(claim, said=dict(claim.said)) for pk, claim in self.plain.items()}
        self.before = said, dict(self.merged)

    def did(self) -> None:
        self.last = Event.objects.order_by("pk").last()

    def same(self, pk: int) -> set[int]:
        """The claims that are one with this, by walking from merge to merge."""
        found = {pk}
        while more := {p for pair in self.merged.values() if found & {*pair} for p in pair} - found:
            found |= more
        return found

    def log(self, claim: Claim | NewClaim, stance: str) -> Evidence:
        self.number += 1
        text = self.snapshot.text
        return log_passage(
            by=self.editor,
            claim=claim,
            source=SourceFactory(name=f"Source {self.number}"),
            stated=day("2023-03-07"),
            stance=stance,
            place=Passage(
                article=self.snapshot.article,
                snapshot=self.snapshot,
                start=0,
                end=len(text),
                exact=text,
                seen=True,
            ),
        )

    @rule(target=claims, stance=st.sampled_from(["asserts", "denies"]))
    def log_new(self, stance: str) -> int:
        self.remember()
        evidence = self.log(NewClaim(text=f"Claim {self.number}"), stance)
        self.did()
        pk = evidence.claim_id
        self.plain[pk] = Plain(evidence.claim.text, {evidence.pk: stance})
        assert self.before is not None
        self.before[0][pk] = Plain(evidence.claim.text, aside=True)  # undone, it is set aside
        return pk

    @rule(pk=claims, stance=st.sampled_from(["asserts", "denies"]))
    def link(self, pk: int, stance: str) -> None:
        if self.plain[pk].aside:
            with pytest.raises(Refusal):
                self.log(Claim.objects.get(pk=pk), stance)
            return
        self.remember()
        evidence = self.log(Claim.objects.get(pk=pk), stance)
        self.did()
        self.plain[pk].said[evidence.pk] = stance

    @rule(pk=claims, number=st.integers(0, 9))
    def void(self, pk: int, number: int) -> None:
        said = self.plain[pk].said
        if not said:
            return
        self.remember()
        gone = sorted(said)[number % len(said)]
        void_evidence(by=self.editor, evidence=Evidence.objects.get(pk=gone), reason="Misread")
        self.did()
        del said[gone]

    @rule(pk=claims, words=st.sampled_from(["It rained", "It snowed", "It froze"]))
    def edit(self, pk: int, words: str) -> None:
        if self.plain[pk].text == words:
            return
        self.remember()
        edit_claim(by=self.editor, claim=Claim.objects.get(pk=pk), text=words)
        self.did()
        self.plain[pk].text = words

    @rule(gone=claims, kept=claims)
    def merge(self, gone: int, kept: int) -> None:
        """Only of claims that are in no merge yet: which others are allowed is tested elsewhere."""
        if gone == kept or len(self.same(gone)) > 1 or len(self.same(kept)) > 1:
            return
        rows = Claim.objects.in_bulk([gone, kept])
        if self.plain[gone].aside or self.plain[kept].aside:
            with pytest.raises(Refusal):
                merge_claims(by=self.editor, duplicate=rows[gone], survivor=rows[kept])
            return
        self.remember()
        link = merge_claims(by=self.editor, duplicate=rows[gone], survivor=rows[kept])
        self.did()
        self.merged[link.pk] = (gone, kept)

    @rule(pk=claims)
    def take_up(self, pk: int) -> None:
        if not self.plain[pk].aside:
            return
        self.remember()
        take_up(by=self.editor, claim=Claim.objects.get(pk=pk))
        self.plain[pk].aside = False
        self.last = self.before = None  # it is set aside again by its own button

    @precondition(lambda self: self.merged)
    @rule(number=st.integers(0, 9))
    def unmerge(self, number: int) -> None:
        self.remember()
        pk = sorted(self.merged)[number % len(self.merged)]
        void_claim_link(by=self.editor, link=ClaimLink.objects.get(pk=pk), reason="Not the same")
        self.did()
        del self.merged[pk]

    @precondition(lambda self: self.last is not None)
    @rule()
    def undo(self) -> None:
        """Everything is as it was before the last step; what came back has a new number."""
        assert self.last is not None
        assert self.before is not None
        row = undo(by=self.editor, event=self.last)
        plain, merged = self.before
        if self.last.verb == "evidence.voided":
            claim = plain[self.last.claim_id]
            claim.said[row.pk] = claim.said.pop(self.last.subject_id)
        elif self.last.verb == "claim.unmerged":
            merged[row.pk] = merged.pop(self.last.subject_id)
        self.plain, self.merged = plain, merged
        self.last = self.before = None

    @invariant()
    def stored_is_what_the_model_says(self) -> None:
        assert strayed() == []
        rows = Claim.objects.in_bulk(self.plain)
        found = {
            pk: (c.text, c.for_count, c.against_count, c.evidence_state) for pk, c in rows.items()
        }
        assert found == {pk: self.expected(pk) for pk in self.plain}
        assert {pk for pk, c in rows.items() if c.is_set_aside} == {
            pk for pk, claim in self.plain.items() if claim.aside
        }
        live = Evidence.objects.current().values_list("pk", flat=True)
        assert set(live) == {pk for claim in self.plain.values() for pk in claim.said}
        assert set(Claim.objects.survivors().values_list("pk", flat=True)) == (
            self.plain.keys() - {gone for gone, _kept in self.merged.values()}
        )

    def expected(self, pk: int) -> tuple[str, int, int, str]:
        """Every source speaks for itself here, so an assertion is an origin."""
        stances = [stance for one in self.same(pk) for stance in self.plain[one].said.values()]
        rising, against = stances.count("asserts"), stances.count("denies")
        if rising and against:
            state = "contested"
        elif rising:
            state = "corroborated" if rising > 1 else "single_origin"
        else:
            state = "denied_only" if against else "unsourced"
        return self.plain[pk].text, rising, against, state


def test_desk_does_what_a_plain_model_says(db: None) -> None:
    run_state_machine_as_test(
        Desk,
        settings=settings(
            max_examples=25,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
