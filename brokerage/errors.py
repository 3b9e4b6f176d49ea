"""What can be refused about a request, each with its code and a sentence for the person who reads it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from config import locales
from config.refusals import Refusal


class RequestNotFound(Refusal):
    """Also when it is somebody else's."""

    code = "request_not_found"
    status = 404
    says = _("There is no such request of yours.")


class LearnerNotFound(Refusal):
    """Also when they are somebody else's to advise."""

    code = "learner_not_found"
    status = 404
    says = _("There is no such learner on your desk.")


class RequestDecided(Refusal):
    code = "request_decided"
    says = _("This request has been answered already: {state}.")
    do = _("Open it again to see the answer.")


class RequestBought(Refusal):
    code = "request_bought"
    says = _("There is a voucher for this request already.")
    do = _("Look under Vouchers.")


class RequestWaits(Refusal):
    code = "request_waits"
    says = _("This course waits for an adviser's answer, so it cannot be bought yet.")
    do = _("You will have the answer by {answer_by}.")

    @property
    def advice(self) -> str:
        return str(self.do).format(answer_by=locales.moment(self.facts["answer_by"]))


class RequestOver(Refusal):
    code = "request_over"
    says = _("Nothing more can be done with this request: {state}.")
    do = _("You can ask for another course at any time.")


class NothingToBuy(Refusal):
    code = "nothing_to_buy"
    says = _("No voucher is needed for this course, or it has no price that can be bought.")
    do = _("Ask the provider.")


class OtherCurrency(Refusal):
    code = "other_currency"
    says = _("The price of this course is in another currency than your scheme's money.")
    do = _("Choose another course, or ask an adviser what else there is, free of charge.")


class ExtraNotOffered(Refusal):
    code = "extra_not_offered"
    says = _("Something that you chose cannot be had with this course.")
    do = _("Choose again from what is offered. Nothing has been taken.")


class NothingFromAccount(Refusal):
    code = "nothing_from_account"
    says = _("Your account would pay nothing towards this course.")
    do = _("The price shows why, line by line. You can look for another course, or talk to an adviser.")


class OtherAidInvalid(Refusal):
    code = "other_aid_invalid"
    status = 422
    says = _("What you get from elsewhere for this course is from nothing to its whole price.")
    do = _("Give the amount again. Nothing was sent.")


class AlreadyAsked(Refusal):
    code = "already_asked"
    says = _("You have asked for this course already.")
    do = _("Look under your requests.")


class QuoteLapsed(Refusal):
    code = "quote_lapsed"
    says = _("Your account would pay less for this course now than when you asked.")
    do = _("Ask for the course again to see the new price. Nothing has been taken.")


class ConsultationNeeded(Refusal):
    code = "consultation_needed"
    says = _("Talk with the learner first, and write down what you talked about.")
    do = _("Then decide.")


class OutcomeNotAllowed(Refusal):
    code = "outcome_not_allowed"
    says = _("Under this scheme's policy an adviser cannot answer like this.")
    do = _("Approve it, or choose one of the answers that the page offers.")


class ReasonsNeeded(Refusal):
    code = "reasons_needed"
    status = 422
    says = _("Say why, in words for the learner.")
    do = _("Write the reasons, choose at least one code, and offer an alternative where you can.")


class OwnRequest(Refusal):
    code = "own_request"
    status = 403
    says = _("Nobody decides on their own request.")
    do = _("A colleague has to answer it.")


class SameAdviser(Refusal):
    code = "same_adviser"
    status = 403
    says = _("You have answered this request already, and it is another adviser's turn.")
    do = _("Leave it to a colleague.")


class NobodyToSecond(Refusal):
    code = "nobody_to_second"
    status = 503
    says = _("For this amount a second adviser has to approve, and there is nobody who could.")
    do = _("Your approval was not stored. Try again when another adviser is there, or decline with reasons.")


class NobodyToAsk(Refusal):
    code = "nobody_to_ask"
    status = 503
    says = _("There is no adviser who could answer this now.")
    do = _("Try again tomorrow; nothing you wrote is lost if you keep this page open.")


