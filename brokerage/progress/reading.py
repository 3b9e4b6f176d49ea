"""Reading: a learner's story, or the parts of it that were chosen. What was not chosen is not even read."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from accounts.models import Learner
from brokerage.progress.models import Goal, Part, Piece, Skill, Words
from brokerage.progress.taken import Taken, courses_taken


@dataclass(frozen=True, slots=True)
class Story:
    """The parts of a story; what is not among `parts` is empty."""

    learner: Learner
    parts: frozenset[str]
    words: Words | None = None
    goals: list[Goal] = field(default_factory=list)
    courses: list[Taken] = field(default_factory=list)
    skills: list[Skill] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)

    @property
    def with_attendance(self) -> bool:
        return Part.ATTENDANCE in self.parts

    @property
    def empty(self) -> bool:
        return not ((self.words and self.words.text) or self.goals or self.courses or self.skills or self.pieces)


def story_of(learner: Learner, parts: Collection[str] = tuple(Part.values), *, shown_to_others: bool = True) -> Story:
    """A story's parts, in at most eight queries. What others are shown leaves out courses that are looked into."""
    courses = courses_taken(learner) if Part.COURSES in parts else []
    return Story(
        learner,
        frozenset(parts),
        words=Words.objects.filter(learner=learner).first() if Part.WORDS in parts else None,
        goals=list(learner.goals.prefetch_related("steps")) if Part.GOALS in parts else [],
        courses=[one for one in courses if one.clear or not shown_to_others],
        skills=list(learner.skills.all()) if Part.SKILLS in parts else [],
        pieces=list(learner.pieces.all()) if Part.PIECES in parts else [],
    )
