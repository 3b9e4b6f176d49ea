"""What a learner is asked: how guidance was, and what became of them after a course."""

from __future__ import annotations

from collections.abc import Callable

from django.urls import reverse
from django.utils.translation import gettext as _

from web.notifications.facts import Facts
from web.notifications.letter import Letter


def _guidance_asked(facts: Facts) -> Letter:
    about = (
        _("An adviser has answered what you asked for. Please tell us how that was for you.")
        if facts.said["decision"]
        else _("You have talked with an adviser. Please tell us how that was for you.")
    )
    return Letter(
        _("How was our guidance?"),
        (
            about,
            _("There are four short questions. Your adviser does not see what you say."),
            _("You need not answer, and we write to you about this only once."),
        ),
        reverse("learner:guidance-feedback", args=[facts.subject]),
    )


def _destination_asked(facts: Facts) -> Letter:
    return Letter(
        _("What do you do now, half a year after {course}?").format(course=facts.course),
        (
            _("Whoever thinks of taking this course would like to know what became of those before them."),
            _("There are two questions. Your name is shown to nobody, and it changes nothing of what you get."),
            _("You need not answer, and we write to you about this only once."),
        ),
        reverse("learner:what-became", args=[facts.said["voucher"]]),
    )


LETTERS: dict[str, Callable[[Facts], Letter]] = {
    "guidance_feedback.asked": _guidance_asked,
    "destination.asked": _destination_asked,
}
