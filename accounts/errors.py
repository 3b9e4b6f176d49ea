"""What can be refused about people and their money, each with its code and a sentence for the person who reads it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from config.refusals import Refusal

if TYPE_CHECKING:
    from accounts.eligibility import Reason


def _say_why(reasons: Sequence[Reason]) -> str:
    return " ".join(reason.sentence for reason in reasons)


def _say_what_else(alternatives: Sequence[str]) -> str:
    if alternatives:
        return str(_("You could have an account in: {schemes}.")).format(schemes=", ".join(alternatives))
    return str(_("An adviser can tell you what else there is, free of charge."))


class NotEligible(Refusal):
    """`reasons` are all there are, `alternatives` the names of schemes that the learner could join instead.

    Both are put in words when they are read, in the reader's language.
    """

    code = "not_eligible"
    says = _("{scheme} is not for you at the moment. {why}")
    do = _("{instead}")

    def __init__(self, *, scheme: str, reasons: Sequence[Reason], alternatives: Sequence[str]) -> None:
        super().__init__(
            scheme=scheme, why=lazy(_say_why, str)(reasons), instead=lazy(_say_what_else, str)(alternatives)
        )
        self.reasons = tuple(reasons)
        self.alternatives = tuple(alternatives)


class SchemeClosed(Refusal):
    code = "scheme_closed"
    says = _("{scheme} takes nobody new at the moment.")
    do = _("An adviser can tell you what else there is.")


class SchemeExists(Refusal):
    code = "scheme_exists"
    says = _("There is a scheme with the short name {slug} already.")
    do = _("Choose another short name. Nothing was changed.")


class RulesOfThePast(Refusal):
    code = "rules_of_the_past"
    status = 422
    says = _("Rules can count from today at the earliest: what was decided before stays as it was.")
    do = _("Choose a later day. Nothing was changed.")


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


class EmailTaken(Refusal):
    code = "email_taken"
    says = _("Somebody has signed up with this e-mail already.")
    do = _("Sign in, or use another e-mail. Nothing was changed.")


class PersonInvalid(Refusal):
    """`field` is the path of what is wrong, such as `people[3].given_name`."""

    code = "person_invalid"
    status = 422
    says = _("We cannot take this: {why}")
    do = _("Correct it and try again. Nothing was changed.")
