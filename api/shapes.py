"""The shapes of the answers, for the API's description. `api.showing` writes them; a test holds one to the other."""

from typing import Any

from rest_framework import serializers

from brokerage.models import Policy
from providers import facets
from providers.models import CourseRun, RunExtra
from vouchers.attendance import Attended
from vouchers.models import CancelReason, Control, MilestoneState, Outcome, State
from vouchers.paying.statement import Kind
from vouchers.payouts import PayoutState

_MINOR = "Minor units (pennies) of the currency."


def _amount(about: str = "") -> serializers.IntegerField:
    return serializers.IntegerField(help_text=f"{about} {_MINOR}".strip())


def _moment(about: str = "") -> serializers.DateTimeField:
    return serializers.DateTimeField(allow_null=True, help_text=f"{about} UTC.".strip())


class Shape(serializers.Serializer[Any]):
    """A JSON object of an answer."""


class VoucherState(Shape):
    """Where a voucher stands, and what is left in it."""

    code = serializers.CharField(help_text="26 characters and a check character.")
    state = serializers.ChoiceField(choices=State.choices)
    outcome = serializers.ChoiceField(choices=Outcome.choices, allow_null=True, help_text="How a closed voucher ended.")
    control = serializers.ChoiceField(choices=Control.choices, help_text="Nothing is paid unless it is clear.")
    left_minor = _amount("What is still in the voucher.")
    currency = serializers.CharField(help_text="ISO 4217.")


class RedemptionShape(Shape):
    id = serializers.UUIDField()
    milestone = serializers.IntegerField(help_text="The number of the milestone that was redeemed.")
    amount_minor = _amount()
    made_at = serializers.DateTimeField()
    reversed_at = _moment("When the provider gave it back.")

    class Meta:
        ref_name = "Redemption"


class MilestoneShape(Shape):
    number = serializers.IntegerField()
    code = serializers.CharField()
    title = serializers.CharField()
    amount_minor = _amount("What it is worth.")
    state = serializers.ChoiceField(choices=MilestoneState.choices)
    occurred_on = serializers.DateField(allow_null=True)
    declared_at = _moment()
    confirm_by = _moment("Until when the learner can confirm it or object.")
    confirmed_at = _moment()

    class Meta:
        ref_name = "Milestone"


class MilestoneWithRedemption(MilestoneShape):
    redemption = RedemptionShape(allow_null=True, help_text="The redemption that stands, if any.")

    class Meta:
        ref_name = "MilestoneWithRedemption"


class Learner(Shape):
    given_name = serializers.CharField()
    family_name = serializers.CharField()


class CourseShape(Shape):
    identifier = serializers.CharField(help_text="Your own identifier of the course.")
    title = serializers.CharField()

    class Meta:
        ref_name = "Course"


class RunShape(Shape):
    identifier = serializers.CharField(help_text="Your own identifier of the run.")
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(allow_null=True)

    class Meta:
        ref_name = "Run"


class ExtraShape(Shape):
    """Something that comes with the course."""

    kind = serializers.ChoiceField(choices=RunExtra.Earmark.choices)
    title = serializers.CharField()
    price_minor = _amount()

    class Meta:
        ref_name = "Extra"


class AttendanceRate(Shape):
    """The days that were recorded, and the share of them that were attended."""

    present = serializers.IntegerField()
    absent = serializers.IntegerField()
    excused = serializers.IntegerField(help_text="Count neither for nor against the learner.")
    percent = serializers.IntegerField(
        allow_null=True,
        help_text="Of the days present or absent, those present, rounded down. Null while there are none.",
    )


class AttendanceRecordShape(Shape):
    day = serializers.DateField()
    attended = serializers.ChoiceField(choices=Attended.choices)
    hours = serializers.FloatField(allow_null=True)
    recorded_at = serializers.DateTimeField()
    replaced_at = _moment("When it was corrected; null for what counts.")

    class Meta:
        ref_name = "AttendanceRecord"


