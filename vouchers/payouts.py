"""Payouts: what schemes have handed to their banks for providers, run by run, and what each of them pays."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from config.ids import new_code, uuid7


class RunState(models.TextChoices):
    """prepared -> approved (by somebody else) -> sent -> closed, once each of its payouts has ended; or cancelled,
    before it is sent."""

    PREPARED = "prepared", _("Waiting for a second person")
    APPROVED = "approved", _("Approved, not sent yet")
    SENT = "sent", _("Sent to the bank")
    CLOSED = "closed", _("Done")
    CANCELLED = "cancelled", _("Cancelled")


class PayoutState(models.TextChoices):
    """prepared -> approved -> sent -> settled | returned; settled -> returned, when the money comes back later; or
    cancelled, before it is sent. What a returned or cancelled one was to pay is paid in a later run."""

    PREPARED = "prepared", _("Waiting for approval")
    APPROVED = "approved", _("Approved")
    SENT = "sent", _("At the bank")
    SETTLED = "settled", _("Paid")
    RETURNED = "returned", _("Returned by the bank")
    CANCELLED = "cancelled", _("Cancelled")


UNSENT = (PayoutState.PREPARED, PayoutState.APPROVED)
AT_THE_BANK = (PayoutState.SENT, PayoutState.SETTLED)
LIVE = (*UNSENT, *AT_THE_BANK)


class Reason(models.TextChoices):
    """Why something that a scheme owes is not paid now."""

    PROVIDER_STOPPED = "provider_stopped", _("The provider is suspended or removed")
    NO_BANK_ACCOUNT = "no_bank_account", _("There is no approved bank account")
    ACCOUNT_CHANGED = "account_changed", _("The bank account has changed since the run was prepared")
    FROZEN = "frozen", _("The voucher is frozen")
    UNDER_REVIEW = "under_review", _("The voucher is under review")
    GIVEN_BACK = "given_back", _("The provider has given it back")
    NOTHING_OWED = "nothing_owed", _("What was given back after it was paid comes off first, and nothing is left")
    RUN_CANCELLED = "run_cancelled", _("The run was cancelled")


# What banks say most, by the code of ISO 20022's external code sets.
BANK_REASONS = {
    "AC01": _("There is no account with this number"),
    "AC04": _("The account is closed"),
    "AC06": _("The account is blocked"),
    "AC13": _("The account cannot be paid to"),
    "AG01": _("The account takes no payments of this kind"),
    "AM05": _("The bank believes that it was paid already"),
    "BE01": _("The name is not the account holder's"),
    "MS02": _("The account holder turned it down"),
    "MS03": _("The bank does not say why"),
}


class PayoutRunQuerySet(models.QuerySet["PayoutRun"]):
    def open(self) -> Self:
        """Not with the bank yet, and still meant to go there."""
        return self.filter(state__in=[RunState.PREPARED, RunState.APPROVED])


class PayoutRun(models.Model):
    """What a scheme pays its providers at one time, prepared by one person and approved by another.

    `message_id` is what the bank knows its file by.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    scheme = models.ForeignKey("accounts.Scheme", on_delete=models.PROTECT, related_name="payout_runs")
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=9, choices=RunState.choices, default=RunState.PREPARED)
    message_id = models.CharField(max_length=35, unique=True, default=new_code, editable=False)
    prepared_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    prepared_at = models.DateTimeField()
    approved_by = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects = PayoutRunQuerySet.as_manager()

    class Meta:
        ordering = ["-prepared_at", "-id"]
        indexes = [models.Index(fields=["sent_at"], name="payout_run_at_the_bank", condition=Q(state="sent"))]
        constraints = [
            models.UniqueConstraint(
                fields=["scheme"], condition=Q(state__in=["prepared", "approved"]), name="one_open_payout_run_a_scheme"
            ),
            models.CheckConstraint(condition=Q(state__in=RunState.values), name="payout_run_state_is_known"),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("prepared_by")),
                name="payouts_are_approved_by_a_second_person",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["approved", "sent", "closed"], approved_by__isnull=False)
                | Q(state="prepared", approved_by=None)
                | Q(state="cancelled"),
                name="payout_run_approved_has_its_approver",
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None, approved_at=None)
                | Q(approved_by__isnull=False, approved_at__isnull=False),
                name="payout_run_approved_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["sent", "closed"], sent_at__isnull=False)
                | (~Q(state__in=["sent", "closed"]) & Q(sent_at=None)),
                name="payout_run_sent_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["closed", "cancelled"], ended_at__isnull=False)
                | (~Q(state__in=["closed", "cancelled"]) & Q(ended_at=None)),
                name="payout_run_ended_has_its_time",
            ),
        ]

    @property
    def subject(self) -> str:
        """How events name it."""
        return f"payout_run:{self.id}"


