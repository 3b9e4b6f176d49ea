"""The tables of the ledger: accounts and their balances, events, transfers, snapshots and the sealed log."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

import config.ids
import ledger.models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Account",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=60)),
                ("currency", models.CharField(max_length=3)),
                ("bounded", models.BooleanField()),
                ("owner_type", models.CharField(max_length=40)),
                ("owner_id", models.UUIDField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("owner_type", "owner_id", "kind", "currency"), name="one_account_a_purpose"
                    ),
                    models.UniqueConstraint(fields=("id", "currency"), name="account_with_its_currency"),
                    models.CheckConstraint(
                        condition=models.Q(("currency__regex", "^[A-Z]{3}$")), name="account_currency_is_iso_4217"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Book",
            fields=[
                ("singleton", models.BooleanField(default=True, primary_key=True, serialize=False)),
                ("log", models.UUIDField(default=uuid.uuid4)),
                ("era", models.PositiveIntegerField(default=1)),
                ("floor", ledger.models.TransactionId(default=0)),
                ("cluster", models.CharField(blank=True, max_length=40)),
                ("sandbox", models.BooleanField(default=False)),
                ("clock_offset", models.DurationField(default="0")),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("singleton", True)), name="there_is_one_book")
                ],
            },
        ),
        migrations.CreateModel(
            name="Event",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=60)),
                ("subject", models.CharField(max_length=80)),
                ("actor", models.CharField(max_length=80)),
                ("acting_for", models.CharField(blank=True, max_length=80)),
                ("on_behalf_of", models.CharField(blank=True, max_length=80)),
                ("request_id", models.CharField(blank=True, max_length=80)),
                ("data", models.JSONField()),
                ("created_at", models.DateTimeField()),
                ("era", models.PositiveIntegerField()),
                ("xid", ledger.models.TransactionId()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["era", "xid", "id"], name="event_feed"),
                    models.Index(fields=["subject", "id"], name="event_of_subject"),
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("actor", ""), _negated=True), name="event_has_an_actor"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("on_behalf_of", ""),
                            ("data__factor__isnull", True),
                            ("data__factor", None),
                            _connector="OR",
                        ),
                        name="a_factor_is_ones_own",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FeedCursor",
            fields=[
                ("name", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("era", models.PositiveIntegerField(default=0)),
                ("xid", ledger.models.TransactionId(default=0)),
                ("event_id", models.UUIDField(default="00000000-0000-0000-0000-000000000000")),
            ],
        ),
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
            options={
                "constraints": [models.UniqueConstraint(fields=("row",), name="a_row_is_sealed_once")],
            },
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
        migrations.CreateModel(
            name="Snapshot",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("era", models.PositiveIntegerField()),
                ("horizon", ledger.models.TransactionId()),
                ("balance_minor", models.BigIntegerField()),
                ("taken_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["era", "horizon"], name="snapshot_place")],
            },
        ),
        migrations.CreateModel(
            name="Transfer",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("journal", models.UUIDField()),
                ("amount_minor", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("kind", models.CharField(max_length=60)),
                ("reference", models.CharField(max_length=120)),
                ("effective_on", models.DateField()),
                ("created_at", models.DateTimeField()),
                ("era", models.PositiveIntegerField()),
                ("xid", ledger.models.TransactionId()),
                ("debit_after_minor", models.BigIntegerField(null=True)),
                ("debit_seq", models.BigIntegerField(null=True)),
                ("credit_after_minor", models.BigIntegerField(null=True)),
                ("credit_seq", models.BigIntegerField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["era", "xid", "id"], name="transfer_feed")],
                "constraints": [
                    models.UniqueConstraint(fields=("reference",), name="one_transfer_a_reference"),
                    models.CheckConstraint(condition=models.Q(("amount_minor__gt", 0)), name="transfer_is_positive"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Balance",
            fields=[
                (
                    "account",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="balance",
                        serialize=False,
                        to="ledger.account",
                    ),
                ),
                ("posted", models.BigIntegerField(default=0)),
                ("seq", models.BigIntegerField(default=0)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("posted__gte", 0)), name="balance_is_not_negative")
                ],
            },
        ),
        migrations.AddField(
            model_name="snapshot",
            name="account",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.account"
            ),
        ),
        migrations.AddField(
            model_name="transfer",
            name="corrects",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="ledger.transfer",
            ),
        ),
        migrations.AddField(
            model_name="transfer",
            name="credit",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="ledger.account",
            ),
        ),
        migrations.AddField(
            model_name="transfer",
            name="debit",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="ledger.account",
            ),
        ),
        migrations.AddField(
            model_name="transfer",
            name="event",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="transfers", to="ledger.event"
            ),
        ),
        migrations.AddConstraint(
            model_name="snapshot",
            constraint=models.UniqueConstraint(fields=("account", "era", "horizon"), name="one_snapshot_a_horizon"),
        ),
        migrations.AddIndex(
            model_name="transfer",
            index=models.Index(fields=["debit", "era", "xid", "id"], name="transfer_out_of"),
        ),
        migrations.AddIndex(
            model_name="transfer",
            index=models.Index(fields=["credit", "era", "xid", "id"], name="transfer_into"),
        ),
        migrations.AddConstraint(
            model_name="transfer",
            constraint=models.CheckConstraint(
                condition=models.Q(("debit", models.F("credit")), _negated=True),
                name="transfer_is_between_two_accounts",
            ),
        ),
    ]
