"""Proposals in words, for learners, for everybody, and for those who run the scheme."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.template.defaultfilters import date as date_words
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from brokerage.voice.models import Proposal
from brokerage.voice.voting import Tally, tallies
from config.refusals import Sentence
from vouchers.moderated import HeldBack

WHY_HELD_BACK: dict[str, Sentence] = {
    HeldBack.NAMES: gettext_lazy("It tells who somebody is."),
    HeldBack.INSULTS: gettext_lazy("It insults somebody."),
    HeldBack.NOT_ABOUT_IT: gettext_lazy("It is not about how the scheme works."),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A proposal, where it stands with the kind of its tag, and its numbers once they are told."""

    proposal: Proposal
    standing: str
    tag: str
    tally: Tally | None
    why_held_back: Sentence
    open: bool
    late: bool


def rows(proposals: Sequence[Proposal], today: dt.date) -> list[Row]:
    """One query, however many they are. The proposals come with their outcomes."""
    told = tallies(proposals)
    return [_row(each, told.get(each.pk), today) for each in proposals]


def _row(proposal: Proposal, tally: Tally | None, today: dt.date) -> Row:
    is_open = proposal.closes_on is not None and today <= proposal.closes_on
    late = not is_open and proposal.answer_by is not None and today > proposal.answer_by
    standing, tag = _standing(proposal, is_open)
    return Row(
        proposal=proposal,
        standing=standing,
        tag=tag,
        tally=tally,
        why_held_back=WHY_HELD_BACK.get(proposal.held_back, ""),
        open=is_open,
        late=late and not hasattr(proposal, "outcome"),
    )


def _standing(proposal: Proposal, is_open: bool) -> tuple[str, str]:
    if proposal.state == Proposal.State.HELD_BACK:
        return _("Not shown"), "stop"
    if proposal.state == Proposal.State.WAITING:
        return _("Waits to be read"), "wait"
    if hasattr(proposal, "outcome"):
        return str(proposal.outcome.get_answer_display()), "over"
    if is_open:
        return _("Vote until {day}").format(day=date_words(proposal.closes_on, "j F Y")), ""
    return _("Waits for the scheme’s answer"), "wait"
