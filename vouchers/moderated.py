"""Words that a person at the scheme reads before others do. The rule by which they do is in `docs/choosing.md`."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


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


def shown_once_looked_at(name: str) -> models.CheckConstraint:
    """The wall that every table of such words has."""
    return models.CheckConstraint(
        condition=Q(state="waiting", looked_at=None, looked_by=None, held_back="")
        | Q(state="shown", looked_at__isnull=False, looked_by__isnull=False, held_back="")
        | Q(state="held_back", looked_at__isnull=False, looked_by__isnull=False, held_back__in=HeldBack.values),
        name=name,
    )
