"""What no Django model says: the clock, the functions that write and seal, the walls, and the roles."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"
UNDO_FUNCTIONS = """
DROP FUNCTION ledger_post, ledger_post_many, ledger_record, ledger_open, ledger_lock, ledger_set_clock, ledger_now, ledger_time
"""
UNDO_WALLS = """
DROP VIEW ledger_entry;
ALTER TABLE ledger_transfer
    DROP CONSTRAINT transfer_from_an_account_in_its_currency, DROP CONSTRAINT transfer_to_an_account_in_its_currency;
DROP FUNCTION ledger_refuse_change CASCADE
"""
UNDO_SEALS = "DROP FUNCTION ledger_era_is_over, ledger_sealed, ledger_new_era, ledger_cluster"


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0001_the_tables"),
    ]

    operations = [
        migrations.RunSQL((SQL / "clock.sql").read_text(), migrations.RunSQL.noop),
        migrations.RunSQL((SQL / "post.sql").read_text(), UNDO_FUNCTIONS),
        migrations.RunSQL((SQL / "walls.sql").read_text(), UNDO_WALLS),
        # The roles belong to the cluster, other databases may use them: undoing leaves them.
        migrations.RunSQL((SQL / "roles.sql").read_text(), "DELETE FROM ledger_book"),
        migrations.RunSQL((SQL / "snapshots.sql").read_text(), "DROP FUNCTION ledger_take_snapshots"),
        migrations.RunSQL((SQL / "seals.sql").read_text(), UNDO_SEALS),
    ]
