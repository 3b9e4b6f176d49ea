"""What an event says to the learner it concerns, or to whoever runs the scheme.

Plain sentences with the amounts, in whatever language is active.
"""

from __future__ import annotations

from collections.abc import Callable

from django.urls import reverse
from django.utils.translation import gettext as _

from web.notifications import (
    about_advocacy,
    about_assisting,
    about_cards,
    about_cases,
    about_copies,
    about_groups,
    about_hearing,
    about_referrals,
    about_talks,
    about_voice,
    to_providers,
)
from web.notifications.facts import Facts
from web.notifications.letter import Letter, day_of


def _opened(facts: Facts) -> Letter:
    return Letter(
        _("Your learning account is open"),
        (
            _("You now have a learning account in {scheme}.").format(scheme=facts.scheme),
            _("Nobody can spend from it but you, and nobody is paid until you confirm what you got."),
        ),
        reverse("learner:home"),
    )


def _award(facts: Facts) -> Letter:
    amount = facts.money("amount_minor")
    said = _("{scheme} has put {amount} into your learning account. You can spend it until {day}.")
    return Letter(
        _("You have {amount} to spend on learning").format(amount=amount),
        (said.format(scheme=facts.scheme, amount=amount, day=day_of(facts, "expires_on")),),
        reverse("learner:home"),
    )


def _topped_up(facts: Facts) -> Letter:
    amount = facts.money("amount_minor")
    said = _("{sponsor} has put {amount} into your learning account in {scheme}. You can spend it until {day}.")
    return Letter(
        _("You have {amount} more to spend on learning").format(amount=amount),
        (
            said.format(sponsor=facts.sponsor, amount=amount, scheme=facts.scheme, day=day_of(facts, "expires_on")),
            _("Your page shows what it can be spent on."),
        ),
        reverse("learner:home"),
    )


def _account_closes(facts: Facts) -> Letter:
    until = day_of(facts, "spend_until")
    return Letter(
        _("{scheme} comes to its end").format(scheme=facts.scheme),
        (
            _("You can spend what is in your learning account until {day}.").format(day=until),
            _("Vouchers that you have by then are honoured: you can do your course to its end."),
        ),
        reverse("learner:home"),
    )


def _waiting_began(facts: Facts) -> Letter:
    said = _("{scheme} has no money for your award at the moment. You are number {place} in line.")
    return Letter(
        _("You are in line for your award"),
        (
            said.format(scheme=facts.scheme, place=facts.said["place"]),
            _("You get it as soon as there is money again. Until then there is nothing for you to do."),
        ),
        reverse("learner:home"),
    )


def _waiting_left(facts: Facts) -> Letter:
    return Letter(
        _("You are no longer in line for your award"),
        (
            _("You waited for money of {scheme}, and it cannot be awarded to you any more.").format(
                scheme=facts.scheme
            ),
            _("Your adviser can tell you why, and what else there is."),
        ),
        reverse("learner:home"),
    )


def _purse_expired(facts: Facts) -> Letter:
    amount = facts.money("amount_minor")
    return Letter(
        _("{amount} has gone back to {scheme}").format(amount=amount, scheme=facts.sponsor or facts.scheme),
        (_("Its time was over. If you want to go on learning, your adviser can tell you what else there is."),),
        reverse("learner:statement"),
    )


def _decided(facts: Facts) -> Letter:
    return Letter(
        _("Your adviser has answered about {course}").format(course=facts.course),
        (_("You can read the answer and its reasons on your page. You decide what happens next."),),
        _request(facts),
    )


def _approved_once(facts: Facts) -> Letter:
    return Letter(
        _("One adviser has said yes to {course}").format(course=facts.course),
        (
            _("Because of the amount, a second adviser looks at it too."),
            _("You have their answer by {day}. Nothing is taken from your account meanwhile.").format(
                day=day_of(facts, "answer_by")
            ),
        ),
        _request(facts),
    )


def _escalated(facts: Facts) -> Letter:
    return Letter(
        _("A colleague is looking at what you asked for"),
        (
            _("{course} was not answered in time, so it has gone to another adviser.").format(course=facts.course),
            _("You have an answer by {day}. Waiting costs you nothing: your money lives longer by as much.").format(
                day=day_of(facts, "answer_by")
            ),
        ),
        _request(facts),
    )


def _assent_asked_for(facts: Facts) -> Letter:
    return Letter(
        _("Do you want {course}?").format(course=facts.course),
        (
            _("Somebody who acts for you wants to buy {course} for you.").format(course=facts.course),
            _("It is bought only if you say yes yourself, on your page. If you do not want it, take the request back."),
        ),
        _request(facts),
    )


def _reserved(facts: Facts) -> Letter:
    amount = facts.money("from_purse_minor")
    said = [_("{amount} of your account is set aside for {course}.").format(amount=amount, course=facts.course)]
    if facts.said["own_minor"]:
        said.append(_("Your own share is {amount}.").format(amount=facts.money("own_minor")))
        said.append(_("Pay it on your page; if you do not, everything comes back to your account."))
        return Letter(_("{amount} is set aside").format(amount=amount), tuple(said), _voucher(facts, "pay"))
    return Letter(_("{amount} is set aside").format(amount=amount), tuple(said), _voucher(facts))


