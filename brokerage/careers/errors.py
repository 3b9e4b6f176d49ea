"""What can be refused about occupations, figures and ratings, in a sentence for the person who reads it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from config.refusals import Refusal


class OccupationUnknown(Refusal):
    code = "occupation_unknown"
    status = 422
    says = _("There is no occupation “{typed}” in the list ISCO-08.")
    do = _("Type a word of its title, such as bookkeeping, or its code of four figures, such as 4311. Or leave it out.")


class OccupationUnclear(Refusal):
    code = "occupation_unclear"
    status = 422
    says = _("“{typed}” is no single occupation of the list ISCO-08. It could be, for instance: {named}.")
    do = _("Type the title or the code of the one that you mean.")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in a file of figures, for whoever loads it: the line, the column where it is one, and the words."""

    line: int
    column: str
    says: str

    def __str__(self) -> str:
        return f"line {self.line}{self.column and ', '}{self.column}: {self.says}"


class FiguresRefused(Refusal):
    code = "labour_market_refused"
    status = 422
    says = _("The file cannot be taken, and nothing of it was loaded.")

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__()
        self.faults = faults


class RatingIncomplete(Refusal):
    code = "rating_incomplete"
    status = 422
    says = _("Say for each of the eight how well you do.")
