"""What an event says to the learner it concerns, in their language."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from web.templatetags.waymark import money


@dataclass(frozen=True, slots=True)
class Letter:
    """An e-mail's subject, its paragraphs, and the page it leads to."""

    subject: str
    paragraphs: tuple[str, ...]
    path: str = "/learner/"


Facts = dict[str, Any]


def _award(facts: Facts) -> Letter:
    amount = money(facts["amount_minor"])
    return Letter(
        _("You have {amount} to spend on learning").format(amount=amount),
        (_("{amount} has been put into your learning account.").format(amount=amount),),
    )


def _decided(facts: Facts) -> Letter:
    return Letter(
        _("Your adviser has answered"),
        (_("There is an answer to what you asked for, with its reasons. You decide what happens next."),),
        f"/learner/requests/{facts['subject']}/",
    )


def _reserved(facts: Facts) -> Letter:
    share = money(facts["from_purse_minor"])
    said = [_("{amount} of your account is set aside for a course.").format(amount=share)]
    if facts["own_minor"]:
        said.append(_("Your own share is {amount}.").format(amount=money(facts["own_minor"])))
    return Letter(_("{amount} is set aside").format(amount=share), tuple(said), _voucher(facts))


def _issued(facts: Facts) -> Letter:
    return Letter(
        _("Your voucher is ready"),
        (_("It is worth {amount}. The provider can see it now.").format(amount=money(facts["price_minor"])),),
        _voucher(facts),
    )


def _accepted(facts: Facts) -> Letter:
    return Letter(_("You have a place"), (_("The provider has accepted your voucher."),), _voucher(facts))


def _declared(facts: Facts) -> Letter:
    return Letter(
        _("Please check: is this right?"),
        (
            _("Your provider says that a step of your course was reached on {day}.").format(day=facts["occurred_on"]),
            _("If that is right, confirm it. Nobody is paid until you do. If it is not, say so with one press."),
        ),
        _voucher(facts),
    )


def _redeemed(facts: Facts) -> Letter:
    amount = money(facts["amount_minor"])
    return Letter(
        _("{amount} was paid from your voucher").format(amount=amount),
        (_("It went to your provider, for what you confirmed. If this was not you, tell us at once."),),
        _voucher(facts),
    )


def _closed(facts: Facts) -> Letter:
    said = [_("Your voucher is closed.")]
    if facts["to_purse_minor"]:
        said.append(_("{amount} is back in your account.").format(amount=money(facts["to_purse_minor"])))
    if facts["to_card_minor"]:
        said.append(_("{amount} is on its way to your card.").format(amount=money(facts["to_card_minor"])))
    return Letter(_("Your voucher is closed"), tuple(said), _voucher(facts))


def _voucher(facts: Facts) -> str:
    return f"/learner/vouchers/{facts['subject']}/"


LETTERS: dict[str, Callable[[Facts], Letter]] = {
    "award.made": _award,
    "request.decided": _decided,
    "voucher.reserved": _reserved,
    "voucher.issued": _issued,
    "voucher.accepted": _accepted,
    "milestone.declared": _declared,
    "voucher.redeemed": _redeemed,
    "voucher.closed": _closed,
}
