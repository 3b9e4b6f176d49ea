"""Schemes: a funder's programmes, and their rules from a day on."""

from __future__ import annotations

import datetime as dt
import json
from functools import lru_cache
from uuid import UUID

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.rules import Rules, parse
from config.ids import uuid7
from config.money import in_words


class Scheme(models.Model):
    """A funder's programme: a closed circuit of money with its own pot, rules and dates."""

    class Funding(models.TextChoices):
        PREFUNDED = "prefunded", _("Awards are set aside when they are made")
        COMMITMENT = "commitment", _("Awards are rights to spend")

    class State(models.TextChoices):
        DRAFT = "draft", _("Being set up")
        OPEN = "open", _("Open")
        PAUSED = "paused", _("Paused")
        CLOSED = "closed", _("Closed to new awards")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=160)
    funder_name = models.CharField(max_length=160)
    currency = models.CharField(max_length=3)
    funding = models.CharField(max_length=10, choices=Funding.choices, default=Funding.PREFUNDED)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    opens_on = models.DateField()
    closes_on = models.DateField(null=True)
    # Of a closed scheme, the last day on which learners may spend what they hold.
    spend_until = models.DateField(null=True)
    funder = models.ForeignKey("ledger.Account", on_delete=models.PROTECT, related_name="+")
    pot = models.ForeignKey("ledger.Account", on_delete=models.PROTECT, related_name="+")
    refund_due = models.ForeignKey("ledger.Account", on_delete=models.PROTECT, related_name="+")
    card_clearing = models.ForeignKey("ledger.Account", on_delete=models.PROTECT, related_name="+")
    # Of a `commitment` scheme: who gives rights to spend, and how many more it may give.
    authority = models.ForeignKey("ledger.Account", null=True, on_delete=models.PROTECT, related_name="+")
    headroom = models.ForeignKey("ledger.Account", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_on=None) | Q(closes_on__gte=F("opens_on")), name="scheme_dates_are_in_order"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "open", "paused", "closed"]), name="scheme_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(funding="prefunded", authority=None, headroom=None)
                | Q(funding="commitment", authority__isnull=False, headroom__isnull=False),
                name="scheme_has_an_authority_when_it_commits",
            ),
            models.CheckConstraint(condition=Q(currency__regex="^[A-Z]{3}$"), name="scheme_currency_is_iso_4217"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def subject(self) -> str:
        return f"scheme:{self.id}"

    def money(self, amount_minor: int) -> str:
        """An amount of minor units of the scheme's currency, as the reader writes money: 16000 is £160.00."""
        return in_words(amount_minor, self.currency)

    @property
    def commits(self) -> bool:
        """Whether awards are rights to spend, which cash follows when a voucher is reserved."""
        return self.funding == self.Funding.COMMITMENT

    @property
    def awards_from_id(self) -> UUID:
        """The ledger account that awards come from, and that what is left of them returns to: pot, or headroom."""
        return self.headroom_id if self.headroom_id else self.pot_id

    def takes_new(self, on: dt.date) -> bool:
        """Whether accounts are opened and awards made on that day; what was made before is honoured in any case."""
        return (
            self.state == self.State.OPEN and self.opens_on <= on and (self.closes_on is None or on <= self.closes_on)
        )


@lru_cache(maxsize=256)
def _parsed(rules: str) -> Rules:
    return parse(json.loads(rules))


class RuleVersion(models.Model):
    """A scheme's rules from a day on; of two from the same day, the one with the higher number counts.

    What was decided under a version stays under it: a trigger refuses any edit.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, related_name="rule_versions")
    number = models.PositiveIntegerField()
    valid_from = models.DateField()
    rules = models.JSONField()
    source = models.TextField(blank=True)

    class Meta:
        ordering = ["scheme", "number"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "number"], name="one_rule_version_a_number"),
        ]

    @property
    def parsed(self) -> Rules:
        """The rules as values. The same rules are read once a process, however many vouchers stand under them."""
        return _parsed(json.dumps(self.rules))


class RuleProposal(models.Model):
    """Rules that one person wants from a day on, and that another decides about."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Waiting for a second person")
        APPROVED = "approved", _("Approved")
        REJECTED = "rejected", _("Not approved")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, related_name="rule_proposals")
    rules = models.JSONField()
    valid_from = models.DateField()
    source = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED)
    proposed_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    rule_version = models.OneToOneField(RuleVersion, null=True, on_delete=models.PROTECT, related_name="proposal")

    class Meta:
        ordering = ["-proposed_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="withdrawn") | Q(decided_by=None) | ~Q(decided_by=F("proposed_by")),
                name="rules_are_decided_by_a_second_person",
            ),
            models.CheckConstraint(
                condition=Q(state="proposed", decided_by=None, decided_at=None)
                | (~Q(state="proposed") & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="proposal_decided_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(state="approved", rule_version__isnull=False)
                | (~Q(state="approved") & Q(rule_version=None)),
                name="proposal_approved_has_its_version",
            ),
        ]

    @property
    def parsed(self) -> Rules:
        return _parsed(json.dumps(self.rules))
