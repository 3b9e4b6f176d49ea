"""What can be refused about a plan, in a sentence for the learner or the adviser who reads it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from config.refusals import Refusal


class PlanNotFound(Refusal):
    """Also when it is somebody else's, or the learner plans it alone."""

    code = "plan_not_found"
    status = 404
    says = _("There is no such plan.")


class OptionMissing(Refusal):
    code = "option_missing"
    status = 422
    says = _("Choose a course, or say in a few words what it is.")


class ReasonsMissing(Refusal):
    code = "option_reasons_missing"
    status = 422
    says = _("Say what speaks for it or against it.")


class NothingToAskFor(Refusal):
    code = "nothing_to_ask_for"
    says = _("There is no course in this plan that you could ask for now.")
    do = _("Add one, or look at what you have asked for already.")
