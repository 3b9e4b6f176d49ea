"""What can be refused of guidance organisations and their advisers, in a sentence for the person who reads it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from config import locales
from config.refusals import Refusal


class MarkNeeded(Refusal):
    code = "quality_mark_needed"
    status = 403
    says = _("{organisation} has no quality mark that holds today, so its advisers cannot answer requests.")
    do = _("What waits here goes to advisers of other organisations.")


class MarkRecordedAlready(Refusal):
    code = "quality_mark_recorded_already"
    says = _("This mark is recorded already.")
    do = _("Look at its issuer, its number and its first day.")


class MarkDatesReversed(Refusal):
    code = "quality_mark_dates_reversed"
    status = 422
    says = _("A mark ends after it begins.")


class MarkWithdrawnAlready(Refusal):
    code = "quality_mark_withdrawn_already"
    says = _("This mark counts for nothing already.")


class OrganisationExists(Refusal):
    code = "guidance_organisation_exists"
    says = _("There is a guidance organisation of this name already.")


class OrganisationHoursWrong(Refusal):
    code = "guidance_organisation_hours_wrong"
    status = 422
    says = _("Give when it opens and when it closes, later on the same day, or neither.")


class RolesExclude(Refusal):
    code = "roles_exclude"
    status = 403
    says = _("One person does one of these: advise learners, run schemes, or work for a provider.")
    do = _("Choose somebody else, or end the other role first.")


class AdvisesElsewhere(Refusal):
    code = "advises_elsewhere"
    says = _("This person is an adviser of {organisation} already.")


class AdviserNotFound(Refusal):
    """Also when they are of another organisation."""

    code = "adviser_not_found"
    status = 404
    says = _("There is no such adviser.")


class CoverWrong(Refusal):
    code = "cover_wrong"
    status = 422
    says = _("Another adviser of the same organisation covers.")


class InterestNotFound(Refusal):
    """Also when it is somebody else's, or over."""

    code = "interest_not_found"
    status = 404
    says = _("There is no such interest of yours.")


class InterestDeclaredAlready(Refusal):
    code = "interest_declared_already"
    says = _("You have declared this already.")
    do = _("It counts until you end it.")


class InterestWrong(Refusal):
    code = "interest_wrong"
    status = 422
    says = _("Say what you have to do with which provider, or the e-mail address of a learner of your family.")


class Interested(Refusal):
    code = "interest_declared"
    status = 403
    says = _("You have declared an interest in this, so you cannot answer it.")
    do = _("Hand it to a colleague.")


class NothingDeclared(Refusal):
    code = "nothing_declared"
    says = _("You have declared nothing that would keep you from answering this.")
    do = _("Answer it, or declare your interest first.")


class AbsenceNotFound(Refusal):
    """Also when it is somebody else's, or over."""

    code = "absence_not_found"
    status = 404
    says = _("There are no such days away.")


class AbsenceWrong(Refusal):
    code = "absence_wrong"
    status = 422
    says = _("Give days from today on, the last one not before the first, and at most a year.")


class AbsentAlready(Refusal):
    code = "absent_already"
    says = _("Some of these days are recorded as away already.")
    do = _("Call those off first, or give other days.")


class NoPlace(Refusal):
    code = "adviser_has_no_place"
    says = _("This adviser has as many learners as they can look after well.")
    do = _("Choose another. You keep the adviser you have until then.")


class NobodyFree(Refusal):
    code = "no_adviser_free"
    says = _("No adviser has room for another learner at the moment.")
    do = _("Nothing was changed. Your requests are answered all the same.")


class AdviserAlready(Refusal):
    code = "adviser_already"
    says = _("This is your adviser already.")


class TooManyChanges(Refusal):
    code = "too_many_adviser_changes"
    says = _("You have changed your adviser {most} times in {days} days.")
    do = _("You can change again from {day}. Until then anybody of the organisation can help you.")

    @property
    def advice(self) -> str:
        return str(self.do).format(day=locales.day(self.facts["day"]))