class PayoutQuerySet(models.QuerySet["Payout"]):
    def of_provider(self, provider: models.Model) -> Self:
        return self.filter(provider=provider)

    def lock_references(self, references: list[str]) -> dict[str, Payout]:
        """The payouts that the bank knows by these references, locked in id order, with their runs."""
        found = self.filter(reference__in=references).select_related("run__scheme")
        return {payout.reference: payout for payout in found.select_for_update(of=("self",)).order_by("id")}


class Payout(models.Model):
    """One payment of a run to one provider, to the bank account that was in force when it was prepared.

    `amount_minor` is the sum of its lines that were not left out. `reference` is the bank's end-to-end id.
    `reason` is why it was cancelled (a `Reason`), or the bank's own code for why it came back.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    run = models.ForeignKey(PayoutRun, on_delete=models.PROTECT, related_name="payouts")
    provider = models.ForeignKey("providers.Provider", on_delete=models.PROTECT, related_name="payouts")
    amount_minor = models.BigIntegerField()
    holder = models.CharField(max_length=140)
    iban = models.CharField(max_length=34)
    bic = models.CharField(max_length=11, blank=True)
    state = models.CharField(max_length=9, choices=PayoutState.choices, default=PayoutState.PREPARED)
    reference = models.CharField(max_length=35, unique=True, default=new_code, editable=False)
    reason = models.CharField(max_length=40, blank=True)
    settled_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects = PayoutQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["provider", "-id"], name="payout_by_provider")]
        constraints = [
            models.UniqueConstraint(fields=["run", "provider"], name="one_payout_a_run_and_provider"),
            models.CheckConstraint(condition=Q(state__in=PayoutState.values), name="payout_state_is_known"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="payout_is_positive"),
            models.CheckConstraint(
                condition=Q(state="settled", settled_at__isnull=False)
                | Q(state="returned")
                | (~Q(state__in=["settled", "returned"]) & Q(settled_at=None)),
                name="payout_settled_has_its_time",
            ),
            models.CheckConstraint(
                condition=(Q(state__in=["returned", "cancelled"], ended_at__isnull=False) & ~Q(reason=""))
                | (~Q(state__in=["returned", "cancelled"]) & Q(ended_at=None, reason="")),
                name="payout_that_failed_says_why",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def subject(self) -> str:
        """How events name it."""
        return f"payout:{self.id}"

    @property
    def why(self) -> str:
        """Why it was not paid, in words; the bank's own code where we have none for it."""
        return str({**dict(Reason.choices), **BANK_REASONS}.get(self.reason, self.reason))

    @property
    def account(self) -> str:
        """The bank account as lists show it: its country, and its last four characters."""
        return f"{self.iban[:2]}•• •••• {self.iban[-4:]}"


class PayoutLine(models.Model):
    """What a payout pays for one redemption: its amount; or, where that was given back after it had been paid, less.

    `live` while its payout is neither returned nor cancelled and it was not left out: a redemption is in one live
    line of each sign, so that nothing is paid twice, nor taken back twice, whatever the sums say.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    payout = models.ForeignKey(Payout, on_delete=models.PROTECT, related_name="lines")
    redemption = models.ForeignKey("vouchers.Redemption", on_delete=models.PROTECT, related_name="payout_lines")
    amount_minor = models.BigIntegerField()
    clawback = models.BooleanField()
    live = models.BooleanField(default=True)
    left_out = models.CharField(max_length=20, choices=Reason.choices, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["redemption", "clawback"], condition=Q(live=True), name="one_live_payout_line_a_redemption"
            ),
            models.CheckConstraint(
                condition=Q(clawback=False, amount_minor__gt=0) | Q(clawback=True, amount_minor__lt=0),
                name="payout_line_takes_back_what_is_a_clawback",
            ),
            models.CheckConstraint(condition=Q(live=False) | Q(left_out=""), name="payout_line_left_out_is_not_live"),
        ]


class LeftOut(models.Model):
    """What a run does not pay to a provider, and why: a sum for each reason."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    run = models.ForeignKey(PayoutRun, on_delete=models.PROTECT, related_name="left_out")
    provider = models.ForeignKey("providers.Provider", on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=20, choices=Reason.choices)
    redemptions = models.PositiveIntegerField()
    amount_minor = models.BigIntegerField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["run", "provider", "reason"], name="left_out_once_a_provider_and_reason")
        ]
