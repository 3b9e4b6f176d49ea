"""Exporting: a learner takes their whole story along, in a form that other systems can read (docs/story.md)."""

from __future__ import annotations

from typing import Any

from accounts.models import Learner
from brokerage.progress import events
from brokerage.progress.models import Goal
from brokerage.progress.reading import Story
from brokerage.progress.taken import Taken
from ledger import Actor, now, record

FORMATS = ("json", "pdf")
SHAPE = "waymark-story-1"


def exported(learner: Learner, format: str, *, actor: Actor) -> None:
    """Note that the learner took their story along."""
    assert format in FORMATS
    record(events.EXPORTED.by(actor, learner.subject, learner=learner.pk, format=format))


def as_data(story: Story) -> dict[str, Any]:
    """The story as JSON has it. Days are ISO 8601; nothing in it says a date of birth or an amount."""
    return {
        "shape": SHAPE,
        "exported_at": now().isoformat(timespec="seconds"),
        "name": story.learner.name,
        "words": story.words.text if story.words else "",
        "goals": [_goal(goal) for goal in story.goals],
        "courses": [_course(taken) for taken in story.courses],
        "skills": [{"name": skill.name, "shown_by": skill.shown_by} for skill in story.skills],
        "files": [
            {
                "title": piece.title,
                "name": piece.file_name,
                "media_type": piece.media_type,
                "bytes": piece.size,
                "sha256": piece.sha256,
                "course": str(piece.voucher_id) if piece.voucher_id else None,
            }
            for piece in story.pieces
        ],
    }


def _goal(goal: Goal) -> dict[str, Any]:
    return {
        "title": goal.title,
        "why": goal.why,
        "by": goal.by,
        "reached_on": goal.reached_on,
        "steps": [{"title": step.title, "done_on": step.done_on} for step in goal.steps.all()],
    }


def _course(taken: Taken) -> dict[str, Any]:
    course = taken.voucher.run.course
    return {
        "id": str(taken.voucher.pk),
        "title": taken.title,
        "provider": taken.provider,
        "level": course.level,
        "qualification": course.qualification,
        "began_on": taken.began_on,
        "completed_on": taken.completed_on,
        "hours": taken.voucher.run.hours,
        "milestones": [
            {"title": milestone.title, "occurred_on": milestone.occurred_on} for milestone in taken.milestones
        ],
        "attendance": {
            "present": taken.rate.present,
            "absent": taken.rate.absent,
            "excused": taken.rate.excused,
            "percent": taken.rate.percent,
        },
    }
