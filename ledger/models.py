"""The ledger's tables. Nothing here is written through Django: the database's own functions are the only door."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint

from config.ids import uuid7


class TransactionId(models.Field):  # type: ignore[type-arg]
    """PostgreSQL's 64-bit transaction id, `xid8`: an integer that never wraps."""

    def db_type(self, connection: Any) -> str:
        return "xid8"

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> int | None:
        return None if value is None else int(value)

    def get_prep_value(self, value: Any) -> str | None:
        return None if value is None else str(value)


class Book(models.Model):
    """The one row that says which log and era this is, and, in a sandbox, how far its clock has been moved.

    `floor` is the horizon of the era's last seal: a transaction below it is of another cluster, and writes nothing.
    `cluster` is the PostgreSQL cluster in which the era was first sealed.
    """

    singleton = models.BooleanField(primary_key=True, default=True)
    log = models.UUIDField(default=uuid4)
    era = models.PositiveIntegerField(default=1)
    floor = TransactionId(default=0)
    cluster = models.CharField(max_length=40, blank=True)
    sandbox = models.BooleanField(default=False)
    clock_offset = models.DurationField(default="0")

    class Meta:
        constraints = [CheckConstraint(condition=Q(singleton=True), name="there_is_one_book")]


class Account(models.Model):
    """Where money stands. Its owner is a type and an id that the ledger never looks into.

    A bounded account is never below zero and keeps its balance; an unbounded one is only added to.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=60)
    currency = models.CharField(max_length=3)
    bounded = models.BooleanField()
    owner_type = models.CharField(max_length=40)
    owner_id = models.UUIDField()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["owner_type", "owner_id", "kind", "currency"], name="one_account_a_purpose"),
            UniqueConstraint(fields=["id", "currency"], name="account_with_its_currency"),
            CheckConstraint(condition=Q(currency__regex=r"^[A-Z]{3}$"), name="account_currency_is_iso_4217"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class Balance(models.Model):
    """What a bounded account holds in minor units, and how many transfers have touched it."""

    account = models.OneToOneField(Account, primary_key=True, on_delete=models.PROTECT, related_name="balance")
    posted = models.BigIntegerField(default=0)
    seq = models.BigIntegerField(default=0)

    class Meta:
        constraints = [CheckConstraint(condition=Q(posted__gte=0), name="balance_is_not_negative")]


class Event(models.Model):
    """What happened, to what, through whom: ids, codes, amounts and dates only, and never changed."""

    id = models.UUIDField(primary_key=True)
    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=80)
    actor = models.CharField(max_length=80)
    acting_for = models.CharField(max_length=80, blank=True)
    on_behalf_of = models.CharField(max_length=80, blank=True)
    request_id = models.CharField(max_length=80, blank=True)
    data = models.JSONField()
    created_at = models.DateTimeField()
    era = models.PositiveIntegerField()
    xid = TransactionId()

    class Meta:
        indexes = [
            models.Index(fields=["era", "xid", "id"], name="event_feed"),
            models.Index(fields=["subject", "id"], name="event_of_subject"),
        ]
        constraints = [
            CheckConstraint(condition=~Q(actor=""), name="event_has_an_actor"),
            # What somebody shows that it is them with, they show for themselves: `factor` is of their own hand.
            CheckConstraint(
                condition=Q(on_behalf_of="") | Q(data__factor__isnull=True) | Q(data__factor=None),
                name="a_factor_is_ones_own",
            ),
        ]


class Transfer(models.Model):
    """What moved: `amount_minor` from the debit account to the credit account, and never changed.

    For a bounded side, its balance after this transfer and its place in that account's sequence.
    """

    id = models.UUIDField(primary_key=True)
    journal = models.UUIDField()
    debit = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    credit = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    kind = models.CharField(max_length=60)
    reference = models.CharField(max_length=120)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="transfers", db_index=False)
    corrects = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    effective_on = models.DateField()
    created_at = models.DateTimeField()
    era = models.PositiveIntegerField()
    xid = TransactionId()
    debit_after_minor = models.BigIntegerField(null=True)
    debit_seq = models.BigIntegerField(null=True)
    credit_after_minor = models.BigIntegerField(null=True)
    credit_seq = models.BigIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["debit", "era", "xid", "id"], name="transfer_out_of"),
            models.Index(fields=["credit", "era", "xid", "id"], name="transfer_into"),
            models.Index(fields=["era", "xid", "id"], name="transfer_feed"),
        ]
        constraints = [
            UniqueConstraint(fields=["reference"], name="one_transfer_a_reference"),
            CheckConstraint(condition=Q(amount_minor__gt=0), name="transfer_is_positive"),
            CheckConstraint(condition=~Q(debit=F("credit")), name="transfer_is_between_two_accounts"),
        ]


class Snapshot(models.Model):
    """What an unbounded account stood at, counting every transfer below a horizon."""

    id = models.BigAutoField(primary_key=True)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", db_index=False)
    era = models.PositiveIntegerField()
    horizon = TransactionId()
    balance_minor = models.BigIntegerField()
    taken_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["era", "horizon"], name="snapshot_place")]
        constraints = [UniqueConstraint(fields=["account", "era", "horizon"], name="one_snapshot_a_horizon")]


class SealKey(models.Model):
    """The public half of a key that has signed checkpoints, as a verifier takes it: `name+id+key`."""

    key = models.CharField(primary_key=True, max_length=200)
    first_used_at = models.DateTimeField()


class Leaf(models.Model):
    """A row's place in its era's log."""

    pk = models.CompositePrimaryKey("era", "index")
    era = models.PositiveIntegerField()
    index = models.BigIntegerField()
    table = models.CharField(max_length=8)
    row = models.UUIDField()
    nonce = models.BinaryField()
    hash = models.BinaryField()

    class Meta:
        constraints = [UniqueConstraint(fields=["row"], name="a_row_is_sealed_once")]


class Node(models.Model):
    """The hash of a full subtree of 256 ** tier leaves, tier 1 and above."""

    pk = models.CompositePrimaryKey("era", "tier", "index")
    era = models.PositiveIntegerField()
    tier = models.PositiveSmallIntegerField()
    index = models.BigIntegerField()
    hash = models.BinaryField()


class Seal(models.Model):
    """What an era's log was when it had `size` leaves: everything of the era below `horizon`, up to `last_row`.

    `transfers` and `events` are how many of each there are, `totals` what all transfers moved, in minor units, by
    currency. `note` is the signed checkpoint.
    """

    pk = models.CompositePrimaryKey("era", "size")
    era = models.PositiveIntegerField()
    size = models.BigIntegerField()
    horizon = TransactionId()
    last_xid = TransactionId()
    last_row = models.UUIDField()
    root = models.BinaryField()
    transfers = models.BigIntegerField()
    events = models.BigIntegerField()
    totals = models.JSONField()
    note = models.TextField()
    sealed_at = models.DateTimeField()


class FeedCursor(models.Model):
    """How far a reader of the feed has come."""

    name = models.CharField(primary_key=True, max_length=40)
    era = models.PositiveIntegerField(default=0)
    xid = TransactionId(default=0)
    event_id = models.UUIDField(default="00000000-0000-0000-0000-000000000000")
