"""What a search looks through: entries that the database keeps itself, and the words of the catalogue."""

from pathlib import Path

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.functions.text
from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations, models

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("providers", "0008_feed_sources"),
    ]

    operations = [
        TrigramExtension(),
        migrations.CreateModel(
            name="Word",
            fields=[
                ("word", models.CharField(max_length=60, primary_key=True, serialize=False)),
                ("plain", models.CharField(max_length=60)),
                ("courses", models.PositiveIntegerField()),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GistIndex(
                        django.contrib.postgres.indexes.OpClass("plain", name="gist_trgm_ops"), name="word_likeness"
                    ),
                    models.Index(models.F("plain"), name="word_plain"),
                ],
            },
        ),
        migrations.CreateModel(
            name="CatalogueEntry",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("listed_from", models.DateField()),
                ("listed_until", models.DateField()),
                ("level", models.SmallIntegerField(null=True)),
                ("category", models.CharField(blank=True, max_length=4)),
                ("mode", models.CharField(max_length=20)),
                ("pattern", models.CharField(blank=True, max_length=20)),
                ("town", models.CharField(blank=True, max_length=100)),
                ("starts_on", models.DateField()),
                ("pricing", models.CharField(max_length=20)),
                ("price_minor", models.BigIntegerField(null=True)),
                ("currency", models.CharField(max_length=3)),
                ("hours", models.PositiveIntegerField(null=True)),
                ("latitude", models.FloatField(null=True)),
                ("longitude", models.FloatField(null=True)),
                (
                    "course",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="providers.course",
                    ),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="providers.provider",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="providers.courserun"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(models.F("starts_on"), name="entry_start"),
                    models.Index(
                        django.db.models.functions.text.Lower("town"), models.F("starts_on"), name="entry_town"
                    ),
                    models.Index(models.F("latitude"), models.F("longitude"), name="entry_position"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("run", "listed_from"), name="one_entry_a_run_and_span"),
                    models.CheckConstraint(
                        condition=models.Q(("listed_until__gte", models.F("listed_from"))),
                        name="entry_days_are_in_order",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="course",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.search.CombinedSearchVector(
                    django.contrib.postgres.search.SearchVector("title", config="english"),
                    "||",
                    django.contrib.postgres.search.SearchVector("title", config="simple"),
                    django.contrib.postgres.search.SearchConfig("english"),
                ),
                name="course_title",
            ),
        ),
        migrations.RunSQL((SQL / "entries.sql").read_text(), (SQL / "entries_undone.sql").read_text()),
    ]
