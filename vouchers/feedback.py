"""What learners say of a course once they have done it, and what their provider answers."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from config.ids import uuid7
from vouchers.moderated import MOST_CHARACTERS as MOST_CHARACTERS
from vouchers.moderated import HeldBack as HeldBack
from vouchers.moderated import ModeratedRemark, walls_of


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


class Remark(ModeratedRemark):
    feedback = models.ForeignKey(Feedback, on_delete=models.PROTECT, related_name="remarks")
    by = models.CharField(max_length=8, choices=By.choices)

    class Meta(ModeratedRemark.Meta):
        indexes = [models.Index(fields=["written_at"], name="remark_queue", condition=Q(state="waiting"))]
        constraints = walls_of("remark", By.values)

    @property
    def subject(self) -> str:
        """How events name it."""
        return f"remark:{self.id}"
