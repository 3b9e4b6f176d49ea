"""Times to talk, calls, and the guidance record. Found by Django through `brokerage.models`."""

from __future__ import annotations

import datetime as dt
from typing import Self
from uuid import UUID

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q, Value
from django.utils.translation import gettext_lazy as _

from config.ids import uuid7


class Channel(models.TextChoices):
    PHONE = "phone", _("Phone")
    VIDEO = "video", _("Video")
    IN_PERSON = "in_person", _("In person")
    DROP_IN = "drop_in", _("Drop-in")
    HELPLINE = "helpline", _("Helpline")


# What can be booked: nobody books a drop-in.
BOOKABLE = (Channel.PHONE, Channel.VIDEO, Channel.IN_PERSON)
# A talk is this long at the most; one for a learner with intensive support may be longer.
LONGEST, LONGEST_INTENSIVE = dt.timedelta(minutes=45), dt.timedelta(hours=2)


class Side(models.TextChoices):
    LEARNER = "learner", _("the learner")
    ADVISER = "adviser", _("the adviser")


class Tier(models.TextChoices):
    """How much support a learner wants. Theirs to choose; it changes no money."""

    SELF_SERVICE = "self_service", _("On my own")
    ASSISTED = "assisted", _("With help")
    INTENSIVE = "intensive", _("With a lot of help")


class SlotQuerySet(models.QuerySet["Slot"]):
    def free(self, at: dt.datetime) -> Self:
        """Those that can be booked: not begun, not withdrawn, and not taken. In their order."""
        taken = Booking.objects.live().filter(slot=OuterRef("pk"))
        return self.filter(~Exists(taken), starts_at__gt=at, withdrawn_at=None).order_by("starts_at", "id")


class Slot(models.Model):
    """A time at which an adviser can be booked, as instants, through one of these channels.

    `place` is where they meet, `link` where the video is, each where the slot has that channel.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    adviser = models.ForeignKey("brokerage.Adviser", on_delete=models.PROTECT, related_name="slots")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    channels = ArrayField(models.CharField(max_length=10, choices=Channel.choices))
    place = models.CharField(max_length=200, blank=True)
    link = models.URLField(max_length=300, blank=True)
    for_intensive = models.BooleanField(default=False)
    withdrawn_at = models.DateTimeField(null=True)

    objects = SlotQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "id"]
        constraints = [
            ExclusionConstraint(
                name="slots_of_an_adviser_do_not_overlap",
                expressions=[
                    ("adviser", RangeOperators.EQUAL),
                    (
                        Func(
                            F("starts_at"),
                            F("ends_at"),
                            RangeBoundary(),
                            function="TSTZRANGE",
                            output_field=DateTimeRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(withdrawn_at=None),
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at"), ends_at__lte=F("starts_at") + Value(LONGEST))
                | Q(
                    for_intensive=True,
                    ends_at__gt=F("starts_at"),
                    ends_at__lte=F("starts_at") + Value(LONGEST_INTENSIVE),
                ),
                name="slot_is_as_long_as_it_may_be",
            ),
            models.CheckConstraint(
                condition=Q(channels__len__gt=0, channels__contained_by=[each.value for each in BOOKABLE]),
                name="slot_has_channels_that_can_be_booked",
            ),
            models.CheckConstraint(
                condition=(~Q(channels__contains=["in_person"]) | ~Q(place=""))
                & (~Q(channels__contains=["video"]) | Q(link__startswith="https://")),
                name="slot_says_where",
            ),
        ]

    @property
    def subject(self) -> str:
        """How events name it."""
        return f"slot:{self.id}"

    @property
    def minutes(self) -> int:
        return int((self.ends_at - self.starts_at).total_seconds()) // 60


class BookingState(models.TextChoices):
    BOOKED = "booked", _("Booked")
    KEPT = "kept", _("You talked")
    MISSED = "missed", _("Missed")
    CANCELLED = "cancelled", _("Cancelled")


class BookingQuerySet(models.QuerySet["Booking"]):
    def live(self) -> Self:
        """Those whose slot is taken by them."""
        return self.exclude(state=BookingState.CANCELLED)

    def open(self) -> Self:
        """Still to come, or to be marked by the adviser, the soonest first."""
        return self.filter(state=BookingState.BOOKED).order_by("slot__starts_at", "id")


class Booking(models.Model):
    """A learner's talk at a slot. Moved, it has another slot, and is the same entry in a calendar.

    `sequence` counts how often it was moved or cancelled, as calendars do. `arranged_at` is when the learner was last
    told of its time, `about` their words, which can be erased.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slot = models.ForeignKey(Slot, on_delete=models.PROTECT, related_name="bookings")
    learner = models.ForeignKey("accounts.Learner", on_delete=models.PROTECT, related_name="bookings")
    channel = models.CharField(max_length=10, choices=Channel.choices)
    about = models.TextField(max_length=1000, blank=True)
    state = models.CharField(max_length=9, choices=BookingState.choices, default=BookingState.BOOKED)
    cancelled_by = models.CharField(max_length=7, choices=Side.choices, blank=True)
    sequence = models.PositiveIntegerField(default=0)
    arranged_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects = BookingQuerySet.as_manager()

    class Meta:
        ordering = ["-arranged_at", "-id"]
        indexes = [models.Index(fields=["learner", "state"], name="booking_by_learner")]
        constraints = [
            models.UniqueConstraint(fields=["slot"], condition=~Q(state="cancelled"), name="one_live_booking_a_slot"),
            models.CheckConstraint(
                condition=Q(state="booked", ended_at=None) | (~Q(state="booked") & Q(ended_at__isnull=False)),
                name="booking_over_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(state="cancelled", cancelled_by__in=Side.values)
                | (~Q(state="cancelled") & Q(cancelled_by="")),
                name="booking_cancelled_says_by_whom",
            ),
            models.CheckConstraint(
                condition=Q(state__in=BookingState.values, channel__in=[each.value for each in BOOKABLE]),
                name="booking_state_and_channel_are_known",
            ),
        ]

    learner_id: UUID
    slot_id: UUID

    @property
    def subject(self) -> str:
        """How events name it."""
        return f"booking:{self.id}"


