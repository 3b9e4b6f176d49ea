"""Sale: whether a run can be bought on a day, and if not, why, in words for the learner."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, cast
from uuid import UUID

from config.refusals import Refusal
from providers import errors
from providers.models import CourseRun, Provider

Pricing = CourseRun.Pricing


def why_not_on_sale(runs: Sequence[CourseRun], on: date) -> dict[UUID, Refusal]:
    """For each of the runs that cannot be bought on that day, the first reason why not. One query, no lock.

    The same rule as `CourseRun.objects.on_sale`, for when a learner has to be told the reason.
    """
    standing = CourseRun.objects.filter(pk__in=[run.pk for run in runs]).with_standing(on)
    judged = {run.pk: judge(run, on) for run in standing.order_by()}
    return {run_id: refusal for run_id, refusal in judged.items() if refusal is not None}


def judge(run: CourseRun, on: date) -> Refusal | None:
    """Why this run, read `with_standing`, cannot be bought on that day; None when it can."""
    course, provider, standing = run.course, run.course.provider, cast("Any", run)
    if run.withdrawn_at is not None or course.withdrawn_at is not None:
        return errors.RunWithdrawn()
    if run.dates_in_doubt:
        join_by = run.apply_until or run.starts_on
        return errors.RunDatesInDoubt(starts_on=run.starts_on, ends_on=run.ends_on, join_by=join_by)
    if not run.is_open_to_join(on):
        return errors.RunClosed(last_day=run.last_day_to_join)
    if provider.state != Provider.State.ACTIVE:
        return errors.ProviderNotSelling(provider=provider.name)
    if not standing.provider_is_accredited:
        return errors.ProviderNotAccredited(provider=provider.name)
    if not standing.course_is_accredited:
        return errors.CourseNotAccredited()
    if run.pricing == Pricing.FREE:
        return errors.RunIsFree()
    if run.pricing == Pricing.ON_REQUEST:
        return errors.PriceOnRequest()
    if not course.may_cost(run.price_minor or 0, run.currency):
        return errors.PriceNotSeen()
    return None
