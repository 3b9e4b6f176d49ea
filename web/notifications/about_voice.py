"""What becomes of a learner's proposal, and of a vote that somebody entered for them."""

from __future__ import annotations

from collections.abc import Callable

from django.urls import reverse
from django.utils.translation import gettext as _

from web.notifications.facts import Facts
from web.notifications.letter import Letter, day_of
from web.voice import WHY_HELD_BACK


def _looked_at(facts: Facts) -> Letter:
    if held_back := facts.said["held_back"]:
        return Letter(
            _("Your proposal is not shown as it is"),
            (
                str(WHY_HELD_BACK[held_back]),
                _("You can say it in other words and send it again. A person at {scheme} then reads it anew.").format(
                    scheme=facts.scheme
                ),
            ),
            _proposal(facts),
        )
    return Letter(
        _("Others can read your proposal now"),
        (
            _("Learners of {scheme} can vote on it until {day}.").format(
                scheme=facts.scheme, day=day_of(facts, "closes_on")
            ),
            _("Nobody is told who wrote it, or who voted how. After the vote the scheme answers, with its reason."),
        ),
        _proposal(facts),
    )


def _answered(facts: Facts) -> Letter:
    return Letter(
        _("{scheme} has answered your proposal").format(scheme=facts.scheme),
        (_("The answer and its reason are on the proposal’s page, for everybody to read."),),
        _proposal(facts),
    )


def _voted_through_adviser(facts: Facts) -> Letter:
    return Letter(
        _("An adviser has entered your vote"),
        (
            _("You told them how you vote on a proposal in {scheme}. It counts once.").format(scheme=facts.scheme),
            _("If it is not what you said, vote yourself: that takes its place until the vote ends."),
        ),
        _proposal(facts),
    )


def _proposal(facts: Facts) -> str:
    return reverse("learner:voice:proposal", args=[facts.subject])


LETTERS: dict[str, Callable[[Facts], Letter]] = {
    "proposal.looked_at": _looked_at,
    "proposal.answered": _answered,
    "proposal.voted_through_adviser": _voted_through_adviser,
}
