"""Writing: a learner tells of themselves, adds goals, steps and skills, changes them and takes them away.

Everything here is the learner's own: what is somebody else's refuses `NotInStory`, as what does not exist does. Each
change is made by whoever saw the latest version, or refuses `ChangedMeanwhile` and leaves all as it was.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, TypeVar
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet

from accounts.models import Learner
from brokerage.progress import errors, events
from brokerage.progress.models import Goal, Kept, Skill, Step, Who, Words
from config.walls import walled_by
from ledger import Actor, now, record, today
from providers.feeds.plain_text import one_line, paragraphs
from providers.models import CourseRun

T = TypeVar("T", bound=Kept)
# More than anybody has, and few enough for a page.
MOST_GOALS, MOST_STEPS, MOST_SKILLS = 30, 30, 60
WALLS = {
    "one_goal_a_title": errors.InStoryAlready(field="title"),
    "one_step_a_title": errors.InStoryAlready(field="title"),
    "one_option_a_run": errors.InStoryAlready(field="run"),
    "one_skill_a_name": errors.InStoryAlready(field="name"),
}


def tell(text: str, version: int, *, learner: Learner, actor: Actor) -> Words:
    """The learner's own words about themselves; `version` is 0 where there were none. Refuses `ChangedMeanwhile`."""
    text = paragraphs(text)
    if version:
        return change(Words, _mine(Words, learner).get().pk, version, {"text": text}, learner, actor)
    with transaction.atomic(), walled_by({"brokerage_words_learner_id_key": errors.ChangedMeanwhile()}):
        words = Words.objects.create(learner=learner, text=text, changed_at=now())
        _record(events.ADDED, words, learner, actor)
    return words


def add_goal(title: str, why: str = "", by: dt.date | None = None, *, learner: Learner, actor: Actor) -> Goal:
    """Refuses `TextMissing`, `InStoryAlready`, `StoryIsFull`."""
    goal = Goal(learner=learner, title=_line(title, "title"), why=paragraphs(why), by=by)
    return add(goal, learner.goals.all(), MOST_GOALS, learner=learner, actor=actor)


def change_goal(
    goal: UUID, version: int, *, title: str, why: str, by: dt.date | None, learner: Learner, actor: Actor
) -> Goal:
    """Refuses `NotInStory`, `TextMissing`, `InStoryAlready`, `ChangedMeanwhile`."""
    fields = {"title": _line(title, "title"), "why": paragraphs(why), "by": by}
    return change(Goal, goal, version, fields, learner, actor)


def reach(goal: UUID, reached: bool, *, learner: Learner, actor: Actor) -> Goal:
    """The goal is reached today, or is not reached after all. Said twice, it is said once. Refuses `NotInStory`."""
    return _tick(Goal, goal, "reached_on", reached, learner, actor)


def add_step(
    goal: UUID,
    title: str,
    *,
    who: Who = Who.LEARNER,
    by: dt.date | None = None,
    run: CourseRun | None = None,
    learner: Learner,
    actor: Actor,
) -> Step:
    """Refuses `NotInStory`, `TextMissing`, `InStoryAlready`, `StoryIsFull`."""
    found = _mine(Goal, learner).filter(pk=goal).first()
    if found is None:
        raise errors.NotInStory()
    step = Step(goal=found, title=_line(title, "title"), who=who, by=by, run=run)
    return add(step, found.steps.all(), MOST_STEPS, learner=learner, actor=actor)


def tick(step: UUID, done: bool, *, learner: Learner, actor: Actor) -> Step:
    """The step is done today, or is not done after all. Said twice, it is said once. Refuses `NotInStory`."""
    return _tick(Step, step, "done_on", done, learner, actor)


def add_skill(name: str, shown_by: str = "", *, learner: Learner, actor: Actor) -> Skill:
    """Refuses `TextMissing`, `InStoryAlready`, `StoryIsFull`."""
    skill = Skill(learner=learner, name=_line(name, "name"), shown_by=paragraphs(shown_by))
    return add(skill, learner.skills.all(), MOST_SKILLS, learner=learner, actor=actor)


def change_skill(skill: UUID, version: int, *, name: str, shown_by: str, learner: Learner, actor: Actor) -> Skill:
    """Refuses `NotInStory`, `TextMissing`, `InStoryAlready`, `ChangedMeanwhile`."""
    fields = {"name": _line(name, "name"), "shown_by": paragraphs(shown_by)}
    return change(Skill, skill, version, fields, learner, actor)


def remove(kind: type[Kept], item: UUID, *, learner: Learner, actor: Actor) -> None:
    """Take a goal with its steps, a step, a skill or a file away, for good. Refuses `NotInStory`."""
    with transaction.atomic():
        found = _mine(kind, learner).filter(pk=item).first()
        if found is None:
            raise errors.NotInStory()
        _record(events.REMOVED, found, learner, actor)
        found.delete()


def add(row: T, beside: QuerySet[Any], most: int, *, learner: Learner, actor: Actor) -> T:
    """Keep one more of what is `beside` it, of which a story holds `most`. Refuses `StoryIsFull`, `InStoryAlready`.

    Locks the learner, so that two at once are counted one after the other.
    """
    with transaction.atomic():
        Learner.objects.select_for_update(no_key=True).get(pk=learner.pk)
        if beside.count() >= most:
            raise errors.StoryIsFull(most=most)
        row.changed_at = now()
        with walled_by(WALLS | {"one_piece_a_content": errors.InStoryAlready(field="document")}):
            row.save(force_insert=True)
        _record(events.ADDED, row, learner, actor)
    return row


def change(kind: type[T], item: UUID, version: int, fields: Mapping[str, Any], learner: Learner, actor: Actor) -> T:
    """Change what is the learner's, as `version` was seen of it. Refuses `NotInStory`, `ChangedMeanwhile`."""
    with transaction.atomic(), walled_by(WALLS):
        latest = _mine(kind, learner).filter(pk=item, version=version)
        if not latest.update(version=F("version") + 1, changed_at=now(), **fields):
            gone = not _mine(kind, learner).filter(pk=item).exists()
            raise errors.NotInStory() if gone else errors.ChangedMeanwhile()
        changed = _mine(kind, learner).get(pk=item)
        _record(events.CHANGED, changed, learner, actor, version=changed.version)
    return changed


def _tick(kind: type[T], item: UUID, field: str, done: bool, learner: Learner, actor: Actor) -> T:
    with transaction.atomic():
        found = _mine(kind, learner).filter(pk=item).select_for_update(of=("self",)).first()
        if found is None:
            raise errors.NotInStory()
        if bool(getattr(found, field)) != done:
            setattr(found, field, today() if done else None)
            found.version, found.changed_at = found.version + 1, now()
            found.save(update_fields=[field, "version", "changed_at"])
            _record(events.CHANGED, found, learner, actor, version=found.version)
    return found


def _mine(kind: type[T], learner: Learner) -> QuerySet[T]:
    whose = {"goal__learner": learner} if hasattr(kind, "goal") else {"learner": learner}
    return kind._default_manager.filter(**whose)


def _record(kind: Any, row: Kept, learner: Learner, actor: Actor, **more: Any) -> None:
    record(kind.by(actor, learner.subject, learner=learner.pk, kind=row._meta.model_name, item=row.pk, **more))


def _line(text: str, field: str) -> str:
    line = one_line(text)
    if not line:
        raise errors.TextMissing(field=field)
    return line
