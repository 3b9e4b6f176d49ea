"""What is kept here about a learner. See `config.personal`."""

from config.personal import Kept, Until, keeps

keeps(
    Kept(
        "vouchers.Voucher", "learner", shows=("run__course__title", "provider__name", "learning_account__scheme__name")
    ),
    Kept("vouchers.AgreedPrice", "learner", shows=("run__course__title",)),
    Kept("vouchers.Funding", "voucher__learner"),
    Kept("vouchers.VoucherExtra", "voucher__learner"),
    Kept("vouchers.Milestone", "voucher__learner"),
    Kept("vouchers.Dispute", "milestone__voucher__learner", words=("reason",), until=Until.ERASURE),
    Kept("vouchers.AttendanceRecord", "voucher__learner"),
    Kept("vouchers.Redemption", "voucher__learner"),
    Kept("vouchers.Asked", "voucher__learner"),
    Kept("vouchers.Case", "learner"),
    Kept("vouchers.CaseEntry", "case__learner", words=("words",), until=Until.ERASURE),
    Kept("vouchers.MadeGood", "case__learner"),
    # Whether somebody recommends a course says nothing of who it was; what they wrote may.
    Kept("vouchers.Feedback", "voucher__learner"),
    Kept("vouchers.Remark", "feedback__voucher__learner", row=True),
    # What was paid by card: no name and no card, the gateway has those.
    Kept("payments.Checkout", "voucher__learner"),
    Kept("payments.CardRefund", "checkout__voucher__learner"),
    Kept("payments.CardDispute", "checkout__voucher__learner"),
    Kept("payments.GatewayEvent", "checkout__voucher__learner"),
    Kept("payments.GatewayEntry", "checkout__voucher__learner"),
    Kept("vouchers.CardHold", "voucher__learner"),
    Kept("vouchers.PayoutLine", "redemption__voucher__learner"),
)