class CallBackState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    DONE = "done", _("You talked")
    NOT_REACHED = "not_reached", _("Not reached")
    TAKEN_BACK = "taken_back", _("Taken back")


class CallBackQuerySet(models.QuerySet["CallBack"]):
    def waiting(self) -> Self:
        """The nearest deadline first."""
        return self.filter(state=CallBackState.WAITING).order_by("call_by", "id")

    def on_the_desk_of(self, adviser: models.Model) -> Self:
        """What this adviser may see and do: their own, what they cover, and what they stand in for today."""
        return self.filter(Q(adviser=adviser) | Q(cover=adviser) | Q(adviser__stand_in=adviser))


class CallBack(models.Model):
    """A learner wants to be rung, with its clock. What they told for it can be erased.

    `tries` counts how often nobody answered.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    learner = models.ForeignKey("accounts.Learner", on_delete=models.PROTECT, related_name="call_backs")
    request = models.ForeignKey("brokerage.Request", null=True, on_delete=models.PROTECT, related_name="call_backs")
    adviser = models.ForeignKey("brokerage.Adviser", on_delete=models.PROTECT, related_name="call_backs")
    cover = models.ForeignKey("brokerage.Adviser", null=True, on_delete=models.PROTECT, related_name="+")
    telephone = models.CharField(max_length=30, blank=True)
    good_times = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=10)
    about = models.TextField(max_length=1000, blank=True)
    state = models.CharField(max_length=11, choices=CallBackState.choices, default=CallBackState.WAITING)
    asked_at = models.DateTimeField()
    call_by = models.DateTimeField()
    handed_over_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    last_tried_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects = CallBackQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-id"]
        indexes = [
            models.Index(fields=["adviser", "call_by"], name="call_back_desk", condition=Q(state="waiting")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["learner"], condition=Q(state="waiting"), name="one_waiting_call_back_a_learner"
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", ended_at=None)
                | Q(state__in=["done", "not_reached", "taken_back"], ended_at__isnull=False),
                name="call_back_over_has_its_time",
            ),
        ]

    learner_id: UUID
    adviser_id: UUID
    cover_id: UUID | None
    request_id: UUID | None

    @property
    def subject(self) -> str:
        """How events name it."""
        return f"call_back:{self.id}"


class EntryKind(models.TextChoices):
    TALK = "talk", _("Talk")
    MISSED = "missed", _("A booked talk did not happen")
    NOT_REACHED = "not_reached", _("Rung, and not reached")
    NEEDS = "needs", _("What would help")
    TIER = "tier", _("Choice of help")
    CORRECTION = "correction", _("Correction")
    ANSWER = "answer", _("Answer")
    RATING = "rating", _("Career skills, as the learner sees them")


class GuidanceEntry(models.Model):
    """One line of a learner's guidance record. Lines are added, never changed; only their words can be erased.

    `adviser` wrote it; None: the learner did. `about` is the line that a correction corrects or an answer answers. The
    words of a talk are its consultation's note.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    learner = models.ForeignKey("accounts.Learner", on_delete=models.PROTECT, related_name="guidance")
    kind = models.CharField(max_length=11, choices=EntryKind.choices)
    adviser = models.ForeignKey("brokerage.Adviser", null=True, on_delete=models.PROTECT, related_name="+")
    about = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="followed_by")
    consultation = models.OneToOneField(
        "brokerage.Consultation", null=True, on_delete=models.PROTECT, related_name="entry"
    )
    booking = models.ForeignKey(Booking, null=True, on_delete=models.PROTECT, related_name="entries")
    call_back = models.ForeignKey(CallBack, null=True, on_delete=models.PROTECT, related_name="entries")
    words = models.TextField(max_length=4000, blank=True)
    # Of a needs conversation: the answer to each question, and what they suggest. Of a choice: the tier. Of a rating:
    # how well the learner does, for each skill.
    answers = models.JSONField(default=dict, blank=True)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["-made_at", "-id"]
        indexes = [models.Index(fields=["learner", "-made_at"], name="guidance_by_learner")]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="talk", consultation__isnull=False) | (~Q(kind="talk") & Q(consultation=None)),
                name="guidance_of_a_talk_has_it",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["correction", "answer"], about__isnull=False)
                | (~Q(kind__in=["correction", "answer"]) & Q(about=None)),
                name="guidance_that_follows_says_what",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["answer", "tier", "rating"], adviser=None)
                | (~Q(kind__in=["answer", "tier", "rating"]) & Q(adviser__isnull=False)),
                name="guidance_says_who_wrote_it",
            ),
            models.CheckConstraint(
                condition=(~Q(kind="missed") | Q(booking__isnull=False))
                & (~Q(kind="not_reached") | Q(call_back__isnull=False)),
                name="guidance_of_what_failed_says_what",
            ),
        ]

    learner_id: UUID
    about_id: UUID | None
    adviser_id: UUID | None

    @property
    def subject(self) -> str:
        """How events name it."""
        return f"guidance:{self.id}"

    @property
    def text(self) -> str:
        """What it says, wherever that is kept."""
        return self.consultation.note if self.consultation else self.words