def _issued(facts: Facts) -> Letter:
    said = []
    if facts.own_minor:
        said.append(_("Your card payment of {amount} has arrived.").format(amount=facts.amount(facts.own_minor)))
    said.append(
        _("Your voucher for {course} is worth {amount}. {provider} can see it now.").format(
            course=facts.course, amount=facts.money("price_minor"), provider=facts.provider
        )
    )
    return Letter(_("Your voucher is ready"), tuple(said), _voucher(facts))


def _accepted(facts: Facts) -> Letter:
    said = _("{provider} has accepted your voucher for {course}.")
    return Letter(_("You have a place"), (said.format(provider=facts.provider, course=facts.course),), _voucher(facts))


def _declared(facts: Facts) -> Letter:
    sentences = {
        "start": _("{provider} says that you started {course} on {day}."),
        "completion": _("{provider} says that you completed {course} on {day}."),
    }
    said = sentences.get(facts.said["code"], _("{provider} says that you reached a step of {course} on {day}."))
    return Letter(
        _("Please check: is this right?"),
        (
            said.format(provider=facts.provider, course=facts.course, day=day_of(facts, "occurred_on")),
            _("If it is right, confirm it by {day}. Nobody is paid until you do.").format(
                day=day_of(facts, "confirm_by")
            ),
            _("If it is not right, say so on the same page, and nothing is paid."),
        ),
        reverse("learner:confirm", args=[facts.subject, facts.said["number"]]),
    )


def _confirmed(facts: Facts) -> Letter:
    if facts.said["factor"] == "silence":
        subject, said = (
            _("A step of your course counts as confirmed"),
            _("You had time to say that a step of {course} was not right, and it is over."),
        )
    else:
        subject, said = _("You have confirmed a step of your course"), _("You have confirmed a step of {course}.")
    paid = _("{provider} can now be paid {amount} for it.").format(
        provider=facts.provider, amount=facts.money("amount_minor")
    )
    paragraphs = [said.format(course=facts.course)]
    if facts.said["amount_minor"]:
        paragraphs.append(paid)
    return Letter(subject, tuple(paragraphs), _voucher(facts))


def _control(facts: Facts) -> Letter:
    if facts.said["control"] == "clear":
        said = _("Your voucher for {course} has been looked at, and everything goes on.")
        return Letter(_("Your voucher is released"), (said.format(course=facts.course),), _voucher(facts))
    said = _("Your voucher for {course} is being looked at. Nothing is paid from it, and its deadlines stand still.")
    return Letter(_("Your voucher is being looked at"), (said.format(course=facts.course),), _voucher(facts))


def _provider_suspended(facts: Facts) -> Letter:
    said = _("{provider} is suspended while something is looked into. Your voucher for {course} is safe.")
    return Letter(
        _("Your course provider is suspended"),
        (
            said.format(provider=facts.provider, course=facts.course),
            _("Nothing is paid from it meanwhile, and its deadlines stand still."),
            _("If your course has not started, you can withdraw on your page at any time and have the money back."),
        ),
        _voucher(facts),
    )


def _provider_goes_on(facts: Facts) -> Letter:
    said = _("{provider} may go on. Your voucher for {course} can be used until {day}: no time was lost.")
    return Letter(
        _("Your course provider may go on"),
        (said.format(provider=facts.provider, course=facts.course, day=day_of(facts, "expires_at")),),
        _voucher(facts),
    )


def _more_time(facts: Facts) -> Letter:
    said = _("{provider} agreed. Your voucher for {course} can be used until {day}.")
    return Letter(
        _("You have more time"),
        (said.format(provider=facts.provider, course=facts.course, day=day_of(facts, "until")),),
        _voucher(facts),
    )


def _question_declined(facts: Facts) -> Letter:
    asked = {
        "more_time": _("{provider} does not give you more time for {course}."),
        "call_off": _("{provider} does not call off your voucher for {course}."),
    }
    return Letter(
        _("{provider} has answered your question").format(provider=facts.provider),
        (
            asked[facts.said["what"]].format(provider=facts.provider, course=facts.course),
            _("Everything stays as it is. Your adviser can tell you what else there is."),
        ),
        _voucher(facts),
    )


def _redeemed(facts: Facts) -> Letter:
    amount = facts.money("amount_minor")
    said = _("{amount} went from your voucher to {provider}, for what you confirmed of {course}.")
    return Letter(
        _("{amount} was paid from your voucher").format(amount=amount),
        (said.format(amount=amount, provider=facts.provider, course=facts.course),),
        _voucher(facts),
    )


