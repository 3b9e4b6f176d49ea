"""What a learner tells of themselves, to whom, and the badges they took. Found by Django through `brokerage.models`."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from config.ids import uuid7
from config.uploads import MediaType

PIECES = "story/"


class Kept(models.Model):
    """Something the learner writes, can change and can take away. `version` counts its changes, so that two tabs do
    not write over each other."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()

    class Meta:
        abstract = True


class Words(Kept):
    """The learner's own words about themselves: one text a learner."""

    learner = models.OneToOneField("accounts.Learner", on_delete=models.PROTECT, related_name="words")
    text = models.TextField(max_length=4000, blank=True)


class Goal(Kept):
    """Where a learner wants to get to, and why."""

    learner = models.ForeignKey("accounts.Learner", on_delete=models.PROTECT, related_name="goals")
    title = models.CharField(max_length=160)
    why = models.TextField(max_length=2000, blank=True)
    by = models.DateField(null=True)
    reached_on = models.DateField(null=True)

    class Meta:
        ordering = [F("reached_on").asc(nulls_first=True), "id"]
        constraints = [
            models.UniqueConstraint("learner", Lower("title"), name="one_goal_a_title"),
            models.CheckConstraint(condition=~Q(title=""), name="goal_has_a_title"),
        ]


class Who(models.TextChoices):
    LEARNER = "learner", _("The learner")
    ADVISER = "adviser", _("The adviser")
    PROVIDER = "provider", _("The course provider")


class Step(Kept):
    """One thing to do towards a goal: who does it, by when, and the course run that it is, where it is one."""

    goal = models.ForeignKey(Goal, on_delete=models.CASCADE, related_name="steps")
    title = models.CharField(max_length=160)
    who = models.CharField(max_length=8, choices=Who.choices, default=Who.LEARNER)
    by = models.DateField(null=True)
    run = models.ForeignKey("providers.CourseRun", null=True, on_delete=models.PROTECT, related_name="+")
    done_on = models.DateField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint("goal", Lower("title"), name="one_step_a_title"),
            models.CheckConstraint(condition=~Q(title=""), name="step_has_a_title"),
        ]


class Skill(Kept):
    """Something a learner can do, and how they know."""

    learner = models.ForeignKey("accounts.Learner", on_delete=models.PROTECT, related_name="skills")
    name = models.CharField(max_length=120)
    shown_by = models.TextField(max_length=1000, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint("learner", Lower("name"), name="one_skill_a_name"),
            models.CheckConstraint(condition=~Q(name=""), name="skill_has_a_name"),
        ]


class Piece(Kept):
    """A file that a learner keeps in their story: a certificate, a picture of their work.

    `document` is kept under a random name; `media_type` is what its content is, whatever its name said.
    """

    learner = models.ForeignKey("accounts.Learner", on_delete=models.PROTECT, related_name="pieces")
    title = models.CharField(max_length=160)
    # The course it goes with, where it goes with one.
    voucher = models.ForeignKey("vouchers.Voucher", null=True, on_delete=models.PROTECT, related_name="+")
    document = models.FileField(upload_to=PIECES, max_length=120)
    media_type = models.CharField(max_length=20, choices=MediaType.choices)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["learner", "sha256"], name="one_piece_a_content"),
            models.CheckConstraint(condition=~Q(title="") & ~Q(document=""), name="piece_has_a_title_and_a_document"),
            models.CheckConstraint(condition=Q(media_type__in=MediaType.values), name="piece_is_of_a_known_kind"),
        ]

    @property
    def file_name(self) -> str:
        """What it is called when somebody downloads it."""
        extension = str(self.document).rpartition(".")[2]
        return f"evidence-{self.changed_at:%Y-%m-%d}-{self.pk.hex[-6:]}.{extension}"


class Part(models.TextChoices):
    """What of a story can be shared, each by itself."""

    WORDS = "words", _("What you say about yourself")
    GOALS = "goals", _("Your goals and steps")
    COURSES = "courses", _("The courses you have completed")
    ATTENDANCE = "attendance", _("How often you came to those courses")
    SKILLS = "skills", _("Your skills")
    PIECES = "pieces", _("Your files")


class ShareQuerySet(models.QuerySet["Share"]):
    def open(self, at: dt.datetime) -> Self:
        """Those whose link leads somewhere."""
        return self.filter(ended_at=None, ends_at__gt=at)


class Share(models.Model):
    """A link to parts of a story, for somebody, until a day. The link's token is told once; only its hash is kept."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    learner = models.ForeignKey("accounts.Learner", on_delete=models.PROTECT, related_name="shares")
    token_hash = models.CharField(max_length=64, unique=True)
    label = models.CharField(max_length=120)
    parts = ArrayField(models.CharField(max_length=12, choices=Part.choices))
    made_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    opened = models.PositiveIntegerField(default=0)
    last_opened_at = models.DateTimeField(null=True)

    objects = ShareQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(label=""), name="share_says_for_whom"),
            models.CheckConstraint(
                condition=Q(parts__len__gt=0, parts__contained_by=Part.values), name="share_has_known_parts"
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("made_at"), ends_at__lte=F("made_at") + dt.timedelta(days=90)),
                name="share_ends_within_90_days",
            ),
        ]

    @property
    def subject(self) -> str:
        """How events name it."""
        return f"share:{self.id}"


class Badge(models.Model):
    """That a completion was signed as a credential, with what it says: a badge says the same for as long as it lasts.

    `place` is its bit in the lists of badges that are good no more. A badge that is revoked stays so; when the course
    is completed again there is a new one.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    voucher = models.ForeignKey("vouchers.Voucher", on_delete=models.PROTECT, related_name="badges")
    place = models.PositiveBigIntegerField(unique=True)
    content = models.JSONField()
    issued_at = models.DateTimeField()
    # How many redemptions of the voucher had been given back by then.
    reversals = models.PositiveIntegerField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["voucher"], condition=Q(revoked_at=None), name="one_standing_badge_a_voucher"
            ),
        ]

    @property
    def subject(self) -> str:
        """How events name it."""
        return f"badge:{self.id}"
