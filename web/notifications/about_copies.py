"""What becomes of a document that a learner sent in as proof, told to them."""

from __future__ import annotations

from collections.abc import Callable

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.circumstances import Criterion
from web.notifications.facts import Facts
from web.notifications.letter import Letter


def _accepted(facts: Facts) -> Letter:
    said = _("Somebody has looked at your document for {scheme}. It proves what it had to: {criterion}.")
    return Letter(
        _("Your document was accepted"),
        (
            said.format(scheme=facts.scheme, criterion=_criterion(facts)),
            _("We have deleted it. We only keep that it was seen, by whom, and until when it is good."),
        ),
        reverse("learner:home"),
    )


def _turned_down(facts: Facts) -> Letter:
    said = _("Somebody has looked at your document for {scheme}. It does not prove what it has to: {criterion}.")
    return Letter(
        _("Your document was not good enough"),
        (
            said.format(scheme=facts.scheme, criterion=_criterion(facts)),
            _("Your page says why. We have deleted it, and you can send another one."),
        ),
        _page(facts),
    )


def _lapsed(facts: Facts) -> Letter:
    said = _("Nobody has looked in time at the document that you sent for {scheme}: {criterion}. We are sorry.")
    return Letter(
        _("Please send your document again"),
        (
            said.format(scheme=facts.scheme, criterion=_criterion(facts)),
            _("We keep nobody's documents for long, so it is deleted. Send it again, or show it to your adviser."),
        ),
        _page(facts),
    )


def _criterion(facts: Facts) -> str:
    return str(Criterion(facts.said["criterion"]).label)


def _page(facts: Facts) -> str:
    return reverse("learner:proof", args=[facts.said["scheme"], facts.said["criterion"]])


LETTERS: dict[str, Callable[[Facts], Letter]] = {
    "copy.accepted": _accepted,
    "copy.turned_down": _turned_down,
    "copy.lapsed": _lapsed,
}
