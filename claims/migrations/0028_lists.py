"""What lists need of a claim, side by side in one table that triggers keep, whoever writes."""

import django.db.models.deletion
from django.db import migrations, models

from claims.as_of import forget_views, show_views

LOCK_TIMEOUT = "SET LOCAL lock_timeout = '5s'"

TABLE = """
CREATE TABLE claims_listed (
    list bigint NOT NULL,
    claim_id bigint NOT NULL,
    published_at timestamptz,
    status text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    question_id bigint,
    closes date,
    shown boolean NOT NULL,
    PRIMARY KEY (claim_id, list)
);
COMMENT ON TABLE claims_listed IS
    'Derived by triggers, as claims_listed_now says. list: 0 for all claims, else a source on them';
"""

# The status without the calendar: a prediction without a verdict awaits its outcome, and is overdue
# from the day on which its window has closed (closes).
NOW = """
CREATE VIEW claims_listed_now AS
SELECT l.list, c.id AS claim_id, c.published_at,
    CASE WHEN v.kind = 'withdrawal' THEN 'withdrawn' WHEN v.finding IS NOT NULL THEN v.finding
        WHEN c.kind = 'prediction' THEN 'awaiting' ELSE c.evidence_state END::text AS status,
    c.kind::text AS kind, c.question_id, upper(c."window") AS closes,
    c.set_aside_because = '' AND NOT EXISTS (
        SELECT FROM claims_claimlink k WHERE c.id IN (k.from_claim_id, k.to_claim_id)
            AND k.kind = 'same_as' AND upper_inf(k.known) AND k.survivor_id <> c.id) AS shown
FROM claims_claim c
LEFT JOIN LATERAL (
    SELECT kind, finding FROM claims_verdict
    WHERE claim_id = c.id AND published_at IS NOT NULL
    ORDER BY published_at DESC, id DESC LIMIT 1) v ON true
CROSS JOIN LATERAL (
    SELECT 0::bigint AS list
    UNION ALL
    SELECT DISTINCT source_id FROM claims_evidence
    WHERE claim_id = c.id AND upper_inf(known)) l
"""

