"""Snapshots of the accounts that keep no balance."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_functions_walls_and_roles")]

    operations = [
        migrations.RunSQL((SQL / "snapshots.sql").read_text(), "DROP FUNCTION ledger_take_snapshots"),
    ]
