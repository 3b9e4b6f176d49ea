"""The log: leaves, the hashes of full subtrees, and signed checkpoints; and eras, for after a restore."""

import uuid
from pathlib import Path

from django.db import migrations, models

import ledger.models

SQL = Path(__file__).resolve().parent.parent / "sql"
UNDO = "DROP FUNCTION ledger_era_is_over, ledger_sealed, ledger_new_era, ledger_cluster"


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0004_histories_in_order_across_eras"),
    ]

    operations = [
        migrations.CreateModel(
            name="Leaf",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "era", "index", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("era", models.PositiveIntegerField()),
                ("index", models.BigIntegerField()),
                ("table", models.CharField(max_length=8)),
                ("row", models.UUIDField()),
                ("nonce", models.BinaryField()),
                ("hash", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name="Node",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "era", "tier", "index", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("era", models.PositiveIntegerField()),
                ("tier", models.PositiveSmallIntegerField()),
                ("index", models.BigIntegerField()),
                ("hash", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name="Seal",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "era", "size", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("era", models.PositiveIntegerField()),
                ("size", models.BigIntegerField()),
                ("horizon", ledger.models.TransactionId()),
                ("last_xid", ledger.models.TransactionId()),
                ("last_row", models.UUIDField()),
                ("root", models.BinaryField()),
                ("transfers", models.BigIntegerField()),
                ("events", models.BigIntegerField()),
                ("totals", models.JSONField()),
                ("note", models.TextField()),
                ("sealed_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="SealKey",
            fields=[
                ("key", models.CharField(max_length=200, primary_key=True, serialize=False)),
                ("first_used_at", models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name="book",
            name="cluster",
            field=models.CharField(blank=True, max_length=40),
        ),
        migrations.AddField(
            model_name="book",
            name="floor",
            field=ledger.models.TransactionId(default=0),
        ),
        migrations.AddField(
            model_name="book",
            name="log",
            field=models.UUIDField(default=uuid.uuid4),
        ),
        migrations.AddIndex(
            model_name="transfer",
            index=models.Index(fields=["era", "xid", "id"], name="transfer_feed"),
        ),
        migrations.AddConstraint(
            model_name="leaf",
            constraint=models.UniqueConstraint(fields=("row",), name="a_row_is_sealed_once"),
        ),
        # Again: rows are written in an era that is asked for.
        migrations.RunSQL((SQL / "post.sql").read_text(), migrations.RunSQL.noop),
        migrations.RunSQL((SQL / "seals.sql").read_text(), UNDO),
    ]
