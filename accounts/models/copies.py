"""Copies: what a learner sent in as proof, for as long as somebody has to look at it."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.circumstances import Criterion, Document
from accounts.models.people import Learner, User
from accounts.models.schemes import Scheme
from config.ids import uuid7
from config.uploads import MediaType

FOLDER = "proofs/"
MOST_CHARACTERS = 500


class Checker(models.TextChoices):
    """Who looks at what proves something to a scheme."""

    ADVISER = "adviser", _("An adviser")
    SCHEME = "scheme", _("The scheme itself")


class CopyQuerySet(models.QuerySet["Copy"]):
    def waiting(self) -> Self:
        """Not looked at yet, the oldest first."""
        return self.filter(state=Copy.State.WAITING).order_by("sent_at", "id")


class Copy(models.Model):
    """A copy of a document that a learner sent in, to prove one criterion to one scheme.

    The file is there while the copy waits, and not a moment longer. A copy that proved it is gone altogether:
    `Evidence` has all that is kept of it. Of the others stays for a while why they did not, for the learner to read.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waits to be looked at")
        TURNED_DOWN = "turned_down", _("Not good enough")
        LAPSED = "lapsed", _("Not looked at in time")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    learner = models.ForeignKey(Learner, on_delete=models.PROTECT, related_name="copies")
    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, related_name="+")
    criterion = models.CharField(max_length=20, choices=Criterion.choices)
    document = models.CharField(max_length=20, choices=Document.choices)
    checker = models.CharField(max_length=7, choices=Checker.choices)
    file = models.FileField(upload_to=FOLDER, max_length=120, blank=True)
    media_type = models.CharField(max_length=20, choices=MediaType.choices)
    sent_at = models.DateTimeField()
    state = models.CharField(max_length=11, choices=State.choices, default=State.WAITING)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(max_length=MOST_CHARACTERS, blank=True)

    objects = CopyQuerySet.as_manager()

    class Meta:
        ordering = ["sent_at", "id"]
        indexes = [models.Index(fields=["sent_at"], name="copy_queue", condition=Q(state="waiting"))]
        constraints = [
            models.UniqueConstraint(fields=["learner", "scheme", "criterion"], name="one_copy_a_proof"),
            models.CheckConstraint(condition=Q(checker__in=Checker.values), name="copy_has_somebody_who_looks"),
            models.CheckConstraint(condition=Q(criterion__in=Criterion.values), name="copy_criterion_is_known"),
            models.CheckConstraint(condition=Q(document__in=Document.values), name="copy_document_is_known"),
            models.CheckConstraint(condition=Q(media_type__in=MediaType.values), name="copy_is_of_a_known_kind"),
            models.CheckConstraint(
                condition=Q(~Q(file=""), state="waiting", decided_at=None, decided_by=None, reason="")
                | Q(~Q(reason=""), state="turned_down", file="", decided_at__isnull=False, decided_by__isnull=False)
                | Q(state="lapsed", file="", decided_at__isnull=False, decided_by=None, reason=""),
                name="copy_is_there_only_while_it_waits",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def file_name(self) -> str:
        """What it is called when somebody downloads it."""
        extension = str(self.file).rpartition(".")[2]
        return f"proof-{self.sent_at:%Y-%m-%d}-{self.pk.hex[-6:]}.{extension}"
