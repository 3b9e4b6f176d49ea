"""What an event says to a provider's staff."""

from __future__ import annotations

from collections.abc import Callable

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from providers.models import Accreditation, Role
from web.notifications.facts import Facts
from web.notifications.letter import Letter, day_of


def _lapsing(facts: Facts) -> Letter:
    own, courses = facts.said["own"], facts.said["courses"]
    said = []
    if own:
        sentence = _("The accreditation of {provider} comes to its end, and no other follows it.")
        said.append(sentence.format(provider=facts.provider))
        said.append(_("After its last day nothing of yours can be bought."))
    if courses:
        sentence = ngettext(
            "The accreditation of {count} course of yours comes to its end. After its last day it cannot be bought.",
            "The accreditations of {count} courses of yours come to their end. After that they cannot be bought.",
            courses,
        )
        said.append(sentence.format(count=courses))
    said.append(_("Vouchers that learners have by then are honoured. Send the scheme the new certificate in time."))
    subject = _("Accreditation ends on {day}").format(day=day_of(facts, "first_day"))
    return Letter(subject, tuple(said), reverse("provider:accreditation"))


def _accreditation_ended(facts: Facts) -> Letter:
    what = facts.course or facts.provider
    if facts.said["withdrawn"]:
        said = _("The accreditation of {what} was withdrawn, and counts for nothing from now on.").format(what=what)
    else:
        said = _("The accreditation of {what} holds until {day} and no longer.").format(
            what=what, day=day_of(facts, "valid_until")
        )
    why = _("The reason: {reason}.").format(reason=Accreditation.EndReason(facts.said["reason"]).label)
    honoured = _("Vouchers that learners have already are honoured.")
    return Letter(
        _("Accreditation of {what}").format(what=what), (said, why, honoured), reverse("provider:accreditation")
    )


def _courses_vetted(facts: Facts) -> Letter:
    if facts.course:
        sentences = {
            "accepted": _("“{course}” was looked at and accepted."),
            "asked": _("There is a question about “{course}”. Answer it on your page, and it goes on."),
            "declined": _("“{course}” was declined and cannot be sold. Your page says why, and you can answer."),
        }
        [decision] = [name for name in sentences if facts.said[name]]
        subject = _("About your course “{course}”").format(course=facts.course)
        said = [sentences[decision].format(course=facts.course)]
    else:
        subject = _("About courses of {provider}").format(provider=facts.provider)
        counted = {
            "accepted": _("Looked at and accepted: {count}."),
            "asked": _("With a question to you: {count}."),
            "declined": _("Declined: {count}."),
        }
        said = [words.format(count=facts.said[name]) for name, words in counted.items() if facts.said[name]]
        said.append(_("Your page says which, and why."))
    return Letter(subject, tuple(said), reverse("provider:accreditation"))


def _case(facts: Facts) -> Letter:
    what = facts.course or facts.provider
    subjects = {
        "opened": _("A learner has complained about {what}"),
        "asked": _("You are asked about {what}"),
        "settled": _("What was decided about {what}"),
    }
    said = {
        "opened": _("Read it on your page, and say your part. A mediator of the scheme decides."),
        "asked": _("A mediator of the scheme needs to know something from you. Answer it on your page."),
        "settled": _("The case is settled. Your page says how, and why."),
    }
    step = facts.said["step"]
    return Letter(subjects[step].format(what=what), (said[step],), reverse("provider:case", args=[facts.subject]))


def _asked_by_adviser(facts: Facts) -> Letter:
    wants = {
        "place": _("An adviser asks you for a place for a learner: {course}."),
        "adjustment": _("An adviser asks you for an adjustment for a learner: {course}."),
        "price": _("An adviser asks you for a lower price for a learner: {course}."),
    }
    return Letter(
        _("An adviser asks you about {course}").format(course=facts.course),
        (
            wants[facts.said["wanted"]].format(course=facts.course),
            _("Please answer by {day}. Your page says what exactly they ask.").format(day=day_of(facts, "answer_by")),
        ),
        reverse("provider:answer-advocacy", args=[facts.subject]),
    )


LETTERS: dict[str, Callable[[Facts], Letter]] = {
    "provider.told_of_lapsing": _lapsing,
    "provider.told_of_vetting": _courses_vetted,
    "accreditation.ended": _accreditation_ended,
    "case.told_provider": _case,
    "advocacy.sent": _asked_by_adviser,
}
# Those of its staff who have one of these roles are told.
READERS: dict[str, frozenset[Role]] = {
    "provider.told_of_lapsing": frozenset({Role.ADMINISTRATOR, Role.COURSES}),
    "provider.told_of_vetting": frozenset({Role.ADMINISTRATOR, Role.COURSES}),
    "accreditation.ended": frozenset({Role.ADMINISTRATOR, Role.COURSES}),
    "case.told_provider": frozenset({Role.ADMINISTRATOR, Role.DELIVERY}),
    "advocacy.sent": frozenset({Role.COURSES}),
}
