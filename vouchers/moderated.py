"""Words that a person at the scheme reads before others do. The rule by which they do is in `docs/choosing.md`."""

from __future__ import annotations

import datetime as dt
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from config.ids import uuid7

MOST_CHARACTERS = 1000


class HeldBack(models.TextChoices):
    """Why words are not shown; codes, so that they can be counted, and so that whoever wrote them is told."""

    NAMES = "names", _("They tell who somebody is")
    INSULTS = "insults", _("They insult somebody")
    NOT_ABOUT_IT = "not_about_it", _("They are not about the course")


class Moderated(models.Model):
    """Nobody else reads it before a person at the scheme has looked at it."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waits for a person at the scheme")
        SHOWN = "shown", _("Shown")
        HELD_BACK = "held_back", _("Not shown")

    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    held_back = models.CharField(max_length=12, choices=HeldBack.choices, blank=True)
    looked_at = models.DateTimeField(null=True)
    looked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True

    def look_at(self, held_back: HeldBack | None, by: models.Model, at: dt.datetime) -> list[str]:
        """It is shown, or held back for that reason; the fields to save. For whoever has locked it."""
        self.state = self.State.HELD_BACK if held_back else self.State.SHOWN
        self.held_back, self.looked_at, self.looked_by_id = held_back or "", at, by.pk
        return ["state", "held_back", "looked_at", "looked_by"]


class RemarkQuerySet(models.QuerySet[Any]):
    def waiting(self) -> Self:
        """Not looked at yet, the oldest first."""
        return self.filter(state=Moderated.State.WAITING).order_by("written_at", "id")

    def shown(self) -> Self:
        return self.filter(state=Moderated.State.SHOWN)


class ModeratedRemark(Moderated):
    """Words beside a feedback: the learner's own, or the one answer to them. Free text, so it can be erased."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    words = models.TextField(max_length=MOST_CHARACTERS)
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    objects = RemarkQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["-written_at", "-id"]

    def __str__(self) -> str:
        return str(self.id)


def walls_of(remark: str, sides: list[str]) -> list[models.BaseConstraint]:
    """The walls of a table of remarks, each on a `feedback` and `by` one of these sides."""
    return [
        models.UniqueConstraint(fields=["feedback", "by"], name=f"one_{remark}_a_feedback_and_side"),
        models.CheckConstraint(condition=Q(by__in=sides), name=f"{remark}_is_by_somebody_known"),
        models.CheckConstraint(condition=~Q(words=""), name=f"{remark}_has_words"),
        shown_once_looked_at(f"{remark}_is_shown_once_looked_at"),
        models.CheckConstraint(
            condition=Q(looked_by=None) | Q(written_by=None) | ~Q(looked_by=models.F("written_by")),
            name=f"nobody_looks_at_their_own_{remark}",
        ),
    ]


def shown_once_looked_at(name: str) -> models.CheckConstraint:
    """The wall that every table of such words has."""
    return models.CheckConstraint(
        condition=Q(state="waiting", looked_at=None, looked_by=None, held_back="")
        | Q(state="shown", looked_at__isnull=False, looked_by__isnull=False, held_back="")
        | Q(state="held_back", looked_at__isnull=False, looked_by__isnull=False, held_back__in=HeldBack.values),
        name=name,
    )
