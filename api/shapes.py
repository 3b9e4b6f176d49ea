"""The shapes of the answers, for the API's description. `api.showing` writes them; a test holds one to the other."""

from typing import Any

from rest_framework import serializers

from brokerage.models import Policy
from providers.models import RunExtra
from vouchers.attendance import Attended
from vouchers.models import CancelReason, Control, MilestoneState, Outcome, State

_MINOR = "Minor units (pennies) of the currency."


def amount(about: str = "") -> serializers.IntegerField:
    """An amount of money in an answer."""
    return serializers.IntegerField(help_text=f"{about} {_MINOR}".strip())


def moment(about: str = "") -> serializers.DateTimeField:
    """A time in an answer, or none yet."""
    return serializers.DateTimeField(allow_null=True, help_text=f"{about} UTC.".strip())


class Shape(serializers.Serializer[Any]):
    """A JSON object of an answer."""


class VoucherState(Shape):
    """Where a voucher stands, and what is left in it."""

    code = serializers.CharField(help_text="26 characters and a check character.")
    state = serializers.ChoiceField(choices=State.choices)
    outcome = serializers.ChoiceField(choices=Outcome.choices, allow_null=True, help_text="How a closed voucher ended.")
    control = serializers.ChoiceField(choices=Control.choices, help_text="Nothing is paid unless it is clear.")
    left_minor = amount("What is still in the voucher.")
    currency = serializers.CharField(help_text="ISO 4217.")


class RedemptionShape(Shape):
    id = serializers.UUIDField()
    milestone = serializers.IntegerField(help_text="The number of the milestone that was redeemed.")
    amount_minor = amount()
    made_at = serializers.DateTimeField()
    reversed_at = moment("When the provider gave it back.")

    class Meta:
        ref_name = "Redemption"


class MilestoneShape(Shape):
    number = serializers.IntegerField()
    code = serializers.CharField()
    title = serializers.CharField()
    amount_minor = amount("What it is worth.")
    state = serializers.ChoiceField(choices=MilestoneState.choices)
    occurred_on = serializers.DateField(allow_null=True)
    declared_at = moment()
    confirm_by = moment("Until when the learner can confirm it or object.")
    confirmed_at = moment()

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
    price_minor = amount()

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
    replaced_at = moment("When it was corrected; null for what counts.")

    class Meta:
        ref_name = "AttendanceRecord"


class Attendance(Shape):
    attendance = AttendanceRate()
    records = AttendanceRecordShape(many=True)


class VoucherInFull(VoucherState):
    """Everything that its provider may know of a voucher."""

    price_minor = amount("What the course costs, with what comes with it.")
    extras = ExtraShape(many=True, help_text="What the learner has with the course; part of the price.")
    scheme = serializers.CharField()
    learner = Learner()
    course = CourseShape()
    run = RunShape()
    cancel_reason = serializers.ChoiceField(choices=CancelReason.choices, allow_null=True)
    issued_at = moment()
    accept_by = moment("Accept it by then, or it expires.")
    accepted_at = moment()
    started_at = moment()
    completed_at = moment()
    closed_at = moment()
    expires_at = moment("What is not delivered by then goes back.")
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
    payable_minor = amount("Redeemed and not yet paid out.")
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


class KeyShape(Shape):
    id = serializers.UUIDField()
    prefix = serializers.CharField(help_text="The beginning of the key, by which you know it again.")
    name = serializers.CharField()
    mode = serializers.ChoiceField(choices=["test", "live"])
    scopes = serializers.ListField(child=serializers.CharField())
    expires_at = moment()

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
    amount_minor = amount()
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
    price_minor = amount("What the course costs, with what you want with it.")
    from_account_minor = amount("What your account pays.")
    own_minor = amount("What you pay by card.")
    lines = QuoteLine(many=True)

    class Meta:
        ref_name = "Quote"
