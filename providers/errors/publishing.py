"""What publishing one course or run at a time says no with."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from config.refusals import Refusal
from providers.errors.sale import RunNotOnSale


class ProviderMayNotPublish(Refusal):
    code = "provider_may_not_publish"
    status = 403
    says = _("“{provider}” is “{state}”, so nothing in its catalogue can be changed.")
    do = _("Learners who are on a course already are not affected. Write to whoever runs the scheme.")


class CourseNotFound(Refusal):
    code = "course_not_found"
    status = 404
    says = _("You have no course with this identifier.")
    do = _("A slash in an identifier is written %2F in an address.")


class RunNotFound(Refusal):
    code = "run_not_found"
    status = 404
    says = _("This course has no run with this identifier.")
    do = _("A slash in an identifier is written %2F in an address.")


class ChangedMeanwhile(Refusal):
    code = "changed_meanwhile"
    status = 412
    says = _("This has been changed since you read it: it is at the version {etag} now. Nothing was written.")
    do = _("Read it again, decide whether your change still fits, and send it with the new version.")


class ThereAlready(Refusal):
    code = "there_already"
    status = 412
    says = _("There is something with this identifier already, at the version {etag}. Nothing was written.")
    do = _("Use another identifier, or leave out If-None-Match to put yours in its place.")


class NotThereYet(Refusal):
    code = "not_there_yet"
    status = 412
    says = _("There is nothing with this identifier, so it is at no version. Nothing was written.")
    do = _("Leave out If-Match to create it.")


class RunDatesReversed(Refusal):
    code = "run_dates_reversed"
    status = 422
    says = _(
        "The dates cannot be right: it starts on {starts_on}, ends on {ends_on}, and can be joined until {join_by}."
    )
    do = _("The end is not before the start, and the last day to join is not after the end.")


class CurrencyUnknown(Refusal):
    code = "currency_unknown"
    status = 422
    says = _("“{currency}” is not a currency that we know.")
    do = _("Use the three capital letters of ISO 4217, such as GBP or EUR.")


class NoDatesYet(RunNotOnSale):
    code = "no_dates_yet"
    says = _("This course has no dates that a learner could choose.")
    do = _("Add dates to it.")