class AdvisesLearners(Refusal):
    code = "advises_learners"
    status = 403
    says = _("You advise learners, so you cannot work for a provider that they may choose.")
    do = _("Ask somebody else of the organisation to do it.")


class ManagesSchemes(Refusal):
    code = "manages_schemes"
    status = 403
    says = _("You manage schemes, so you cannot work for a provider that they pay.")
    do = _("Ask somebody else of the organisation to do it.")


class TooManySaved(Refusal):
    code = "too_many_saved"
    says = _("You have saved {most} courses, and there is no room for more.")
    do = _("Take away one that you no longer need.")


class WishNotFound(Refusal):
    """Also when it is somebody else's."""

    code = "wish_not_found"
    status = 404
    says = _("There is no such wish of yours.")


class WishedAlready(Refusal):
    code = "wished_already"
    says = _("You have wished for this subject in this place already.")
    do = _("It counts until you take it back.")


class TooManyWishes(Refusal):
    code = "too_many_wishes"
    says = _("You have {most} wishes, and there is no room for more.")
    do = _("Take one back that you no longer have.")


class SubjectUnknown(Refusal):
    code = "subject_unknown"
    status = 422
    says = _("Choose what it is about.")


class TownUnknown(Refusal):
    code = "town_unknown"
    status = 422
    says = _("No course is taught in a town of this name yet, so we do not know it.")
    do = _("Name the nearest bigger town, or leave it empty.")


class RepresentativeNotFound(Refusal):
    """Also when they act no more, when the invitation is over, or when it is nobody's business of whoever asks."""

    code = "representative_not_found"
    status = 404
    says = _("This does not stand any more.")
    do = _("Ask the learner to invite you again.")


class RepresentsAnother(Refusal):
    code = "represents_another"
    status = 403
    says = _("This invitation was sent to another e-mail address than the one you signed in with.")
    do = _("Sign in with the address that it was sent to.")


class OwnRepresentative(Refusal):
    code = "own_representative"
    status = 422
    says = _("Nobody acts for themselves.")
    do = _("Give the e-mail address of somebody else.")


class NothingToActOn(Refusal):
    code = "nothing_to_act_on"
    says = _("You have no learning account yet, so there is nothing that somebody could do for you.")
    do = _("Come back when you have one.")


class RepresentsAlready(Refusal):
    code = "represents_already"
    says = _("This person acts for the learner already.")
    do = _("To change what they may do, end it and invite them again.")


class TooManyRepresentatives(Refusal):
    code = "too_many_representatives"
    says = _("At most {most} people can act for you.")
    do = _("End it for one of them first.")


class TooManyInvitations(Refusal):
    code = "too_many_invitations"
    says = _("You have sent {most} invitations within a day, and no more can be sent now.")
    do = _("Send the next one tomorrow.")


class MayNotRepresent(Refusal):
    code = "may_not_represent"
    status = 403
    says = _("Whoever advises learners, runs a scheme or works for a provider acts for no learner.")
    do = _("Ask the learner to choose somebody else.")


class LimitWrong(Refusal):
    code = "limit_wrong"
    status = 422
    says = _("An amount is nothing or more.")


class MayNotAsk(Refusal):
    code = "may_not_ask"
    status = 403
    says = _("You may not ask for courses for this learner.")
    do = _("They can ask themselves, or let you do it.")


class AboveLimit(Refusal):
    code = "above_limit"
    status = 403
    says = _("This costs more than you may spend for this learner.")
    do = _("They can buy it themselves.")


class AssentNeeded(Refusal):
    code = "assent_needed"
    status = 403
    says = _("The learner says yes to this themselves before it is bought.")
    do = _("Nothing was changed.")


class AssentAskedFor(Refusal):
    code = "assent_asked_for"
    says = _("You have chosen this already.")
    do = _("It is bought once the learner says yes themselves.")


class StillOpen(Refusal):
    code = "still_open"
    says = _("You cannot leave yet: a voucher or a case of yours is open, or money is on its way back to your card.")
    do = _("The page shows what it is. Leave once it is over.")