def _reversed(facts: Facts) -> Letter:
    amount = facts.money("amount_minor")
    said = _("{provider} has given back {amount} that it was paid for {course}. It is in your voucher again.")
    return Letter(
        _("{amount} is back in your voucher").format(amount=amount),
        (said.format(provider=facts.provider, amount=amount, course=facts.course),),
        _voucher(facts),
    )


def _copayment_returned(facts: Facts) -> Letter:
    amount = facts.money("amount_minor")
    return Letter(
        _("Your card payment of {amount} could not be used").format(amount=amount),
        (
            _("It came when your voucher for {course} was no longer waiting for it.").format(course=facts.course),
            _("It is kept apart for you. If the voucher has ended, it is on its way back to your card."),
        ),
        _voucher(facts),
    )


def _refund_arrived(facts: Facts) -> Letter:
    amount = facts.money("amount_minor")
    said = _("{amount} that you had paid for {course} has been sent back to your card. Your bank may need some days.")
    return Letter(
        _("{amount} is back on your card").format(amount=amount),
        (said.format(amount=amount, course=facts.course),),
        _voucher(facts),
    )


def _closed(facts: Facts) -> Letter:
    reasons = {
        "completed": _("You have completed {course}, and {provider} has been paid."),
        "declined": _("{provider} could not take you on for {course}."),
        "withdrawn": _("You have withdrawn from {course}."),
        "cancelled": _("{provider} has cancelled your voucher for {course}."),
        "lapsed": _("Your own share of {course} was not paid in time."),
        "expired": _("The time of your voucher for {course} was over."),
        "disowned": _("Your voucher for {course} was not yours to pay for, so it has ended."),
        "unpaid": _("The card payment of your share of {course} was taken back, so your voucher has ended."),
    }
    ended = reasons[facts.said["outcome"]]
    if facts.said["reason"] == "provider_stopped":
        ended = _("{provider} cannot give you {course} any more, so your voucher for it has ended.")
    said = [ended.format(course=facts.course, provider=facts.provider)]
    if facts.said["to_purse_minor"]:
        said.append(_("{amount} has come back from it.").format(amount=facts.money("to_purse_minor")))
    if facts.said["to_card_minor"]:
        said.append(_("{amount} is on its way to your card.").format(amount=facts.money("to_card_minor")))
    return Letter(_("Your voucher is closed"), tuple(said), _voucher(facts))


def _budget_warned(facts: Facts) -> Letter:
    said = _("{gone} of {budget} are committed, held in vouchers, or spent.")
    return Letter(
        _("{percent}% of the budget of {scheme} are gone").format(percent=facts.said["percent"], scheme=facts.scheme),
        (
            said.format(gone=facts.money("gone_minor"), budget=facts.money("budget_minor")),
            _("When all of it is gone, no new awards are made. What learners have already is honoured."),
        ),
        reverse("scheme:home"),
    )


def _voucher(facts: Facts, page: str = "voucher") -> str:
    return reverse(f"learner:{page}", args=[facts.subject])


def _request(facts: Facts) -> str:
    return reverse("learner:request", args=[facts.subject])


# `voucher.started` and `voucher.completed` come with a declared milestone, whose letter says it.
LETTERS: dict[str, Callable[[Facts], Letter]] = {
    "learning_account.opened": _opened,
    "award.made": _award,
    "purse.topped_up": _topped_up,
    "learning_account.closes": _account_closes,
    "waiting.began": _waiting_began,
    "waiting.left": _waiting_left,
    "purse.expired": _purse_expired,
    "request.decided": _decided,
    "request.approved_once": _approved_once,
    "request.escalated": _escalated,
    "request.assent_asked_for": _assent_asked_for,
    "voucher.reserved": _reserved,
    "voucher.issued": _issued,
    "voucher.accepted": _accepted,
    "milestone.declared": _declared,
    "milestone.confirmed": _confirmed,
    "voucher.control_changed": _control,
    "voucher.provider_suspended": _provider_suspended,
    "voucher.provider_goes_on": _provider_goes_on,
    "voucher.more_time_given": _more_time,
    "question.declined": _question_declined,
    "voucher.redeemed": _redeemed,
    "voucher.redemption_reversed": _reversed,
    "voucher.copayment_returned": _copayment_returned,
    "voucher.refund_arrived": _refund_arrived,
    "voucher.closed": _closed,
    "budget.warned": _budget_warned,
    **about_advocacy.LETTERS,
    **about_assisting.LETTERS,
    **about_cards.LETTERS,
    **about_cases.LETTERS,
    **about_copies.LETTERS,
    **about_talks.LETTERS,
    **about_groups.LETTERS,
    **about_hearing.LETTERS,
    **about_referrals.LETTERS,
    **about_voice.LETTERS,
    **to_providers.LETTERS,
}
# What is told to whoever runs the event's scheme; to a provider's staff, what `to_providers` says; everything else to
# the learner it concerns.
TO_MANAGERS = frozenset({"budget.warned"}) | about_cards.TO_MANAGERS
TO_ADVISERS = about_talks.TO_ADVISERS | about_advocacy.TO_ADVISERS | about_referrals.TO_ADVISERS
