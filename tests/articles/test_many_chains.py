"""A large import adds to more chains of events than the server has locks."""

import pytest
from django.contrib.auth.models import User
from django.db import connection

from articles.models import Event

pytestmark = pytest.mark.django_db

CHAINS = 20_000  # the server's lock table holds about 10,000


def test_one_transaction_adds_to_many_chains(editor: User) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO articles_event (chain, subject_type, subject_id, verb, by_id, payload)"
            " SELECT 'source/' || n, 'source', n, 'source.added', %s, '{}'"
            " FROM generate_series(1, %s) n, generate_series(1, 2) twice",
            [editor.pk, CHAINS],
        )
    assert Event.objects.filter(seq=1).count() == Event.objects.filter(seq=2).count() == CHAINS
