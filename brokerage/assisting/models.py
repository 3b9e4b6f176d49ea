"""An adviser who works a learner's pages with them, and what was done. Found by Django through `brokerage.models`."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from config.ids import uuid7

# While they talk. What takes longer is another talk, and begun anew.
LASTS = dt.timedelta(hours=1)


class Together(models.TextChoices):
    """How the two are in touch while it is done."""

    IN_PERSON = "in_person", _("Side by side")
    PHONE = "phone", _("On the telephone")
    VIDEO = "video", _("By video")


class Act(models.TextChoices):
    """What an adviser can do on a learner's pages. Nothing of it moves money, and nothing of it is a confirmation."""

    ASKED = "asked", _("Asked for a course")
    WITHDREW = "withdrew", _("Took a request back")
    APPEALED = "appealed", _("Asked another adviser to look at an answer")
    LOWERED = "lowered", _("Asked for it at the lower price")
    SAVED = "saved", _("Saved a course for later")
    LET_GO = "let_go", _("Saved a course no longer")
    WISHED = "wished", _("Wished for a course that is not offered")
    TOOK_BACK = "took_back", _("Took a wish back")


class AssistanceQuerySet(models.QuerySet["Assistance"]):
    def going_on(self, at: dt.datetime) -> Self:
        """Those of learners who do not mind."""
        return self.filter(ended_at=None, ends_at__gt=at, learner__not_assisted=None)


class Assistance(models.Model):
    """An adviser works a learner's pages, because the learner has just asked them to, until `ends_at` at the latest."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    learner = models.ForeignKey("accounts.Learner", on_delete=models.PROTECT, related_name="assistances")
    adviser = models.ForeignKey("brokerage.Adviser", on_delete=models.PROTECT, related_name="assistances")
    together = models.CharField(max_length=9, choices=Together.choices)
    began_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = AssistanceQuerySet.as_manager()

    class Meta:
        ordering = ["-began_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["adviser"], condition=Q(ended_at=None), name="an_adviser_assists_one_at_a_time"
            ),
            models.CheckConstraint(condition=Q(together__in=Together.values), name="assistance_is_together"),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("began_at"), ends_at__lte=F("began_at") + LASTS),
                name="assistance_lasts_no_longer_than_a_talk",
            ),
        ]

    @property
    def subject(self) -> str:
        return f"assistance:{self.pk}"


class AssistedAct(models.Model):
    """One thing done on the learner's pages. Added while the assistance goes on, by trigger, and never changed.

    `about` names what it was done to, as the ledger does: `request:…`.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    assistance = models.ForeignKey(Assistance, on_delete=models.PROTECT, related_name="acts")
    act = models.CharField(max_length=9, choices=Act.choices)
    about = models.CharField(max_length=80)
    done_at = models.DateTimeField()

    class Meta:
        ordering = ["done_at", "id"]
        indexes = [models.Index(fields=["about"], name="assisted_act_about")]
        constraints = [
            models.CheckConstraint(condition=Q(act__in=Act.values) & ~Q(about=""), name="assisted_act_is_known")
        ]


class NotAssisted(models.Model):
    """A learner who wants nobody to work their pages, since when."""

    learner = models.OneToOneField(
        "accounts.Learner", primary_key=True, on_delete=models.PROTECT, related_name="not_assisted"
    )
    since = models.DateTimeField()
