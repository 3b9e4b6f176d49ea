"""The tables of keys, answers, webhooks and the sandbox's inbox."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import config.ids
import ledger.models

CLAIM = """
CREATE FUNCTION api_claim(client uuid, wanted text, OUT held boolean, OUT fingerprint text, OUT status int, OUT body text)
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    held := pg_try_advisory_xact_lock(hashtextextended('idempotency:' || client || ':' || wanted, 0));
    IF held THEN
        SELECT first.fingerprint, first.status, first.body INTO fingerprint, status, body
        FROM api_answer first WHERE first.provider_id = client AND first.idempotency_key = wanted;
    END IF;
END
$$
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("ledger", "0001_the_tables"),
        ("providers", "0001_providers_courses_and_feeds"),
    ]

    operations = [
        migrations.CreateModel(
            name="WebhookDelivery",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=60)),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "Waiting"), ("delivered", "Delivered"), ("given_up", "Given up")],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("created_at", models.DateTimeField(db_index=True)),
                ("due_at", models.DateTimeField(null=True)),
                ("give_up_at", models.DateTimeField()),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("in_flight_until", models.DateTimeField(null=True)),
                ("delivered_at", models.DateTimeField(null=True)),
                (
                    "event",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.event",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["waiting", "delivered", "given_up"])),
                        name="delivery_state_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("due_at__isnull", False), ("state", "waiting")),
                            models.Q(models.Q(("state", "waiting"), _negated=True), ("due_at", None)),
                            _connector="OR",
                        ),
                        name="delivery_is_due_while_it_waits",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("delivered_at__isnull", False), ("state", "delivered")),
                            models.Q(models.Q(("state", "delivered"), _negated=True), ("delivered_at", None)),
                            _connector="OR",
                        ),
                        name="delivery_says_when_it_was_delivered",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="WebhookAttempt",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("began_at", models.DateTimeField()),
                ("took_ms", models.PositiveIntegerField()),
                ("status", models.PositiveSmallIntegerField(null=True)),
                ("said", models.CharField(blank=True, max_length=300)),
                (
                    "delivery",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="tries", to="api.webhookdelivery"
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
            },
        ),
        migrations.CreateModel(
            name="WebhookEndpoint",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("url", models.CharField(max_length=1000, verbose_name="address")),
                ("description", models.CharField(blank=True, max_length=200, verbose_name="what it is for")),
                (
                    "kinds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="what it is told",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("enabled", "On"), ("disabled", "Off"), ("removed", "Removed")],
                        default="enabled",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                (
                    "why_disabled",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("by_hand", "You switched it off."),
                            ("gone", "Your server answered 410 Gone: it does not want to be told any more."),
                            ("failing", "For five days nothing that we sent was taken."),
                        ],
                        max_length=10,
                    ),
                ),
                ("era", models.PositiveIntegerField()),
                ("since", ledger.models.TransactionId()),
                ("created_at", models.DateTimeField()),
                ("failing_since", models.DateTimeField(null=True)),
                (
                    "provider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="webhooks", to="providers.provider"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "enabled")), fields=["provider"], name="webhook_endpoint_enabled"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["enabled", "disabled", "removed"])),
                        name="webhook_state_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "disabled"), ("why_disabled__in", ["by_hand", "gone", "failing"])),
                            models.Q(models.Q(("state", "disabled"), _negated=True), ("why_disabled", "")),
                            _connector="OR",
                        ),
                        name="webhook_says_why_it_is_disabled",
                    ),
                ],
                "verbose_name": "webhook",
                "verbose_name_plural": "webhooks",
            },
        ),
        migrations.AddField(
            model_name="webhookdelivery",
            name="endpoint",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="deliveries",
                to="api.webhookendpoint",
            ),
        ),
        migrations.CreateModel(
            name="WebhookSecret",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("sealed", models.TextField(editable=False)),
                ("made_at", models.DateTimeField()),
                ("signs_until", models.DateTimeField(null=True)),
                (
                    "endpoint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="secrets", to="api.webhookendpoint"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("signs_until", None)),
                        fields=("endpoint",),
                        name="one_present_secret_a_webhook",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("sealed__startswith", "whsec_"), _negated=True),
                        name="webhook_secret_is_sealed",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Answer",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("idempotency_key", models.CharField(max_length=255)),
                ("fingerprint", models.CharField(max_length=64)),
                ("status", models.PositiveSmallIntegerField()),
                ("body", models.TextField()),
                ("made_at", models.DateTimeField(db_index=True)),
                (
                    "provider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="providers.provider"
                    ),
                ),
            ],
            options={
                "ordering": ("-made_at", "-id"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("provider", "idempotency_key"), name="one_answer_an_idempotency_key"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", [429, 503]), _negated=True),
                        name="a_refusal_for_now_is_not_remembered",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Key",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                (
                    "mode",
                    models.CharField(choices=[("test", "Test"), ("live", "Live")], max_length=4, verbose_name="mode"),
                ),
                ("prefix", models.CharField(editable=False, max_length=16, unique=True)),
                ("secret_hash", models.CharField(editable=False, max_length=64)),
                (
                    "scopes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("vouchers:read", "look up vouchers made out to you"),
                                ("vouchers:deliver", "accept and decline vouchers, and declare what was delivered"),
                                ("vouchers:redeem", "redeem vouchers, and reverse redemptions"),
                                ("vouchers:cancel", "cancel vouchers"),
                                ("money:read", "see what you are owed"),
                                ("catalogue:write", "publish courses, runs and feeds, and read what came of them"),
                                ("advocacy:answer", "read what advisers ask of you for learners, and answer it"),
                                ("events:read", "read what happened to your vouchers, and be told by webhook"),
                            ],
                            max_length=20,
                        ),
                        size=None,
                        verbose_name="scopes",
                    ),
                ),
                ("created_at", models.DateTimeField(verbose_name="created")),
                ("expires_at", models.DateTimeField(null=True, verbose_name="expires")),
                ("revoked_at", models.DateTimeField(null=True, verbose_name="revoked")),
                ("last_used_at", models.DateTimeField(null=True, verbose_name="last used")),
                ("misses", models.PositiveIntegerField(default=0, editable=False)),
                ("misses_since", models.DateTimeField(editable=False, null=True)),
                (
                    "provider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="keys", to="providers.provider"
                    ),
                ),
            ],
            options={
                "verbose_name": "key",
                "verbose_name_plural": "keys",
                "ordering": ("-created_at", "-id"),
                "indexes": [models.Index(fields=["provider"], name="key_by_provider")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("mode__in", ["test", "live"])), name="key_mode_is_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "scopes__contained_by",
                                [
                                    "vouchers:read",
                                    "vouchers:deliver",
                                    "vouchers:redeem",
                                    "vouchers:cancel",
                                    "money:read",
                                    "catalogue:write",
                                    "advocacy:answer",
                                    "events:read",
                                ],
                            ),
                            ("scopes__len__gt", 0),
                        ),
                        name="key_has_known_scopes",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("secret_hash__regex", "^[0-9a-f]{64}$")), name="key_secret_is_hashed"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("misses", 0), ("misses_since__isnull", False), _connector="OR"),
                        name="key_misses_have_a_beginning",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ProviderEvent",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "provider", "era", "xid", "event", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("era", models.PositiveIntegerField()),
                ("xid", ledger.models.TransactionId()),
                ("kind", models.CharField(max_length=60)),
                (
                    "event",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.event"
                    ),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="providers.provider",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["provider", "kind", "era", "xid", "event"], name="provider_event_of_a_kind")
                ],
            },
        ),
        migrations.CreateModel(
            name="SandboxMessage",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("headers", models.JSONField()),
                ("body", models.TextField()),
                ("received_at", models.DateTimeField(auto_now_add=True)),
                (
                    "provider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="providers.provider"
                    ),
                ),
            ],
            options={
                "ordering": ("-id",),
                "indexes": [models.Index(fields=["provider", "-id"], name="sandbox_message_by_provider")],
            },
        ),
        migrations.AddIndex(
            model_name="webhookdelivery",
            index=models.Index(fields=["endpoint", "-id"], name="delivery_log"),
        ),
        migrations.AddIndex(
            model_name="webhookdelivery",
            index=models.Index(
                condition=models.Q(("due_at__isnull", False)), fields=["endpoint", "due_at", "id"], name="delivery_due"
            ),
        ),
        migrations.AddIndex(
            model_name="webhookdelivery",
            index=models.Index(
                condition=models.Q(("in_flight_until__isnull", False)), fields=["endpoint"], name="delivery_in_flight"
            ),
        ),
        migrations.AddConstraint(
            model_name="webhookdelivery",
            constraint=models.UniqueConstraint(fields=("endpoint", "event"), name="one_delivery_an_endpoint_and_event"),
        ),
        migrations.RunSQL(CLAIM, "DROP FUNCTION api_claim"),
    ]