class PrivateNote(models.Model):
    """What an adviser writes down for colleagues of their organisation alone. Added, never changed; it can be erased.

    It is never on a page of the learner's, and always in the file of everything that is kept about them.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    learner = models.ForeignKey("accounts.Learner", on_delete=models.PROTECT, related_name="private_notes")
    adviser = models.ForeignKey("brokerage.Adviser", on_delete=models.PROTECT, related_name="private_notes")
    words = models.TextField(max_length=4000, blank=True)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["-made_at", "-id"]

    @property
    def subject(self) -> str:
        """How events name it."""
        return f"private_note:{self.id}"


class TierChoice(models.Model):
    """Which support a learner chose, and when: the newest counts, and the earlier ones are kept."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    learner = models.ForeignKey("accounts.Learner", on_delete=models.PROTECT, related_name="tier_choices")
    tier = models.CharField(max_length=12, choices=Tier.choices)
    chosen_at = models.DateTimeField()

    class Meta:
        ordering = ["-chosen_at", "-id"]
        constraints = [models.CheckConstraint(condition=Q(tier__in=Tier.values), name="tier_is_known")]


class CallerCheck(models.Model):
    """An adviser asked who is on the telephone, with what the caller said; `learner` None: it fitted nobody.

    What fitted lets the adviser put one talk on that learner's record. What the caller said is not kept.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    adviser = models.ForeignKey("brokerage.Adviser", on_delete=models.PROTECT, related_name="caller_checks")
    learner = models.ForeignKey("accounts.Learner", null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-made_at", "-id"]
        indexes = [models.Index(fields=["adviser", "-made_at"], name="caller_check_by_adviser")]

    learner_id: UUID | None


class Topic(models.TextChoices):
    COURSES = "courses", _("Which courses there are")
    MONEY = "money", _("What is paid, and for whom")
    ACCOUNT = "account", _("Opening or using an account")
    WORK = "work", _("Work and what comes next")
    TROUBLE = "trouble", _("Something went wrong")
    OTHER = "other", _("Something else")


class AnonymousTalk(models.Model):
    """Somebody asked and did not say who they are: what it was about, and no more."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    adviser = models.ForeignKey("brokerage.Adviser", on_delete=models.PROTECT, related_name="anonymous_talks")
    channel = models.CharField(max_length=10, choices=Channel.choices)
    topic = models.CharField(max_length=8, choices=Topic.choices)
    held_at = models.DateTimeField()

    class Meta:
        ordering = ["-held_at", "-id"]
        constraints = [models.CheckConstraint(condition=Q(topic__in=Topic.values), name="anonymous_topic_is_known")]
