"""The tables of vouchers and what becomes of them."""

import datetime
from pathlib import Path

import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

import config.ids

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_people_schemes_and_purses"),
        ("ledger", "0001_the_tables"),
        ("payments", "0001_checkouts_refunds_and_the_sandbox"),
        ("providers", "0001_providers_courses_and_feeds"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Feedback",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("recommends", models.BooleanField()),
                ("given_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["-given_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="Milestone",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("number", models.PositiveSmallIntegerField()),
                ("code", models.CharField(max_length=40)),
                ("title", models.CharField(max_length=120)),
                ("amount_minor", models.BigIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("planned", "Still to come"),
                            ("declared", "Waiting for your confirmation"),
                            ("confirmed", "Confirmed"),
                            ("disputed", "Disputed"),
                        ],
                        default="planned",
                        max_length=10,
                    ),
                ),
                ("occurred_on", models.DateField(null=True)),
                ("declared_at", models.DateTimeField(null=True)),
                ("confirm_by", models.DateTimeField(null=True)),
                ("confirmed_at", models.DateTimeField(null=True)),
                (
                    "confirmed_how",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("password", "Password"),
                            ("passkey", "Passkey"),
                            ("totp", "Authenticator app"),
                            ("one_time_code", "Printed one-time code"),
                            ("silence", "No objection in time"),
                            ("decision", "A mediator's decision"),
                        ],
                        max_length=13,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "declared")), fields=["confirm_by"], name="milestone_silence_sweep"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount_minor__gte", 0)), name="milestone_is_not_negative"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("declared_at__isnull", True), ("state", "planned")),
                            models.Q(
                                models.Q(("state", "planned"), _negated=True),
                                ("confirm_by__isnull", False),
                                ("declared_at__isnull", False),
                                ("occurred_on__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="milestone_declared_has_its_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("confirmed_at__isnull", False),
                                (
                                    "confirmed_how__in",
                                    ["password", "passkey", "totp", "one_time_code", "silence", "decision"],
                                ),
                                ("state", "confirmed"),
                            ),
                            models.Q(
                                models.Q(("state", "confirmed"), _negated=True),
                                ("confirmed_at__isnull", True),
                                ("confirmed_how", ""),
                            ),
                            _connector="OR",
                        ),
                        name="milestone_confirmed_has_its_factor",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("code", "start"), ("confirmed_how", "silence"), _negated=True),
                        name="silence_never_confirms_a_start",
                    ),
                ],
                "ordering": ["voucher", "number"],
            },
        ),
        migrations.CreateModel(
            name="Case",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("not_me", "This was not me"),
                            ("dispute", "A step did not happen as said"),
                            ("complaint", "Complaint"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "about",
                    models.CharField(
                        choices=[
                            ("voucher", "A voucher"),
                            ("account", "The learning account itself"),
                            ("provider", "A course provider"),
                            ("adviser", "An adviser"),
                            ("service", "This service"),
                        ],
                        max_length=10,
                    ),
                ),
                ("transfer", models.UUIDField(null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("opened", "Waiting for a mediator"),
                            ("with_mediator", "With a mediator"),
                            ("settled", "Settled"),
                        ],
                        default="opened",
                        max_length=13,
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("upheld", "You were right"),
                            ("not_upheld", "Not upheld"),
                            ("withdrawn", "You took it back"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "recovery",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("due", "To be decided"),
                            ("clawed_back", "The provider gives it back"),
                            ("borne", "The scheme bears it"),
                        ],
                        max_length=11,
                    ),
                ),
                ("control_before", models.CharField(blank=True, max_length=12)),
                ("opened_at", models.DateTimeField()),
                ("answer_by", models.DateTimeField()),
                (
                    "waits_for",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("learner", "Learner"),
                            ("adviser", "Adviser, for the learner"),
                            ("provider", "Course provider"),
                            ("mediator", "Mediator"),
                        ],
                        max_length=8,
                    ),
                ),
                ("asked_at", models.DateTimeField(null=True)),
                ("provider_told_at", models.DateTimeField(null=True)),
                ("settled_at", models.DateTimeField(null=True)),
                (
                    "learner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="cases", to="accounts.learner"
                    ),
                ),
                (
                    "learning_account",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cases",
                        to="accounts.learningaccount",
                    ),
                ),
                (
                    "mediator",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cases",
                        to="providers.provider",
                    ),
                ),
                (
                    "scheme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="cases", to="accounts.scheme"
                    ),
                ),
                (
                    "milestone",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cases",
                        to="vouchers.milestone",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "settled"), _negated=True),
                        fields=["scheme", "answer_by"],
                        name="case_queue",
                    ),
                    models.Index(fields=["learner", "-opened_at"], name="case_by_learner"),
                    models.Index(fields=["provider", "-opened_at"], name="case_by_provider"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("about", "account"), ("kind", "not_me"), models.Q(("state", "settled"), _negated=True)
                        ),
                        fields=("learning_account",),
                        name="one_open_not_me_an_account",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "dispute"), models.Q(("state", "settled"), _negated=True)),
                        fields=("milestone",),
                        name="one_open_dispute_a_milestone",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("outcome__in", ["upheld", "not_upheld", "withdrawn"]),
                                ("settled_at__isnull", False),
                                ("state", "settled"),
                            ),
                            models.Q(("state__in", ["opened", "with_mediator"]), ("outcome", ""), ("settled_at", None)),
                            _connector="OR",
                        ),
                        name="case_settled_has_an_outcome",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("outcome__in", ["", "withdrawn"]), ("mediator__isnull", False), _connector="OR"
                        ),
                        name="case_decided_has_its_mediator",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("recovery", ""),
                            models.Q(("outcome", "upheld"), ("recovery__in", ["due", "clawed_back", "borne"])),
                            _connector="OR",
                        ),
                        name="case_recovers_what_was_upheld",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("asked_at", None), ("waits_for", "")),
                            models.Q(
                                ("waits_for__in", ["learner", "provider"]), models.Q(("asked_at", None), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="case_asked_has_its_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind", "complaint"),
                            models.Q(("kind", "dispute"), ("milestone__isnull", False)),
                            ("kind", "not_me"),
                            _connector="OR",
                        ),
                        name="case_of_a_dispute_has_its_milestone",
                    ),
                ],
                "ordering": ["-opened_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="Dispute",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("reason", models.TextField(max_length=2000)),
                ("made_at", models.DateTimeField()),
                (
                    "milestone",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="disputes", to="vouchers.milestone"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PayoutRun",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("currency", models.CharField(max_length=3)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("prepared", "Waiting for a second person"),
                            ("approved", "Approved, not sent yet"),
                            ("sent", "Sent to the bank"),
                            ("closed", "Done"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="prepared",
                        max_length=9,
                    ),
                ),
                (
                    "message_id",
                    models.CharField(default=config.ids.new_code, editable=False, max_length=35, unique=True),
                ),
                ("prepared_at", models.DateTimeField()),
                ("approved_at", models.DateTimeField(null=True)),
                ("sent_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "approved_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "prepared_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "scheme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="payout_runs", to="accounts.scheme"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "sent")), fields=["sent_at"], name="payout_run_at_the_bank"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["prepared", "approved"])),
                        fields=("scheme",),
                        name="one_open_payout_run_a_scheme",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["prepared", "approved", "sent", "closed", "cancelled"])),
                        name="payout_run_state_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("approved_by", None),
                            models.Q(("approved_by", models.F("prepared_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="payouts_are_approved_by_a_second_person",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("approved_by__isnull", False), ("state__in", ["approved", "sent", "closed"])),
                            models.Q(("approved_by", None), ("state", "prepared")),
                            ("state", "cancelled"),
                            _connector="OR",
                        ),
                        name="payout_run_approved_has_its_approver",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("approved_at", None), ("approved_by", None)),
                            models.Q(("approved_at__isnull", False), ("approved_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="payout_run_approved_has_its_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("sent_at__isnull", False), ("state__in", ["sent", "closed"])),
                            models.Q(models.Q(("state__in", ["sent", "closed"]), _negated=True), ("sent_at", None)),
                            _connector="OR",
                        ),
                        name="payout_run_sent_has_its_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at__isnull", False), ("state__in", ["closed", "cancelled"])),
                            models.Q(
                                models.Q(("state__in", ["closed", "cancelled"]), _negated=True), ("ended_at", None)
                            ),
                            _connector="OR",
                        ),
                        name="payout_run_ended_has_its_time",
                    ),
                ],
                "ordering": ["-prepared_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="Payout",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("amount_minor", models.BigIntegerField()),
                ("holder", models.CharField(max_length=140)),
                ("iban", models.CharField(max_length=34)),
                ("bic", models.CharField(blank=True, max_length=11)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("prepared", "Waiting for approval"),
                            ("approved", "Approved"),
                            ("sent", "At the bank"),
                            ("settled", "Paid"),
                            ("returned", "Returned by the bank"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="prepared",
                        max_length=9,
                    ),
                ),
                (
                    "reference",
                    models.CharField(default=config.ids.new_code, editable=False, max_length=35, unique=True),
                ),
                ("reason", models.CharField(blank=True, max_length=40)),
                ("settled_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "provider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="payouts", to="providers.provider"
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="payouts", to="vouchers.payoutrun"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["provider", "-id"], name="payout_by_provider")],
                "constraints": [
                    models.UniqueConstraint(fields=("run", "provider"), name="one_payout_a_run_and_provider"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["prepared", "approved", "sent", "settled", "returned", "cancelled"])
                        ),
                        name="payout_state_is_known",
                    ),
                    models.CheckConstraint(condition=models.Q(("amount_minor__gt", 0)), name="payout_is_positive"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("settled_at__isnull", False), ("state", "settled")),
                            ("state", "returned"),
                            models.Q(
                                models.Q(("state__in", ["settled", "returned"]), _negated=True), ("settled_at", None)
                            ),
                            _connector="OR",
                        ),
                        name="payout_settled_has_its_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("ended_at__isnull", False),
                                ("state__in", ["returned", "cancelled"]),
                                models.Q(("reason", ""), _negated=True),
                            ),
                            models.Q(
                                models.Q(("state__in", ["returned", "cancelled"]), _negated=True),
                                ("ended_at", None),
                                ("reason", ""),
                            ),
                            _connector="OR",
                        ),
                        name="payout_that_failed_says_why",
                    ),
                ],
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="LeftOut",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("provider_stopped", "The provider is suspended or removed"),
                            ("no_bank_account", "There is no approved bank account"),
                            ("account_changed", "The bank account has changed since the run was prepared"),
                            ("frozen", "The voucher is frozen"),
                            ("under_review", "The voucher is under review"),
                            ("given_back", "The provider has given it back"),
                            (
                                "nothing_owed",
                                "What was given back after it was paid comes off first, and nothing is left",
                            ),
                            ("run_cancelled", "The run was cancelled"),
                        ],
                        max_length=20,
                    ),
                ),
                ("redemptions", models.PositiveIntegerField()),
                ("amount_minor", models.BigIntegerField()),
                (
                    "provider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="providers.provider"
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="left_out", to="vouchers.payoutrun"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("run", "provider", "reason"), name="left_out_once_a_provider_and_reason"
                    )
                ],
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Redemption",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("amount_minor", models.BigIntegerField()),
                ("made_at", models.DateTimeField()),
                ("reversed_at", models.DateTimeField(null=True)),
                (
                    "milestone",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="redemptions", to="vouchers.milestone"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("reversed_at__isnull", True)),
                        fields=("milestone",),
                        name="one_live_redemption_a_milestone",
                    ),
                    models.CheckConstraint(condition=models.Q(("amount_minor__gt", 0)), name="redemption_is_positive"),
                ],
                "ordering": ["-made_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="PayoutLine",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("amount_minor", models.BigIntegerField()),
                ("clawback", models.BooleanField()),
                ("live", models.BooleanField(default=True)),
                (
                    "left_out",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("provider_stopped", "The provider is suspended or removed"),
                            ("no_bank_account", "There is no approved bank account"),
                            ("account_changed", "The bank account has changed since the run was prepared"),
                            ("frozen", "The voucher is frozen"),
                            ("under_review", "The voucher is under review"),
                            ("given_back", "The provider has given it back"),
                            (
                                "nothing_owed",
                                "What was given back after it was paid comes off first, and nothing is left",
                            ),
                            ("run_cancelled", "The run was cancelled"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "payout",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="vouchers.payout"
                    ),
                ),
                (
                    "redemption",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payout_lines",
                        to="vouchers.redemption",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("live", True)),
                        fields=("redemption", "clawback"),
                        name="one_live_payout_line_a_redemption",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("amount_minor__gt", 0), ("clawback", False)),
                            models.Q(("amount_minor__lt", 0), ("clawback", True)),
                            _connector="OR",
                        ),
                        name="payout_line_takes_back_what_is_a_clawback",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("live", False), ("left_out", ""), _connector="OR"),
                        name="payout_line_left_out_is_not_live",
                    ),
                ],
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="MadeGood",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("amount_minor", models.BigIntegerField()),
                ("made_at", models.DateTimeField()),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="made_good", to="vouchers.case"
                    ),
                ),
                (
                    "redemption",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="made_good", to="vouchers.redemption"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("amount_minor__gt", 0)), name="made_good_is_positive")
                ],
            },
        ),
        migrations.CreateModel(
            name="Remark",
            fields=[
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waits for a person at the scheme"),
                            ("shown", "Shown"),
                            ("held_back", "Not shown"),
                        ],
                        default="waiting",
                        max_length=9,
                    ),
                ),
                (
                    "held_back",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("names", "They tell who somebody is"),
                            ("insults", "They insult somebody"),
                            ("not_about_it", "They are not about the course"),
                        ],
                        max_length=12,
                    ),
                ),
                ("looked_at", models.DateTimeField(null=True)),
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("words", models.TextField(max_length=1000)),
                ("written_at", models.DateTimeField()),
                (
                    "by",
                    models.CharField(choices=[("learner", "A learner"), ("provider", "The provider")], max_length=8),
                ),
                (
                    "feedback",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="remarks", to="vouchers.feedback"
                    ),
                ),
                (
                    "looked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("state", "waiting")), fields=["written_at"], name="remark_queue")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("feedback", "by"), name="one_remark_a_feedback_and_side"),
                    models.CheckConstraint(
                        condition=models.Q(("by__in", ["learner", "provider"])), name="remark_is_by_somebody_known"
                    ),
                    models.CheckConstraint(condition=models.Q(("words", ""), _negated=True), name="remark_has_words"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("held_back", ""), ("looked_at", None), ("looked_by", None), ("state", "waiting")),
                            models.Q(
                                ("held_back", ""),
                                ("looked_at__isnull", False),
                                ("looked_by__isnull", False),
                                ("state", "shown"),
                            ),
                            models.Q(
                                ("held_back__in", ["names", "insults", "not_about_it"]),
                                ("looked_at__isnull", False),
                                ("looked_by__isnull", False),
                                ("state", "held_back"),
                            ),
                            _connector="OR",
                        ),
                        name="remark_is_shown_once_looked_at",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("looked_by", None),
                            ("written_by", None),
                            models.Q(("looked_by", models.F("written_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="nobody_looks_at_their_own_remark",
                    ),
                ],
                "ordering": ["-written_at", "-id"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Voucher",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("code", models.CharField(default=config.ids.new_code, editable=False, max_length=32, unique=True)),
                ("reference", models.CharField(editable=False, max_length=80, unique=True)),
                ("band", models.CharField(blank=True, max_length=40)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("reserved", "Waiting for your payment"),
                            ("issued", "Issued"),
                            ("accepted", "Accepted"),
                            ("started", "Started"),
                            ("completed", "Completed"),
                            ("closed", "Closed"),
                        ],
                        default="reserved",
                        max_length=10,
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("completed", "Completed"),
                            ("declined", "Declined by the provider"),
                            ("withdrawn", "Withdrawn"),
                            ("cancelled", "Cancelled"),
                            ("lapsed", "Lapsed"),
                            ("expired", "Expired"),
                            ("disowned", "Not asked for by the learner"),
                            ("unpaid", "The card payment was taken back"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "control",
                    models.CharField(
                        choices=[("clear", "Clear"), ("under_review", "Under review"), ("frozen", "Frozen")],
                        default="clear",
                        max_length=12,
                    ),
                ),
                (
                    "cancel_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("course_cancelled", "The course will not run"),
                            ("course_full", "The course is full"),
                            ("learner_unable", "The learner cannot attend"),
                            ("learner_absent", "The learner did not come"),
                            ("entry_requirements", "The entry requirements are not met"),
                        ],
                        max_length=20,
                    ),
                ),
                ("price_minor", models.BigIntegerField()),
                ("from_purse_minor", models.BigIntegerField()),
                ("own_minor", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("reserved_at", models.DateTimeField()),
                ("issued_at", models.DateTimeField(null=True)),
                ("accepted_at", models.DateTimeField(null=True)),
                ("started_at", models.DateTimeField(null=True)),
                ("completed_at", models.DateTimeField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                ("lapses_at", models.DateTimeField()),
                ("accept_by", models.DateTimeField(null=True)),
                ("expires_at", models.DateTimeField()),
                (
                    "account",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.account"
                    ),
                ),
                (
                    "checkout",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="voucher",
                        to="payments.checkout",
                    ),
                ),
                (
                    "learner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="vouchers", to="accounts.learner"
                    ),
                ),
                (
                    "learning_account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="vouchers",
                        to="accounts.learningaccount",
                    ),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="vouchers", to="providers.provider"
                    ),
                ),
                (
                    "rule_version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.ruleversion"
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="vouchers", to="providers.courserun"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["provider", "-issued_at"], name="voucher_by_provider"),
                    models.Index(fields=["learner", "-reserved_at"], name="voucher_by_learner"),
                    models.Index(
                        condition=models.Q(("state", "closed"), _negated=True),
                        fields=["state", "expires_at"],
                        name="voucher_sweep",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("from_purse_minor__gt", 0),
                            ("own_minor__gte", 0),
                            (
                                "price_minor",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("from_purse_minor"), "+", models.F("own_minor")
                                ),
                            ),
                        ),
                        name="voucher_price_is_the_sum_of_its_shares",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["reserved", "issued", "accepted", "started", "completed", "closed"])
                        ),
                        name="voucher_state_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("control__in", ["clear", "under_review", "frozen"])),
                        name="voucher_control_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("closed_at__isnull", False),
                                (
                                    "outcome__in",
                                    [
                                        "completed",
                                        "declined",
                                        "withdrawn",
                                        "cancelled",
                                        "lapsed",
                                        "expired",
                                        "disowned",
                                        "unpaid",
                                    ],
                                ),
                                ("state", "closed"),
                            ),
                            models.Q(
                                models.Q(("state", "closed"), _negated=True),
                                ("closed_at__isnull", True),
                                ("outcome", ""),
                            ),
                            _connector="OR",
                        ),
                        name="voucher_closed_has_an_outcome",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["reserved", "closed"]),
                            models.Q(("accept_by__isnull", False), ("issued_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="voucher_issued_has_its_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["reserved", "issued", "closed"]),
                            ("accepted_at__isnull", False),
                            _connector="OR",
                        ),
                        name="voucher_accepted_has_its_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["started", "completed"]), _negated=True),
                            ("started_at__isnull", False),
                            _connector="OR",
                        ),
                        name="voucher_started_has_its_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "completed"), _negated=True),
                            ("completed_at__isnull", False),
                            _connector="OR",
                        ),
                        name="voucher_completed_has_its_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("outcome", "cancelled"), ("cancel_reason", ""), _connector="XOR"),
                        name="voucher_cancelled_has_a_reason",
                    ),
                ],
                "ordering": ["-reserved_at", "-id"],
            },
        ),
        migrations.AddField(
            model_name="redemption",
            name="voucher",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="redemptions", to="vouchers.voucher"
            ),
        ),
        migrations.AddField(
            model_name="milestone",
            name="voucher",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="milestones", to="vouchers.voucher"
            ),
        ),
        migrations.CreateModel(
            name="Funding",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("amount_minor", models.BigIntegerField()),
                ("returned_minor", models.BigIntegerField(default=0)),
                (
                    "purse",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="fundings",
                        to="accounts.purse",
                    ),
                ),
                (
                    "voucher",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="fundings", to="vouchers.voucher"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("voucher", "purse"), name="one_funding_a_source", nulls_distinct=False
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("amount_minor__gt", 0),
                            ("returned_minor__gte", 0),
                            ("returned_minor__lte", models.F("amount_minor")),
                        ),
                        name="funding_returns_at_most_what_it_gave",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="feedback",
            name="voucher",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="feedback", to="vouchers.voucher"
            ),
        ),
        migrations.AddField(
            model_name="case",
            name="voucher",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="cases", to="vouchers.voucher"
            ),
        ),
        migrations.CreateModel(
            name="CardHold",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("amount_minor", models.BigIntegerField()),
                ("recovered_minor", models.BigIntegerField(default=0)),
                ("held_at", models.DateTimeField()),
                ("lost_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "ended_how",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("won", "The payment stands"),
                            ("borne", "The scheme bears the loss"),
                            ("ended", "The voucher ended"),
                        ],
                        max_length=5,
                    ),
                ),
                (
                    "dispute",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="hold", to="payments.carddispute"
                    ),
                ),
                (
                    "voucher",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="card_holds", to="vouchers.voucher"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("ended_how", "")), fields=["voucher"], name="card_hold_open")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at", None), ("ended_how", "")),
                            models.Q(("ended_at__isnull", False), ("ended_how__in", ["won", "borne", "ended"])),
                            _connector="OR",
                        ),
                        name="card_hold_ended_has_its_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_how__in", ["", "won"]), ("lost_at", None)),
                            models.Q(("ended_how__in", ["", "borne", "ended"]), ("lost_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="card_hold_is_decided_once_it_is_lost",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("recovered_minor", 0),
                            models.Q(
                                ("lost_at__isnull", False),
                                ("recovered_minor__gt", 0),
                                ("recovered_minor__lte", models.F("amount_minor")),
                            ),
                            _connector="OR",
                        ),
                        name="card_hold_recovers_at_most_what_was_lost",
                    ),
                ],
                "ordering": ["held_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="AttendanceRecord",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("day", models.DateField()),
                (
                    "attended",
                    models.CharField(
                        choices=[("present", "Present"), ("absent", "Absent"), ("excused", "Excused")], max_length=7
                    ),
                ),
                ("hours", models.DecimalField(decimal_places=2, max_digits=4, null=True)),
                ("recorded_at", models.DateTimeField()),
                ("recorded_by", models.CharField(max_length=80)),
                ("replaced_at", models.DateTimeField(null=True)),
                (
                    "voucher",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="attendance", to="vouchers.voucher"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("replaced_at__isnull", True)),
                        fields=("voucher", "day"),
                        name="one_standing_attendance_a_voucher_and_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("attended__in", ["present", "absent", "excused"])),
                        name="attendance_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("hours__isnull", True),
                            models.Q(("attended", "present"), ("hours__gt", 0), ("hours__lte", 24)),
                            _connector="OR",
                        ),
                        name="attendance_hours_are_of_a_day_present",
                    ),
                ],
                "ordering": ["day", "recorded_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="Asked",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "what",
                    models.CharField(
                        choices=[("more_time", "More time"), ("call_off", "To call it off")], max_length=9
                    ),
                ),
                ("until", models.DateField(null=True)),
                ("was_until", models.DateField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Waits for the provider"),
                            ("agreed", "The provider agreed"),
                            ("declined", "The provider did not agree"),
                            ("taken_back", "Taken back"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "voucher",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="asked", to="vouchers.voucher"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "open")), fields=("voucher",), name="one_open_question_a_voucher"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "agreed"), ("what", "more_time")),
                        fields=("voucher",),
                        name="more_time_once_a_voucher",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("until", None), ("what", "call_off")),
                            models.Q(
                                ("until__gt", models.F("was_until")),
                                (
                                    "until__lte",
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("was_until"), "+", models.Value(datetime.timedelta(days=182))
                                    ),
                                ),
                                ("what", "more_time"),
                            ),
                            _connector="OR",
                        ),
                        name="asked_for_more_time_and_not_too_much",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answered_at", None), ("state", "open")),
                            models.Q(
                                ("answered_at__isnull", False), ("state__in", ["agreed", "declined", "taken_back"])
                            ),
                            _connector="OR",
                        ),
                        name="asked_is_answered_at_a_time",
                    ),
                ],
                "ordering": ["-asked_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="VoucherExtra",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "earmark",
                    models.CharField(
                        choices=[
                            ("exam", "Exam"),
                            ("travel", "Travel"),
                            ("childcare", "Childcare"),
                            ("equipment", "Equipment"),
                        ],
                        max_length=12,
                    ),
                ),
                ("title", models.CharField(max_length=200)),
                ("price_minor", models.BigIntegerField()),
                ("from_purse_minor", models.BigIntegerField()),
                (
                    "extra",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="providers.runextra"
                    ),
                ),
                (
                    "voucher",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="extras", to="vouchers.voucher"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("from_purse_minor__gte", 0),
                            ("from_purse_minor__lte", models.F("price_minor")),
                            ("price_minor__gt", 0),
                        ),
                        name="voucherextra_is_paid_up_to_its_price",
                    ),
                    models.UniqueConstraint(fields=("voucher", "extra"), name="one_of_each_extra_a_voucher"),
                ],
                "ordering": ("id",),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="AgreedPrice",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("price_minor", models.BigIntegerField()),
                ("list_minor", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("agreed_at", models.DateTimeField()),
                ("until", models.DateField()),
                ("source", models.CharField(max_length=80)),
                (
                    "learner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="agreed_prices", to="accounts.learner"
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="agreed_prices",
                        to="providers.courserun",
                    ),
                ),
            ],
            options={
                "ordering": ["price_minor", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("learner", "run", "source"), name="one_agreed_price_a_source"),
                    models.CheckConstraint(
                        condition=models.Q(("price_minor__gt", 0), ("price_minor__lt", models.F("list_minor"))),
                        name="agreed_price_is_below_the_list_price",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CardPayoutShare",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("fee_minor", models.BigIntegerField()),
                ("net_minor", models.BigIntegerField()),
                (
                    "payout",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="shares", to="payments.gatewaypayout"
                    ),
                ),
                (
                    "scheme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="card_payout_shares",
                        to="accounts.scheme",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("payout", "scheme"), name="one_share_a_card_payout_and_scheme")
                ],
            },
        ),
        migrations.CreateModel(
            name="CaseEntry",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "side",
                    models.CharField(
                        choices=[
                            ("learner", "Learner"),
                            ("adviser", "Adviser, for the learner"),
                            ("provider", "Course provider"),
                            ("mediator", "Mediator"),
                        ],
                        max_length=8,
                    ),
                ),
                ("words", models.TextField(blank=True, max_length=4000)),
                (
                    "asks",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("learner", "Learner"),
                            ("adviser", "Adviser, for the learner"),
                            ("provider", "Course provider"),
                            ("mediator", "Mediator"),
                        ],
                        max_length=8,
                    ),
                ),
                ("to_provider", models.BooleanField(default=False)),
                ("made_at", models.DateTimeField()),
                (
                    "author",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="entries", to="vouchers.case"
                    ),
                ),
            ],
            options={
                "ordering": ["made_at", "id"],
                "indexes": [models.Index(fields=["case", "made_at"], name="case_entry_in_order")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("asks", ""), ("side", "mediator"), _connector="OR"),
                        name="only_a_mediator_asks_in_a_case",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Payable",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "account",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.account"
                    ),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="payables", to="providers.provider"
                    ),
                ),
                (
                    "scheme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="payables", to="accounts.scheme"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("provider", "scheme"), name="one_payable_a_provider_and_scheme")
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="milestone",
            constraint=models.UniqueConstraint(fields=("voucher", "number"), name="one_milestone_a_number"),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "not_me"), models.Q(("state", "settled"), _negated=True)),
                fields=("voucher",),
                name="one_open_not_me_a_voucher",
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("about", "voucher"), ("provider__isnull", False), ("voucher__isnull", False)),
                    models.Q(("about", "account"), ("learning_account__isnull", False), ("voucher", None)),
                    models.Q(("about", "provider"), ("provider__isnull", False), ("voucher", None)),
                    models.Q(("about__in", ["adviser", "service"]), ("provider", None), ("voucher", None)),
                    _connector="OR",
                ),
                name="case_is_about_what_it_says",
            ),
        ),
        migrations.RunSQL((SQL / "walls.sql").read_text(), (SQL / "walls_undone.sql").read_text()),
    ]
