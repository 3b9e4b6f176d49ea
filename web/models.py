"""What the pages keep: the demonstration's mailbox, and which events have been written to whom."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from config.ids import uuid7


class MailboxMessage(models.Model):
    """An e-mail of the demonstration, kept instead of sent."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    to = models.EmailField(max_length=254)
    subject = models.CharField(max_length=250)
    text = models.TextField()
    html = models.TextField(blank=True)
    received_at = models.DateTimeField()

    class Meta:
        ordering = ["-received_at", "-id"]


class Notice(models.Model):
    """An e-mail that an event asks for: made in the transaction that moves the feed's cursor, sent from here once.

    One to each person whom the event is told to.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    event_id = models.UUIDField()
    user = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")
    kind = models.CharField(max_length=60)
    facts = models.JSONField()
    made_at = models.DateTimeField()
    due_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["due_at"], name="notice_unsent", condition=Q(sent_at=None))]
        constraints = [
            models.UniqueConstraint(fields=["event_id", "user"], name="one_notice_a_reader", nulls_distinct=False)
        ]
