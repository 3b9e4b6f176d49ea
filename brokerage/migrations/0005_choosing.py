import django.db.models.deletion
from django.db import migrations, models

import config.ids


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_rules_for_every_scheme"),
        ("brokerage", "0003_what_comes_with_a_course"),
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
    ]
