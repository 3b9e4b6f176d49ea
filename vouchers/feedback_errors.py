"""What can be refused of feedback, on a course or on guidance: given once, looked at once, answered once."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from config.refusals import Refusal


class NotCompletedYet(Refusal):
    code = "not_completed_yet"
    says = _("You can say how the course was once you have completed it.")


class FeedbackTooLate(Refusal):
    code = "feedback_too_late"
    says = _("You completed this course more than {days} days ago, so it is too late to say how it was.")


class FeedbackGiven(Refusal):
    code = "feedback_given"
    says = _("You have said how this course was already.")
    do = _("Your answer counts; the voucher's page shows it.")


class FeedbackNotFound(Refusal):
    """Also when it is another's, or not to be seen."""

    code = "feedback_not_found"
    status = 404
    says = _("There is no such feedback for you.")


class FeedbackAnswered(Refusal):
    code = "feedback_answered"
    says = _("Your organisation has answered this already.")
    do = _("There is one answer to each.")


class FeedbackLookedAt(Refusal):
    code = "feedback_looked_at"
    says = _("A colleague has looked at this already.")
