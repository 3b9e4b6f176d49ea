"""What learners say of a course once they have done it, and what their provider answers."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from config.ids import uuid7
from vouchers.moderated import HeldBack as HeldBack
from vouchers.moderated import Moderated, shown_once_looked_at

MOST_CHARACTERS = 1000


class Feedback(models.Model):
    """Whether a learner would recommend the course they completed. It always counts, whatever becomes of the words."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    voucher = models.OneToOneField("vouchers.Voucher", on_delete=models.PROTECT, related_name="feedback")
    recommends = models.BooleanField()
    given_at = models.DateTimeField()

    class Meta:
        ordering = ["-given_at", "-id"]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def subject(self) -> str:
        """How events name it."""
        return f"feedback:{self.id}"


class By(models.TextChoices):
    LEARNER = "learner", _("A learner")
    PROVIDER = "provider", _("The provider")


class RemarkQuerySet(models.QuerySet["Remark"]):
    def waiting(self) -> Self:
        """Not looked at yet, the oldest first."""
        return self.filter(state=Remark.State.WAITING).order_by("written_at", "id")

    def shown(self) -> Self:
        return self.filter(state=Remark.State.SHOWN)


class Remark(Moderated):
    """Words beside a feedback: the learner's own, or the provider's one answer. Free text, so it can be erased."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    feedback = models.ForeignKey(Feedback, on_delete=models.PROTECT, related_name="remarks")
    by = models.CharField(max_length=8, choices=By.choices)
    words = models.TextField(max_length=MOST_CHARACTERS)
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    objects = RemarkQuerySet.as_manager()

    class Meta:
        ordering = ["-written_at", "-id"]
        indexes = [models.Index(fields=["written_at"], name="remark_queue", condition=Q(state="waiting"))]
        constraints = [
            models.UniqueConstraint(fields=["feedback", "by"], name="one_remark_a_feedback_and_side"),
            models.CheckConstraint(condition=Q(by__in=By.values), name="remark_is_by_somebody_known"),
            models.CheckConstraint(condition=~Q(words=""), name="remark_has_words"),
            shown_once_looked_at("remark_is_shown_once_looked_at"),
            models.CheckConstraint(
                condition=Q(looked_by=None) | Q(written_by=None) | ~Q(looked_by=models.F("written_by")),
                name="nobody_looks_at_their_own_remark",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def subject(self) -> str:
        """How events name it."""
        return f"remark:{self.id}"
