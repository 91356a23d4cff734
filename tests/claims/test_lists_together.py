"""Lists say what the record says when two connections write about one claim at the same moment."""

from collections.abc import Callable, Iterator

import pytest

from claims.actions.listing import strayed
from claims.models import Claim, Evidence, Listed
from tests.factories import (
    ClaimFactory,
    EvidenceFactory,
    SourceFactory,
    UserFactory,
    VerdictFactory,
)
from tests.sql import PATIENCE, Elsewhere, Raw, Sql, copied, update

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture
def elsewhere(transactional_db: None) -> Iterator[Callable[[], Elsewhere]]:
    opened: list[Elsewhere] = []

    def make() -> Elsewhere:
        opened.append(Elsewhere())
        return opened[-1]

    yield make
    for each in opened:
        each.close()


@pytest.fixture
def evidence() -> Evidence:
    return EvidenceFactory(claim=ClaimFactory(published=True))


def spoken_on(evidence: Evidence) -> Sql:
    """Another source says the same."""
    return copied("claims_evidence", evidence.pk, source_id=SourceFactory().pk)


def judged(evidence: Evidence) -> Sql:
    draft = VerdictFactory(claim=evidence.claim)
    now = Raw("clock_timestamp()")
    reviewer = UserFactory()
    return update("claims_verdict", draft.pk, published_at=now, reviewer_id=reviewer.pk)


def weighed(evidence: Evidence) -> Sql:
    return update("claims_claim", evidence.claim_id, evidence_state="contested")


def voided(evidence: Evidence) -> Sql:
    until_now = Raw("tstzrange(lower(known), clock_timestamp())")
    return update("claims_evidence", evidence.pk, known=until_now, void_reason="No.")


WRITES = {"spoken": spoken_on, "judged": judged, "weighed": weighed, "voided": voided}


@pytest.mark.parametrize(("first", "second"), [(a, b) for a in WRITES for b in WRITES if a != b])
def test_second_writer_sees_what_the_first_wrote(
    evidence: Evidence, elsewhere: Callable[[], Elsewhere], first: str, second: str
) -> None:
    one, other = elsewhere(), elsewhere()
    before, after = WRITES[first](evidence), WRITES[second](evidence)
    one.send(before)
    future = other.start(after)
    one.connection.commit()
    future.result(timeout=PATIENCE)
    other.connection.commit()
    assert strayed() == []
    assert Listed.objects.filter(claim=Claim.objects.get()).count() == 1 + (
        2 if "spoken" in (first, second) else 1
    ) - ("voided" in (first, second))
