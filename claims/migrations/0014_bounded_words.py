"""A word is folded by its first letters only: of hundreds, folding took seconds."""

from importlib import import_module

from django.db import migrations

LOCK_TIMEOUT = "SET LOCAL lock_timeout = '5s'"
before = import_module("claims.migrations.0008_similar_claims")
WHOLE = "string_agg(lexeme, ' ' ORDER BY lexeme)"
BOUNDED = "string_agg(left(lexeme, 64), ' ' ORDER BY lexeme)"


def terms(words: str) -> str:
    """The function of 0008, which takes ``words`` of a text to fold them."""
    if WHOLE not in before.TERMS:
        raise ValueError("the function is not the one that this migration changes")
    made = before.TERMS.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
    return str(made.replace(WHOLE, words))


class Migration(migrations.Migration):
    dependencies = [("claims", "0013_once_in_each_snapshot")]
    operations = [
        migrations.RunSQL(LOCK_TIMEOUT, migrations.RunSQL.noop),
        migrations.RunSQL(terms(BOUNDED), terms(WHOLE)),
        migrations.RunSQL(migrations.RunSQL.noop, LOCK_TIMEOUT),
    ]
