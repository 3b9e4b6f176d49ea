"""What the OpenAPI document says of vouchers, redemptions, money and keys: each endpoint's name, words and refusals."""

from __future__ import annotations

from api import errors, money_shapes, search_shapes, shapes
from api.bodies import MOST_LINES
from api.describing import Description
from ledger import proofs
from ledger.statements import CursorUnknown
from vouchers import errors as refusals

_FIELDS = [errors.FieldMissing, errors.FieldWrong]
_VOUCHER = [refusals.VoucherNotFound, refusals.VoucherUnderReview, refusals.WrongState]
_MILESTONE = [*_VOUCHER, refusals.MilestoneNotFound]
_REDEEM = [
    *_MILESTONE,
    refusals.NotConfirmed,
    refusals.AlreadyRedeemed,
    refusals.NothingToRedeem,
    refusals.AmountNotPositive,
    refusals.MoreThanIsLeft,
]
_DECLARE = [
    *_MILESTONE,
    refusals.AlreadyDeclared,
    refusals.MilestoneOutOfOrder,
    refusals.DeclaredTooEarly,
    *_FIELDS,
]


LIST_VOUCHERS = Description(
    "vouchers_list",
    "Vouchers",
    "List the vouchers made out to you",
    "Newest first. Ask for the next page with `cursor` until `next_cursor` is null.",
    shapes.VoucherList,
    [errors.FieldUnknown, errors.FieldWrong],
)
LOOK_UP = Description(
    "vouchers_look_up",
    "Vouchers",
    "Look a voucher up",
    "A voucher made out to somebody else answers exactly as one that does not exist. Who asks too often for what is "
    "not there is no longer answered, and those who watch over the scheme are told.",
    shapes.VoucherInFull,
    [refusals.VoucherNotFound],
)
ACCEPT = Description(
    "vouchers_accept",
    "Vouchers",
    "Accept a voucher",
    "You take the learner on. Accept it by its `accept_by`, or it expires.",
    shapes.Stands,
    _VOUCHER,
)
DECLINE = Description(
    "vouchers_decline",
    "Vouchers",
    "Decline a voucher",
    "You cannot take the learner on. The money goes back where it came from.",
    shapes.Stands,
    _VOUCHER,
)
START = Description(
    "vouchers_start",
    "Delivery",
    "Declare that the learner started",
    "Declares the first milestone. The learner is asked to confirm it, in their own session and never through you.",
    shapes.Declared,
    _DECLARE,
)
DECLARE = Description(
    "milestones_declare",
    "Delivery",
    "Declare a milestone",
    "In their order. The last one completes the voucher. The learner is asked to confirm it; nothing can be redeemed "
    "before that, or before the scheme's time for an objection is over.",
    shapes.Declared,
    _DECLARE,
)
REDEEM = Description(
    "vouchers_redeem",
    "Redemption",
    "Redeem a voucher",
    "Money of confirmed milestones moves from the voucher to what the scheme owes you. Of a milestone that was "
    "redeemed before, you are told the first redemption.",
    shapes.Redeemed,
    [*_REDEEM, errors.FieldWrong, errors.AmountNotWhole],
)
REDEEM_MANY = Description(
    "redemptions_create",
    "Redemption",
    "Redeem many vouchers",
    f"Up to {MOST_LINES:,} lines. Each is judged on its own: a line that is refused changes nothing and holds none of "
    "the others up. What is not a list of lines at all, such as an amount that is no integer, is refused whole.",
    shapes.RedeemedMany,
    [*_FIELDS, errors.AmountNotWhole, errors.TooManyLines],
)
_BY_LINE = (
    f"Up to {MOST_LINES:,} lines. Each is judged on its own: a line that is refused changes nothing and holds none of "
    "the others up. What is not a list of lines at all is refused whole. A voucher is shown as it is once all lines "
    "are done."
)
_LINES = [*_FIELDS, errors.TooManyLines]
ACCEPT_MANY = Description(
    "acceptances_create", "Vouchers", "Accept many vouchers", _BY_LINE, shapes.AcceptedMany, _LINES
)
DECLINE_MANY = Description(
    "declines_create", "Vouchers", "Decline many vouchers", _BY_LINE, shapes.DeclinedMany, _LINES
)
CANCEL_MANY = Description(
    "cancellations_create", "Vouchers", "Cancel many vouchers", _BY_LINE, shapes.CancelledMany, _LINES
)
START_MANY = Description(
    "starts_create", "Delivery", "Declare that many learners started", _BY_LINE, shapes.DeclaredMany, _LINES
)
DECLARE_MANY = Description(
    "declarations_create", "Delivery", "Declare many milestones", _BY_LINE, shapes.DeclaredMany, _LINES
)
ATTENDANCE = Description(
    "vouchers_attendance",
    "Delivery",
    "What attendance is recorded for a voucher",
    "By day; what was corrected later has the time at which it was replaced.",
    shapes.Attendance,
    [refusals.VoucherNotFound],
)
RECORD_ATTENDANCE = Description(
    "attendance_record",
    "Delivery",
    "Record attendance",
    "From the day on which the learner started to the end of the run, and not for the future. A day that was recorded "
    f"before is corrected, and what was said first is kept. {_BY_LINE} As JSON or as CSV.",
    shapes.RecordedMany,
    _LINES,
)
REVERSE = Description(
    "redemptions_reverse",
    "Redemption",
    "Give a redemption back",
    "The money goes back into the voucher, and the milestone can be redeemed again.",
    shapes.Reversed,
    [
        refusals.RedemptionNotFound,
        refusals.AlreadyReversed,
        refusals.VoucherUnderReview,
        refusals.WrongState,
    ],
)
RECEIPT = Description(
    "redemptions_receipt",
    "Money",
    "Prove a redemption",
    "The redemption's transfers and the events that explain them, each with the proof that it is in the ledger's "
    "sealed log, under a checkpoint that anybody can fetch at `/.well-known/waymark`. It can be checked without us.",
    shapes.ReceiptShape,
    [refusals.RedemptionNotFound, proofs.NotSealedYet],
)
VOUCHER_RECEIPT = Description(
    "vouchers_receipt",
    "Money",
    "Prove what happened to a voucher",
    "What you were paid from the voucher and what happened to it that concerns you, each with the proof that it is in "
    "the ledger's sealed log. As a redemption's receipt.",
    shapes.ReceiptShape,
    [refusals.VoucherNotFound, proofs.NotSealedYet],
)
CANCEL = Description(
    "vouchers_cancel",
    "Vouchers",
    "Cancel a voucher",
    "With a coded reason. What is not yet redeemed goes back where it came from.",
    shapes.Stands,
    [*_VOUCHER, *_FIELDS],
)
BALANCE = Description(
    "balance",
    "Money",
    "What you are owed",
    "What each scheme owes you, redeemed and not yet paid out, and where it stands on its way to your bank account.",
    money_shapes.BalanceShape,
)
STATEMENT = Description(
    "statement",
    "Money",
    "Every movement of what you are owed",
    "Newest first: redemptions, what you gave back, payouts, and payouts that the bank returned; each with what the "
    "scheme owed you after it. Ask for the next page with `cursor` until `next_cursor` is null.",
    money_shapes.StatementShape,
    [errors.FieldUnknown, errors.FieldWrong, CursorUnknown],
)
AGEING = Description(
    "ageing",
    "Money",
    "What you are owed, by age",
    "What each scheme owes you by how many days ago it was redeemed.",
    money_shapes.AgeingShape,
)
PAYOUTS = Description(
    "payouts_list",
    "Money",
    "List your payouts",
    "Newest first. Ask for the next page with `cursor` until `next_cursor` is null.",
    money_shapes.PayoutList,
    [errors.FieldUnknown, errors.FieldWrong],
)
ADVICE = Description(
    "payouts_look_up",
    "Money",
    "Look a payout up",
    "A payout and what it pays, line by line: the remittance advice. Somebody else's answers exactly as one that does "
    "not exist.",
    money_shapes.AdviceShape,
    [refusals.PayoutNotFound],
)
ADVICE_AS_CSV = Description(
    "payouts_look_up_csv",
    "Money",
    "Look a payout up, as a table",
    "The remittance advice as comma-separated values, a row for each line, under the names in its first row.",
    money_shapes.AdviceShape,
    [refusals.PayoutNotFound],
    as_csv=True,
)
QUOTE = Description(
    "quote",
    "For learners",
    "What a course would cost you",
    "The quote that the course's page shows, with every line and the rules it rests on. Nothing is reserved. For a "
    "learner in their own session; an account that is not theirs does not exist for them.",
    shapes.QuoteShape,
    [
        errors.NotSignedIn,
        errors.TooManyFromYou,
        errors.NothingHere,
        errors.NoQuote,
        errors.FieldUnknown,
        errors.FieldMissing,
        errors.FieldWrong,
    ],
)
QUOTE_QUERY = {
    "learning_account": "The id of your learning account.",
    "run": "The id of the course run.",
    "extras": "Ids of what you want with it, with commas between.",
    "other_aid_minor": "What you get for the course from elsewhere, in minor units.",
}
SEARCH = Description(
    "catalogue_search",
    "Catalogue",
    "Search for courses",
    "Courses that can be joined today, the best match first, then the soonest, then the nearest. A word that no course "
    "has is taken for the nearest that some have, and `corrected` says so. Each facet is counted with all the others "
    "applied. Where very many courses fit, the counts are the least there are, and `facets_are_least` says so. A page "
    "follows another by `cursor`, up to 1,000 courses: whoever has more than that narrows it. No key is needed; an "
    "answer may be kept for a minute.",
    search_shapes.FoundShape,
    [errors.TooManyFromYou, errors.FieldUnknown, errors.FieldMissing, errors.FieldWrong],
)
ME = Description("me", "Key", "Which key this is", "The key, its scopes, and whose it is.", shapes.MeShape)
