"""What a learner and their advisers plan together towards a goal. Found by Django through `brokerage.models`."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from brokerage.progress.models import Goal, Kept


class Plan(Kept):
    """A goal that the learner plans together with their advisers, who see it and its steps until `ended_at`.

    What they want to learn, and what work they want to do with it; `occupation` is its unit group of ISCO-08, where
    somebody looked it up.
    """

    goal = models.OneToOneField(Goal, on_delete=models.CASCADE, related_name="plan")
    learning = models.TextField(max_length=1000, blank=True)
    work = models.CharField(max_length=160, blank=True)
    occupation = models.CharField(max_length=4, blank=True)
    begun_at = models.DateTimeField()
    begun_by = models.ForeignKey("brokerage.Adviser", null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(occupation="") | Q(occupation__regex=r"^[0-9]{4}$"), name="occupation_is_a_unit_group"
            ),
        ]


class Option(Kept):
    """Something that was considered on the way to a goal, and why it is taken or not; `taken` is None while it is open.

    A course run that can be asked for, or anything else in a few words.
    """

    goal = models.ForeignKey(Goal, on_delete=models.CASCADE, related_name="options")
    run = models.ForeignKey("providers.CourseRun", null=True, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=160, blank=True)
    reasons = models.TextField(max_length=2000)
    taken = models.BooleanField(null=True)
    added_by = models.ForeignKey("brokerage.Adviser", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["goal", "run"], name="one_option_a_run"),
            models.CheckConstraint(
                condition=Q(run__isnull=False) | ~Q(title=""), name="option_is_a_run_or_has_a_title"
            ),
            models.CheckConstraint(condition=~Q(reasons=""), name="option_has_reasons"),
        ]