# Whoever lists a claim anew holds its row of list 0, so that two writers see what the other wrote.
KEEP = """
CREATE FUNCTION claims_list_again(claims bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM claims_listed WHERE claim_id = ANY (claims) AND list = 0
    ORDER BY claim_id FOR NO KEY UPDATE;
    DELETE FROM claims_listed d WHERE d.claim_id = ANY (claims) AND NOT EXISTS (
        SELECT FROM claims_listed_now n WHERE n.claim_id = d.claim_id AND n.list = d.list);
    INSERT INTO claims_listed AS l
        (list, claim_id, published_at, status, kind, question_id, closes, shown)
    SELECT list, claim_id, published_at, status, kind, question_id, closes, shown
    FROM claims_listed_now WHERE claim_id = ANY (claims)
    ON CONFLICT (claim_id, list) DO UPDATE SET
        (published_at, status, kind, question_id, closes, shown) =
        (excluded.published_at, excluded.status, excluded.kind, excluded.question_id,
            excluded.closes, excluded.shown)
    WHERE (l.published_at, l.status, l.kind, l.question_id, l.closes, l.shown)
        IS DISTINCT FROM (excluded.published_at, excluded.status, excluded.kind,
            excluded.question_id, excluded.closes, excluded.shown);
END $$;

CREATE FUNCTION claims_list_new_claims() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO claims_listed
        (list, claim_id, published_at, status, kind, question_id, closes, shown)
    SELECT 0, id, published_at,
        CASE WHEN kind = 'prediction' THEN 'awaiting' ELSE evidence_state END,
        kind, question_id, upper("window"), set_aside_because = ''
    FROM fresh;
    RETURN NULL;
END $$;
CREATE TRIGGER claim_listed AFTER INSERT ON claims_claim REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION claims_list_new_claims();

CREATE FUNCTION claims_list_new_evidence() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO claims_listed
        (list, claim_id, published_at, status, kind, question_id, closes, shown)
    SELECT f.source_id, l.claim_id, l.published_at, l.status, l.kind, l.question_id, l.closes,
        l.shown
    FROM (SELECT DISTINCT claim_id, source_id FROM fresh WHERE upper_inf(known)) f
    JOIN claims_listed l ON l.claim_id = f.claim_id AND l.list = 0
    ORDER BY l.claim_id, f.source_id FOR NO KEY UPDATE OF l
    ON CONFLICT (claim_id, list) DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER evidence_listed AFTER INSERT ON claims_evidence REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION claims_list_new_evidence();

CREATE FUNCTION claims_list_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    claims bigint[];
BEGIN
    CASE TG_TABLE_NAME
    WHEN 'claims_claim' THEN
        claims := ARRAY(
            SELECT n.id FROM fresh n JOIN stale o ON o.id = n.id
            WHERE (n.published_at, n.evidence_state, n.kind, n.question_id, n."window",
                n.set_aside_because) IS DISTINCT FROM (o.published_at, o.evidence_state, o.kind,
                o.question_id, o."window", o.set_aside_because));
    WHEN 'claims_evidence' THEN
        claims := ARRAY(
            SELECT claim_id FROM stale WHERE upper_inf(known)
            UNION SELECT claim_id FROM fresh WHERE upper_inf(known));
    WHEN 'claims_verdict' THEN
        claims := ARRAY(
            SELECT claim_id FROM stale WHERE published_at IS NOT NULL
            UNION SELECT claim_id FROM fresh WHERE published_at IS NOT NULL);
    ELSE
        claims := ARRAY(
            SELECT unnest(ARRAY[from_claim_id, to_claim_id]) FROM stale WHERE kind = 'same_as'
            UNION SELECT unnest(ARRAY[from_claim_id, to_claim_id]) FROM fresh
            WHERE kind = 'same_as');
    END CASE;
    IF cardinality(claims) > 0 THEN
        PERFORM claims_list_again(claims);
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION claims_list_added() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    claims bigint[];
BEGIN
    IF TG_TABLE_NAME = 'claims_verdict' THEN
        claims := ARRAY(SELECT claim_id FROM fresh WHERE published_at IS NOT NULL);
    ELSE
        claims := ARRAY(
            SELECT unnest(ARRAY[from_claim_id, to_claim_id]) FROM fresh WHERE kind = 'same_as');
    END IF;
    IF cardinality(claims) > 0 THEN
        PERFORM claims_list_again(claims);
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION claims_list_gone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        DELETE FROM claims_listed;
    ELSIF TG_TABLE_NAME = 'claims_claim' THEN
        DELETE FROM claims_listed WHERE claim_id IN (SELECT id FROM stale);
    ELSIF TG_TABLE_NAME = 'claims_claimlink' THEN
        PERFORM claims_list_again(ARRAY(
            SELECT unnest(ARRAY[from_claim_id, to_claim_id]) FROM stale));
    ELSE
        PERFORM claims_list_again(ARRAY(SELECT claim_id FROM stale));
    END IF;
    RETURN NULL;
END $$;
"""
TABLES = ("claim", "evidence", "verdict", "claimlink")
TRIGGERS = [
    *(
        f"""
CREATE TRIGGER {name}_listed_anew AFTER UPDATE ON claims_{name}
    REFERENCING OLD TABLE AS stale NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION claims_list_changed();
CREATE TRIGGER {name}_unlisted AFTER DELETE ON claims_{name} REFERENCING OLD TABLE AS stale
    FOR EACH STATEMENT EXECUTE FUNCTION claims_list_gone();
"""
        for name in TABLES
    ),
    *(
        f"""
CREATE TRIGGER {name}_listed AFTER INSERT ON claims_{name} REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION claims_list_added();
"""
        for name in ("verdict", "claimlink")
    ),
    """
CREATE TRIGGER claim_unlisted_all AFTER TRUNCATE ON claims_claim
    FOR EACH STATEMENT EXECUTE FUNCTION claims_list_gone();
""",
]
BACK = [
    *(
        f"""
DROP TRIGGER {name}_listed ON claims_{name};
DROP TRIGGER {name}_listed_anew ON claims_{name};
DROP TRIGGER {name}_unlisted ON claims_{name};
"""
        for name in TABLES
    ),
    """
DROP TRIGGER claim_unlisted_all ON claims_claim;
DROP FUNCTION claims_list_gone();
DROP FUNCTION claims_list_added();
DROP FUNCTION claims_list_changed();
DROP FUNCTION claims_list_new_evidence();
DROP FUNCTION claims_list_new_claims();
DROP FUNCTION claims_list_again(bigint[]);
""",
]


class Migration(migrations.Migration):
    dependencies = [("claims", "0027_as_of")]
    operations = [
        migrations.RunSQL(LOCK_TIMEOUT, migrations.RunSQL.noop),
        forget_views(),
        migrations.RunSQL(TABLE, "DROP TABLE claims_listed"),
        migrations.RunSQL(NOW, "DROP VIEW claims_listed_now"),
        show_views(),
        migrations.RunSQL("".join([KEEP, *TRIGGERS]), "".join(BACK)),
        migrations.CreateModel(
            name="Listed",
            fields=[
                ("pk", models.CompositePrimaryKey("claim_id", "list")),
                ("list", models.BigIntegerField()),
                ("published_at", models.DateTimeField(null=True)),
                ("status", models.TextField()),
                ("kind", models.TextField()),
                ("closes", models.DateField(null=True)),
                ("shown", models.BooleanField()),
                (
                    "claim",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="listings",
                        to="claims.claim",
                        db_constraint=False,
                    ),
                ),
                (
                    "question",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="claims.question",
                        db_constraint=False,
                    ),
                ),
            ],
            options={"db_table": "claims_listed", "managed": False},
        ),
        migrations.RunSQL(migrations.RunSQL.noop, LOCK_TIMEOUT),
    ]
