"""Tiers: how much support a learner wants. They choose; a conversation about what would help suggests one."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

import ledger
from accounts.models import Learner
from brokerage.errors import LearnerNotFound
from brokerage.models import Adviser
from brokerage.talking import errors, events
from brokerage.talking.models import EntryKind, GuidanceEntry, Tier, TierChoice
from brokerage.talking.reading import tier_of, with_whom
from brokerage.talking.recording import write
from ledger import Actor
from providers.feeds.plain_text import paragraphs


class Need(models.TextChoices):
    """The questions of a needs conversation, as the learner is asked them."""

    ONLINE = "online", _("Finding things and filling in forms online")
    READING = "reading", _("Reading letters and writing answers")
    GOAL = "goal", _("Knowing what you want to learn or do")
    CHOOSING = "choosing", _("Comparing courses and choosing one")
    TIME = "time", _("Finding the time, with work and family")
    COSTS = "costs", _("Paying for what comes with it, such as travel or childcare")
    BACKING = "backing", _("Having somebody who backs you")
    TAKING_PART = "taking_part", _("Getting there and taking part")


class How(models.TextChoices):
    EASY = "easy", _("Easy")
    SOME_HELP = "some_help", _("Some help would be good")
    HARD = "hard", _("Hard")


SUGGESTS = "suggests"
# Points: one for some help, two for hard. Of sixteen, up to two is what everybody has; from eight on, or with three
# things that are hard, somebody else has to go along.
_POINTS = {How.EASY: 0, How.SOME_HELP: 1, How.HARD: 2}
ASSISTED_FROM, INTENSIVE_FROM, HARD_THINGS = 3, 8, 3


def suggestion(answers: Mapping[Need, How]) -> Tier:
    """What the answers speak for. It decides nothing."""
    points = sum(_POINTS[how] for how in answers.values())
    if points >= INTENSIVE_FROM or list(answers.values()).count(How.HARD) >= HARD_THINGS:
        return Tier.INTENSIVE
    return Tier.ASSISTED if points >= ASSISTED_FROM else Tier.SELF_SERVICE


def converse(
    learner: UUID, answers: Mapping[Need, How], words: str = "", *, by: Adviser, actor: Actor
) -> GuidanceEntry:
    """Put a conversation about what would help on the record, with what it suggests; the learner's choice stays.

    Refuses `LearnerNotFound`, `AnswerMissing`.
    """
    if set(answers) != set(Need):
        raise errors.AnswerMissing()
    with transaction.atomic():
        if not with_whom(by).filter(pk=learner).exists():
            raise LearnerNotFound()
        said = {need.value: how.value for need, how in answers.items()} | {SUGGESTS: suggestion(answers).value}
        return write(learner, EntryKind.NEEDS, adviser=by, words=paragraphs(words), answers=said, actor=actor)


def choose(tier: Tier, *, learner: Learner, actor: Actor) -> None:
    """The learner chooses; the choice goes on their record, and nothing they had is lost. Chosen already, nothing
    changes. Locks the learner.
    """
    with transaction.atomic():
        Learner.objects.select_for_update(no_key=True).get(pk=learner.pk)
        if tier_of(learner.pk) == tier:
            return
        choice = TierChoice.objects.create(learner=learner, tier=tier, chosen_at=ledger.now())
        write(learner.pk, EntryKind.TIER, answers={"tier": tier.value}, actor=actor)
        ledger.record(events.TIER_CHOSEN.by(actor, f"tier_choice:{choice.pk}", learner=learner.pk, tier=tier))
