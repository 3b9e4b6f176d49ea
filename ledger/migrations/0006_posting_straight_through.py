"""The functions that write, again: one transfer is posted straight through, and snapshots look at what is new alone."""

from pathlib import Path

from django.db import migrations, models

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("ledger", "0005_seals")]

    operations = [
        # Nothing is looked for by its journal.
        migrations.RemoveIndex("transfer", "transfer_journal"),
        migrations.AddIndex("snapshot", models.Index(fields=["era", "horizon"], name="snapshot_place")),
        migrations.RunSQL((SQL / "clock.sql").read_text(), migrations.RunSQL.noop),
        migrations.RunSQL((SQL / "post.sql").read_text(), migrations.RunSQL.noop),
        migrations.RunSQL((SQL / "snapshots.sql").read_text(), migrations.RunSQL.noop),
        migrations.RunSQL("DROP FUNCTION IF EXISTS ledger_era", migrations.RunSQL.noop),
    ]
