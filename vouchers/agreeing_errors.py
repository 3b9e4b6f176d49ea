"""What can be refused of a price that a provider promises one learner."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from config.refusals import Refusal


class NotBelowTheListPrice(Refusal):
    code = "not_below_the_list_price"
    status = 422
    says = _("An agreed price has to be above nothing and below what everybody pays.")
    do = _("Look the course's price up, and agree on less.")


class PromiseIsOver(Refusal):
    code = "promise_is_over"
    status = 422
    says = _("The price would hold until a day that is over.")
    do = _("Choose today or a later day.")