class Attendance(Shape):
    attendance = AttendanceRate()
    records = AttendanceRecordShape(many=True)


class VoucherInFull(VoucherState):
    """Everything that its provider may know of a voucher."""

    price_minor = _amount("What the course costs, with what comes with it.")
    extras = ExtraShape(many=True, help_text="What the learner has with the course; part of the price.")
    scheme = serializers.CharField()
    learner = Learner()
    course = CourseShape()
    run = RunShape()
    cancel_reason = serializers.ChoiceField(choices=CancelReason.choices, allow_null=True)
    issued_at = _moment()
    accept_by = _moment("Accept it by then, or it expires.")
    accepted_at = _moment()
    started_at = _moment()
    completed_at = _moment()
    closed_at = _moment()
    expires_at = _moment("What is not delivered by then goes back.")
    milestones = MilestoneWithRedemption(many=True)
    attendance = AttendanceRate()


class VoucherList(Shape):
    vouchers = VoucherInFull(many=True)
    next_cursor = serializers.CharField(allow_null=True, help_text="Send it as `cursor` for the next page.")


class Stands(Shape):
    voucher = VoucherState()


class Declared(Stands):
    milestone = MilestoneShape()


class PayableShape(Shape):
    """What one scheme owes you."""

    scheme = serializers.CharField()
    scheme_name = serializers.CharField()
    payable_minor = _amount("Redeemed and not yet paid out.")
    currency = serializers.CharField(help_text="ISO 4217.")

    class Meta:
        ref_name = "Payable"


class Redeemed(Stands):
    redemptions = RedemptionShape(many=True)
    payable = PayableShape()


class ProblemShape(Shape):
    """Problem details, as RFC 9457 has them."""

    type = serializers.URLField(help_text="Where this problem is explained.")
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField(help_text="What was wrong, for a person.")
    instance = serializers.CharField()
    code = serializers.CharField(help_text="Stable: decide by this.")
    request_id = serializers.CharField()
    do = serializers.CharField(required=False, help_text="What to do next.")
    field = serializers.CharField(required=False, help_text="The part of the request it is about.")
    facts = serializers.DictField(required=False, help_text="What the sentences were made from.")
    redemption = RedemptionShape(required=False, help_text="With `already_redeemed`: the first redemption.")

    class Meta:
        ref_name = "Problem"


def _each_line(done: str, **shown: serializers.Field[Any, Any, Any, Any]) -> type[Shape]:
    """The answer to many lines: how many were `done`, and of each either what is `shown` of it or its problem."""
    name = done.capitalize()
    line = type(
        f"{name}Line",
        (Shape,),
        {
            "outcome": serializers.ChoiceField(choices=[done, "refused"]),
            **shown,
            "problem": ProblemShape(required=False),
        },
    )
    return type(
        f"{name}Lines",
        (Shape,),
        {
            done: serializers.IntegerField(help_text=f"How many lines were {done}."),
            "refused": serializers.IntegerField(help_text="How many were not; these changed nothing."),
            "lines": line(many=True, help_text="One for each line sent, in the same order."),
        },
    )


class RedeemedMany(
    _each_line("redeemed", voucher=VoucherState(required=False), redemptions=RedemptionShape(many=True, required=False))  # type: ignore[misc]  # made by a function
):
    payables = PayableShape(many=True)


AcceptedMany = _each_line("accepted", voucher=VoucherState(required=False))
DeclinedMany = _each_line("declined", voucher=VoucherState(required=False))
CancelledMany = _each_line("cancelled", voucher=VoucherState(required=False))
DeclaredMany = _each_line("declared", voucher=VoucherState(required=False), milestone=MilestoneShape(required=False))


RecordedMany = _each_line(
    "recorded",
    voucher=serializers.CharField(required=False, help_text="Its code."),
    record=AttendanceRecordShape(required=False),
)


