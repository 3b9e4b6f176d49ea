"""What can be refused about a voucher, each with its code and a sentence for the person who reads it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from config import locales
from config.refusals import Refusal


class VoucherNotFound(Refusal):
    """Also when it is made out to somebody else: not-yours answers exactly as does-not-exist."""

    code = "voucher_not_found"
    status = 404
    says = _("There is no voucher with this code made out to you.")
    do = _("Check the code with the learner; its last character tells a slip from a wrong voucher.")


class ProviderStopped(Refusal):
    code = "provider_stopped"
    status = 403
    says = _("Your organisation is {state}, so this cannot be done.")
    do = _("Get in touch with the scheme. Learners lose nothing: what they do not use comes back to them.")


class MilestoneNotFound(Refusal):
    code = "milestone_not_found"
    status = 404
    says = _("This voucher has no milestone with that number.")
    do = _("Look the voucher up: it lists its milestones.")


class WrongState(Refusal):
    code = "wrong_state"
    says = _("This cannot be done now, because the voucher is: {state}.")
    do = _("Look the voucher up to see what can be done next.")


class VoucherUnderReview(Refusal):
    code = "voucher_under_review"
    says = _("This voucher is being looked at, so nothing can be paid from it yet. Nobody has lost anything.")
    do = _("You will be told when it is released. Until then its deadlines stand still.")


class TheirOwnHand(Refusal):
    """Said to whoever acts for a learner: what they can show is a factor of their own."""

    code = "their_own_hand"
    status = 403
    says = _("Only the learner does this themselves.")


class AccountFrozen(Refusal):
    code = "account_frozen"
    says = _("This learning account is frozen, so nothing can be bought from it. Nobody has lost anything.")
    do = _("A mediator looks into it. Your cases say by when you have an answer.")


class NotOnSale(Refusal):
    code = "not_on_sale"
    says = _("This course cannot be bought now.")
    do = _("Look for another date or another course.")


class TooLateToAccept(Refusal):
    code = "too_late_to_accept"
    says = _("The time to accept this voucher is over.")
    do = _("The learner's money goes back to them; they can ask for the course again.")


class PriceChanged(Refusal):
    code = "price_changed"
    says = _("The price of this course has changed since it was worked out for you.")
    do = _("Ask for the course again to see the new price. Nothing has been taken.")


class ExtraGone(Refusal):
    code = "extra_gone"
    says = _("“{title}” cannot be had with this course any more.")
    do = _("Ask for the course again, without it or with something else. Nothing has been taken.")


class SchemeShort(Refusal):
    code = "scheme_short"
    says = _("{scheme} has no money to pay for this at the moment. You have lost nothing.")
    do = _("Try again later, or ask your adviser when there will be money again.")


class PurseShort(Refusal):
    code = "purse_short"
    says = _("There is not enough in the learning account for this any more.")
    do = _("Ask for the course again to see what you would pay now. Nothing has been taken.")


class AlreadyReserved(Refusal):
    code = "already_reserved"
    says = _("There is a voucher for this request already.")
    do = _("Look under Vouchers.")


class PaymentTooLate(Refusal):
    code = "payment_too_late"
    says = _("The time to pay for this voucher is over.")
    do = _("Ask for the course again. Nothing has been taken from you.")


class PaymentMismatch(Refusal):
    code = "payment_mismatch"
    status = 422
    says = _("The payment is not for the amount that was asked.")
    do = _("Nothing was changed; a person has to look at it.")


class CardProblemGone(Refusal):
    """Also when it is another scheme's: not-yours answers exactly as does-not-exist."""

    code = "card_problem_gone"
    status = 404
    says = _("There is nothing to decide here: somebody may have done it already.")
    do = _("Look at the list again.")


class StepStillOpen(Refusal):
    code = "step_still_open"
    says = _("A step of this voucher is still open or waits for its money, so the voucher cannot end.")
    do = _("Let it go on: the provider has done its part.")


class NothingWasTakenBack(Refusal):
    code = "nothing_was_taken_back"
    says = _("The card's bank has not taken back as much as this.")
    do = _("Send it to the card again, or pay it in another way.")


class CardMayHaveIt(Refusal):
    code = "card_may_have_it"
    says = _("The payment is disputed, or the card's bank has taken it back already. Paid now, it could be paid twice.")
    do = _("Wait until the dispute has ended. If it is lost, keep the money.")


class PaymentReferenceMissing(Refusal):
    code = "payment_reference_missing"
    status = 422
    says = _("Enter the bank's reference of the payment: up to 35 letters, digits, spaces, and / - ? : ( ) , ' + too.")
    do = _("You find it in your bank's records. It is not the name of a person.")


class NotConfirmed(Refusal):
    code = "not_confirmed"
    says = _("The learner has not confirmed this milestone yet, so it cannot be redeemed.")
    do = _("Ask the learner to confirm it on their own page. You will be told when they do.")


class NotDeclared(Refusal):
    code = "not_declared"
    says = _("There is nothing to confirm: the provider has not said that this happened.")
    do = _("Wait for the provider, or ask them.")


class AlreadyDeclared(Refusal):
    code = "already_declared"
    says = _("This milestone has been declared already.")
    do = _("There is nothing more to do until the learner confirms it.")


class AlreadyDecided(Refusal):
    code = "already_decided"
    says = _("You have answered this already.")
    do = _("The voucher's page shows your answer.")


class DeclaredTooEarly(Refusal):
    code = "declared_too_early"
    status = 422
    says = _("A milestone cannot be dated in the future, or before the voucher was accepted or the course run starts.")
    do = _("Give the day on which it happened.")


class MilestoneOutOfOrder(Refusal):
    code = "milestone_out_of_order"
    says = _("An earlier milestone of this voucher has not been declared yet.")
    do = _("Declare the earlier milestones first.")


