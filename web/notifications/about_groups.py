"""What becomes of an offer to all who wish for the same, told to each learner by themselves."""

from __future__ import annotations

from collections.abc import Callable

from django.urls import reverse
from django.utils.translation import gettext as _

from web.notifications.facts import Facts
from web.notifications.letter import Letter, day_of


def _shown(facts: Facts) -> Letter:
    said = _("You told us what you could not find. {provider} now offers “{course}” to all who wish for it.")
    return Letter(
        _("Somebody offers what you wished for"),
        (
            said.format(provider=facts.provider, course=facts.course),
            _("The more learners come, the less each of you pays. {provider} does not know who you are.").format(
                provider=facts.provider
            ),
            _("Say until {day} whether you would come. It buys nothing yet.").format(day=day_of(facts, "answer_by")),
        ),
        _page(facts),
    )


def _takes_place(facts: Facts) -> Letter:
    said = _("Enough learners said that they come to “{course}”, so it has a lower price for you.")
    return Letter(
        _("“{course}” takes place, for less").format(course=facts.course),
        (
            said.format(course=facts.course),
            _("Ask for it until {day}, if you still want it. Nothing is bought before you do.").format(
                day=day_of(facts, "holds_until")
            ),
        ),
        _page(facts),
    )


def _called_off(facts: Facts) -> Letter:
    if facts.said["outcome"] == "cancelled":
        said = _("{provider} has taken its offer of “{course}” back.")
    else:
        said = _("Too few learners said that they come to “{course}” by {provider}, so it has no lower price.")
    return Letter(
        _("Nothing came of an offer to you"),
        (
            said.format(course=facts.course, provider=facts.provider),
            _("You have bought nothing and owe nothing. Your wish stays, and you hear of the next offer."),
        ),
        reverse("learner:wishes"),
    )


def _page(facts: Facts) -> str:
    return reverse("learner:group-offer", args=[facts.said["offer"]])


LETTERS: dict[str, Callable[[Facts], Letter]] = {
    "group_offer.shown": _shown,
    "group_offer.takes_place": _takes_place,
    "group_offer.called_off": _called_off,
}
