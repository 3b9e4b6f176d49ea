"""Who is in which arm of a trial, and what it was drawn from. Found by Django through `brokerage.models`."""

from __future__ import annotations

from django.db import models

from accounts.rules.shape import Trial as Design
from config.ids import uuid7


class Trial(models.Model):
    """A scheme's trial, from the moment that its first learner was put into an arm.

    Its design is what the rules said then: later rules can leave the trial out, or begin another under another code,
    and never change it. The seed is a secret: who has it, and the design, knows every arm to come. Its hash is in the
    event `trial.begun`, so that an auditor who is given the seed sees that it is the one of the beginning. Trials are
    added, never changed: a trigger refuses any edit.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    scheme = models.ForeignKey("accounts.Scheme", on_delete=models.PROTECT, related_name="trials")
    code = models.CharField(max_length=40)
    rule_version = models.ForeignKey("accounts.RuleVersion", on_delete=models.PROTECT, related_name="+")
    seed = models.BinaryField(max_length=32)
    begun_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scheme", "code"], name="one_trial_a_scheme_and_code")]

    def __str__(self) -> str:
        return self.code

    @property
    def subject(self) -> str:
        """How events name it."""
        return f"trial:{self.id}"

    @property
    def design(self) -> Design:
        found = self.rule_version.parsed.adviser.trial
        assert found is not None  # it was begun under a version that has it
        return found


class Stratum(models.Model):
    """Learners who are alike in what a trial is stratified by, and how many of them are in it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    trial = models.ForeignKey(Trial, on_delete=models.PROTECT, related_name="strata")
    code = models.CharField(max_length=80)
    assigned = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["trial", "code"], name="one_stratum_a_trial_and_code")]

    def __str__(self) -> str:
        return self.code


class TrialAssignment(models.Model):
    """The arm of a trial that a learner is in, for good: assignments are added, and a trigger refuses any edit.

    `position` counts within the stratum from 0.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    trial = models.ForeignKey(Trial, on_delete=models.PROTECT, related_name="assignments")
    learning_account = models.ForeignKey(
        "accounts.LearningAccount", on_delete=models.PROTECT, related_name="trial_assignments"
    )
    stratum = models.CharField(max_length=80)
    position = models.PositiveIntegerField()
    arm = models.CharField(max_length=40)
    rule_version = models.ForeignKey("accounts.RuleVersion", on_delete=models.PROTECT, related_name="+")
    assigned_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["trial", "learning_account"], name="one_arm_a_trial_and_account"),
            models.UniqueConstraint(fields=["trial", "stratum", "position"], name="one_learner_a_position"),
        ]
