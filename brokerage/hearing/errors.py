"""What can be refused about what learners are asked, in a sentence for whoever reads it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from config.refusals import Refusal


class QuestionNotFound(Refusal):
    """Also when somebody else was asked."""

    code = "question_not_put"
    status = 404
    says = _("You have not been asked this.")


class QuestionAnswered(Refusal):
    code = "question_answered_once"
    says = _("You have answered this already, or said that you do not want to.")
    do = _("An answer cannot be changed.")


class QuestionTooOld(Refusal):
    code = "question_too_old"
    says = _("We asked you this more than {days} days ago, so it is too late to answer.")


class NothingToTakeBack(Refusal):
    code = "nothing_to_take_back"
    says = _("There is no answer of yours here that could be taken back.")
