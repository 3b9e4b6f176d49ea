import datetime

import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

import config.ids


class Migration(migrations.Migration):
    dependencies = [
        ("vouchers", "0005_cases"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Feedback",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("recommends", models.BooleanField()),
                ("given_at", models.DateTimeField()),
                (
                    "voucher",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="feedback", to="vouchers.voucher"
                    ),
                ),
            ],
            options={
                "ordering": ["-given_at", "-id"],
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
                "ordering": ["-asked_at", "-id"],
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
            },
        ),
        migrations.CreateModel(
            name="Remark",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "by",
                    models.CharField(choices=[("learner", "A learner"), ("provider", "The provider")], max_length=8),
                ),
                ("words", models.TextField(max_length=1000)),
                ("written_at", models.DateTimeField()),
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
                "ordering": ["-written_at", "-id"],
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
            },
        ),
    ]
