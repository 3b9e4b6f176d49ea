"""What is written about referrals: to the learner, to advisers, and to the outside service that somebody goes to.

The letter to a service has the secret of its link, which nothing keeps: it is made as the letter is sent.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from brokerage.referring import answering
from web.models import Notice
from web.notifications.facts import Facts
from web.notifications.letter import Letter, day_of
from web.templatetags.waymark import day


@dataclass(frozen=True, slots=True)
class ToService:
    """A letter, and the service that it goes to."""

    letter: Letter
    name: str
    email: str


def to_service(due: Notice) -> ToService | None:
    """What a service is written, with a link that works from now on; the one before leads nowhere. None where the
    learner took it back meanwhile, or it is answered. For whoever sends it in the same transaction.
    """
    linked = answering.new_link(UUID(due.facts["subject"].partition(":")[2]))
    if linked is None:
        return None
    referral, token = linked
    service, adviser = referral.service, referral.adviser
    # A link is of a service, and ends.
    assert service is not None
    assert referral.answer_by is not None
    assert referral.link_until is not None
    said = _("{name} of {organisation} asks you to help somebody, who has said yes to what you read on the page below.")
    letter = Letter(
        _("{organisation} refers somebody to you").format(organisation=adviser.organisation.name),
        (
            said.format(name=adviser.user.name, organisation=adviser.organisation.name),
            _("Please answer there by {day}. You need no account.").format(day=day(referral.answer_by)),
            _("The page is there until {day}. Keep the link to yourself: whoever has it can read what is told.").format(
                day=day(referral.link_until)
            ),
            _("If you do not know what this is about, do nothing."),
        ),
        reverse("referred", args=[token]),
    )
    return ToService(letter, service.name, service.email)


def _proposed(facts: Facts) -> Letter:
    return Letter(
        _("{name} would like to refer you to {to}").format(name=facts.adviser, to=facts.to),
        (
            _("Your page shows what they would be told, word for word."),
            _("Nothing is told to them before you have read it and said yes."),
        ),
        reverse("learner:referral", args=[facts.subject]),
    )


def _answered(facts: Facts) -> Letter:
    came_back = {
        "can_help": _("{to} can help you. Your page says with what, and when."),
        "cannot": _("{to} cannot help you. Your page says why. Your adviser can tell you what else there is."),
        "came": _("{to} says that you came."),
        "did_not_come": _("{to} says that you did not come. If that is not right, tell your adviser."),
    }
    return Letter(
        _("An answer from {to}").format(to=facts.to),
        (came_back[facts.said["said"]].format(to=facts.to),),
        reverse("learner:referral", args=[facts.subject]),
    )


def _told_adviser(facts: Facts) -> Letter:
    said = _("{to} has answered about a learner whom you referred there. Their record says what.")
    return Letter(
        _("An answer from {to}").format(to=facts.to),
        (said.format(to=facts.to),),
        reverse("desk:record", args=[facts.said["learner"]]),
    )


def _told_lead(facts: Facts) -> Letter:
    return Letter(
        _("A learner is referred to you"),
        (
            _("An adviser of another guidance organisation refers a learner to you, who has said yes to it."),
            _("Please answer by {day}. Every adviser of yours can.").format(day=day_of(facts, "answer_by")),
        ),
        reverse("desk:referral", args=[facts.subject]),
    )


LETTERS: dict[str, Callable[[Facts], Letter]] = {
    "referral.proposed": _proposed,
    "referral.answered": _answered,
    "referral.told_adviser": _told_adviser,
    "referral.told_lead": _told_lead,
}
# The adviser of the event reads it.
TO_ADVISERS = frozenset({"referral.told_adviser", "referral.told_lead"})
# A service outside reads it, who is no user.
TO_SERVICES = frozenset({"referral.told_service"})
