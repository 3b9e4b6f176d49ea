"""What each endpoint takes: its fields, read strictly and described from the same lines."""

from __future__ import annotations

from typing import Any

from api.reading import Amount, Body, Code, Day, Field, Hours, Lines, Names, OneOf, Text, Whole, YesNo
from config.outbound import LONGEST_URL
from vouchers.attendance import Attended
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

_OCCURRED_ON = Day("The day on which it happened.", example="2027-09-06", required=True)
_REASON = OneOf("Why the voucher is called off.", CancelReason, example="course_cancelled", required=True)
OCCURRED = Body({"occurred_on": _OCCURRED_ON})
CANCEL = Body({"reason": _REASON})
_NUMBER = Whole("The number of the milestone that was reached.", example=2, required=True)
_VOUCHER = Code(
    "The voucher's code. Spaces, hyphens and lower case do no harm.",
    example="7ZQ4MB2V9K0E8D5XNA3RT6WYHCA",
    required=True,
)
_CODE = _VOUCHER.example


def _lines(about: str, each: dict[str, Field], example: dict[str, Any], *, as_table: bool = False) -> Body:
    """Up to `MOST_LINES` lines in one request, a voucher each."""
    lines = Lines(
        f"{about} Each line is judged on its own.",
        each={"voucher": _VOUCHER, **each},
        most=MOST_LINES,
        example=[example],
    )
    return Body({"lines": lines}, most_bytes=MOST_BYTES_OF_LINES, as_table=as_table)


REDEEM = Body({"milestone": _MILESTONE, "amount_minor": _AMOUNT})
REDEMPTIONS = _lines(
    "What to redeem, a voucher a line.",
    {"milestone": _MILESTONE, "amount_minor": _AMOUNT},
    {"voucher": _CODE, "milestone": 1},
)
ACCEPTANCES = _lines("The vouchers to accept.", {}, {"voucher": _CODE})
DECLINES = _lines("The vouchers to decline.", {}, {"voucher": _CODE})
STARTS = _lines(
    "Which learners came, and when.", {"occurred_on": _OCCURRED_ON}, {"voucher": _CODE, "occurred_on": "2027-09-06"}
)
DECLARATIONS = _lines(
    "Which milestones were reached, and when.",
    {"milestone": _NUMBER, "occurred_on": _OCCURRED_ON},
    {"voucher": _CODE, "milestone": 2, "occurred_on": "2027-12-10"},
)
CANCELLATIONS = _lines(
    "The vouchers to call off, and why.", {"reason": _REASON}, {"voucher": _CODE, "reason": "course_cancelled"}
)
ATTENDANCE = _lines(
    "Who was there on which day. A day that was recorded before is corrected; what was said first is kept.",
    {
        "day": Day("The day of the session.", example="2027-09-13", required=True),
        "attended": OneOf("Whether the learner came.", Attended, example="present", required=True),
        "hours": Hours("For how long the learner was there. Left out: not counted.", example=2.5),
    },
    {"voucher": _CODE, "day": "2027-09-13", "attended": "present"},
    as_table=True,
)
SANDBOX_KEYS = Body({"name": Text("What your college is called.", example="Hill College", required=True, most=100)})
SANDBOX_VOUCHERS = Body({"count": Whole("How many: one unless told, at most 50.", example=1, most=50)})

ANSWER_ADVOCACY = Body(
    {
        "agrees": YesNo("Whether you agree.", example=True, required=True),
        "words": Text("What you agree to, or why not.", example="We keep a place for them.", least=0, most=2000),
        "price_minor": Amount(
            "What the run costs this learner in all, in minor units (pennies) of its currency. Where a lower price is "
            "asked for; else it is not looked at."
        ),
        "until": Day("The last day on which the learner can buy it for that."),
    }
)

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
