import django.db.models.deletion
from django.db import migrations, models

import config.ids


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_who_looked_and_what_is_frozen"),
    ]

    operations = [
        migrations.CreateModel(
            name="Departure",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("left_at", models.DateTimeField()),
                ("erase_on", models.DateField()),
            ],
        ),
        migrations.AddField(
            model_name="learner",
            name="erased_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AlterField(
            model_name="learner",
            name="date_of_birth",
            field=models.DateField(null=True),
        ),
        migrations.AlterField(
            model_name="learner",
            name="family_name",
            field=models.CharField(blank=True, max_length=80),
        ),
        migrations.AlterField(
            model_name="learner",
            name="given_name",
            field=models.CharField(blank=True, max_length=80),
        ),
        migrations.AddConstraint(
            model_name="learner",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("date_of_birth__isnull", False), ("erased_at", None)),
                    models.Q(
                        ("benefits", []),
                        ("date_of_birth", None),
                        ("employment", ""),
                        ("erased_at__isnull", False),
                        ("family_name", ""),
                        ("given_name", ""),
                        ("income_minor", None),
                        ("needs", []),
                        ("postcode", ""),
                        ("qualification_level", None),
                        ("user", None),
                    ),
                    _connector="OR",
                ),
                name="learner_is_somebody_or_erased",
            ),
        ),
        migrations.AddField(
            model_name="departure",
            name="learner",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="departure", to="accounts.learner"
            ),
        ),
        migrations.AddIndex(
            model_name="departure",
            index=models.Index(fields=["erase_on"], name="departure_by_day"),
        ),
    ]
