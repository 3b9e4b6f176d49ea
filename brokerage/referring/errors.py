"""What can be refused when an adviser refers a learner, in a sentence for the person who reads it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from config.refusals import Refusal


class ReferralNotFound(Refusal):
    """Also when it is somebody else's, or the learner has not said yes to it."""

    code = "referral_not_found"
    status = 404
    says = _("There is no such referral.")


class ReferralOver(Refusal):
    code = "referral_over"
    says = _("This is settled already: {state}.")
    do = _("Nothing was changed.")


class ReferralRead(Refusal):
    code = "referral_read"
    says = _("They have read it already, so it cannot be called off.")
    do = _("Tell your adviser, or them, if you want nothing more from them.")


class ReferralOpen(Refusal):
    code = "referral_open"
    says = _("The learner is referred there already.")
    do = _("Wait for the answer, or ask the learner to call that one off first.")


class ReferralWordsMissing(Refusal):
    code = "referral_words_missing"
    status = 422
    says = _("Write a few words.")


class ReachMissing(Refusal):
    code = "referral_reach_missing"
    status = 422
    says = _("Write how the learner can be reached, or let their name stay here.")


class NobodyToReferTo(Refusal):
    """Also a service of another organisation's directory, and one that is closed."""

    code = "nobody_to_refer_to"
    status = 422
    says = _("Nobody can be referred there today.")
    do = _("Choose somebody else.")


class NoLetter(Refusal):
    code = "referral_no_letter"
    says = _("Another guidance organisation has it on its desk, and gets no letter.")


class ServiceExists(Refusal):
    code = "outside_service_exists"
    says = _("There is a service of this name in your directory already.")


class ServiceWrong(Refusal):
    code = "outside_service_wrong"
    status = 422
    says = _("Give its name, what it helps with, and its e-mail address.")


class ServiceNotFound(Refusal):
    """Also when it is in another organisation's directory."""

    code = "outside_service_not_found"
    status = 404
    says = _("There is no such service in your directory.")
