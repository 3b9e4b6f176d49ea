"""A scheme's rules as data: what they can say (`shape`), how they are read (`reading`), what is wrong (`checking`)."""

from __future__ import annotations

from typing import Any

from accounts.rules.checking import check
from accounts.rules.reading import MOST, RulesInvalid, read, wrong
from accounts.rules.shape import (
    AdviserPolicy,
    Arm,
    AttendanceBand,
    AwardRule,
    Band,
    Budget,
    Delivery,
    More,
    Price,
    Proof,
    Rules,
    Step,
    Trial,
    Who,
    Young,
)

__all__ = [
    "MOST",
    "AdviserPolicy",
    "Arm",
    "AttendanceBand",
    "AwardRule",
    "Band",
    "Budget",
    "Delivery",
    "More",
    "Price",
    "Proof",
    "Rules",
    "RulesInvalid",
    "Step",
    "Trial",
    "Who",
    "Young",
    "parse",
    "read",
    "wrong",
]


def parse(data: Any) -> Rules:
    """The rules in `data`. Raises RulesInvalid naming the first field that is unknown, missing, of the wrong
    kind, or contradicts another."""
    rules: Rules = read(Rules, data)
    check(rules)
    return rules
