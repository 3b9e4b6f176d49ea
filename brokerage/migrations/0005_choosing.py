import django.db.models.deletion
from django.db import migrations, models

import config.ids


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_rules_for_every_scheme"),
        ("brokerage", "0004_progress"),
        ("providers", "0009_search"),
    ]

    operations = [
        migrations.CreateModel(
            name="Saved",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("saved_at", models.DateTimeField()),
                ("price_minor", models.BigIntegerField(null=True)),
                ("currency", models.CharField(max_length=3)),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField()),
                (
                    "learner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="saved", to="accounts.learner"
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="providers.courserun"
                    ),
                ),
            ],
            options={
                "ordering": ["-saved_at", "-id"],
                "constraints": [
                    models.UniqueConstraint(fields=("learner", "run"), name="one_saved_a_learner_and_run"),
                    models.CheckConstraint(
                        condition=models.Q(("price_minor", None), ("price_minor__gte", 0), _connector="OR"),
                        name="saved_price_is_one",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Wish",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("words", models.CharField(blank=True, max_length=200)),
                ("category", models.CharField(max_length=4)),
                ("town", models.CharField(blank=True, max_length=100)),
                (
                    "mode",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("classroom", "In a classroom"),
                            ("online", "Online"),
                            ("blended", "Partly online"),
                            ("distance", "At a distance"),
                            ("workplace", "At work"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "pattern",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("daytime", "Daytime"),
                            ("evening", "Evenings"),
                            ("weekend", "Weekends"),
                            ("day_release", "Day release"),
                            ("block", "In blocks"),
                            ("flexible", "Flexible"),
                        ],
                        max_length=20,
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "learner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="wishes", to="accounts.learner"
                    ),
                ),
            ],
            options={
                "ordering": ["-made_at", "-id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("ended_at", None)), fields=["category", "town"], name="wish_demand"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("learner", "category", "town"),
                        name="one_open_wish_a_learner_subject_and_town",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("category__regex", "^[0-9]{4}$")), name="wish_category_is_a_detailed_field"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ended_at", None), ("ended_at__gte", models.F("made_at")), _connector="OR"),
                        name="wish_ends_after_it_began",
                    ),
                ],
            },
        ),
    ]
