"""Lists of another moment take claims that have not changed since from the lists of now."""

from django.db import migrations

from claims.as_of import forget_views, show_views

LOCK_TIMEOUT = "SET LOCAL lock_timeout = '5s'"


class Migration(migrations.Migration):
    dependencies = [("claims", "0032_reports_sent"), ("articles", "0014_lighter_guard")]
    operations = [
        migrations.RunSQL(LOCK_TIMEOUT, migrations.RunSQL.noop),
        forget_views(),
        show_views(),
        migrations.RunSQL(migrations.RunSQL.noop, LOCK_TIMEOUT),
    ]