class Reversed(Stands):
    redemption = RedemptionShape()
    payable = PayableShape()


class ProvenRow(Shape):
    """A transfer or an event, and where it is in the log."""

    table = serializers.ChoiceField(choices=["transfer", "event"])
    id = serializers.UUIDField()
    leaf_index = serializers.IntegerField(help_text="Its place in the log, from 0 on.")
    leaf = serializers.CharField(help_text="The leaf's bytes, which are RFC 8785 JSON: hash them as they stand.")
    inclusion_proof = serializers.ListField(
        child=serializers.CharField(), help_text="Of RFC 6962: hashes in base64, from the leaf upwards."
    )


class ProvenUnder(Shape):
    """Everything of the receipt that is in one log."""

    checkpoint = serializers.CharField(help_text="A C2SP signed note: the log's name, its size, its root in base64.")
    rows = ProvenRow(many=True)


class ReceiptShape(Shape):
    keys = serializers.ListField(
        child=serializers.CharField(), help_text="Those that have signed for the log, each `name+id+key`."
    )
    logs = ProvenUnder(many=True, help_text="One for each era of the ledger that the receipt touches.")
    not_sealed_yet = serializers.ListField(
        child=serializers.UUIDField(), help_text="What will be in this receipt once it is sealed."
    )

    class Meta:
        ref_name = "Receipt"


class OwedShape(PayableShape):
    """What one scheme owes you: the next five amounts add up to `payable_minor`."""

    payable_now_minor = _amount("What the next payout run takes; below zero when more has to come back than is owed.")
    on_hold_minor = _amount(
        "Held: the voucher is frozen, or you are suspended or have no approved bank account.",
    )
    under_review_minor = _amount("Held while the voucher is looked at.")
    in_next_payout_minor = _amount("In a payout that is not with the bank yet.")
    in_payout_minor = _amount("With the bank.")
    paid_minor = _amount("Paid to your bank account so far, less what was taken off for money given back.")

    class Meta:
        ref_name = "Owed"


class BalanceShape(Shape):
    payables = OwedShape(many=True)

    class Meta:
        ref_name = "Balance"


class AgesShape(PayableShape):
    """What one scheme owes you by how long ago it was redeemed: the four amounts add up to `payable_minor`."""

    up_to_7_days_minor = _amount()
    up_to_14_days_minor = _amount("From the 8th to the 14th day.")
    up_to_30_days_minor = _amount("From the 15th to the 30th day.")
    older_minor = _amount()

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
    amount_minor = _amount("Negative when less is owed after it.")
    balance_minor = _amount("What the scheme owed you after it.")
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
    amount_minor = _amount()
    currency = serializers.CharField(help_text="ISO 4217.")
    reference = serializers.CharField(help_text="The bank's end-to-end id, which your bank statement shows.")
    iban_ends = serializers.CharField(help_text="The last four characters of the account it goes to.")
    prepared_at = serializers.DateTimeField()
    sent_at = _moment()
    settled_at = _moment("When the bank had paid it.")
    ended_at = _moment("When it was returned or cancelled.")
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
    amount_minor = _amount()

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


class KeyShape(Shape):
    id = serializers.UUIDField()
    prefix = serializers.CharField(help_text="The beginning of the key, by which you know it again.")
    name = serializers.CharField()
    mode = serializers.ChoiceField(choices=["test", "live"])
    scopes = serializers.ListField(child=serializers.CharField())
    expires_at = _moment()

    class Meta:
        ref_name = "Key"


class ProviderShape(Shape):
    id = serializers.UUIDField()
    name = serializers.CharField()
    ukprn = serializers.CharField(allow_null=True)

    class Meta:
        ref_name = "Provider"


class MeShape(Shape):
    key = KeyShape()
    provider = ProviderShape()

    class Meta:
        ref_name = "Me"


