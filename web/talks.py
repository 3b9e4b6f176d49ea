"""A guidance record in words, for the two who read it: the learner and their adviser."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from brokerage.careers.models import CareerSkill, Level
from brokerage.talking.models import EntryKind, GuidanceEntry, Tier
from brokerage.talking.reading import Line
from brokerage.talking.tiers import SUGGESTS, How, Need
from config.refusals import Sentence


@dataclass(frozen=True, slots=True)
class Shown:
    """A line with what was said in answer to questions, as (question, answer), and the tier that it names."""

    entry: GuidanceEntry
    after: list[GuidanceEntry]
    answers: Sequence[tuple[Sentence, Sentence]]
    tier: Sentence


def shown(line: Line) -> Shown:
    entry, said = line.entry, line.entry.answers
    named = said.get(SUGGESTS if entry.kind == EntryKind.NEEDS else "tier")
    answers = [(need.label, How(said[need]).label) for need in Need if need in said]
    if entry.kind == EntryKind.RATING:
        answers = [(skill.label, Level[said[skill].upper()].label) for skill in CareerSkill if skill in said]
    return Shown(entry, line.after, answers, Tier(named).label if named else "")
