"""One transaction may add to as many chains of events as it likes."""

from importlib import import_module

from django.db import migrations

LOCK_TIMEOUT = "SET LOCAL lock_timeout = '5s'"

before = import_module("articles.migrations.0004_refusals")

# An advisory lock for each chain filled the server's lock table after some thousand chains, and an
# import ended with "out of shared memory". A row lock on the last event of the chain makes the next
# writer wait just as well, and takes no room there. Who has waited looks again for the last one.
# The first event of a chain is written with its subject, which nobody else can see yet.
LAST_HELD = """
        LOOP
            SELECT * INTO last FROM articles_event WHERE chain = NEW.chain
                ORDER BY seq DESC LIMIT 1 FOR NO KEY UPDATE;
            EXIT WHEN NOT EXISTS (SELECT FROM articles_event
                WHERE chain = NEW.chain AND seq > coalesce(last.seq, 0));
        END LOOP;
"""
ADVISORY = (
    "        PERFORM pg_advisory_xact_lock(hashtextextended('event:' || NEW.chain, 0));\n"
    "        SELECT * INTO last FROM articles_event WHERE chain = NEW.chain"
    " ORDER BY seq DESC LIMIT 1;\n"
)


def guard(found: str, instead: str) -> str:
    """The guard of 0004 with another way to hold the last event of a chain."""
    start = before.EVENT.index("CREATE FUNCTION articles_event_guard()")
    end = before.EVENT.index("CREATE TRIGGER event_guard")
    function = before.EVENT[start:end]
    if found not in function:
        raise ValueError("the guard is not the one that this migration changes")
    return function.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION").replace(found, instead)


class Migration(migrations.Migration):
    dependencies = [("articles", "0006_dates_in_calendar")]
    operations = [
        migrations.RunSQL(LOCK_TIMEOUT, migrations.RunSQL.noop),
        migrations.RunSQL(
            guard(ADVISORY, LAST_HELD.removeprefix("\n")),
            guard(ADVISORY, ADVISORY),
        ),
        migrations.RunSQL(migrations.RunSQL.noop, LOCK_TIMEOUT),
    ]
