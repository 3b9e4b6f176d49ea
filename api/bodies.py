"""What each endpoint takes: its fields, read strictly and described from the same lines."""

from api.reading import Amount, Body, Day, Lines, Names, OneOf, Text, Whole, YesNo
from config.outbound import LONGEST_URL
from vouchers.models import CancelReason

MOST_LINES = 10_000
MOST_BYTES_OF_LINES = 2_500_000

_AMOUNT = Amount(
    "How much to redeem, in minor units (pennies) of the voucher's currency. Left out: all that is due. "
    "Less: what it leaves goes back where it came from when the voucher closes.",
    example=3000,
)
_MILESTONE = Whole(
    "The number of the milestone to redeem. Left out: every confirmed milestone that is not yet redeemed.", example=1
)

OCCURRED = Body({"occurred_on": Day("The day on which it happened.", example="2027-09-06", required=True)})
CANCEL = Body(
    {"reason": OneOf("Why the voucher is called off.", CancelReason, example="course_cancelled", required=True)}
)
REDEEM = Body({"milestone": _MILESTONE, "amount_minor": _AMOUNT})
REDEMPTIONS = Body(
    {
        "lines": Lines(
            "What to redeem, a voucher a line. Each line is judged on its own.",
            each={
                "voucher": Text(
                    "The voucher's code. Spaces, hyphens and lower case do no harm.",
                    example="7ZQ4MB2V9K0E8D5XNA3RT6WYHCA",
                    required=True,
                ),
                "milestone": _MILESTONE,
                "amount_minor": _AMOUNT,
            },
            most=MOST_LINES,
            example=[{"voucher": "7ZQ4MB2V9K0E8D5XNA3RT6WYHCA", "milestone": 1}],
        )
    },
    most_bytes=MOST_BYTES_OF_LINES,
)
SANDBOX_KEYS = Body({"name": Text("What your college is called.", example="Hill College", required=True, most=100)})
SANDBOX_VOUCHERS = Body({"count": Whole("How many: one unless told, at most 50.", example=1, most=50)})

_KINDS = Names(
    "The kinds of events that it is told, such as `milestone.confirmed`. Left out or empty: all of them.",
    example=["milestone.confirmed", "voucher.closed"],
)
_ABOUT = Text("What it is for, for yourself.", example="Our student records", least=0, most=200)
_ADDRESS = "Where we send to. It begins with https:// and can be reached from the internet."
ADD_WEBHOOK = Body(
    {
        "url": Text(_ADDRESS, example="https://college.example/waymark", required=True, most=LONGEST_URL),
        "kinds": _KINDS,
        "description": _ABOUT,
    }
)
CHANGE_WEBHOOK = Body(
    {
        "url": Text(_ADDRESS, most=LONGEST_URL),
        "kinds": _KINDS,
        "description": Text("What it is for, for yourself.", least=0, most=200),
        "enabled": YesNo("Whether anything is sent to it.", example=True),
    }
)
