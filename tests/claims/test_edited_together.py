"""Many edit one claim at once through the desk's form: no edit is lost, each is accounted for."""

import pytest
from django.contrib.auth.models import Group, User

from claims.models import Claim
from tests.factories import ClaimFactory
from tests.together import Tally, edit_together

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def test_sixty_edits_of_one_claim_by_six_editors() -> None:
    group = Group.objects.get(name="editor")
    editors = [User.objects.create_user(f"editor-{number}") for number in range(6)]
    for editor in editors:
        editor.groups.add(group)
    claim = ClaimFactory(text="Edit 0")

    tally = edit_together(claim, editors, edits=60)

    assert tally == Tally(sent=60, applied=tally.applied, refused=60 - tally.applied, lost=0)
    assert tally.applied >= 10  # one in each round at least
    assert Claim.objects.get().text.startswith("Edit ")
