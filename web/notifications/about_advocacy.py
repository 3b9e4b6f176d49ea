"""What is written when an adviser asks a provider for something, or is to put in a word: to the learner, and to the
adviser."""

from __future__ import annotations

from collections.abc import Callable

from django.urls import reverse
from django.utils.translation import gettext as _

from web.notifications.facts import Facts
from web.notifications.letter import Letter


def _proposed(facts: Facts) -> Letter:
    return Letter(
        _("{name} would like to ask for something for you").format(name=facts.adviser),
        (
            _("It is about {course} at {provider}.").format(course=facts.course, provider=facts.provider),
            _("Nothing is sent to the provider before you have read it and said yes."),
        ),
        reverse("learner:advocacy", args=[facts.subject]),
    )


def _answered(facts: Facts) -> Letter:
    yes = _("{provider} says yes to what {name} asked for you.")
    no = _("{provider} says no to what {name} asked for you.")
    said = yes if facts.said["agrees"] else no
    return Letter(
        _("An answer about {course}").format(course=facts.course),
        (
            said.format(provider=facts.provider, name=facts.adviser),
            _("Your page says what exactly."),
        ),
        reverse("learner:advocacy", args=[facts.subject]),
    )


def _told_adviser(facts: Facts) -> Letter:
    said = _("{provider} has answered what you asked about {course} for a learner. Their record says what.")
    return Letter(
        _("An answer about {course}").format(course=facts.course),
        (said.format(provider=facts.provider, course=facts.course),),
        reverse("desk:record", args=[facts.said["learner"]]),
    )


def _good_word_wished(facts: Facts) -> Letter:
    return Letter(
        _("A learner asks you to put in a word"),
        (_("You see what it is about, and can say something for them, once and in your own name."),),
        reverse("desk:good-word", args=[facts.subject]),
    )


def _good_word_said(facts: Facts) -> Letter:
    said = facts.said
    page = reverse("learner:case", args=[said["case"]]) if said["case"] else None
    return Letter(
        _("{name} has put in a word for you").format(name=facts.adviser),
        (_("You can read it on your page. Whoever decides reads it too."),),
        page or reverse("learner:request", args=[said["request"]]),
    )


LETTERS: dict[str, Callable[[Facts], Letter]] = {
    "advocacy.proposed": _proposed,
    "advocacy.answered": _answered,
    "advocacy.told_adviser": _told_adviser,
    "good_word.wished": _good_word_wished,
    "good_word.said": _good_word_said,
}
# The adviser who asked, or who is asked, reads it.
TO_ADVISERS = frozenset({"advocacy.told_adviser", "good_word.wished"})
