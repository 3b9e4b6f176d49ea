"""What a learner still has to show, so that everything counts that their schemes would give them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from accounts.models import Evidence, Learner, Scheme
from accounts.proving import still_needed
from accounts.schemes import current_rules


@dataclass(frozen=True, slots=True)
class ToShow:
    """What one scheme wants to see, in a sentence, and whether an adviser looks at it or the scheme itself."""

    scheme: str
    sentence: str
    to_adviser: bool


def to_show(learner: Learner, schemes: Sequence[Scheme], on: dt.date) -> list[ToShow]:
    """What these schemes, in which the learner has an account, still want proof of. One query a scheme that wants any,
    and one for the rules."""
    found = []
    for version in current_rules({scheme.pk for scheme in schemes}, on).values():
        rules = version.parsed
        # Each scheme by itself: a document that another one takes proves nothing here.
        proven = Evidence.objects.proven([learner.pk], [rules])
        found += [
            ToShow(version.scheme.name, sentence, proof.checked_by == "adviser")
            for sentence, proof in still_needed(learner.circumstances(proven.get(learner.pk)), rules, on)
        ]
    return found
