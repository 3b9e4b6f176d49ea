"""That an adviser works a learner's pages, told to the learner when it begins."""

from __future__ import annotations

from collections.abc import Callable

from django.urls import reverse
from django.utils.translation import gettext as _

from web.notifications.facts import Facts
from web.notifications.letter import Letter


def _begun(facts: Facts) -> Letter:
    return Letter(
        _("{name} works your pages with you").format(name=facts.adviser),
        (
            _("You asked for it while you talked. Nothing is bought, paid or confirmed: only you can do that."),
            _("Your page shows what was done. If you did not ask for it, say so there, and have nobody do it again."),
        ),
        reverse("learner:helped"),
    )


LETTERS: dict[str, Callable[[Facts], Letter]] = {"assistance.begun": _begun}
