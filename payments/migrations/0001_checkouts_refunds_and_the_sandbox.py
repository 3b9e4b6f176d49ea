"""The tables of the border: checkouts, refunds, disputes, payouts and bank files."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import config.ids
import payments.models.sandbox


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="BankAnswer",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("body", models.BinaryField()),
                ("received_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name="SandboxPayout",
            fields=[
                (
                    "id",
                    models.CharField(
                        default=payments.models.sandbox.new_payout_id, max_length=60, primary_key=True, serialize=False
                    ),
                ),
                ("amount_minor", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name="Checkout",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("reference", models.CharField(max_length=120, unique=True)),
                ("gateway", models.CharField(max_length=20)),
                ("gateway_id", models.CharField(max_length=255)),
                ("attempt", models.PositiveSmallIntegerField(default=1)),
                ("payment_id", models.CharField(blank=True, max_length=255)),
                ("amount_minor", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "Open"), ("paid", "Paid"), ("expired", "Expired")],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("url", models.URLField(max_length=2000)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("paid_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("payment_id", ""), _negated=True),
                        fields=["payment_id"],
                        name="checkout_by_payment",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("gateway", "gateway_id"), name="one_checkout_a_gateway_session"),
                    models.CheckConstraint(condition=models.Q(("amount_minor__gt", 0)), name="checkout_is_positive"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("paid_at__isnull", False), ("state", "paid")),
                            models.Q(models.Q(("state", "paid"), _negated=True), ("paid_at__isnull", True)),
                            _connector="OR",
                        ),
                        name="checkout_is_paid_at_a_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="GatewayPayout",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("gateway", models.CharField(max_length=20)),
                ("gateway_id", models.CharField(max_length=60)),
                ("amount_minor", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                (
                    "state",
                    models.CharField(
                        choices=[("paid", "Paid out"), ("failed", "Sent back by the bank")],
                        default="paid",
                        max_length=6,
                    ),
                ),
                ("heard_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("taken_in_at", models.DateTimeField(null=True)),
                ("taken_back_at", models.DateTimeField(null=True)),
                ("dealt_with_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("taken_in_at", None)), fields=["heard_at"], name="gateway_payout_to_take_in"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("gateway", "gateway_id"), name="one_payout_a_gateway_payout"),
                    models.CheckConstraint(
                        condition=models.Q(("amount_minor", 0), _negated=True), name="gateway_payout_is_of_something"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("taken_back_at", None),
                            models.Q(("state", "failed"), ("taken_in_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="gateway_payout_is_taken_back_once_it_failed",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SandboxDelivery",
            fields=[
                (
                    "id",
                    models.CharField(
                        default=payments.models.sandbox.new_event_id, max_length=60, primary_key=True, serialize=False
                    ),
                ),
                ("kind", models.CharField(max_length=100)),
                ("body", models.TextField()),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("due_at", models.DateTimeField(default=django.utils.timezone.now, null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("last_answer", models.CharField(blank=True, max_length=200)),
                ("delivered_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("delivered_at__isnull", True)),
                        fields=["due_at"],
                        name="sandbox_delivery_due",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SandboxSession",
            fields=[
                (
                    "id",
                    models.CharField(
                        default=payments.models.sandbox.new_session_id, max_length=60, primary_key=True, serialize=False
                    ),
                ),
                ("key", models.CharField(max_length=140, unique=True)),
                ("reference", models.CharField(max_length=120)),
                (
                    "payment_id",
                    models.CharField(default=payments.models.sandbox.new_payment_id, max_length=60, unique=True),
                ),
                ("amount_minor", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("description", models.CharField(max_length=500)),
                ("success_url", models.URLField(max_length=2000)),
                ("cancel_url", models.URLField(max_length=2000)),
                ("status", models.CharField(default="open", max_length=10)),
                ("card", models.CharField(blank=True, max_length=19)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("expires_at", models.DateTimeField(default=payments.models.sandbox.session_end)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("status", "open")), fields=["expires_at"], name="sandbox_session_open"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SandboxRefund",
            fields=[
                (
                    "id",
                    models.CharField(
                        default=payments.models.sandbox.new_refund_id, max_length=60, primary_key=True, serialize=False
                    ),
                ),
                ("reference", models.CharField(max_length=120, unique=True)),
                ("amount_minor", models.BigIntegerField()),
                ("status", models.CharField(max_length=10)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="refunds",
                        to="payments.sandboxsession",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CardRefund",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("reference", models.CharField(max_length=120, unique=True)),
                ("gateway_id", models.CharField(blank=True, max_length=255)),
                ("amount_minor", models.BigIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[("pending", "On its way"), ("succeeded", "Paid back"), ("failed", "Failed")],
                        default="pending",
                        max_length=10,
                    ),
                ),
                ("asked_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("sent_at", models.DateTimeField(null=True)),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "followed_by",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("again", "Sent to the card again"),
                            ("by_hand", "Paid in another way"),
                            ("chargeback", "The card's bank took it back"),
                        ],
                        max_length=10,
                    ),
                ),
                ("paid_by", models.CharField(blank=True, max_length=35)),
                (
                    "instead_of",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sent_again",
                        to="payments.cardrefund",
                    ),
                ),
                (
                    "checkout",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="refunds", to="payments.checkout"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("sent_at__isnull", True), ("state", "pending")),
                        fields=["id"],
                        name="refund_unsent",
                    ),
                    models.Index(
                        condition=models.Q(("followed_by", ""), ("state", "failed")),
                        fields=["checkout"],
                        name="refund_unresolved",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("amount_minor__gt", 0)), name="card_refund_is_positive"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answered_at__isnull", True), ("state", "pending")),
                            models.Q(models.Q(("state", "pending"), _negated=True), ("answered_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="card_refund_is_answered_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("followed_by", ""),
                            models.Q(("followed_by__in", ["again", "by_hand", "chargeback"]), ("state", "failed")),
                            _connector="OR",
                        ),
                        name="card_refund_is_followed_once_it_failed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("followed_by", "by_hand"), ("paid_by", ""), _connector="XOR"),
                        name="card_refund_by_hand_has_its_payment",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CardDispute",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("gateway_id", models.CharField(max_length=255)),
                ("amount_minor", models.BigIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "Open"), ("won", "Won"), ("lost", "Lost")], default="open", max_length=4
                    ),
                ),
                ("opened_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "checkout",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="disputes", to="payments.checkout"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("checkout", "gateway_id"), name="one_dispute_a_gateway_dispute"),
                    models.CheckConstraint(
                        condition=models.Q(("amount_minor__gt", 0)), name="card_dispute_is_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at__isnull", True), ("state", "open")),
                            models.Q(models.Q(("state", "open"), _negated=True), ("closed_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="card_dispute_is_closed_at_a_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="GatewayEvent",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("gateway", models.CharField(max_length=20)),
                ("event_id", models.CharField(max_length=255)),
                ("kind", models.CharField(max_length=100)),
                ("body", models.JSONField()),
                (
                    "problem",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("amount", "Not the amount that was asked"),
                            ("currency", "Not the currency that was asked"),
                            ("unknown", "Money that nobody here asked for"),
                            ("contradiction", "Says the opposite of an earlier event"),
                            ("twice", "Was counted before"),
                        ],
                        max_length=20,
                    ),
                ),
                ("received_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("dealt_with_at", models.DateTimeField(null=True)),
                (
                    "checkout",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="problems",
                        to="payments.checkout",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        models.OrderBy(models.F("received_at"), descending=True),
                        condition=models.Q(("problem", ""), _negated=True),
                        name="gateway_event_problem",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("gateway", "event_id"), name="gateway_event_is_heard_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="GatewayEntry",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("gateway_id", models.CharField(max_length=60)),
                ("kind", models.CharField(max_length=60)),
                ("source_id", models.CharField(blank=True, max_length=255)),
                ("amount_minor", models.BigIntegerField()),
                ("fee_minor", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                (
                    "problem",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("amount", "Not the amount that was asked"),
                            ("currency", "Not the currency that was asked"),
                            ("unknown", "Money that nobody here asked for"),
                            ("contradiction", "Says the opposite of an earlier event"),
                            ("twice", "Was counted before"),
                        ],
                        max_length=20,
                    ),
                ),
                ("dealt_with_at", models.DateTimeField(null=True)),
                (
                    "checkout",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="payments.checkout",
                    ),
                ),
                (
                    "payout",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="entries", to="payments.gatewaypayout"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("problem", ""), _negated=True), fields=["id"], name="gateway_entry_problem"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("problem", "")), fields=("gateway_id",), name="gateway_entry_counts_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("kind__in", ["charge", "payment"]), ("problem", "")),
                        fields=("checkout",),
                        name="checkout_is_paid_out_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SandboxEntry",
            fields=[
                (
                    "id",
                    models.CharField(
                        default=payments.models.sandbox.new_entry_id, max_length=60, primary_key=True, serialize=False
                    ),
                ),
                ("kind", models.CharField(max_length=20)),
                ("source_id", models.CharField(max_length=60)),
                ("payment_id", models.CharField(blank=True, max_length=60)),
                ("reference", models.CharField(blank=True, max_length=120)),
                ("amount_minor", models.BigIntegerField()),
                ("fee_minor", models.BigIntegerField(default=0)),
                ("currency", models.CharField(max_length=3)),
                ("due_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "payout",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="entries",
                        to="payments.sandboxpayout",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("payout", None)), fields=["due_at"], name="sandbox_entry_to_pay_out"
                    )
                ],
            },
        ),
    ]
