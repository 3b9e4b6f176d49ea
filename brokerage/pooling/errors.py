"""What can be refused about an offer to a group."""

from django.utils.translation import gettext_lazy as _

from config.refusals import Refusal


class OfferNotFound(Refusal):
    """Also when it is another provider's, or for those who wish for something else."""

    code = "group_offer_not_found"
    status = 404
    says = _("There is no such offer.")
    do = _("Look at your list: it shows those that there are.")


class NotEnoughDemand(Refusal):
    """Also when nobody at all wishes for it: an offer is no way to find out."""

    code = "not_enough_demand"
    status = 422
    says = _("Not enough learners wish for this subject there.")
    do = _("Choose one of the subjects and towns on the list of what learners look for.")


class RunDoesNotFit(Refusal):
    code = "run_does_not_fit"
    status = 422
    says = _("This course is not on sale, has another subject, or begins before the learners have answered.")
    do = _("Choose a course of yours in this subject that is on sale and begins after the answer day.")


class PricesDoNotFall(Refusal):
    code = "prices_do_not_fall"
    status = 422
    says = _("Each size has to be larger than the one before, its price lower, and every price below the list price.")
    do = _("Begin with the smallest group, and let the price fall as more learners come.")


class GroupTooSmall(Refusal):
    code = "group_too_small"
    status = 422
    says = _("An offer is for a group of {least} learners at least.")
    do = _("Let the first price be for {least} learners or more.")


class GroupTooLarge(Refusal):
    code = "group_too_large"
    status = 422
    says = _("The course has {places} places, fewer than the largest group.")
    do = _("Add places to the course, or leave the larger groups out.")


class TooLittleTime(Refusal):
    code = "too_little_time"
    status = 422
    says = _("Learners need {least} days to answer, and after {most} days they have found something else.")
    do = _("Choose a day in between.")


class OfferedAlready(Refusal):
    code = "offered_already"
    says = _("You have an open offer for this subject and town already.")
    do = _("Wait until its day is over, or take it back first.")


class TooManyOffers(Refusal):
    code = "too_many_offers"
    status = 429
    says = _("You have made {most} offers to groups in the last 24 hours.")
    do = _("Make the next one tomorrow.")


class OfferOver(Refusal):
    code = "group_offer_over"
    says = _("The time to answer this offer is over, or it was taken back.")
    do = _("Your wish stays: you hear when there is another offer.")


class GroupFull(Refusal):
    code = "group_full"
    says = _("As many learners have said that they come as the course has places.")
    do = _("You can look again later: somebody may change their mind.")
