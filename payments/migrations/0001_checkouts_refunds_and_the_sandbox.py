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
                        ],
                        max_length=20,
                    ),
                ),
                ("received_at", models.DateTimeField(default=django.utils.timezone.now)),
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
                    )
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
                ],
            },
        ),
    ]
