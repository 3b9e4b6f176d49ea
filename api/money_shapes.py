"""The shapes of answers about a provider's money, for the API's description."""

from __future__ import annotations

from rest_framework import serializers

from api.shapes import CourseShape, PayableShape, Shape, amount, moment
from vouchers.paying.statement import Kind
from vouchers.payouts import PayoutState


class OwedShape(PayableShape):
    """What one scheme owes you: the next five amounts add up to `payable_minor`."""

    payable_now_minor = amount("What the next payout run takes; below zero when more has to come back than is owed.")
    on_hold_minor = amount(
        "Held: the voucher is frozen, or you are suspended or have no approved bank account.",
    )
    under_review_minor = amount("Held while the voucher is looked at.")
    in_next_payout_minor = amount("In a payout that is not with the bank yet.")
    in_payout_minor = amount("With the bank.")
    paid_minor = amount("Paid to your bank account so far, less what was taken off for money given back.")

    class Meta:
        ref_name = "Owed"


class BalanceShape(Shape):
    payables = OwedShape(many=True)

    class Meta:
        ref_name = "Balance"


class AgesShape(PayableShape):
    """What one scheme owes you by how long ago it was redeemed: the four amounts add up to `payable_minor`."""

    up_to_7_days_minor = amount()
    up_to_14_days_minor = amount("From the 8th to the 14th day.")
    up_to_30_days_minor = amount("From the 15th to the 30th day.")
    older_minor = amount()

    class Meta:
        ref_name = "Ages"


class AgeingShape(Shape):
    payables = AgesShape(many=True)

    class Meta:
        ref_name = "Ageing"


class MovementShape(Shape):
    """One movement of what a scheme owes you."""

    id = serializers.UUIDField(help_text="The ledger's transfer.")
    at = serializers.DateTimeField(help_text="UTC.")
    kind = serializers.ChoiceField(choices=Kind.choices)
    scheme = serializers.CharField()
    amount_minor = amount("Negative when less is owed after it.")
    balance_minor = amount("What the scheme owed you after it.")
    currency = serializers.CharField(help_text="ISO 4217.")
    voucher = serializers.CharField(allow_null=True, help_text="Of a redemption and of a reversal.")
    redemption = serializers.UUIDField(allow_null=True)
    payout = serializers.UUIDField(allow_null=True)

    class Meta:
        ref_name = "Movement"


class StatementShape(Shape):
    movements = MovementShape(many=True)
    next_cursor = serializers.CharField(allow_null=True, help_text="Send it as `cursor` for the next page.")

    class Meta:
        ref_name = "Statement"


class PayoutShape(Shape):
    id = serializers.UUIDField()
    scheme = serializers.CharField()
    state = serializers.ChoiceField(choices=PayoutState.choices)
    amount_minor = amount()
    currency = serializers.CharField(help_text="ISO 4217.")
    reference = serializers.CharField(help_text="The bank's end-to-end id, which your bank statement shows.")
    iban_ends = serializers.CharField(help_text="The last four characters of the account it goes to.")
    prepared_at = serializers.DateTimeField()
    sent_at = moment()
    settled_at = moment("When the bank had paid it.")
    ended_at = moment("When it was returned or cancelled.")
    reason = serializers.CharField(
        allow_null=True, help_text="Why it was cancelled, or the bank's own code (ISO 20022) why it came back."
    )

    class Meta:
        ref_name = "Payout"


class PayoutLineShape(Shape):
    redemption = serializers.UUIDField()
    voucher = serializers.CharField()
    milestone = serializers.IntegerField(help_text="The number of the milestone that was redeemed.")
    course = CourseShape()
    redeemed_at = serializers.DateTimeField()
    clawback = serializers.BooleanField(help_text="Whether it takes off what you gave back after it had been paid.")
    amount_minor = amount()

    class Meta:
        ref_name = "PayoutLine"


class AdviceShape(PayoutShape):
    """A remittance advice: the lines add up to the payout's amount."""

    lines = PayoutLineShape(many=True)

    class Meta:
        ref_name = "RemittanceAdvice"


class PayoutList(Shape):
    payouts = PayoutShape(many=True)
    next_cursor = serializers.CharField(allow_null=True, help_text="Send it as `cursor` for the next page.")
