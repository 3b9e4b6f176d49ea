"""What can be refused about people and their money, each with its code and a sentence for the person who reads it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from config.refusals import Refusal


class NotEligible(Refusal):
    """`reasons` are sentences, `alternatives` the names of schemes that the learner could join instead."""

    code = "not_eligible"
    says = _("{scheme} is not for you at the moment. {why}")
    do = _("{instead}")


class SchemeClosed(Refusal):
    code = "scheme_closed"
    says = _("{scheme} takes nobody new at the moment.")
    do = _("An adviser can tell you what else there is.")


class AlreadyOpen(Refusal):
    code = "already_open"
    says = _("You have a learning account in this scheme already.")
    do = _("You find it on your first page.")


class AlreadyAwarded(Refusal):
    code = "already_awarded"
    says = _("This account has had its award for this period already.")
    do = _("The next one can be made when the period is over.")


class BudgetExhausted(Refusal):
    code = "budget_exhausted"
    says = _("The scheme's money is spoken for, so no award can be made now.")
    do = _("Nothing was changed. Pay into the scheme's pot, or award fewer.")


class AmountNotPositive(Refusal):
    code = "payment_not_positive"
    status = 422
    says = _("A payment into a scheme is more than nothing, in whole pennies.")
    do = _("Give the amount in minor units.")
