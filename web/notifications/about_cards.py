"""What is told of card money that did not go its way: to the learner whose it is, and to whoever runs the scheme."""

from __future__ import annotations

from collections.abc import Callable

from django.urls import reverse
from django.utils.translation import gettext as _

from web.notifications.facts import Facts
from web.notifications.letter import Letter


def _refund_failed(facts: Facts) -> Letter:
    amount = facts.money("amount_minor")
    said = _("{amount} that was sent back to a learner's card, for {course}, did not arrive. The learner is owed it.")
    return Letter(
        _("A refund of {amount} did not reach the card").format(amount=amount),
        (
            said.format(amount=amount, course=facts.course),
            _("Send it again, or pay it in another way: it waits under Card problems on your scheme's page."),
        ),
        reverse("scheme:home"),
    )


def _charged_back(facts: Facts) -> Letter:
    amount = facts.money("amount_minor")
    said = _("A card's bank has taken back {amount} that was paid for {course}. {scheme} bears it, for now.")
    return Letter(
        _("{amount} was taken back from {scheme}").format(amount=amount, scheme=facts.scheme),
        (
            said.format(amount=amount, course=facts.course, scheme=facts.scheme),
            _("The voucher is frozen until somebody decides: it waits under Card problems on your scheme's page."),
        ),
        reverse("scheme:home"),
    )


def _paid_by_hand(facts: Facts) -> Letter:
    amount = facts.money("amount_minor")
    said = _("Your card did not take back {amount} that you had paid for {course}, so {scheme} paid it in another way.")
    return Letter(
        _("{amount} has been paid to you").format(amount=amount),
        (
            said.format(amount=amount, course=facts.course, scheme=facts.scheme),
            _("If you have not got it within some days, tell {scheme}.").format(scheme=facts.scheme),
        ),
        reverse("learner:voucher", args=[facts.subject]),
    )


LETTERS: dict[str, Callable[[Facts], Letter]] = {
    "voucher.refund_failed": _refund_failed,
    "voucher.charged_back": _charged_back,
    "voucher.refund_paid_by_hand": _paid_by_hand,
}
TO_MANAGERS = frozenset({"voucher.refund_failed", "voucher.charged_back"})
