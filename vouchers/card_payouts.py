"""Card payout shares: how much of each payout of the card gateway is of which scheme."""

from __future__ import annotations

from django.db import models

from config.ids import uuid7


class CardPayoutShare(models.Model):
    """What a payout of the gateway was of one scheme's card money, in minor units of the scheme's currency.

    `fee_minor` is what the gateway kept of it, `net_minor` what came to the bank; either is less than nothing where
    the gateway gave a fee back, or took more back than it had for the scheme.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    payout = models.ForeignKey("payments.GatewayPayout", on_delete=models.PROTECT, related_name="shares")
    scheme = models.ForeignKey("accounts.Scheme", on_delete=models.PROTECT, related_name="card_payout_shares")
    fee_minor = models.BigIntegerField()
    net_minor = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["payout", "scheme"], name="one_share_a_card_payout_and_scheme"),
        ]
