"""What banks told us of payouts: each file as it came, once."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from config.ids import uuid7


class BankAnswer(models.Model):
    """A file from the bank, whether or not anything followed from it; `digest` is the SHA-256 of its bytes."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    digest = models.CharField(max_length=64, unique=True)
    body = models.BinaryField()
    received_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.digest[:12]
