"""A draft can be set aside with its reason, as long as nothing hangs on it."""

from django.db import migrations, models

from articles.validators import storable

LOCK_TIMEOUT = "SET LOCAL lock_timeout = '5s'"

# Each side looks at what the other one wrote: FOR SHARE makes whoever hangs something on a claim
# wait for whoever is setting it aside, who in turn waits for them and runs READ COMMITTED.
SET_ASIDE = """
CREATE FUNCTION claims_claim_set_aside() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM claims_evidence WHERE claim_id = NEW.id AND upper_inf(known))
        OR EXISTS (SELECT FROM claims_outsideverdict WHERE claim_id = NEW.id AND upper_inf(known))
        OR EXISTS (SELECT FROM claims_verdict WHERE claim_id = NEW.id AND published_at IS NULL)
        OR EXISTS (SELECT FROM claims_claimlink
            WHERE NEW.id IN (from_claim_id, to_claim_id) AND upper_inf(known))
    THEN
        PERFORM sayso_refuse('claim_set_aside_bare', 'Something hangs on this claim: evidence, '
            'a verdict or a link to another claim. Take that back first.');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER claim_set_aside BEFORE UPDATE OF set_aside_because ON claims_claim
    FOR EACH ROW WHEN (OLD.set_aside_because = '' AND NEW.set_aside_because <> '')
    EXECUTE FUNCTION claims_claim_set_aside();

CREATE FUNCTION claims_claim_taken_up(VARIADIC claims bigint[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    reason text;
BEGIN
    FOR reason IN SELECT set_aside_because FROM claims_claim WHERE id = ANY(claims)
        ORDER BY id FOR SHARE
    LOOP
        IF reason <> '' THEN
            PERFORM sayso_refuse('claim_taken_up', 'This claim was set aside: take it up first.');
        END IF;
    END LOOP;
END $$;
CREATE FUNCTION claims_hangs_on_claim() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM claims_claim_taken_up(NEW.claim_id);
    RETURN NEW;
END $$;
CREATE FUNCTION claims_hangs_on_claims() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM claims_claim_taken_up(NEW.from_claim_id, NEW.to_claim_id);
    RETURN NEW;
END $$;
CREATE TRIGGER claim_taken_up BEFORE INSERT ON claims_evidence
    FOR EACH ROW EXECUTE FUNCTION claims_hangs_on_claim();
CREATE TRIGGER claim_taken_up BEFORE INSERT ON claims_outsideverdict
    FOR EACH ROW EXECUTE FUNCTION claims_hangs_on_claim();
CREATE TRIGGER claim_taken_up BEFORE INSERT ON claims_verdict
    FOR EACH ROW EXECUTE FUNCTION claims_hangs_on_claim();
CREATE TRIGGER claim_taken_up BEFORE INSERT ON claims_claimlink
    FOR EACH ROW EXECUTE FUNCTION claims_hangs_on_claims();
"""


class Migration(migrations.Migration):
    dependencies = [("claims", "0018_outside_verdicts")]
    operations = [
        migrations.RunSQL(LOCK_TIMEOUT, migrations.RunSQL.noop),
        migrations.AddField(
            model_name="claim",
            name="set_aside_because",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                editable=False,
                max_length=500,
                validators=[storable],
                verbose_name="set aside because",
            ),
        ),
        migrations.AddIndex(
            model_name="claim",
            index=models.Index(
                condition=models.Q(("set_aside_because", ""), _negated=True),
                fields=["-id"],
                name="claim_set_aside",
            ),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("set_aside_because", ""), ("published_at__isnull", True), _connector="OR"
                ),
                name="claim_set_aside_is_draft",
                violation_error_message="This claim was set aside: take it up first.",
            ),
        ),
        migrations.RunSQL(
            SET_ASIDE,
            "DROP TRIGGER claim_taken_up ON claims_claimlink;"
            "DROP TRIGGER claim_taken_up ON claims_verdict;"
            "DROP TRIGGER claim_taken_up ON claims_outsideverdict;"
            "DROP TRIGGER claim_taken_up ON claims_evidence;"
            "DROP FUNCTION claims_hangs_on_claims();"
            "DROP FUNCTION claims_hangs_on_claim();"
            "DROP FUNCTION claims_claim_taken_up(bigint[]);"
            "DROP TRIGGER claim_set_aside ON claims_claim;"
            "DROP FUNCTION claims_claim_set_aside()",
        ),
        migrations.RunSQL(migrations.RunSQL.noop, LOCK_TIMEOUT),
    ]
