"""Why a run cannot be bought."""

from __future__ import annotations

from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from config.refusals import Refusal


class RunNotOnSale(Refusal):
    """Why a run cannot be bought on a day."""

    status: ClassVar[int] = 409


class RunWithdrawn(RunNotOnSale):
    code = "run_withdrawn"
    says = _("The provider has withdrawn this course or these dates.")
    do = _("Look for another course, or other dates of the same one.")


class RunClosed(RunNotOnSale):
    code = "run_closed"
    says = _("It is too late to join: the last day for that was {last_day}.")
    do = _("Look for later dates.")


class RunDatesInDoubt(RunNotOnSale):
    code = "run_dates_in_doubt"
    says = _(
        "The dates cannot be right: it starts on {starts_on}, ends on {ends_on}, and can be joined until {join_by}."
    )
    do = _("It is not shown to learners until the provider puts the dates right and sends them again.")


class ProviderNotSelling(RunNotOnSale):
    code = "provider_not_selling"
    says = _("“{provider}” is not taking new learners at present.")
    do = _("Look for the same course with another provider.")


class ProviderNotAccredited(RunNotOnSale):
    code = "provider_not_accredited"
    says = _("“{provider}” holds no accreditation that is valid today.")
    do = _("Look for the same course with another provider.")


class CourseNotAccredited(RunNotOnSale):
    code = "course_not_accredited"
    says = _("This course holds no accreditation that is valid today.")
    do = _("Look for a similar course that does.")


class PriceNotSeen(RunNotOnSale):
    code = "price_not_seen"
    says = _("The scheme has not looked at this price yet.")
    do = _("Look for other dates, or a similar course.")


class RunIsFree(RunNotOnSale):
    code = "run_is_free"
    says = _("This is free: no voucher is needed.")
    do = _("Book with the provider directly.")


class PriceOnRequest(RunNotOnSale):
    code = "price_on_request"
    says = _("The provider gives the price only on request, so it cannot be bought here.")
    do = _("Ask the provider to publish the price, or look for other dates.")
