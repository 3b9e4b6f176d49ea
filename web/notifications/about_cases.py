"""What each step of a case says to the learner whose it is."""

from __future__ import annotations

from collections.abc import Callable

from django.urls import reverse
from django.utils.translation import gettext as _

from web.notifications.facts import Facts
from web.notifications.letter import Letter, day_of


def _opened(facts: Facts) -> Letter:
    kind = facts.said["case_kind"]
    if kind == "complaint":
        subject, said = _("We have your complaint"), _("Thank you for telling us. Somebody at {scheme} looks into it.")
    elif kind == "dispute":
        subject = _("We are looking at it")
        said = _("You told us that something about {course} is not right. Nothing is paid until it is settled.")
    elif facts.course:
        subject = _("Your voucher is stopped")
        said = _(
            "We were told that your voucher for {course} was not you. Nothing is paid from it until it is settled."
        )
    else:
        subject = _("Your learning account is stopped")
        said = _("We were told that you did not open your account in {scheme}. Nothing is spent from it any more.")
    by = _("You have an answer by {day}.").format(day=day_of(facts, "answer_by"))
    return Letter(subject, (said.format(course=facts.course, scheme=facts.scheme), by), _case(facts))


def _asked(facts: Facts) -> Letter:
    return Letter(
        _("We need to know something from you"),
        (
            _("Whoever looks into your case has a question. Please answer it on your page."),
            _("The time until you answer is added to the time that they have."),
        ),
        _case(facts),
    )


def _settled(facts: Facts) -> Letter:
    outcomes = {
        "upheld": _("You were right. Your page says why, and what happens now."),
        "not_upheld": _("It was looked into and not upheld. Your page says why."),
        "withdrawn": _("You have taken it back. What stood still goes on."),
    }
    return Letter(_("Your case is settled"), (outcomes[facts.said["outcome"]],), _case(facts))


def _made_good(facts: Facts) -> Letter:
    amount = facts.money("amount_minor")
    said = _("{provider} had been paid {amount} for {course}. The scheme puts it back for you, and asks the provider.")
    return Letter(
        _("{amount} is put back for you").format(amount=amount),
        (said.format(provider=facts.provider, amount=amount, course=facts.course),),
        reverse("learner:statement"),
    )


def _case(facts: Facts) -> str:
    return reverse("learner:case", args=[facts.subject])


LETTERS: dict[str, Callable[[Facts], Letter]] = {
    "case.opened": _opened,
    "case.asked": _asked,
    "case.settled": _settled,
    "voucher.made_good": _made_good,
}
