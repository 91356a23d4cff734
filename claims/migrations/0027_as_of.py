"""The record can be read as it stood at any moment, and as it could be known by any day."""

from django.db import migrations

from claims.as_of import show_views

LOCK_TIMEOUT = "SET LOCAL lock_timeout = '5s'"

KEEP = """
CREATE TRIGGER keep_former AFTER UPDATE ON claims_question
    FOR EACH ROW EXECUTE FUNCTION sayso_keep_former(note);
CREATE TRIGGER keep_former AFTER UPDATE ON claims_claim
    FOR EACH ROW WHEN (OLD.published_at IS NOT NULL)
    EXECUTE FUNCTION sayso_keep_former(question_id, language, checkable, evidence_state,
        state_since, origins_low, origins_high, for_count, against_count);
"""


class Migration(migrations.Migration):
    dependencies = [("claims", "0026_encodings_of_sheets"), ("articles", "0013_former_values")]
    operations = [
        migrations.RunSQL(LOCK_TIMEOUT, migrations.RunSQL.noop),
        migrations.RunSQL(
            KEEP,
            "DROP TRIGGER keep_former ON claims_claim; DROP TRIGGER keep_former ON claims_question",
        ),
        show_views(),
        migrations.RunSQL(migrations.RunSQL.noop, LOCK_TIMEOUT),
    ]
