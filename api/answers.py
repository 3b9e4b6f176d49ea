"""Examples of answers about money, for the API's description; a test holds each to its shape."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from drf_spectacular.utils import OpenApiExample

_SCHEME = {"scheme": "ila-wales-2003", "scheme_name": "ILA Wales", "currency": "GBP"}
_PAYOUT = {
    "id": "01a1b2c3-0000-7000-8000-0000000000aa",
    "scheme": "ila-wales-2003",
    "state": "settled",
    "amount_minor": 9000,
    "currency": "GBP",
    "reference": "7KQ2M9XW4T8RB1N6V3HZ0C5DYE2",
    "iban_ends": "6819",
    "prepared_at": "2027-03-01T09:00:00Z",
    "sent_at": "2027-03-01T14:30:00Z",
    "settled_at": "2027-03-02T06:10:00Z",
    "ended_at": None,
    "reason": None,
}
_LINE = {
    "redemption": "01a1b2c3-0000-7000-8000-0000000000bb",
    "voucher": "3F9TZK7QH2M5W8R1XB6N4V0DYCG",
    "milestone": 2,
    "course": {"identifier": "computing-1", "title": "Computing for beginners"},
    "redeemed_at": "2027-02-26T11:20:00Z",
    "clawback": False,
    "amount_minor": 9000,
}

EXAMPLES: dict[str, dict[str, Any]] = {
    "balance": {
        "payables": [
            {
                **_SCHEME,
                "payable_minor": 24000,
                "payable_now_minor": 12000,
                "on_hold_minor": 3000,
                "under_review_minor": 0,
                "in_next_payout_minor": 9000,
                "in_payout_minor": 0,
                "paid_minor": 126000,
            }
        ]
    },
    "ageing": {
        "payables": [
            {
                **_SCHEME,
                "payable_minor": 24000,
                "up_to_7_days_minor": 12000,
                "up_to_14_days_minor": 9000,
                "up_to_30_days_minor": 0,
                "older_minor": 3000,
            }
        ]
    },
    "statement": {
        "movements": [
            {
                "id": "01a1b2c3-0000-7000-8000-0000000000cc",
                "at": "2027-03-02T06:10:00Z",
                "kind": "payout",
                "scheme": "ila-wales-2003",
                "amount_minor": -9000,
                "balance_minor": 24000,
                "currency": "GBP",
                "voucher": None,
                "redemption": None,
                "payout": _PAYOUT["id"],
            }
        ],
        "next_cursor": None,
    },
    "payouts_list": {"payouts": [_PAYOUT], "next_cursor": None},
    "payouts_look_up": {**_PAYOUT, "lines": [_LINE]},
}


def answer_examples(operation: str) -> Iterator[OpenApiExample]:
    """The example of this operation's answer, if there is one."""
    if operation in EXAMPLES:
        yield OpenApiExample("Answer", EXAMPLES[operation], response_only=True, status_codes=["200"])