class AttendanceDayWrong(Refusal):
    code = "attendance_day_wrong"
    status = 422
    says = _("Attendance of this learner cannot be recorded for that day.")
    do = _("It can be for days from {first:%Y-%m-%d} to {last:%Y-%m-%d}: since they started, and not in the future.")


class AttendanceHoursWrong(Refusal):
    code = "attendance_hours_wrong"
    status = 422
    says = _("Hours are for a learner who was present: more than none, and at most 24.")
    do = _("Leave the hours out if you do not count them.")


class AttendanceTwice(Refusal):
    code = "attendance_twice"
    says = _("This learner's day is in what you sent twice, so only the first was recorded.")
    do = _("To correct a day, send it again by itself.")


class AlreadyRedeemed(Refusal):
    code = "already_redeemed"
    says = _("That milestone has been redeemed already.")
    do = _("The first redemption is {redemption}; nothing more is due for this milestone.")


class NothingToRedeem(Refusal):
    code = "nothing_to_redeem"
    says = _("There is no confirmed milestone of this voucher with money still to redeem.")
    do = _("Look the voucher up to see what the learner has confirmed.")


class AmountNotPositive(Refusal):
    code = "amount_not_positive"
    status = 422
    says = _("The amount must be more than nothing, in whole pennies.")
    do = _("Leave the amount out to redeem all that is due.")


class MoreThanIsLeft(Refusal):
    code = "more_than_is_left"
    status = 422
    says = _("The amount is more than is left for this.")
    do = _("At most {left_minor} can be redeemed; leave the amount out to redeem all of it.")


class RedemptionNotFound(Refusal):
    code = "redemption_not_found"
    status = 404
    says = _("There is no redemption of yours with this number.")
    do = _("Look the voucher up: it lists its redemptions.")


class AlreadyReversed(Refusal):
    code = "already_reversed"
    says = _("This redemption has been reversed already.")


class CoolingOffOver(Refusal):
    code = "cooling_off_over"
    says = _("The time in which you could change your mind is over.")
    do = _("Ask the provider to cancel, or talk to an adviser.")


class PayoutRunNotFound(Refusal):
    code = "payout_run_not_found"
    status = 404
    says = _("There is no such payout run.")
    do = _("Look at the list of runs.")


class PayoutNotFound(Refusal):
    """Also when it is somebody else's: not-yours answers exactly as does-not-exist."""

    code = "payout_not_found"
    status = 404
    says = _("There is no payout of yours with this id.")
    do = _("List your payouts: each has its id.")


class PayoutRunOpen(Refusal):
    code = "payout_run_open"
    says = _("Another payout run of this scheme has not been sent yet.")
    do = _("Approve and send it, or cancel it, and prepare the next one then.")


class NothingToPay(Refusal):
    code = "nothing_to_pay"
    says = _("There is nothing to pay at the moment.")
    do = _("Providers are paid what they have redeemed, unless it is frozen, under review or without a bank account.")


class PayoutRunState(Refusal):
    code = "payout_run_state"
    says = _("This cannot be done now, because the payout run is: {state}.")
    do = _("Look at the run again: somebody else may have been quicker.")


class PayoutNeedsSecondPerson(Refusal):
    code = "payout_second_person_needed"
    status = 403
    says = _("You prepared this payout run, so somebody else has to approve it.")
    do = _("Ask another manager of the scheme to look at it.")


class NoAccountToPayFrom(Refusal):
    code = "no_account_to_pay_from"
    says = _("Nobody has said yet which bank account {scheme} pays from.")
    do = _("Whoever runs this installation sets it: PAYOUT_ACCOUNTS in docs/operating.md.")


class CaseNotFound(Refusal):
    """Also when it is somebody else's: not-yours answers exactly as does-not-exist."""

    code = "case_not_found"
    status = 404
    says = _("There is no such case.")
    do = _("Look at your list of cases.")


class CaseIsSettled(Refusal):
    code = "case_settled"
    says = _("This case is settled already.")
    do = _("Its page says how, and why.")


class CaseNotYours(Refusal):
    code = "case_not_yours"
    status = 403
    says = _("Somebody else has this case, or nobody yet.")
    do = _("Take the case first; then you can ask and decide.")


class MediatorInvolved(Refusal):
    code = "mediator_involved"
    status = 403
    says = _("You had a hand in what this case is about, so somebody else has to mediate.")
    do = _("Leave it to another person who runs the scheme.")


class NothingToRecover(Refusal):
    code = "nothing_to_recover"
    says = _("There is nothing to decide about money that the provider was paid.")
    do = _("Look at the case again: somebody else may have been quicker.")


class WordsMissing(Refusal):
    code = "words_missing"
    status = 422
    says = _("Nothing was written.")
    do = _("Write what you want to say.")


class MoreTimeWrong(Refusal):
    code = "more_time_wrong"
    status = 422
    says = _("More time is from {first} to {last}.")
    do = _("Choose a day between the two.")

    @property
    def sentence(self) -> str:
        return str(self.says).format(first=locales.day(self.facts["first"]), last=locales.day(self.facts["last"]))


class MoreTimeGiven(Refusal):
    code = "more_time_given"
    says = _("This voucher has been given more time already, which is possible once.")
    do = _("Talk to the provider or to your adviser.")


class AskedAlready(Refusal):
    code = "asked_already"
    says = _("You have asked the provider something about this voucher, and wait for the answer.")
    do = _("Take it back first if you would ask for something else.")


class QuestionNotFound(Refusal):
    """Also when it is somebody else's."""

    code = "question_not_found"
    status = 404
    says = _("There is no such question.")


class QuestionAnswered(Refusal):
    code = "question_answered"
    says = _("This question is settled: {state}.")
