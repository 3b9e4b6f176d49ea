"""The functions that write, again: their plans are made once, and a single transfer is not reckoned up."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("ledger", "0005_seals")]

    operations = [
        migrations.RunSQL((SQL / "clock.sql").read_text(), migrations.RunSQL.noop),
        migrations.RunSQL((SQL / "post.sql").read_text(), migrations.RunSQL.noop),
        migrations.RunSQL((SQL / "snapshots.sql").read_text(), migrations.RunSQL.noop),
        migrations.RunSQL("DROP FUNCTION IF EXISTS ledger_era", migrations.RunSQL.noop),
    ]
