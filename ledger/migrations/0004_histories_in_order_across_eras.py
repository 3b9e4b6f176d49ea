"""An account's history is found in (era, xid, id) order: a statement's page, a snapshot and the tail after one."""

from pathlib import Path

from django.db import migrations, models

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_snapshots")]

    operations = [
        migrations.RemoveIndex("transfer", "transfer_from"),
        migrations.RemoveIndex("transfer", "transfer_to"),
        migrations.AddIndex("transfer", models.Index(fields=["debit", "era", "xid", "id"], name="transfer_out_of")),
        migrations.AddIndex("transfer", models.Index(fields=["credit", "era", "xid", "id"], name="transfer_into")),
        # Again, for databases that have it as it was before eras.
        migrations.RunSQL((SQL / "snapshots.sql").read_text(), migrations.RunSQL.noop),
    ]
