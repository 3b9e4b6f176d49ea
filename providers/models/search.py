"""What a search looks through: which runs are shown on which days, and the words that the catalogue uses."""

from __future__ import annotations

import uuid

from django.contrib.postgres.indexes import GistIndex, OpClass
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.db.models.functions import Lower

from providers.models.courses import Course, CourseRun
from providers.models.organisations import Provider


class CatalogueEntry(models.Model):
    """A run on the days, both included, on which `CourseRun.objects.listed` shows it, with what a search narrows by.

    A run that is listed, then not, then listed again has an entry for each span, and one that never is has none. So a
    search reads one narrow table, and what lapses goes on the day it lapses with nobody doing anything. The database
    writes the entries itself, in the transaction that changes what they follow from (`providers/sql/entries.sql`);
    nothing else does.
    """

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(CourseRun, on_delete=models.CASCADE, related_name="+")
    # That these exist follows from the run's own.
    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="+", db_constraint=False)
    provider = models.ForeignKey(Provider, on_delete=models.CASCADE, related_name="+", db_constraint=False)
    listed_from = models.DateField()
    listed_until = models.DateField()
    level = models.SmallIntegerField(null=True)
    category = models.CharField(max_length=4, blank=True)
    mode = models.CharField(max_length=20)
    pattern = models.CharField(max_length=20, blank=True)
    town = models.CharField(max_length=100, blank=True)
    starts_on = models.DateField()
    pricing = models.CharField(max_length=20)
    price_minor = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3)
    hours = models.PositiveIntegerField(null=True)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["run", "listed_from"], name="one_entry_a_run_and_span"),
            CheckConstraint(condition=Q(listed_until__gte=F("listed_from")), name="entry_days_are_in_order"),
        ]
        indexes = [
            models.Index("starts_on", name="entry_start"),
            models.Index(Lower("town"), "starts_on", name="entry_town"),
            models.Index("latitude", "longitude", name="entry_position"),
        ]

    run_id: uuid.UUID
    course_id: uuid.UUID
    provider_id: uuid.UUID


class Word(models.Model):
    """A word of the catalogue: `plain` is how it is written without accents, `courses` how many courses use it."""

    word = models.CharField(max_length=60, primary_key=True)
    plain = models.CharField(max_length=60)
    courses = models.PositiveIntegerField()

    class Meta:
        indexes = [
            GistIndex(OpClass("plain", name="gist_trgm_ops"), name="word_likeness"),
            models.Index("plain", name="word_plain"),
        ]

    def __str__(self) -> str:
        return self.word