class QuoteLine(Shape):
    code = serializers.CharField(help_text="Stable: price, rate, cap, from_purse, own and others.")
    amount_minor = _amount()
    says = serializers.CharField(help_text="What the amount is, in the reader's language.")
    why = serializers.CharField(allow_blank=True, help_text="Why it is so.")


class QuoteShape(Shape):
    """`price_minor` = `from_account_minor` + `own_minor`."""

    learning_account = serializers.UUIDField()
    run = serializers.UUIDField()
    rule_version = serializers.IntegerField(help_text="The number of the version of the scheme's rules.")
    rules_count_from = serializers.DateField()
    policy = serializers.ChoiceField(choices=Policy.choices, help_text="How far an adviser's word goes.")
    currency = serializers.CharField(help_text="ISO 4217.")
    price_minor = _amount("What the course costs, with what you want with it.")
    from_account_minor = _amount("What your account pays.")
    own_minor = _amount("What you pay by card.")
    lines = QuoteLine(many=True)

    class Meta:
        ref_name = "Quote"


class VenueShape(Shape):
    name = serializers.CharField(allow_blank=True)
    town = serializers.CharField(allow_blank=True)
    postcode = serializers.CharField(allow_blank=True)

    class Meta:
        ref_name = "Venue"


class FoundRun(Shape):
    id = serializers.UUIDField()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    last_day_to_join = serializers.DateField()
    mode = serializers.ChoiceField(choices=CourseRun.Mode.choices)
    pattern = serializers.ChoiceField(choices=CourseRun.Pattern.choices, allow_null=True)
    venue = VenueShape(allow_null=True)
    distance_km = serializers.FloatField(allow_null=True, help_text="From `near`, as the crow flies.")
    pricing = serializers.ChoiceField(choices=CourseRun.Pricing.choices)
    price_minor = serializers.IntegerField(allow_null=True, help_text=f"The full price. {_MINOR}")
    currency = serializers.CharField(help_text="ISO 4217.")


class FoundProvider(Shape):
    id = serializers.UUIDField()
    name = serializers.CharField()


class FoundCourse(Shape):
    id = serializers.UUIDField()
    title = serializers.CharField()
    summary = serializers.CharField(allow_blank=True)
    url = serializers.CharField(allow_null=True, help_text="The provider's own page.")
    level = serializers.IntegerField(allow_null=True)
    category = serializers.CharField(allow_null=True, help_text="ISCED-F 2013 detailed field.")
    qualification = serializers.CharField(allow_null=True)
    provider = FoundProvider()
    next_start = serializers.DateField()
    runs_fitting = serializers.IntegerField(help_text="How many of its runs fit.")
    runs = FoundRun(many=True, help_text="The first twenty of those, the soonest first.")


class Correction(Shape):
    typed = serializers.CharField()
    taken_for = serializers.CharField()


class SpotShape(Shape):
    name = serializers.CharField()
    latitude = serializers.FloatField()
    longitude = serializers.FloatField()

    class Meta:
        ref_name = "Spot"


class ChoiceShape(Shape):
    value = serializers.CharField(help_text="What to send as the parameter of this name.")
    label = serializers.CharField()  # type: ignore[assignment]  # its own fields have labels, too
    courses = serializers.IntegerField()

    class Meta:
        ref_name = "Choice"


class FoundShape(Shape):
    courses = FoundCourse(many=True)
    total = serializers.IntegerField()
    total_is_least = serializers.BooleanField(help_text="There are more than that.")
    corrected = Correction(many=True)
    near = SpotShape(allow_null=True)
    nearest_km = serializers.FloatField(
        allow_null=True, help_text="Where nothing is within `within_km`: how far the nearest is that fits otherwise."
    )
    facets = type("FacetsShape", (Shape,), {name: ChoiceShape(many=True) for name in facets.NAMES})()
    facets_are_least = serializers.BooleanField(help_text="Too many fit to be counted; there are at least as many.")
    next_cursor = serializers.CharField(allow_null=True)

    class Meta:
        ref_name = "Found"
