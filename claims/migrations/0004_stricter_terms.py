"""Half a probability is refused, a redacted prediction keeps its window, dates can be read back."""

from django.db import migrations, models

LOCK_TIMEOUT = "SET LOCAL lock_timeout = '5s'"

CHECKS = """
ALTER TABLE claims_claim
    ADD CONSTRAINT claim_window_in_calendar CHECK (sayso_in_calendar("window"));
ALTER TABLE claims_evidence
    ADD CONSTRAINT evidence_stated_in_calendar CHECK (sayso_in_calendar(stated));
ALTER TABLE claims_verdict
    ADD CONSTRAINT verdict_dated_in_calendar CHECK (sayso_in_calendar(dated));
"""


class Migration(migrations.Migration):
    dependencies = [("claims", "0003_roles"), ("articles", "0006_dates_in_calendar")]
    operations = [
        migrations.RunSQL(LOCK_TIMEOUT, migrations.RunSQL.noop),
        migrations.RemoveConstraint(model_name="claim", name="claim_prediction_has_terms"),
        migrations.RemoveConstraint(model_name="evidence", name="evidence_probability_in_order"),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "prediction"), _negated=True),
                    ("published_at__isnull", True),
                    models.Q(
                        ("window__isnull", False),
                        ("window__upper_inf", False),
                        models.Q(
                            ("criteria__regex", "\\S"),
                            models.Q(("redaction_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                    ),
                    _connector="OR",
                ),
                name="claim_prediction_has_terms",
                violation_error_message="A prediction needs a window that closes and criteria before it is published.",
            ),
        ),
        # A CHECK passes on NULL: with one of the two missing, comparing them decided nothing.
        migrations.AddConstraint(
            model_name="evidence",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("p_high__isnull", True), ("p_low__isnull", True)),
                    models.Q(
                        ("p_high__isnull", False),
                        ("p_low__isnull", False),
                        ("p_high__lte", 1),
                        ("p_low__gte", 0),
                        ("p_low__lte", models.F("p_high")),
                    ),
                    _connector="OR",
                ),
                name="evidence_probability_in_order",
                violation_error_message="Probabilities run from 0 to 1, the lower one first, both or none.",
            ),
        ),
        migrations.RunSQL(
            CHECKS,
            "ALTER TABLE claims_claim DROP CONSTRAINT claim_window_in_calendar;"
            "ALTER TABLE claims_evidence DROP CONSTRAINT evidence_stated_in_calendar;"
            "ALTER TABLE claims_verdict DROP CONSTRAINT verdict_dated_in_calendar",
        ),
        migrations.RunSQL(migrations.RunSQL.noop, LOCK_TIMEOUT),
    ]
